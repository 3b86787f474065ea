// SPDX-License-Identifier: MIT
#include <nanostores/kit/mountable.h>
#include <nanostores/kit/selector.h>

#include "selectorreaders.h"

#include "support/callrecorder.h"
#include "support/handlers.h"

#include <QtTest/QTest>

#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using support::fail;
using support::linksOf;
using support::thrownBy;
using support::Trace;
using support::watch;

/// What a selector does to its source, and when the source notifies it.
class tst_SelectorSource : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void source_isMountedWhileKeysAreObserved();
    void source_hasOneLink();
    void source_isLetGoThoughAChangeWaits();
    void source_ofAnUnobservedComputedIsNotMounted();
    void source_mayBeAnyAccessor();
    void source_mayBeAListedComputedStore();
    void source_thatSettlesOnTheSameValueIsSilent();
    void source_throwing();
    void batch_keyAskedInside();
    void batch_valueTakenBackWakesNobody();
    void batch_writesAndReadsInsideAnEffect();
    void scope_bodyMountsNothing();
    void scope_deferred();
    void nested_selectors();
    void notify_abortedIsHeardLater();
    void random_agreesWithComputedStores();

    void selector_skippedRowsCatchUp();
};

void tst_SelectorSource::source_isMountedWhileKeysAreObserved()
{
    const auto source = mountable(signal(1));
    Trace trace;
    onMounted(source, [trace](bool mounted) { trace.add(mounted ? "up" : "down"); });
    const auto isSelected = selector(source);
    const Trace ignored;
    auto one = watch(isSelected, {1}, ignored);
    auto two = watch(isSelected, {2}, ignored);
    QCOMPARE(trace.take(), "up");
    one.clear();
    QCOMPARE(trace.take(), "");
    two.clear();
    QCOMPARE(trace.take(), "down");
    two = watch(isSelected, {2}, ignored);
    QCOMPARE(trace.take(), "up");
}

void tst_SelectorSource::source_hasOneLink()
{
    const auto source = signal(1);
    const auto isSelected = selector(source);
    const Trace trace;
    std::vector<Subscription> both;
    {
        const auto stops = watch(isSelected, {1, 2, 3, 4}, trace);
        QCOMPARE(linksOf(source), 1);
    }
    QCOMPARE(linksOf(source), 0);
}

void tst_SelectorSource::source_isLetGoThoughAChangeWaits()
{
    const auto source = signal(1);
    const auto isSelected = selector(source);
    auto stops = watch(isSelected, {1, 2}, Trace());
    batch([&] {
        source(2);
        stops.clear();
    });
    QCOMPARE(linksOf(source), 0);
    Trace trace;
    stops = watch(isSelected, {1, 2}, trace);
    source(1);
    QCOMPARE(trace.take(), "1=0 2=1 2=0 1=1");
}

void tst_SelectorSource::source_ofAnUnobservedComputedIsNotMounted()
{
    const auto source = mountable(signal(1));
    Trace trace;
    onMounted(source, [trace](bool mounted) { trace.add(mounted ? "up" : "down"); });
    const auto isSelected = selector(source);
    {
        const auto one = computed([isSelected] { return isSelected(1); });
        QCOMPARE(one(), true);
        source(2);
        QCOMPARE(one(), false);
        QCOMPARE(trace.take(), "");
        {
            const auto stop = effect([&] { one(); });
            QCOMPARE(trace.take(), "up");
        }
        QCOMPARE(trace.take(), "down");
        source(1);
        QCOMPARE(one(), true);
    }
    QCOMPARE(linksOf(source), 0);
}

void tst_SelectorSource::source_mayBeAnyAccessor()
{
    const auto a = signal(1);
    const auto b = signal(1);
    const auto isSum = selector([a, b] { return a() + b(); });
    Trace trace;
    const auto stops = watch(isSum, {2, 3, 4}, trace);
    trace.take();
    a(2);
    QCOMPARE(trace.take(), "2=0 3=1");
    batch([&] {
        a(1);
        b(3);
    });
    QCOMPARE(trace.take(), "3=0 4=1");
}

void tst_SelectorSource::source_mayBeAListedComputedStore()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int value) { return value * 2; });
    Trace trace;
    const auto isTwice = selector(twice);
    const auto stops = watch(isTwice, {2, 4}, trace);
    trace.take();
    a.set(2);
    QCOMPARE(trace.take(), "2=0 4=1");
    a.set(3);
    QCOMPARE(trace.take(), "4=0");
}

void tst_SelectorSource::source_thatSettlesOnTheSameValueIsSilent()
{
    const auto source = signal(1);
    Trace trace;
    const auto stops = watch(selector(source), {1}, trace);
    trigger([&] { source(); });
    QCOMPARE(trace.take(), "1=1");
}

void tst_SelectorSource::source_throwing()
{
    const auto source = signal(1);
    const auto isSelected = selector([source] {
        if (source() == 2) {
            throw std::runtime_error("two");
        }
        return source();
    });
    Trace trace;
    const auto stops = watch(isSelected, {1, 3}, trace);
    trace.take();
    QCOMPARE(support::thrownBy([&] { source(2); }), QStringLiteral("two"));
    QCOMPARE(trace.take(), "");
    source(3);
    QCOMPARE(trace.take(), "1=0 3=1");
}

void tst_SelectorSource::batch_keyAskedInside()
{
    const auto source = signal(1);
    const auto isSelected = selector(source);
    Trace trace;
    const auto first = watch(isSelected, {1}, trace);
    std::vector<Subscription> second;
    batch([&] {
        source(2);
        second = watch(isSelected, {2}, trace);
        QCOMPARE(trace.take(), "1=1 2=1");
        QCOMPARE(isSelected(2), true);
    });
    QCOMPARE(trace.take(), "1=0");
}

void tst_SelectorSource::batch_valueTakenBackWakesNobody()
{
    const auto source = signal(1);
    const auto isSelected = selector(source);
    Trace trace;
    const auto stops = watch(isSelected, {1, 2}, trace);
    trace.take();
    batch([&] {
        source(2);
        source(1);
    });
    QCOMPARE(trace.take(), "");
    batch([&] {
        source(2);
        const auto other = watch(isSelected, {3}, Trace()); // settles the selector in between
        source(1);
    });
    QCOMPARE(trace.take(), "");
}

void tst_SelectorSource::batch_writesAndReadsInsideAnEffect()
{
    const auto source = signal(0);
    const auto go = signal(0);
    const auto isSelected = selector(source);
    Trace trace;
    const auto stop = effect([&] {
        source(go());
        trace.add("", static_cast<int>(isSelected(go())));
    });
    go(1);
    go(2);
    const QByteArray heard = trace.take();
    QVERIFY2(!heard.contains('0'), heard.constData());
}

void tst_SelectorSource::scope_bodyMountsNothing()
{
    const auto source = mountable(signal(1));
    const auto isSelected = selector(source);
    const auto scope = effectScope([&] {
        QCOMPARE(isSelected(1), true);
        QCOMPARE(isSelected(2), false);
    });
    QVERIFY(!isMounted(source));
    QCOMPARE(linksOf(source), 0);
}

void tst_SelectorSource::scope_deferred()
{
    const auto source = mountable(signal(1));
    const auto isSelected = selector(source);
    Trace trace;
    auto start = deferScope([&] {
        effect([&] { trace.add("", static_cast<int>(isSelected(1))); }).detach();
        static_cast<void>(isSelected(2));
    });
    QCOMPARE(linksOf(source), 0);
    QCOMPARE(trace.take(), "");
    auto stop = start();
    QCOMPARE(trace.take(), "1");
    QVERIFY(isMounted(source));
    stop();
    QVERIFY(!isMounted(source));
}

void tst_SelectorSource::nested_selectors()
{
    const auto source = signal(1);
    const auto isSelected = selector(source);
    const auto answer = selector([isSelected] { return isSelected(1) ? 10 : isSelected(2) ? 20 : 0; });
    Trace trace;
    const auto stops = watch(answer, {0, 10, 20}, trace);
    QCOMPARE(trace.take(), "0=0 10=1 20=0");
    source(2);
    QCOMPARE(trace.take(), "10=0 20=1");
    source(3);
    QCOMPARE(trace.take(), "20=0 0=1");
    source(4);
    QCOMPARE(trace.take(), "");
}

void tst_SelectorSource::notify_abortedIsHeardLater()
{
    const auto source = signal(1);
    Trace trace;
    const auto stops = watch(selector(source), {1, 2, 3}, trace);
    trace.take();
    auto hook = onNotify(source, [](auto &event) { event.abort(); });
    source(2);
    QCOMPARE(trace.take(), "");
    hook();
    source(3);
    QCOMPARE(trace.take(), "1=0 3=1");
}

/// Readers of keys come and go while the source changes, in and out of batches: what they hear is what readers of
/// computed stores would.
void tst_SelectorSource::random_agreesWithComputedStores()
{
    std::srand(7);
    for (int round = 0; round < 300; ++round) {
        const auto a = signal(0);
        const auto b = signal(0);
        const auto sum = [a, b] { return (a() + b()) % 5; };
        const auto isSum = selector(sum);
        std::map<int, std::pair<Subscription, Subscription>> readers;
        std::map<int, bool> heard;
        std::map<int, int> runs;
        for (int step = 0; step < 40; ++step) {
            const int what = std::rand() % 6;
            const int key = std::rand() % 5;
            if (what == 0) {
                readers.erase(key);
            } else if (what == 1 && !readers.contains(key)) {
                runs[key] = 0;
                const auto plain = computed([sum, key] { return sum() == key; });
                readers[key].first = effect([&runs, plain, key] {
                    static_cast<void>(plain());
                    ++runs[key];
                });
                readers[key].second = effect([&heard, &runs, isSum, key] {
                    heard[key] = isSum(key);
                    --runs[key];
                });
            } else if (what == 2) {
                batch([&] {
                    a(std::rand() % 5);
                    if (std::rand() % 2) {
                        const auto passing = effect([&] { static_cast<void>(isSum(key + 5)); });
                    }
                    b(std::rand() % 5);
                });
            } else {
                (what == 3 ? a : b)(std::rand() % 5);
            }
            for (const auto &[present, reader] : readers) {
                QCOMPARE(heard[present], sum() == present);
                QCOMPARE(runs[present], 0);
            }
        }
        readers.clear();
        QCOMPARE(linksOf(a), 0);
    }
}

void tst_SelectorSource::selector_skippedRowsCatchUp()
{
    const auto selected = signal(1);
    const auto is = selector(selected);
    const auto bad = effect([=] {
        if (selected() % 2 == 0) {
            fail("even");
        }
    });
    std::vector<bool> rows(10);
    std::vector<Subscription> effects;
    for (int i = 0; i < 10; ++i) {
        effects.push_back(effect([&, i] { rows[static_cast<std::size_t>(i)] = is(i); }));
    }
    QVERIFY(!thrownBy([&] { selected(2); }).isEmpty());
    QVERIFY(!thrownBy([&] { selected(4); }).isEmpty());
    selected(3);
    for (int i = 0; i < 10; ++i) {
        QCOMPARE(bool(rows[static_cast<std::size_t>(i)]), i == 3);
    }
}

QTEST_APPLESS_MAIN(tst_SelectorSource)
#include "tst_selectorsource.moc"

// SPDX-License-Identifier: MIT
#include <nanostores/kit/mountable.h>
#include <nanostores/kit/selector.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"

#include <QtTest/QTest>

#include <limits>

#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using support::Trace;

namespace {

/// One reader a key; what each hears is written as key and answer.
template<typename S>
std::vector<Subscription> watch(const S &selector, const std::vector<int> &keys, const Trace &trace)
{
    std::vector<Subscription> all;
    for (const int key : keys) {
        all.push_back(effect(
            [selector, key, trace] { trace.add(QByteArray::number(key) + '=', static_cast<int>(selector(key))); }));
    }
    return all;
}

int linksOf(const Signal<int> &signal)
{
    int count = 0;
    for (const auto *link = signal.node()->sinks; link; link = link->next) {
        ++count;
    }
    return count;
}

} // namespace

class tst_Selector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answer_outsideTrackingTiesNothing();
    void answer_isTrueOfNaN();
    void answer_wakesTwoKeys();
    void answer_wakesTwoOfTenThousand();
    void answer_ofAnOptionalSource();
    void answer_ofStrings();
    void answer_throughAComputedStore();
    void answer_twoReadersOfOneKey();
    void answer_followsAReaderToAnotherKey();
    void source_isMountedWhileKeysAreObserved();
    void source_hasOneLink();
    void source_isLetGoThoughAChangeWaits();
    void source_ofAnUnobservedComputedIsNotMounted();
    void source_mayBeAnyAccessor();
    void source_mayBeAListedComputedStore();
    void source_thatSettlesOnTheSameValueIsSilent();
    void source_throwing();
    void effect_readingSourceAndKeyRunsOnce_data();
    void effect_readingSourceAndKeyRunsOnce();
    void computed_readingKeysIsNeverBehindTheSource();
    void batch_keyAskedInside();
    void batch_valueTakenBackWakesNobody();
    void batch_writesAndReadsInsideAnEffect();
    void keys_areForgotten();
    void keys_livePastTheSelector();
    void derived_answersAreGated();
    void derived_isAskedForLiveKeysOnly();
    void derived_doesNotTrackWhatItReads();
    void derived_mayDropTheLastReader();
    void derived_mayAskForAnotherKey();
    void derived_keyTypes();
    void scope_bodyMountsNothing();
    void scope_deferred();
    void nested_selectors();
    void notify_abortedIsHeardLater();
    void random_agreesWithComputedStores();
};

void tst_Selector::answer_outsideTrackingTiesNothing()
{
    const auto source = mountable(signal(1));
    Trace trace;
    onMounted(source, [trace](bool mounted) { trace.add(mounted ? "up" : "down"); });
    const auto isSelected = selector(source);
    QCOMPARE(isSelected(1), true);
    QCOMPARE(isSelected(2), false);
    source(2);
    QCOMPARE(isSelected(2), true);
    QCOMPARE(linksOf(source), 0);
    QCOMPARE(trace.take(), "");
}

void tst_Selector::answer_wakesTwoKeys()
{
    const auto source = signal(1);
    Trace trace;
    const auto stops = watch(selector(source), {1, 2, 3}, trace);
    QCOMPARE(trace.take(), "1=1 2=0 3=0");
    source(2);
    QCOMPARE(trace.take(), "1=0 2=1");
    source(7);
    QCOMPARE(trace.take(), "2=0");
    source(3);
    QCOMPARE(trace.take(), "3=1");
    source(3);
    QCOMPARE(trace.take(), "");
}

void tst_Selector::answer_wakesTwoOfTenThousand()
{
    const auto source = signal(0);
    const auto isSelected = selector(source);
    int runs = 0;
    std::vector<Subscription> stops;
    for (int key = 0; key < 10000; ++key) {
        stops.push_back(effect([&runs, isSelected, key] {
            ++runs;
            static_cast<void>(isSelected(key));
        }));
    }
    QCOMPARE(runs, 10000);
    for (int i = 1; i <= 50; ++i) {
        source(i * 100);
    }
    QCOMPARE(runs, 10000 + 50 * 2);
    QCOMPARE(linksOf(source), 1);
    stops.clear();
    QCOMPARE(linksOf(source), 0);
}

void tst_Selector::answer_ofAnOptionalSource()
{
    const auto selected = signal(std::optional<int>());
    const auto isSelected = selector(selected);
    Trace trace;
    const auto stops = watch(isSelected, {1, 2}, trace);
    selected(2);
    selected(std::nullopt);
    QCOMPARE(trace.take(), "1=0 2=0 2=1 2=0");
    QCOMPARE(isSelected(std::nullopt), true);
}

void tst_Selector::answer_ofStrings()
{
    const auto tab = signal("home");
    const auto isOpen = selector(tab);
    Trace trace;
    const auto home = effect([&] { trace.add(isOpen("home") ? "home" : "away"); });
    tab("news");
    tab("mail");
    QCOMPARE(trace.take(), "home away");
}

void tst_Selector::answer_throughAComputedStore()
{
    const auto source = signal(1);
    const auto isSelected = selector(source);
    const auto one = computed([isSelected] { return isSelected(1); });
    Trace trace;
    const auto stop = effect([&] { trace.add("", static_cast<int>(one())); });
    source(2);
    source(3);
    source(1);
    QCOMPARE(trace.take(), "1 0 1");
}

void tst_Selector::answer_twoReadersOfOneKey()
{
    const auto source = signal(1);
    const auto isSelected = selector(source);
    Trace trace;
    auto first = watch(isSelected, {1}, trace);
    const auto second = watch(isSelected, {1}, trace);
    first.clear();
    trace.take();
    source(2);
    QCOMPARE(trace.take(), "1=0");
}

void tst_Selector::answer_followsAReaderToAnotherKey()
{
    const auto source = signal(1);
    const auto key = signal(1);
    const auto isSelected = selector(source);
    Trace trace;
    const auto stop = effect([&] { trace.add("", static_cast<int>(isSelected(key()))); });
    key(2);
    source(2);
    source(1);
    source(3);
    QCOMPARE(trace.take(), "1 0 1 0");
}

void tst_Selector::source_isMountedWhileKeysAreObserved()
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

void tst_Selector::source_hasOneLink()
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

void tst_Selector::source_isLetGoThoughAChangeWaits()
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

void tst_Selector::source_ofAnUnobservedComputedIsNotMounted()
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

void tst_Selector::source_mayBeAnyAccessor()
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

void tst_Selector::source_mayBeAListedComputedStore()
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

void tst_Selector::source_thatSettlesOnTheSameValueIsSilent()
{
    const auto source = signal(1);
    Trace trace;
    const auto stops = watch(selector(source), {1}, trace);
    trigger([&] { source(); });
    QCOMPARE(trace.take(), "1=1");
}

void tst_Selector::source_throwing()
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

void tst_Selector::effect_readingSourceAndKeyRunsOnce_data()
{
    QTest::addColumn<bool>("sourceFirst");
    QTest::addColumn<bool>("effectFirst");
    for (const bool sourceFirst : {true, false}) {
        for (const bool effectFirst : {true, false}) {
            QTest::addRow("source %s, effect %s", sourceFirst ? "first" : "last", effectFirst ? "first" : "last")
                << sourceFirst << effectFirst;
        }
    }
}

void tst_Selector::effect_readingSourceAndKeyRunsOnce()
{
    QFETCH(bool, sourceFirst);
    QFETCH(bool, effectFirst);
    const auto source = signal(1);
    const auto isSelected = selector(source);
    const auto derived = computed([isSelected] { return isSelected(1) ? 10 : 20; });
    const Trace ignored;
    std::vector<Subscription> others;
    if (!effectFirst) {
        others = watch(isSelected, {1, 2, 3}, ignored);
    }
    Trace trace;
    const auto stop = effect([&] {
        int value = sourceFirst ? source() : 0;
        const int key = static_cast<int>(isSelected(2));
        const int through = derived();
        value = sourceFirst ? value : source();
        trace.add("", value * 1000 + key * 100 + through);
        QCOMPARE(key == 1, value == 2);
        QCOMPARE(through == 10, value == 1);
    });
    if (effectFirst) {
        others = watch(isSelected, {1, 2, 3}, ignored);
    }
    QCOMPARE(trace.take(), "1010");
    source(2);
    QCOMPARE(trace.take(), "2120");
    source(3);
    QCOMPARE(trace.take(), "3020");
    source(1);
    QCOMPARE(trace.take(), "1010");
}

void tst_Selector::computed_readingKeysIsNeverBehindTheSource()
{
    const auto source = signal(1);
    const auto isSelected = selector(source);
    const auto one = computed([isSelected] { return isSelected(1); });
    Trace trace;
    // Subscribed to the source before any key is.
    const auto stop = effect([&] { trace.add(QByteArray::number(source()) + '/', static_cast<int>(one())); });
    const auto listener = source.listen([&](int value) { trace.add("L", value * 10 + static_cast<int>(one())); });
    source(2);
    QCOMPARE(trace.take(), "1/1 2/0 L20");
}

void tst_Selector::batch_keyAskedInside()
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

void tst_Selector::batch_valueTakenBackWakesNobody()
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

void tst_Selector::batch_writesAndReadsInsideAnEffect()
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

void tst_Selector::keys_areForgotten()
{
    struct Key
    {
        int number;
        support::Counted counted;
    };
    const auto source = signal(1);
    int asked = 0;
    const auto isSelected = selector(source, [&asked](int key, int value) {
        ++asked;
        return key == value;
    });
    const Trace ignored;
    {
        const auto stops = watch(isSelected, {1, 2, 3, 4, 5}, ignored);
        QCOMPARE(asked, 5);
    }
    asked = 0;
    source(2);
    QCOMPARE(asked, 0);
    const auto stops = watch(isSelected, {1, 2}, ignored);
    asked = 0;
    source(1);
    QCOMPARE(asked, 2);
}

void tst_Selector::keys_livePastTheSelector()
{
    const auto source = signal(1);
    Trace trace;
    std::optional stops(watch(selector(source), {1}, trace));
    source(2);
    QCOMPARE(trace.take(), "1=1 1=0");
    stops.reset();
    QCOMPARE(linksOf(source), 0);
}

void tst_Selector::derived_answersAreGated()
{
    const auto range = signal(1);
    const auto distance = selector(range, [](int key, int value) { return std::abs(key - value); });
    Trace trace;
    const auto stops = watch(distance, {0, 2}, trace);
    range(3);
    QCOMPARE(trace.take(), "0=1 2=1 0=3");
    QCOMPARE(distance(10), 7);
}

void tst_Selector::derived_isAskedForLiveKeysOnly()
{
    const auto source = signal(0);
    int asked = 0;
    const auto isSelected = selector(source, [&asked](int key, int value) {
        ++asked;
        return key == value;
    });
    const Trace trace;
    std::vector<int> keys(20);
    for (int i = 0; i < 20; ++i) {
        keys[static_cast<std::size_t>(i)] = i;
    }
    auto stops = watch(isSelected, keys, trace);
    for (int &key : keys) {
        key += 20;
    }
    stops = watch(isSelected, keys, trace);
    asked = 0;
    source(1);
    QCOMPARE(asked, 20);
}

void tst_Selector::derived_doesNotTrackWhatItReads()
{
    const auto source = signal(1);
    const auto other = signal(5);
    const auto sum = selector(source, [other](int key, int value) { return key + value + other(); });
    Trace trace;
    const auto stops = watch(sum, {1}, trace);
    other(6);
    QCOMPARE(trace.take(), "1=7");
    source(2);
    QCOMPARE(trace.take(), "1=9");
}

void tst_Selector::derived_mayDropTheLastReader()
{
    const auto source = signal(1);
    Subscription own;
    const auto isSelected = selector(source, [&own](int key, int value) {
        if (key == 1 && value == 9) {
            own.reset();
        }
        return key == value;
    });
    own = effect([&] { static_cast<void>(isSelected(1)); });
    Trace trace;
    const auto stops = watch(isSelected, {2}, trace);
    source(9);
    source(2);
    QCOMPARE(trace.take(), "2=0 2=1");
}

void tst_Selector::derived_mayAskForAnotherKey()
{
    const auto source = signal(1);
    Subscription nested;
    std::function<bool(int)> ask;
    Trace trace;
    const auto isSelected = selector(source, [&](int key, int value) {
        if (key == 1 && value == 2 && !nested) {
            nested = effect([&] { trace.add("nested", static_cast<int>(ask(2))); });
        }
        return key == value;
    });
    ask = isSelected;
    const auto stops = watch(isSelected, {1}, trace);
    source(2);
    QCOMPARE(trace.take(), "1=1 nested1 1=0");
}

void tst_Selector::derived_keyTypes()
{
    const auto number = signal(1);
    const auto same = selector(number, [](auto key, auto value) { return key == value; });
    static_assert(std::is_same_v<decltype(same)::key_type, int>);
    const auto text = selector(number, [](const std::string &key, int value) { return key + std::to_string(value); });
    static_assert(std::is_same_v<decltype(text)::key_type, std::string>);
    QCOMPARE(text("n"), std::string("n1"));
    const auto wide = selector<long>(number, [](auto key, int value) { return key * value; });
    static_assert(std::is_same_v<decltype(wide)::value_type, long>);
    QCOMPARE(wide(7), 7L);
}

void tst_Selector::scope_bodyMountsNothing()
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

void tst_Selector::scope_deferred()
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

void tst_Selector::nested_selectors()
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

void tst_Selector::notify_abortedIsHeardLater()
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
void tst_Selector::random_agreesWithComputedStores()
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

void tst_Selector::answer_isTrueOfNaN()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto chosen = atom(nan);
    const auto isChosen = selector(chosen);
    QVERIFY(isChosen(nan));
    int runs = 0;
    bool answer = false;
    const Subscription keep = effect([&] {
        ++runs;
        answer = isChosen(nan);
    });
    QVERIFY(answer);
    chosen.set(1);
    QVERIFY(!answer);
    chosen.set(-nan);
    QVERIFY(answer);
    QCOMPARE(runs, 3);
}

QTEST_APPLESS_MAIN(tst_Selector)
#include "tst_selector.moc"

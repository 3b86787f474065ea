// SPDX-License-Identifier: MIT
#include <nanostores/kit/mountable.h>
#include <nanostores/kit/selector.h>

#include "selectorreaders.h"

#include "support/callrecorder.h"
#include "support/lifetime.h"

#include <QtTest/QTest>

#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using support::linksOf;
using support::Trace;
using support::watch;

class tst_Selector : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void answer_outsideTrackingTiesNothing();
    void answer_wakesTwoKeys();
    void answer_wakesTwoOfTenThousand();
    void answer_ofAnOptionalSource();
    void answer_ofStrings();
    void answer_throughAComputedStore();
    void answer_twoReadersOfOneKey();
    void answer_followsAReaderToAnotherKey();
    void effect_readingSourceAndKeyRunsOnce_data();
    void effect_readingSourceAndKeyRunsOnce();
    void computed_readingKeysIsNeverBehindTheSource();
    void keys_areForgotten();
    void keys_livePastTheSelector();
    void derived_answersAreGated();
    void derived_isAskedForLiveKeysOnly();
    void derived_doesNotTrackWhatItReads();
    void derived_mayDropTheLastReader();
    void derived_mayAskForAnotherKey();
    void derived_keyTypes();
    void answer_isTrueOfNaN();
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

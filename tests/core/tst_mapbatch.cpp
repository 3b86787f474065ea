// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "ages.h"

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <string>

using namespace nanostores;
using namespace ages;
using support::Trace;

/// Which keys of a map have changed: in batches, and for what reads it.
class tst_MapBatch : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void batch_tellsOnceWithoutAKey();
    void batch_changeListsEachKeyOnce();
    void batch_changeOfManyKeys();
    void batch_changeWithAWholeSet();
    void batch_listenersOfEveryKindAgree();
    void batch_keyTakenBack();
    void batch_keyTakenBackAfterAComputedRead();
    void batch_insideADrainBeginsANewChange();
    void batch_changeInAListenerWhileAnOlderOneIsKept();

    void computed_seesAChangedKey();
    void computed_isNotRunForAKeyTakenBack();
    void computed_aroundOneKeyIsSilentForOthers();
    void effect_seesAChangedKey();
};

// Rule 20.
void tst_MapBatch::batch_tellsOnceWithoutAKey()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto subscription = ages.listen([&](const Dict &value, const Dict &old, const std::string *key) {
        trace.add(text(old) + ">" + text(value) + ":" + text(key));
    });
    batch([&] {
        ages.setKey("a", 2);
        ages.setKey("a", 3);
    });
    batch([&] { ages.setKey("b", 1); });
    batch([&] {
        ages.set(Dict{{"z", 1}});
        ages.set(Dict{{"z", 2}});
    });
    QCOMPARE(trace.take(), "a1>a3:null a3>a3b1:null a3b1>z2:null");
}

void tst_MapBatch::batch_changeListsEachKeyOnce()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 2}});
    Trace trace;
    const auto subscription =
        ages.listen([&](const Dict &value, const Change &change) { trace.add(text(change) + ">" + text(value)); });
    batch([&] {
        ages.setKey("c", 3);
        ages.setKey("a", 5);
        ages.setKey("c", 4);
        ages.setKey("a", 6);
        ages.removeKey("b");
    });
    QCOMPARE(trace.take(), "c?a1b2>a6c4");
}

void tst_MapBatch::batch_changeOfManyKeys()
{
    const auto numbers = map<int, int>();
    QList<int> keys;
    bool newOnes = true;
    const auto subscription = numbers.listen([&](const Dictionary<int, int> &, const MapChange<int, int> &change) {
        for (const auto &[key, old] : change.keys) {
            keys.append(key);
            newOnes = newOnes && !old;
        }
    });
    batch([&] {
        for (int round = 0; round < 3; ++round) {
            for (int i = 0; i < 50; ++i) {
                numbers.setKey(i, round * 100 + i);
            }
        }
    });
    QList<int> expected;
    for (int i = 0; i < 50; ++i) {
        expected.append(i);
    }
    QCOMPARE(keys, expected);
    QVERIFY(newOnes);
}

void tst_MapBatch::batch_changeWithAWholeSet()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 2}});
    Trace trace;
    const auto change =
        ages.listen([&](const Dict &value, const Change &what) { trace.add(text(what) + ">" + text(value)); });
    const auto old = ages.listen([&](const Dict &, const Dict &before) { trace.add("old:" + text(before)); });
    batch([&] {
        ages.setKey("a", 5);
        ages.set(Dict{{"a", 7}});
        ages.setKey("c", 1);
    });
    QCOMPARE(trace.take(), "whole>a7c1 old:a1b2");
    batch([&] {
        ages.set(Dict{{"a", 8}});
        ages.setKey("d", 1);
    });
    QCOMPARE(trace.take(), "whole>a8d1 old:a7c1");
}

void tst_MapBatch::batch_listenersOfEveryKindAgree()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    Subscription late;
    const auto first = ages.listen([&](const Dict &, const Change &what) { trace.add("1:" + text(what)); });
    batch([&] {
        ages.setKey("a", 2);
        late =
            ages.listen([&](const Dict &value, const Dict &old) { trace.add("2:" + text(old) + ">" + text(value)); });
        ages.setKey("b", 3);
    });
    // The one that came in the middle hears of what changed since.
    const QByteArray words = trace.take();
    QVERIFY2(words == "1:a1b? 2:a2>a2b3" || words == "1:a1b? 2:a1>a2b3", words.constData());
}

// Rule 6: its direct listeners do run.
void tst_MapBatch::batch_keyTakenBack()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto subscription =
        ages.listen([&](const Dict &value, const Change &change) { trace.add(text(change) + ">" + text(value)); });
    batch([&] {
        ages.setKey("a", 2);
        ages.setKey("a", 1);
        ages.setKey("b", 1);
        ages.removeKey("b");
    });
    QCOMPARE(trace.take(), "a1b?>a1");
}

void tst_MapBatch::batch_keyTakenBackAfterAComputedRead()
{
    const auto ages = map(Dict{{"a", 1}});
    const auto sum = computed(ages, [](const Dict &all) { return all.value("a", 0) + all.value("b", 0); });
    const auto ofAges = ages.listen([] {});
    const auto ofSum = sum.listen([] {});
    batch([&] {
        ages.setKey("b", 2);
        QCOMPARE(sum.get(), 3);
        ages.removeKey("b");
        QCOMPARE(sum.get(), 1); // the map is as it was, but not as it was seen
        ages.setKey("a", 5);
        QCOMPARE(sum.get(), 5);
        ages.set(Dict{{"a", 1}});
        QCOMPARE(sum.get(), 1);
    });
}

void tst_MapBatch::batch_insideADrainBeginsANewChange()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto first = ages.listen([&](const Dict &value, const Change &change) {
        trace.add("1:" + text(change) + ">" + text(value));
        if (value.size() < 3) {
            ages.setKey("n" + std::to_string(value.size()), 0);
        }
    });
    const auto second = ages.listen(
        [&](const Dict &value, const Change &change) { trace.add("2:" + text(change) + ">" + text(value)); });
    batch([&] { ages.setKey("a", 2); });
    const QByteArray words = trace.take();
    // The first listener is told of each of its own sets; the second, once, of all that has happened by then.
    QVERIFY2(words.startsWith("1:a1>a2 "), words);
    QVERIFY2(words.contains("1:n1?>a2n10"), words);
    QVERIFY2(words.contains("1:n2?>a2n10n20"), words);
    QVERIFY2(words.contains("2:a1n1?>a2n10"), words);
}

// A computed store that has not been read since keeps the first change, which is not the listener's.
void tst_MapBatch::batch_changeInAListenerWhileAnOlderOneIsKept()
{
    const auto ages = map<std::string, int>();
    const auto size = computed([&] { return ages().size(); });
    size.peek();
    batch([&] { ages.setKey("a", 1); });
    const auto other = atom(0);
    Trace trace;
    const auto listener = ages.listen([&](const Dict &value, const Dict &old) {
        trace.add(text(old) + ">" + text(value));
        if (ages.getKey("a")) {
            batch([&] { other.set(1); });
        }
    });
    const auto below = other.listen([&] { ages.set(Dict{{"b", 3}}); });
    batch([&] { ages.setKey("a", 2); });
    QCOMPARE(trace.take(), "a1>a2 a2>b3");
    QCOMPARE(size.peek(), 1u);
}

void tst_MapBatch::computed_seesAChangedKey()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 2}});
    int runs = 0;
    const auto sum = [&runs](const Dict &all) {
        ++runs;
        int total = 0;
        for (const auto &entry : all) {
            total += entry.second;
        }
        return total;
    };
    const auto listed = computed(ages, sum);
    const auto tracked = computed([&] { return sum(ages()); });
    Trace trace;
    const auto ll = listed.listen([&](int value) { trace.add("l", value); });
    const auto lt = tracked.listen([&](int value) { trace.add("t", value); });
    runs = 0;
    ages.setKey("a", 10);
    ages.removeKey("b");
    ages.set(Dict{{"z", 5}});
    QCOMPARE(runs, 6);
    QCOMPARE(trace.take(), "l12 t12 l10 t10 l5 t5");
    batch([&] {
        ages.setKey("z", 6);
        QCOMPARE(listed.get(), 6);
        ages.setKey("z", 7);
        ages.setKey("y", 1);
    });
    QCOMPARE(trace.take(), "l8 t8");
}

// Rule 6.
void tst_MapBatch::computed_isNotRunForAKeyTakenBack()
{
    const auto ages = map(Dict{{"a", 1}});
    int runs = 0;
    const auto size = computed(ages, [&](const Dict &all) {
        ++runs;
        return all.size();
    });
    const auto subscription = size.listen([] {});
    runs = 0;
    batch([&] {
        ages.setKey("a", 2);
        ages.setKey("b", 2);
        ages.setKey("a", 1);
        ages.removeKey("b");
    });
    QCOMPARE(runs, 0);
    batch([&] {
        ages.set(Dict{{"q", 1}});
        ages.set(Dict{{"a", 1}});
    });
    QCOMPARE(runs, 0);
    batch([&] {
        ages.setKey("a", 2);
        ages.set(Dict{{"q", 1}});
        ages.setKey("q", 3);
        ages.set(Dict{{"a", 1}});
    });
    QCOMPARE(runs, 0);
}

void tst_MapBatch::computed_aroundOneKeyIsSilentForOthers()
{
    const auto ages = map(Dict{{"a", 1}});
    const auto ofA = computed(ages, [](const Dict &all) { return all.value("a", -1); });
    Trace trace;
    const auto subscription = ofA.listen([&](int value) { trace.add("a", value); });
    ages.setKey("b", 1);
    ages.setKey("a", 2);
    ages.removeKey("b");
    ages.removeKey("a");
    QCOMPARE(trace.take(), "a2 a-1");
}

void tst_MapBatch::effect_seesAChangedKey()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    const auto tracked = effect([&] { trace.add("t" + text(ages())); });
    const auto listed = effect(ages, [&](const Dict &all) { trace.add("l" + text(all)); });
    QCOMPARE(trace.take(), "t- l-");
    ages.setKey("a", 1);
    batch([&] {
        ages.setKey("a", 2);
        ages.setKey("b", 3);
    });
    QCOMPARE(trace.take(), "ta1 la1 ta2b3 la2b3");
}

QTEST_APPLESS_MAIN(tst_MapBatch)
#include "tst_mapbatch.moc"

// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/lifetime.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>

using namespace nanostores;
using support::Counted;
using support::ManualTime;
using support::Trace;

using Ages = Map<std::string, int>;
using Dict = Dictionary<std::string, int>;
using Change = MapChange<std::string, int>;

static_assert(KeyedStore<Ages> && WritableStore<Ages>);
static_assert(std::is_same_v<Ages::value_type, Dict>);
static_assert(std::is_same_v<decltype(map<std::string, int>()), Ages>);
static_assert(std::is_same_v<decltype(map(Dict{{"a", 1}})), Ages>);

namespace {

QByteArray text(const Dict &value)
{
    QByteArray all;
    for (const auto &[key, number] : value) {
        all += QByteArray::fromStdString(key) + QByteArray::number(number);
    }
    return all.isEmpty() ? "-" : all;
}

QByteArray text(const std::string *key)
{
    return key ? QByteArray::fromStdString(*key) : "null";
}

QByteArray text(const Change &change)
{
    if (change.whole) {
        return "whole";
    }
    QByteArray all;
    for (const auto &[key, old] : change.keys) {
        all += QByteArray::fromStdString(key) + (old ? QByteArray::number(*old) : "?");
    }
    return all;
}

} // namespace

class tst_Map : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_time.emplace(); }
    void cleanup() { m_time.reset(); }

    void map_startsWithItsEntries();
    void setKey_addsAndReplaces();
    void setKey_nulloptRemoves();
    void setKey_equalValueIsSilent();
    void setKey_removingAnAbsentKeyIsSilent();
    void setKey_keepsTheOrderOfKeys();
    void set_replacesTheWholeMap();
    void set_equalMapIsSilent();
    void getKey_pointsToTheValue();
    void listen_hearsWhichKeyChanged();
    void listen_hearsTheOldMap();
    void listen_signatures();
    void listen_changeNamesTheKeyAndItsOldValue();
    void listen_changeAndOldMapTogether();
    void subscribe_callsAtOnceWithoutAKey();
    void notify_hasNeitherKeyNorOldMap();
    void setInAListener_repeatsWithTheLatestMap();
    void removed_queuedListenerDoesNotRun();

    void setEqKey_decidesForOneKey();
    void setEqKey_isNotAskedForAnAbsentKey();
    void setEqKey_doesNotKeepAKeyFromBeingRemoved();
    void setEqual_decidesForTheWholeMap();

    void snapshot_staysAsItWas();
    void snapshot_heldByAListenerStaysAsItWas();
    void setKey_copiesNothingUnlessTheOldMapIsTaken();
    void setKey_copiesOneOldValueForAChange();

    void batch_tellsOnceWithoutAKey();
    void batch_changeListsEachKeyOnce();
    void batch_changeOfManyKeys();
    void batch_changeWithAWholeSet();
    void batch_listenersOfEveryKindAgree();
    void batch_keyTakenBack();
    void batch_keyTakenBackAfterAComputedRead();
    void batch_insideADrainBeginsANewChange();

    void computed_seesAChangedKey();
    void computed_isNotRunForAKeyTakenBack();
    void computed_aroundOneKeyIsSilentForOthers();
    void effect_seesAChangedKey();

    void onSet_hearsTheKeyAndItsValue();
    void onSet_mayReplaceTheKeysValue();
    void onSet_mayReplaceTheWholeMap();
    void onSet_replaceOfAMapWhoseKeyIsSet();
    void onSet_mayAbort();
    void onNotify_hearsOfEachSet();
    void onNotify_hearsTheKeyAndTheOldMap();
    void onNotify_inABatchHearsOfEachSet();
    void mounting_byListenerAndGet();

private:
    std::optional<ManualTime> m_time;
};

void tst_Map::map_startsWithItsEntries()
{
    QCOMPARE(text((map<std::string, int>().get())), "-");
    QCOMPARE(text(map(Dict{{"b", 2}, {"a", 1}}).get()), "b2a1");
}

void tst_Map::setKey_addsAndReplaces()
{
    const auto ages = map<std::string, int>();
    ages.setKey("a", 1);
    ages.setKey("b", 2);
    ages.setKey("a", 3);
    QCOMPARE(text(ages.get()), "a3b2");
}

void tst_Map::setKey_nulloptRemoves()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 2}, {"c", 3}});
    Trace trace;
    const auto subscription = ages.listen([&](const Dict &value) { trace.add(text(value)); });
    ages.setKey("a", std::nullopt);
    ages.removeKey("c");
    QCOMPARE(trace.take(), "b2c3 b2");
}

void tst_Map::setKey_equalValueIsSilent()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto subscription = ages.listen(trace.adds("L"));
    ages.setKey("a", 1);
    QCOMPARE(trace.take(), "");
}

void tst_Map::setKey_removingAnAbsentKeyIsSilent()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto subscription = ages.listen(trace.adds("L"));
    ages.removeKey("b");
    ages.setKey("b", std::nullopt);
    QCOMPARE(trace.take(), "");
}

void tst_Map::setKey_keepsTheOrderOfKeys()
{
    const auto ages = map(Dict{{"c", 1}, {"a", 2}});
    ages.setKey("b", 3);
    ages.setKey("c", 4);
    QCOMPARE(text(ages.get()), "c4a2b3");
    ages.removeKey("c");
    ages.setKey("c", 5);
    QCOMPARE(text(ages.get()), "a2b3c5");
}

void tst_Map::set_replacesTheWholeMap()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto subscription = ages.listen([&](const Dict &value, const Dict &old, const std::string *key) {
        trace.add(text(old) + ">" + text(value) + ":" + text(key));
    });
    ages.set(Dict{{"b", 2}});
    ages.set({});
    QCOMPARE(trace.take(), "a1>b2:null b2>-:null");
}

void tst_Map::set_equalMapIsSilent()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 2}});
    Trace trace;
    const auto subscription = ages.listen(trace.adds("L"));
    ages.set(Dict{{"b", 2}, {"a", 1}});
    ages.set(ages.get());
    QCOMPARE(trace.take(), "");
}

void tst_Map::getKey_pointsToTheValue()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onMount(ages, trace.adds("mount"));
    QCOMPARE(*ages.getKey("a"), 1);
    QVERIFY(!ages.getKey("b"));
    QCOMPARE(trace.take(), "");
    ages.setKey("a", 2);
    QCOMPARE(*ages.getKey("a"), 2);
}

void tst_Map::listen_hearsWhichKeyChanged()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto subscription =
        ages.listen([&](const Dict &, const Dict &, const std::string *key) { trace.add(text(key)); });
    ages.setKey("a", 2);
    ages.setKey("b", 1);
    ages.removeKey("a");
    ages.set({});
    QCOMPARE(trace.take(), "a b a null");
}

void tst_Map::listen_hearsTheOldMap()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    const auto subscription =
        ages.listen([&](const Dict &value, const Dict &old) { trace.add(text(old) + ">" + text(value)); });
    ages.setKey("a", 1);
    ages.setKey("a", 2);
    ages.setKey("b", 3);
    ages.removeKey("a");
    QCOMPARE(trace.take(), "->a1 a1>a2 a2>a2b3 a2b3>b3");
}

void tst_Map::listen_signatures()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto none = ages.listen(trace.adds("none"));
    const auto value = ages.listen([&](const Dict &now) { trace.add(text(now)); });
    const auto pointer = ages.listen([&](const Dict &, const Dict *old) { trace.add(text(*old)); });
    const auto change = ages.listen([&](const Dict &, const Change &what) { trace.add(text(what)); });
    ages.setKey("a", 2);
    QCOMPARE(trace.take(), "none a2 a1 a1");
}

void tst_Map::listen_changeNamesTheKeyAndItsOldValue()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto subscription =
        ages.listen([&](const Dict &value, const Change &change) { trace.add(text(change) + ">" + text(value)); });
    ages.setKey("b", 2);
    ages.setKey("a", 3);
    ages.removeKey("b");
    ages.set(Dict{{"z", 9}});
    QCOMPARE(trace.take(), "b?>a1b2 a1>a3b2 b2>a3 whole>z9");
}

void tst_Map::listen_changeAndOldMapTogether()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto change = ages.listen([&](const Dict &, const Change &what) {
        trace.add("c:" + text(what));
        if (what.keys.size() == 1 && what.keys.front().key == "b") {
            ages.setKey("d", 4);
        }
    });
    const auto old = ages.listen([&](const Dict &value, const Dict &before, const std::string *key) {
        trace.add(text(before) + ">" + text(value) + ":" + text(key));
    });
    ages.setKey("b", 2);
    // The second listener hears the latest map; its first old map is the one before the first set.
    QCOMPARE(trace.take(), "c:b? a1>a1b2d4:b c:d? a1b2>a1b2d4:d");
}

void tst_Map::subscribe_callsAtOnceWithoutAKey()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto keyed = ages.subscribe([&](const Dict &value, const Dict &old, const std::string *key) {
        trace.add(text(old) + ">" + text(value) + ":" + text(key));
    });
    QCOMPARE(trace.take(), "a1>a1:null");
    const auto pointer = ages.subscribe([&](const Dict &, const Dict *old) { trace.add(old ? "old" : "none"); });
    QCOMPARE(trace.take(), "none");
    const auto change = ages.subscribe([&](const Dict &, const Change &what) { trace.add(text(what)); });
    QCOMPARE(trace.take(), "whole");
}

void tst_Map::notify_hasNeitherKeyNorOldMap()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    const auto pointer = ages.listen([&](const Dict &, const Dict *old) { trace.add(old ? "old" : "none"); });
    const auto keyed = ages.listen([&](const Dict &, const Dict &, const std::string *key) { trace.add(text(key)); });
    const auto change = ages.listen([&](const Dict &, const Change &what) { trace.add(text(what)); });
    ages.notify();
    QCOMPARE(trace.take(), "none null whole");
}

// Rule 14.
void tst_Map::setInAListener_repeatsWithTheLatestMap()
{
    const auto ages = map(Dict{{"a", 0}});
    Trace trace;
    const auto first = ages.listen([&](const Dict &value, const Dict &old, const std::string *key) {
        trace.add("1:" + text(old) + ">" + text(value) + ":" + text(key));
        if (*value.find("a") == 1) {
            ages.setKey("a", 2);
        }
    });
    const auto second = ages.listen([&](const Dict &value, const Dict &old, const std::string *key) {
        trace.add("2:" + text(old) + ">" + text(value) + ":" + text(key));
    });
    ages.setKey("a", 1);
    QCOMPARE(trace.take(), "1:a0>a1:a 2:a0>a2:a 1:a1>a2:a 2:a1>a2:a");
}

void tst_Map::removed_queuedListenerDoesNotRun()
{
    const auto ages = map(Dict{{"a", 0}});
    Trace trace;
    Subscription second;
    std::vector<Subscription> late;
    const auto first = ages.listen([&](const Dict &value) {
        trace.add("first" + text(value));
        late.push_back(ages.listen([&](const Dict &v) { trace.add("late" + text(v)); }));
        if (*value.find("a") == 2) {
            second.reset();
        }
    });
    second = ages.listen([&](const Dict &value) { trace.add("second" + text(value)); });
    ages.setKey("a", 1);
    QCOMPARE(trace.take(), "firsta1 seconda1");
    ages.setKey("a", 2);
    QCOMPARE(trace.take(), "firsta2 latea2");
}

void tst_Map::setEqKey_decidesForOneKey()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 1}});
    ages.setEqKey([](int x, int y, const std::string &key) { return key == "a" && x / 10 == y / 10; });
    Trace trace;
    const auto subscription =
        ages.listen([&](const Dict &, const Dict &, const std::string *key) { trace.add(text(key)); });
    ages.setKey("a", 2);
    ages.setKey("b", 1);
    ages.setKey("a", 12);
    QCOMPARE(trace.take(), "b a");
    QCOMPARE(text(ages.get()), "a12b1");
    ages.setEqKey({});
    ages.setKey("b", 1);
    ages.setKey("a", 13);
    QCOMPARE(trace.take(), "a");
}

// JavaScript asks with undefined; here an absent key has no value to be asked with.
void tst_Map::setEqKey_isNotAskedForAnAbsentKey()
{
    const auto ages = map<std::string, int>();
    int asked = 0;
    ages.setEqKey([&](int, int, const std::string &) {
        ++asked;
        return true;
    });
    ages.setKey("a", 1);
    QCOMPARE(asked, 0);
    QCOMPARE(text(ages.get()), "a1");
    ages.setKey("a", 2);
    QCOMPARE(asked, 1);
    QCOMPARE(text(ages.get()), "a1");
}

void tst_Map::setEqKey_doesNotKeepAKeyFromBeingRemoved()
{
    const auto ages = map(Dict{{"a", 1}});
    ages.setEqKey([](int, int, const std::string &) { return true; });
    Trace trace;
    const auto subscription = ages.listen([&](const Dict &value) { trace.add(text(value)); });
    ages.setKey("a", 2);
    ages.setKey("a", std::nullopt);
    QCOMPARE(trace.take(), "-");
}

void tst_Map::setEqual_decidesForTheWholeMap()
{
    const auto ages = map(Dict{{"a", 1}});
    int asked = 0;
    ages.setEqKey([&](int, int, const std::string &) {
        ++asked;
        return false;
    });
    ages.setEqual([](const Dict &a, const Dict &b) { return a.value("a") == b.value("a"); });
    Trace trace;
    const auto subscription = ages.listen([&](const Dict &value) { trace.add(text(value)); });
    ages.set(Dict{{"a", 1}, {"b", 2}});
    QCOMPARE(trace.take(), "");
    QCOMPARE(text(ages.get()), "a1");
    ages.set(Dict{{"a", 2}});
    QCOMPARE(trace.take(), "a2");
    QCOMPARE(asked, 0);
}

void tst_Map::snapshot_staysAsItWas()
{
    const auto ages = map(Dict{{"a", 1}, {"b", 2}});
    const Dict before = ages.get();
    ages.setKey("a", 10);
    ages.removeKey("b");
    const Dict after = ages.get();
    ages.set({});
    QCOMPARE(text(before), "a1b2");
    QCOMPARE(text(after), "a10");
}

void tst_Map::snapshot_heldByAListenerStaysAsItWas()
{
    const auto ages = map<std::string, int>();
    QList<Dict> values;
    QList<Dict> olds;
    const auto subscription = ages.listen([&](const Dict &value, const Dict &old) {
        values.append(value);
        olds.append(old);
    });
    ages.setKey("a", 1);
    ages.setKey("b", 2);
    ages.setKey("a", 3);
    QCOMPARE(text(values[0]) + " " + text(values[1]) + " " + text(values[2]), "a1 a1b2 a3b2");
    QCOMPARE(text(olds[0]) + " " + text(olds[1]) + " " + text(olds[2]), "- a1 a1b2");
}

// Rule 38.
void tst_Map::setKey_copiesNothingUnlessTheOldMapIsTaken()
{
    Dictionary<int, Counted> start;
    for (int i = 0; i < 100; ++i) {
        start.insert(i, Counted(i));
    }
    const auto things = map(std::move(start));
    int calls = 0;
    const auto none = things.listen([&] { ++calls; });
    const auto value = things.listen([&](const Dictionary<int, Counted> &) { ++calls; });
    Counted::reset();
    things.setKey(5, Counted(-5));
    things.setKey(100, Counted(100));
    things.removeKey(6);
    QCOMPARE(Counted::copies(), 0);
    QCOMPARE(calls, 6);
    {
        const auto old = things.listen([](const Dictionary<int, Counted> &, const Dictionary<int, Counted> &) {});
        things.setKey(7, Counted(-7));
        QVERIFY(Counted::copies() >= 99);
    }
    things.setKey(8, Counted(-8)); // the last one may still be shared
    Counted::reset();
    things.setKey(9, Counted(-9));
    QVERIFY(Counted::copies() < 10);
}

void tst_Map::setKey_copiesOneOldValueForAChange()
{
    Dictionary<int, Counted> start;
    for (int i = 0; i < 100; ++i) {
        start.insert(i, Counted(i));
    }
    const auto things = map(std::move(start));
    int calls = 0;
    const auto total = computed(things, [](const Dictionary<int, Counted> &all) { return all.size(); });
    const auto ofTotal = total.listen([] {});
    const auto change = things.listen([&](const Dictionary<int, Counted> &value, const MapChange<int, Counted> &what) {
        ++calls;
        QCOMPARE(what.keys.front().oldValue->number(), 5);
        QCOMPARE(value.find(5)->number(), -5);
    });
    Counted::reset();
    things.setKey(5, Counted(-5));
    QCOMPARE(calls, 1);
    QVERIFY(Counted::copies() < 10);
}

// Rule 20.
void tst_Map::batch_tellsOnceWithoutAKey()
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

void tst_Map::batch_changeListsEachKeyOnce()
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

void tst_Map::batch_changeOfManyKeys()
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

void tst_Map::batch_changeWithAWholeSet()
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

void tst_Map::batch_listenersOfEveryKindAgree()
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
void tst_Map::batch_keyTakenBack()
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

void tst_Map::batch_keyTakenBackAfterAComputedRead()
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

void tst_Map::batch_insideADrainBeginsANewChange()
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

void tst_Map::computed_seesAChangedKey()
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
void tst_Map::computed_isNotRunForAKeyTakenBack()
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

void tst_Map::computed_aroundOneKeyIsSilentForOthers()
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

void tst_Map::effect_seesAChangedKey()
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

// Rule 37.
void tst_Map::onSet_hearsTheKeyAndItsValue()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onSet(ages, [&](SetEvent<Ages> &event) {
        const int *value = event.newKeyValue();
        trace.add(text(event.changed()) + ":" + (value ? QByteArray::number(*value) : "none") + ":"
                  + text(event.newValue()));
    });
    ages.setKey("a", 1);
    ages.setKey("b", 2);
    ages.removeKey("a");
    ages.set(Dict{{"z", 9}});
    QCOMPARE(trace.take(), "a:1:a1 b:2:a1b2 a:none:b2 null:none:z9");
}

void tst_Map::onSet_mayReplaceTheKeysValue()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    onSet(ages, [&](SetEvent<Ages> &event) { trace.add("seen" + text(event.newValue())); });
    onSet(ages, [&](SetEvent<Ages> &event) {
        trace.add("first" + text(event.newValue()));
        if (event.newKeyValue() && *event.newKeyValue() > 9) {
            event.replaceKey(9);
        }
    });
    ages.setKey("a", 20);
    QCOMPARE(trace.take(), "firsta20 seena9");
    QCOMPARE(text(ages.get()), "a9");
}

void tst_Map::onSet_mayReplaceTheWholeMap()
{
    const auto ages = map<std::string, int>();
    onSet(ages, [&](SetEvent<Ages> &event) {
        if (!event.changed()) {
            Dict checked = event.newValue();
            checked.insert("checked", 1);
            event.replace(checked);
        }
    });
    ages.set(Dict{{"a", 1}});
    QCOMPARE(text(ages.get()), "a1checked1");
    ages.setKey("b", 2);
    QCOMPARE(text(ages.get()), "a1checked1b2");
}

void tst_Map::onSet_replaceOfAMapWhoseKeyIsSet()
{
    const auto ages = map(Dict{{"a", 1}});
    onSet(ages, [](SetEvent<Ages> &event) { event.replace({}); });
    QVERIFY_EXCEPTION_THROWN(ages.setKey("a", 2), std::logic_error);
    QVERIFY_EXCEPTION_THROWN(ages.removeKey("a"), std::logic_error);
    QCOMPARE(text(ages.get()), "a1");
}

void tst_Map::onSet_mayAbort()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onSet(ages, [&](SetEvent<Ages> &event) {
        if (event.changed() ? !event.newKeyValue() || *event.newKeyValue() < 0 : event.newValue().empty()) {
            event.abort();
        }
    });
    const auto subscription = ages.listen(trace.adds("L"));
    ages.setKey("a", -1);
    ages.removeKey("a");
    ages.set({});
    QCOMPARE(trace.take(), "");
    QCOMPARE(text(ages.get()), "a1");
    ages.setKey("a", 2);
    QCOMPARE(trace.take(), "L");
}

void tst_Map::onNotify_hearsOfEachSet()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onNotify(ages, [&](NotifyEvent<Ages> &event) {
        trace.add("notify" + text(event.store().get()));
        if (event.store().get().contains("hidden")) {
            event.abort();
        }
    });
    const auto subscription = ages.listen(trace.adds("L"));
    ages.setKey("a", 2);
    ages.set(Dict{{"hidden", 1}});
    ages.removeKey("hidden");
    ages.notify();
    QCOMPARE(trace.take(), "notifya2 L notifyhidden1 notify- L notify- L");
}

void tst_Map::onNotify_hearsTheKeyAndTheOldMap()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onNotify(ages, [&](NotifyEvent<Ages> &event) {
        trace.add((event.oldValue() ? text(*event.oldValue()) : "none") + ":" + text(event.changed()));
    });
    ages.setKey("b", 2);
    const auto subscription = ages.listen([&](const Dict &value) { trace.add(text(value)); });
    ages.setKey("a", 3);
    ages.removeKey("b");
    ages.set(Dict{{"z", 9}});
    ages.notify();
    QCOMPARE(trace.take(), "a1:b a1b2:a a3b2 a3b2:b a3 a3:null z9 none:null z9");
}

void tst_Map::onNotify_inABatchHearsOfEachSet()
{
    const auto ages = map(Dict{{"a", 1}});
    Trace trace;
    onNotify(ages, [&](NotifyEvent<Ages> &event) {
        trace.add((event.oldValue() ? text(*event.oldValue()) : "none") + ":" + text(event.changed()));
    });
    const auto subscription =
        ages.listen([&](const Dict &value, const Change &change) { trace.add(text(change) + ">" + text(value)); });
    batch([&] {
        ages.setKey("a", 2);
        ages.setKey("b", 3);
        ages.setKey("a", 4);
    });
    QCOMPARE(trace.take(), "a1:a a2:b a2b3:a a1b?>a4b3");
}

void tst_Map::mounting_byListenerAndGet()
{
    const auto ages = map<std::string, int>();
    Trace trace;
    onMount(ages, [&](MountEvent<Ages> &event) {
        event.store().setKey("mounted", 1);
        trace.add("mount");
        return trace.adds("unmount");
    });
    QCOMPARE(text(ages.get()), "mounted1");
    QCOMPARE(trace.take(), "mount");
    {
        const auto subscription = ages.listen(trace.adds("L"));
        ages.setKey("a", 1);
    }
    QCOMPARE(trace.take(), "L");
    m_time->advance(1000);
    QCOMPARE(trace.take(), "unmount");
}

QTEST_APPLESS_MAIN(tst_Map)
#include "tst_map.moc"

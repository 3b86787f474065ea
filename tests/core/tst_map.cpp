// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "ages.h"

#include "support/callrecorder.h"
#include "support/lifetime.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <optional>
#include <string>
#include <type_traits>

using namespace nanostores;
using namespace ages;
using support::Counted;
using support::Trace;

static_assert(KeyedStore<Ages> && WritableStore<Ages>);
static_assert(std::is_same_v<Ages::value_type, Dict>);
static_assert(std::is_same_v<decltype(map<std::string, int>()), Ages>);
static_assert(std::is_same_v<decltype(map(Dict{{"a", 1}})), Ages>);

class tst_Map : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
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

QTEST_APPLESS_MAIN(tst_Map)
#include "tst_map.moc"

// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/history.h>

#include "support/callrecorder.h"
#include "support/lifetime.h"
#include "support/manualtime.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <string>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Counted;
using support::ManualTime;

namespace {

using Ages = Dictionary<std::string, int>;

Map<std::string, int> threeAges()
{
    return map(Ages{{"Ada", 1}, {"Bob", 2}, {"Cleo", 3}});
}

std::string textOf(const Map<std::string, int> &ages)
{
    std::string text;
    for (const auto &[name, age] : ages.get()) {
        text += name + std::to_string(age) + " ";
    }
    return text;
}

} // namespace

/// Steps of maps: keys and their places.
class tst_HistoryMaps : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void setKey_isUndone();
    void setKey_ofANewKeyIsUndone();
    void removeKey_comesBackToItsPlace_data();
    void removeKey_comesBackToItsPlace();
    void removeKey_severalComeBackToTheirPlaces();
    void set_ofTheWholeMap();
    void set_afterKeysInOneBatch();
    void keys_manyChangesOfOneKeyInABatch();
    void keys_comingAndGoingInABatchIsNoStep();
    void keys_removedAndSetBackIsNoStep();
    void keys_removedAndAddedAgain();
    void keys_manyAtOnce();
    void listener_isCalledWithTheKey();
    void delta_keepsOneValueOfAKey();
    void delta_keepsOneValueOfAKeyThatWentFromTheMiddle();
    void atom_keepsItsListWithoutACopy();
    void untracked_otherKeysStay();
    void untracked_theSameKeyGoes();
    void merge_theSameKey();
    void merge_notAnotherKey();
    void equalKey_decides();
};

void tst_HistoryMaps::setKey_isUndone()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    ages.setKey("Bob", 20);
    QVERIFY(edits.undo());
    QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo3 "));
    QVERIFY(edits.redo());
    QCOMPARE(textOf(ages), std::string("Ada1 Bob20 Cleo3 "));
}

void tst_HistoryMaps::setKey_ofANewKeyIsUndone()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    ages.setKey("Dan", 4);
    QVERIFY(edits.undo());
    QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo3 "));
    QVERIFY(edits.redo());
    QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo3 Dan4 "));
}

void tst_HistoryMaps::removeKey_comesBackToItsPlace_data()
{
    QTest::addColumn<std::string>("key");
    for (const char *key : {"Ada", "Bob", "Cleo"}) {
        QTest::newRow(key) << std::string(key);
    }
}

void tst_HistoryMaps::removeKey_comesBackToItsPlace()
{
    QFETCH(const std::string, key);
    const auto ages = threeAges();
    const auto edits = history(ages);
    ages.removeKey(key);
    const std::string without = textOf(ages);
    for (int i = 0; i < 2; ++i) {
        QVERIFY(edits.undo());
        QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo3 "));
        QVERIFY(edits.redo());
        QCOMPARE(textOf(ages), without);
    }
}

void tst_HistoryMaps::removeKey_severalComeBackToTheirPlaces()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    batch([&] {
        ages.removeKey("Bob");
        ages.removeKey("Ada");
        ages.setKey("Dan", 4);
    });
    QVERIFY(edits.undo());
    QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo3 "));
    QVERIFY(edits.redo());
    QCOMPARE(textOf(ages), std::string("Cleo3 Dan4 "));
    QVERIFY(edits.undo());
    QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo3 "));
}

void tst_HistoryMaps::set_ofTheWholeMap()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    ages.set({});
    QVERIFY(edits.undo());
    QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo3 "));
    QVERIFY(edits.redo());
    QCOMPARE(textOf(ages), std::string());
    QCOMPARE(edits.touched(0).front().keys.size(), std::size_t{0});
}

void tst_HistoryMaps::set_afterKeysInOneBatch()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    batch([&] {
        ages.setKey("Bob", 20);
        ages.removeKey("Ada");
        ages.set(Ages{{"Eve", 5}});
        ages.setKey("Eve", 6);
    });
    QVERIFY(edits.undo());
    QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo3 "));
    QVERIFY(edits.redo());
    QCOMPARE(textOf(ages), std::string("Eve6 "));
}

void tst_HistoryMaps::keys_manyChangesOfOneKeyInABatch()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    batch([&] {
        for (int i = 0; i < 10; ++i) {
            ages.setKey("Bob", 10 + i);
        }
        ages.removeKey("Bob");
        ages.setKey("Bob", 99);
    });
    QVERIFY(edits.undo());
    QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo3 "));
    QVERIFY(edits.redo());
    QCOMPARE(textOf(ages), std::string("Ada1 Cleo3 Bob99 "));
}

void tst_HistoryMaps::keys_comingAndGoingInABatchIsNoStep()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    batch([&] {
        ages.setKey("Dan", 4);
        ages.setKey("Dan", 5);
        ages.removeKey("Dan");
    });
    QVERIFY(!edits.canUndo.get());
}

void tst_HistoryMaps::keys_removedAndSetBackIsNoStep()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    batch([&] {
        ages.removeKey("Cleo");
        ages.setKey("Cleo", 3);
    });
    QVERIFY(!edits.canUndo.get());
}

void tst_HistoryMaps::keys_removedAndAddedAgain()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    batch([&] {
        ages.removeKey("Ada");
        ages.setKey("Ada", 11);
    });
    QCOMPARE(textOf(ages), std::string("Bob2 Cleo3 Ada11 "));
    QVERIFY(edits.undo());
    QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo3 "));
    QVERIFY(edits.redo());
    QCOMPARE(textOf(ages), std::string("Bob2 Cleo3 Ada11 "));
}

void tst_HistoryMaps::keys_manyAtOnce()
{
    const auto numbers = map<int, int>();
    for (int i = 0; i < 100; ++i) {
        numbers.setKey(i, i);
    }
    const auto before = numbers.get();
    const auto edits = history(numbers);
    batch([&] {
        for (int i = 0; i < 100; i += 3) {
            numbers.removeKey(i);
        }
        for (int i = 0; i < 100; i += 2) {
            numbers.setKey(i, -i);
        }
    });
    const auto after = numbers.get();
    QVERIFY(edits.undo());
    QVERIFY(std::equal(before.begin(), before.end(), numbers.get().begin(), numbers.get().end()));
    QVERIFY(edits.redo());
    QVERIFY(std::equal(after.begin(), after.end(), numbers.get().begin(), numbers.get().end()));
}

void tst_HistoryMaps::listener_isCalledWithTheKey()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    ages.setKey("Bob", 20);
    std::vector<std::string> keys;
    const auto listening = ages.listen([&](const Ages &, const MapChange<std::string, int> &change) {
        QVERIFY(!change.whole);
        for (const auto &one : change.keys) {
            keys.push_back(one.key + std::to_string(one.oldValue.value_or(0)));
        }
    });
    edits.undo();
    QCOMPARE(keys, std::vector<std::string>{"Bob20"});
}

void tst_HistoryMaps::delta_keepsOneValueOfAKey()
{
    const auto store = map<int, Counted>();
    for (int i = 0; i < 50; ++i) {
        store.setKey(i, Counted(i));
    }
    const auto edits = history(store);
    const int before = Counted::alive();
    store.setKey(7, Counted(70));
    QCOMPARE(Counted::alive(), before + 1);
    edits.undo();
    edits.redo();
    store.setKey(8, Counted(80)); // what the map keeps of a batch goes with the next write
    QCOMPARE(Counted::alive(), before + 2);
}

void tst_HistoryMaps::delta_keepsOneValueOfAKeyThatWentFromTheMiddle()
{
    const auto store = map<int, Counted>();
    for (int i = 0; i < 50; ++i) {
        store.setKey(i, Counted(i));
    }
    const auto edits = history(store);
    const int before = Counted::alive();
    store.removeKey(7);
    QCOMPARE(Counted::alive(), before);
    edits.undo();
    edits.redo();
    store.setKey(8, Counted(80));
    QCOMPARE(Counted::alive(), before + 1);
    edits.clear();
    QCOMPARE(Counted::alive(), before - 1);
}

void tst_HistoryMaps::atom_keepsItsListWithoutACopy()
{
    const auto list = atom(std::vector<Counted>(100));
    const auto edits = history(list);
    std::vector<Counted> next(10);
    Counted::reset();
    list.set(std::move(next));
    QCOMPARE(Counted::copies(), 0);
    QVERIFY(edits.bytes() >= sizeof(Counted) * 100);
}

void tst_HistoryMaps::untracked_otherKeysStay()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    ages.setKey("Ada", 10);
    ages.removeKey("Bob");
    edits.untracked([&] { ages.setKey("Cleo", 30); });
    QVERIFY(edits.goTo(0));
    QCOMPARE(textOf(ages), std::string("Ada1 Bob2 Cleo30 "));
}

void tst_HistoryMaps::untracked_theSameKeyGoes()
{
    const auto ages = threeAges();
    const auto edits = history(ages);
    ages.setKey("Ada", 10);
    ages.removeKey("Bob");
    edits.untracked([&] { ages.setKey("Ada", 100); });
    QCOMPARE(edits.position.get(), std::size_t{1});
    QVERIFY(edits.undo());
    QCOMPARE(textOf(ages), std::string("Ada100 Bob2 Cleo3 "));
}

void tst_HistoryMaps::merge_theSameKey()
{
    ManualTime time;
    const auto ages = threeAges();
    const auto edits = history({.mergeWithin = 500ms}, ages);
    ages.setKey("Ada", 10);
    ages.setKey("Ada", 11);
    QCOMPARE(edits.position.get(), std::size_t{1});
    edits.undo();
    QCOMPARE(ages.get().value("Ada"), 1);
}

void tst_HistoryMaps::merge_notAnotherKey()
{
    ManualTime time;
    const auto ages = threeAges();
    const auto edits = history({.mergeWithin = 500ms}, ages);
    ages.setKey("Ada", 10);
    ages.setKey("Bob", 11);
    ages.setKey("Dan", 4);
    ages.setKey("Dan", 5); // the step before has added the key
    QCOMPARE(edits.position.get(), std::size_t{4});
}

void tst_HistoryMaps::equalKey_decides()
{
    const auto ages = threeAges();
    ages.setEqKey([](int a, int b, const std::string &) { return a / 10 == b / 10; });
    const auto edits = history(ages);
    batch([&] {
        ages.setKey("Ada", 25);
        ages.setKey("Ada", 5); // the same as 1
    });
    QVERIFY(!edits.canUndo.get());
}

QTEST_GUILESS_MAIN(tst_HistoryMaps)

#include "tst_historymaps.moc"

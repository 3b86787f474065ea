// SPDX-License-Identifier: MIT
#include "support/handlers.h"
#include "support/two.h"

#include <nanostores/persistent.h>

#include <QTest>

#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Two;

class tst_EngineConflicts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lastWriteWins_overwrites();
    void reject_showsBoth();
    void reject_withoutConflictWrites();
    void keepMine_overwrites();
    void takeTheirs_changesTheStore();
    void resolve_writesAnotherValue();
    void resolve_endsTheConflictWhateverListenersThrow();
    void furtherChanges_areShown();
    void conflict_canBeResolvedByItsListener();
    void merge_makesOneOfTwo();
    void merge_beforeItIsSent();
    void mergeThatThrows_isShown();
    void mergeThatNeverEnds_isShown();
    void mapKeys_areInConflictEach();
    void deletedElsewhere_isAConflict();
    void compareAndSet_ofStores();
    void compareAndSet_countsExactly();
};

void tst_EngineConflicts::lastWriteWins_overwrites()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0);
    t.write("x", "1");
    mine.set(2);
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("2"));
    QVERIFY(!conflictOf(mine).get().has_value());
}

void tst_EngineConflicts::reject_showsBoth()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    const auto conflict = conflictOf(mine);
    mine.set(1);
    QVERIFY(t.second.flushNow(5s));
    t.write("x", "5");
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s)); // it cannot be written
    QVERIFY(conflict.get().has_value());
    QCOMPARE(conflict.get()->base, 1);
    QCOMPARE(conflict.get()->mine, 2);
    QCOMPARE(conflict.get()->theirs, 5);
    QCOMPARE(conflict.get()->writer, t.first.writer());
    QCOMPARE(conflict.get()->key, std::string("x"));
    QCOMPARE(mine.get(), 2);
    QCOMPARE(t.value("x"), std::string("5"));
    QCOMPARE(t.second.status().get().conflicts, std::size_t{1});
    QCOMPARE(t.second.pending().get(), std::size_t{1});
}

void tst_EngineConflicts::reject_withoutConflictWrites()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    for (int i = 1; i < 5; ++i) {
        mine.set(i);
        QVERIFY(t.second.flushNow(5s));
    }
    QCOMPARE(t.value("x"), std::string("4"));
    t.faults.dropWakes(false);
    t.write("x", "9");
    QTRY_COMPARE(mine.get(), 9);
    mine.set(10);
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("10"));
}

void tst_EngineConflicts::keepMine_overwrites()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    const auto conflict = conflictOf(mine);
    t.write("x", "5");
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s));
    conflict.get()->keepMine();
    QVERIFY(!conflict.get().has_value());
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("2"));
    QCOMPARE(t.second.status().get().conflicts, std::size_t{0});
}

void tst_EngineConflicts::takeTheirs_changesTheStore()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    t.write("x", "5");
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s));
    conflictOf(mine).get()->takeTheirs();
    QCOMPARE(mine.get(), 5);
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("5"));
    QCOMPARE(t.second.pending().get(), std::size_t{0});
}

void tst_EngineConflicts::resolve_writesAnotherValue()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    t.write("x", "5");
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s));
    conflictOf(mine).get()->resolve(7);
    QCOMPARE(mine.get(), 7);
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("7"));
}

void tst_EngineConflicts::resolve_endsTheConflictWhateverListenersThrow()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    const auto keys = persistentMap<std::string, int>(t.second, "m/", {}, {.onConflict = reject});
    t.write("x", "5");
    t.write("m/a", "5");
    mine.set(2);
    keys.setKey("a", 2);
    QVERIFY(!t.second.flushNow(5s));
    const auto fails = [] { support::fail("of a listener"); };
    const auto one = mine.listen(fails);
    const auto other = keys.listen(fails);
    QCOMPARE(support::thrownBy([&] { conflictOf(mine).get()->resolve(7); }), QStringLiteral("of a listener"));
    QCOMPARE(support::thrownBy([&] { conflictOf(keys).get()->resolve(8); }), QStringLiteral("of a listener"));
    QVERIFY(!conflictOf(mine).get().has_value());
    QVERIFY(!conflictOf(keys).get().has_value());
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("7"));
    QCOMPARE(t.value("m/a"), std::string("8"));
}

void tst_EngineConflicts::furtherChanges_areShown()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    const auto conflict = conflictOf(mine);
    t.write("x", "5");
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s));
    mine.set(3);
    QTRY_COMPARE(conflict.get()->mine, 3);
    t.faults.dropWakes(false);
    t.write("x", "6");
    QTRY_COMPARE(conflict.get()->theirs, 6);
    QCOMPARE(mine.get(), 3);
}

void tst_EngineConflicts::conflict_canBeResolvedByItsListener()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = reject});
    const auto subscription = conflictOf(mine).listen([](const auto &conflict) {
        if (conflict) {
            conflict->resolve(conflict->mine + conflict->theirs);
        }
    });
    t.write("x", "5");
    mine.set(2);
    QTRY_COMPARE(t.value("x"), std::string("7"));
    QCOMPARE(mine.get(), 7);
}

void tst_EngineConflicts::merge_makesOneOfTwo()
{
    const Two t;
    const auto sum = merge([](int base, int ours, int theirs) { return ours + theirs - base; });
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = sum});
    mine.set(10);
    QVERIFY(t.second.flushNow(5s));
    t.write("x", "15");
    mine.set(12);
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(mine.get(), 17);
    QCOMPARE(t.value("x"), std::string("17"));
    QVERIFY(!conflictOf(mine).get().has_value());
}

void tst_EngineConflicts::merge_beforeItIsSent()
{
    const Two t;
    const auto sum = merge([](int base, int ours, int theirs) { return ours + theirs - base; });
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = sum});
    t.write("x", "5");
    mine.set(2);
    t.faults.dropWakes(false); // the change is heard of before the own one is sent, or not: both are right
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("7"));
    QTRY_COMPARE(mine.get(), 7);
}

void tst_EngineConflicts::mergeThatThrows_isShown()
{
    support::ErrorLog errors;
    const Two t;
    const auto mine = persistentAtom(
        t.second, "x", 0, {.onConflict = merge([](int, int ours, int) { return support::orThrow(ours, 2); })});
    t.write("x", "5");
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s));
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("bad value")});
    QVERIFY(conflictOf(mine).get().has_value());
}

void tst_EngineConflicts::mergeThatNeverEnds_isShown()
{
    const Two t;
    int merges = 0;
    const auto mine = persistentAtom(t.second, "x", 0, {.onConflict = merge([&](int, int ours, int) {
                                                            ++merges; // another program is always faster
                                                            t.first.set("x", std::to_string(1000 + merges));
                                                            t.first.flushNow(5s);
                                                            return ours;
                                                        })});
    t.write("x", "1000");
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s));
    QCOMPARE(merges, 16);
    QVERIFY(conflictOf(mine).get().has_value());
    QCOMPARE(mine.get(), 2);
}

void tst_EngineConflicts::mapKeys_areInConflictEach()
{
    const Two t;
    const auto mine = persistentMap<std::string, int>(t.second, "m/", {}, {.onConflict = reject});
    const auto conflict = conflictOf(mine);
    t.write("m/a", "1");
    t.write("m/b", "2");
    mine.setKey("a", 11);
    mine.setKey("b", 12);
    mine.setKey("c", 13);
    QVERIFY(!t.second.flushNow(5s));
    QCOMPARE(t.value("m/c"), std::string("13"));
    QCOMPARE(conflict.get()->key, std::string("m/a"));
    conflict.get()->takeTheirs();
    QCOMPARE(conflict.get()->key, std::string("m/b"));
    conflict.get()->resolve(22);
    QVERIFY(!conflict.get().has_value());
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(*mine.getKey("a"), 1);
    QCOMPARE(*mine.getKey("b"), 22);
    QCOMPARE(t.value("m/a"), std::string("1"));
    QCOMPARE(t.value("m/b"), std::string("22"));
}

void tst_EngineConflicts::deletedElsewhere_isAConflict()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 7, {.onConflict = reject});
    mine.set(1);
    QVERIFY(t.second.flushNow(5s));
    QTRY_COMPARE(t.first.get("x"), std::optional<std::string>("1"));
    t.first.del("x");
    QVERIFY(t.first.flushNow(5s));
    mine.set(2);
    QVERIFY(!t.second.flushNow(5s));
    QCOMPARE(conflictOf(mine).get()->theirs, 7);
    conflictOf(mine).get()->keepMine();
    QVERIFY(t.second.flushNow(5s));
    QCOMPARE(t.value("x"), std::string("2"));
}

void tst_EngineConflicts::compareAndSet_ofStores()
{
    const Two t;
    const auto mine = persistentAtom(t.second, "x", 0);
    auto task = compareAndSet(mine, 0, 1);
    QVERIFY(t.second.flushNow(5s));
    QVERIFY(task.result());
    QCOMPARE(mine.get(), 1);
    task = compareAndSet(mine, 0, 2);
    QVERIFY(task.done());
    QVERIFY(!task.result());
    t.write("x", "9");
    task = compareAndSet(mine, 1, 2);
    QCOMPARE(mine.get(), 1);
    QVERIFY(t.second.flushNow(5s));
    QVERIFY(!task.result());
    QCOMPARE(mine.get(), 9);
    mine.set(10);
    task = compareAndSet(mine, 10, 11); // after the write that waits
    QVERIFY(t.second.flushNow(5s));
    QVERIFY(task.result());
    QCOMPARE(t.value("x"), std::string("11"));
}

void tst_EngineConflicts::compareAndSet_countsExactly()
{
    const MemoryArea area;
    std::vector<StorageEngine> engines;
    std::vector<Atom<int>> counters;
    for (int i = 0; i < 3; ++i) {
        engines.push_back(StorageEngine::memory(area));
        engines.back().load(5s);
        counters.push_back(persistentAtom(engines.back(), "n", 0));
    }
    int counted = 0;
    for (int round = 0; round < 60; ++round) {
        std::vector<Task<bool>> tasks;
        for (const auto &counter : counters) {
            tasks.push_back(compareAndSet(counter, counter.get(), counter.get() + 1));
        }
        for (std::size_t i = 0; i < tasks.size(); ++i) {
            QTRY_VERIFY(tasks[i].done());
            counted += tasks[i].result() ? 1 : 0;
        }
    }
    QVERIFY(counted >= 60);
    QCOMPARE(area.value("n"), std::optional(std::to_string(counted)));
    for (const auto &counter : counters) {
        QTRY_COMPARE(counter.get(), counted);
    }
}

QTEST_GUILESS_MAIN(tst_EngineConflicts)
#include "tst_engineconflicts.moc"

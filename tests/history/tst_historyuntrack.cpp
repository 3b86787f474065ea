// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/history.h>

#include "support/handlers.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <cstddef>
#include <string>

using namespace nanostores;
using support::thrownBy;

/// Nothing is left of stores that are not recorded any more.
class tst_HistoryUntrack : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void untrack_insideUntracked();
    void untrack_insideAGroup();
    void untrack_whenAnObserverWritesTheStore();
    void untrack_whenAnObserverThrows();
    void untrack_insideABatchKeepsTheStateUnclean();
    void untrack_otherStoresAfterIt();
};

void tst_HistoryUntrack::untrack_insideUntracked()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    edits.untracked([&] {
        count.set(2);
        edits.untrack();
        count.set(3);
    });
    QCOMPARE(edits.steps.get().size(), std::size_t{0});
    edits.track(count);
    count.set(4);
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 3);
    QVERIFY(!edits.canUndo.get());
}

void tst_HistoryUntrack::untrack_insideAGroup()
{
    const auto count = atom(0);
    const auto edits = history(count);
    edits.group("Edit", [&] {
        count.set(1);
        edits.untrack();
        count.set(2);
    });
    QCOMPARE(edits.steps.get().size(), std::size_t{0});
    QVERIFY(!edits.undo());
    QCOMPARE(count.get(), 2);
}

void tst_HistoryUntrack::untrack_whenAnObserverWritesTheStore()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    const auto listening = edits.canUndo.listen([&] { count.set(count.peek() + 10); });
    edits.untrack();
    QCOMPARE(count.get(), 11);
    QCOMPARE(edits.steps.get().size(), std::size_t{0});
    QVERIFY(!edits.undo());
    QVERIFY(edits.touched(0).empty());
    QCOMPARE(count.get(), 11);
}

void tst_HistoryUntrack::untrack_whenAnObserverThrows()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    {
        const auto listening = edits.canUndo.listen([] { support::fail("no"); });
        QCOMPARE(thrownBy([&] { edits.untrack(); }), QStringLiteral("no"));
    }
    count.set(2);
    QCOMPARE(edits.steps.get().size(), std::size_t{0});
    QVERIFY(!edits.undo());
    QCOMPARE(count.get(), 2);
}

void tst_HistoryUntrack::untrack_insideABatchKeepsTheStateUnclean()
{
    const auto count = atom(0);
    const auto edits = history(count);
    QVERIFY(edits.isClean.get());
    batch([&] {
        count.set(1);
        edits.untrack();
    });
    QVERIFY(!edits.isClean.get());
    QCOMPARE(edits.steps.get().size(), std::size_t{0});
}

void tst_HistoryUntrack::untrack_otherStoresAfterIt()
{
    const auto count = atom(0);
    const auto name = atom(std::string("Ada"));
    const auto edits = history({.limit = 1}, count);
    count.set(1);
    count.set(2);
    edits.untrack();
    edits.track(name);
    name.set("Bob");
    name.set("Cleo");
    count.set(3);
    QVERIFY(edits.undo());
    QCOMPARE(name.get(), std::string("Bob"));
    QCOMPARE(count.get(), 3);
}

QTEST_GUILESS_MAIN(tst_HistoryUntrack)

#include "tst_historyuntrack.moc"

// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/history.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <string>

using namespace nanostores;
using support::CallRecorder;
using support::thrownBy;

/// Undo goes through onSet hooks.
class tst_HistoryRefusals : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void undo_isAskedOfTheHooks();
    void undo_abortedChangesNothing();
    void undo_replacedChangesNothing();
    void undo_abortedInTheSecondStorePutsTheFirstBack();
    void undo_abortedInAMapPutsItsKeysBack();
    void undo_abortedOfAMapThatIsSetAsAWhole();
    void undo_abortedOfARecord();
    void undo_replacedOfAMapKey();
    void undo_throwingHookChangesNothing();
    void undo_acceptedLater();
    void redo_abortedChangesNothing();
    void goTo_abortedOnTheWayChangesNothing();
    void goTo_laterStoresSeeTheEarlierOnes();
    void hook_thatUndoesInside();
    void hook_thatClearsInside();
    void hook_thatWritesAnotherStore();
};

void tst_HistoryRefusals::undo_isAskedOfTheHooks()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    const CallRecorder<int> asked;
    const auto unbind = onSet(count, [&](auto &event) { asked(event.newValue()); });
    QVERIFY(edits.undo());
    QCOMPARE(asked.take(), QList<int>{0});
}

void tst_HistoryRefusals::undo_abortedChangesNothing()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    const auto unbind = onSet(count, [](auto &event) { event.abort(); });
    const CallRecorder<int> calls;
    const auto listening = count.listen(calls);
    const CallRecorder<std::size_t> positions;
    const auto watching = edits.position.listen(positions);
    QVERIFY(!edits.undo());
    QCOMPARE(count.get(), 1);
    QCOMPARE(calls.take(), QList<int>());
    QCOMPARE(positions.take(), QList<std::size_t>());
    QVERIFY(edits.canUndo.get() && !edits.canRedo.get());
}

void tst_HistoryRefusals::undo_replacedChangesNothing()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(5);
    const auto unbind = onSet(count, [](auto &event) {
        if (event.newValue() < 3) {
            event.replace(3);
        }
    });
    QVERIFY(!edits.undo());
    QCOMPARE(count.get(), 5);
}

void tst_HistoryRefusals::undo_abortedInTheSecondStorePutsTheFirstBack()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto seen = computed(b, [](int n) { return n; });
    const auto edits = history(a, b);
    batch([&] {
        a.set(1);
        b.set(1);
    });
    const auto unbind = onSet(a, [](auto &event) { event.abort(); });
    const CallRecorder<int> calls;
    const auto listening = seen.listen(calls);
    QVERIFY(!edits.undo()); // b is written first
    QCOMPARE(a.get(), 1);
    QCOMPARE(b.get(), 1);
    QCOMPARE(calls.take(), QList<int>());
    unbind();
    QVERIFY(edits.undo());
    QCOMPARE(a.get() + b.get(), 0);
    QVERIFY(edits.redo());
    QCOMPARE(a.get() + b.get(), 2);
}

void tst_HistoryRefusals::undo_abortedInAMapPutsItsKeysBack()
{
    const auto ages = map(Dictionary<std::string, int>{{"Ada", 1}, {"Bob", 2}});
    const auto edits = history(ages);
    batch([&] {
        ages.setKey("Ada", 10);
        ages.setKey("Bob", 20);
    });
    const auto unbind = onSet(ages, [](auto &event) {
        if (event.changed() && *event.changed() == "Ada") {
            event.abort();
        }
    });
    const auto before = ages.get();
    QVERIFY(!edits.undo()); // Bob has been written by then
    QCOMPARE(ages.get(), before);
    unbind();
    QVERIFY(edits.undo());
    QCOMPARE(ages.get().value("Bob"), 2);
}

void tst_HistoryRefusals::undo_abortedOfAMapThatIsSetAsAWhole()
{
    const auto ages = map(Dictionary<std::string, int>{{"Ada", 1}, {"Bob", 2}});
    const auto edits = history(ages);
    ages.removeKey("Ada");
    const auto unbind = onSet(ages, [](auto &event) { event.abort(); });
    QVERIFY(!edits.undo());
    QCOMPARE(ages.get().size(), std::size_t{1});
    unbind();
    ages.setKey("Cleo", 3);
    QVERIFY(edits.undo());
    QVERIFY(edits.undo());
    QCOMPARE(ages.get().begin()->first, std::string("Ada"));
}

namespace {

struct Point
{
    int x = 0;
    int y = 0;
    friend bool operator==(const Point &, const Point &) = default;
};

} // namespace

void tst_HistoryRefusals::undo_abortedOfARecord()
{
    const auto point = map(Point{});
    const auto edits = history(point);
    point.setKey(&Point::x, 1);
    const auto unbind = onSet(point, [](auto &event) { event.replace({7, 7}); });
    QVERIFY(!edits.undo());
    QCOMPARE(point.get(), (Point{1, 0}));
}

void tst_HistoryRefusals::undo_replacedOfAMapKey()
{
    const auto ages = map(Dictionary<std::string, int>{{"Ada", 1}});
    const auto edits = history(ages);
    ages.setKey("Ada", 2);
    const auto unbind = onSet(ages, [](auto &event) { event.replaceKey(9); });
    QVERIFY(!edits.undo());
    QCOMPARE(ages.get().value("Ada"), 2);
}

void tst_HistoryRefusals::undo_throwingHookChangesNothing()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto edits = history(a, b);
    batch([&] {
        a.set(1);
        b.set(1);
    });
    const auto unbind = onSet(a, [] { support::fail("no"); });
    QCOMPARE(thrownBy([&] { edits.undo(); }), QStringLiteral("no"));
    QCOMPARE(a.get() + b.get(), 2);
    QVERIFY(edits.canUndo.get() && !edits.canRedo.get());
    unbind();
    QVERIFY(edits.undo());
}

void tst_HistoryRefusals::undo_acceptedLater()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    count.set(2);
    bool isLocked = true;
    const auto unbind = onSet(count, [&](auto &event) {
        if (isLocked) {
            event.abort();
        }
    });
    QVERIFY(!edits.undo());
    isLocked = false;
    QVERIFY(edits.undo());
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 0);
}

void tst_HistoryRefusals::redo_abortedChangesNothing()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto edits = history(a, b);
    batch([&] {
        a.set(1);
        b.set(1);
    });
    edits.undo();
    const auto unbind = onSet(b, [](auto &event) { event.abort(); });
    QVERIFY(!edits.redo()); // a is written first
    QCOMPARE(a.get() + b.get(), 0);
    QVERIFY(!edits.canUndo.get() && edits.canRedo.get());
}

void tst_HistoryRefusals::goTo_abortedOnTheWayChangesNothing()
{
    const auto count = atom(0);
    const auto edits = history(count);
    for (int i = 1; i <= 5; ++i) {
        count.set(i);
    }
    const auto unbind = onSet(count, [](auto &event) {
        if (event.newValue() == 2) {
            event.abort();
        }
    });
    QVERIFY(!edits.goTo(1));
    QCOMPARE(count.get(), 5);
    QCOMPARE(edits.position.get(), std::size_t{5});
    QVERIFY(edits.goTo(3));
    QCOMPARE(count.get(), 3);
    QVERIFY(edits.goTo(5));
}

/// Hooks that compare stores find them as they were when the step was made.
void tst_HistoryRefusals::goTo_laterStoresSeeTheEarlierOnes()
{
    const auto limit = atom(10);
    const auto amount = atom(5);
    const auto unbind = onSet(amount, [&](auto &event) {
        if (event.newValue() > limit.get()) {
            event.abort();
        }
    });
    const auto edits = history(limit, amount);
    batch([&] {
        limit.set(100);
        amount.set(50);
    });
    QVERIFY(edits.undo());
    QCOMPARE(amount.get(), 5);
    QVERIFY(edits.redo());
    QCOMPARE(amount.get(), 50);
    QCOMPARE(limit.get(), 100);
}

void tst_HistoryRefusals::hook_thatUndoesInside()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    count.set(2);
    bool inner = true;
    const auto unbind = onSet(count, [&] { inner = edits.undo(); });
    QVERIFY(edits.undo());
    QVERIFY(!inner);
    QCOMPARE(count.get(), 1);
}

void tst_HistoryRefusals::hook_thatClearsInside()
{
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    count.set(2);
    const auto unbind = onSet(count, [&] { edits.clear(); });
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 1);
    QVERIFY(!edits.canUndo.get() && !edits.canRedo.get());
}

void tst_HistoryRefusals::hook_thatWritesAnotherStore()
{
    const auto count = atom(0);
    const auto log = atom(0);
    const auto edits = history(count, log);
    count.set(1);
    const auto unbind = onSet(count, [&] { log.set(log.peek() + 1); });
    QVERIFY(edits.undo());
    QCOMPARE(log.get(), 1);
    QVERIFY(!edits.canUndo.get());
    QVERIFY(edits.redo());
    QCOMPARE(count.get(), 1);
}

QTEST_GUILESS_MAIN(tst_HistoryRefusals)

#include "tst_historyrefusals.moc"

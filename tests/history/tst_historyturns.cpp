// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/core/graph/probe.h>
#include <nanostores/history.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/manualtime.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <optional>
#include <string>

using namespace nanostores;
using namespace std::chrono_literals;
using support::CallRecorder;
using support::ErrorLog;
using support::ManualTime;
using support::thrownBy;

/// What is one step: turns, effects, merging.
class tst_HistoryTurns : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void batch_isOneStep();
    void batch_thatTakesAWriteBackIsNoStep();
    void batch_whoseGroupHasEnded();
    void effect_itsWritesAreTheSameStep();
    void effect_whatItTakesBackIsNoStep();
    void effect_ofLateSinksIsTheSameStep();
    void effect_thatThrowsLeavesAStep();
    void listener_itsWritesAreTheSameStep();
    void listener_thatThrowsLeavesAStep();
    void listener_ofCanUndoMayWrite();
    void listener_mayUndo();
    void hook_thatWritesTheStoreAgain();
    void hook_thatAbortsTheNotificationLeavesAStep();
    void undo_listenersAreCalledOnce();
    void undo_whatEffectsWriteIsNoStep();
    void undo_whatEffectsWriteIsRedone();
    void undo_inABatch();
    void undo_andAWriteInOneBatch();
    void merge_withinTheTime();
    void merge_theTimeBeginsAnewWithEachWrite();
    void merge_endsWithAnotherStore();
    void merge_endsWithAGroup();
    void merge_endsWithUndo();
    void merge_ofAStepWithEffects();
    void merge_backToTheBeginningLeavesNoStep();
    void merge_ofMembersIsByMember();
    void drag_isOneStep();
    void spied_isTheSame();
};

void tst_HistoryTurns::batch_isOneStep()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto edits = history(a, b);
    batch([&] {
        a.set(1);
        b.set(2);
        a.set(3);
    });
    QCOMPARE(edits.position.get(), std::size_t{1});
    edits.undo();
    QCOMPARE(a.get() + b.get(), 0);
    edits.redo();
    QCOMPARE(a.get(), 3);
    QCOMPARE(b.get(), 2);
}

void tst_HistoryTurns::batch_thatTakesAWriteBackIsNoStep()
{
    const auto a = atom(0);
    const auto edits = history(a);
    batch([&] {
        a.set(1);
        a.set(0);
    });
    QVERIFY(!edits.canUndo.get());
}

void tst_HistoryTurns::batch_whoseGroupHasEnded()
{
    const auto a = atom(0);
    const auto twice = atom(0);
    const auto edits = history(a, twice);
    const auto doubling = effect(a, [&](int n) { twice.set(2 * n); });
    batch([&] { edits.group("Set", [&] { a.set(1); }); }); // the effect runs after the group
    QCOMPARE(edits.position.get(), std::size_t{1});
    QCOMPARE(edits.undoText.get(), std::string("Set"));
    edits.undo();
    QCOMPARE(a.get() + twice.get(), 0);
}

void tst_HistoryTurns::effect_itsWritesAreTheSameStep()
{
    const auto a = atom(0);
    const auto twice = atom(0);
    const auto more = atom(0);
    const auto doubling = effect(a, [&](int n) { twice.set(2 * n); });
    const auto adding = effect([&] { more.set(twice() + 1); });
    const auto edits = history(a, twice, more);
    a.set(1);
    QCOMPARE(edits.position.get(), std::size_t{1});
    QCOMPARE(edits.touched(0).size(), std::size_t{3});
    edits.undo();
    QCOMPARE(twice.get(), 0);
    QCOMPARE(more.get(), 1);
    QVERIFY(!edits.canUndo.get());
}

void tst_HistoryTurns::effect_whatItTakesBackIsNoStep()
{
    const auto a = atom(0);
    const auto edits = history(a);
    const auto refusing = effect(a, [&](int) { a.set(0); });
    const CallRecorder<bool> calls;
    const auto listening = edits.canUndo.listen(calls);
    a.set(1);
    QCOMPARE(a.get(), 0);
    QVERIFY(!edits.canUndo.get());
    QCOMPARE(calls.take(), QList<bool>());
}

void tst_HistoryTurns::effect_ofLateSinksIsTheSameStep()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto edits = history(a, b);
    const auto late = effect([&] {
        detail::runLate();
        b.set(a());
    });
    a.set(1);
    QCOMPARE(edits.position.get(), std::size_t{1});
    edits.undo();
    QCOMPARE(b.get(), 0);
    edits.redo();
    QCOMPARE(b.get(), 1);
}

void tst_HistoryTurns::effect_thatThrowsLeavesAStep()
{
    const auto a = atom(0);
    const auto edits = history(a);
    const auto failing = effect([&] {
        if (a() == 1) {
            support::fail("bad");
        }
    });
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("bad"));
    QVERIFY(edits.canUndo.get());
    QVERIFY(edits.undo());
    QCOMPARE(a.get(), 0);
    QCOMPARE(thrownBy([&] { edits.redo(); }), QStringLiteral("bad"));
    QCOMPARE(a.get(), 1);
    QVERIFY(edits.canUndo.get() && !edits.canRedo.get());
}

void tst_HistoryTurns::listener_itsWritesAreTheSameStep()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto edits = history(a, b);
    const auto listening = a.listen([&](int n) { b.set(n); });
    a.set(1);
    QCOMPARE(edits.position.get(), std::size_t{1});
    edits.undo();
    QCOMPARE(b.get(), 0);
}

void tst_HistoryTurns::listener_thatThrowsLeavesAStep()
{
    const auto a = atom(0);
    const auto edits = history(a);
    const auto failing = a.listen([](int) { support::fail("bad"); });
    QCOMPARE(thrownBy([&] { a.set(1); }), QStringLiteral("bad"));
    QVERIFY(edits.canUndo.get());
    QCOMPARE(thrownBy([&] { edits.undo(); }), QStringLiteral("bad"));
    QCOMPARE(a.get(), 0);
    QVERIFY(edits.canRedo.get());
}

void tst_HistoryTurns::listener_ofCanUndoMayWrite()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto edits = history(a, b);
    const auto listening = edits.canUndo.listen([&](bool can) { b.set(can ? 1 : 0); });
    a.set(1);
    QCOMPARE(edits.position.get(), std::size_t{1});
    QVERIFY(edits.undo());
    QCOMPARE(a.get(), 0);
    QCOMPARE(b.get(), 0);
}

void tst_HistoryTurns::listener_mayUndo()
{
    const auto a = atom(0);
    const auto edits = history(a);
    const auto listening = a.listen([&](int n) {
        if (n == 2) {
            edits.undo();
        }
    });
    a.set(1);
    a.set(2);
    QCOMPARE(a.get(), 1);
    QCOMPARE(edits.position.get(), std::size_t{1});
    QVERIFY(edits.canRedo.get());
}

void tst_HistoryTurns::hook_thatWritesTheStoreAgain()
{
    const auto a = atom(0);
    const auto edits = history(a);
    const auto unbind = onNotify(a, [&] {
        if (a.peek() == 1) {
            a.set(2); // comes to its own hooks before the first write does
        }
    });
    a.set(1);
    QCOMPARE(edits.position.get(), std::size_t{1});
    edits.undo();
    QCOMPARE(a.get(), 0);
}

void tst_HistoryTurns::hook_thatAbortsTheNotificationLeavesAStep()
{
    const auto a = atom(0);
    const auto edits = history(a);
    const auto unbind = onNotify(a, [](auto &event) { event.abort(); });
    a.set(1);
    QVERIFY(edits.undo());
    QCOMPARE(a.get(), 0);
    unbind();
    a.set(3);
    QVERIFY(edits.undo());
    QCOMPARE(a.get(), 0);
}

void tst_HistoryTurns::undo_listenersAreCalledOnce()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto sum = computed(a, b, [](int x, int y) { return x + y; });
    const auto edits = history(a, b);
    batch([&] {
        a.set(1);
        b.set(2);
    });
    const CallRecorder<int> calls;
    const auto listening = sum.listen(calls);
    edits.undo();
    QCOMPARE(calls.take(), QList<int>{0});
    edits.redo();
    QCOMPARE(calls.take(), QList<int>{3});
}

void tst_HistoryTurns::undo_whatEffectsWriteIsNoStep()
{
    const auto a = atom(0);
    const auto log = atom(0);
    const auto edits = history(a, log);
    const auto counting = effect(a, [&, runs = 0](int) mutable { log.set(++runs); });
    a.set(1);
    a.set(2);
    edits.undo();
    QCOMPARE(edits.position.get(), std::size_t{edits.steps.get().size() - 1});
    QVERIFY(edits.canRedo.get());
}

void tst_HistoryTurns::undo_whatEffectsWriteIsRedone()
{
    const auto a = atom(0);
    const auto other = atom(10);
    const auto edits = history(a, other);
    a.set(1);
    const auto following = effect(a, [&](int n) { other.set(n == 0 ? 20 : other.peek()); });
    edits.undo(); // the effect writes what the step has not written
    QCOMPARE(other.get(), 20);
    edits.redo();
    QCOMPARE(a.get(), 1);
    QCOMPARE(other.get(), 10);
}

void tst_HistoryTurns::undo_inABatch()
{
    const auto a = atom(0);
    const auto edits = history(a);
    a.set(1);
    const CallRecorder<int> calls;
    const auto listening = a.listen(calls);
    batch([&] {
        a.set(2);
        QVERIFY(edits.undo()); // what the turn has written so far
        QCOMPARE(a.get(), 1);
        QVERIFY(edits.undo());
        QCOMPARE(a.get(), 0);
    });
    QCOMPARE(calls.take(), QList<int>{0});
    QCOMPARE(edits.steps.get().size(), std::size_t{2});
    edits.goTo(2);
    QCOMPARE(a.get(), 2);
}

void tst_HistoryTurns::undo_andAWriteInOneBatch()
{
    const auto a = atom(0);
    const auto b = atom(0);
    const auto edits = history(a, b);
    a.set(1);
    batch([&] {
        edits.undo();
        b.set(5);
    });
    QVERIFY(!edits.canUndo.get());
    edits.redo();
    QCOMPARE(a.get(), 1);
    QCOMPARE(b.get(), 0);
    edits.undo();
    QCOMPARE(b.get(), 5);
}

void tst_HistoryTurns::merge_withinTheTime()
{
    ManualTime time;
    const auto a = atom(0);
    const auto edits = history({.mergeWithin = 500ms}, a);
    a.set(1);
    time.advance(500);
    a.set(2);
    time.advance(501);
    a.set(3);
    QCOMPARE(edits.position.get(), std::size_t{2});
    edits.undo();
    QCOMPARE(a.get(), 2);
    edits.undo();
    QCOMPARE(a.get(), 0);
}

void tst_HistoryTurns::merge_theTimeBeginsAnewWithEachWrite()
{
    ManualTime time;
    const auto a = atom(0);
    const auto edits = history({.mergeWithin = 500ms}, a);
    for (int i = 1; i <= 10; ++i) {
        a.set(i);
        time.advance(300);
    }
    QCOMPARE(edits.position.get(), std::size_t{1});
}

void tst_HistoryTurns::merge_endsWithAnotherStore()
{
    ManualTime time;
    const auto a = atom(0);
    const auto b = atom(0);
    const auto edits = history({.mergeWithin = 500ms}, a, b);
    a.set(1);
    b.set(1);
    a.set(2);
    QCOMPARE(edits.position.get(), std::size_t{3});
}

void tst_HistoryTurns::merge_endsWithAGroup()
{
    ManualTime time;
    const auto a = atom(0);
    const auto edits = history({.mergeWithin = 500ms}, a);
    a.set(1);
    edits.group("Group", [&] { a.set(2); });
    a.set(3);
    QCOMPARE(edits.position.get(), std::size_t{3});
}

void tst_HistoryTurns::merge_endsWithUndo()
{
    ManualTime time;
    const auto a = atom(0);
    const auto edits = history({.mergeWithin = 500ms}, a);
    a.set(1);
    edits.undo();
    edits.redo();
    a.set(2);
    QCOMPARE(edits.position.get(), std::size_t{2});
}

void tst_HistoryTurns::merge_ofAStepWithEffects()
{
    ManualTime time;
    const auto a = atom(0);
    const auto twice = atom(0);
    const auto edits = history({.mergeWithin = 500ms}, a, twice);
    const auto doubling = effect(a, [&](int n) { twice.set(2 * n); });
    a.set(1);
    a.set(2);
    a.set(3);
    QCOMPARE(edits.position.get(), std::size_t{1});
    edits.undo();
    QCOMPARE(a.get() + twice.get(), 0);
    edits.redo();
    QCOMPARE(twice.get(), 6);
}

void tst_HistoryTurns::merge_backToTheBeginningLeavesNoStep()
{
    ManualTime time;
    const auto a = atom(0);
    const auto edits = history({.mergeWithin = 500ms}, a);
    a.set(1);
    a.set(2);
    a.set(0);
    QVERIFY(!edits.canUndo.get());
    QVERIFY(edits.isClean.get());
    a.set(5);
    QCOMPARE(edits.position.get(), std::size_t{1});
}

namespace {

struct Point
{
    int x = 0;
    int y = 0;
    friend bool operator==(const Point &, const Point &) = default;
};

} // namespace

void tst_HistoryTurns::merge_ofMembersIsByMember()
{
    ManualTime time;
    const auto point = map(Point{});
    const auto edits = history({.mergeWithin = 500ms}, point);
    point.setKey(&Point::x, 1);
    point.setKey(&Point::x, 2);
    point.setKey(&Point::y, 1);
    point.setKey(&Point::y, 2);
    QCOMPARE(edits.position.get(), std::size_t{2});
    edits.undo();
    QCOMPARE(point.get(), (Point{2, 0}));
}

/// As a slider writes while it is dragged, with a time between that would end merging.
void tst_HistoryTurns::drag_isOneStep()
{
    ManualTime time;
    const auto volume = atom(0);
    const auto edits = history(volume);
    std::optional<HistoryGroup> drag(edits.group("Volume"));
    for (int i = 1; i <= 100; ++i) {
        volume.set(i);
        time.advance(1000);
    }
    drag.reset();
    QCOMPARE(edits.position.get(), std::size_t{1});
    QCOMPARE(edits.undoText.get(), std::string("Volume"));
    edits.undo();
    QCOMPARE(volume.get(), 0);
    edits.redo();
    QCOMPARE(volume.get(), 100);
}

void tst_HistoryTurns::spied_isTheSame()
{
    struct Silent : detail::Probe
    {
    };
    Silent probe;
    const auto a = atom(0);
    const auto twice = atom(0);
    const auto edits = history(a, twice);
    const auto doubling = effect(a, [&](int n) { twice.set(2 * n); });
    detail::attachProbe(probe);
    a.set(1);
    a.set(2);
    QCOMPARE(edits.position.get(), std::size_t{2});
    edits.undo();
    QCOMPARE(twice.get(), 2);
    detail::detachProbe(probe);
    edits.undo();
    QCOMPARE(twice.get(), 0);
}

QTEST_GUILESS_MAIN(tst_HistoryTurns)

#include "tst_historyturns.moc"

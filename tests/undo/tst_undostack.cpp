// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/undo.h>

#include "support/handlers.h"
#include "support/manualtime.h"

#include <QTest>
#include <QUndoCommand>
#include <QUndoStack>

#include <memory>

using namespace nanostores;
using namespace std::chrono_literals;
using support::ManualTime;

namespace {

/// A command of the application: turns something that is no store.
class Turn final : public QUndoCommand
{
public:
    explicit Turn(int *angle)
        : QUndoCommand(QStringLiteral("Turn"))
        , m_angle(angle)
    {
    }
    void undo() override { *m_angle -= 90; }
    void redo() override { *m_angle += 90; }

private:
    int *m_angle;
};

QStringList textsOf(const QUndoStack &stack)
{
    QStringList texts;
    for (int i = 0; i < stack.count(); ++i) {
        texts.append(stack.text(i));
    }
    return texts;
}

} // namespace

/// Steps of a history and commands of the application in one stack.
class tst_UndoStack : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void step_isACommand();
    void step_isDoneOnce();
    void steps_betweenCommands();
    void steps_thatWereThere();
    void redo_goesWithTheNextCommandOfEither();
    void view_jumpsAnywhere();
    void history_goesByTheStack();
    void refusal_keepsTheIndex();
    void refusal_onTheWayKeepsCommandsInTheirOrder();
    void merge_notAcrossACommand();
    void merge_backToTheBeginningTakesTheCommandOut();
    void group_isOneCommand();
    void limit_ofTheStack();
    void limit_ofTheHistory();
    void untracked_commandsThatNoLongerFitAreDropped();
    void clear_ofTheStack();
    void clear_ofTheHistory();
    void clear_ofTheStackWhenAnObserverThrows();
    void object_reportsWhatObserversThrow();
    void object_mayGoInBegin();
    void stack_mayGoFirst();
    void stack_isOneForAHistory();
    void stack_ofTwoHistories();
};

void tst_UndoStack::step_isACommand()
{
    QUndoStack stack;
    const auto count = atom(0);
    const auto edits = history({.text = "Set"}, count);
    pushTo(edits, &stack);
    count.set(1);
    QCOMPARE(textsOf(stack), QStringList{QStringLiteral("Set")});
    stack.undo();
    QCOMPARE(count.get(), 0);
    QVERIFY(stack.canRedo() && !stack.canUndo());
    stack.redo();
    QCOMPARE(count.get(), 1);
    QVERIFY(edits.canUndo.get());
}

/// QUndoStack::push() calls redo().
void tst_UndoStack::step_isDoneOnce()
{
    QUndoStack stack;
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    int calls = 0;
    const auto listening = count.listen([&] { ++calls; });
    count.set(1);
    QCOMPARE(calls, 1);
    QCOMPARE(stack.count(), 1);
    stack.undo();
    QCOMPARE(calls, 2);
    QCOMPARE(stack.count(), 1);
}

void tst_UndoStack::steps_betweenCommands()
{
    QUndoStack stack;
    int angle = 0;
    const auto count = atom(0);
    const auto edits = history({.text = "Set"}, count);
    pushTo(edits, &stack);
    count.set(1);
    stack.push(new Turn(&angle));
    count.set(2);
    QCOMPARE(textsOf(stack), (QStringList{QStringLiteral("Set"), QStringLiteral("Turn"), QStringLiteral("Set")}));
    stack.undo();
    QCOMPARE(count.get(), 1);
    QCOMPARE(angle, 90);
    stack.undo();
    QCOMPARE(count.get(), 1);
    QCOMPARE(angle, 0);
    stack.undo();
    QCOMPARE(count.get(), 0);
    stack.redo();
    stack.redo();
    stack.redo();
    QCOMPARE(count.get(), 2);
    QCOMPARE(angle, 90);
}

void tst_UndoStack::steps_thatWereThere()
{
    QUndoStack stack;
    const auto count = atom(0);
    const auto edits = history(count);
    count.set(1);
    count.set(2);
    count.set(3);
    edits.undo();
    pushTo(edits, &stack);
    QCOMPARE(stack.count(), 2);
    QVERIFY(!edits.canRedo.get());
    stack.undo();
    QCOMPARE(count.get(), 1);
}

void tst_UndoStack::redo_goesWithTheNextCommandOfEither()
{
    QUndoStack stack;
    int angle = 0;
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    count.set(1);
    stack.undo();
    stack.push(new Turn(&angle));
    QVERIFY(!edits.canRedo.get());
    stack.undo();
    count.set(2);
    QCOMPARE(stack.count(), 1);
    QVERIFY(!stack.canRedo());
}

void tst_UndoStack::view_jumpsAnywhere()
{
    QUndoStack stack;
    int angle = 0;
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    for (int i = 1; i <= 4; ++i) {
        count.set(i);
        stack.push(new Turn(&angle));
    }
    stack.setIndex(3);
    QCOMPARE(count.get(), 2);
    QCOMPARE(angle, 90);
    stack.setIndex(0);
    QCOMPARE(count.get(), 0);
    stack.setIndex(8);
    QCOMPARE(count.get(), 4);
    QCOMPARE(angle, 360);
}

void tst_UndoStack::history_goesByTheStack()
{
    QUndoStack stack;
    int angle = 0;
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    count.set(1);
    count.set(2);
    QVERIFY(edits.undo());
    QCOMPARE(stack.index(), 1);
    QVERIFY(edits.redo());
    QCOMPARE(stack.index(), 2);
    stack.push(new Turn(&angle));
    QVERIFY(!edits.undo()); // the last command is none of its steps
    QVERIFY(!edits.goTo(0));
    QCOMPARE(count.get(), 2);
    QCOMPARE(stack.index(), 3);
}

void tst_UndoStack::refusal_keepsTheIndex()
{
    QUndoStack stack;
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    count.set(1);
    const auto unbind = onSet(count, [](auto &event) { event.abort(); });
    stack.undo();
    QCOMPARE(count.get(), 1);
    QCOMPARE(stack.index(), 1);
    unbind();
    stack.undo();
    QCOMPARE(count.get(), 0);
    const auto again = onSet(count, [](auto &event) { event.abort(); });
    stack.redo();
    QCOMPARE(stack.index(), 0);
    again();
    stack.redo();
    QCOMPARE(count.get(), 1);
}

void tst_UndoStack::refusal_onTheWayKeepsCommandsInTheirOrder()
{
    QUndoStack stack;
    int angle = 0;
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    count.set(1);
    stack.push(new Turn(&angle));
    count.set(2);
    stack.push(new Turn(&angle));
    const auto unbind = onSet(count, [](auto &event) { event.abort(); });
    stack.setIndex(0);
    QCOMPARE(stack.index(), 3); // the step to 2 could not be taken back
    QCOMPARE(count.get(), 2);
    QCOMPARE(angle, 90);
    unbind();
    stack.setIndex(0);
    QCOMPARE(count.get(), 0);
    QCOMPARE(angle, 0);
    stack.setIndex(4);
    QCOMPARE(count.get(), 2);
}

void tst_UndoStack::merge_notAcrossACommand()
{
    ManualTime time;
    QUndoStack stack;
    int angle = 0;
    const auto count = atom(0);
    const auto edits = history({.mergeWithin = 500ms}, count);
    pushTo(edits, &stack);
    count.set(1);
    count.set(2);
    stack.push(new Turn(&angle));
    count.set(3);
    QCOMPARE(stack.count(), 3);
    stack.undo();
    QCOMPARE(count.get(), 2);
}

void tst_UndoStack::merge_backToTheBeginningTakesTheCommandOut()
{
    ManualTime time;
    QUndoStack stack;
    const auto count = atom(0);
    const auto edits = history({.mergeWithin = 500ms}, count);
    pushTo(edits, &stack);
    count.set(1);
    QCOMPARE(stack.count(), 1);
    count.set(0);
    QCOMPARE(stack.count(), 0);
    count.set(5);
    QCOMPARE(stack.count(), 1);
}

void tst_UndoStack::group_isOneCommand()
{
    QUndoStack stack;
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    edits.group("Drag", [&] {
        for (int i = 1; i < 5; ++i) {
            count.set(i);
            QCOMPARE(stack.count(), 0);
        }
    });
    QCOMPARE(textsOf(stack), QStringList{QStringLiteral("Drag")});
}

void tst_UndoStack::limit_ofTheStack()
{
    QUndoStack stack;
    stack.setUndoLimit(2);
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    for (int i = 1; i <= 5; ++i) {
        count.set(i);
    }
    QCOMPARE(edits.steps.get().size(), std::size_t{2});
    stack.setIndex(0);
    QCOMPARE(count.get(), 3);
}

void tst_UndoStack::limit_ofTheHistory()
{
    QUndoStack stack;
    const auto count = atom(0);
    const auto edits = history({.limit = 2}, count);
    pushTo(edits, &stack);
    for (int i = 1; i <= 5; ++i) {
        count.set(i);
    }
    stack.setIndex(0);
    QCOMPARE(count.get(), 3);
    QCOMPARE(stack.index(), 0);
}

void tst_UndoStack::untracked_commandsThatNoLongerFitAreDropped()
{
    QUndoStack stack;
    int angle = 0;
    const auto count = atom(0);
    const auto title = atom(0);
    const auto edits = history(count, title);
    pushTo(edits, &stack);
    count.set(1);
    stack.push(new Turn(&angle));
    title.set(1);
    edits.untracked([&] { count.set(9); });
    stack.undo();
    QCOMPARE(title.get(), 0);
    stack.undo();
    QCOMPARE(angle, 0);
    stack.undo();
    QCOMPARE(count.get(), 9);
}

void tst_UndoStack::clear_ofTheStack()
{
    QUndoStack stack;
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    count.set(1);
    count.set(2);
    stack.undo();
    stack.clear();
    QVERIFY(!edits.canUndo.get() && !edits.canRedo.get());
    count.set(3);
    QCOMPARE(stack.count(), 1);
}

void tst_UndoStack::clear_ofTheHistory()
{
    QUndoStack stack;
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    count.set(1);
    count.set(2);
    edits.clear();
    stack.setIndex(0);
    QCOMPARE(count.get(), 2);
    count.set(3);
    QVERIFY(stack.canUndo());
    stack.undo();
    QCOMPARE(count.get(), 2);
}

/// Commands end in destructors.
void tst_UndoStack::clear_ofTheStackWhenAnObserverThrows()
{
    QUndoStack stack;
    const auto count = atom(0);
    const auto edits = history(count);
    pushTo(edits, &stack);
    count.set(1);
    count.set(2);
    support::ErrorLog errors;
    const auto listening = edits.canUndo.listen([] { support::fail("no"); });
    stack.clear();
    QCOMPARE(errors.take(), QStringList{QStringLiteral("no")});
    QCOMPARE(edits.steps.get().size(), std::size_t{0});
    QCOMPARE(stack.count(), 0);
}

void tst_UndoStack::object_reportsWhatObserversThrow()
{
    const auto count = atom(0);
    const auto edits = history(count);
    HistoryObject object(edits);
    support::ErrorLog errors;
    count.set(1);
    {
        const auto listening = edits.isClean.listen([] { support::fail("no"); });
        object.setClean();
        QCOMPARE(errors.take(), QStringList{QStringLiteral("no")});
    }
    QVERIFY(edits.isClean.get());
    {
        const auto listening = edits.canUndo.listen([] { support::fail("no"); });
        object.clear();
        QCOMPARE(errors.take(), QStringList{QStringLiteral("no")});
        QVERIFY(!edits.canUndo.get());
    }
    count.set(2);
    {
        const auto listening = edits.canUndo.listen([](bool can) {
            if (!can) {
                support::fail("no");
            }
        });
        object.begin();
        object.end();
        QCOMPARE(errors.take(), QStringList{QStringLiteral("no")});
    }
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 1);
}

void tst_UndoStack::object_mayGoInBegin()
{
    const auto count = atom(0);
    const auto edits = history(count);
    auto object = std::make_unique<HistoryObject>(edits);
    count.set(1);
    const auto listening = edits.canUndo.listen([&](bool can) {
        if (!can) {
            object.reset();
        }
    });
    object->begin();
    QVERIFY(!object);
    count.set(2);
    QVERIFY(edits.undo()); // the group has ended
    QCOMPARE(count.get(), 1);
}

void tst_UndoStack::stack_mayGoFirst()
{
    const auto count = atom(0);
    const auto edits = history(count);
    {
        QUndoStack stack;
        pushTo(edits, &stack);
        count.set(1);
    }
    count.set(2);
    QVERIFY(edits.undo());
    QCOMPARE(count.get(), 1);
}

void tst_UndoStack::stack_isOneForAHistory()
{
    QUndoStack stack;
    const auto edits = history();
    pushTo(edits, &stack);
    QTest::ignoreMessage(QtWarningMsg, "pushTo() of a history whose steps are in a stack already: it is left there. "
                                       "Make another history for another stack.");
    pushTo(edits, &stack);
    QTest::ignoreMessage(QtWarningMsg, "pushTo() without a stack: nothing is done.");
    pushTo(edits, nullptr);
}

void tst_UndoStack::stack_ofTwoHistories()
{
    QUndoStack stack;
    const auto count = atom(0);
    const auto title = atom(0);
    const auto counts = history(count);
    const auto titles = history(title);
    pushTo(counts, &stack);
    pushTo(titles, &stack);
    count.set(1);
    title.set(1);
    count.set(2);
    stack.setIndex(1);
    QCOMPARE(count.get(), 1);
    QCOMPARE(title.get(), 0);
    stack.setIndex(3);
    QCOMPARE(count.get() + title.get(), 3);
}

QTEST_MAIN(tst_UndoStack)

#include "tst_undostack.moc"

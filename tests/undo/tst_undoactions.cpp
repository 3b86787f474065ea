// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/undo.h>

#include "support/handlers.h"

#include <QAbstractItemModel>
#include <QAction>
#include <QKeySequence>
#include <QSignalSpy>
#include <QTest>

#include <memory>

using namespace nanostores;
using support::ErrorLog;

/// Actions, and the object for QML.
class tst_UndoActions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void action_isEnabledWhileThereIsAStep();
    void action_showsTheText();
    void action_withATextOfItsOwn();
    void action_hasTheShortcutsOfThePlatform();
    void action_outlivesTheHandle();
    void action_errorsGoToTheHandler();
    void object_hasProperties();
    void object_rowsComeAndGo();
    void object_beginAndEnd();
    void object_endWithoutBeginIsReported();
    void object_thatGoesEndsItsGroup();
    void object_namesWhatAStepHasTouched();
};

void tst_UndoActions::action_isEnabledWhileThereIsAStep()
{
    const auto count = atom(0);
    const auto edits = history(count);
    QObject parent;
    QAction *undo = undoAction(edits, &parent);
    QAction *redo = redoAction(edits, &parent);
    QCOMPARE(undo->parent(), &parent);
    QVERIFY(!undo->isEnabled() && !redo->isEnabled());
    count.set(1);
    QVERIFY(undo->isEnabled() && !redo->isEnabled());
    undo->trigger();
    QCOMPARE(count.get(), 0);
    QVERIFY(!undo->isEnabled() && redo->isEnabled());
    redo->trigger();
    QCOMPARE(count.get(), 1);
}

void tst_UndoActions::action_showsTheText()
{
    const auto count = atom(0);
    const auto edits = history(count);
    const std::unique_ptr<QAction> undo(undoAction(edits, nullptr));
    const std::unique_ptr<QAction> redo(redoAction(edits, nullptr));
    QCOMPARE(undo->text(), QStringLiteral("Undo"));
    edits.group("Move", [&] { count.set(1); });
    QCOMPARE(undo->text(), QStringLiteral("Undo Move"));
    edits.undo();
    QCOMPARE(undo->text(), QStringLiteral("Undo"));
    QCOMPARE(redo->text(), QStringLiteral("Redo Move"));
}

void tst_UndoActions::action_withATextOfItsOwn()
{
    const auto count = atom(0);
    const auto edits = history(count);
    const std::unique_ptr<QAction> plain(undoAction(edits, nullptr, QStringLiteral("Back")));
    const std::unique_ptr<QAction> named(undoAction(edits, nullptr, QStringLiteral("Take back: %1")));
    edits.group("100%1", [&] { count.set(1); });
    QCOMPARE(plain->text(), QStringLiteral("Back"));
    QCOMPARE(named->text(), QStringLiteral("Take back: 100%1"));
    edits.group("Salt & pepper", [&] { count.set(2); });
    QCOMPARE(named->text(), QStringLiteral("Take back: Salt && pepper")); // in a menu: Salt & pepper
}

void tst_UndoActions::action_hasTheShortcutsOfThePlatform()
{
    const auto edits = history();
    const std::unique_ptr<QAction> undo(undoAction(edits, nullptr));
    const std::unique_ptr<QAction> redo(redoAction(edits, nullptr));
    QCOMPARE(undo->shortcuts(), QKeySequence::keyBindings(QKeySequence::Undo));
    QCOMPARE(redo->shortcuts(), QKeySequence::keyBindings(QKeySequence::Redo));
}

void tst_UndoActions::action_outlivesTheHandle()
{
    const auto count = atom(0);
    std::unique_ptr<QAction> undo;
    {
        const auto edits = history(count);
        undo.reset(undoAction(edits, nullptr));
    }
    count.set(1);
    undo->trigger();
    QCOMPARE(count.get(), 0);
}

void tst_UndoActions::action_errorsGoToTheHandler()
{
    const ErrorLog errors;
    const auto count = atom(0);
    const auto edits = history(count);
    const std::unique_ptr<QAction> undo(undoAction(edits, nullptr));
    count.set(1);
    const auto unbind = onSet(count, [] { support::fail("no"); });
    undo->trigger();
    QCOMPARE(count.get(), 1);
    QCOMPARE(const_cast<ErrorLog &>(errors).take(), QList<QString>{QStringLiteral("no")});
}

void tst_UndoActions::object_hasProperties()
{
    const auto count = atom(0);
    const auto edits = history(count);
    HistoryObject object(edits);
    const QSignalSpy can(&object, &HistoryObject::canUndoChanged);
    const QSignalSpy positions(&object, &HistoryObject::positionChanged);
    edits.group("One", [&] { count.set(1); });
    QVERIFY(object.canUndo());
    QVERIFY(!object.isClean());
    QCOMPARE(object.undoText(), QStringLiteral("One"));
    QCOMPARE(object.position(), 1);
    object.setClean();
    QVERIFY(object.isClean());
    QVERIFY(object.undo());
    QCOMPARE(object.redoText(), QStringLiteral("One"));
    QVERIFY(object.goTo(1));
    QVERIFY(!object.goTo(-1));
    QCOMPARE(count.get(), 1);
    QCOMPARE(can.count(), 3);
    QCOMPARE(positions.count(), 3);
    object.clear();
    QVERIFY(!object.canUndo());
}

void tst_UndoActions::object_rowsComeAndGo()
{
    const auto count = atom(0);
    const auto edits = history({.limit = 2, .text = "Set"}, count);
    HistoryObject object(edits);
    QAbstractItemModel *steps = object.steps();
    const QSignalSpy resets(steps, &QAbstractItemModel::modelReset);
    const int done = steps->roleNames().key("done");
    const int text = steps->roleNames().key("text");
    for (int i = 1; i <= 3; ++i) {
        count.set(i);
    }
    QCOMPARE(steps->rowCount(), 2);
    QCOMPARE(steps->index(0, 0).data(text).toString(), QStringLiteral("Set"));
    edits.undo();
    QVERIFY(steps->index(0, 0).data(done).toBool());
    QVERIFY(!steps->index(1, 0).data(done).toBool());
    QCOMPARE(resets.count(), 0);
}

void tst_UndoActions::object_beginAndEnd()
{
    const auto count = atom(0);
    const auto edits = history(count);
    HistoryObject object(edits);
    object.begin(QStringLiteral("Drag"));
    count.set(1);
    object.begin();
    count.set(2);
    object.end();
    count.set(3);
    object.end();
    QCOMPARE(object.position(), 1);
    QCOMPARE(object.undoText(), QStringLiteral("Drag"));
}

void tst_UndoActions::object_endWithoutBeginIsReported()
{
    HistoryObject object(history());
    QTest::ignoreMessage(QtWarningMsg, "end() without a begin(): call begin() where the step begins.");
    object.end();
}

void tst_UndoActions::object_thatGoesEndsItsGroup()
{
    const auto count = atom(0);
    const auto edits = history(count);
    {
        HistoryObject object(edits);
        object.begin(QStringLiteral("Drag"));
        count.set(1);
    }
    QVERIFY(edits.canUndo.get());
}

void tst_UndoActions::object_namesWhatAStepHasTouched()
{
    const auto ages = map<QString, int>().named("ages");
    const auto count = atom(0).named("count");
    const auto edits = history(ages, count);
    HistoryObject object(edits);
    batch([&] {
        ages.setKey(QStringLiteral("Ada"), 36);
        count.set(1);
    });
    QCOMPARE(object.touched(0), (QStringList{QStringLiteral("ages/Ada"), QStringLiteral("count")}));
}

QTEST_MAIN(tst_UndoActions)

#include "tst_undoactions.moc"

// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/undo.h>

#include "addcommand.h"

#include <QTest>
#include <QUndoStack>

#include <chrono>
#include <random>
#include <vector>

using namespace nanostores;

namespace {

struct State
{
    int a = 0;
    int b = 0;
    int sum = 0;
    friend bool operator==(const State &, const State &) = default;
};

/// What a command of the stack leads to.
struct Command
{
    State after;
    bool hasStep = false;
    bool writesA = false;
};

} // namespace

/// Steps of a history in macros of a stack, and a stack that undoes in a listener.
class tst_UndoMacros : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void macro_thatIsRefusedStaysDone();
    void macro_isNotMergedWithWhatWasBefore();
    void undo_inAListener_data();
    void undo_inAListener();
    void walk_inAListenerOfAWalk();
    void stack_isAListOfStates_data();
    void stack_isAListOfStates();
};

void tst_UndoMacros::macro_thatIsRefusedStaysDone()
{
    QUndoStack stack;
    const auto a = atom(0);
    const auto b = atom(0);
    bool isLocked = false;
    const auto unbind = onSet(a, [&isLocked](auto &event) {
        if (isLocked) {
            event.abort();
        }
    });
    const auto edits = history(a, b);
    pushTo(edits, &stack);
    int sum = 0;
    stack.beginMacro(QStringLiteral("Format"));
    a.set(1);
    stack.push(new Add(&sum, 5));
    b.set(2);
    stack.endMacro();
    isLocked = true;
    stack.undo();
    QCOMPARE(stack.index(), 1);
    QCOMPARE(edits.position.get(), 2U);
    QCOMPARE(b.get(), 2);
    QCOMPARE(sum, 5);
    isLocked = false;
    stack.undo();
    QCOMPARE(a.get() + b.get() + sum, 0);
    isLocked = true;
    stack.redo();
    QCOMPARE(stack.index(), 0);
    QCOMPARE(a.get() + b.get() + sum, 0);
    isLocked = false;
    stack.redo();
    QCOMPARE(a.get() + b.get() + sum, 8);
}

void tst_UndoMacros::macro_isNotMergedWithWhatWasBefore()
{
    QUndoStack stack;
    const auto a = atom(0);
    const auto edits = history({.mergeWithin = std::chrono::hours(1)}, a);
    pushTo(edits, &stack);
    a.set(1);
    a.set(2); // merged
    stack.beginMacro(QStringLiteral("Format"));
    a.set(3);
    stack.endMacro();
    a.set(4);
    QCOMPARE(stack.count(), 3);
    stack.undo();
    QCOMPARE(a.get(), 3);
    stack.undo();
    QCOMPARE(a.get(), 2);
    stack.undo();
    QCOMPARE(a.get(), 0);
}

void tst_UndoMacros::undo_inAListener_data()
{
    QTest::addColumn<bool>("byHistory");
    QTest::newRow("of the stack") << false;
    QTest::newRow("of the history") << true;
}

/// It takes back what the turn has written, as without a stack.
void tst_UndoMacros::undo_inAListener()
{
    QFETCH(const bool, byHistory);
    QUndoStack stack;
    const auto a = atom(0);
    const auto edits = history(a);
    pushTo(edits, &stack);
    a.set(1);
    const auto listening = a.listen([&](int value) {
        if (value == 7) {
            byHistory ? static_cast<void>(edits.undo()) : stack.undo();
        }
    });
    a.set(7);
    QCOMPARE(a.get(), 1);
    QCOMPARE(stack.index(), 1);
    QCOMPARE(stack.count(), 2);
    QCOMPARE(edits.position.get(), 1U);
    stack.undo();
    QCOMPARE(a.get(), 0);
    stack.redo();
    QCOMPARE(a.get(), 1);
    QCOMPARE(edits.position.get(), 1U);
}

/// The stack is at the command that it walks over, still.
void tst_UndoMacros::walk_inAListenerOfAWalk()
{
    QUndoStack stack;
    const auto a = atom(0);
    const auto edits = history(a);
    pushTo(edits, &stack);
    a.set(1);
    a.set(2);
    int calls = 0;
    const auto listening = a.listen([&](int value, int former) {
        ++calls;
        value > former ? stack.redo() : stack.undo();
    });
    for (const int next : {1, 0}) {
        stack.undo();
        QCOMPARE(a.get(), next);
        QCOMPARE(stack.index(), next);
    }
    for (const int next : {1, 2}) {
        stack.redo();
        QCOMPARE(a.get(), next);
        QCOMPARE(stack.index(), next);
    }
    QCOMPARE(stack.count(), 2);
    QCOMPARE(edits.position.get(), 2U);
    QCOMPARE(calls, 4);
}

void tst_UndoMacros::stack_isAListOfStates_data()
{
    QTest::addColumn<unsigned>("seed");
    for (unsigned seed = 1; seed <= 40; ++seed) {
        QTest::addRow("%u", seed) << seed;
    }
}

/// Writes, commands, macros of both, walks, refusals, and undo() in a listener, beside a list of the states.
void tst_UndoMacros::stack_isAListOfStates()
{
    QFETCH(const unsigned, seed);
    std::mt19937 random(seed);
    const auto below = [&random](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
    QUndoStack stack;
    const auto a = atom(0);
    const auto b = atom(0);
    int sum = 0;
    bool isLocked = false;
    const auto unbind = onSet(a, [&isLocked](auto &event) {
        if (isLocked) {
            event.abort();
        }
    });
    const auto edits = history({.limit = 0}, a, b);
    pushTo(edits, &stack);
    std::vector<Command> commands{{}};
    int at = 0;
    const auto present = [&] { return State{a.get(), b.get(), sum}; };
    const auto push = [&](bool hasStep, bool writesA) {
        commands.resize(static_cast<std::size_t>(++at));
        commands.push_back({present(), hasStep, writesA});
    };
    const auto writeA = [&] {
        const int before = a.get();
        a.set(below(4));
        return a.get() != before;
    };
    const auto writeB = [&] {
        const int before = b.get();
        b.set(below(4));
        return b.get() != before;
    };
    for (int i = 0; i < 300; ++i) {
        const auto here = [&] { return commands[static_cast<std::size_t>(at)]; };
        switch (below(9)) {
        case 0:
            if (writeA()) {
                push(true, true);
            }
            break;
        case 1:
            if (writeB()) {
                push(true, false);
            }
            break;
        case 2:
            stack.push(new Add(&sum, below(9) + 1));
            push(false, false);
            break;
        case 3: {
            bool hasStep = false;
            bool writesA = false;
            stack.beginMacro(QStringLiteral("macro"));
            for (int part = below(5); part > 0; --part) {
                const int what = below(3);
                if (what == 0 && writeA()) {
                    hasStep = writesA = true;
                } else if (what == 1 && writeB()) {
                    hasStep = true;
                } else if (what == 2) {
                    stack.push(new Add(&sum, below(9) + 1));
                }
            }
            stack.endMacro();
            push(hasStep, writesA);
            break;
        }
        case 4:
            stack.undo();
            at -= at > 0 ? 1 : 0;
            break;
        case 5:
            stack.redo();
            at += at + 1 < static_cast<int>(commands.size()) ? 1 : 0;
            break;
        case 6:
            at = below(static_cast<int>(commands.size()));
            stack.setIndex(at);
            break;
        case 7: {
            isLocked = true;
            const int to = below(static_cast<int>(commands.size()));
            stack.setIndex(to);
            isLocked = false;
            const int way = to < at ? -1 : 1;
            while (at != to && !commands[static_cast<std::size_t>(way < 0 ? at : at + 1)].writesA) {
                at += way;
            }
            break;
        }
        default: {
            const bool byHistory = below(2) == 0;
            bool isFirst = true;
            const auto listening = b.listen([&] {
                if (std::exchange(isFirst, false)) {
                    byHistory ? static_cast<void>(edits.undo()) : stack.undo();
                }
            });
            const State before = present();
            if (!writeB() && isFirst) {
                break;
            }
            if (byHistory || here().hasStep) { // what was written is taken back
                commands.resize(static_cast<std::size_t>(at) + 1);
                commands.push_back({State{before.a, -1, before.sum}, true, false});
            } else { // the stack knows only of the command before it
                at -= at > 0 ? 1 : 0;
                push(true, false);
            }
        }
        }
        QCOMPARE(stack.index(), at);
        QCOMPARE(stack.count(), static_cast<int>(commands.size()) - 1);
        if (here().after.b < 0) { // what was taken back at once is known when it is redone
            commands[static_cast<std::size_t>(at)].after.b = b.get();
        }
        QVERIFY(present() == here().after);
        QCOMPARE(edits.isClean.get(), edits.position.get() == 0);
    }
}

QTEST_GUILESS_MAIN(tst_UndoMacros)

#include "tst_undomacros.moc"

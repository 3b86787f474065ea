// SPDX-License-Identifier: MIT
#include <nanostores/undo/undostack.h>

#include <nanostores/core/errors.h>
#include <nanostores/undo/detail/undolog.h>

#include <QHash>
#include <QPointer>
#include <QSet>
#include <QUndoCommand>
#include <QUndoStack>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores {

namespace {

class StackKeeper;

/// A step in a stack. The history has done it when the stack calls redo() for the first time, in push().
class StepCommand final : public QUndoCommand
{
public:
    StepCommand(StackKeeper *keeper, const HistoryStep &step);
    ~StepCommand() override;

    void undo() override;
    void redo() override;
    quint64 step() const { return m_step; }

private:
    QPointer<StackKeeper> m_keeper;
    quint64 m_step;
    bool m_isPushed = false;
};

/// Keeps a history and a stack together: belongs to the stack.
class StackKeeper final : public QObject, public detail::HistoryKeeper
{
public:
    StackKeeper(const History &history, QUndoStack *stack);
    ~StackKeeper() override;

    bool undo() override { return moveStack(&QUndoStack::undo); }
    bool redo() override { return moveStack(&QUndoStack::redo); }

    void apply(StepCommand *command, bool isBack);
    void commandEnds(quint64 step);

private:
    bool moveStack(void (QUndoStack::*walk)());
    bool move(bool isBack);
    void endTurn();
    void stay(const StepCommand *command, bool isBack);
    void follow(const std::vector<HistoryStep> &steps);
    void takeOut(StepCommand *command);
    void forget(quint64 step) noexcept;
    void stackMoved();
    quint64 nextStep(bool isBack) const;

    History m_history;
    QUndoStack *m_stack;
    QHash<quint64, StepCommand *> m_commands;
    quint64 m_lastPushed = 0;
    int m_wantedIndex = -1; ///< Where a refused step keeps the stack; -1: nowhere.
    bool m_isMuted = false; ///< Commands do nothing that the history has not to do.
    bool m_isPushing = false;
    bool m_isApplying = false;
    bool m_undoesTurn = false; ///< The stack was to undo while its turn had written something that it does not know.
    Subscription m_following;
};

StepCommand::StepCommand(StackKeeper *keeper, const HistoryStep &step)
    : QUndoCommand(QString::fromStdString(step.text))
    , m_keeper(keeper)
    , m_step(step.id)
{
}

StepCommand::~StepCommand()
{
    if (m_keeper) {
        m_keeper->commandEnds(m_step);
    }
}

void StepCommand::undo()
{
    if (m_keeper) {
        m_keeper->apply(this, true);
    }
}

void StepCommand::redo()
{
    if (m_keeper && std::exchange(m_isPushed, true)) {
        m_keeper->apply(this, false);
    }
}

StackKeeper::StackKeeper(const History &history, QUndoStack *stack)
    : QObject(stack)
    , m_history(history)
    , m_stack(stack)
{
    detail::Timeline &timeline = *m_history.timeline();
    timeline.setKeeper(this);
    for (const HistoryStep &step : m_history.steps.get()) {
        if (!step.done) { // a stack has no place for it
            forget(step.id);
            break;
        }
    }
    m_following = m_history.steps.subscribe([this](const std::vector<HistoryStep> &steps) { follow(steps); });
    connect(stack, &QUndoStack::indexChanged, this, &StackKeeper::stackMoved);
    connect(stack, &QUndoStack::canUndoChanged, this, [this] { // a macro begins or ends
        if (!m_isPushing) {
            m_history.timeline()->seal();
        }
    });
}

StackKeeper::~StackKeeper()
{
    m_history.timeline()->setKeeper(nullptr);
}

/// The id of what the history would undo or redo.
quint64 StackKeeper::nextStep(bool isBack) const
{
    const auto steps = m_history.steps.get();
    const std::size_t position = m_history.position.get();
    if (isBack) {
        return position > 0 ? steps[position - 1].id : 0;
    }
    return position < steps.size() ? steps[position].id : 0;
}

/// What the turn has written so far becomes a step of its own, as for a history without a stack. Observers of the
/// history hear of it later, when undo() is called in a listener.
void StackKeeper::endTurn()
{
    m_history.timeline()->ended();
    follow(m_history.steps.get());
}

/// The stack undoes or redoes a step. After one that was refused, those behind it in the same walk are left as they
/// are, and the stack goes back to where that one is next. So do steps of a macro: the stack walks through it both
/// ways, and those are applied again that were before.
void StackKeeper::apply(StepCommand *command, bool isBack)
{
    if (m_isApplying) { // a listener moves the stack, which is at this command still, and has to be afterwards
        if (!m_isMuted) {
            stay(command, isBack);
        }
        return;
    }
    if (m_isMuted) {
        if (nextStep(isBack) == command->step()) {
            move(isBack);
        }
        return;
    }
    if (m_wantedIndex >= 0) {
        return;
    }
    try {
        m_history.timeline()->ended();
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    if (isBack && nextStep(true) > m_lastPushed) {
        m_undoesTurn = true; // and not the step before it
        stay(command, isBack);
        return;
    }
    if (nextStep(isBack) != command->step()) {
        command->setObsolete(true); // the history has dropped it
        return;
    }
    if (!move(isBack)) {
        stay(command, isBack);
    }
}

/// Whether the history has moved.
bool StackKeeper::move(bool isBack)
{
    detail::Timeline &timeline = *m_history.timeline();
    const quint64 step = nextStep(isBack);
    const bool wasApplying = std::exchange(m_isApplying, true);
    bool hasMoved = false;
    try {
        hasMoved = isBack ? timeline.undoOwn() : timeline.redoOwn();
    } catch (...) {
        detail::reportError(std::current_exception());
        hasMoved = nextStep(!isBack) == step;
    }
    m_isApplying = wasApplying;
    return hasMoved;
}

/// Whether one is the other, or a part of it.
bool holds(const QUndoCommand *whole, const QUndoCommand *part)
{
    if (whole == part) {
        return true;
    }
    for (int i = 0; i < whole->childCount(); ++i) {
        if (holds(whole->child(i), part)) {
            return true;
        }
    }
    return false;
}

/// The stack goes back to where the command, or the macro that it is a part of, is next.
void StackKeeper::stay(const StepCommand *command, bool isBack)
{
    for (int i = 0; i < m_stack->count(); ++i) {
        if (holds(m_stack->command(i), command)) {
            m_wantedIndex = i + (isBack ? 1 : 0);
        }
    }
}

void StackKeeper::stackMoved()
{
    if (m_wantedIndex >= 0 && !m_isMuted) {
        m_isMuted = true;
        m_stack->setIndex(m_wantedIndex);
        m_isMuted = false;
        m_wantedIndex = -1;
    }
    if (!m_isPushing) {
        m_history.timeline()->seal();
    }
    if (!m_isMuted && std::exchange(m_undoesTurn, false)) {
        const QPointer<StackKeeper> alive(this);
        try {
            endTurn();
        } catch (...) {
            detail::reportError(std::current_exception());
        }
        if (alive) {
            m_stack->undo();
        }
    }
}

/// A command that the stack deletes takes its step along.
void StackKeeper::commandEnds(quint64 step)
{
    m_commands.remove(step);
    forget(step);
}

/// Destructors of commands end here: what an observer throws cannot go on from them.
void StackKeeper::forget(quint64 step) noexcept
{
    const History held = m_history; // an observer may delete the stack
    try {
        held.timeline()->forget(step);
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

/// History::undo() and its like.
bool StackKeeper::moveStack(void (QUndoStack::*walk)())
{
    const QPointer<StackKeeper> alive(this);
    endTurn();
    const bool isBack = walk == &QUndoStack::undo;
    const int index = alive ? m_stack->index() - (isBack ? 1 : 0) : -1;
    if (index < 0 || index >= m_stack->count()) {
        return false;
    }
    const StepCommand *const next = m_commands.value(nextStep(isBack));
    if (!next || m_stack->command(index) != next) {
        return false;
    }
    const std::size_t before = m_history.position.get();
    (m_stack->*walk)();
    return alive && m_history.position.get() != before;
}

/// The steps have changed: new ones become commands, and the commands of those that have gone end.
void StackKeeper::follow(const std::vector<HistoryStep> &steps)
{
    QSet<quint64> present;
    for (const HistoryStep &step : steps) {
        present.insert(step.id);
        if (StepCommand *const command = m_commands.value(step.id)) {
            command->setText(QString::fromStdString(step.text));
        }
    }
    for (const HistoryStep &step : steps) {
        if (step.done && step.id > m_lastPushed) {
            m_lastPushed = step.id;
            auto *const command = new StepCommand(this, step);
            m_commands.insert(step.id, command);
            const bool wasPushing = std::exchange(m_isPushing, true);
            m_stack->push(command);
            m_isPushing = wasPushing;
        }
    }
    const auto commands = m_commands;
    for (auto command = commands.begin(); command != commands.end(); ++command) {
        if (!present.contains(command.key()) && m_commands.contains(command.key())) {
            takeOut(command.value());
        }
    }
}

/// The last command of the stack goes at once, others when the stack comes to them.
void StackKeeper::takeOut(StepCommand *command)
{
    command->setObsolete(true);
    const int last = m_stack->index() - 1;
    if (!m_isApplying && last >= 0 && m_stack->command(last) == command) {
        const bool wasMuted = std::exchange(m_isMuted, true);
        m_stack->undo();
        m_isMuted = wasMuted;
    }
}

} // namespace

void pushTo(const History &history, QUndoStack *stack)
{
    if (!stack) {
        qCWarning(undoLog) << "pushTo() without a stack: nothing is done.";
        return;
    }
    if (history.timeline()->keeper()) {
        qCWarning(undoLog)
            << "pushTo() of a history whose steps are in a stack already: it is left there. Make another "
               "history for another stack.";
        return;
    }
    new StackKeeper(history, stack);
}

} // namespace nanostores

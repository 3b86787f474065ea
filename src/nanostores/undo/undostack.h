// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/history/history.h>
#include <nanostores/undo/export.h>

class QUndoStack;

namespace nanostores {

/// Has the steps of the history become commands of the stack, between the commands of your own: one order for both,
/// for QUndoGroup and QUndoView.
///
///     pushTo(edits, &stack);
///     title.set("A house");                       // a command of the stack
///     stack.push(new RotateCamera(...));          // a command of yours
///     stack.undo();                               // your command
///     stack.undo();                               // the title
///
/// From now on the stack says what is undone next: undo() and redo() of the history go by it, and are false where its
/// next command is another one; goTo() is false. A step that a hook refuses to undo stays done, and the stack's index
/// with it. The limit of the stack counts, and each command that it drops takes its step along. It keeps the history,
/// which has one stack at most.
///
/// Commands of your own leave the stores of the history alone, or write them in untracked().
NANOSTORES_UNDO_EXPORT void pushTo(const History &history, QUndoStack *stack);

} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/history/history.h>
#include <nanostores/undo/export.h>

#include <QAction>
#include <QObject>
#include <QString>

namespace nanostores {

/// An action that undoes the last step of the history: enabled while there is one, with the platform's shortcut, and
/// with the step's text in the place of %1.
///
///     menu->addAction(undoAction(edits, this));                       // "Undo Move", or "Undo"
///     toolBar->addAction(undoAction(edits, this, tr("Take back %1")));
///
/// Errors of hooks and listeners go to the error handler. The action keeps the history. A step without a text leaves
/// the blanks around %1 out.
NANOSTORES_UNDO_EXPORT QAction *undoAction(const History &history, QObject *parent, const QString &text = {});
/// The same for what was undone.
NANOSTORES_UNDO_EXPORT QAction *redoAction(const History &history, QObject *parent, const QString &text = {});

namespace detail {

/// Undoes or redoes by the function; an error goes to the error handler. Whether the history has moved.
NANOSTORES_UNDO_EXPORT bool moveHistory(const History &history, bool (History::*move)() const) noexcept;

} // namespace detail
} // namespace nanostores

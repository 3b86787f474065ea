// SPDX-License-Identifier: MIT
#include <nanostores/undo/actions.h>

#include <nanostores/core/errors.h>
#include <nanostores/qt/usestore.h>

#include <QCoreApplication>
#include <QKeySequence>

#include <exception>

namespace nanostores {

namespace detail {

bool moveHistory(const History &history, bool (History::*move)() const) noexcept
{
    const History held = history; // who is notified may end it
    const std::size_t before = held.position.peek();
    try {
        return (held.*move)();
    } catch (...) {
        reportError(std::current_exception());
        return held.position.peek() != before;
    }
}

} // namespace detail

namespace {

QAction *action(const History &history, QObject *parent, const QString &text, bool (History::*move)() const,
                const Computed<bool> &can, const Computed<std::string> &stepText)
{
    auto *const made = new QAction(parent);
    useStore(can, made, [made](bool enabled) { made->setEnabled(enabled); });
    useStore(stepText, made, [made, text](const std::string &step) {
        const QString shown =
            QString::fromStdString(step).replace(QLatin1Char('&'), QLatin1String("&&")); // no shortcut
        made->setText(text.contains(QLatin1String("%1")) ? text.arg(shown).simplified() : text);
    });
    QObject::connect(made, &QAction::triggered, made, [history, move] { detail::moveHistory(history, move); });
    return made;
}

QString orElse(const QString &text, const char *usual)
{
    return text.isNull() ? QCoreApplication::translate("NanoStores", usual) : text;
}

} // namespace

QAction *undoAction(const History &history, QObject *parent, const QString &text)
{
    QAction *const made = action(history, parent, orElse(text, QT_TRANSLATE_NOOP("NanoStores", "Undo %1")),
                                 &History::undo, history.canUndo, history.undoText);
    made->setShortcuts(QKeySequence::Undo);
    return made;
}

QAction *redoAction(const History &history, QObject *parent, const QString &text)
{
    QAction *const made = action(history, parent, orElse(text, QT_TRANSLATE_NOOP("NanoStores", "Redo %1")),
                                 &History::redo, history.canRedo, history.redoText);
    made->setShortcuts(QKeySequence::Redo);
    return made;
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include <NanoStores/Router/backkeys.h>

#include <QCoreApplication>
#include <QKeyEvent>
#include <QKeySequence>
#include <QMouseEvent>

namespace nanostores {

BackKeys::BackKeys(QObject *parent)
    : QObject(parent)
{
}

void BackKeys::setRouter(RouterObject *newRouter)
{
    if (m_router != newRouter) {
        m_router = newRouter;
        Q_EMIT routerChanged();
    }
}

void BackKeys::setTarget(QQuickItem *newTarget)
{
    if (m_target == newTarget) {
        return;
    }
    if (m_target) {
        disconnect(m_target, nullptr, this, nullptr);
    }
    m_target = newTarget;
    if (m_target) {
        connect(m_target, &QQuickItem::windowChanged, this, &BackKeys::setWindow);
    }
    setWindow(m_target ? m_target->window() : nullptr);
    Q_EMIT targetChanged();
}

void BackKeys::setWindow(QQuickWindow *window)
{
    if (m_window == window) {
        return;
    }
    if (m_window) {
        m_window->removeEventFilter(this);
    }
    m_window = window;
    if (m_window) {
        m_window->installEventFilter(this);
    }
}

void BackKeys::setEnabled(bool newEnabled)
{
    if (m_isEnabled != newEnabled) {
        m_isEnabled = newEnabled;
        Q_EMIT enabledChanged();
    }
}

void BackKeys::setEscape(bool newEscape)
{
    if (m_hasEscape != newEscape) {
        m_hasEscape = newEscape;
        Q_EMIT escapeChanged();
    }
}

bool BackKeys::eventFilter(QObject *watched, QEvent *event)
{
    if (!m_isEnabled || !m_router || watched != m_window || m_isPassingOn) {
        return QObject::eventFilter(watched, event);
    }
    switch (event->type()) {
    case QEvent::KeyPress:
        return pressed(static_cast<QKeyEvent *>(event));
    case QEvent::KeyRelease:
        // Android closes the window by a back key whose release was not accepted.
        if (const auto *key = static_cast<QKeyEvent *>(event); m_taken != 0 && key->key() == m_taken) {
            m_taken = key->isAutoRepeat() ? m_taken : 0;
            event->accept();
            return true;
        }
        return false;
    case QEvent::MouseButtonPress: {
        const Qt::MouseButton button = static_cast<QMouseEvent *>(event)->button();
        const int steps = button == Qt::BackButton ? -1 : button == Qt::ForwardButton ? 1 : 0;
        if (steps != 0 && m_target && m_target->isVisible() && m_target->isEnabled() && move(steps)) {
            event->accept();
            return true;
        }
        return false;
    }
    default:
        return QObject::eventFilter(watched, event);
    }
}

int BackKeys::stepsOf(const QKeyEvent &event) const
{
    if (event.key() == Qt::Key_Back || event.matches(QKeySequence::Back)
        || (m_hasEscape && event.key() == Qt::Key_Escape && event.modifiers() == Qt::NoModifier)) {
        return -1;
    }
    return event.key() == Qt::Key_Forward || event.matches(QKeySequence::Forward) ? 1 : 0;
}

/// Whether the item with the focus claims the key in place of a shortcut, as text fields do. Lists and grids do not,
/// but would take an arrow key with Alt for one without.
bool BackKeys::isClaimed(const QKeyEvent &event) const
{
    QKeyEvent claim(QEvent::ShortcutOverride, event.key(), event.modifiers(), event.text(), event.isAutoRepeat());
    claim.ignore();
    QCoreApplication::sendEvent(m_window, &claim);
    return claim.isAccepted();
}

/// Escape and a key that is made for it are the items' first, as popups close by them: the window hands them over
/// here, so that it is known whether one has taken it. The others are shortcuts.
bool BackKeys::pressed(QKeyEvent *event)
{
    const int steps = stepsOf(*event);
    if (steps == 0 || !m_target || !m_target->isVisible() || !m_target->isEnabled()) {
        return false;
    }
    const QPointer<BackKeys> alive(this);
    const bool isShortcut =
        event->key() != Qt::Key_Back && event->key() != Qt::Key_Forward && event->key() != Qt::Key_Escape;
    if (isShortcut ? isClaimed(*event) || !alive || !canMove(steps) : handOver(event)) {
        return !isShortcut;
    }
    if (event->isAutoRepeat() && m_taken == event->key()) {
        event->accept(); // a key that is held goes one step
        return true;
    }
    const int key = event->key();
    if (move(steps)) {
        if (alive) {
            m_taken = key;
        }
        event->accept();
        return true;
    }
    event->ignore();
    return true;
}

/// Whether an item has taken the key, or has ended this.
bool BackKeys::handOver(QKeyEvent *event)
{
    const QPointer<BackKeys> alive(this);
    m_isPassingOn = true;
    event->ignore();
    QCoreApplication::sendEvent(m_window, event);
    if (!alive) {
        return true;
    }
    m_isPassingOn = false;
    return event->isAccepted();
}

/// False where there is no such page. One that a guard keeps is one.
bool BackKeys::canMove(int steps) const
{
    if (!m_router) {
        return false;
    }
    const auto &router = m_router->router();
    return router && (steps < 0 ? router->canGoBack() : router->canGoForward()).get();
}

bool BackKeys::move(int steps)
{
    if (!canMove(steps)) {
        return false;
    }
    m_router->go(steps);
    return true;
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include <NanoStores/Router/routechange.h>

#include <nanostores/core/errors.h>

#include <QQmlEngine>

#include <exception>
#include <utility>

namespace nanostores {

RouteChange::RouteChange(Page next, Page current, QObject *parent)
    : QObject(parent)
    , m_next(std::move(next))
    , m_current(std::move(current))
{
    QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
}

void RouteChange::abort()
{
    m_isAborted = true;
    if (isWaiting()) {
        end(false);
    }
}

void RouteChange::wait()
{
    m_isWaiting = true;
}

void RouteChange::accept()
{
    if (isWaiting()) {
        end(!m_isAborted);
    }
}

/// What observers of the router throw goes to the error handler: a handler of QML has no other.
void RouteChange::end(bool mayLeave)
{
    m_isOver = true;
    deleteLater();
    const TaskSource<bool> answer = m_answer;
    try {
        answer.resolve(mayLeave);
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

void RouteChange::giveUp()
{
    if (!m_isOver) {
        m_isOver = true;
        deleteLater();
        Q_EMIT superseded();
    }
}

} // namespace nanostores

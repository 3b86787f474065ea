// SPDX-License-Identifier: MIT
#include <NanoStores/Router/routeobject.h>

#include <nanostores/qt/detail/values.h>

#include <utility>

namespace nanostores {

RouteObject::RouteObject(QObject *page)
    : QObject(page)
{
}

void RouteObject::setBlocked(bool newBlocked)
{
    if (m_isBlocked != newBlocked) {
        m_isBlocked = newBlocked;
        Q_EMIT blockedChanged();
    }
}

bool RouteObject::setState(const QString &key, const QVariant &value)
{
    return m_router && m_entry.id != 0 && m_router->setStateOf(m_entry.id, key, value);
}

void RouteObject::attachTo(RouterObject *router)
{
    if (m_router != router) {
        m_router = router;
        if (router) {
            router->addPage(this);
        }
        Q_EMIT routerChanged();
    }
}

/// A copy, as those who are notified may delete what has the entry.
void RouteObject::setEntry(HistoryEntry entry)
{
    const HistoryEntry before = std::exchange(m_entry, entry);
    const QPointer<RouteObject> alive(this);
    if (before.id == 0 || before.page != entry.page) {
        const auto router = m_router ? m_router->router() : std::nullopt;
        m_params = router ? router->core()->valuesOf(entry.page) : entry.page.paramValues();
        Q_EMIT pageChanged();
    }
    if (alive && before.state != entry.state) {
        Q_EMIT stateChanged();
    }
}

void RouteObject::setActive(bool newActive)
{
    if (m_isActive != newActive) {
        m_isActive = newActive;
        Q_EMIT activeChanged();
    }
}

} // namespace nanostores

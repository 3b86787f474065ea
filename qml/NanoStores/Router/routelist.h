// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/declarativeroute.h>
#include <NanoStores/Router/export.h>

#include <QList>
#include <QObject>
#include <QQmlListProperty>
#include <QString>

#include <functional>

namespace nanostores::detail {

/// The Routes of a view, as its default property.
class NANOSTORES_QMLROUTER_EXPORT RouteList
{
public:
    /// `changed` is called for each Route that comes or goes. The owner outlives the list.
    RouteList(QObject *owner, std::function<void()> changed);

    QQmlListProperty<DeclarativeRoute> property();
    const QList<DeclarativeRoute *> &routes() const noexcept { return m_routes; }

private:
    static RouteList *of(QQmlListProperty<DeclarativeRoute> *property);

    QObject *m_owner;
    std::function<void()> m_changed;
    QList<DeclarativeRoute *> m_routes;
};

} // namespace nanostores::detail

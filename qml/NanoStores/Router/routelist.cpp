// SPDX-License-Identifier: MIT
#include <NanoStores/Router/routelist.h>

#include <utility>

namespace nanostores::detail {

RouteList::RouteList(QObject *owner, std::function<void()> changed)
    : m_owner(owner)
    , m_changed(std::move(changed))
{
}

RouteList *RouteList::of(QQmlListProperty<DeclarativeRoute> *property)
{
    return static_cast<RouteList *>(property->data);
}

QQmlListProperty<DeclarativeRoute> RouteList::property()
{
    using List = QQmlListProperty<DeclarativeRoute>;
    return List(
        m_owner, this,
        [](List *property, DeclarativeRoute *route) {
            RouteList *const list = of(property);
            if (!route) {
                return;
            }
            list->m_routes.append(route);
            QObject::connect(route, &QObject::destroyed, list->m_owner, [list, route] {
                if (list->m_routes.removeAll(route) > 0) { // else it was taken out before
                    list->m_changed();
                }
            });
            list->m_changed();
        },
        [](List *property) { return of(property)->m_routes.size(); },
        [](List *property, qsizetype index) { return of(property)->m_routes.at(index); },
        [](List *property) {
            of(property)->m_routes.clear();
            of(property)->m_changed();
        });
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/router/routeindex.h>
#include <nanostores/router/router.h>
#include <nanostores/routerwidgets/export.h>

#include <QList>
#include <QObject>
#include <QStringList>

class QAbstractItemView;
class QStackedWidget;
class QTabBar;
class QTabWidget;
class QWidget;

namespace nanostores {

/// bindRoutes(router, tabs, {{"home"}, {"cart", "checkout"}}): the tab of a route is current while it is shown, and a
/// tab that the user chooses opens the first of its routes; if that is refused, the tab falls back. While none of the
/// routes is shown, the tab stays. See routeIndex().
NANOSTORES_ROUTERWIDGETS_EXPORT void bindRoutes(const AnyRouter &router, QTabWidget *tabs, QList<QStringList> choices,
                                                RouteWrite write = RouteWrite::Open);
NANOSTORES_ROUTERWIDGETS_EXPORT void bindRoutes(const AnyRouter &router, QTabBar *tabs, QList<QStringList> choices,
                                                RouteWrite write = RouteWrite::Open);
/// The same of pages, which the user does not choose here.
NANOSTORES_ROUTERWIDGETS_EXPORT void bindRoutes(const AnyRouter &router, QStackedWidget *pages,
                                                QList<QStringList> choices);

/// bindRoutes(router, tree): of a tree, list or table whose items have a path for their data of a role, the one whose
/// path is shown is current, its parents expanded; none while no item has it. An item that becomes current opens its
/// path in the next turn of the event loop, and if that is refused, the current item falls back. Items without a path
/// open nothing. To be called when the view has its model, whose items may change. Ends with the view, or with the
/// object that is returned, a child of it.
NANOSTORES_ROUTERWIDGETS_EXPORT QObject *bindRoutes(const AnyRouter &router, QAbstractItemView *view,
                                                    int role = Qt::UserRole, RouteWrite write = RouteWrite::Open);

/// Alt+Left and what else the system has for back and forward, Android's back key and the side buttons of mice move the
/// router while this window, or a child of it, has them. Alt+Left and its like are shortcuts, which text fields may
/// claim; a widget that takes one of the others itself comes first. Ends with the widget, or with the object that is
/// returned, a child of it.
NANOSTORES_ROUTERWIDGETS_EXPORT QObject *bindBackKeys(const AnyRouter &router, QWidget *window);

} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/export.h>
#include <NanoStores/Router/routerobject.h>

#include <QObject>
#include <QPointer>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// Which of some routes is shown, as the index that tabs and pages have:
///
///     RouteIndex { id: section; router: nav; routes: ["home", ["cart", "checkout"], "/settings"] }
///     TabBar { Bind on currentIndex { store: section } }
///     SwipeView { Bind on currentIndex { store: section } }
///
/// The controls follow the router, and what the user chooses is opened; if that is refused, they fall back.
class NANOSTORES_QMLROUTER_EXPORT RouteIndex : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(RouteIndex)
    Q_PROPERTY(nanostores::RouterObject *router READ router WRITE setRouter NOTIFY routerChanged FINAL)
    /// Names of routes, paths, or lists of them, whose first one is opened.
    Q_PROPERTY(QVariantList routes READ routes WRITE setRoutes NOTIFY routesChanged FINAL)
    /// Opens in place of the present entry, so that back() passes the tabs by.
    Q_PROPERTY(bool redirects READ isRedirecting WRITE setRedirecting NOTIFY redirectsChanged FINAL)
    /// -1 while none of them is shown.
    Q_PROPERTY(int value READ value WRITE setValue NOTIFY valueChanged FINAL)

public:
    explicit RouteIndex(QObject *parent = nullptr);

    RouterObject *router() const { return m_router; }
    void setRouter(RouterObject *newRouter);
    QVariantList routes() const { return m_routes; }
    void setRoutes(const QVariantList &newRoutes);
    bool isRedirecting() const { return m_redirects; }
    void setRedirecting(bool newRedirects);
    int value() const { return m_value; }
    void setValue(int newValue);

Q_SIGNALS:
    void routerChanged();
    void routesChanged();
    void redirectsChanged();
    void valueChanged();

private:
    void update();

    QPointer<RouterObject> m_router;
    QVariantList m_routes;
    int m_value = -1;
    bool m_redirects = false;
};

} // namespace nanostores

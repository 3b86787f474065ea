// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/declarativeroute.h>
#include <NanoStores/Router/export.h>
#include <NanoStores/Router/routerobject.h>
#include <NanoStores/Router/routestack.h>

#include <QJSValue>
#include <QPointer>
#include <QQmlListProperty>
#include <QQuickItem>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// Shows the page of a router, and no other: a Loader that follows it, without transitions and without keys. For a part
/// of a window, as the details beside a list.
///
///     RouteLoader { router: nav; Route { name: "post"; PostDetails {} } Route { name: "*"; Placeholder {} } }
class NANOSTORES_QMLROUTER_EXPORT RouteLoader : public QQuickItem
{
    Q_OBJECT
    QML_NAMED_ELEMENT(RouteLoader)
    Q_CLASSINFO("DefaultProperty", "routes")
    Q_PROPERTY(nanostores::RouterObject *router READ router WRITE setRouter NOTIFY routerChanged FINAL)
    Q_PROPERTY(QQmlListProperty<nanostores::DeclarativeRoute> routes READ routes FINAL)
    /// So many pages are made before they are shown, at most, of Routes with `preload: true`.
    Q_PROPERTY(int preloads READ preloads WRITE setPreloads NOTIFY preloadsChanged FINAL)
    /// The page that is shown; null while it is not loaded. The implicit size is that of the page.
    Q_PROPERTY(QQuickItem *page READ page NOTIFY pageChanged FINAL)

public:
    explicit RouteLoader(QQuickItem *parent = nullptr);

    RouterObject *router() const { return m_stack.router(); }
    void setRouter(RouterObject *newRouter) { m_stack.setRouter(newRouter); }
    QQmlListProperty<DeclarativeRoute> routes() { return m_stack.routes(); }
    int preloads() const { return m_stack.preloads(); }
    void setPreloads(int newPreloads) { m_stack.setPreloads(newPreloads); }
    QQuickItem *page() const { return m_stack.page(); }

Q_SIGNALS:
    void routerChanged();
    void preloadsChanged();
    void pageChanged();

protected:
    void classBegin() override;
    void componentComplete() override;
    void geometryChange(const QRectF &newGeometry, const QRectF &oldGeometry) override;

private:
    void show(QQuickItem *slot);
    void followPage();

    RouteStack m_stack;
    QPointer<QQuickItem> m_slot;
    QPointer<QQuickItem> m_page; ///< Whose implicit size is followed.
};

} // namespace nanostores

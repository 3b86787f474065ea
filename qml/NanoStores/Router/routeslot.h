// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/declarativeroute.h>
#include <NanoStores/Router/export.h>
#include <NanoStores/Router/routerobject.h>
#include <nanostores/router/routerhistory.h>

#include <QMetaObject>
#include <QPointer>
#include <QQmlComponent>
#include <QQuickItem>
#include <QtQml/qqmlregistration.h>

#include <utility>

namespace nanostores {

/// The place of one page in a view: an item that is there as long as the page's entry, with the page in it while that
/// is needed. Made by RouteStack.
class NANOSTORES_QMLROUTER_EXPORT RouteSlot : public QQuickItem
{
    Q_OBJECT
    QML_NAMED_ELEMENT(RouteSlot)
    QML_UNCREATABLE("A RouteSlot is made by a RouteStack.")
    /// The page; null while it is not loaded.
    Q_PROPERTY(QQuickItem *page READ page NOTIFY pageChanged FINAL)
    Q_PROPERTY(QString url READ url NOTIFY entryChanged FINAL)

public:
    RouteSlot(RouterObject *router, DeclarativeRoute *route, const HistoryEntry &entry);
    ~RouteSlot() override;

    QQuickItem *page() const { return m_page; }
    QString url() const { return m_entry.page.url(); }
    const HistoryEntry &entry() const { return m_entry; }
    DeclarativeRoute *route() const { return m_route; }

    /// Another entry with the same page in it: what its properties are made of is set anew.
    void setEntry(const HistoryEntry &entry);
    /// Whether the page may stay for this entry.
    bool canShow(const HistoryEntry &entry, const DeclarativeRoute *route) const;
    void setActive(bool newActive);
    /// Makes the page; now, if its component is loaded.
    void load();
    void unload();
    /// Takes the page of another slot of the same entry.
    void takePage(RouteSlot *from);

Q_SIGNALS:
    void pageChanged();
    void entryChanged();

protected:
    void geometryChange(const QRectF &newGeometry, const QRectF &oldGeometry) override;

private:
    void create(QQmlComponent *component);
    void holdPage(QQuickItem *page);
    QVariantMap propertiesOf(const QObject *page) const;
    RouteObject *attached(bool create) const;

    QPointer<RouterObject> m_router;
    QPointer<DeclarativeRoute> m_route;
    HistoryEntry m_entry;
    QPointer<QQuickItem> m_page;
    QMetaObject::Connection m_loading;
    bool m_isActive = false;
    bool m_hasFailed = false;
};

/// The slot that a view shows, and the connection to its page.
struct ShownSlot
{
    QPointer<RouteSlot> slot;
    QMetaObject::Connection page;
};

/// Another slot is shown, or none: it gets the focus, the former one is no longer active, and the view signals that its
/// page has changed. Any of it may delete the view.
template<typename View>
void showSlot(View *view, ShownSlot View::*shown, RouteSlot *slot)
{
    const QPointer<View> alive(view);
    ShownSlot &now = view->*shown;
    const QPointer<RouteSlot> before = std::exchange(now.slot, slot);
    QObject::disconnect(now.page);
    if (slot) {
        now.page = QObject::connect(slot, &RouteSlot::pageChanged, view, &View::pageChanged);
        slot->setFocus(true);
    }
    if (before) {
        before->setActive(false);
    }
    if (alive && now.slot) {
        now.slot->setActive(true);
    }
    if (alive) {
        Q_EMIT view->pageChanged();
    }
}

} // namespace nanostores

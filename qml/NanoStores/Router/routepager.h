// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/declarativeroute.h>
#include <NanoStores/Router/export.h>
#include <NanoStores/Router/routelist.h>
#include <NanoStores/Router/routerobject.h>
#include <NanoStores/Router/routeslot.h>
#include <nanostores/core/store.h>
#include <nanostores/router/routerhistory.h>

#include <QList>
#include <QMetaObject>
#include <QObject>
#include <QPointer>
#include <QQmlListProperty>
#include <QQmlParserStatus>
#include <QQuickItem>
#include <QtQml/qqmlregistration.h>

#include <optional>

namespace nanostores {

/// Has pages that lie beside each other follow a router: what RouteSwipeView consists of, and views of one's own.
///
/// It keeps a slot for each Route, and asks the view, by its signals, to take it and to go to the one that is shown.
/// Where the user has gone is written to `shownIndex`: that page is opened in the router, and if it is refused, or
/// waits for an answer, the view is asked to go back. While the view is `moving`, as under a finger, nothing is opened;
/// if the router shows another page meanwhile, that counts.
class NANOSTORES_QMLROUTER_EXPORT RoutePager : public QObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(RoutePager)
    Q_INTERFACES(QQmlParserStatus)
    Q_CLASSINFO("DefaultProperty", "routes")
    Q_PROPERTY(nanostores::RouterObject *router READ router WRITE setRouter NOTIFY routerChanged FINAL)
    Q_PROPERTY(QQmlListProperty<nanostores::DeclarativeRoute> routes READ routes FINAL)
    /// So many pages on each side of the one that is shown are loaded; those further away are made anew when the user
    /// comes back. Negative: all.
    Q_PROPERTY(int keep READ keep WRITE setKeep NOTIFY keepChanged FINAL)
    /// Opens in place of the present entry, so that back() passes these pages by.
    Q_PROPERTY(bool redirects READ isRedirecting WRITE setRedirecting NOTIFY redirectsChanged FINAL)
    /// Set by the view: where it is, and whether the user moves it.
    Q_PROPERTY(int shownIndex READ shownIndex WRITE setShownIndex NOTIFY shownIndexChanged FINAL)
    Q_PROPERTY(bool moving READ isMoving WRITE setMoving NOTIFY movingChanged FINAL)
    /// Which of the routes is the page that is shown, or was last; -1 before one was.
    Q_PROPERTY(int currentIndex READ currentIndex NOTIFY currentIndexChanged FINAL)
    /// The page that is shown; null while it is not loaded, or the router is at a page of none of the routes.
    Q_PROPERTY(QQuickItem *page READ page NOTIFY pageChanged FINAL)

public:
    explicit RoutePager(QObject *parent = nullptr);
    ~RoutePager() override;

    RouterObject *router() const { return m_router; }
    void setRouter(RouterObject *newRouter);
    QQmlListProperty<DeclarativeRoute> routes() { return m_routes.property(); }
    int keep() const { return m_keep; }
    void setKeep(int newKeep);
    bool isRedirecting() const { return m_redirects; }
    void setRedirecting(bool newRedirects);
    int shownIndex() const { return m_shownIndex; }
    void setShownIndex(int newShownIndex);
    bool isMoving() const { return m_isMoving; }
    void setMoving(bool newMoving);
    int currentIndex() const { return m_currentIndex; }
    QQuickItem *page() const { return m_active.slot ? m_active.slot->page() : nullptr; }

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void routerChanged();
    void keepChanged();
    void redirectsChanged();
    void shownIndexChanged();
    void movingChanged();
    void currentIndexChanged();
    void pageChanged();

    // What the view is asked for.
    /// To take the slot as its last page. A slot that goes is destroyed.
    void adding(QQuickItem *slot);
    void goingTo(int index);

private:
    void observe();
    void rebuild();
    void build();
    void sync();
    void apply();
    void choose();
    void activate(RouteSlot *slot);
    void settle();
    void loadNeighbours();
    int indexOf(const Page &page) const;
    std::optional<Page> ownPage(const DeclarativeRoute *route) const;
    static void showIn(const QPointer<RouteSlot> &slot, const HistoryEntry &entry);

    QPointer<RouterObject> m_router;
    detail::RouteList m_routes;
    QList<QPointer<RouteSlot>> m_slots; ///< One for each Route, in their order.
    ShownSlot m_active;
    Subscription m_history;
    int m_keep = 1;
    int m_shownIndex = -1;
    int m_currentIndex = -1;
    int m_refusals = 0; ///< For each of which the view is being sent back.
    bool m_redirects = false;
    bool m_isMoving = false;
    bool m_isComplete = false;
    bool m_isSyncing = false;
    bool m_isDirty = false;
    bool m_isBuilding = false;
    bool m_mustBuild = false; ///< The Routes have changed.
    bool m_hasMovedMeanwhile = false; ///< The router, while the user moved the view.
    bool m_willSettle = false;
};

} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/declarativeroute.h>
#include <NanoStores/Router/export.h>
#include <NanoStores/Router/routelist.h>
#include <NanoStores/Router/routerobject.h>
#include <NanoStores/Router/routeslot.h>
#include <nanostores/core/store.h>
#include <nanostores/router/routerhistory.h>

#include <QJSValue>
#include <QList>
#include <QMetaObject>
#include <QObject>
#include <QPointer>
#include <QQmlListProperty>
#include <QQmlParserStatus>
#include <QQuickItem>
#include <QString>
#include <QVariantMap>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// Has a view show what a router does: what RouteView and RouteLoader consist of, and views of one's own.
///
/// It keeps a slot for each entry of the history up to the one that is shown, and asks the view, by its signals, for
/// what makes its stack that of the router. The view is never asked where it is. While it is `busy`, as in a
/// transition, it is left alone, and then brought to where the router is, in one step.
class NANOSTORES_QMLROUTER_EXPORT RouteStack : public QObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(RouteStack)
    Q_INTERFACES(QQmlParserStatus)
    Q_CLASSINFO("DefaultProperty", "routes")
    Q_PROPERTY(nanostores::RouterObject *router READ router WRITE setRouter NOTIFY routerChanged FINAL)
    Q_PROPERTY(QQmlListProperty<nanostores::DeclarativeRoute> routes READ routes FINAL)
    /// Whether only the page that is shown has a place, as in a Loader.
    Q_PROPERTY(bool single READ isSingle WRITE setSingle NOTIFY singleChanged FINAL)
    /// So many pages below the one that is shown stay loaded; others are made anew when the user comes back. Negative:
    /// all.
    Q_PROPERTY(int keep READ keep WRITE setKeep NOTIFY keepChanged FINAL)
    /// So many pages are made before they are shown, at most, for links that are about to be followed: see
    /// RouterObject::preload(). They go when another page is shown, or others are more likely.
    Q_PROPERTY(int preloads READ preloads WRITE setPreloads NOTIFY preloadsChanged FINAL)
    /// Set by the view.
    Q_PROPERTY(bool busy READ isBusy WRITE setBusy NOTIFY busyChanged FINAL)
    /// The page that is shown; null while it is not loaded.
    Q_PROPERTY(QQuickItem *page READ page NOTIFY pageChanged FINAL)
    Q_PROPERTY(int depth READ depth NOTIFY depthChanged FINAL)

public:
    explicit RouteStack(QObject *parent = nullptr);
    ~RouteStack() override;

    RouterObject *router() const { return m_router; }
    void setRouter(RouterObject *newRouter);
    QQmlListProperty<DeclarativeRoute> routes() { return m_routes.property(); }
    bool isSingle() const { return m_isSingle; }
    void setSingle(bool newSingle);
    int keep() const { return m_keep; }
    void setKeep(int newKeep);
    int preloads() const { return m_preloads; }
    void setPreloads(int newPreloads);
    bool isBusy() const { return m_isBusy; }
    void setBusy(bool newBusy);
    QQuickItem *page() const;
    int depth() const { return static_cast<int>(m_slots.size()) - m_stale; }

    /// The addresses of the pages, the one that is shown last.
    Q_INVOKABLE QStringList urls() const;

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void routerChanged();
    void singleChanged();
    void keepChanged();
    void preloadsChanged();
    void busyChanged();
    void pageChanged();
    void depthChanged();

    // What the view is asked for; the slots are an array. `immediately`: without a transition.
    void pushing(const QJSValue &routeSlots, bool immediately);
    /// Down to this slot, which is in the view.
    void popping(QQuickItem *slot, bool immediately);
    /// From this slot on upwards, or, if it is null, all.
    void replacing(QQuickItem *slot, const QJSValue &routeSlots, bool immediately);
    void clearing();

private:
    using Slots = QList<QPointer<RouteSlot>>;

    DeclarativeRoute *routeFor(const Page &page);
    void observe();
    void sync();
    void apply();
    QList<HistoryEntry> wanted() const;
    /// How many of the entries have their slots already.
    qsizetype matching(const QList<HistoryEntry> &entries);
    void show(const QList<HistoryEntry> &entries, qsizetype kept);
    void rebuild();
    void dropAll();
    void activate();
    void settle();
    void preload(const Page &page);
    void makeLikely();
    void dropLikely(qsizetype most);
    RouteSlot *slotFor(const HistoryEntry &entry);
    QJSValue arrayOf(const Slots &routeSlots) const;

    QPointer<RouterObject> m_router;
    detail::RouteList m_routes;
    Slots m_slots; ///< In the order of the view's stack.
    Slots m_dead; ///< No longer in it, and perhaps on their way out.
    Slots m_likely; ///< With pages that were not shown yet, the likeliest first.
    ShownSlot m_active;
    Subscription m_history;
    QStringList m_unknown; ///< Routes without a Route that were reported.
    int m_stale = 0; ///< At the bottom, of entries that the history has forgotten.
    int m_keep = -1;
    int m_preloads = 2;
    bool m_isSingle = false;
    bool m_isBusy = false;
    bool m_isComplete = false;
    bool m_isSyncing = false;
    bool m_isDirty = false;
    bool m_hasShown = false;
    bool m_willSettle = false;
    bool m_willMake = false;
};

} // namespace nanostores

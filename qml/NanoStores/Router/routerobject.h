// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/export.h>
#include <NanoStores/Router/routechange.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/store.h>
#include <nanostores/qt/storeobject.h>
#include <nanostores/router/guard.h>
#include <nanostores/router/router.h>

#include <QList>
#include <QPointer>
#include <QString>
#include <QUrl>
#include <QVariant>
#include <QVariantMap>
#include <QtQml/qqmlregistration.h>

#include <optional>

namespace nanostores {

class RouteObject;

/// A router for QML: of a C++ router, an object that is made in C++ and given to QML as any other.
///
///     class Nav : public nanostores::RouterObject
///     {
///         Q_OBJECT
///         QML_ELEMENT
///         QML_SINGLETON
///     public:
///         Nav() : RouterObject(::router) {}
///     };
///
/// Each engine may have its own; the router behind them is the same. Routers that are declared in QML are a Router.
/// Errors of hooks, guards and listeners go to the error handler, and the answer is false.
class NANOSTORES_QMLROUTER_EXPORT RouterObject : public nanostores::StoreObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(RouterObject)
    QML_UNCREATABLE("A RouterObject is made in C++, for a router of C++. In QML there is Router.")
    /// The page that is shown.
    NANOSTORES_READONLY(nanostores::Page, page, m_page)
    /// The name of its route; empty if none matches.
    NANOSTORES_READONLY(QString, route, m_route)
    /// Without search and hash, and with them.
    NANOSTORES_READONLY(QString, path, m_path)
    NANOSTORES_READONLY(QString, url, m_url)
    /// The parameters with their types.
    NANOSTORES_READONLY(QVariant, params, m_params)
    /// What is after the ?, of each name the last.
    NANOSTORES_READONLY(QVariant, search, m_search)
    NANOSTORES_READONLY(QString, hash, m_hash)
    /// Whether a route matches.
    NANOSTORES_READONLY(bool, found, m_found)
    NANOSTORES_READONLY(bool, canGoBack, m_canGoBack)
    NANOSTORES_READONLY(bool, canGoForward, m_canGoForward)
    /// How many pages there are from the oldest to the one that is shown: 1 at the start.
    NANOSTORES_READONLY(int, depth, m_depth)
    /// What is remembered of the page that is shown; see setState().
    NANOSTORES_READONLY(QVariant, state, m_state)
    /// The url of a page that waits for an answer, and an empty text while none does.
    NANOSTORES_READONLY(QString, pending, m_pending)
    /// While true, no page is left: links, open() and back() move nothing. `blocked: form.dirty`
    Q_PROPERTY(bool blocked READ isBlocked WRITE setBlocked NOTIFY blockedChanged FINAL)

public:
    explicit RouterObject(AnyRouter router, QObject *parent = nullptr);
    ~RouterObject() override;

    /// None of a Router that is not complete yet.
    const std::optional<AnyRouter> &router() const { return m_current.get(); }
    bool isBlocked() const { return m_isBlocked; }
    void setBlocked(bool newBlocked);

    /// Opens a page: by its path, `open("/posts/news/7")`, or by its route, `open("post", {category: "news", id: 7})`.
    /// True: it is shown. False: it was stopped, waits for an answer, or is no page; then refused() says why.
    Q_INVOKABLE bool open(const QString &target, const QVariantMap &params = {}, const QVariantMap &search = {},
                          const QString &hash = {});
    /// The same in place of the present entry of the history.
    Q_INVOKABLE bool redirect(const QString &target, const QVariantMap &params = {}, const QVariantMap &search = {},
                              const QString &hash = {});
    Q_INVOKABLE bool back() { return go(-1); }
    Q_INVOKABLE bool forward() { return go(1); }
    Q_INVOKABLE bool go(int steps);
    /// Gives up the page that waits for an answer.
    Q_INVOKABLE void cancel();
    /// Opens a link from outside, of the schemes and hosts that the router takes.
    Q_INVOKABLE bool openUrl(const QUrl &url);
    /// What open() would open; empty, after a warning, if it is no page.
    Q_INVOKABLE QString pathOf(const QString &target, const QVariantMap &params = {}, const QVariantMap &search = {},
                               const QString &hash = {});
    /// Whether the page that is shown is that of open(): the same path, whatever the search and the hash. Without
    /// parameters for a route that has some: whether it is one of that route.
    Q_INVOKABLE bool isAt(const QString &target, const QVariantMap &params = {}) const;
    /// Has views load what they need for that page, so that it opens at once: its component, and the page itself where
    /// its Route says `preload: true`. A few such pages are there at a time, until another page is shown.
    Q_INVOKABLE void preload(const QString &target, const QVariantMap &params = {});
    /// Remembers something of the page that is shown; undefined forgets it.
    Q_INVOKABLE void setState(const QString &key, const QVariant &value);
    /// The history as JSON, to be kept over a restart, and back. False: it is none, or no route matches a page of it.
    Q_INVOKABLE QVariantMap saveState() const;
    Q_INVOKABLE bool restoreState(const QVariantMap &saved);

    /// For the library: pages whose handlers and `blocked` are asked while they are shown.
    void addPage(RouteObject *page);
    /// For the library: setState() of an entry of the history; 0 is the present one.
    bool setStateOf(quint64 entry, const QString &key, const QVariant &value);

Q_SIGNALS:
    void blockedChanged();
    /// The page that is shown may be left: abort() the change, or wait().
    void leaving(nanostores::RouteChange *change);
    /// `blocked` or a handler of leaving() has kept the page.
    void stopped(const nanostores::Page &next);
    /// What was asked for is no page. Without a handler it is a warning.
    void refused(const QString &target, const QString &reason);
    void preloading(const nanostores::Page &page);
    /// There is another router behind this object.
    void routerChanged();

protected:
    explicit RouterObject(QObject *parent);
    void setRouter(std::optional<AnyRouter> router);

private:
    RouterObject(std::optional<AnyRouter> router, QObject *parent);
    template<typename F>
    bool ask(const QString &target, F navigate);
    template<typename F>
    bool guarded(F f) const;
    std::optional<QString> resolve(const QString &target, const QVariantMap &params, const QVariantMap &search,
                                   const QString &hash, QString *reason) const;
    bool show(const QString &target, const QVariantMap &params, const QVariantMap &search, const QString &hash,
              bool inPlace);
    void refuse(const QString &target, const QString &reason);
    Task<bool> mayLeave(const Page &next, const Page &current);
    void askPages(RouteChange *change);

    Atom<std::optional<AnyRouter>> m_current;
    Computed<Page> m_page;
    Computed<QString> m_route;
    Computed<QString> m_path;
    Computed<QString> m_url;
    Computed<QVariantMap> m_params;
    Computed<QVariantMap> m_search;
    Computed<QString> m_hash;
    Computed<bool> m_found;
    Computed<bool> m_canGoBack;
    Computed<bool> m_canGoForward;
    Computed<int> m_depth;
    Computed<QVariantMap> m_state;
    Computed<QString> m_pending;
    RouterGuard m_guard;
    Subscription m_waitsFor;
    QPointer<RouteChange> m_waiting;
    QList<QPointer<RouteObject>> m_pages;
    bool m_isBlocked = false;
};

} // namespace nanostores

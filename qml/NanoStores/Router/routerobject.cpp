// SPDX-License-Identifier: MIT
#include <NanoStores/Router/routerobject.h>

#include <NanoStores/Router/routeobject.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/tracking.h>
#include <nanostores/qt/detail/values.h>
#include <nanostores/router/detail/path.h>

#include <QJsonObject>
#include <QMetaMethod>
#include <QQmlInfo>

#include <exception>
#include <utility>

namespace nanostores {

namespace {

using Current = Atom<std::optional<AnyRouter>>;

/// What the present router has, and T() while there is none.
template<typename T, typename F>
Computed<T> ofRouter(const Current &current, F f)
{
    return computed([current, f]() -> T {
        const std::optional<AnyRouter> router = current();
        return router ? T(f(*router)) : T();
    });
}

SearchItems itemsOfSearch(const QVariantMap &search)
{
    SearchItems items;
    for (auto item = search.begin(); item != search.end(); ++item) {
        const QVariant value = detail::shown(*item);
        if (!value.isValid() || value.isNull()) {
            continue;
        }
        const bool isText = value.metaType() == QMetaType::fromType<QString>();
        if (const auto values = isText ? std::nullopt : detail::itemsOf(value)) {
            for (const QVariant &one : *values) {
                items.append({item.key(), detail::textOf(one)});
            }
        } else {
            items.append({item.key(), isText ? value.toString() : detail::textOf(value)});
        }
    }
    return items;
}

Task<bool> answered(bool answer)
{
    const TaskSource<bool> source;
    source.resolve(answer);
    return source.task();
}

} // namespace

RouterObject::RouterObject(std::optional<AnyRouter> router, QObject *parent)
    : StoreObject(parent)
    , m_current(std::optional<AnyRouter>())
    , m_page(ofRouter<Page>(m_current, [](const AnyRouter &r) { return r.page()(); }))
    , m_route(computed(m_page, [](const Page &page) { return page.route(); }))
    , m_path(computed(m_page, [](const Page &page) { return page.path(); }))
    , m_url(computed(m_page, [](const Page &page) { return page.url(); }))
    , m_params(ofRouter<QVariantMap>(m_current, [](const AnyRouter &r) { return r.core()->valuesOf(r.page()()); }))
    , m_search(computed(m_page, [](const Page &page) { return page.searchValues(); }))
    , m_hash(computed(m_page, [](const Page &page) { return page.hash(); }))
    , m_found(computed(m_page, [](const Page &page) { return page.isFound(); }))
    , m_canGoBack(ofRouter<bool>(m_current, [](const AnyRouter &r) { return r.canGoBack()(); }))
    , m_canGoForward(ofRouter<bool>(m_current, [](const AnyRouter &r) { return r.canGoForward()(); }))
    , m_depth(ofRouter<int>(m_current, [](const AnyRouter &r) { return r.depth()(); }))
    , m_state(ofRouter<QVariantMap>(m_current, [](const AnyRouter &r) { return r.state()(); }))
    , m_pending(ofRouter<QString>(m_current, [](const AnyRouter &r) {
        const std::optional<Page> page = r.pending()();
        return page ? page->url() : QString();
    }))
{
    setRouter(std::move(router));
}

RouterObject::RouterObject(AnyRouter router, QObject *parent)
    : RouterObject(std::optional(std::move(router)), parent)
{
}

RouterObject::RouterObject(QObject *parent)
    : RouterObject(std::optional<AnyRouter>(), parent)
{
}

RouterObject::~RouterObject()
{
    m_waitsFor.reset();
    m_guard.reset();
}

void RouterObject::setRouter(std::optional<AnyRouter> router)
{
    const QPointer<RouterObject> alive(this); // those who are notified may delete it
    m_waitsFor.reset();
    m_guard.reset();
    if (m_waiting) {
        m_waiting->giveUp();
    }
    if (!alive) {
        return;
    }
    if (router) {
        m_guard = guard(*router, [this](const Page &next, const Page &current) { return mayLeave(next, current); });
        m_waitsFor = router->pending().listen([this](const std::optional<Page> &pending) {
            if (m_waiting && m_waiting->isWaiting() && (!pending || *pending != m_waiting->next())) {
                m_waiting->giveUp();
            }
        });
    }
    try {
        m_current.set(std::move(router));
    } catch (...) { // of an observer
        detail::reportError(std::current_exception());
    }
    if (alive) {
        Q_EMIT routerChanged();
    }
}

void RouterObject::setBlocked(bool newBlocked)
{
    if (m_isBlocked != newBlocked) {
        m_isBlocked = newBlocked;
        Q_EMIT blockedChanged();
    }
}

void RouterObject::addPage(RouteObject *page)
{
    m_pages.removeIf([](const QPointer<RouteObject> &known) { return !known; });
    m_pages.append(page);
}

Task<bool> RouterObject::mayLeave(const Page &next, const Page &current)
{
    const QPointer<RouterObject> alive(this);
    if (m_waiting) {
        m_waiting->giveUp();
        if (!alive) {
            return answered(false);
        }
    }
    const QPointer<RouteChange> change = new RouteChange(next, current, this);
    if (m_isBlocked) {
        change->abort();
    } else {
        Q_EMIT leaving(change);
        if (alive) {
            askPages(change);
        }
    }
    if (!alive || !change) {
        return answered(false);
    }
    if (change->isWaiting() && !change->isAborted()) {
        m_waiting = change;
        return change->task();
    }
    const bool isAborted = change->isAborted();
    change->deleteLater();
    if (isAborted) {
        Q_EMIT stopped(next);
    }
    return answered(!isAborted);
}

void RouterObject::askPages(RouteChange *change)
{
    const QPointer<RouteChange> asked(change);
    const QList<QPointer<RouteObject>> pages = m_pages;
    for (const QPointer<RouteObject> &page : pages) {
        if (!asked || asked->isAborted()) {
            return;
        }
        if (!page || !page->isActive()) {
            continue;
        }
        if (page->isBlocked()) {
            asked->abort();
        } else {
            Q_EMIT page->leaving(asked);
        }
    }
}

std::optional<QString> RouterObject::resolve(const QString &target, const QVariantMap &params,
                                             const QVariantMap &search, const QString &hash, QString *reason) const
{
    const auto &router = m_current.get();
    if (!router) {
        *reason = QStringLiteral("the router is not complete, or has no routes");
        return std::nullopt;
    }
    const SearchItems items = itemsOfSearch(search);
    if (!target.startsWith(u'/')) {
        return router->pathOf(target, params, items, hash, reason);
    }
    if (!params.isEmpty()) {
        *reason = QStringLiteral("a path has its parameters in it: give the name of a route with them, or none");
        return std::nullopt;
    }
    const bool isWhole = target.contains(u'?') || target.contains(u'#');
    if (isWhole && !(items.isEmpty() && hash.isEmpty())) {
        *reason = QStringLiteral("the path has a search or a hash in it already");
        return std::nullopt;
    }
    const auto page = router->match(detail::withSearch(target, items, hash), reason);
    return page ? std::optional(page->url()) : std::nullopt;
}

void RouterObject::refuse(const QString &target, const QString &reason)
{
    if (isSignalConnected(QMetaMethod::fromSignal(&RouterObject::refused))) {
        Q_EMIT refused(target, reason);
    } else {
        qmlWarning(this) << "\"" << target << "\" is not opened: " << reason;
    }
}

template<typename F>
bool RouterObject::ask(const QString &target, F navigate)
{
    const std::optional<AnyRouter> router = untracked([this] { return m_current.get(); });
    if (!router) {
        refuse(target, QStringLiteral("the router is not complete, or has no routes"));
        return false;
    }
    const QPointer<RouterObject> alive(this);
    try {
        const Navigation answer = untracked([&] { return navigate(*router); });
        if (alive && answer == Navigated::Refused) {
            refuse(target, answer.reason());
        }
        return bool(answer);
    } catch (...) {
        detail::reportError(std::current_exception());
        return false;
    }
}

/// Has the router do something; false without one, and after an error, which goes to the handler.
template<typename F>
bool RouterObject::guarded(F f) const
{
    const std::optional<AnyRouter> router = untracked([this] { return m_current.get(); });
    try {
        return router && f(*router);
    } catch (...) {
        detail::reportError(std::current_exception());
        return false;
    }
}

bool RouterObject::show(const QString &target, const QVariantMap &params, const QVariantMap &search,
                        const QString &hash, bool inPlace)
{
    QString reason;
    const auto url = untracked([&] { return resolve(target, params, search, hash, &reason); });
    if (!url) {
        refuse(target, reason);
        return false;
    }
    return ask(target, [&](const AnyRouter &router) { return inPlace ? router.redirect(*url) : router.open(*url); });
}

bool RouterObject::open(const QString &target, const QVariantMap &params, const QVariantMap &search,
                        const QString &hash)
{
    return show(target, params, search, hash, false);
}

bool RouterObject::redirect(const QString &target, const QVariantMap &params, const QVariantMap &search,
                            const QString &hash)
{
    return show(target, params, search, hash, true);
}

bool RouterObject::go(int steps)
{
    return ask({}, [steps](const AnyRouter &router) { return router.go(steps); });
}

void RouterObject::cancel()
{
    guarded([](const AnyRouter &router) {
        router.cancel();
        return true;
    });
}

bool RouterObject::openUrl(const QUrl &url)
{
    return ask(url.toString(), [&](const AnyRouter &router) { return router.openUrl(url); });
}

QString RouterObject::pathOf(const QString &target, const QVariantMap &params, const QVariantMap &search,
                             const QString &hash)
{
    QString reason;
    const auto url = resolve(target, params, search, hash, &reason);
    if (!url) {
        qmlWarning(this) << "\"" << target << "\" has no path: " << reason;
        return {};
    }
    return *url;
}

bool RouterObject::isAt(const QString &target, const QVariantMap &params) const
{
    const Page page = m_page();
    if (!target.startsWith(u'/') && params.isEmpty()) {
        return page.route() == target;
    }
    QString reason;
    const auto url = untracked([&] { return resolve(target, params, {}, {}, &reason); });
    const auto &router = m_current.get();
    const auto asked = url && router ? router->match(*url) : std::nullopt;
    return asked && asked->path() == page.path();
}

void RouterObject::preload(const QString &target, const QVariantMap &params)
{
    QString reason;
    const auto url = untracked([&] { return resolve(target, params, {}, {}, &reason); });
    const auto &router = m_current.get();
    const auto page = url && router ? router->match(*url) : std::nullopt;
    if (page && page->isFound()) {
        Q_EMIT preloading(*page);
    }
}

void RouterObject::setState(const QString &key, const QVariant &value)
{
    setStateOf(0, key, value);
}

bool RouterObject::setStateOf(quint64 entry, const QString &key, const QVariant &value)
{
    return guarded([&](const AnyRouter &router) { return router.setState(entry, key, detail::shown(value)); });
}

QVariantMap RouterObject::saveState() const
{
    const auto &router = m_current.get();
    return router ? router->saveState().toVariantMap() : QVariantMap();
}

bool RouterObject::restoreState(const QVariantMap &saved)
{
    return ask(QStringLiteral("a saved history"),
               [&](const AnyRouter &router) { return router.restoreState(QJsonObject::fromVariantMap(saved)); });
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/readonly.h>
#include <nanostores/core/store.h>
#include <nanostores/router/detail/routercore.h>
#include <nanostores/router/export.h>
#include <nanostores/router/navigation.h>
#include <nanostores/router/page.h>
#include <nanostores/router/route.h>
#include <nanostores/router/routerhistory.h>
#include <nanostores/router/routeroptions.h>

#include <QJsonObject>
#include <QString>
#include <QUrl>
#include <QVariant>
#include <QVariantMap>

#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace nanostores {

/// The store of a router's page. It has onSet() hooks, which are asked about each page that is opened, whatever the
/// way, and may abort it or replace the page.
class NANOSTORES_ROUTER_EXPORT PageStore : public Store<detail::PageNode>
{
public:
    using Store<detail::PageNode>::Store;

    /// As Router::open(page).
    void set(const Page &page) const;
    PageStore named(std::string name) const
    {
        setName(std::move(name));
        return *this;
    }
};

/// What routers of all routes have in common: a handle, cheap to copy, to one router. See createRouter().
///
/// To be used on the thread that made it, as stores are.
class NANOSTORES_ROUTER_EXPORT AnyRouter
{
public:
    explicit AnyRouter(std::shared_ptr<detail::RouterCore> core) noexcept
        : m_core(std::move(core))
    {
    }

    /// The page that is shown. One that no route matches is in it, too: Page::isFound().
    PageStore page() const { return PageStore(m_core->page()); }
    /// The page that waits for a guard's answer.
    Readonly<detail::SignalNode<std::optional<Page>>> pending() const { return readonly(m_core->pending()); }
    /// The pages that were opened, with the state of each.
    Readonly<detail::SignalNode<RouterHistory>> history() const { return readonly(m_core->history()); }
    /// The state of the page that is shown.
    const Computed<QVariantMap> &state() const { return m_core->state(); }
    const Computed<bool> &canGoBack() const { return m_core->canGoBack(); }
    const Computed<bool> &canGoForward() const { return m_core->canGoForward(); }
    /// How many pages there are from the oldest to the one that is shown: 1 at the start.
    const Computed<int> &depth() const { return m_core->depth(); }

    /// Shows the page of a path, `/posts/news/7?sort=name#top`, in a new entry of the history; those after the present
    /// one are dropped. A path that no route matches is shown as a page that is not found. What is no path is refused:
    /// see Navigation::reason().
    Navigation open(const QString &path) const;
    Navigation open(const char *path) const { return open(QString::fromUtf8(path)); }
    Navigation open(const Page &page) const;
    /// The same in place of the present entry.
    Navigation redirect(const QString &path) const;
    Navigation redirect(const char *path) const { return redirect(QString::fromUtf8(path)); }
    Navigation redirect(const Page &page) const;
    Navigation back() const { return go(-1); }
    Navigation forward() const { return go(1); }
    /// To the entry so many steps from the present one. There is no such entry: NoEntry, and nothing moves.
    Navigation go(qsizetype steps) const;
    /// Gives up the page that waits for a guard's answer.
    void cancel() const;
    /// Opens a link from outside, of a scheme and a host in RouterOptions::links; all others are refused, and those
    /// that no route matches. See docs/router.md, Deep links.
    Navigation openUrl(const QUrl &url) const;

    /// The page that open() would show; none, with the reason, for what it would refuse.
    std::optional<Page> match(const QString &path, QString *reason = nullptr) const;

    /// Remembers what a view needs to look as it was when the page is shown again. Of the entry with that id, or of the
    /// present one. An invalid value removes the key. False: the entry is no longer in the history.
    bool setState(const QString &key, const QVariant &value) const { return setState(0, key, value); }
    bool setState(quint64 entry, const QString &key, const QVariant &value) const;

    /// The history, to be kept over a restart. States are kept as JSON has them.
    QJsonObject saveState() const;
    /// Takes a history that saveState() gave, and shows its page. Pages that no route matches any more are left out; if
    /// none is left, or it is something else, it is refused and nothing changes. Guards are not asked.
    Navigation restoreState(const QJsonObject &saved) const;

    /// The path of a route that is known by its name only, as in QML or in a tree of pages: what open() takes. None,
    /// with the reason, if there is no such route, a parameter is missing, unknown or of another type, or the path
    /// belongs to a route that is declared before.
    std::optional<QString> pathOf(const QString &route, const QVariantMap &params = {}, const SearchItems &search = {},
                                  const QString &hash = {}, QString *reason = nullptr) const;

    const std::shared_ptr<detail::RouterCore> &core() const noexcept { return m_core; }
    /// The same router.
    friend bool operator==(const AnyRouter &a, const AnyRouter &b) noexcept { return a.m_core == b.m_core; }

protected:
    std::shared_ptr<detail::RouterCore> m_core;
};

namespace detail {

template<typename T, typename... Ts>
concept OneOf = (std::same_as<T, Ts> || ...);

/// Several functions as one.
template<typename... Fs>
struct Visitor : Fs...
{
    using Fs::operator()...;
};
template<typename... Fs>
Visitor(Fs...) -> Visitor<Fs...>;

} // namespace detail

/// A router whose pages are Ts, the structs of its routes.
template<typename... Ts>
class Router : public AnyRouter
{
public:
    using AnyRouter::AnyRouter;
    using AnyRouter::open;
    using AnyRouter::redirect;

    /// Shows the page of a struct: `router.open(Post{"news", 7})`, `router.open(Post{"news", 7}, {{"sort", "name"}})`.
    /// A value that no path can have, as an empty text, is refused.
    template<detail::OneOf<Ts...> T>
    Navigation open(const T &values, const SearchItems &search = {}, const QString &hash = {}) const
    {
        return show(values, search, hash, detail::Movement::Push);
    }
    template<detail::OneOf<Ts...> T>
    Navigation redirect(const T &values, const SearchItems &search = {}, const QString &hash = {}) const
    {
        return show(values, search, hash, detail::Movement::Replace);
    }

    /// The path of a struct, for links: what open() takes. Empty, after a warning, if it has none.
    template<detail::OneOf<Ts...> T>
    QString path(const T &values, const SearchItems &search = {}, const QString &hash = {}) const
    {
        QString reason;
        const auto path = m_core->build(typeid(T), &values, &reason);
        if (!path) {
            detail::warnNoPath(typeid(T).name(), reason);
            return {};
        }
        return detail::withSearch(*path, search, hash);
    }

    /// Calls the function that takes the page's struct, or a NotFound, and returns what it returns. There is a function
    /// for each struct; `[](const auto &)` takes those that are left.
    template<typename... Fs>
    decltype(auto) visit(const Page &page, Fs... functions) const
    {
        detail::Visitor visitor{std::move(functions)...};
        static_assert((std::is_invocable_v<detail::Visitor<Fs...> &, const Ts &> && ...),
                      "visit() has a function for each struct of the router's routes");
        static_assert(std::is_invocable_v<detail::Visitor<Fs...> &, const NotFound &>,
                      "visit() has a function for NotFound");
        return visitAs<std::common_type_t<std::invoke_result_t<detail::Visitor<Fs...> &, const Ts &>...,
                                          std::invoke_result_t<detail::Visitor<Fs...> &, const NotFound &>>,
                       Ts...>(page, visitor);
    }

private:
    template<typename T>
    Navigation show(const T &values, const SearchItems &search, const QString &hash, detail::Movement movement) const
    {
        QString reason;
        const auto path = m_core->build(typeid(T), &values, &reason);
        const auto page = path ? m_core->parse(detail::withSearch(*path, search, hash), &reason) : std::nullopt;
        if (!page) {
            return {Navigated::Refused, reason};
        }
        if (!page->template is<T>()) {
            return {
                Navigated::Refused,
                QStringLiteral("%1 is a page of the route \"%2\", which is declared before").arg(*path, page->route())};
        }
        return m_core->open(*page, movement);
    }

    template<typename R, typename First, typename... Rest, typename V>
    static R visitAs(const Page &page, V &visitor)
    {
        if (const First *values = page.as<First>()) {
            return visitor(*values);
        }
        if constexpr (sizeof...(Rest) > 0) {
            return visitAs<R, Rest...>(page, visitor);
        } else {
            return visitor(NotFound{page.url()});
        }
    }
};

/// createRouter(route<Home>("home", "/"), route<Post>("post", "/posts/:category/:id")): a router that starts at
/// RouterOptions::initial. Of the routes that match a path the first one counts.
template<typename... Ts>
requires(sizeof...(Ts) > 0)
[[nodiscard]] Router<Ts...> createRouter(RouterOptions options, const Route<Ts> &...routes)
{
    return Router<Ts...>(detail::RouterCore::make(std::move(options), {routes.spec()...}));
}
template<typename... Ts>
requires(sizeof...(Ts) > 0)
[[nodiscard]] Router<Ts...> createRouter(const Route<Ts> &...routes)
{
    return createRouter(RouterOptions(), routes...);
}

} // namespace nanostores

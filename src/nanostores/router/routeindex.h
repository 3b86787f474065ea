// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/core/tracking.h>
#include <nanostores/router/export.h>
#include <nanostores/router/router.h>

#include <QList>
#include <QScopeGuard>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <memory>
#include <utility>

namespace nanostores {

/// How a control that is tied to routes opens them.
enum class RouteWrite : std::uint8_t {
    Open, ///< As Router::open().
    Redirect, ///< As Router::redirect(), so that back() passes the choices by.
};

/// storeOfPage<QString>(router, read, write): what `read` makes of the page, as a store that can be set: `write` gets
/// the value, to open a page, and the store then has what `read` makes of that page. If it was refused, the store keeps
/// its value, so that the control that wrote it falls back.
///
///     const auto currentId = storeOfPage<QString>(router,
///         [](const Page &page) { return page.is<Product>() ? page.as<Product>()->id : QString(); },
///         [=](const QString &id) { router.open(Product{id}); });
///
/// It follows the router while it is observed, and when it is read.
template<typename T, typename Read, typename Write>
[[nodiscard]] Atom<T> storeOfPage(const AnyRouter &router, Read read, Write write)
{
    const Atom<T> store(read(router.page().get()));
    const auto isFollowing = std::make_shared<bool>(false);
    onMount(store, [weak = std::weak_ptr(router.core()), node = store.node().get(), read, isFollowing] {
        const auto follow = [=](const Page &page) {
            const bool before = std::exchange(*isFollowing, true);
            const auto ends = qScopeGuard([&] { *isFollowing = before; }); // read() or a hook may throw
            Atom<T>(detail::Ref<detail::SignalNode<T>>::share(node)).set(read(page));
        };
        const auto core = weak.lock();
        auto subscription = core ? PageStore(core->page()).subscribe(follow) : Subscription();
        return [kept = std::make_shared<Subscription>(std::move(subscription))] { kept->reset(); };
    });
    onSet(store, [isFollowing, write](auto &event) {
        if (!*isFollowing) {
            event.abort();
            untracked([&] { write(event.newValue()); });
        }
    });
    return store;
}

/// routeIndex(router, {{"home"}, {"cart", "checkout"}, {"/settings"}}): which of some routes is shown, as the index
/// that tabs, pages and lists have; -1 while none is. To set it opens the first route of that index, and if that is
/// refused, the store keeps its value, so that the control falls back: `bind(routeIndex(router, ...), tabWidget)`.
///
/// A choice is a name of a route without parameters, or a path, or several, of which the first one is opened. The store
/// follows the router while it is observed, and when it is read.
[[nodiscard]] NANOSTORES_ROUTER_EXPORT Atom<int> routeIndex(const AnyRouter &router, QList<QStringList> choices,
                                                            RouteWrite write = RouteWrite::Open);

/// routePath(router): Page::path() as a store that can be set, for lists and trees of pages: to set it opens the path.
[[nodiscard]] NANOSTORES_ROUTER_EXPORT Atom<QString> routePath(const AnyRouter &router,
                                                               RouteWrite write = RouteWrite::Open);

} // namespace nanostores

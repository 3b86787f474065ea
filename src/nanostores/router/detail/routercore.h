// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/store.h>
#include <nanostores/core/task.h>
#include <nanostores/router/detail/matcher.h>
#include <nanostores/router/detail/path.h>
#include <nanostores/router/export.h>
#include <nanostores/router/navigation.h>
#include <nanostores/router/page.h>
#include <nanostores/router/route.h>
#include <nanostores/router/routerhistory.h>
#include <nanostores/router/routeroptions.h>

#include <QJsonObject>
#include <QString>
#include <QUrl>
#include <QVariantMap>

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

class QLoggingCategory;

namespace nanostores::detail {

class RouterCore;

/// The node of the page, which knows its router.
struct PageNode final : SignalNode<Page>
{
    using SignalNode<Page>::SignalNode;
    std::weak_ptr<RouterCore> router;
};

/// Asked before a page is left: (next, current).
using GuardFunction = std::function<Task<bool>(const Page &next, const Page &current)>;

struct Guard
{
    GuardFunction function;
    bool isRemoved = false;
};

enum class Movement : std::uint8_t {
    Push,
    Replace,
    Go, ///< To an entry that is there.
    Restore, ///< To a whole history.
};

/// What was asked for, until it has happened or not.
struct Request
{
    Movement movement;
    Page page;
    quint64 entry = 0; ///< Go: its id.
    RouterHistory history; ///< Restore.
    quint64 number = 0;
    std::vector<std::shared_ptr<Guard>> guards;
    std::size_t asked = 0; ///< How many of them have answered.
};

/// What all handles of a router share. Belongs to the thread that made it.
class NANOSTORES_ROUTER_EXPORT RouterCore : public std::enable_shared_from_this<RouterCore>
{
public:
    RouterCore(RouterOptions options, std::vector<RouteSpec> routes);
    RouterCore(const RouterCore &) = delete;
    RouterCore &operator=(const RouterCore &) = delete;
    static std::shared_ptr<RouterCore> make(RouterOptions options, std::vector<RouteSpec> routes);

    /// The page of a path; none, with the reason, if it is no path.
    std::optional<Page> parse(const QString &url, QString *reason) const;
    /// The path of a struct; none, with the reason.
    std::optional<QString> build(std::type_index type, const void *values, QString *reason) const;
    /// The path of a route by its name; none, with the reason.
    std::optional<QString> build(const QString &route, const QVariantMap &params, QString *reason) const;
    /// The parameters of a page as its struct has them.
    QVariantMap valuesOf(const Page &page) const;
    const RouterOptions &options() const noexcept { return m_options; }
    const std::vector<RouteSpec> &routes() const noexcept { return m_routes; }

    Navigation open(const QString &url, Movement movement);
    Navigation open(const Page &page, Movement movement);
    Navigation openUrl(const QUrl &url);
    Navigation go(qsizetype steps);
    /// False if the entry is no longer there.
    bool setState(quint64 entry, const std::function<void(QVariantMap &)> &change);
    QJsonObject save() const;
    Navigation restore(const QJsonObject &saved);
    /// A page that waits for a guard is not opened any more.
    void cancel();

    std::shared_ptr<Guard> addGuard(GuardFunction function);
    void removeGuard(const std::shared_ptr<Guard> &guard);

    const Ref<PageNode> &page() const noexcept { return m_page; }
    const Atom<RouterHistory> &history() const noexcept { return m_history; }
    const Atom<std::optional<Page>> &pending() const noexcept { return m_pending; }
    /// Of each struct the page that was shown last, at the place of its first route.
    const Atom<std::vector<Page>> &lastPages() const noexcept { return m_lastPages; }
    const Computed<bool> &canGoBack() const noexcept { return m_canGoBack; }
    const Computed<bool> &canGoForward() const noexcept { return m_canGoForward; }
    const Computed<int> &depth() const noexcept { return m_depth; }
    const Computed<QVariantMap> &state() const noexcept { return m_state; }

private:
    std::optional<ParsedPath> parseBase();
    Page pageOf(ParsedPath &&parsed) const;
    Page firstPage() const;
    QString withBase(const QString &path) const;
    Navigation begin(Request request);
    Navigation proceed(const std::shared_ptr<Request> &request);
    Navigation commit(const Request &request);
    RouterHistory moved(const Request &request, const Page &page);
    void answered(const std::shared_ptr<Request> &request, bool mayLeave);
    void remember(const Page &page);

    RouterOptions m_options;
    std::vector<RouteSpec> m_routes;
    QStringList m_base;
    QString m_basePath;
    Matcher m_matcher;
    quint64 m_lastEntry = 0;
    quint64 m_requests = 0; ///< The number of the last one.
    quint64 m_committing = 0; ///< The one that writes the page now.
    std::vector<std::shared_ptr<Guard>> m_guards;
    Ref<PageNode> m_page;
    Atom<RouterHistory> m_history;
    Atom<std::optional<Page>> m_pending;
    Atom<std::vector<Page>> m_lastPages;
    Computed<bool> m_canGoBack;
    Computed<bool> m_canGoForward;
    Computed<int> m_depth;
    Computed<QVariantMap> m_state;
};

const QLoggingCategory &routerCategory();
/// Says in the category nanostores.router why a struct has no path.
NANOSTORES_ROUTER_EXPORT void warnNoPath(const std::string &type, const QString &reason);

} // namespace nanostores::detail

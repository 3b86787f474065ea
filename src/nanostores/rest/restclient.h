// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/task.h>
#include <nanostores/rest/detail/restcall.h>
#include <nanostores/rest/export.h>
#include <nanostores/rest/restoptions.h>

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>
#include <utility>

namespace nanostores {

/// Asks a server that speaks HTTP and JSON.
///
///     const RestClient api({.baseUrl = QUrl("https://example.org/api")});
///     const auto user = client.query(userKey, userId, [](FetchContext context, int id) {
///         return api.get<User>(restPath("users", id), {.context = context});
///     });
///
/// A result is of a type that JsonCodec reads; void: the answer's body does not count; QByteArray: the body as it is;
/// RestResponse: all of the answer. A std::optional is empty if the body is. What is sent is of a type that JsonCodec
/// writes, a QByteArray, or a RestBody. Longer answers are decoded in another thread, where conversions of the program
/// run then.
///
/// A task ends with a RestError, if not with the result. Requests count as running tasks: see allTasks().
///
/// Redirects are followed by the client itself: never from https to http, and to other servers without the headers of
/// the options and of the request. A path that is a whole URL is asked for as it is; so it is for other servers.
///
/// A handle, cheap to copy. It belongs to the thread that made it, which needs Qt's event loop.
class NANOSTORES_REST_EXPORT RestClient
{
public:
    explicit RestClient(RestOptions options = {});

    template<typename R>
    Task<R> get(const QString &path, RestRequest request = {}) const
    {
        return send<R>("GET", path, std::nullopt, std::move(request));
    }
    template<typename R, typename B>
    Task<R> post(const QString &path, const B &body, RestRequest request = {}) const
    {
        return send<R>("POST", path, detail::restBody(body), std::move(request));
    }
    template<typename R, typename B>
    Task<R> put(const QString &path, const B &body, RestRequest request = {}) const
    {
        return send<R>("PUT", path, detail::restBody(body), std::move(request));
    }
    template<typename R, typename B>
    Task<R> patch(const QString &path, const B &body, RestRequest request = {}) const
    {
        return send<R>("PATCH", path, detail::restBody(body), std::move(request));
    }
    template<typename R>
    Task<R> del(const QString &path, RestRequest request = {}) const
    {
        return send<R>("DELETE", path, std::nullopt, std::move(request));
    }
    /// With any method, with or without a body.
    template<typename R>
    Task<R> send(const QByteArray &method, const QString &path, std::optional<RestBody> body,
                 RestRequest request = {}) const
    {
        return detail::restTask<R>(m_core, {method, path, std::move(body), std::move(request)});
    }

    /// Forgets the answers that are kept for their ETag, as after a logout.
    void forget() const;

private:
    std::shared_ptr<detail::RestCore> m_core;
};

} // namespace nanostores

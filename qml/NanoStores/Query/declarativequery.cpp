// SPDX-License-Identifier: MIT
#include <NanoStores/Query/declarativequery.h>

#include <NanoStores/Query/detail/jstasks.h>
#include <nanostores/core/tracking.h>

#include <QPointer>
#include <QQmlEngine>

#include <memory>
#include <utility>

namespace nanostores {

DeclarativeQuery::DeclarativeQuery(QObject *parent)
    : DeclarativeFetched(parent)
{
}

DeclarativeQuery::~DeclarativeQuery() = default;

/// What is fetched is in the cache of the client, so it stays when the store is made anew.
Computed<Fetched<JsValue>> DeclarativeQuery::make(const QueryClient &client, Computed<AnyCacheKey> key,
                                                  QueryOptions options)
{
    const auto fetch = [self = QPointer<DeclarativeQuery>(this)](const FetchContext &context, const void *) {
        if (self) {
            return self->callFetcher(context);
        }
        const TaskSource<JsValue> gone;
        return gone.task(); // given up
    };
    m_query.emplace(
        std::make_shared<detail::QueryState<JsValue>>(client.core(), std::move(key), fetch, options, false));
    return *m_query;
}

void DeclarativeQuery::mutate(const QJSValue &data)
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!isReady("mutate") || !engine) {
        return;
    }
    const auto query = m_query;
    guarded([&] {
        QJSValue next = data;
        if (data.isCallable()) {
            next = untracked([&] {
                // Neither what running mutations change, which is seen over it, nor the data of the former key.
                const AnyCacheKey now = query->key().get();
                const auto present = now.isEmpty() ? std::nullopt : client()->client().sent<JsValue>(now);
                return detail::calledOrThrown(engine, data, {present ? present->in(engine) : QJSValue()});
            });
        }
        query->mutate(next.isUndefined()
                          ? std::nullopt
                          : std::optional(JsValue(detail::withoutWrapper(next, engine), engine, isShared())));
    });
}

QJSValue DeclarativeQuery::fetch()
{
    QQmlEngine *const engine = qmlEngine(this);
    QJSValue promise;
    if (isReady("fetch") && engine) {
        const auto query = m_query;
        guarded([&] { promise = detail::promiseOf(query->fetch(), engine); });
    }
    return promise;
}

} // namespace nanostores

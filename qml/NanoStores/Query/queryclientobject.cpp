// SPDX-License-Identifier: MIT
#include <NanoStores/Query/queryclientobject.h>

#include <NanoStores/Query/declarativequeryclient.h>
#include <NanoStores/Query/detail/jskeys.h>
#include <NanoStores/Query/detail/jstasks.h>
#include <nanostores/core/tracking.h>

#include <QLatin1String>
#include <QQmlEngine>
#include <QQmlInfo>

#include <exception>
#include <stdexcept>
#include <utility>

namespace nanostores {

namespace {

constexpr auto DefaultName = "nanostores.queryClient";

Computed<int> countOf(const Atom<std::optional<QueryClient>> &client)
{
    return computed(client, [](const std::optional<QueryClient> &now) { return now ? now->fetching()() : 0; });
}

} // namespace

QueryClientObject::QueryClientObject(QueryClient client, QObject *parent)
    : StoreObject(parent)
    , m_client(std::optional<QueryClient>(std::move(client)))
    , m_fetching(countOf(m_client))
    , m_isShared(true)
{
}

QueryClientObject::QueryClientObject(QObject *parent)
    : StoreObject(parent)
    , m_client(std::optional<QueryClient>())
    , m_fetching(countOf(m_client))
    , m_isShared(false)
{
}

QueryClientObject::~QueryClientObject() = default;

QueryClientObject *QueryClientObject::defaultOf(QQmlEngine *engine)
{
    auto *client = engine->findChild<QueryClientObject *>(QLatin1String(DefaultName), Qt::FindDirectChildrenOnly);
    if (!client) {
        client = new DeclarativeQueryClient(engine);
        client->setObjectName(QLatin1String(DefaultName));
        QJSEngine::setObjectOwnership(client, QJSEngine::CppOwnership);
    }
    return client;
}

void setQueryClient(QQmlEngine *engine, const QueryClient &client)
{
    auto *const object = new QueryClientObject(client, engine);
    delete engine->findChild<QueryClientObject *>(QLatin1String(DefaultName), Qt::FindDirectChildrenOnly);
    object->setObjectName(QLatin1String(DefaultName));
    QJSEngine::setObjectOwnership(object, QJSEngine::CppOwnership);
}

QueryClient QueryClientObject::make()
{
    return QueryClient();
}

const QueryClient &QueryClientObject::client()
{
    if (!m_client.peek()) {
        m_client.set(make());
    }
    return *m_client.peek();
}

template<typename F>
void QueryClientObject::guarded(F f)
{
    try {
        f();
    } catch (const std::exception &error) { // of a function of JavaScript, or for a key that C++ has for other data
        qmlWarning(this) << error.what();
    }
}

void QueryClientObject::select(const char *what, const QJSValue &keys,
                               void (QueryClient::*act)(const KeySelector &) const)
{
    QString problem;
    const auto selector = detail::selectorOf(keys, qjsEngine(this), &problem);
    if (!selector) {
        qmlWarning(this) << what << "(): " << problem << ".";
        return;
    }
    guarded([&] { (client().*act)(*selector); });
}

void QueryClientObject::invalidate(const QJSValue &keys)
{
    select("invalidate", keys, &QueryClient::invalidate);
}

void QueryClientObject::revalidate(const QJSValue &keys)
{
    select("revalidate", keys, &QueryClient::revalidate);
}

void QueryClientObject::mutate(const QJSValue &key, const QJSValue &data)
{
    QJSEngine *const engine = qjsEngine(this);
    const detail::JsKey named = detail::keyOf(key, engine);
    if (named.key.isEmpty()) {
        qmlWarning(this) << "mutate(): "
                         << (named.problem.isEmpty() ? QStringLiteral("a part of the key is missing") : named.problem)
                         << ".";
        return;
    }
    guarded([&] {
        QJSValue next = data;
        if (data.isCallable()) {
            const auto present = client().sent<JsValue>(named.key); // changes of running mutations are seen over it
            next = untracked(
                [&] { return detail::calledOrThrown(engine, data, {present ? present->in(engine) : QJSValue()}); });
        }
        client().mutate(named.key, next.isUndefined() ? std::nullopt
                                                      : std::optional(JsValue(detail::withoutWrapper(next, engine),
                                                                              engine, m_isShared)));
    });
}

QJSValue QueryClientObject::cached(const QJSValue &key)
{
    QJSEngine *const engine = qjsEngine(this);
    const detail::JsKey named = detail::keyOf(key, engine);
    if (!named.problem.isEmpty()) {
        qmlWarning(this) << "cached(): " << named.problem << ".";
    }
    QJSValue found;
    if (!named.key.isEmpty()) {
        guarded([&] {
            const auto data = client().cached(named.key);
            found = data ? data->in(engine) : QJSValue();
        });
    }
    return found;
}

QJSValue QueryClientObject::keys()
{
    QJSEngine *const engine = qjsEngine(this);
    if (!engine) {
        return {};
    }
    const auto all = client().keys();
    QJSValue list = engine->newArray(static_cast<uint>(all.size()));
    for (std::size_t i = 0; i < all.size(); ++i) {
        list.setProperty(static_cast<quint32>(i), detail::listOf(all[i], engine));
    }
    return list;
}

} // namespace nanostores

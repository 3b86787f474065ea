// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/export.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/qt/storeobject.h>
#include <nanostores/query/queryclient.h>

#include <QJSValue>
#include <QObject>
#include <QtQml/qqmlregistration.h>

#include <optional>

class QQmlEngine;

namespace nanostores {

/// A query client for QML: of a C++ client, an object that is made in C++ and given to QML as any other.
///
///     class Api : public nanostores::QueryClientObject
///     {
///         Q_OBJECT
///         QML_ELEMENT
///         QML_SINGLETON
///     public:
///         Api() : QueryClientObject(::api) {}
///     };
///
/// Each engine may have its own; the client behind them, and its cache, is the same. A client that is declared in QML
/// is a QueryClient. Keys are lists that begin with a name: ["users", 7].
class NANOSTORES_QMLQUERY_EXPORT QueryClientObject : public nanostores::StoreObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(QueryClientObject)
    QML_UNCREATABLE("A QueryClientObject is made in C++, for a client of C++. In QML there is QueryClient.")
    /// How many fetches are running.
    NANOSTORES_READONLY(int, fetching, m_fetching)

public:
    explicit QueryClientObject(QueryClient client, QObject *parent = nullptr);
    ~QueryClientObject() override;

    /// The client of the queries and mutations of an engine that name none.
    static QueryClientObject *defaultOf(QQmlEngine *engine);

    /// Fetches anew what is shown of the keys, and the rest when it is shown the next time; data and errors go at once.
    /// Takes the first parts of keys, "users" or ["users", 7], or a function of a key. Also keys of C++ are meant.
    Q_INVOKABLE void invalidate(const QJSValue &keys);
    /// As invalidate(), and the data stays until the answer is there.
    Q_INVOKABLE void revalidate(const QJSValue &keys);
    /// Has the data of the key be this, as if it were fetched; undefined forgets it. A function makes the new data of
    /// that which is there: mutate(["users", 7], user => Object.assign({}, user, { name: "Ann" })).
    Q_INVOKABLE void mutate(const QJSValue &key, const QJSValue &data = QJSValue());
    /// What the cache has for the key; undefined if nothing. Fetches nothing.
    Q_INVOKABLE QJSValue cached(const QJSValue &key);
    /// The keys that there is data of, in no order.
    Q_INVOKABLE QJSValue keys();

    /// For the library.
    const QueryClient &client();
    /// Whether other engines may see what is in it.
    bool isShared() const noexcept { return m_isShared; }

protected:
    explicit QueryClientObject(QObject *parent);
    /// Called once, when the client is needed first.
    virtual QueryClient make();

private:
    template<typename F>
    void guarded(F f);
    void select(const char *what, const QJSValue &keys, void (QueryClient::*act)(const KeySelector &) const);

    Atom<std::optional<QueryClient>> m_client;
    Computed<int> m_fetching;
    bool m_isShared;
};

/// Has the queries and mutations of the engine that name no client be those of this one. To be called before the first
/// of them is made.
NANOSTORES_QMLQUERY_EXPORT void setQueryClient(QQmlEngine *engine, const QueryClient &client);

} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/export.h>
#include <NanoStores/Query/queryclientobject.h>
#include <NanoStores/detail/jscaller.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/qt/storeobject.h>
#include <nanostores/query/fetchcontext.h>
#include <nanostores/query/fetched.h>
#include <nanostores/query/query.h>

#include <QJSValue>
#include <QPointer>
#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <exception>
#include <memory>
#include <optional>

namespace nanostores {

/// What a fetcher may know of the fetch that it makes: its last parameter.
class NANOSTORES_QMLQUERY_EXPORT QueryFetch : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(QueryFetch)
    QML_UNCREATABLE("A QueryFetch is what a fetcher is handed last.")
    /// The result is of no use any more. A fetch whose fetcher asks for this, or for onAbort(), is aborted when the
    /// last observer has left; others go on, and their result goes to the cache.
    Q_PROPERTY(bool aborted READ isAborted FINAL)

public:
    explicit QueryFetch(FetchContext context);

    bool isAborted() const;
    /// Calls the function when the fetch is aborted; at once, if it has been: onAbort(() => request.abort()).
    Q_INVOKABLE void onAbort(const QJSValue &f) const;

    /// For the library.
    const FetchContext &context() const;

private:
    FetchContext m_context;
    mutable bool m_isAsked = false;
};

/// What Query and InfiniteQuery have in common: a key, a function that fetches, and what is known of the result.
class NANOSTORES_QMLQUERY_EXPORT DeclarativeFetched : public nanostores::StoreObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_ANONYMOUS
    Q_INTERFACES(QQmlParserStatus)
    /// By default that of the engine.
    Q_PROPERTY(nanostores::QueryClientObject *client READ client WRITE setClient NOTIFY clientChanged FINAL)
    Q_PROPERTY(QJSValue key READ key WRITE setKey NOTIFY keyChanged FINAL REQUIRED)
    Q_PROPERTY(QJSValue fetcher READ fetcher WRITE setFetcher NOTIFY fetcherChanged FINAL)
    /// While false nothing is fetched, but by fetch().
    Q_PROPERTY(bool enabled READ isEnabled WRITE setEnabled NOTIFY enabledChanged FINAL)

    /// The last result, with what mutations have changed of it; undefined if there is none.
    Q_PROPERTY(QJSValue data READ data NOTIFY dataChanged FINAL)
    /// What the last fetch has failed with, and undefined if it has not; the data of an earlier one stays.
    Q_PROPERTY(QJSValue error READ error NOTIFY errorChanged FINAL)
    /// The message of the error.
    NANOSTORES_READONLY(QString, errorString, m_errorText)
    /// A fetch is running, or is about to.
    NANOSTORES_READONLY(bool, loading, m_loading)
    /// Newer data has been asked for, and is not there yet.
    NANOSTORES_READONLY(bool, stale, m_stale)
    /// The data is that of the former key.
    NANOSTORES_READONLY(bool, previous, m_previous)

    // In the place of the client's; -1 and undefined: as it says.
    Q_PROPERTY(int dedupeTime READ dedupeTime WRITE setDedupeTime NOTIFY optionsChanged FINAL)
    Q_PROPERTY(int cacheLifetime READ cacheLifetime WRITE setCacheLifetime NOTIFY optionsChanged FINAL)
    Q_PROPERTY(int interval READ interval WRITE setInterval NOTIFY optionsChanged FINAL)
    Q_PROPERTY(QJSValue retry READ retry WRITE setRetry NOTIFY optionsChanged FINAL)
    // As well as the client's.
    Q_PROPERTY(bool keepPrevious READ keepsPrevious WRITE setKeepPrevious NOTIFY optionsChanged FINAL)
    Q_PROPERTY(bool revalidateOnFocus READ revalidatesOnFocus WRITE setRevalidateOnFocus NOTIFY optionsChanged FINAL)
    Q_PROPERTY(bool revalidateOnReconnect READ revalidatesOnReconnect WRITE setRevalidateOnReconnect NOTIFY
                   optionsChanged FINAL)

public:
    ~DeclarativeFetched() override;

    QueryClientObject *client() const;
    void setClient(QueryClientObject *newClient);
    QJSValue key() const { return m_key; }
    void setKey(const QJSValue &newKey);
    QJSValue fetcher() const { return m_fetcher; }
    void setFetcher(const QJSValue &newFetcher);
    bool isEnabled() const { return m_isEnabled.peek(); }
    void setEnabled(bool newEnabled);
    QJSValue data() const;
    QJSValue error() const;
    int dedupeTime() const { return m_dedupeTime; }
    void setDedupeTime(int newDedupeTime) { setOption(m_dedupeTime, newDedupeTime); }
    int cacheLifetime() const { return m_cacheLifetime; }
    void setCacheLifetime(int newCacheLifetime) { setOption(m_cacheLifetime, newCacheLifetime); }
    int interval() const { return m_interval; }
    void setInterval(int newInterval) { setOption(m_interval, newInterval); }
    QJSValue retry() const { return m_retry; }
    void setRetry(const QJSValue &newRetry);
    bool keepsPrevious() const { return m_keepsPrevious; }
    void setKeepPrevious(bool newKeepPrevious) { setOption(m_keepsPrevious, newKeepPrevious); }
    bool revalidatesOnFocus() const { return m_revalidatesOnFocus; }
    void setRevalidateOnFocus(bool newRevalidate) { setOption(m_revalidatesOnFocus, newRevalidate); }
    bool revalidatesOnReconnect() const { return m_revalidatesOnReconnect; }
    void setRevalidateOnReconnect(bool newRevalidate) { setOption(m_revalidatesOnReconnect, newRevalidate); }

    /// Fetches anew, if it is observed; else when it is the next time. The data stays until the answer is there.
    Q_INVOKABLE void revalidate();
    /// As revalidate(), and forgets data and error at once.
    Q_INVOKABLE void invalidate();

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void clientChanged();
    void keyChanged();
    void fetcherChanged();
    void enabledChanged();
    void optionsChanged();
    void dataChanged();
    void errorChanged();
    /// A fetch that this query has begun has failed. With a handler of this, the client's failed() is not sent.
    void failed(const QJSValue &error);

protected:
    explicit DeclarativeFetched(QObject *parent);

    /// The store of what is fetched, with the options of the moment.
    virtual Computed<Fetched<JsValue>> make(const QueryClient &client, Computed<AnyCacheKey> key,
                                            QueryOptions options) = 0;
    virtual void revalidateNow() = 0;
    virtual void invalidateNow() = 0;

    void connectNotify(const QMetaMethod &signal) override;
    /// Calls the function of QML for the parts of the key, with other arguments before the QueryFetch.
    Task<JsValue> callFetcher(const FetchContext &context, const QJSValueList &more = {});
    void rebuild();
    /// Whether there is a query; warns otherwise.
    bool isReady(const char *what) const;
    /// What f throws becomes a warning.
    template<typename F>
    void guarded(F f)
    {
        const QPointer<DeclarativeFetched> alive(this);
        try {
            f();
        } catch (const std::exception &error) {
            if (alive) {
                warn(error.what());
            }
        }
    }
    const Computed<Fetched<JsValue>> &fetched() const noexcept { return m_fetched; }
    detail::JsCaller *caller() const noexcept { return m_caller.get(); }
    bool isShared() const; ///< Other engines may see what is in the client.
    void warn(const char *problem) const;

private:
    template<typename T>
    void setOption(T &place, const T &newValue)
    {
        if (place != newValue) {
            place = newValue;
            rebuildAndSignal();
        }
    }
    void rebuildAndSignal();
    QueryOptions options();
    detail::ObserverLink listenToData();
    detail::ObserverLink listenToError();
    void notifyData() { notifyObservers<&DeclarativeFetched::dataChanged>(this, m_dataTie); }
    void notifyError() { notifyObservers<&DeclarativeFetched::errorChanged>(this, m_errorTie); }

    QPointer<QueryClientObject> m_client;
    QJSValue m_key;
    QJSValue m_fetcher;
    QJSValue m_retry;
    std::unique_ptr<detail::JsCaller> m_caller;
    Atom<AnyCacheKey> m_cacheKey;
    Atom<bool> m_isEnabled;
    Atom<std::optional<Computed<Fetched<JsValue>>>> m_current;
    Computed<Fetched<JsValue>> m_fetched;
    Computed<JsValue> m_data;
    Computed<QueryError> m_error;
    Computed<QString> m_errorText;
    Computed<bool> m_loading;
    Computed<bool> m_stale;
    Computed<bool> m_previous;
    detail::ObserverLink m_dataTie;
    detail::ObserverLink m_errorTie;
    int m_dedupeTime = -1;
    int m_cacheLifetime = -1;
    int m_interval = -1;
    bool m_keepsPrevious = false;
    bool m_revalidatesOnFocus = false;
    bool m_revalidatesOnReconnect = false;
    bool m_isComplete = false;
    bool m_hasHandler = false; ///< Of failed().
};

} // namespace nanostores

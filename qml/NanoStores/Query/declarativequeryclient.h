// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/export.h>
#include <NanoStores/Query/queryclientobject.h>
#include <NanoStores/detail/jscaller.h>

#include <QJSValue>
#include <QQmlParserStatus>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace nanostores {

/// What a server knows, with a cache: the client of queries and mutations.
///
///     QueryClient { id: api; dedupeTime: 10000; revalidateOnFocus: true; retry: 3 }
///     Query { id: user; client: api; key: ["users", root.userId]; fetcher: id => root.load("/users/" + id) }
///
/// What is said here holds for all queries that do not say it themselves. All is read when the client is first used.
class NANOSTORES_QMLQUERY_EXPORT DeclarativeQueryClient : public nanostores::QueryClientObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(QueryClient)
    Q_INTERFACES(QQmlParserStatus)
    /// A result, or an error, counts as fresh for so many milliseconds.
    Q_PROPERTY(int dedupeTime READ dedupeTime WRITE setDedupeTime NOTIFY optionsChanged FINAL)
    /// An entry goes so many milliseconds after the last result and the last observer; -1: never.
    Q_PROPERTY(int cacheLifetime READ cacheLifetime WRITE setCacheLifetime NOTIFY optionsChanged FINAL)
    /// How often what is shown is fetched anew, in milliseconds; 0: never.
    Q_PROPERTY(int interval READ interval WRITE setInterval NOTIFY optionsChanged FINAL)
    /// After a failure: false, how many attempts fail before there is no other one, or a function of
    /// { error, key, attempt } that returns milliseconds. By default after 4 s, and twice as long each time.
    Q_PROPERTY(QJSValue retry READ retry WRITE setRetry NOTIFY optionsChanged FINAL)
    /// When the key changes, the data of the former key is shown until that of the new one is there.
    Q_PROPERTY(bool keepPrevious READ keepsPrevious WRITE setKeepPrevious NOTIFY optionsChanged FINAL)
    /// What is not fresh is fetched when the program gets the focus, or a network.
    Q_PROPERTY(bool revalidateOnFocus READ revalidatesOnFocus WRITE setRevalidateOnFocus NOTIFY optionsChanged FINAL)
    Q_PROPERTY(bool revalidateOnReconnect READ revalidatesOnReconnect WRITE setRevalidateOnReconnect NOTIFY
                   optionsChanged FINAL)

public:
    explicit DeclarativeQueryClient(QObject *parent = nullptr);
    ~DeclarativeQueryClient() override;

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

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void optionsChanged();
    /// A fetch, or a call of a mutation, has failed that has no handler of its own. The key of a mutation is undefined.
    void failed(const QVariant &error, const QVariant &key);

protected:
    QueryClient make() override;

private:
    template<typename T>
    void setOption(T &place, const T &newValue)
    {
        if (place != newValue && !isSetTooLate()) {
            place = newValue;
            Q_EMIT optionsChanged();
        }
    }
    bool isSetTooLate() const;

    std::unique_ptr<detail::JsCaller> m_caller;
    QJSValue m_retry;
    int m_dedupeTime = 4000;
    int m_cacheLifetime = -1;
    int m_interval = 0;
    bool m_keepsPrevious = false;
    bool m_revalidatesOnFocus = false;
    bool m_revalidatesOnReconnect = false;
    bool m_isMade = false;
};

} // namespace nanostores

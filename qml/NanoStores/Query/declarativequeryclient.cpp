// SPDX-License-Identifier: MIT
#include <NanoStores/Query/declarativequeryclient.h>

#include <NanoStores/Query/detail/jskeys.h>
#include <NanoStores/Query/detail/jstasks.h>
#include <nanostores/surroundings/surroundings.h>

#include <QPointer>
#include <QQmlEngine>
#include <QQmlInfo>

#include <chrono>
#include <utility>

namespace nanostores {

DeclarativeQueryClient::DeclarativeQueryClient(QObject *parent)
    : QueryClientObject(parent)
{
}

DeclarativeQueryClient::~DeclarativeQueryClient() = default;

bool DeclarativeQueryClient::isSetTooLate() const
{
    if (m_isMade) {
        qmlWarning(this) << "the options of a QueryClient are read once, when it is first used: set them where it is "
                            "declared, or those of the single Query.";
    }
    return m_isMade;
}

void DeclarativeQueryClient::setRetry(const QJSValue &newRetry)
{
    if (!isSetTooLate()) {
        m_retry = newRetry;
        Q_EMIT optionsChanged();
    }
}

void DeclarativeQueryClient::classBegin() {}

void DeclarativeQueryClient::componentComplete()
{
    client();
}

QueryClient DeclarativeQueryClient::make()
{
    using std::chrono::milliseconds;
    m_isMade = true;
    auto *engine = qmlEngine(this);
    if (!engine) {
        engine = qobject_cast<QQmlEngine *>(parent()); // the default one
    }
    m_caller = std::make_unique<detail::JsCaller>(this);
    QueryOptions options;
    options.dedupeTime = milliseconds(std::max(m_dedupeTime, 0));
    if (m_cacheLifetime >= 0) {
        options.cacheLifetime = milliseconds(m_cacheLifetime);
    }
    options.interval = milliseconds(std::max(m_interval, 0));
    options.keepPrevious = m_keepsPrevious;
    QString problem;
    const QPointer<DeclarativeQueryClient> self(this);
    options.retry = detail::retryOf(
        m_retry, [self]() { return self ? self->m_caller.get() : nullptr; }, engine, &problem);
    if (!problem.isEmpty()) {
        qmlWarning(this) << problem << ".";
    }
    options.enabled.emplace_back(appVisible());
    if (m_revalidatesOnFocus) {
        options.revalidateOn.emplace_back(appActive());
    }
    if (m_revalidatesOnReconnect) {
        options.revalidateOn.emplace_back(online());
    }
    options.onError = [self, engine = QPointer(engine)](const QueryFailure &failure) {
        if (self && engine) {
            Q_EMIT self->failed(QVariant::fromValue(detail::errorIn(engine, failure.error)),
                                QVariant::fromValue(detail::listOf(failure.key, engine)));
        }
    };
    return QueryClient(std::move(options));
}

} // namespace nanostores

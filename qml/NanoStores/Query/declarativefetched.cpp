// SPDX-License-Identifier: MIT
#include <NanoStores/Query/declarativefetched.h>

#include <NanoStores/Query/detail/jskeys.h>
#include <NanoStores/Query/detail/jstasks.h>
#include <NanoStores/declarativestore.h>
#include <nanostores/core/errors.h>
#include <nanostores/surroundings/surroundings.h>

#include <QJsonArray>
#include <QMetaMethod>
#include <QQmlEngine>
#include <QQmlInfo>

#include <chrono>
#include <exception>
#include <stdexcept>
#include <utility>

namespace nanostores {

namespace {

/// A part of what is fetched. It lets go of the query at once, so that what nothing shows is aborted.
template<typename F>
auto part(const Computed<Fetched<JsValue>> &fetched, F f)
{
    auto store = computed(fetched, std::move(f));
    setUnmountDelay(store, std::chrono::milliseconds(0));
    return store;
}

Computed<Fetched<JsValue>> shown(const Atom<std::optional<Computed<Fetched<JsValue>>>> &current)
{
    auto store = computed([current] {
        const auto &query = current();
        return query ? (*query)() : Fetched<JsValue>();
    });
    setUnmountDelay(store, std::chrono::milliseconds(0));
    return store;
}

} // namespace

QueryFetch::QueryFetch(FetchContext context)
    : m_context(std::move(context))
{
}

bool QueryFetch::isAborted() const
{
    if (!m_isAsked && !m_context.isAborted()) {
        m_isAsked = true;
        m_context.onAbort([] {});
    }
    return m_context.isAborted();
}

const FetchContext &QueryFetch::context() const
{
    m_isAsked = true;
    return m_context;
}

void QueryFetch::onAbort(const QJSValue &f) const
{
    QJSEngine *const engine = qjsEngine(this);
    if (!f.isCallable()) {
        if (engine) {
            engine->throwError(QJSValue::TypeError,
                               QStringLiteral("onAbort() takes a function, not ") + detail::described(f));
        }
        return;
    }
    m_context.onAbort([f, engine = QPointer(engine)] {
        if (engine) {
            detail::calledOrThrown(engine, f, {});
        }
    });
}

DeclarativeFetched::DeclarativeFetched(QObject *parent)
    : StoreObject(parent)
    , m_cacheKey(AnyCacheKey())
    , m_isEnabled(true)
    , m_current(std::optional<Computed<Fetched<JsValue>>>())
    , m_fetched(shown(m_current))
    , m_data(part(m_fetched, [](const auto &fetched) { return fetched.data.value_or(JsValue()); }))
    , m_error(part(m_fetched, [](const auto &fetched) { return fetched.error; }))
    , m_errorText(part(m_fetched, [](const auto &fetched) { return detail::errorText(fetched.error); }))
    , m_loading(part(m_fetched, [](const auto &fetched) { return fetched.loading; }))
    , m_stale(part(m_fetched, [](const auto &fetched) { return fetched.stale; }))
    , m_previous(part(m_fetched, [](const auto &fetched) { return fetched.previous; }))
    , m_dataTie(detail::ObservedAccess::describe<&DeclarativeFetched::listenToData, &DeclarativeFetched::dataChanged>(
          this, &m_dataTie, staticMetaObject, SIGNAL(dataChanged())))
    , m_errorTie(
          detail::ObservedAccess::describe<&DeclarativeFetched::listenToError, &DeclarativeFetched::errorChanged>(
              this, &m_errorTie, staticMetaObject, SIGNAL(errorChanged())))
{
}

DeclarativeFetched::~DeclarativeFetched() = default;

detail::ObserverLink DeclarativeFetched::listenToData()
{
    return detail::ObserverLink::to(m_data, [this] { notifyData(); });
}

detail::ObserverLink DeclarativeFetched::listenToError()
{
    return detail::ObserverLink::to(m_error, [this] { notifyError(); });
}

QJSValue DeclarativeFetched::data() const
{
    return detail::readStore<JsValue>(m_data).in(qmlEngine(this));
}

QJSValue DeclarativeFetched::error() const
{
    return detail::errorIn(qmlEngine(this), detail::readStore<QueryError>(m_error));
}

QueryClientObject *DeclarativeFetched::client() const
{
    if (m_client) {
        return m_client;
    }
    QQmlEngine *const engine = qmlEngine(this);
    return engine ? QueryClientObject::defaultOf(engine) : nullptr;
}

void DeclarativeFetched::setClient(QueryClientObject *newClient)
{
    if (m_client != newClient) {
        m_client = newClient;
        const QPointer<DeclarativeFetched> alive(this);
        rebuild();
        if (alive) {
            Q_EMIT clientChanged();
        }
    }
}

void DeclarativeFetched::setKey(const QJSValue &newKey)
{
    m_key = newKey;
    const detail::JsKey named = detail::keyOf(newKey, qmlEngine(this));
    if (!named.problem.isEmpty()) {
        qmlWarning(this) << "key: " << named.problem << ".";
    }
    const QPointer<DeclarativeFetched> alive(this); // those who are notified may delete it
    const auto cacheKey = m_cacheKey;
    cacheKey.set(named.key);
    if (alive) {
        Q_EMIT keyChanged();
    }
}

void DeclarativeFetched::setFetcher(const QJSValue &newFetcher)
{
    m_fetcher = newFetcher;
    if (!newFetcher.isCallable() && !newFetcher.isUndefined() && !newFetcher.isNull()) {
        qmlWarning(this) << "fetcher must be a function, not " << detail::described(newFetcher)
                         << ". Write `fetcher: id => ...`.";
    }
    Q_EMIT fetcherChanged();
}

void DeclarativeFetched::setEnabled(bool newEnabled)
{
    if (m_isEnabled.peek() != newEnabled) {
        const QPointer<DeclarativeFetched> alive(this);
        const auto isEnabled = m_isEnabled;
        isEnabled.set(newEnabled);
        if (alive) {
            Q_EMIT enabledChanged();
        }
    }
}

void DeclarativeFetched::setRetry(const QJSValue &newRetry)
{
    m_retry = newRetry;
    rebuildAndSignal();
}

void DeclarativeFetched::classBegin() {}

void DeclarativeFetched::componentComplete()
{
    m_isComplete = true;
    m_caller = std::make_unique<detail::JsCaller>(this);
    static const QMetaMethod signal = QMetaMethod::fromSignal(&DeclarativeFetched::failed);
    m_hasHandler = isSignalConnected(signal);
    m_fetched.setName(detail::nameInQml(this));
    rebuild();
}

void DeclarativeFetched::connectNotify(const QMetaMethod &signal)
{
    StoreObject::connectNotify(signal);
    static const QMetaMethod failure = QMetaMethod::fromSignal(&DeclarativeFetched::failed);
    if (signal == failure && m_isComplete && !m_hasHandler) {
        m_hasHandler = true;
        rebuild();
    }
}

QueryOptions DeclarativeFetched::options()
{
    using std::chrono::milliseconds;
    QQmlEngine *const engine = qmlEngine(this);
    const QPointer<DeclarativeFetched> self(this);
    const auto time = [](int given) {
        return given >= 0 ? std::optional(milliseconds(given)) : std::optional<milliseconds>();
    };
    QueryOptions options;
    options.dedupeTime = time(m_dedupeTime);
    options.cacheLifetime = time(m_cacheLifetime);
    options.interval = time(m_interval);
    if (m_keepsPrevious) {
        options.keepPrevious = true;
    }
    QString problem;
    options.retry = detail::retryOf(
        m_retry, [self]() { return self ? self->m_caller.get() : nullptr; }, engine, &problem);
    if (!problem.isEmpty()) {
        qmlWarning(this) << problem << ".";
    }
    options.enabled.emplace_back(m_isEnabled);
    if (m_revalidatesOnFocus) {
        options.revalidateOn.emplace_back(appActive());
    }
    if (m_revalidatesOnReconnect) {
        options.revalidateOn.emplace_back(online());
    }
    if (m_hasHandler) {
        options.onError = [self](const QueryFailure &failure) {
            if (self) {
                Q_EMIT self->failed(detail::errorIn(qmlEngine(self), failure.error));
            }
        };
    }
    return options;
}

/// The store of the query, with the options of the moment. What is fetched is in the cache of the client.
void DeclarativeFetched::rebuild()
{
    QueryClientObject *const by = m_isComplete ? client() : nullptr;
    if (!by) {
        return;
    }
    auto key = computed(m_cacheKey, [](const AnyCacheKey &now) { return now; });
    setUnmountDelay(key, std::chrono::milliseconds(0));
    const auto current = m_current;
    current.set(make(by->client(), std::move(key), options()));
}

/// Those who are notified may delete it.
void DeclarativeFetched::rebuildAndSignal()
{
    const QPointer<DeclarativeFetched> alive(this);
    rebuild();
    if (alive) {
        Q_EMIT optionsChanged();
    }
}

Task<JsValue> DeclarativeFetched::callFetcher(const FetchContext &context, const QJSValueList &more)
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!m_fetcher.isCallable() || !engine || !m_caller) {
        throw std::logic_error("Query: there is nothing that fetches: write `fetcher: id => ...`");
    }
    QJSValueList arguments;
    for (const auto &param : detail::paramsOf(context.key())) {
        arguments.append(engine->toScriptValue(QJsonValue(param)));
    }
    arguments.append(more);
    arguments.append(engine->newQObject(new QueryFetch(context)));
    return detail::callForTask(*m_caller, engine, isShared(), m_fetcher, arguments);
}

bool DeclarativeFetched::isShared() const
{
    const auto *const by = client();
    return by && by->isShared();
}

void DeclarativeFetched::warn(const char *problem) const
{
    qmlWarning(this) << problem;
}

bool DeclarativeFetched::isReady(const char *what) const
{
    const bool isBuilt = m_current.peek().has_value();
    if (!isBuilt) {
        qmlWarning(this) << what << "() is for a query that is complete: call it in Component.onCompleted, or later.";
    }
    return isBuilt;
}

void DeclarativeFetched::revalidate()
{
    if (isReady("revalidate")) {
        guarded([this] { revalidateNow(); });
    }
}

void DeclarativeFetched::invalidate()
{
    if (isReady("invalidate")) {
        guarded([this] { invalidateNow(); });
    }
}

} // namespace nanostores

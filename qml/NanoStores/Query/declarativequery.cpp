// SPDX-License-Identifier: MIT
#include <NanoStores/Query/declarativequery.h>

#include <NanoStores/Query/detail/jskeys.h>
#include <NanoStores/Query/detail/jstasks.h>
#include <NanoStores/Query/detail/querysurroundings.h>
#include <NanoStores/declarativestore.h>
#include <nanostores/core/errors.h>

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

Computed<Fetched<JsValue>> shown(const Atom<std::optional<Query<JsValue>>> &current)
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

void QueryFetch::onAbort(const QJSValue &f) const
{
    if (!f.isCallable()) {
        if (QJSEngine *const engine = qjsEngine(this)) {
            engine->throwError(QJSValue::TypeError,
                               QStringLiteral("onAbort() takes a function, not ") + detail::described(f));
        }
        return;
    }
    m_context.onAbort([f] {
        const QJSValue result = f.call();
        if (result.isError()) {
            throw ScriptError(result);
        }
    });
}

DeclarativeQuery::DeclarativeQuery(QObject *parent)
    : StoreObject(parent)
    , m_cacheKey(AnyCacheKey())
    , m_isEnabled(true)
    , m_current(std::optional<Query<JsValue>>())
    , m_fetched(shown(m_current))
    , m_data(part(m_fetched, [](const auto &fetched) { return fetched.data.value_or(JsValue()); }))
    , m_error(part(m_fetched, [](const auto &fetched) { return fetched.error; }))
    , m_errorText(part(m_fetched, [](const auto &fetched) { return detail::errorText(fetched.error); }))
    , m_loading(part(m_fetched, [](const auto &fetched) { return fetched.loading; }))
    , m_stale(part(m_fetched, [](const auto &fetched) { return fetched.stale; }))
    , m_previous(part(m_fetched, [](const auto &fetched) { return fetched.previous; }))
    , m_dataTie(detail::ObservedAccess::describe<&DeclarativeQuery::listenToData, &DeclarativeQuery::dataChanged>(
          this, &m_dataTie, staticMetaObject, SIGNAL(dataChanged())))
    , m_errorTie(detail::ObservedAccess::describe<&DeclarativeQuery::listenToError, &DeclarativeQuery::errorChanged>(
          this, &m_errorTie, staticMetaObject, SIGNAL(errorChanged())))
{
}

DeclarativeQuery::~DeclarativeQuery() = default;

detail::ObserverLink DeclarativeQuery::listenToData()
{
    return detail::ObserverLink::to(m_data, [this] { notifyData(); });
}

detail::ObserverLink DeclarativeQuery::listenToError()
{
    return detail::ObserverLink::to(m_error, [this] { notifyError(); });
}

QJSValue DeclarativeQuery::data() const
{
    return detail::readStore<JsValue>(m_data).in(qmlEngine(this));
}

QJSValue DeclarativeQuery::error() const
{
    return detail::errorIn(qmlEngine(this), detail::readStore<QueryError>(m_error));
}

QueryClientObject *DeclarativeQuery::client() const
{
    if (m_client) {
        return m_client;
    }
    QQmlEngine *const engine = qmlEngine(this);
    return engine ? QueryClientObject::defaultOf(engine) : nullptr;
}

void DeclarativeQuery::setClient(QueryClientObject *newClient)
{
    if (m_client != newClient) {
        m_client = newClient;
        const QPointer<DeclarativeQuery> alive(this);
        rebuild();
        if (alive) {
            Q_EMIT clientChanged();
        }
    }
}

void DeclarativeQuery::setKey(const QJSValue &newKey)
{
    m_key = newKey;
    const detail::JsKey named = detail::keyOf(newKey, qmlEngine(this));
    if (!named.problem.isEmpty()) {
        qmlWarning(this) << "key: " << named.problem << ".";
    }
    const QPointer<DeclarativeQuery> alive(this); // those who are notified may delete it
    const auto cacheKey = m_cacheKey;
    cacheKey.set(named.key);
    if (alive) {
        Q_EMIT keyChanged();
    }
}

void DeclarativeQuery::setFetcher(const QJSValue &newFetcher)
{
    m_fetcher = newFetcher;
    if (!newFetcher.isCallable() && !newFetcher.isUndefined() && !newFetcher.isNull()) {
        qmlWarning(this) << "fetcher must be a function, not " << detail::described(newFetcher)
                         << ". Write `fetcher: id => ...`.";
    }
    Q_EMIT fetcherChanged();
}

void DeclarativeQuery::setEnabled(bool newEnabled)
{
    if (m_isEnabled.peek() != newEnabled) {
        const QPointer<DeclarativeQuery> alive(this);
        const auto isEnabled = m_isEnabled;
        isEnabled.set(newEnabled);
        if (alive) {
            Q_EMIT enabledChanged();
        }
    }
}

void DeclarativeQuery::setRetry(const QJSValue &newRetry)
{
    m_retry = newRetry;
    rebuild();
    Q_EMIT optionsChanged();
}

void DeclarativeQuery::classBegin() {}

void DeclarativeQuery::componentComplete()
{
    m_isComplete = true;
    m_caller = std::make_unique<detail::JsCaller>(this);
    static const QMetaMethod signal = QMetaMethod::fromSignal(&DeclarativeQuery::failed);
    m_hasHandler = isSignalConnected(signal);
    m_fetched.setName(detail::nameInQml(this));
    rebuild();
}

void DeclarativeQuery::connectNotify(const QMetaMethod &signal)
{
    StoreObject::connectNotify(signal);
    static const QMetaMethod failure = QMetaMethod::fromSignal(&DeclarativeQuery::failed);
    if (signal == failure && m_isComplete && !m_hasHandler) {
        m_hasHandler = true;
        rebuild();
    }
}

QueryOptions DeclarativeQuery::options()
{
    using std::chrono::milliseconds;
    QQmlEngine *const engine = qmlEngine(this);
    const QPointer<DeclarativeQuery> self(this);
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
    auto *const around = detail::QuerySurroundings::of(engine);
    if (m_revalidatesOnFocus) {
        options.revalidateOn.emplace_back(around->isActive());
    }
    if (m_revalidatesOnReconnect) {
        options.revalidateOn.emplace_back(around->isOnline());
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
void DeclarativeQuery::rebuild()
{
    QueryClientObject *const by = m_isComplete ? client() : nullptr;
    if (!by) {
        return;
    }
    const auto fetch = [self = QPointer<DeclarativeQuery>(this)](const FetchContext &context, const void *) {
        if (self) {
            return self->callFetcher(context);
        }
        const TaskSource<JsValue> gone;
        return gone.task(); // given up
    };
    auto key = computed(m_cacheKey, [](const AnyCacheKey &now) { return now; });
    setUnmountDelay(key, std::chrono::milliseconds(0));
    const auto current = m_current;
    current.set(Query<JsValue>(
        std::make_shared<detail::QueryState<JsValue>>(by->client().core(), std::move(key), fetch, options(), false)));
}

Task<JsValue> DeclarativeQuery::callFetcher(const FetchContext &context)
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!m_fetcher.isCallable() || !engine || !m_caller) {
        throw std::logic_error("Query: there is nothing that fetches: write `fetcher: id => ...`");
    }
    QJSValueList arguments;
    for (const auto &param : detail::paramsOf(context.key())) {
        arguments.append(engine->toScriptValue(QJsonValue(param)));
    }
    arguments.append(engine->newQObject(new QueryFetch(context)));
    const auto *const by = client();
    return detail::callForTask(*m_caller, engine, by && by->isShared(), m_fetcher, arguments);
}

std::optional<Query<JsValue>> DeclarativeQuery::ready(const char *what)
{
    auto query = m_current.peek();
    if (!query) {
        qmlWarning(this) << what << "() is for a query that is complete: call it in Component.onCompleted, or later.";
    }
    return query;
}

template<typename F>
void DeclarativeQuery::guarded(F f)
{
    const QPointer<DeclarativeQuery> alive(this);
    try {
        f();
    } catch (const std::exception &error) {
        if (alive) {
            qmlWarning(this) << error.what();
        }
    }
}

void DeclarativeQuery::revalidate()
{
    if (const auto query = ready("revalidate")) {
        guarded([&] { query->revalidate(); });
    }
}

void DeclarativeQuery::invalidate()
{
    if (const auto query = ready("invalidate")) {
        guarded([&] { query->invalidate(); });
    }
}

void DeclarativeQuery::mutate(const QJSValue &data)
{
    const auto query = ready("mutate");
    QQmlEngine *const engine = qmlEngine(this);
    if (!query || !engine) {
        return;
    }
    guarded([&] {
        QJSValue next = data;
        if (data.isCallable()) {
            const auto present = query->get().data;
            next = data.call({present ? present->in(engine) : QJSValue()});
            if (next.isError()) {
                throw detail::JsError(next, engine);
            }
        }
        const auto *const by = client();
        query->mutate(next.isUndefined()
                          ? std::nullopt
                          : std::optional(JsValue(detail::withoutWrapper(next, engine), engine, by && by->isShared())));
    });
}

QJSValue DeclarativeQuery::fetch()
{
    const auto query = ready("fetch");
    QQmlEngine *const engine = qmlEngine(this);
    QJSValue promise;
    if (query && engine) {
        guarded([&] { promise = detail::promiseOf(query->fetch(), engine); });
    }
    return promise;
}

} // namespace nanostores

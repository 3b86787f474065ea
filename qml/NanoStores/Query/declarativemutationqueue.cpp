// SPDX-License-Identifier: MIT
#include <NanoStores/Query/declarativemutationqueue.h>

#include <NanoStores/Query/detail/jskeys.h>
#include <NanoStores/Query/detail/jstasks.h>
#include <NanoStores/Query/detail/queuedrow.h>
#include <nanostores/core/errors.h>
#include <nanostores/qt/models/listmodel.h>
#include <nanostores/qt/textstorage.h>

#include <QJsonArray>
#include <QMetaMethod>
#include <QQmlEngine>
#include <QQmlInfo>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <exception>
#include <stdexcept>
#include <utility>

namespace nanostores {

namespace {

using Queue = std::optional<MutationQueue>;

QString nameOf(QueuedCallState state)
{
    switch (state) {
    case QueuedCallState::Waiting:
        return QStringLiteral("waiting");
    case QueuedCallState::Sending:
        return QStringLiteral("sending");
    case QueuedCallState::Held:
        return QStringLiteral("held");
    case QueuedCallState::Refused:
        break;
    }
    return QStringLiteral("refused");
}

QList<detail::QueuedRow> rowsOf(const Queue &queue)
{
    QList<detail::QueuedRow> rows;
    if (queue) {
        for (const QueuedCall &call : queue->calls()()) {
            rows.append({call.id, call.mutation, nameOf(call.state), call.attempts, detail::errorText(call.error)});
        }
    }
    return rows;
}

DeclarativeMutationQueue::State stateOf(const Queue &queue)
{
    switch (queue ? queue->state()() : QueueState::Idle) {
    case QueueState::Waiting:
        return DeclarativeMutationQueue::Waiting;
    case QueueState::Sending:
        return DeclarativeMutationQueue::Sending;
    case QueueState::Retrying:
        return DeclarativeMutationQueue::Retrying;
    case QueueState::Held:
        return DeclarativeMutationQueue::Held;
    case QueueState::Idle:
        break;
    }
    return DeclarativeMutationQueue::Idle;
}

QJSValueList valuesOf(const QJsonArray &arguments, QJSEngine *engine)
{
    QJSValueList values;
    for (const auto &argument : arguments) {
        values.append(engine->toScriptValue(QJsonValue(argument)));
    }
    return values;
}

} // namespace

DeclarativeMutationQueue::DeclarativeMutationQueue(QObject *parent)
    : StoreObject(parent)
    , m_count(computed([queue = m_queue] {
        const auto &now = queue();
        const auto rows = now ? now->calls()() : QList<QueuedCall>();
        return static_cast<int>(std::count_if(
            rows.begin(), rows.end(), [](const QueuedCall &call) { return call.state != QueuedCallState::Refused; }));
    }))
    , m_state(computed([queue = m_queue] { return stateOf(queue()); }))
    , m_model(detail::makeModel(this, computed([queue = m_queue] { return rowsOf(queue()); }),
                                [](const detail::QueuedRow &row) { return row.callId; }))
{
}

DeclarativeMutationQueue::~DeclarativeMutationQueue() = default;

QueryClientObject *DeclarativeMutationQueue::client() const
{
    if (m_client) {
        return m_client;
    }
    QQmlEngine *const engine = qmlEngine(this);
    return engine ? QueryClientObject::defaultOf(engine) : nullptr;
}

bool DeclarativeMutationQueue::isFixed(const char *property) const
{
    if (m_isMade) {
        qmlWarning(this) << property << " of a MutationQueue is read once, when it is complete: set it where the queue "
                         << "is declared.";
    }
    return m_isMade;
}

template<typename T>
void DeclarativeMutationQueue::setOption(const char *property, T &place, const T &newValue)
{
    if (place != newValue && !isFixed(property)) {
        place = newValue;
        Q_EMIT optionsChanged();
    }
}

void DeclarativeMutationQueue::setClient(QueryClientObject *newClient)
{
    setOption("client", m_client, QPointer<QueryClientObject>(newClient));
}

void DeclarativeMutationQueue::setStorage(QObject *newStorage)
{
    setOption("engine", m_storage, QPointer<QObject>(newStorage));
}

void DeclarativeMutationQueue::setPrefix(const QString &newPrefix)
{
    setOption("prefix", m_prefix, newPrefix);
}

void DeclarativeMutationQueue::setMaxCalls(int newMaxCalls)
{
    setOption("maxCalls", m_maxCalls, newMaxCalls);
}

void DeclarativeMutationQueue::setEnabled(bool newEnabled)
{
    if (m_isEnabled.peek() != newEnabled) {
        const QPointer<DeclarativeMutationQueue> alive(this);
        const auto isEnabled = m_isEnabled;
        isEnabled.set(newEnabled);
        if (alive) {
            Q_EMIT enabledChanged();
        }
    }
}

void DeclarativeMutationQueue::setVerdict(const QJSValue &newVerdict)
{
    m_verdict = newVerdict;
    if (!newVerdict.isCallable() && !newVerdict.isUndefined() && !newVerdict.isNull()) {
        qmlWarning(this) << "verdict must be a function, not " << detail::described(newVerdict)
                         << ". Write `verdict: failure => ...`.";
    }
    Q_EMIT verdictChanged();
}

void DeclarativeMutationQueue::classBegin() {}

void DeclarativeMutationQueue::componentComplete()
{
    begin();
}

const std::optional<MutationQueue> &DeclarativeMutationQueue::begin()
{
    if (std::exchange(m_isMade, true)) {
        return m_queue.peek();
    }
    QueryClientObject *const by = client();
    auto *const source = qobject_cast<TextStorageSource *>(m_storage.data());
    if (!source) {
        qmlWarning(this) << "engine must be a PersistentEngine, not "
                         << (m_storage ? QString::fromLatin1(m_storage->metaObject()->className())
                                       : QStringLiteral("null"))
                         << ". Without one, calls would be lost with the program.";
    }
    const auto storage = source ? source->textStorage() : std::nullopt;
    if (!by || !storage) {
        return m_queue.peek();
    }
    const QPointer<DeclarativeMutationQueue> self(this);
    QueueOptions options;
    options.enabled.emplace_back(m_isEnabled);
    options.prefix = m_prefix.toStdString();
    options.maxCalls = static_cast<std::size_t>(std::max(m_maxCalls, 0));
    options.onFailure = [self](const QueryFailure &failure) {
        return self ? self->judge(failure) : QueueVerdict::hold();
    };
    options.onDropped = [self](const QueuedCall &call) {
        if (self) {
            self->reportDropped(call);
        }
    };
    const auto queue = m_queue;
    queue.set(MutationQueue(by->client(), *storage, std::move(options)));
    return queue.peek();
}

QueueVerdict DeclarativeMutationQueue::judge(const QueryFailure &failure)
{
    using std::chrono::milliseconds;
    const auto usual = [&] {
        QueryClientObject *const by = client();
        const auto delay = by ? by->client().core()->settingsFor({}).retry(failure) : std::nullopt;
        return delay ? QueueVerdict::retry(*delay) : QueueVerdict::hold();
    };
    QQmlEngine *const engine = qmlEngine(this);
    if (!m_verdict.isCallable() || !engine) {
        return usual();
    }
    if (!m_caller) {
        m_caller = std::make_unique<detail::JsCaller>(this);
    }
    QJSValue asked = engine->newObject();
    asked.setProperty(QStringLiteral("error"), detail::errorIn(engine, failure.error));
    asked.setProperty(QStringLiteral("attempt"), failure.attempt);
    bool ok = false;
    const QJSValue said = m_caller->call(m_verdict, {asked}, &ok);
    if (!ok) {
        return QueueVerdict::hold();
    }
    if (said.isUndefined()) {
        return usual();
    }
    if (said.isNumber() && said.toNumber() >= 0) {
        return QueueVerdict::retry(milliseconds(static_cast<qint64>(std::min(said.toNumber(), 1e12))));
    }
    const int chosen = said.isNumber() ? said.toInt() : 0;
    if (chosen != Hold && chosen != Drop) {
        qmlWarning(this)
            << "verdict must return milliseconds, MutationQueue.Hold, MutationQueue.Drop or undefined, not "
            << detail::described(said) << ". The call is held.";
    }
    return chosen == Drop ? QueueVerdict::drop() : QueueVerdict::hold();
}

void DeclarativeMutationQueue::reportDropped(const QueuedCall &call)
{
    static const QMetaMethod signal = QMetaMethod::fromSignal(&DeclarativeMutationQueue::dropped);
    if (isSignalConnected(signal)) {
        Q_EMIT dropped(call.id, call.mutation, detail::errorIn(qmlEngine(this), call.error));
    } else {
        detail::reportError(call.error.exception());
    }
}

void DeclarativeMutationQueue::retry()
{
    if (const auto queue = m_queue.peek()) {
        queue->retry();
    }
}

bool DeclarativeMutationQueue::drop(const QString &id)
{
    const auto queue = m_queue.peek();
    return queue && queue->drop(id);
}

void DeclarativeMutationQueue::clear()
{
    if (const auto queue = m_queue.peek()) {
        queue->clear();
    }
}

QueuedSend::QueuedSend(const SendContext &context, QJSEngine *engine, bool keepsCopy)
    : MutationCall(context.cache, engine, keepsCopy)
    , m_id(context.id)
    , m_attempt(context.attempt)
{
}

DeclarativeQueuedMutation::DeclarativeQueuedMutation(QObject *parent)
    : DeclarativeMutating(parent)
{
}

DeclarativeQueuedMutation::~DeclarativeQueuedMutation() = default;

void DeclarativeQueuedMutation::setQueue(DeclarativeMutationQueue *newQueue)
{
    if (m_queue != newQueue) {
        m_queue = newQueue;
        const QPointer<DeclarativeQueuedMutation> alive(this);
        rebuild();
        if (alive) {
            Q_EMIT queueChanged();
        }
    }
}

void DeclarativeQueuedMutation::setName(const QString &newName)
{
    if (m_name != newName) {
        m_name = newName;
        const QPointer<DeclarativeQueuedMutation> alive(this);
        rebuild();
        if (alive) {
            Q_EMIT nameChanged();
        }
    }
}

bool DeclarativeQueuedMutation::isFunction(const char *property, const QJSValue &value) const
{
    const bool ok = value.isCallable() || value.isUndefined() || value.isNull();
    if (!ok) {
        qmlWarning(this) << property << " must be a function, not " << detail::described(value) << ". Write `"
                         << property << ": (context, id) => ...`.";
    }
    return ok;
}

void DeclarativeQueuedMutation::setShow(const QJSValue &newShow)
{
    isFunction("show", newShow);
    m_show = newShow;
    Q_EMIT showChanged();
}

void DeclarativeQueuedMutation::setSend(const QJSValue &newSend)
{
    isFunction("send", newSend);
    m_send = newSend;
    Q_EMIT sendChanged();
}

bool DeclarativeQueuedMutation::isShared() const
{
    const auto *const by = m_queue ? m_queue->client() : nullptr;
    return by && by->isShared();
}

/// Calls of earlier runs are shown now.
void DeclarativeQueuedMutation::rebuild()
{
    if (!isComplete() || !m_queue) {
        return;
    }
    const auto queue = m_queue->begin();
    if (!queue) {
        return;
    }
    const QPointer<DeclarativeQueuedMutation> self(this);
    try {
        m_native.emplace(queue->mutation(
            m_name.toUtf8().constData(),
            [self](MutationContext &context, const QJsonArray &arguments) {
                if (self) {
                    self->showCall(context, arguments);
                }
            },
            [self](const SendContext &context, const QJsonArray &arguments) -> Task<JsValue> {
                if (!self) {
                    throw std::logic_error(
                        "QueuedMutation: the object that sends has gone: keep it as long as its queue");
                }
                return self->sendCall(context, arguments);
            },
            options()));
    } catch (const std::exception &error) {
        warn(QString::fromUtf8(error.what()));
        return;
    }
    setOutcome(Outcome(m_native->node()));
}

Task<JsValue> DeclarativeQueuedMutation::start(const QJSValueList &arguments)
{
    QQmlEngine *const engine = qmlEngine(this);
    QJsonArray kept;
    for (const QJSValue &argument : arguments) {
        if (!argument.isNull() && !detail::isJson(argument, engine)) {
            const TaskSource<JsValue> source(TaskErrors::ShownElsewhere);
            source.reject(std::make_exception_ptr(std::invalid_argument(
                "QueuedMutation: an argument of mutate() is " + detail::described(argument).toStdString()
                + ": they are kept as JSON, so give texts, numbers, booleans, and lists and objects of them")));
            return source.task();
        }
        kept.append(engine->fromScriptValue<QJsonValue>(detail::withArrays(argument, engine)));
    }
    return m_native->mutate(kept);
}

void DeclarativeQueuedMutation::showCall(const MutationContext &context, const QJsonArray &arguments)
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!m_show.isCallable() || !engine) {
        return;
    }
    QJSValueList all{engine->newQObject(new MutationCall(context, engine, isShared()))};
    all.append(valuesOf(arguments, engine));
    const auto task = detail::callForTask(*caller(), engine, false, m_show, all);
    if (!task.done()) {
        throw std::logic_error("QueuedMutation: show returns a promise: change the cache at once, and send in `send`");
    }
    static_cast<void>(task.result()); // what it has thrown
}

Task<JsValue> DeclarativeQueuedMutation::sendCall(const SendContext &context, const QJsonArray &arguments)
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!m_send.isCallable() || !engine) {
        throw std::logic_error("QueuedMutation: there is nothing that sends: write `send: (context, id) => ...`");
    }
    QJSValueList all{engine->newQObject(new QueuedSend(context, engine, isShared()))};
    all.append(valuesOf(arguments, engine));
    return detail::callForTask(*caller(), engine, isShared(), m_send, all);
}

} // namespace nanostores

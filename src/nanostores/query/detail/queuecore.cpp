// SPDX-License-Identifier: MIT
#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/guards.h>
#include <nanostores/core/tracking.h>
#include <nanostores/qt/json/json.h>
#include <nanostores/query/detail/guarded.h>
#include <nanostores/query/detail/queuecore.h>

#include <QJsonObject>
#include <QSet>
#include <QUuid>

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr int Format = 1; ///< Of an entry.
constexpr std::uint64_t MostPlace = 999'999'999'999'999;
constexpr std::size_t PlaceDigits = 15; ///< So the storage has the names in the order of the calls.

/// The place in the name of an entry, without the prefix: 000000000000007-0b1f9c2e.
std::optional<std::uint64_t> placeOf(std::string_view name)
{
    std::uint64_t place = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), place);
    const bool isWhole = end != name.data() + name.size() && *end == '-';
    return error == std::errc() && isWhole && place <= MostPlace ? std::optional(place) : std::nullopt;
}

} // namespace

struct QueueCore::Call
{
    QueuedCall shown;
    std::string name; ///< In the storage.
    QJsonArray args;
    std::optional<Work> work; ///< None: it is not shown.
    std::optional<MutationContext> context;
    bool isReadable = true;
    bool isBeingShown = false;
};

std::shared_ptr<QueueCore> QueueCore::make(std::shared_ptr<ClientCore> client, AnyAnswerStorage storage,
                                           QueueOptions options)
{
    auto queue = std::make_shared<QueueCore>(std::move(client), std::move(storage), std::move(options));
    queue->begin();
    return queue;
}

std::shared_ptr<QueueCore> QueueCore::alive(const std::weak_ptr<QueueCore> &queue)
{
    if (auto mine = queue.lock()) {
        return mine;
    }
    throw std::logic_error("nanostores: the queue of this mutation has gone: keep the MutationQueue as long as its "
                           "mutations are called");
}

QueueCore::QueueCore(std::shared_ptr<ClientCore> client, AnyAnswerStorage storage, QueueOptions options)
    : m_client(std::move(client))
    , m_storage(std::move(storage))
    , m_options(std::move(options))
{
}

/// The calls stay in the storage, where another queue finds them, and shows them then.
QueueCore::~QueueCore()
{
    m_ties.clear();
    const Batch batch;
    const auto calls = std::exchange(m_calls, {});
    m_sending.reset();
    m_retry.stop();
    for (auto call = calls.rbegin(); call != calls.rend(); ++call) {
        if (const auto work = std::exchange((*call)->work, std::nullopt)) {
            guarded([&] { work->drop(nullptr); });
        }
    }
    guarded([this] { publish(); });
}

void QueueCore::begin()
{
    const auto follow = [this](const std::vector<WatchedBool> &stores) {
        for (const WatchedBool &store : stores) {
            m_ties.push_back(store.listen([this] { enabledChanged(); }));
        }
    };
    follow(m_client->options().enabled);
    follow(m_options.enabled);
    load();
    m_isRestored = m_mayStart = m_calls.empty();
    if (!m_isRestored) {
        m_start.start(std::chrono::milliseconds(0), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->restoreRest();
                self->m_mayStart = true;
                self->go();
            }
        });
    }
    publish();
}

void QueueCore::load()
{
    std::vector<std::tuple<std::uint64_t, std::string, std::string>> found;
    guarded([&] {
        for (auto &[name, text] : m_storage.entries(m_options.prefix)) {
            const auto place = placeOf(std::string_view(name).substr(m_options.prefix.size()));
            found.emplace_back(place.value_or(0), std::move(name), std::move(text));
        }
    });
    std::sort(found.begin(), found.end());
    QSet<QString> ids;
    for (auto &[place, name, text] : found) {
        const auto call = std::make_shared<Call>();
        call->name = std::move(name);
        if (place <= MostPlace / 2) { // there is room behind it
            m_nextPlace = std::max(m_nextPlace, place + 1);
        }
        read(*call, text);
        if (ids.contains(call->shown.id)) {
            refuse(*call, "another call has its id");
        }
        if (call->shown.id.isEmpty() || ids.contains(call->shown.id)) {
            call->shown.id = QString::fromStdString(call->name);
        }
        call->isReadable = call->shown.state != QueuedCallState::Refused;
        ids.insert(call->shown.id);
        m_calls.push_back(call);
    }
}

/// Whatever the text is, the call is one that can be sent, or is refused.
void QueueCore::read(Call &call, std::string_view text) const
{
    if (text.size() > m_options.maxBytes) {
        refuse(call, "it has " + std::to_string(text.size()) + " bytes, and the queue takes "
                         + std::to_string(m_options.maxBytes) + " (QueueOptions::maxBytes)");
        return;
    }
    const auto parsed = json::parseJson(text);
    if (!parsed || !parsed->isObject()) {
        refuse(call, "it is damaged");
        return;
    }
    const QJsonObject entry = parsed->toObject();
    const int format = entry.value(QLatin1String("format")).toInt();
    const QUuid id(entry.value(QLatin1String("id")).toString());
    const QJsonValue attempts = entry.value(QLatin1String("attempts"));
    const double number = attempts.toDouble(-1);
    call.shown.mutation = entry.value(QLatin1String("mutation")).toString();
    if (format > Format) {
        refuse(call, "it is of a newer version of the library");
    } else if (format != Format || id.isNull() || call.shown.mutation.isEmpty() || number < 0
               || number > std::numeric_limits<int>::max() - 1 || !entry.value(QLatin1String("args")).isArray()) {
        refuse(call, "it is damaged");
    } else {
        call.shown.id = id.toString(QUuid::WithoutBraces);
        call.shown.attempts = static_cast<int>(number);
        call.args = entry.value(QLatin1String("args")).toArray();
    }
}

/// Whether it is reported depends on the caller, as there may be no error handler yet.
void QueueCore::refuse(Call &call, const std::string &reason) const
{
    call.shown.state = QueuedCallState::Refused;
    call.shown.error = QueryError(std::make_exception_ptr(
        QueuedCallRefused("nanostores: the call \"" + call.name + "\" in the storage of a MutationQueue is not sent: "
                          + reason + ". It stays there until drop() deletes it")));
}

void QueueCore::write(const Call &call) const
{
    const QJsonObject entry{{QStringLiteral("format"), Format},
                            {QStringLiteral("id"), call.shown.id},
                            {QStringLiteral("mutation"), call.shown.mutation},
                            {QStringLiteral("args"), call.args},
                            {QStringLiteral("attempts"), call.shown.attempts}};
    std::string text = json::jsonText(entry);
    if (text.size() > m_options.maxBytes) {
        throw QueueFull("nanostores: a call of the mutation \"" + call.shown.mutation.toStdString() + "\" has "
                        + std::to_string(text.size()) + " bytes, and its queue takes "
                        + std::to_string(m_options.maxBytes)
                        + ": keep what is large in a file, or raise QueueOptions::maxBytes");
    }
    m_storage.set(call.name, std::move(text));
}

void QueueCore::declare(const QString &mutation, const std::type_info &params, Restore restore)
{
    if (mutation.isEmpty()) {
        throw std::invalid_argument("nanostores: a mutation of a queue has a name, by which later runs know its calls: "
                                    "give it one that is not empty");
    }
    const auto known = m_mutations.constFind(mutation);
    if (known != m_mutations.constEnd() && *known->params != params) {
        throw std::logic_error("nanostores: the queue has a mutation \"" + mutation.toStdString()
                               + "\" with other parameters: give one of the two another name");
    }
    m_mutations.insert(mutation, {&params, std::move(restore)});
    if (!m_isRestored) {
        restoreNext();
        return;
    }
    for (const CallPtr &call : std::vector<CallPtr>(m_calls)) {
        if (call->isReadable && !call->work && !call->isBeingShown && call->shown.mutation == mutation) {
            this->restore(call);
            if (call->shown.state == QueuedCallState::Refused) {
                reportError(call->shown.error.exception());
            }
        }
    }
    publish();
    go();
}

/// Those whose mutations are declared, up to the first whose mutation is not.
void QueueCore::restoreNext()
{
    const auto next = std::find_if(m_calls.begin(), m_calls.end(),
                                   [](const CallPtr &call) { return call->isReadable && !call->work; });
    std::vector<CallPtr> all(next, m_calls.end());
    for (const CallPtr &call : all) {
        if (call->isReadable && !m_mutations.contains(call->shown.mutation)) {
            break;
        }
        if (mayBeRestored(*call)) {
            restore(call);
        }
    }
    publish();
}

void QueueCore::restoreRest()
{
    if (std::exchange(m_isRestored, true)) {
        return;
    }
    const auto self = shared_from_this();
    for (const CallPtr &call : std::vector<CallPtr>(m_calls)) {
        if (mayBeRestored(*call)) {
            restore(call);
        }
        if (call->shown.state == QueuedCallState::Refused) {
            reportError(call->shown.error.exception());
        }
    }
    publish();
}

QueuedCallDropped QueueCore::droppedError(const Call &call)
{
    return QueuedCallDropped("nanostores: the program has dropped the call of \"" + call.shown.mutation.toStdString()
                             + "\"");
}

bool QueueCore::mayBeRestored(const Call &call)
{
    return call.isReadable && !call.work && !call.isBeingShown && call.shown.state != QueuedCallState::Refused;
}

/// What it changes of the cache may have observers call mutations of the queue.
void QueueCore::restore(const CallPtr &call)
{
    const std::string mutation = "\"" + call->shown.mutation.toStdString() + "\"";
    const auto known = m_mutations.constFind(call->shown.mutation);
    const Restore function = known == m_mutations.constEnd() ? Restore() : known->restore;
    call->shown.state = QueuedCallState::Waiting;
    call->shown.error = {};
    try {
        m_restoring = call;
        call->isBeingShown = true;
        const ScopeExit done([this, call] {
            m_restoring.reset();
            call->isBeingShown = false;
        });
        const Restored result = function ? function(call->args) : Restored::Unknown;
        if (result == Restored::Unknown) {
            refuse(*call,
                   "the program has no mutation " + mutation + ": declare it before the event loop runs, and keep it");
        } else if (result == Restored::OtherParameters) {
            refuse(*call, "its parameters are not those of the mutation " + mutation
                              + ": declare one of that name with the former parameters, and give the new one another");
        }
    } catch (...) {
        refuse(*call, "what shows it has failed: " + QueryError(std::current_exception()).message().toStdString());
    }
}

QueueCore::CallPtr QueueCore::prepare()
{
    CallPtr restored = std::exchange(m_restoring, nullptr);
    if (!restored) {
        restoreRest();
        m_mayStart = true;
    }
    return restored;
}

void QueueCore::take(const CallPtr &restored, const QString &mutation, const QJsonArray &args,
                     const MutationContext &context, Work work)
{
    if (restored) {
        if (std::find(m_calls.begin(), m_calls.end(), restored) == m_calls.end()) {
            throw droppedError(*restored);
        }
        restored->context = context;
        restored->work = std::move(work);
        return;
    }
    if (m_calls.size() >= m_options.maxCalls) {
        throw QueueFull("nanostores: " + std::to_string(m_calls.size()) + " calls wait in the queue, and the call of \""
                        + mutation.toStdString()
                        + "\" finds no place: show the user that nothing is sent, or raise QueueOptions::maxCalls");
    }
    const auto call = std::make_shared<Call>();
    call->shown.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    call->shown.mutation = mutation;
    const std::string place = std::to_string(m_nextPlace);
    call->name = m_options.prefix + std::string(PlaceDigits - std::min(PlaceDigits, place.size()), '0') + place + '-'
                 + call->shown.id.left(8).toStdString();
    call->args = args;
    call->context = context;
    write(*call);
    m_nextPlace = std::min(m_nextPlace + 1, MostPlace);
    call->work = std::move(work);
    m_calls.push_back(call);
    guarded([this] {
        publish();
        go();
    });
}

QueueCore::CallPtr QueueCore::first() const
{
    const auto found = std::find_if(m_calls.begin(), m_calls.end(),
                                    [](const CallPtr &call) { return call->shown.state != QueuedCallState::Refused; });
    return found == m_calls.end() ? nullptr : *found;
}

bool QueueCore::isEnabled() const
{
    const auto allOn = [](const std::vector<WatchedBool> &stores) {
        return std::all_of(stores.begin(), stores.end(), [](const WatchedBool &store) { return store.isOn(); });
    };
    return allOn(m_client->options().enabled) && allOn(m_options.enabled);
}

/// What waits for another attempt does not any more, as it may have waited for this.
void QueueCore::enabledChanged()
{
    const auto self = shared_from_this();
    if (isEnabled()) {
        m_retry.stop();
        m_failures = 0;
    }
    publish();
    go();
}

void QueueCore::go()
{
    if (m_isGoing || !m_mayStart) {
        return;
    }
    const auto self = shared_from_this();
    m_isGoing = true;
    const ScopeExit gone([this] { m_isGoing = false; });
    while (sendNext()) {}
    publish();
}

/// True: it has ended at once, and there may be another one.
bool QueueCore::sendNext()
{
    const CallPtr call = first();
    const bool isReady = call && call->work && call->shown.state != QueuedCallState::Held;
    if (!isReady || m_sending || m_retry.active() || !isEnabled()) {
        return false;
    }
    send(call);
    return !m_sending;
}

/// The storage knows of an attempt before it begins.
void QueueCore::send(const CallPtr &call)
{
    const auto self = shared_from_this();
    ++call->shown.attempts;
    call->shown.state = QueuedCallState::Sending;
    guarded([&] { write(*call); });
    m_sending = call;
    publish();
    if (m_sending != call) {
        return; // dropped by who has been notified
    }
    const TaskEnd end = startTask();
    const auto isOver = std::make_shared<bool>(false);
    const auto isMine = [call, end, isOver](QueueCore *queue) {
        end();
        return !std::exchange(*isOver, true) && queue && queue->m_sending == call;
    };
    const auto succeed = [weak = weak_from_this(), call, isMine](const std::function<void()> &finish) {
        const auto queue = weak.lock();
        if (isMine(queue.get())) {
            {
                const Batch batch;
                queue->remove(call);
                finish();
                queue->publish();
            }
            queue->go();
        }
    };
    const auto fail = [weak = weak_from_this(), call, isMine](const std::exception_ptr &error) {
        const auto queue = weak.lock();
        if (isMine(queue.get())) {
            queue->failed(call, error);
            queue->go();
        }
    };
    try {
        const Work work = *call->work;
        const SendContext context{call->shown.id, call->shown.attempts, *call->context};
        untracked([&] { work.send(context, succeed, fail); });
    } catch (...) {
        fail(std::current_exception());
    }
}

void QueueCore::failed(const CallPtr &call, const std::exception_ptr &error)
{
    m_sending.reset();
    call->shown.error = QueryError(error);
    ++m_failures;
    const QueueVerdict verdict = judge(error);
    if (std::find(m_calls.begin(), m_calls.end(), call) == m_calls.end()) {
        return; // dropped by what has judged
    }
    switch (verdict.kind()) {
    case QueueVerdict::Kind::Retry:
        call->shown.state = QueuedCallState::Waiting;
        m_retry.start(verdict.delay(), [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->go();
            }
        });
        break;
    case QueueVerdict::Kind::Hold:
        call->shown.state = QueuedCallState::Held;
        break;
    case QueueVerdict::Kind::Drop:
        giveUp(call, error);
        guarded([&] {
            if (m_options.onDropped) {
                m_options.onDropped(call->shown);
            } else {
                reportError(error);
            }
        });
        break;
    }
    publish();
}

QueueVerdict QueueCore::judge(const std::exception_ptr &error)
{
    const QueryFailure failure{QueryError(error), {}, m_failures};
    try {
        if (m_options.onFailure) {
            return m_options.onFailure(failure);
        }
        const auto delay = m_client->settingsFor({}).retry(failure);
        return delay ? QueueVerdict::retry(*delay) : QueueVerdict::hold();
    } catch (...) {
        reportError(std::current_exception());
    }
    return QueueVerdict::hold();
}

void QueueCore::remove(const CallPtr &call)
{
    if (call == first()) {
        m_retry.stop();
        m_failures = 0;
    }
    if (m_sending == call) {
        m_sending.reset();
    }
    m_calls.erase(std::remove(m_calls.begin(), m_calls.end(), call), m_calls.end());
    guarded([&] { m_storage.del(call->name); });
}

void QueueCore::giveUp(const CallPtr &call, const std::exception_ptr &error)
{
    const Batch batch;
    remove(call);
    if (const auto work = std::exchange(call->work, std::nullopt)) {
        work->drop(error);
    }
    publish();
}

void QueueCore::retry()
{
    const auto self = shared_from_this();
    m_retry.stop();
    m_failures = 0;
    if (const CallPtr call = first(); call && call->shown.state == QueuedCallState::Held) {
        call->shown.state = QueuedCallState::Waiting;
    }
    publish();
    go();
}

bool QueueCore::drop(const QString &id)
{
    const auto found =
        std::find_if(m_calls.begin(), m_calls.end(), [&](const CallPtr &call) { return call->shown.id == id; });
    if (found == m_calls.end()) {
        return false;
    }
    const auto self = shared_from_this();
    const CallPtr call = *found;
    giveUp(call, std::make_exception_ptr(droppedError(*call)));
    go();
    return true;
}

void QueueCore::clear()
{
    const auto self = shared_from_this();
    const Batch batch;
    for (const CallPtr &call : std::vector<CallPtr>(m_calls.rbegin(), m_calls.rend())) {
        drop(call->shown.id);
    }
}

void QueueCore::publish()
{
    QList<QueuedCall> all;
    all.reserve(static_cast<qsizetype>(m_calls.size()));
    for (const CallPtr &call : m_calls) {
        all.append(call->shown);
    }
    const CallPtr next = first();
    const QueueState state = !next                                        ? QueueState::Idle
                             : m_sending                                  ? QueueState::Sending
                             : next->shown.state == QueuedCallState::Held ? QueueState::Held
                             : m_retry.active() && isEnabled()            ? QueueState::Retrying
                                                                          : QueueState::Waiting;
    const Batch batch;
    m_shown.set(std::move(all));
    m_state.set(state);
}

} // namespace nanostores::detail

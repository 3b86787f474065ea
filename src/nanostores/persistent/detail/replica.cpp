// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/replica.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/post.h>
#include <nanostores/persistent/detail/exitguard.h>

#include <QCoreApplication>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

using Clock = std::chrono::steady_clock;

// Opening

std::shared_ptr<Replica> Replica::make(MakeBackend makeBackend, bool isReady, EngineOptions options)
{
    auto replica = std::make_shared<Replica>(std::move(makeBackend), std::move(options));
    replica->m_port->connect(replica);
    ExitGuard::add(replica);
    if (isReady || QCoreApplication::instance()) {
        replica->ensureOpen();
    } else {
        replica->openSoon();
    }
    return replica;
}

Replica::Replica(MakeBackend makeBackend, EngineOptions options)
    : m_options(std::move(options))
    , m_makeBackend(std::move(makeBackend))
    , m_patience(m_options.patience)
    , m_status(EngineStatus{})
    , m_pendingCount(std::size_t{0})
    , m_port(std::make_shared<WorkerPort>(m_status.node().get()))
    , m_random(std::random_device{}())
{
    m_status.setName("engine.status");
    m_pendingCount.setName("engine.pending");
}

void Replica::openSoon()
{
    postToOwner(*m_status.node(), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->ensureOpen();
        }
    });
}

/// Makes the backend, which is opened on its thread. False: it could not be made.
bool Replica::ensureOpen()
{
    if (m_worker) {
        return true;
    }
    try {
        auto backend = m_makeBackend();
        if (!backend) {
            throw EngineError(EngineErrorKind::Misuse, "the engine has been given no backend");
        }
        m_worker = Worker::attach(std::move(backend), m_port);
        for (auto &[key, pending] : m_pending) { // of stores that were set before
            if (pending.isSecret && !isEncrypted()) {
                parkSecret(key, pending);
            }
        }
        publish();
        return true;
    } catch (const EngineError &error) {
        noteError(error);
    } catch (...) {
        reportError(std::current_exception());
        noteError(EngineError(EngineErrorKind::Failed, "the backend could not be made"));
    }
    setFailure(m_lastError->kind());
    publish();
    return false;
}

bool Replica::loadPatiently()
{
    if (m_isLoaded || !ensureOpen()) {
        return m_isLoaded;
    }
    const auto begin = Clock::now();
    const auto patience = std::exchange(m_patience, std::chrono::milliseconds(0));
    if (!load(patience) && hasFailed()) { // it did not take all the time
        const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
        m_patience = std::max(patience - taken, std::chrono::milliseconds(0));
    }
    return m_isLoaded;
}

bool Replica::load(std::chrono::milliseconds patience)
{
    if (m_isLoaded || !ensureOpen()) {
        return m_isLoaded;
    }
    const auto self = shared_from_this();
    const auto until = Clock::now() + patience;
    takeReports();
    if (!m_isLoaded && hasFailed() && patience.count() > 0) {
        retryNow();
    }
    while (!m_isLoaded && !hasFailed() && waitForReport(until)) {}
    return m_isLoaded;
}

bool Replica::waitForReport(Clock::time_point until)
{
    if (m_inbox.empty() && !m_port->wait(until)) {
        return false;
    }
    takeReports();
    return true;
}

std::optional<BackendTraits> Replica::traits() const
{
    return m_worker ? std::optional(m_worker->traits()) : std::nullopt;
}

std::string Replica::place() const
{
    return m_worker ? m_worker->place() : std::string();
}

std::uint64_t Replica::writer() const
{
    return m_worker ? m_worker->writer() : 0;
}

// Reports

/// One by one, in their order, also where the program's code asks for more of them meanwhile.
void Replica::takeReports()
{
    const auto self = shared_from_this();
    for (;;) {
        for (WorkerReport &report : m_port->take()) {
            m_inbox.push_back(std::move(report));
        }
        if (m_inbox.empty()) {
            break;
        }
        WorkerReport report = std::move(m_inbox.front());
        m_inbox.pop_front();
        take(report);
    }
    send();
    publish();
}

void Replica::take(WorkerReport &report)
{
    switch (report.kind) {
    case WorkerReport::Kind::Loaded:
        loaded(std::move(report.state));
        break;
    case WorkerReport::Kind::Applied:
        applied(report);
        break;
    case WorkerReport::Kind::Changed:
        changedElsewhere(report.feed);
        break;
    case WorkerReport::Kind::Synced:
        for (Waiter &waiter : std::exchange(m_waiters, {})) {
            if (waiter.sync != 0 && waiter.sync <= report.id) {
                waiter.source.resolve();
                waiter.end();
            } else {
                m_waiters.push_back(std::move(waiter));
            }
        }
        break;
    case WorkerReport::Kind::Woken:
        m_isBlocked = false;
        m_readingFails = false;
        m_isStale = m_isStale && !m_isLoaded;
        retryNow();
        break;
    case WorkerReport::Kind::Failed:
        failed(report);
        break;
    }
}

// Raw values

std::optional<std::string_view> Replica::present(std::string_view key) const
{
    if (!m_pending.empty()) {
        if (const auto found = m_pending.find(key); found != m_pending.end()) {
            return found->second.value ? std::optional<std::string_view>(*found->second.value) : std::nullopt;
        }
    }
    const auto *const row = m_rows.find(key);
    return row ? std::optional(row->value()) : std::nullopt;
}

std::uint32_t Replica::schemaOf(std::string_view key) const
{
    if (const auto found = m_pending.find(key); found != m_pending.end()) {
        return found->second.schema;
    }
    const auto *const row = m_rows.find(key);
    return row ? row->schema : 0;
}

std::vector<RowChange> Replica::rowsOf(const RowListener &listener) const
{
    std::vector<RowChange> rows;
    const auto add = [&](std::string_view key) {
        if (const auto value = present(key)) {
            rows.push_back({std::string(key), std::string(*value), schemaOf(key)});
        }
    };
    if (!listener.isPrefix()) {
        add(listener.name());
        return rows;
    }
    m_rows.each(listener.name(), [&](const RowTable::Row &row) { add(row.key()); });
    for (auto pending = m_pending.lower_bound(listener.name());
         pending != m_pending.end() && pending->first.starts_with(listener.name()); ++pending) {
        if (!m_rows.find(pending->first)) {
            add(pending->first);
        }
    }
    return rows;
}

Replica::RawValue Replica::get(std::string_view key)
{
    loadPatiently();
    encodeDirty(Which::All);
    return rawOf(present(key));
}

void Replica::set(std::string_view key, RawValue value)
{
    const auto self = shared_from_this();
    loadPatiently();
    encodeDirty(Which::All);
    putRaw(key, std::move(value), schemaOf(key), std::nullopt, nullptr);
    deliverLocal();
}

std::vector<std::pair<std::string, std::string>> Replica::entries(std::string_view prefix)
{
    loadPatiently();
    encodeDirty(Which::All);
    class All final : public RowListener
    {
    public:
        using RowListener::RowListener;
        void rowsChanged(std::span<const RowChange>, bool) override {}
    };
    std::vector<std::pair<std::string, std::string>> all;
    for (RowChange &row : rowsOf(All(std::string(prefix), true))) {
        all.emplace_back(std::move(row.key), std::move(*row.value));
    }
    std::sort(all.begin(), all.end());
    return all;
}

void Replica::clear(std::string_view prefix)
{
    const auto self = shared_from_this();
    for (const auto &[key, value] : entries(prefix)) {
        putRaw(key, std::nullopt, schemaOf(key), std::nullopt, nullptr);
    }
    deliverLocal();
}

std::function<void()> Replica::subscribe(std::shared_ptr<RowListener> listener)
{
    loadPatiently();
    add(*listener);
    return [weak = weak_from_this(), listener]() mutable {
        if (const auto self = weak.lock(); self && listener) {
            self->remove(*listener);
        }
        listener.reset();
    };
}

std::uint64_t Replica::versionOf(std::string_view key)
{
    loadPatiently();
    const auto *const row = m_rows.find(key);
    return row ? row->version : 0;
}

std::uint64_t Replica::writtenBy(std::string_view key)
{
    loadPatiently();
    const auto *const row = m_rows.find(key);
    return row ? row->writer : 0;
}

Task<bool> Replica::compareAndSet(std::string_view key, std::uint64_t version, RawValue value)
{
    return compare(std::make_shared<Comparison>(Comparison{std::string(key), version, std::nullopt, std::move(value),
                                                           schemaOf(key), m_options.durability, ++m_serial,
                                                           TaskSource<bool>(), startTask()}));
}

Task<bool> Replica::compareAndPut(std::string_view key, RawValue value, const WriteStyle &style)
{
    return compare(std::make_shared<Comparison>(Comparison{
        std::string(key), 0, rawOf(present(key)), std::move(value), style.schema,
        style.durability.value_or(m_options.durability), ++m_serial, TaskSource<bool>(), startTask(), style.secret}));
}

Task<bool> Replica::compare(std::shared_ptr<Comparison> comparison)
{
    const auto task = comparison->source.task();
    ensureOpen();
    if (m_worker && !m_worker->traits().comparesVersions) {
        comparison->source.reject(std::make_exception_ptr(
            EngineError(EngineErrorKind::Misuse,
                        "the engine cannot compare versions, so compareAndSet() would overwrite what others have set: "
                        "use an engine whose traits() say comparesVersions",
                        place())));
        comparison->end();
        return task;
    }
    m_comparisons.push_back(std::move(comparison));
    m_isBlocked = false;
    scheduleFlush();
    return task;
}

// Status

EngineState Replica::state() const
{
    if (m_failure) {
        switch (*m_failure) {
        case EngineErrorKind::Unavailable:
            return EngineState::Offline;
        case EngineErrorKind::Full:
            return EngineState::Full;
        case EngineErrorKind::ReadOnly:
            return m_isLoaded ? EngineState::ReadOnly : EngineState::Failed;
        case EngineErrorKind::Denied:
            return m_isLoaded ? EngineState::ReadOnly : EngineState::Failed;
        case EngineErrorKind::Newer:
            return EngineState::Newer;
        default:
            return EngineState::Failed;
        }
    }
    if (!m_isLoaded) {
        return EngineState::Loading;
    }
    if (m_isReadOnly) {
        return EngineState::ReadOnly;
    }
    std::size_t bytes = 0;
    bool isNewer = false;
    for (const auto &[key, pending] : m_pending) {
        bytes += key.size() + (pending.value ? pending.value->size() : 0);
        isNewer = isNewer || pending.parked == Parked::Newer;
    }
    if (bytes > m_options.pendingLimit) {
        return EngineState::Full;
    }
    return m_isStale ? EngineState::Stale : isNewer ? EngineState::Newer : EngineState::Live;
}

void Replica::publish()
{
    settleFailure();
    EngineStatus status;
    status.state = state();
    status.isLoaded = m_isLoaded;
    status.pending = m_pending.size() + m_comparisons.size();
    for (const Binding *binding = m_dirty; binding; binding = binding->m_nextDirty) {
        ++status.pending;
    }
    status.conflicts = static_cast<std::size_t>(std::count_if(
        m_pending.begin(), m_pending.end(), [](const auto &entry) { return entry.second.parked == Parked::Conflict; }));
    if (m_lastError) {
        status.lastError = m_lastError->what();
        status.errorKind = m_lastError->kind();
    }
    status.path = place();
    status.repairs = m_repairs;
    for (const auto &[key, readers] : m_unreadable) {
        status.unreadable.push_back(key);
    }
    status.resyncs = m_resyncs;
    try {
        const Batch both;
        m_pendingCount.set(status.pending);
        m_status.set(std::move(status));
    } catch (...) {
        reportError(std::current_exception());
    }
}

} // namespace nanostores::detail

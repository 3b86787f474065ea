// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/replica.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/foreign.h>
#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/core/post.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/persistent/detail/exitguard.h>
#include <nanostores/persistent/detail/pace.h>

#include <QCoreApplication>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

using Clock = std::chrono::steady_clock;

namespace {

using RawValue = std::optional<std::string>;

constexpr std::uint8_t MostMerges = 16;

std::chrono::milliseconds now()
{
    const Scheduler *const clock = scheduler();
    return clock ? clock->now() : std::chrono::milliseconds(0);
}

RawValue rawOf(std::optional<std::string_view> value)
{
    return value ? RawValue(std::string(*value)) : RawValue();
}

/// The bindings that were put into a list are taken out of it in the order in which they came.
Binding *reversed(Binding *list, Binding *Binding::*next)
{
    Binding *result = nullptr;
    while (list) {
        Binding *const rest = std::exchange(list->*next, result);
        result = std::exchange(list, rest);
    }
    return result;
}

/// An error that other writes may not have.
bool isOfOneWrite(EngineErrorKind kind)
{
    return kind == EngineErrorKind::TooLarge || kind == EngineErrorKind::Misuse;
}

} // namespace

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

/// No store is dirty, as each holds the replica. What waits is handed to the worker, which ends when it is written.
Replica::~Replica()
{
    m_port->disconnect();
    WriteBatch rest;
    std::vector<std::string> lost;
    for (auto &[key, pending] : m_pending) {
        if (pending.parked != Parked::No) {
            lost.push_back(key);
        } else if (pending.waits) {
            StorageWrite write{key, std::move(pending.value), pending.schema, std::nullopt};
            if (pending.compares) {
                write.expect = pending.expect;
            }
            rest.writes.push_back(std::move(write));
            rest.durability = std::max(rest.durability, pending.durability);
        }
    }
    try {
        if (!lost.empty()) {
            warnUnsaved(lost, place(), lastError());
        }
        if (!rest.writes.empty() && !m_worker) {
            ensureOpen();
        }
        if (m_worker && m_worker->isOfThisProcess()) {
            if (!rest.writes.empty()) {
                m_worker->apply(m_port, std::move(rest));
            }
            m_worker->detach(m_port);
        }
    } catch (...) {
        reportError(std::current_exception());
    }
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
        publish();
        return true;
    } catch (const EngineError &error) {
        noteError(error);
    } catch (...) {
        reportError(std::current_exception());
        noteError(EngineError(EngineErrorKind::Failed, "the backend could not be made"));
    }
    m_failure = m_lastError->kind();
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
    if (!load(patience) && m_failure) { // it did not take all the time
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
    if (!m_isLoaded && m_failure && patience.count() > 0) {
        retryNow();
    }
    while (!m_isLoaded && !m_failure && waitForReport(until)) {}
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
        retryNow();
        break;
    case WorkerReport::Kind::Failed:
        failed(report);
        break;
    }
}

/// All that there is. Comes when it was opened, when the changes since the last one are not known, and when another
/// storage has taken its place.
void Replica::loaded(StorageState &&state)
{
    encodeDirty(Which::All);
    const bool isFirst = !std::exchange(m_isLoaded, true);
    const bool isOther = !isFirst && state.epoch != m_epoch;
    m_failure.reset();
    m_failures = 0;
    m_retries &= ~unsigned{RetryOpen | RetryPull};
    m_isReadOnly = state.readOnly;
    m_epoch = state.epoch;
    for (const std::string &repair : state.repairs) {
        if (std::find(m_repairs.begin(), m_repairs.end(), repair) == m_repairs.end()) {
            m_repairs.push_back(repair);
            noteError(EngineError(EngineErrorKind::Corrupt, repair, place()));
        }
    }

    RowTable rows;
    std::vector<RowChange> changes;
    for (const StorageEntry &entry : state.entries) {
        if (!entry.value) {
            continue;
        }
        rows.set(entry.key, *entry.value, entry.version, entry.writer, entry.schema);
        const auto *const old = m_rows.find(entry.key);
        if (!m_pending.contains(entry.key) && (!old || old->value() != *entry.value || old->schema != entry.schema)) {
            changes.push_back({entry.key, entry.value, entry.schema});
        }
    }
    if (isOther) {
        ++m_resyncs;
        reoffer(rows);
    } else {
        m_rows.each({}, [&](const RowTable::Row &row) {
            if (!rows.find(row.key()) && !m_pending.contains(row.key())) {
                changes.push_back({std::string(row.key()), std::nullopt, 0});
            }
        });
    }
    m_rows.swap(rows);
    for (auto &[key, pending] : m_pending) {
        const auto *const row = m_rows.find(key);
        if (!pending.compares || pending.isSent || pending.isOffer) {
            continue;
        }
        if (pending.parked == Parked::Conflict) {
            m_conflicted.push_back(key);
        } else if (isOther && rawOf(row ? std::optional(row->value()) : std::nullopt) == pending.base) {
            pending.expect = row ? row->version : 0; // nothing but its number is another one
        } else if (isOther && !row) {
            pending.expect = 0;
            pending.base.reset();
        } else if ((row ? row->version : 0) != pending.expect) {
            m_conflicted.push_back(key);
        }
    }
    m_isBlocked = false;
    deliver(std::move(changes), isFirst);
}

/// Another storage: what this program knows, and it has not, is written to it, unless another program does so first.
void Replica::reoffer(RowTable &newer)
{
    m_rows.each({}, [&](const RowTable::Row &row) {
        const std::string key(row.key());
        if (newer.find(row.key()) || m_pending.contains(key)) {
            return;
        }
        Pending offer;
        offer.value = std::string(row.value());
        offer.schema = row.schema;
        offer.durability = m_options.durability;
        offer.compares = true;
        offer.isOffer = true;
        offer.since = ++m_serial;
        m_pending.emplace(key, std::move(offer));
    });
}

void Replica::setRow(const std::string &key, const std::optional<StorageEntry> &entry)
{
    if (entry && entry->value) {
        m_rows.set(key, *entry->value, entry->version, entry->writer, entry->schema);
    } else {
        m_rows.erase(key);
    }
}

void Replica::changedElsewhere(const StorageFeed &feed)
{
    if (!m_isLoaded || feed.epoch != m_epoch) {
        return;
    }
    encodeDirty(Which::Compared);
    if (m_failure && !(m_retries & RetryApply)) {
        m_failure.reset();
    }
    std::vector<RowChange> changes;
    for (const StorageEntry &entry : feed.changes) {
        const auto *const row = m_rows.find(entry.key);
        if (row && row->version >= entry.version) {
            continue; // an own change, or one that is known
        }
        const auto found = m_pending.find(entry.key);
        const bool isSame =
            row ? entry.value && row->value() == *entry.value && row->schema == entry.schema : !entry.value;
        setRow(entry.key, entry);
        if (found == m_pending.end()) {
            if (!isSame) {
                changes.push_back({entry.key, entry.value, entry.schema});
            }
            continue;
        }
        Pending &pending = found->second;
        if (pending.isSent) {
            continue; // its outcome is on the way
        }
        if (pending.isOffer) {
            changes.push_back({entry.key, entry.value, entry.schema});
            m_pending.erase(found);
        } else if (pending.compares) {
            m_conflicted.push_back(entry.key);
        }
    }
    deliver(std::move(changes), false);
}

template<typename F>
void Replica::eachListener(std::string_view key, F f) const
{
    if (!m_keyListeners.empty()) {
        const auto found = m_keyListeners.find(std::string(key));
        if (found != m_keyListeners.end()) {
            for (RowListener *listener : found->second) {
                f(*listener);
            }
        }
    }
    for (const auto &[prefix, listeners] : m_prefixListeners) {
        if (key.starts_with(prefix)) {
            for (RowListener *listener : listeners) {
                f(*listener);
            }
        }
    }
}

bool Replica::hasOtherListeners(std::string_view key, const RowListener *except) const
{
    bool has = false;
    eachListener(key, [&](RowListener &listener) { has = has || &listener != except; });
    return has;
}

/// In one batch, each listener with all that is for it. Listeners may come and go meanwhile.
void Replica::deliver(std::vector<RowChange> &&changes, bool isFirst)
{
    if (changes.empty()) {
        return;
    }
    struct Call
    {
        RowListener *listener;
        std::shared_ptr<const void> held;
        std::vector<RowChange> changes;
    };
    std::vector<Call> calls;
    std::unordered_map<RowListener *, std::size_t> places;
    for (const RowChange &change : changes) {
        eachListener(change.key, [&](RowListener &listener) {
            if (&listener == change.origin) {
                return;
            }
            const auto [place, isNew] = places.try_emplace(&listener, calls.size());
            if (isNew) {
                calls.push_back({&listener, listener.hold(), {}});
            }
            calls[place->second].changes.push_back(change);
        });
    }
    const auto callAll = [&] {
        for (const Call &call : calls) {
            if (!call.held) {
                continue;
            }
            try {
                call.listener->rowsChanged(call.changes, isFirst);
            } catch (...) { // of a hook or a function: the others are called all the same
                reportError(std::current_exception());
            }
        }
    };
    const ForeignWrites foreign; // no history takes them for edits
    try {
        batch(callAll);
    } catch (...) { // of observers
        reportError(std::current_exception());
    }
}

// Conflicts

std::shared_ptr<Binding> Replica::ownerOf(const Pending &pending) const
{
    return std::dynamic_pointer_cast<Binding>(pending.owner.lock());
}

/// What has been found to be in conflict is merged, or shown. Late, as both run the program's code.
void Replica::settleConflicts()
{
    while (!m_conflicted.empty()) {
        const std::string key = std::move(m_conflicted.front());
        m_conflicted.pop_front();
        const auto found = m_pending.find(key);
        if (found == m_pending.end() || !found->second.compares || found->second.isSent || found->second.isOffer) {
            continue;
        }
        const auto *const row = m_rows.find(key);
        if (found->second.parked == Parked::Conflict) {
            showConflict(key, found->second);
        } else if (found->second.parked == Parked::No && !found->second.isInDoubt // the row may be its own
                   && (row ? row->version : 0) != found->second.expect) {
            inConflict(key, found->second);
        }
    }
}

/// The key has another version than the one that the pending write is based on. Merged, it is based on the new one.
void Replica::inConflict(const std::string &key, Pending &pending)
{
    const auto owner = ownerOf(pending);
    const auto *const row = m_rows.find(key);
    if (owner && pending.merges < MostMerges) {
        const auto held = owner->hold();
        const RawValue base = pending.base;
        const RawValue mine = pending.value;
        const RawValue theirs = rawOf(row ? std::optional(row->value()) : std::nullopt);
        const std::uint64_t version = row ? row->version : 0;
        std::optional<RawValue> merged;
        try {
            batch([&] { merged = owner->merged(key, base, mine, theirs); });
        } catch (...) {
            reportError(std::current_exception());
        }
        const auto found = m_pending.find(key); // the program's code has run
        if (found == m_pending.end() || found->second.parked != Parked::No) {
            return;
        }
        if (merged) {
            Pending &now = found->second;
            ++now.merges;
            now.value = std::move(*merged);
            now.base = theirs;
            now.expect = version;
            now.waits = true;
            if (hasOtherListeners(key, owner.get())) {
                m_local.push_back({key, now.value, now.schema, owner.get()});
            }
            return;
        }
        found->second.parked = Parked::Conflict;
        showConflict(key, found->second);
        return;
    }
    pending.parked = Parked::Conflict;
    showConflict(key, pending);
}

void Replica::showConflict(const std::string &key, Pending &pending)
{
    if (const auto owner = ownerOf(pending)) {
        const auto held = owner->hold();
        const auto *const row = m_rows.find(key);
        owner->conflictChanged(key, pending.base, pending.value,
                               rawOf(row ? std::optional(row->value()) : std::nullopt), row ? row->writer : 0);
    }
}

void Replica::resolveConflict(const std::string &key, bool keepsMine)
{
    const auto self = shared_from_this();
    encodeDirty(Which::All);
    const auto found = m_pending.find(key);
    if (found == m_pending.end() || found->second.parked != Parked::Conflict) {
        return;
    }
    Pending &pending = found->second;
    const auto owner = ownerOf(pending);
    const auto *const row = m_rows.find(key);
    const RawValue theirs = rawOf(row ? std::optional(row->value()) : std::nullopt);
    if (keepsMine) {
        pending.parked = Parked::No;
        pending.merges = 0;
        pending.expect = row ? row->version : 0;
        pending.base = theirs;
        pending.waits = true;
        scheduleFlush();
    } else {
        m_pending.erase(found);
        deliver({{key, theirs, row ? row->schema : 0}}, false);
    }
    if (owner) {
        const auto held = owner->hold();
        owner->conflictEnded(key);
    }
    publish();
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

Task<bool> Replica::compareAndPut(std::string_view key, RawValue value, std::uint32_t schema,
                                  std::optional<Durability> durability)
{
    return compare(std::make_shared<Comparison>(Comparison{std::string(key), 0, rawOf(present(key)), std::move(value),
                                                           schema, durability.value_or(m_options.durability),
                                                           ++m_serial, TaskSource<bool>(), startTask()}));
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

// Listeners and bindings

void Replica::add(RowListener &listener)
{
    if (listener.isPrefix()) {
        m_prefixListeners[listener.name()].push_back(&listener);
    } else {
        m_keyListeners[listener.name()].push_back(&listener);
    }
}

void Replica::remove(RowListener &listener) noexcept
{
    const auto removeFrom = [&](auto &table) {
        const auto found = table.find(listener.name());
        if (found != table.end()) {
            std::erase(found->second, &listener);
            if (found->second.empty()) {
                table.erase(found);
            }
        }
    };
    if (listener.isPrefix()) {
        removeFrom(m_prefixListeners);
    } else {
        removeFrom(m_keyListeners);
    }
}

void Replica::addBinding(const std::shared_ptr<Binding> &binding)
{
    const auto self = shared_from_this();
    if (m_worker || QCoreApplication::instance()) {
        loadPatiently();
    }
    encodeDirty(Which::All);
    add(*binding);
    const auto rows = rowsOf(*binding);
    batch([&] { binding->rowsLoaded(rows); }); // observers may set the store when that is over
    publish();
}

/// A store that has been set. It is kept alive until it is written.
void Replica::touch(Binding &binding) noexcept
{
    binding.m_isDirty = true;
    binding.m_held = Ref<Node>::share(&binding.m_node);
    binding.m_nextDirty = std::exchange(m_dirty, &binding);
    if (!m_isFlushScheduled) {
        try {
            scheduleFlush();
        } catch (...) { // the next change asks again
            reportError(std::current_exception());
        }
    }
}

void Replica::put(const std::string &key, RawValue value, Binding &owner)
{
    putRaw(key, std::move(value), owner.style().schema, owner.style().durability, &owner);
}

Replica::Pending &Replica::pendingFor(std::string_view key)
{
    const auto found = m_pending.find(key);
    if (found != m_pending.end()) {
        return found->second;
    }
    Pending &made = m_pending[std::string(key)];
    made.waits = false;
    if (const auto *const row = m_rows.find(key)) {
        made.base = std::string(row->value());
        made.expect = row->version;
    }
    return made;
}

void Replica::putRaw(std::string_view key, RawValue &&value, std::uint32_t schema, std::optional<Durability> durability,
                     Binding *owner)
{
    const auto now = present(key);
    if (now ? value && *now == *value && schemaOf(key) == schema : !value && !m_pending.contains(key)) {
        return;
    }
    Pending &pending = pendingFor(key);
    pending.value = std::move(value);
    pending.schema = schema;
    pending.durability = durability.value_or(m_options.durability);
    pending.isOffer = false;
    pending.compares = owner && owner->style().compares;
    pending.owner = pending.compares ? owner->weak_from_this() : std::weak_ptr<RowListener>();
    if (!std::exchange(pending.waits, true)) {
        pending.since = ++m_serial;
    }
    if (pending.parked == Parked::Conflict) {
        if (pending.compares) {
            m_conflicted.emplace_back(key);
        } else {
            pending.parked = Parked::No;
        }
    } else {
        pending.parked =
            owner && owner->style().secret && m_worker && !m_worker->traits().isEncrypted ? Parked::Secret : Parked::No;
    }
    m_isBlocked = false;
    if (hasOtherListeners(key, owner)) {
        m_local.push_back({std::string(key), pending.value, schema, owner});
    }
    m_unreadable.erase(std::string(key));
    scheduleFlush();
}

void Replica::setUnreadable(const std::string &key, bool isUnreadable)
{
    if (isUnreadable) {
        if (m_unreadable.try_emplace(key, true).second) {
            m_lastError = EngineError(
                EngineErrorKind::Corrupt,
                "the value of \"" + key + "\" is not of its store's type; it is kept until the store is set", place());
        }
    } else {
        m_unreadable.erase(key);
    }
}

// Flushing

void Replica::scheduleFlush()
{
    if (m_isFlushScheduled) {
        return;
    }
    postToOwner(*m_status.node(), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->flushDirty();
        }
    });
    m_isFlushScheduled = true;
}

void Replica::flushDirty()
{
    const auto self = shared_from_this();
    m_isFlushScheduled = false;
    encodeDirty(Which::Due);
    send();
    publish();
}

/// What the program has set is news to other stores of the key.
void Replica::deliverLocal()
{
    auto changes = std::exchange(m_local, {});
    for (RowChange &change : changes) {
        change.value = rawOf(present(change.key)); // it may have been set twice
        change.schema = schemaOf(change.key);
    }
    deliver(std::move(changes), false);
}

void Replica::encodeNow()
{
    encodeDirty(Which::All);
}

/// Whether a store that is dirty is to be written now.
bool Replica::isDue(Binding &binding)
{
    Binding::Pace *const pace = binding.m_pace.get();
    if (!pace) {
        return true;
    }
    const auto isOver = [&] {
        return !pace->pacing.waitsForPause && (!pace->last || now() - *pace->last >= pace->pacing.delay);
    };
    if (std::exchange(pace->isDue, false) || (!pace->timer.active() && isOver())) {
        pace->timer.stop();
        pace->last = now();
        return true;
    }
    if (!pace->timer.active()) {
        pace->seen = valueNumber(binding.m_node);
        const auto delay =
            pace->pacing.waitsForPause || !pace->last ? pace->pacing.delay : *pace->last + pace->pacing.delay - now();
        pace->timer.start(std::max(delay, std::chrono::milliseconds(0)), [this, &binding, pace] {
            // The binding is dirty, and so it, its pace and this replica are there.
            const bool goesOn = pace->pacing.waitsForPause && valueNumber(binding.m_node) != pace->seen;
            pace->isDue = !goesOn;
            flushDirty();
        });
    }
    return false;
}

/// Has the dirty stores say what has changed, in the order in which they were set first. Whatever they do, each is out
/// of the list before it is asked.
void Replica::encodeDirty(Which which)
{
    if (!m_dirty) {
        return;
    }
    const auto self = shared_from_this();
    std::vector<Ref<Node>> ended; // their stores may end, and the program's code run, when all is done
    Binding *list = reversed(std::exchange(m_dirty, nullptr), &Binding::m_nextDirty);
    while (list) {
        Binding &binding = *list;
        list = std::exchange(binding.m_nextDirty, nullptr);
        const bool isNow = which == Which::All || (which == Which::Compared && binding.m_style.compares)
                           || (which == Which::Due && isDue(binding));
        if (!isNow) {
            binding.m_nextDirty = std::exchange(m_dirty, &binding);
            continue;
        }
        ended.push_back(std::move(binding.m_held));
        binding.m_isDirty = false;
        if (binding.m_pace) {
            binding.m_pace->timer.stop();
            binding.m_pace->isDue = false;
        }
        try {
            binding.encode();
        } catch (const std::exception &error) {
            noteError(EngineError(EngineErrorKind::Misuse,
                                  "\"" + binding.name() + "\" cannot be written: " + error.what(), place()));
            reportError(std::current_exception());
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    deliverLocal();
}

/// Whether it cannot be sent, for itself.
bool Replica::park(const std::string &key, Pending &pending)
{
    if (pending.parked != Parked::No) {
        return true;
    }
    const BackendTraits &traits = m_worker->traits();
    if (key.size() > traits.largestKey || (pending.value && pending.value->size() > traits.largestValue)) {
        pending.parked = Parked::TooLarge;
        noteError(EngineError(EngineErrorKind::TooLarge,
                              "\"" + key.substr(0, 100) + "\" is too large: keys may have "
                                  + std::to_string(traits.largestKey) + " bytes, and values "
                                  + std::to_string(traits.largestValue) + "; keep it in a file, and its path here",
                              place()));
        return true;
    }
    if (const auto *const row = m_rows.find(key); row && row->schema > pending.schema) {
        pending.parked = Parked::Newer;
        noteError(EngineError(EngineErrorKind::Newer,
                              "\"" + key + "\" was written by a newer version of the program (schema "
                                  + std::to_string(row->schema) + ", here " + std::to_string(pending.schema)
                                  + "), and is not overwritten: update the program",
                              place()));
        return true;
    }
    return false;
}

/// Hands what waits to the worker, if nothing is on its way.
void Replica::send()
{
    settleConflicts();
    deliverLocal();
    if (m_worker && !m_worker->isOfThisProcess() && m_failure != EngineErrorKind::Misuse) {
        m_failure = EngineErrorKind::Misuse;
        noteError(EngineError(EngineErrorKind::Misuse,
                              "the engine was made before fork(): its thread is not in this process; make engines "
                              "after fork(), or start programs by exec",
                              place()));
    }
    if (m_sentId != 0 || !m_isLoaded || m_isBlocked || (m_retries & RetryApply) || !m_worker->isOfThisProcess()) {
        checkWaiters();
        return;
    }
    WriteBatch transaction;
    for (auto pending = m_pending.begin(); pending != m_pending.end();) {
        const std::string &key = pending->first;
        Pending &mine = pending->second;
        if (!mine.waits || park(key, mine)) {
            ++pending;
            continue;
        }
        const auto *const row = m_rows.find(key);
        if (!mine.isOffer && !mine.isInDoubt
            && (row ? mine.value && row->value() == *mine.value && row->schema == mine.schema : !mine.value)
            && (!mine.compares || (row ? row->version : 0) == mine.expect)) {
            pending = m_pending.erase(pending); // it is stored already
            continue;
        }
        StorageWrite write{key, mine.value, mine.schema, std::nullopt};
        if (mine.compares && m_worker->traits().comparesVersions) {
            write.expect = mine.expect;
        }
        transaction.writes.push_back(std::move(write));
        transaction.durability = std::max(transaction.durability, mine.durability);
        m_sent.push_back({key, nullptr});
        mine.sent = mine.value;
        mine.sentSchema = mine.schema;
        mine.sentSince = mine.since;
        mine.isSent = true;
        mine.waits = false;
        ++pending;
        if (m_sendsOne) {
            break;
        }
    }
    std::vector<std::shared_ptr<Comparison>> lost;
    for (auto next = m_comparisons.begin(); next != m_comparisons.end() && !(m_sendsOne && !m_sent.empty());) {
        const auto comparison = *next;
        const bool isTaken =
            m_pending.contains(comparison->key)
            || std::any_of(m_sent.begin(), m_sent.end(), [&](const Sent &sent) { return sent.key == comparison->key; });
        if (isTaken) {
            ++next;
            continue;
        }
        if (comparison->expected && !comparison->isInDoubt) { // what is there may be what it has written
            const auto *const row = m_rows.find(comparison->key);
            if (rawOf(row ? std::optional(row->value()) : std::nullopt) != *comparison->expected) {
                lost.push_back(comparison);
                next = m_comparisons.erase(next);
                continue;
            }
            comparison->version = row ? row->version : 0;
        }
        transaction.writes.push_back({comparison->key, comparison->value, comparison->schema, comparison->version});
        transaction.durability = std::max(transaction.durability, comparison->durability);
        m_sent.push_back({comparison->key, comparison});
        next = m_comparisons.erase(next);
    }
    if (!m_sent.empty()) {
        m_sentId = transaction.id = ++m_lastId;
        m_worker->apply(m_port, std::move(transaction));
    }
    for (const auto &comparison : lost) {
        comparison->source.resolve(false);
        comparison->end();
    }
    checkWaiters();
}

/// The transaction has failed: all of it waits again.
void Replica::unsend()
{
    for (auto sent = m_sent.rbegin(); sent != m_sent.rend(); ++sent) {
        if (sent->comparison) {
            sent->comparison->isInDoubt = true;
            m_comparisons.push_front(std::move(sent->comparison));
            continue;
        }
        Pending &pending = m_pending.at(sent->key);
        pending.isSent = false;
        pending.isInDoubt = true;
        pending.waits = true;
        pending.since = pending.sentSince;
        pending.sent.reset();
    }
    m_sent.clear();
    m_sentId = 0;
}

void Replica::applied(WorkerReport &report)
{
    if (report.id != m_sentId) {
        return;
    }
    Applied &result = report.applied;
    encodeDirty(Which::Compared);
    m_sentId = 0;
    m_failures = 0;
    m_failure.reset();
    m_isReadOnly = false;
    std::vector<RowChange> changes;
    std::vector<std::pair<std::shared_ptr<Comparison>, WriteResult>> compared;
    std::vector<std::shared_ptr<Comparison>> unknown;
    const auto sent = std::exchange(m_sent, {});
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const std::string &key = sent[i].key;
        WriteOutcome &outcome = result.outcomes[i];
        if (const auto &comparison = sent[i].comparison) {
            const RawValue before = rawOf(present(key));
            if (outcome.result == WriteResult::Written) {
                setRow(key, StorageEntry{key, comparison->value, outcome.version, comparison->schema, writer()});
            } else {
                setRow(key, outcome.current);
            }
            if (!m_pending.contains(key) && rawOf(present(key)) != before) {
                changes.push_back({key, rawOf(present(key)), schemaOf(key)});
            }
            if (std::find(report.unknown.begin(), report.unknown.end(), i) != report.unknown.end()) {
                unknown.push_back(comparison);
            } else {
                compared.emplace_back(comparison, outcome.result);
            }
            continue;
        }
        Pending &pending = m_pending.at(key);
        pending.isSent = false;
        if (outcome.result == WriteResult::Written) {
            written(key, pending, outcome);
        } else {
            refused(key, pending, outcome, changes);
        }
    }
    if (m_sendsOne && m_pending.empty()) {
        m_sendsOne = false;
    }
    deliver(std::move(changes), false);
    for (const auto &comparison : unknown) {
        comparison->source.reject(std::make_exception_ptr(
            EngineError(EngineErrorKind::Failed,
                        "it is not known whether \"" + comparison->key
                            + "\" was written: the call failed, and another program has written since",
                        place())));
        comparison->end();
    }
    for (const auto &[comparison, outcome] : compared) {
        if (outcome == WriteResult::Newer) {
            comparison->source.reject(std::make_exception_ptr(EngineError(
                EngineErrorKind::Newer,
                "\"" + comparison->key + "\" was written by a newer version of the program, and is not overwritten",
                place())));
        } else {
            comparison->source.resolve(outcome == WriteResult::Written);
        }
        comparison->end();
    }
}

void Replica::written(const std::string &key, Pending &pending, const WriteOutcome &outcome)
{
    setRow(key, StorageEntry{key, pending.sent, outcome.version, pending.sentSchema, writer()});
    pending.merges = 0;
    pending.isInDoubt = false;
    if (!pending.waits) {
        m_pending.erase(key);
        return;
    }
    pending.expect = pending.sent ? outcome.version : 0;
    pending.base = std::move(pending.sent);
    pending.sent.reset();
}

void Replica::refused(const std::string &key, Pending &pending, WriteOutcome &outcome, std::vector<RowChange> &changes)
{
    setRow(key, outcome.current);
    if (!std::exchange(pending.waits, true)) {
        pending.since = pending.sentSince;
    }
    pending.sent.reset();
    pending.isInDoubt = false;
    if (pending.isOffer) { // another program was faster
        m_pending.erase(key);
        changes.push_back({key, outcome.current ? outcome.current->value : std::nullopt,
                           outcome.current ? outcome.current->schema : 0});
    } else if (outcome.result == WriteResult::Newer) {
        park(key, pending);
    } else if (pending.compares) {
        m_conflicted.push_back(key);
    }
}

// Failures

void Replica::failed(WorkerReport &report)
{
    const EngineError &error = *report.error;
    noteError(error);
    switch (report.during) {
    case WorkerReport::Kind::Loaded:
        m_failure = error.kind();
        if (isRetried(error.kind())) {
            retryLater(RetryOpen);
        } else {
            rejectWaiters(error);
        }
        break;
    case WorkerReport::Kind::Changed:
        m_failure = error.kind();
        if (isRetried(error.kind())) {
            retryLater(RetryPull);
        }
        break;
    case WorkerReport::Kind::Synced:
        if (isRetried(error.kind())) {
            for (Waiter &waiter : m_waiters) {
                waiter.sync = 0;
            }
            retryLater(RetrySync);
        } else {
            rejectWaiters(error);
        }
        break;
    default:
        if (report.id != m_sentId) {
            break;
        }
        const std::size_t count = m_sent.size();
        const std::string first = m_sent.empty() ? std::string() : m_sent.front().key;
        unsend();
        if (isRetried(error.kind())) {
            m_failure = error.kind();
            retryLater(RetryApply);
        } else if (isOfOneWrite(error.kind()) && count > 1) {
            m_sendsOne = true;
        } else if (isOfOneWrite(error.kind())) {
            if (const auto found = m_pending.find(first); found != m_pending.end()) {
                found->second.parked = Parked::TooLarge;
            } else if (!m_comparisons.empty()) {
                m_comparisons.front()->source.reject(std::make_exception_ptr(error));
                m_comparisons.front()->end();
                m_comparisons.pop_front();
            }
        } else {
            m_failure = error.kind();
            m_isReadOnly = m_isReadOnly || error.kind() == EngineErrorKind::ReadOnly;
            m_isBlocked = true;
            for (const auto &comparison : std::exchange(m_comparisons, {})) {
                comparison->source.reject(std::make_exception_ptr(error));
                comparison->end();
            }
            rejectWaiters(error);
        }
    }
}

/// After a time that doubles with each failure in a row, of which the second half is by chance.
void Replica::retryLater(unsigned what)
{
    m_retries |= what;
    if (m_retry.active()) {
        return;
    }
    const auto first = std::max<std::int64_t>(m_options.firstRetry.count(), 1);
    const auto longest = std::max<std::int64_t>(m_options.longestRetry.count(), first);
    const auto doubled = m_failures < 30 ? first << m_failures : longest;
    const auto most = std::min<std::int64_t>(doubled, longest);
    ++m_failures;
    const auto delay =
        most / 2 + static_cast<std::int64_t>(m_random() % static_cast<std::uint64_t>(most - most / 2 + 1));
    m_retry.start(std::chrono::milliseconds(std::max<std::int64_t>(delay, 1)), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->retryNow();
        }
    });
}

void Replica::retryNow()
{
    const auto self = shared_from_this();
    m_retry.stop();
    m_failure.reset();
    const unsigned what = std::exchange(m_retries, RetryNothing);
    if (!m_worker || !m_worker->isOfThisProcess()) {
        return;
    }
    if (!m_isLoaded) {
        m_worker->open(m_port);
    } else if (what & RetryPull) {
        m_worker->pull();
    }
    send();
    publish();
}

void Replica::noteError(const EngineError &error)
{
    m_lastError = error;
}

// What the program waits for

Task<void> Replica::flush()
{
    const auto self = shared_from_this();
    ensureOpen();
    encodeDirty(Which::All);
    m_isBlocked = false;
    Waiter waiter{m_serial, 0, TaskSource<void>(), startTask()};
    auto task = waiter.source.task();
    m_waiters.push_back(std::move(waiter));
    if (!m_worker || (m_failure && !isRetried(*m_failure) && !m_isLoaded)) {
        rejectWaiters(*m_lastError);
    } else {
        send();
    }
    publish();
    return task;
}

void Replica::rejectWaiters(const EngineError &error)
{
    for (const Waiter &waiter : std::exchange(m_waiters, {})) {
        waiter.source.reject(std::make_exception_ptr(error));
        waiter.end();
    }
}

/// Those whose changes are all written have them made durable; those whose changes cannot be written are refused.
void Replica::checkWaiters()
{
    if (m_waiters.empty() || !m_isLoaded) {
        return;
    }
    std::uint64_t oldest = ~std::uint64_t{0};
    std::uint64_t oldestParked = ~std::uint64_t{0};
    Parked why = Parked::No;
    for (const auto &[key, pending] : m_pending) {
        if (pending.isSent) {
            oldest = std::min(oldest, pending.sentSince);
        }
        if (pending.waits) {
            oldest = std::min(oldest, pending.since);
        }
        if (pending.parked != Parked::No && pending.since < oldestParked) {
            oldestParked = pending.since;
            why = pending.parked;
        }
    }
    for (const auto &comparison : m_comparisons) {
        oldest = std::min(oldest, comparison->serial);
    }
    for (const Sent &sent : m_sent) {
        if (sent.comparison) {
            oldest = std::min(oldest, sent.comparison->serial);
        }
    }
    const std::uint64_t sync = m_lastSync + 1;
    bool syncs = false;
    std::vector<Waiter> refused;
    for (Waiter &waiter : std::exchange(m_waiters, {})) {
        if (oldestParked <= waiter.serial) {
            refused.push_back(std::move(waiter));
            continue;
        }
        if (waiter.sync == 0 && oldest > waiter.serial && !(m_retries & RetrySync)) {
            waiter.sync = sync;
            syncs = true;
        }
        m_waiters.push_back(std::move(waiter));
    }
    if (syncs) {
        m_lastSync = sync;
        m_worker->sync(m_port, sync);
    }
    if (!refused.empty()) {
        const EngineError error = why == Parked::Conflict || !m_lastError
                                      ? EngineError(EngineErrorKind::Failed,
                                                    "a change is in conflict with another one: resolve it, see "
                                                    "conflictOf()",
                                                    place())
                                      : *m_lastError;
        for (const Waiter &waiter : refused) {
            waiter.source.reject(std::make_exception_ptr(error));
            waiter.end();
        }
    }
}

/// For the end of the program: nothing but the deadline ends it before all is written or cannot be.
bool Replica::flushUntil(Clock::time_point deadline)
{
    const auto self = shared_from_this();
    if (!ensureOpen() || !m_worker->isOfThisProcess()) {
        return unsaved().empty();
    }
    const auto task = flush();
    auto delay = std::chrono::milliseconds(1);
    while (!task.done()) {
        const auto time = Clock::now();
        if (time >= deadline) {
            return false;
        }
        if (waitForReport(m_retries ? std::min(time + delay, deadline) : deadline)) {
            continue;
        }
        if (m_retries) {
            delay = std::min(delay * 2, std::chrono::milliseconds(100));
            retryNow();
        }
    }
    try {
        task.result();
        return true;
    } catch (...) { // status() says it
        return false;
    }
}

std::vector<std::string> Replica::unsaved() const
{
    std::vector<std::string> keys;
    for (const auto &[key, pending] : m_pending) {
        keys.push_back(key);
    }
    for (const Binding *binding = m_dirty; binding; binding = binding->m_nextDirty) {
        keys.push_back(binding->name());
    }
    return keys;
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
    return bytes > m_options.pendingLimit ? EngineState::Full : isNewer ? EngineState::Newer : EngineState::Live;
}

void Replica::publish()
{
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
    for (const auto &[key, isUnreadable] : m_unreadable) {
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

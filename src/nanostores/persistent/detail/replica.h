// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/graph/timer.h>
#include <nanostores/core/task.h>
#include <nanostores/persistent/detail/rowlistener.h>
#include <nanostores/persistent/detail/rowtable.h>
#include <nanostores/persistent/detail/worker.h>
#include <nanostores/persistent/engine.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

/// A StorageEngine on the thread of its stores. All semantics are here; see docs/internals.md.
///
/// * Rows are what is stored, as far as it is known.
/// * Pending writes are what the program has set, and the storage does not have yet. A key's present value is that of
///   its pending write, or else that of its row.
/// * Dirty bindings are stores that have been set, and have not been encoded yet. They are when the turn ends, and
///   before anything else looks at rows or pending writes.
///
/// At most one transaction is on its way. What is set meanwhile waits, and is sent in the next one, each key once.
namespace nanostores::detail {

inline std::optional<std::string> rawOf(std::optional<std::string_view> value)
{
    return value ? std::optional(std::string(*value)) : std::nullopt;
}

class Replica : public std::enable_shared_from_this<Replica>
{
public:
    using RawValue = std::optional<std::string>;
    using MakeBackend = std::function<std::unique_ptr<EngineBackend>()>;

    static std::shared_ptr<Replica> make(MakeBackend makeBackend, bool isReady, EngineOptions options);
    Replica(MakeBackend makeBackend, EngineOptions options);
    Replica(const Replica &) = delete;
    Replica &operator=(const Replica &) = delete;
    ~Replica();

    // Of the engine
    const Atom<EngineStatus> &status() const noexcept { return m_status; }
    const Atom<std::size_t> &pending() const noexcept { return m_pendingCount; }
    const EngineOptions &options() const noexcept { return m_options; }
    bool isLoaded() const noexcept { return m_isLoaded; }
    bool load(std::chrono::milliseconds patience);
    bool loadPatiently(); ///< With what is left of the options' patience.
    std::optional<BackendTraits> traits() const;
    std::string place() const;
    std::uint64_t writer() const;
    Task<void> flush();
    /// leavesKept: what the backend keeps on disk is not waited for once it could not be written.
    bool flushUntil(std::chrono::steady_clock::time_point deadline, bool leavesKept = false);
    /// Those that are not written, nor kept for the next run, and why.
    std::vector<std::string> unsaved() const;
    std::string lastError() const { return m_lastError ? m_lastError->what() : std::string(); }

    // Raw values
    RawValue get(std::string_view key);
    void set(std::string_view key, RawValue value);
    std::vector<std::pair<std::string, std::string>> entries(std::string_view prefix);
    void clear(std::string_view prefix);
    std::function<void()> subscribe(std::shared_ptr<RowListener> listener);
    std::uint64_t versionOf(std::string_view key);
    std::uint64_t writtenBy(std::string_view key);
    /// Of the version, or of the value that the key has now.
    Task<bool> compareAndSet(std::string_view key, std::uint64_t version, RawValue value);
    Task<bool> compareAndPut(std::string_view key, RawValue value, const WriteStyle &style);

    // Of bindings
    void add(RowListener &listener);
    void remove(RowListener &listener) noexcept;
    void addBinding(const std::shared_ptr<Binding> &binding);
    void touch(Binding &binding) noexcept;
    void put(const std::string &key, RawValue &&value, Binding &owner);
    /// The value that is seen under the key, without encoding anything.
    std::optional<std::string_view> present(std::string_view key) const;
    std::uint32_t schemaOf(std::string_view key) const;
    std::vector<RowChange> rowsOf(const RowListener &listener) const;
    void setUnreadable(const std::string &key, const RowListener &reader, bool isUnreadable);
    void reportUnwritable(const std::string &key); ///< Inside of a catch block.
    void resolveConflict(const std::string &key, bool keepsMine);
    void encodeNow(); ///< All that is dirty.
    void encodeOne(Binding &binding);

    // Of the worker
    void takeReports();
    bool waitForReport(std::chrono::steady_clock::time_point until); ///< And takes it.

private:
    enum class Parked : std::uint8_t { No, Conflict, Newer, TooLarge, Secret };
    struct Pending
    {
        RawValue value;
        std::uint32_t schema = 0;
        Durability durability = Durability::Process;
        bool compares = false;
        bool isSecret = false;
        bool isOffer = false; ///< Was stored in another storage, and is written only if the key is not there.
        bool waits = true; ///< value has not been sent yet.
        bool isInDoubt = false; ///< A call has failed, and may have written a former value.
        bool isSent = false; ///< sent is on its way.
        bool isKept = false; ///< The backend has value on disk.
        Parked parked = Parked::No;
        std::uint8_t merges = 0;
        std::uint64_t since = 0; ///< The number of the first change that has not been sent.
        std::uint64_t expect = 0; ///< With compares: the version that value is based on...
        RawValue base; ///< ...and its value...
        std::uint32_t baseSchema = 0; ///< ...which is of this schema.
        std::uint64_t sentSince = 0;
        RawValue sent;
        std::uint32_t sentSchema = 0;
        std::weak_ptr<RowListener> owner; ///< With compares.
    };
    using PendingTable = std::map<std::string, Pending, std::less<>>;
    /// What a store has that does not listen, where others have changed it since.
    struct Unheard
    {
        RawForm form;
        std::uint64_t version = 0;
    };
    struct Comparison
    {
        std::string key;
        std::uint64_t version;
        std::optional<RawValue> expected; ///< Instead of the version.
        RawValue value;
        std::uint32_t schema;
        Durability durability;
        std::uint64_t serial;
        TaskSource<bool> source;
        TaskEnd end;
        bool isSecret = false;
        bool isInDoubt = false; ///< A call has failed, and may have written it.
    };
    struct Sent
    {
        std::string key;
        std::shared_ptr<Comparison> comparison; ///< Or none.
    };
    struct Waiter
    {
        std::uint64_t serial;
        std::uint64_t sync = 0; ///< The number of the sync() that it waits for.
        TaskSource<void> source;
        TaskEnd end;
    };
    enum Retry : unsigned { RetryNothing = 0, RetryOpen = 1, RetryApply = 2, RetryPull = 4, RetrySync = 8 };
    enum class Which : std::uint8_t { Due, Compared, All };

    void take(WorkerReport &report);

    // Opening
    void openSoon();
    bool ensureOpen();
    Task<bool> compare(std::shared_ptr<Comparison> comparison);
    void loaded(StorageState &&state);
    void reoffer(RowTable &newer, const StorageState &state, std::vector<RowChange> &changes);
    void rebase(const std::string &key, Pending &pending);
    void takeUnsent(StorageState &state, std::vector<RowChange> &changes);
    void adoptPending(Binding &binding);

    // Writing
    void scheduleFlush();
    void flushDirty();
    void encode(Binding &binding);
    void encodeDirty(Which which);
    bool isDue(Binding &binding);
    Pending &pendingFor(std::string_view key, PendingTable::iterator next, const RowTable::Row *row,
                        const Binding *owner);
    void putRaw(std::string_view key, RawValue &&value, std::uint32_t schema, std::optional<Durability> durability,
                Binding *owner);
    void send();
    bool park(const std::string &key, Pending &pending);
    bool isEncrypted() const { return !m_worker || m_worker->traits().isEncrypted; } ///< Or not known yet.
    void parkSecret(const std::string &key, Pending &pending);
    EngineError secretError(const std::string &key) const;
    std::optional<EngineError> whyRefused(const Comparison &comparison) const;
    static KeptWrite keptOf(const std::string &key, const Pending &pending);
    bool keepsWrites() const noexcept { return m_worker && m_worker->traits().keepsWrites; }
    void keepWaiting();
    PendingTable::iterator dropPending(PendingTable::iterator pending);
    void unsend();
    void applied(WorkerReport &report);
    void written(const std::string &key, Pending &pending, const WriteOutcome &outcome);
    void refused(const std::string &key, Pending &pending, WriteOutcome &outcome, std::vector<RowChange> &changes);
    void failed(WorkerReport &report);
    void retryLater(unsigned what);
    void retryNow();
    void setFailure(EngineErrorKind kind);
    void settleFailure() noexcept;
    bool hasFailed() const noexcept { return m_failure && !m_isTrying; } ///< And is not tried again just now.
    void setRow(const std::string &key, const std::optional<StorageEntry> &entry);

    // The end
    void endWriting();
    void hearLast(const WorkerReport &report);
    void hearLast(const Applied &applied);

    // Reading
    void changedElsewhere(const StorageFeed &feed);
    void keepBase(const std::string &key);
    void deliver(std::vector<RowChange> &&changes, bool isFirst);
    void deliverTo(RowListener &listener, const RowChange &change);
    void deliverLocal();
    bool hasOtherListeners(std::string_view key, const RowListener *except) const;
    template<typename F>
    void eachListener(std::string_view key, F f) const;
    void settleConflicts();
    void inConflict(const std::string &key, Pending &pending);
    bool isSettled(const Pending &pending, const RowTable::Row *row) const;
    void showConflict(const std::string &key, Pending &pending);
    std::shared_ptr<Binding> ownerOf(const Pending &pending) const;

    // Status
    void noteError(const EngineError &error);
    EngineState state() const;
    void publish();
    void checkWaiters();
    void rejectWaiters(const EngineError &error);

    const EngineOptions m_options;
    MakeBackend m_makeBackend;
    std::chrono::milliseconds m_patience;
    Atom<EngineStatus> m_status;
    Atom<std::size_t> m_pendingCount;
    std::shared_ptr<WorkerPort> m_port;
    std::shared_ptr<Worker> m_worker;

    std::deque<WorkerReport> m_inbox; ///< Reports in their order, of which one is being taken.

    bool m_isLoaded = false;
    bool m_isReadOnly = false;
    bool m_isStale = false;
    std::uint64_t m_epoch = 0;
    std::uint64_t m_resyncs = 0;
    RowTable m_rows;
    std::vector<std::string> m_repairs;
    std::map<std::string, std::set<const RowListener *>> m_unreadable; ///< And by whom.

    std::unordered_map<std::string, std::vector<RowListener *>> m_keyListeners;
    std::map<std::string, std::vector<RowListener *>, std::less<>> m_prefixListeners;
    std::uint64_t m_deliveries = 0;
    std::size_t m_sharedKeys = 0; ///< Those of m_keyListeners with more than one.

    Binding *m_dirty = nullptr;
    bool m_isFlushScheduled = false;
    PendingTable m_pending;
    bool m_hasDeaf = false; ///< There is, or was, a store that keepsBase().
    std::map<std::string, Unheard, std::less<>> m_unheard;
    std::vector<RowChange> m_local; ///< Changes of this program that other stores of it have to see.
    std::vector<std::string> m_settled; ///< Keys whose writes the backend need not keep any more.
    bool m_keepingFails = false; ///< It is tried again with the next attempt to write.
    std::vector<std::pair<std::weak_ptr<RowListener>, std::string>> m_ended; ///< Conflicts that others have ended.
    std::deque<std::string> m_conflicted; ///< Keys of compared writes that have met another version, perhaps.
    std::deque<std::shared_ptr<Comparison>> m_comparisons;
    std::vector<Sent> m_sent;
    std::uint64_t m_sentId = 0; ///< 0: nothing is on its way.
    std::uint64_t m_sentEpoch = 0; ///< The epoch that was known when it was sent.
    std::uint64_t m_lastId = 0;
    std::uint64_t m_serial = 0;
    std::uint64_t m_lastSync = 0;
    bool m_sendsOne = false; ///< One write a transaction: one of them cannot be written, and it is to be found.
    bool m_isBlocked = false; ///< Nothing is sent until the program sets something, or the backend wakes it.
    std::vector<Waiter> m_waiters;

    std::optional<EngineError> m_lastError;
    std::optional<EngineErrorKind> m_failure; ///< Present: until something succeeds.
    bool m_readingFails = false; ///< Likewise, whatever is written meanwhile.
    bool m_isTrying = false; ///< Again, and what has become of that is on its way.
    Timer m_retry;
    unsigned m_retries = RetryNothing;
    int m_failures = 0; ///< In a row.
    std::minstd_rand m_random;
};

} // namespace nanostores::detail

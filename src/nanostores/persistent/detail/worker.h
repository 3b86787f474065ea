// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graph.h>
#include <nanostores/persistent/backend.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

class QThread;

/// The other side of a StorageEngine: a backend on its thread.
///
/// A worker does what it is asked, one after the other, and reports. It decides nothing: what is tried again, and when,
/// is the replica's business. Only what a replica has left behind when it ended, the worker tries again by itself.
namespace nanostores::detail {

class Replica;

/// Expected of an entry, it is in conflict with whatever is there.
inline constexpr std::uint64_t NoVersion = std::numeric_limits<std::int64_t>::max();

/// Whether the same call may succeed later.
constexpr bool isRetried(EngineErrorKind kind) noexcept
{
    return kind == EngineErrorKind::Unavailable || kind == EngineErrorKind::Full || kind == EngineErrorKind::Failed;
}
/// What a call of a backend has thrown.
EngineError errorOf(const std::exception_ptr &error, const std::string &place);
/// Warns that these keys have not been written.
void warnUnsaved(const std::vector<std::string> &keys, const std::string &place, const std::string &reason);
void warnUnsaved(std::span<const KeptWrite> writes, const std::string &place, const std::string &reason);

struct WriteBatch
{
    std::uint64_t id = 0;
    std::uint64_t by = 0; ///< The port's number.
    std::uint64_t epoch = 0; ///< Of the storage whose versions are expected. 0: of none.
    std::vector<StorageWrite> writes;
    Durability durability = Durability::Process;
    /// Of stores' compared writes, by their places: the value that is expected, if the backend keeps writes.
    std::map<std::size_t, std::optional<std::string>> bases;
    /// Of some of them: what the transaction before it, which is under way, has written if it succeeds.
    std::map<std::size_t, std::optional<std::string>> before;
    bool isKept = false; ///< The backend has it on disk, for the next engine of the place.

    KeptWrite kept(std::size_t place) const;
    std::vector<KeptWrite> kept() const; ///< All of them.
};

struct WorkerReport
{
    enum class Kind : std::uint8_t {
        Loaded, ///< state
        Applied, ///< id, applied
        Changed, ///< feed
        Synced, ///< id
        Woken, ///< In reach again, perhaps. during, of a failure: something could not be kept
        Failed, ///< during, id, error; settled, if it could not be kept
    };

    explicit WorkerReport(Kind k)
        : kind(k)
    {
    }

    Kind kind;
    std::uint64_t id = 0;
    StorageState state;
    Applied applied;
    std::vector<std::size_t> unknown; ///< Outcomes that say not whether a failed call has written it.
    StorageFeed feed;
    Kind during = Kind::Loaded; ///< What was asked for.
    std::vector<std::string> settled; ///< See Worker::keep().
    std::optional<EngineError> error;
};

/// What the two threads share: reports on their way to a replica. It outlives both.
class WorkerPort
{
public:
    /// node: of the replica's thread.
    explicit WorkerPort(Node *node)
        : m_node(Ref<Node>::share(node))
    {
    }

    std::uint64_t number() const noexcept { return m_number; } ///< No other port has it.

    // On the thread of the replica
    void connect(std::weak_ptr<Replica> replica) { m_replica = std::move(replica); }
    std::deque<WorkerReport> take();
    /// Waits for a report. False: there is none until then.
    bool wait(std::chrono::steady_clock::time_point until);
    /// Reports are refused from now on. Those that were not taken are given.
    std::deque<WorkerReport> disconnect();

    // On the thread of the worker
    /// False: the replica has gone, and the report with it.
    bool report(WorkerReport report);
    bool isConnected() const;

private:
    static std::uint64_t nextNumber() noexcept;

    mutable std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::deque<WorkerReport> m_reports;
    bool m_isPosted = false;
    bool m_isConnected = true;
    const std::uint64_t m_number = nextNumber();
    const Ref<Node> m_node;
    std::weak_ptr<Replica> m_replica;
};

class Worker : public std::enable_shared_from_this<Worker>
{
public:
    /// The worker that has the backend's place, or a new one with this backend. The port gets a Loaded, or a Failed.
    static std::shared_ptr<Worker> attach(std::unique_ptr<EngineBackend> backend,
                                          const std::shared_ptr<WorkerPort> &port);
    /// Has all workers do what is left and end, until the deadline. For the end of the program.
    static void closeAll(std::chrono::steady_clock::time_point deadline);

    Worker(std::unique_ptr<EngineBackend> backend, std::string place);
    Worker(const Worker &) = delete;
    Worker &operator=(const Worker &) = delete;
    ~Worker();

    // From any thread
    void detach(const std::shared_ptr<WorkerPort> &port);
    void open(const std::shared_ptr<WorkerPort> &port);
    void apply(const std::shared_ptr<WorkerPort> &port, WriteBatch transaction);
    void pull();
    void sync(const std::shared_ptr<WorkerPort> &port, std::uint64_t id);
    /// EngineBackend::keep()
    void keep(const std::shared_ptr<WorkerPort> &port, std::vector<KeptWrite> writes, std::vector<std::string> settled);
    const BackendTraits &traits() const noexcept { return m_traits; }
    const std::string &place() const noexcept { return m_place; }
    std::uint64_t writer() const noexcept { return m_writer; }
    bool isOfThisProcess() const noexcept; ///< False in a child after fork(): its thread is not there.

private:
    class Thread;
    class Receiver;
    struct Registry;
    struct WakeLine;
    using Ports = std::vector<std::shared_ptr<WorkerPort>>;

    static Registry &registry();
    void post(std::function<void()> job);
    void runJobs() noexcept;

    // On the thread of the worker
    void doOpen(const std::shared_ptr<WorkerPort> &port);
    void doApply(const std::shared_ptr<WorkerPort> &port, WriteBatch &transaction);
    void doPull();
    void doSync(const std::shared_ptr<WorkerPort> &port, std::uint64_t id);
    void doKeep(const std::shared_ptr<WorkerPort> &port, const std::vector<KeptWrite> &writes,
                const std::vector<std::string> &settled);
    void load();
    void reload(bool givesOrphans);
    Applied applyNow(WriteBatch &transaction);
    void clearUpDoubts(const WriteBatch &transaction, Applied &applied);
    std::vector<std::size_t> m_unknown; ///< Of the last transaction.
    void noteDoubts(const WriteBatch &transaction);
    void noteSuccess(const WorkerPort *except);
    void readAgain(const WriteBatch &transaction, const Applied &applied);
    void noteWritten(const WriteBatch &transaction, const Applied &applied, const WorkerPort *by);
    bool keepsOnDisk(std::span<const KeptWrite> writes) noexcept;
    void addOrphan(WriteBatch transaction);
    void keepOrphan(WriteBatch transaction, const EngineError &error);
    void keepRefused(const WriteBatch &transaction, const Applied &applied);
    void applyOrphan(WriteBatch &transaction);
    void retryOrphans();
    void syncNow();
    void closeIfUnused();
    void closeUntil(std::chrono::steady_clock::time_point deadline);
    void end(std::chrono::steady_clock::time_point deadline) noexcept;
    Ports ports() const;
    void reportToAll(WorkerReport &&report, const WorkerPort *except = nullptr);

    const std::string m_place;
    const std::uint64_t m_writer;
    const BackendTraits m_traits;
    const std::int64_t m_process;
    const std::shared_ptr<WakeLine> m_wakeLine;
    std::shared_ptr<Worker> m_predecessor; ///< Of the same place, and about to end: waited for.

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<std::function<void()>> m_jobs;
    Ports m_ports;
    std::size_t m_applies = 0; ///< So many transactions are under way.
    bool m_hasEnded = false; ///< The backend is closed.

    std::unique_ptr<Receiver> m_receiver;
    std::unique_ptr<Thread> m_thread;

    // Of the worker's thread
    struct Doubt
    {
        std::vector<std::optional<std::string>> values; ///< Of the calls that have failed.
        std::uint64_t epoch; ///< Of the storage that was known then.
        Position newest; ///< The newest change that was known when the first of them did.
        Position lastOther; ///< The last version that another port has written since.
    };
    using DoubtKey = std::pair<std::string, std::uint64_t>; ///< The key of the storage, and the port's number.
    std::unique_ptr<EngineBackend> m_backend;
    bool m_isOpen = false;
    bool m_isLoaded = false;
    Position m_position = 0; ///< What the ports know.
    Position m_newest = 0; ///< The newest version that was seen.
    std::uint64_t m_epoch = 0;
    bool m_isFailing = false; ///< The last call has failed: the next success is news.
    bool m_readingFails = false; ///< The last call that reads has failed, whatever was written since.
    std::map<std::uint64_t, Position> m_failedAt; ///< By port: what the ports knew when its calls began to fail.
    bool m_isStale = false; ///< The storage has not been read yet, whatever it was written.
    bool m_needsSync = false;
    std::map<DoubtKey, Doubt> m_doubts; ///< Compared writes that have failed, and were written perhaps.
    std::deque<WriteBatch> m_orphans; ///< Of replicas that have ended.
    std::vector<KeptWrite> m_refused; ///< Likewise, and in conflict. On disk, for the next engine.
};

} // namespace nanostores::detail

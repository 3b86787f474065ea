// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/engineerror.h>
#include <nanostores/persistent/export.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// What is written for another kind of storage: a file, a database, a server. A backend is dumb: it reads and writes
/// raw values. Which writes there are, how they are merged, what is in conflict and what stores see is decided once, by
/// the StorageEngine on top of it. testing::checkEngine() is the test that each backend has to pass.
namespace nanostores {

/// How much is lost when the power fails. What has been written is never lost when the program is killed.
enum class Durability : std::uint8_t {
    Process, ///< Whatever the system had not yet written by itself.
    Second, ///< At most the last second.
    Disk, ///< Nothing that was acknowledged.
};

/// A place in the order of all changes of a storage: 0 is before the first.
using Position = std::uint64_t;

/// One key of a storage.
struct StorageEntry
{
    std::string key; ///< UTF-8
    std::optional<std::string> value; ///< Any bytes. None: the key has been deleted.
    std::uint64_t version = 0; ///< The position of its last change. Grows with each change; no clock is in it.
    std::uint32_t schema = 0; ///< Of the value, as the writer gave it.
    std::uint64_t writer = 0; ///< The instance that wrote it: see BackendOptions.

    friend bool operator==(const StorageEntry &, const StorageEntry &) = default;
};

/// A change that is asked for.
struct StorageWrite
{
    std::string key;
    std::optional<std::string> value; ///< None: delete the key.
    std::uint32_t schema = 0;
    /// Written only if the entry has this version, 0 if there is none (a deleted key counts as none, and matches its
    /// version as well). None: written whatever is there. Versions are those of the epoch that load() gave last: when
    /// the storage has another one by now, no entry matches any but 0.
    std::optional<std::uint64_t> expect;

    friend bool operator==(const StorageWrite &, const StorageWrite &) = default;
};

/// A write that a backend keeps until apply() has written it.
struct KeptWrite
{
    StorageWrite write;
    std::optional<std::string> base; ///< With StorageWrite::expect: the value that has this version.

    friend bool operator==(const KeptWrite &, const KeptWrite &) = default;
};

/// Whether an entry was written, and why it was not.
enum class WriteResult : std::uint8_t {
    Written,
    Conflict, ///< The entry does not have the expected version. It is left as it is.
    Newer, ///< The entry has a newer schema than the write. It is left as it is.
};

/// What has become of a StorageWrite.
struct WriteOutcome
{
    WriteResult result = WriteResult::Written;
    std::uint64_t version = 0; ///< Written: the entry's version from now on.
    std::optional<StorageEntry> current; ///< Otherwise: what is there; none if there is nothing.
    /// The same write was given before, in a call that failed, and the backend knows what became of it.
    bool isSure = false;
};

/// What has become of a transaction.
struct Applied
{
    std::vector<WriteOutcome> outcomes; ///< One for each write, in order.
    std::uint64_t epoch = 0; ///< As in StorageState, after the transaction.
};

/// All that a storage has.
struct StorageState
{
    std::vector<StorageEntry> entries; ///< In no particular order, each key once; deleted ones may be left out.
    Position position = 0; ///< Of the newest change in it.
    /// Changes when the storage is another one, or has forgotten changes: when the file has been replaced or deleted,
    /// when a server came back without its data. Positions of another epoch mean nothing.
    std::uint64_t epoch = 0;
    bool readOnly = false;
    /// What had to be repaired, for people: "3 of 120 rows were damaged; the file is kept as ...".
    std::vector<std::string> repairs;
    /// It is what was kept of a storage that is out of reach for now. changesSince() catches up.
    bool isStale = false;
    /// Writes that were kept, by this program or when it ran before, and are not in the entries: see
    /// EngineBackend::keep(). Each key once. They are given to apply() again.
    std::vector<KeptWrite> unsent;
    /// The storage has another epoch because it has lost its newest changes: of the epoch before, those after this
    /// position. None: all of them, or it is not known.
    std::optional<Position> rewoundTo;
};

/// What has changed after a position.
struct StorageFeed
{
    bool tooOld = false; ///< The changes are not known any more, or it is another epoch: load() is needed.
    std::vector<StorageEntry> changes; ///< In the order of their versions, each key at most once; deletions included.
    Position position = 0; ///< Of the newest change there is.
    std::uint64_t epoch = 0;
};

/// What a backend can do.
struct BackendTraits
{
    bool comparesVersions = true; ///< Honours StorageWrite::expect.
    bool isShared = false; ///< Other processes may change it, and wake() says so.
    bool isRemote = false; ///< It may be out of reach for a while.
    bool isEncrypted = false; ///< Fit for secrets.
    bool keepsWrites = false; ///< Has keep(): what is not written yet survives the end of the program.
    Durability durability = Durability::Disk; ///< The strongest that it knows.
    std::size_t largestKey = 1024; ///< bytes
    std::size_t largestValue = std::size_t{16} * 1024 * 1024; ///< bytes
};

/// What an engine gives its backend when it opens it.
struct BackendOptions
{
    std::uint64_t writer = 0; ///< This instance: random, never 0; goes into the entries that it writes.
    std::string prefix; ///< Only keys that begin so are of interest.
    /// Something has changed that changesSince() would say, or the storage is in reach again. From any thread, also
    /// inside of calls of the backend; too often is no mistake.
    std::function<void()> wake;
};

/// Where raw values are kept by key.
///
/// All functions but traits() are called on one thread, the engine's own, which has a Qt event loop: objects that
/// open() makes may use it. They may block; the program does not wait for them. What they throw is an EngineError.
/// After an error of kind Unavailable, Full or Failed the same call is made again later; nothing may have been changed
/// by the failed one, or else all of it.
class NANOSTORES_PERSISTENT_EXPORT EngineBackend
{
public:
    EngineBackend() = default;
    EngineBackend(const EngineBackend &) = delete;
    EngineBackend &operator=(const EngineBackend &) = delete;
    virtual ~EngineBackend();

    virtual BackendTraits traits() const = 0;
    /// Where it is, for messages: a path, an address without passwords.
    virtual std::string place() const = 0;

    /// Called first, and again after it failed. Does not wait for locks of other processes: it throws Unavailable, so
    /// that the program learns of it.
    virtual void open(const BackendOptions &options) = 0;
    /// What there is now.
    virtual StorageState load() = 0;
    /// Writes all of it, or nothing if it throws. A write whose result is not Written is left out, the others are
    /// written. Deleting a key that is not there is Written, and may leave the position as it is.
    virtual Applied apply(std::span<const StorageWrite> writes, Durability durability) = 0;
    /// What others and this instance have changed since. Reads no more than it must: it is called on each wake().
    virtual StorageFeed changesSince(Position position, std::uint64_t epoch) = 0;
    /// Makes durable what was applied with Durability::Second. Called at most once a second, and before close().
    virtual void sync() = 0;
    /// Writes that wait while apply() fails, or that are in conflict: with BackendTraits::keepsWrites they are kept on
    /// disk, each in place of an earlier one of its key. Those of the settled keys are wanted no more; those that
    /// apply() has written are forgotten without being named. load() gives them after the program was started again.
    virtual void keep(std::span<const KeptWrite> writes, std::span<const std::string> settled);
    /// Ends it, within some time. Called once, also when open() failed.
    virtual void close(std::chrono::milliseconds deadline) noexcept = 0;
};

} // namespace nanostores

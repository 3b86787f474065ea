// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/subscription.h>
#include <nanostores/core/task.h>
#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/enginestatus.h>
#include <nanostores/persistent/export.h>
#include <nanostores/persistent/memorybackend.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {
class Replica;
}

/// How an engine behaves. Each has a default that suits most programs.
struct EngineOptions
{
    /// How long the first persistent store, or load(), waits for the values to be read, all in all. After that stores
    /// have their initial values, and the stored ones come as a change. 0: never waits.
    std::chrono::milliseconds patience{100};
    /// How much of a value is lost when the power fails, for stores that do not say so themselves.
    Durability durability = Durability::Second;
    /// How long the end of the program, or of the last handle of the engine, waits for what is not written yet.
    std::chrono::milliseconds exitDeadline{2000};
    /// More bytes than that waiting to be written are reported as EngineState::Full. They are kept all the same.
    std::size_t pendingLimit = std::size_t{64} * 1024 * 1024;
    /// Failures are tried again after this time, then after twice that, and so on, with a random part...
    std::chrono::milliseconds firstRetry{1};
    std::chrono::milliseconds longestRetry{5000}; ///< ...up to this time.
};

/// Where persistent stores keep their values: a file, memory, or what a backend reaches.
///
///     const auto settings = StorageEngine::custom(std::make_unique<MyBackend>());
///     const auto theme = persistentAtom(settings, "theme", QString("light"));
///
/// A handle, cheap to copy; the engine lives until its last handle and its last store have gone. It belongs to the
/// thread that made it, as stores do, and its stores are to be of that thread. The backend runs on a thread of its own:
/// no call here but load() and flushNow() waits for it. Two engines of one place in a process, whatever their threads,
/// share one backend.
///
/// Values are read once, when the engine is made, and are in memory from then on; each change that another process or
/// engine makes arrives as one batch(). What is set is handed to the backend at the end of the turn of the event loop.
/// What still waits when the last handle goes, or the program ends (aboutToQuit, the end of main), is written then, for
/// at most exitDeadline; after that a warning says how much is lost.
///
/// Besides stores, values can be read and written as raw bytes by key, UTF-8.
class NANOSTORES_PERSISTENT_EXPORT StorageEngine
{
public:
    using RawValue = std::optional<std::string>; ///< None: there is no such key.

    /// A SQLite file that any number of processes may use: see sqliteBackend(). A relative path begins where the
    /// platform keeps the data of an application (QStandardPaths::AppDataLocation); UTF-8.
    static StorageEngine sqlite(std::string path = "state.db", EngineOptions options = {});
    /// A JSON file that people can read and edit: see jsonBackend().
    static StorageEngine json(std::string path = "state.json", EngineOptions options = {});
    /// A storage in memory, of its own or the area's. Each engine has a backend of its own, as another process has.
    static StorageEngine memory(EngineOptions options = {});
    static StorageEngine memory(const MemoryArea &area, EngineOptions options = {});
    /// What the backend reaches. It is opened at once, on its thread. Another engine of the process that has the same
    /// place() gives its own backend instead.
    static StorageEngine custom(std::unique_ptr<EngineBackend> backend, EngineOptions options = {});
    /// The same for a backend that is made later: when the program has its QCoreApplication, whose name its place
    /// depends on, and something is read or the event loop turns.
    static StorageEngine custom(std::function<std::unique_ptr<EngineBackend>()> makeBackend,
                                EngineOptions options = {});

    // Status
    /// Kept up to date; a store.
    EngineStatusStore status() const;
    /// How many entries wait to be written; a store.
    EngineCountStore pending() const;
    /// Whether the values have been read.
    bool isLoaded() const;
    /// Opens it now, if that has not begun, and waits until the values are read, or patience or the given time is over.
    /// False: they are not. status() then says why.
    bool load() const;
    bool load(std::chrono::milliseconds patience) const;
    /// What the backend can do, once it is open.
    std::optional<BackendTraits> traits() const;
    std::string place() const; ///< Empty: not known yet.
    std::uint64_t writer() const; ///< What entries written through this engine have as their writer.
    const EngineOptions &options() const;

    /// Ends when all that has been set so far is written, at the durability of its stores. Fails with an EngineError if
    /// that is not to be had without help: read-only, denied, a conflict, a value that is too large.
    Task<void> flush() const;
    /// Writes now, and waits for it. False: the time was over before, or some of it cannot be written. For the end of a
    /// program, and tests.
    bool flushNow(std::chrono::milliseconds deadline) const;

    // Raw values by key
    /// The present value, what waits to be written included.
    RawValue get(std::string_view key) const;
    void set(std::string_view key, std::string value) const;
    void del(std::string_view key) const;
    /// All keys that begin with the prefix, in order, and with their values.
    std::vector<std::string> keys(std::string_view prefix = {}) const;
    std::vector<std::pair<std::string, std::string>> entries(std::string_view prefix = {}) const;
    /// Deletes all keys that begin with the prefix.
    void clear(std::string_view prefix = {}) const;
    /// Calls f(value) when the key's value has changed, by this program or another, until what is returned is called.
    [[nodiscard]] std::function<void()> sub(std::string_view key, std::function<void(const RawValue &)> f) const;
    /// Calls f(key, value) when the value of a key that begins with the prefix has changed.
    [[nodiscard]] std::function<void()> subAll(std::string_view prefix,
                                               std::function<void(const std::string &, const RawValue &)> f) const;

    /// The version of a key's value as it is stored: 0 if there is none, or it has not been written yet.
    std::uint64_t versionOf(std::string_view key) const;
    /// Which writer() wrote what is stored; 0: there is none.
    std::uint64_t writtenBy(std::string_view key) const;
    /// Writes the key if its version is the given one, 0 for a key that is not there, and says whether it was. The
    /// present value changes when the task ends. Fails with an EngineError if the engine cannot compare versions,
    /// or if a call has failed and others have written since, so that it is not known.
    Task<bool> compareAndSet(std::string_view key, std::uint64_t version, RawValue value) const;

    /// As a storage for nano_kit's stored() and syncedStored(): `stored(engine.storage(), "volume", 50, JsonCodec{})`.
    StorageEngine storage() const { return *this; }

    /// The same engine.
    friend bool operator==(const StorageEngine &, const StorageEngine &) = default;

    explicit StorageEngine(std::shared_ptr<detail::Replica> replica) noexcept
        : m_replica(std::move(replica))
    {
    }
    const std::shared_ptr<detail::Replica> &replica() const noexcept { return m_replica; }

private:
    std::shared_ptr<detail::Replica> m_replica;
};

/// The engine of persistent stores that name none. Takes effect for stores made from then on. Of the main thread.
NANOSTORES_PERSISTENT_EXPORT void setPersistentEngine(StorageEngine engine);
/// That engine; without one the file "state.db" in the platform's folder for the program's data.
NANOSTORES_PERSISTENT_EXPORT StorageEngine persistentEngine();

} // namespace nanostores

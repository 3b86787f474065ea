// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/sqlitebackend.h>

#include "doorbell.h"
#include "files.h"
#include "lockfile.h"
#include "session.h"

#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// Each process takes the lock beside the file before it opens, writes, checkpoints or closes it. SQLite has locks of
/// its own, but in versions up to 3.51.2 two checkpoints and a commit at one moment can damage a file in WAL mode.
/// Reading takes no lock. After a write its position goes into the lock file, which the others watch.
namespace nanostores::detail {

/// A connection and its statements.
struct Opened
{
    Connection connection;
    std::optional<Session> session;

    Opened(const std::string &file, int flags, const std::string &place)
        : connection(file, flags, place)
    {
    }
};

/// What the engine knows of; also read on the watcher's thread.
class Known
{
public:
    void set(Position position, std::uint64_t epoch)
    {
        const std::lock_guard guard(m_mutex);
        m_position = position;
        m_epoch = epoch;
    }
    bool is(Position position, std::uint64_t epoch) const
    {
        const std::lock_guard guard(m_mutex);
        return m_position == position && m_epoch == epoch;
    }
    /// All up to there: what was announced may be older by the time it is looked at.
    bool covers(Position position, std::uint64_t epoch) const
    {
        const std::lock_guard guard(m_mutex);
        return position <= m_position && m_epoch == epoch;
    }

private:
    mutable std::mutex m_mutex;
    Position m_position = 0;
    std::uint64_t m_epoch = 0;
};

inline void removeFile(const std::string &path)
{
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
}

class SqliteBackend final : public EngineBackend
{
public:
    explicit SqliteBackend(SqliteOptions options);
    ~SqliteBackend() override { close(std::chrono::milliseconds(0)); }

    BackendTraits traits() const override;
    std::string place() const override { return m_path; }
    void open(const BackendOptions &options) override;
    StorageState load() override;
    Applied apply(std::span<const StorageWrite> writes, Durability durability) override;
    StorageFeed changesSince(Position position, std::uint64_t epoch) override;
    void sync() override;
    void close(std::chrono::milliseconds deadline) noexcept override;

private:
    enum class Access : std::uint8_t { Closed, Write, Read, Newer };
    enum class Synchronous : std::uint8_t { Unknown, Normal, Full };

    [[noreturn]] void fail(EngineErrorKind kind, const std::string &message) const
    {
        throw EngineError(kind, m_path + ": " + message, m_path);
    }
    void checkUsable() const;
    void checkProcess() const;

    void acquire(std::chrono::milliseconds patience);
    template<typename F>
    auto locked(std::chrono::milliseconds patience, F f);
    template<typename F>
    auto repairing(F f);

    void openFile();
    void connect();
    void checkFormat();
    void createIfEmpty(bool wasEmpty);
    void checkPosition();
    void removeLog();
    void disconnect() noexcept;
    bool hasMoved() const;
    void repair(const std::string &damage);
    std::string setAside(const std::string &repaired);

    void watch();
    void watchAgain();
    void setSynchronous(Synchronous synchronous);
    void announce(const Meta &meta, bool isNew = false);

    StorageState read();
    StorageState readUnlocked();
    std::unique_ptr<Opened> openToRead(std::optional<QTemporaryDir> &copy) const;
    bool openAgainToWrite();

    SqliteOptions m_settings;
    std::string m_path;
    BackendOptions m_options;
    LockFile m_lock;
    Access m_access = Access::Closed;
    std::int64_t m_process = 0;
    bool m_onNetwork = false;
    bool m_isClosed = false;

    std::unique_ptr<Opened> m_file;
    std::optional<FileIdentity> m_identity; ///< Of the file that is open.
    Synchronous m_synchronous = Synchronous::Unknown;
    bool m_isUnsynced = false;
    bool m_isRepairing = false;
    int m_deletions = 0; ///< Since deletions were forgotten.
    std::uint64_t m_epoch = 0;
    Position m_seen = 0; ///< The newest position of that epoch.
    std::pair<PathStatus, PathStatus> m_readFrom; ///< Access::Read: what has been read.
    std::vector<std::string> m_repairs; ///< Until the next load().

    std::shared_ptr<Known> m_known = std::make_shared<Known>();
    Doorbell m_bell;
    std::unique_ptr<QTimer> m_poll;
};

/// Calls f under the lock, with the file that is in its place.
template<typename F>
auto SqliteBackend::locked(std::chrono::milliseconds patience, F f)
{
    struct Unlock
    {
        LockFile &lock;
        ~Unlock() { lock.unlock(); }
    };
    acquire(patience);
    const Unlock unlock{m_lock};
    if (!m_file || hasMoved()) {
        connect();
    }
    return repairing(f);
}

/// Calls f, and once more after the file was repaired, if it is damaged. Under the lock.
template<typename F>
auto SqliteBackend::repairing(F f)
{
    try {
        return f();
    } catch (const EngineError &error) {
        if (error.kind() == EngineErrorKind::ReadOnly && hasMoved()) {
            connect(); // replaced just now: SQLite has noticed it first
        } else if (error.kind() == EngineErrorKind::Corrupt && m_access == Access::Write) {
            repair(error.what());
        } else {
            throw;
        }
    }
    return f();
}

} // namespace nanostores::detail

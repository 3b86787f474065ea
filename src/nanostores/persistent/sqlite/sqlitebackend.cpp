// SPDX-License-Identifier: MIT
#include <nanostores/persistent/sqlitebackend.h>

#include "doorbell.h"
#include "files.h"
#include "lockfile.h"
#include "salvage.h"
#include "session.h"
#include "tables.h"

#include <QtCore/QDateTime>
#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtCore/QUrl>

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

// Each process takes the lock beside the file before it opens, writes, checkpoints or closes it. SQLite has locks of
// its own, but in versions up to 3.51.2 two checkpoints and a commit at one moment can damage a file in WAL mode.
// Reading takes no lock. After a write its position goes into the lock file, which the others watch.

namespace nanostores {

namespace detail {

namespace {

using namespace std::chrono_literals;

/// Which process uses SQLite here. What is open must not be used by a child that has been forked.
class ProcessGuard
{
public:
    static void enter(const std::string &place)
    {
        const std::lock_guard guard(mutex);
        if (count > 0 && process != processId()) {
            throw EngineError(EngineErrorKind::Misuse,
                              place
                                  + ": this process was forked while storage was open. Open it in the child only, or "
                                    "start the child by"
                                    " exec() (QProcess).",
                              place);
        }
        process = processId();
        ++count;
    }
    static void leave()
    {
        const std::lock_guard guard(mutex);
        --count;
    }

private:
    static inline std::mutex mutex;
    static inline int count = 0;
    static inline std::int64_t process = 0;
};

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

/// What the engine has been told of; also read on the watcher's thread.
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

void removeFile(const std::string &path)
{
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
}

class SqliteBackend final : public EngineBackend
{
public:
    explicit SqliteBackend(SqliteOptions options);
    ~SqliteBackend() override { close(0ms); }

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
    void announce(const Meta &meta, bool durable = false);

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

std::string absolutePath(const QString &path)
{
    QString absolute = path;
    if (QDir::isRelativePath(path)) {
        absolute = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QLatin1Char('/') + path;
    }
    const QFileInfo info(QDir::cleanPath(absolute));
    const auto canonical = info.canonicalFilePath(); // one lock, whatever links lead to the file
    return (canonical.isEmpty() ? info.absoluteFilePath() : canonical).toStdString();
}

SqliteBackend::SqliteBackend(SqliteOptions options)
    : m_settings(std::move(options))
    , m_path(absolutePath(m_settings.path))
    , m_lock(m_path + "-lock")
{
}

BackendTraits SqliteBackend::traits() const
{
    BackendTraits traits;
    traits.isShared = true;
    return traits;
}

void SqliteBackend::checkUsable() const
{
    if (m_access == Access::Closed) {
        fail(EngineErrorKind::Misuse, "it is not open");
    }
    checkProcess();
}

void SqliteBackend::checkProcess() const
{
    if (m_process != processId()) {
        fail(EngineErrorKind::Misuse, "it was opened by the parent of this process. Storage that is open must not be "
                                      "used after fork(): open it in"
                                      " the child only, or start the child by exec() (QProcess).");
    }
}

// The lock

void SqliteBackend::acquire(std::chrono::milliseconds patience)
{
    const QDeadlineTimer deadline(patience);
    auto pause = 20us;
    while (!m_lock.tryLock()) {
        if (deadline.hasExpired()) {
            const auto holder = m_lock.holder();
            fail(EngineErrorKind::Unavailable,
                 "it is locked by "
                     + (holder != 0 ? "process " + std::to_string(holder) : std::string("another process"))
                     + "; it is tried again");
        }
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, std::chrono::microseconds(2ms));
    }
}

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

// Opening

void SqliteBackend::open(const BackendOptions &options)
{
    m_options = options;
    if (m_process == 0) {
        ProcessGuard::enter(m_path);
        m_process = processId();
    }
    checkProcess();
    const auto folder = parentFolder(m_path);
    makeFolder(folder, m_path);
    const auto network = networkFileSystem(folder);
    m_onNetwork = !network.empty();
    if (m_onNetwork && m_settings.networkFiles == NetworkFiles::Refuse) {
        fail(EngineErrorKind::Misuse, "it is on a network file system (" + network
                                          + "), whose locks are not reliable. Choose a path on a local disk, or set "
                                            "SqliteOptions::networkFiles to"
                                            " NetworkFiles::Poll.");
    }
    const auto status = PathStatus::of(m_path);
    if (status.exists && !status.isFile) {
        fail(EngineErrorKind::Misuse, "it is no file. Move it away, or choose another path.");
    }
    if (m_lock.open(status.mode | 0600U)) {
        if (!status.exists || canWrite(m_path)) {
            try {
                openFile();
                watch();
                return;
            } catch (const EngineError &error) {
                if (!status.exists
                    || (error.kind() != EngineErrorKind::Denied && error.kind() != EngineErrorKind::ReadOnly)) {
                    throw;
                }
            }
        }
    } else if (!status.exists || (errno != EACCES && errno != EPERM && errno != EROFS)) {
        throw EngineError(systemError(errno, "its lock file cannot be made", m_path));
    }
    m_access = Access::Read;
    watch();
}

void SqliteBackend::openFile()
{
    m_access = Access::Write;
    try {
        locked(20ms, [] {}); // as long as a write of another process takes
    } catch (...) {
        if (!m_file) {
            m_access = Access::Closed;
        }
        throw;
    }
}

/// Opens the file that is in its place now, under the lock.
void SqliteBackend::connect()
{
    const auto before = m_identity;
    if (m_file) {
        m_file->connection.leaveAsItIs(); // what lies beside the path belongs to another file now
    }
    disconnect();

    const auto record = m_lock.read();
    if (!FileIdentity::of(m_path)) {
        std::error_code ignored; // a repair that ended between its two renames
        std::filesystem::rename(m_path + ".salvage", m_path, ignored);
    }
    const bool isNew = makeFile(m_path, m_path);
    const bool wasEmpty = !isNew && PathStatus::of(m_path).size == 0;
    m_identity = FileIdentity::of(m_path);
    if (record
        && (record->isRepairing ? record->storage == m_identity : m_identity != before && record->storage == before)) {
        removeLog(); // of the file before
    }
    const auto open = [&] {
        m_file = std::make_unique<Opened>(m_path, SQLITE_OPEN_READWRITE, m_path);
        if (m_file->connection.isReadOnly()) { // SQLite tries that by itself, whatever the reason
            if (canWrite(m_path)) {
                fail(EngineErrorKind::Failed, "it cannot be opened to write it; it is tried again");
            }
            fail(EngineErrorKind::Denied, "there is no permission to write it");
        }
        m_file->connection.setBusyTimeout(20);
        m_synchronous = Synchronous::Unknown;
        checkFormat();
        createIfEmpty(wasEmpty);
        if (m_access != Access::Newer) {
            const char *mode = m_onNetwork ? "truncate" : "wal";
            if (m_file->connection.text("pragma journal_mode") != mode) {
                m_file->connection.text((std::string("pragma journal_mode = ") + mode).c_str());
            }
            m_file->connection.execute("pragma journal_size_limit = 4194304");
#ifdef Q_OS_DARWIN
            m_file->connection.execute("pragma fullfsync = 1; pragma checkpoint_fullfsync = 1");
#endif
            setSynchronous(Synchronous::Normal);
        }
        m_file->session.emplace(m_file->connection);
        checkPosition();
        m_file->connection.setBusyTimeout(1000); // for a reader that recovers the log, and for other programs
    };
    try {
        try {
            open();
        } catch (const EngineError &error) {
            if (error.kind() != EngineErrorKind::Corrupt || m_access == Access::Newer || m_isRepairing) {
                throw;
            }
            repair(error.what());
        }
    } catch (...) {
        disconnect();
        throw;
    }
}

void SqliteBackend::checkFormat()
{
    auto &connection = m_file->connection;
    m_access = Access::Write;
    if (connection.number("select count(*) from sqlite_schema") == 0) {
        return;
    }
    // Both numbers may be damaged. The row of meta has a checksum.
    std::optional<Meta> meta;
    try {
        meta = Session(connection).readMeta();
    } catch (const EngineError &error) {
        if (error.kind() != EngineErrorKind::Corrupt) {
            throw;
        }
    }
    if (!meta && connection.number("pragma application_id") != applicationId) {
        fail(EngineErrorKind::Misuse, "it is a database of another program. Choose another path.");
    }
    const auto version = connection.number("pragma user_version");
    if (!meta && version > formatVersion) {
        fail(EngineErrorKind::Newer,
             "a newer version wrote it in a format that is not known here. Update this program.");
    }
    if (meta && meta->format > formatVersion) {
        m_access = Access::Newer;
    } else if (meta && version != formatVersion) {
        connection.execute(("pragma user_version = " + std::to_string(formatVersion)).c_str());
    }
}

void SqliteBackend::createIfEmpty(bool wasEmpty)
{
    auto &connection = m_file->connection;
    if (connection.number("select count(*) from sqlite_schema") != 0) {
        return;
    }
    if (connection.number("pragma page_count") != 0) {
        fail(EngineErrorKind::Corrupt, "its list of tables is empty");
    }
    const auto record = m_lock.read();
    if (wasEmpty && record && record->position > 0) {
        m_repairs.push_back(m_path + ": the file was empty; all that was in it is lost");
    }
    connection.execute(("pragma page_size = " + std::to_string(pageSize)).c_str());
    Meta meta;
    meta.epoch = newEpoch();
    Session::create(connection, meta);
}

/// Gives the file another epoch if it has gone back, or is a copy of the one that was open.
void SqliteBackend::checkPosition()
{
    auto &session = *m_file->session;
    auto meta = session.readMeta();
    if (m_access == Access::Newer) {
        return;
    }
    const auto record = m_lock.read();
    const bool isKnown = record && record->epoch == meta.epoch;
    const bool isBehind = isKnown && record->position > meta.position;
    const bool isCopy = isKnown ? record->storage != m_identity : m_epoch == meta.epoch;
    if (isBehind) {
        m_repairs.push_back(
            m_path + ": its last " + std::to_string(record->position - meta.position)
            + " changes are lost, as after a power failure or when its -wal file is deleted or damaged");
    }
    if (isCopy || isBehind) {
        Transaction transaction(m_file->connection, session.beginWrite, session.commit);
        meta.epoch = newEpoch();
        session.writeMeta(meta);
        transaction.commit();
    }
    announce(meta);
}

void SqliteBackend::announce(const Meta &meta, bool durable)
{
    const LockFile::Record record{meta.position, meta.epoch, m_identity.value_or(FileIdentity{}), false};
    if (m_lock.read() != record) {
        m_lock.write(record, durable);
    }
}

void SqliteBackend::removeLog()
{
    removeFile(m_path + "-wal");
    removeFile(m_path + "-shm");
}

void SqliteBackend::disconnect() noexcept
{
    if (m_file) {
        m_file->session.reset();
        m_file.reset();
    }
}

bool SqliteBackend::hasMoved() const
{
    return FileIdentity::of(m_path) != m_identity;
}

// Repairing

/// Writes what is whole to a new file, and puts it in the place of the damaged one, which is kept. At each moment one
/// of both is there.
void SqliteBackend::repair(const std::string &damage)
{
    struct Repairing
    {
        bool &is;
        explicit Repairing(bool &flag)
            : is(flag)
        {
            is = true;
        }
        ~Repairing() { is = false; }
    };
    const Repairing repairing(m_isRepairing);
    if (m_file) {
        m_file->connection.leaveAsItIs();
        disconnect();
    }
    const auto record = m_lock.read();
    auto salvaged = salvage(m_path);
    Meta meta;
    meta.epoch = newEpoch();
    std::size_t count = 0;
    for (const auto &entry : salvaged.entries) {
        meta.position = std::max(meta.position, entry.version);
        count += entry.value ? 1U : 0U;
    }
    if (record && record->storage == m_identity) {
        meta.position = std::max(meta.position, record->position);
    }
    meta.floor = meta.position;

    const auto repaired = m_path + ".salvage";
    removeFile(repaired);
    makeFile(repaired, m_path);
    {
        Connection connection(repaired, SQLITE_OPEN_READWRITE, m_path);
        connection.execute(("pragma page_size = " + std::to_string(pageSize)).c_str());
        connection.execute("pragma synchronous = full");
        Session::create(connection, meta);
        Session session(connection);
        Transaction transaction(connection, session.beginWrite, session.commit);
        for (const auto &entry : salvaged.entries) {
            session.put(entry);
        }
        transaction.commit();
    }
    m_identity = FileIdentity::of(repaired);
    m_lock.write({meta.position, meta.epoch, m_identity.value_or(FileIdentity{}), true}, true);
    const auto kept = setAside(repaired);
    removeLog();
    syncNames(parentFolder(m_path));

    std::string text = m_path + ": it was damaged (" + damage + "). " + std::to_string(count) + " keys were saved";
    if (!salvaged.lost.empty()) {
        text += ", " + std::to_string(salvaged.lost.size()) + " are lost:";
        for (std::size_t i = 0; i < std::min<std::size_t>(salvaged.lost.size(), 5); ++i) {
            text += (i == 0 ? " " : ", ") + salvaged.lost[i];
        }
        text += salvaged.lost.size() > 5 ? ", ..." : "";
    }
    m_repairs.push_back(text + "; the damaged file is kept as " + kept);
    connect();
}

/// Gives the damaged file another name, and its own to the repaired one.
std::string SqliteBackend::setAside(const std::string &repaired)
{
    namespace fs = std::filesystem;
    const auto date = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd'T'HHmmss")).toStdString();
    std::string kept = m_path + ".broken-" + date;
    for (int i = 2; fs::exists(kept); ++i) {
        kept = m_path + ".broken-" + date + "-" + std::to_string(i);
    }
    std::error_code error;
    fs::create_hard_link(m_path + "-wal", kept + "-wal", error); // if there is one
    fs::create_hard_link(m_path, kept, error);
    if (error) { // a file system without links
        fs::rename(m_path + "-wal", kept + "-wal", error);
        fs::rename(m_path, kept, error);
    }
    if (!error) {
        fs::rename(repaired, m_path, error);
    }
    if (error) {
        throw EngineError(systemError(error.value(), "the damaged file cannot be set aside", m_path));
    }
    return kept;
}

// Reading

StorageState SqliteBackend::load()
{
    checkUsable();
    if (m_access == Access::Read && !openAgainToWrite()) {
        return readUnlocked();
    }
    try {
        if (m_file && !hasMoved()) {
            return read();
        }
    } catch (const EngineError &error) {
        if (error.kind() != EngineErrorKind::Corrupt || m_access == Access::Newer) {
            throw;
        }
    }
    return locked(m_settings.patience, [this] { return read(); });
}

StorageState SqliteBackend::read()
{
    auto &session = *m_file->session;
    Transaction transaction(m_file->connection, session.beginRead, session.commit);
    const auto meta = session.readMeta();
    StorageState state;
    state.entries = session.rows(m_options.prefix);
    transaction.commit();
    state.position = m_seen = meta.position;
    state.epoch = m_epoch = meta.epoch;
    state.readOnly = m_access != Access::Write;
    state.repairs = std::exchange(m_repairs, {});
    if (m_access == Access::Newer) {
        state.repairs.push_back(m_path + ": a newer version wrote it, so it is read only. Update this program.");
    }
    m_known->set(meta.position, meta.epoch);
    return state;
}

/// What no lock can be had for: a file or a folder without permission to write.
StorageState SqliteBackend::readUnlocked()
{
    const auto status = [this] { return std::pair(PathStatus::of(m_path), PathStatus::of(m_path + "-wal")); };
    StorageState state;
    for (int attempt = 0;; ++attempt) {
        m_readFrom = status();
        if (!m_readFrom.first.exists) {
            fail(EngineErrorKind::Unavailable, "the file is gone, and cannot be made again");
        }
        try {
            std::optional<QTemporaryDir> copy;
            const auto file = openToRead(copy);
            auto &session = *file->session;
            Transaction transaction(file->connection, session.beginRead, session.commit);
            const auto meta = session.readMeta();
            state.entries = session.rows(m_options.prefix);
            state.position = meta.position;
            state.epoch = meta.epoch;
        } catch (const EngineError &error) {
            if (m_readFrom != status() && attempt < 5) {
                continue; // written meanwhile
            }
            if (error.kind() != EngineErrorKind::Corrupt) {
                throw;
            }
            auto salvaged = salvage(m_path);
            std::erase_if(salvaged.entries, [this](const StorageEntry &entry) {
                return !entry.value || !entry.key.starts_with(m_options.prefix);
            });
            state.entries = std::move(salvaged.entries);
            state.position = 0;
            state.epoch = newEpoch();
            state.repairs.push_back(std::string(error.what()) + "; " + std::to_string(state.entries.size())
                                    + " keys could be read, " + std::to_string(salvaged.lost.size())
                                    + " not. The file cannot be repaired without permission to write it.");
        }
        if (m_readFrom == status() || attempt >= 5) {
            break;
        }
    }
    state.readOnly = true;
    m_epoch = state.epoch;
    m_seen = state.position;
    m_known->set(state.position, state.epoch);
    return state;
}

std::unique_ptr<Opened> SqliteBackend::openToRead(std::optional<QTemporaryDir> &copy) const
{
    const auto opened = [this](const std::string &file, int flags) {
        auto result = std::make_unique<Opened>(file, flags, m_path);
        result->connection.setBusyTimeout(1000);
        result->session.emplace(result->connection);
        return result;
    };
    if (PathStatus::of(m_path + "-wal").size == 0) { // nothing can be recovered, so nothing need be written
        const auto url = "file:" + QUrl::toPercentEncoding(QString::fromStdString(m_path), "/").toStdString();
        return opened(url + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    }
    try {
        auto result = opened(m_path, SQLITE_OPEN_READONLY); // if there is a -shm, or one can be made
        result->session->readMeta();
        return result;
    } catch (const EngineError &error) {
        if (error.kind() == EngineErrorKind::Corrupt) {
            throw;
        }
    }
    copy.emplace();
    const auto path = copy->path() + QStringLiteral("/copy");
    const auto original = QString::fromStdString(m_path);
    if (!copy->isValid() || !QFile::copy(original, path)
        || !QFile::copy(original + QStringLiteral("-wal"), path + QStringLiteral("-wal"))) {
        throw EngineError(systemError(EACCES, "it cannot be copied to be read", m_path));
    }
    QFile::setPermissions(path, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    QFile::setPermissions(path + QStringLiteral("-wal"), QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    return opened(path.toStdString(), SQLITE_OPEN_READWRITE);
}

/// Permission may have been given.
bool SqliteBackend::openAgainToWrite()
{
    if (!canWrite(m_path) || !m_lock.open(PathStatus::of(m_path).mode | 0600U)) {
        return false;
    }
    openFile();
    watch();
    return true;
}

StorageFeed SqliteBackend::changesSince(Position position, std::uint64_t epoch)
{
    checkUsable();
    StorageFeed feed;
    if (m_access == Access::Read) {
        feed.tooOld = epoch != m_epoch || position != m_seen
                      || m_readFrom != std::pair(PathStatus::of(m_path), PathStatus::of(m_path + "-wal"));
        feed.position = m_seen;
        feed.epoch = m_epoch;
        return feed;
    }
    watchAgain();
    const auto read = [&] {
        auto &session = *m_file->session;
        auto meta = session.readMeta();
        if (epoch == meta.epoch && position != meta.position && position >= meta.floor && position < meta.position) {
            Transaction transaction(m_file->connection, session.beginRead, session.commit);
            meta = session.readMeta(); // may have changed since
            feed.changes = session.rowsSince(position, m_options.prefix);
            transaction.commit();
        }
        feed.tooOld = epoch != meta.epoch || position > meta.position || position < meta.floor;
        feed.position = meta.position;
        feed.epoch = meta.epoch;
        if (feed.tooOld) {
            feed.changes.clear();
            return;
        }
        m_epoch = meta.epoch;
        m_seen = meta.position;
        m_known->set(meta.position, meta.epoch);
    };
    try {
        if (m_file && !hasMoved()) {
            read();
            return feed;
        }
    } catch (const EngineError &error) {
        if (error.kind() != EngineErrorKind::Corrupt || m_access == Access::Newer) {
            throw;
        }
    }
    feed = {};
    locked(m_settings.patience, read);
    return feed;
}

// Writing

void SqliteBackend::setSynchronous(Synchronous synchronous)
{
    if (m_synchronous != synchronous) {
        m_file->connection.execute(synchronous == Synchronous::Full ? "pragma synchronous = full"
                                                                    : "pragma synchronous = normal");
        m_synchronous = synchronous;
    }
}

Applied SqliteBackend::apply(std::span<const StorageWrite> writes, Durability durability)
{
    checkUsable();
    const auto limits = traits();
    for (const auto &write : writes) {
        const auto size = write.value ? write.value->size() : 0;
        if (write.key.size() > limits.largestKey || size > limits.largestValue) {
            fail(EngineErrorKind::TooLarge,
                 "the key \"" + write.key.substr(0, 80) + "\" has " + std::to_string(write.key.size())
                     + " bytes and its value " + std::to_string(size) + "; at most " + std::to_string(limits.largestKey)
                     + " and " + std::to_string(limits.largestValue) + " can be written");
        }
    }
    if (m_access == Access::Read && !openAgainToWrite()) {
        fail(EngineErrorKind::ReadOnly,
             "there is no permission to write it or its folder; values are read, and not written");
    }
    return locked(m_settings.patience, [&] {
        if (m_access == Access::Newer) {
            fail(EngineErrorKind::Newer, "a newer version wrote it, so it is read only. Update this program.");
        }
        auto &session = *m_file->session;
        setSynchronous(durability == Durability::Disk ? Synchronous::Full : Synchronous::Normal);
        Transaction transaction(m_file->connection, session.beginWrite, session.commit);
        auto meta = session.readMeta();
        const auto before = meta;
        if (meta.epoch == m_epoch && meta.position < m_seen) {
            meta.epoch = newEpoch(); // an older copy has been written over the file
        }
        Applied applied;
        applied.outcomes.reserve(writes.size());
        for (const auto &write : writes) {
            applied.outcomes.push_back(session.write(write, meta, m_options.writer));
            m_deletions += write.value ? 0 : 1;
        }
        if (m_deletions >= 1000 && meta.position > keptChanges) {
            meta.floor = std::max(meta.floor, meta.position - keptChanges);
            session.forget(meta.floor);
            m_deletions = 0;
        }
        if (meta != before) {
            session.writeMeta(meta);
        }
        transaction.commit();
        if (meta.position != before.position) {
            m_isUnsynced = durability != Durability::Disk;
        }
        if (m_known->is(before.position, meta.epoch)) {
            m_known->set(meta.position, meta.epoch); // nothing of others that the engine does not know
        }
        if (meta.epoch == m_epoch) {
            m_seen = std::max(m_seen, meta.position);
        }
        announce(meta);
        applied.epoch = meta.epoch;
        return applied;
    });
}

void SqliteBackend::sync()
{
    checkUsable();
    if (!m_isUnsynced || m_access != Access::Write) {
        return;
    }
    locked(m_settings.patience, [this] {
        auto &session = *m_file->session;
        setSynchronous(Synchronous::Full);
        Transaction transaction(m_file->connection, session.beginWrite, session.commit);
        session.writeSynced(); // a commit syncs the whole log
        transaction.commit();
        m_isUnsynced = false;
    });
}

// Noticing

void SqliteBackend::watch()
{
    m_poll.reset();
    const auto path = m_access != Access::Read || PathStatus::of(m_lock.path()).exists ? m_lock.path() : m_path;
    auto rang = [known = m_known, wake = m_options.wake, path] {
        const auto record = LockFile::read(path);
        if (wake && !(record && known->covers(record->position, record->epoch))) {
            wake();
        }
    };
    if (!m_onNetwork && m_bell.watch(QString::fromStdString(path), std::move(rang))) {
        return;
    }
    if (m_options.wake) {
        m_poll = std::make_unique<QTimer>();
        QObject::connect(m_poll.get(), &QTimer::timeout, m_poll.get(), m_options.wake);
        m_poll->start(m_settings.poll);
    }
    if (!m_onNetwork) {
        m_repairs.push_back(m_path
                            + ": the system has no watch left, so changes of other processes are looked for every "
                            + std::to_string(m_settings.poll.count()) + " ms");
    }
}

/// After the lock file was deleted.
void SqliteBackend::watchAgain()
{
    if (m_access != Access::Read && !m_lock.isInPlace() && m_lock.open(PathStatus::of(m_path).mode | 0600U)) {
        watch();
    }
}

void SqliteBackend::close(std::chrono::milliseconds deadline) noexcept
{
    if (std::exchange(m_isClosed, true) || m_process == 0) {
        return;
    }
    if (m_process != processId()) { // a forked child: all of it is the parent's
        m_bell.abandon();
        static_cast<void>(m_file.release()); // NOLINT(bugprone-unused-return-value): closing would write to the file
        static_cast<void>(m_poll.release()); // NOLINT(bugprone-unused-return-value): belongs to a thread of the parent
        return;
    }
    m_bell.stop();
    m_poll.reset();
    if (m_file && m_access == Access::Write) {
        const QDeadlineTimer end(deadline);
        const auto left = [&end] { return std::chrono::milliseconds(std::max<qint64>(end.remainingTime(), 0)); };
        try {
            m_settings.patience = left();
            sync();
        } catch (...) { // NOLINT(bugprone-empty-catch): the engine has been told of what was not written before
        }
        try {
            acquire(left());
            if (hasMoved()) {
                m_file->connection.leaveAsItIs();
            }
            disconnect();
            m_lock.unlock();
        } catch (...) {
            m_file->connection.leaveAsItIs();
        }
    }
    disconnect();
    m_access = Access::Closed;
    ProcessGuard::leave();
}

} // namespace

} // namespace detail

std::unique_ptr<EngineBackend> sqliteBackend(SqliteOptions options)
{
    return std::make_unique<detail::SqliteBackend>(std::move(options));
}

} // namespace nanostores

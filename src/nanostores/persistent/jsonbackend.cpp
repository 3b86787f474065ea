// SPDX-License-Identifier: MIT
#include <nanostores/persistent/jsonbackend.h>

#include <nanostores/persistent/detail/entrytable.h>
#include <nanostores/persistent/detail/filelock.h>
#include <nanostores/persistent/detail/filesystem.h>
#include <nanostores/persistent/detail/jsondocument.h>
#include <nanostores/persistent/detail/jsontext.h>
#include <nanostores/persistent/detail/place.h>
#include <nanostores/persistent/engineerror.h>

#include <QCoreApplication>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

namespace {

constexpr std::size_t rememberedDeletions = 1000;

class JsonBackend final : public EngineBackend
{
public:
    explicit JsonBackend(JsonOptions options)
        : m_options(std::move(options))
    {
    }
    ~JsonBackend() override { end(); }

    BackendTraits traits() const override;
    std::string place() const override { return m_path.empty() ? m_options.path.toStdString() : m_path; }

    void open(const BackendOptions &options) override;
    StorageState load() override;
    Applied apply(std::span<const StorageWrite> writes, Durability durability) override;
    StorageFeed changesSince(Position position, std::uint64_t epoch) override;
    void sync() override;
    void close(std::chrono::milliseconds) noexcept override;

private:
    /// What the file and the memory are together.
    struct Merged
    {
        EntryTable table;
        bool isDifferent = false; ///< From the file.
    };
    /// A file that cannot be used, and is left alone for a while.
    struct Suspect
    {
        std::optional<FileStamp> stamp;
        std::chrono::steady_clock::time_point since;
    };

    [[noreturn]] void fail(EngineErrorKind kind, const std::string &message) const
    {
        throw EngineError(kind, m_path + ": " + message, m_path);
    }
    void requireOpen();
    void requireLock(std::chrono::milliseconds patience);
    void end() noexcept;
    void watch();
    void noticeChange(bool isInPlace);
    void wakeLater();
    bool hasSettled(const std::optional<FileStamp> &stamp);

    /// Brings the memory up to date with the file, and the file up to date with what has to be in it.
    void refresh();
    /// The same with the lock at hand; what has to go into the file is noted in m_isDirty.
    void refreshLocked();
    bool readChanges(bool canRepair);
    void takeMissing();
    void takeDamaged(const JsonDocument &document, const JsonTextError &error, const FileContent &content,
                     bool canRepair);
    Merged merged(const JsonDocument &document) const;
    void write(const EntryTable &table, Durability durability);

    JsonOptions m_options;
    BackendOptions m_backend;
    ForkGuard m_guard;
    std::string m_path;
    std::unique_ptr<QObject> m_context; // of the I/O thread: timers and the watcher
    QFileSystemWatcher *m_watcher = nullptr;
    std::unique_ptr<FileLock> m_lock;
    std::string m_whyReadOnly;

    EntryTable m_table;
    std::uint64_t m_known = 0; ///< The epoch that the engine knows.
    std::map<std::string, std::string> m_others;
    std::vector<std::string> m_repairs;
    std::string m_bytes; // of the file, as it was read or written last
    FileStamp m_stamp;
    Descriptor m_file; // keeps its number from being given to another one
    std::optional<Suspect> m_suspect;
    std::optional<FileStamp> m_kept; // the damaged file that has a second name already
    bool m_wasThere = false; // m_bytes and m_stamp are of a file
    bool m_isKnown = false; // m_table is what the file says
    bool m_isChangedInPlace = false; // perhaps, and within the same few milliseconds
    bool m_isDirty = false; // m_table has what the file has not
    bool m_isNewer = false;
    bool m_isFolderDirty = false;
};

BackendTraits JsonBackend::traits() const
{
    BackendTraits traits;
    traits.isShared = true;
    traits.largestValue = m_options.largestValue;
    return traits;
}

/// The file may have become a link since, as tools make one that keep files of settings together.
void JsonBackend::requireOpen()
{
    if (!m_context) {
        throw EngineError(EngineErrorKind::Misuse, "the JSON file is not open: call open() first", place());
    }
    m_guard.require(m_path);
    if (QFileInfo(QString::fromStdString(m_path)).isSymbolicLink()) {
        open(m_backend);
    }
}

void JsonBackend::open(const BackendOptions &options)
{
    end();
    m_backend = options;
    m_guard = ForkGuard();
    const std::string path = resolvedPath(placeOfData(m_options.path));
    if (path != m_path) {
        m_isKnown = false;
    }
    m_path = path;
    try {
        makeFolder(m_path);
    } catch (const EngineError &error) {
        fail(error.kind(), std::string("its folder is not there. ") + error.what());
    }
    m_whyReadOnly.clear();
    try {
        m_lock = std::make_unique<FileLock>(m_path + "-lock");
        requireReplaceable(m_path);
    } catch (const EngineError &error) {
        if (error.kind() != EngineErrorKind::ReadOnly && error.kind() != EngineErrorKind::Denied) {
            throw;
        }
        m_lock.reset();
        m_whyReadOnly = error.what();
    }
    m_context = std::make_unique<QObject>();
    watch();
}

void JsonBackend::watch()
{
    if (!QCoreApplication::instance()) {
        return; // nothing would be delivered
    }
    m_watcher = new QFileSystemWatcher(m_context.get());
    const QString folder = QString::fromStdString(folderOf(m_path));
    m_watcher->addPath(folder);
    const QString file = QString::fromStdString(m_path);
    QObject::connect(m_watcher, &QFileSystemWatcher::directoryChanged, m_context.get(),
                     [this] { noticeChange(false); });
    QObject::connect(m_watcher, &QFileSystemWatcher::fileChanged, m_context.get(), [this, file] {
        m_watcher->addPath(file); // it is another one now, perhaps
        noticeChange(true);
    });
    if (QFileInfo(file).isReadable()) {
        m_watcher->addPath(file);
    }
}

/// The replacements that this process makes itself are nothing new.
void JsonBackend::noticeChange(bool isInPlace)
{
    std::optional<FileStamp> stamp;
    try {
        stamp = stampOf(m_path);
    } catch (const EngineError &) { // the next call reports it
    }
    const QString file = QString::fromStdString(m_path);
    if (stamp && !m_watcher->files().contains(file)) {
        m_watcher->addPath(file);
    }
    if (m_wasThere && stamp == m_stamp) {
        if (!isInPlace) {
            return;
        }
        m_isChangedInPlace = true;
    }
    if ((m_wasThere || stamp) && m_backend.wake) {
        m_backend.wake();
    }
}

void JsonBackend::wakeLater()
{
    if (m_backend.wake && QCoreApplication::instance()) {
        QTimer::singleShot(m_options.settle + std::chrono::milliseconds(10), m_context.get(), m_backend.wake);
    }
}

bool JsonBackend::hasSettled(const std::optional<FileStamp> &stamp)
{
    const auto now = std::chrono::steady_clock::now();
    if (!m_suspect || m_suspect->stamp != stamp) {
        m_suspect = Suspect{stamp, now};
        wakeLater();
    }
    return now - m_suspect->since >= m_options.settle;
}

void JsonBackend::requireLock(std::chrono::milliseconds patience)
{
    makeFolder(m_path); // it may have been deleted
    if (!m_lock->lock(patience)) {
        fail(EngineErrorKind::Unavailable, m_lock->holder() + " is writing to it. It is tried again");
    }
}

void JsonBackend::refresh()
{
    if (!readChanges(false) || (!m_isDirty && m_isKnown)) {
        return;
    }
    if (!m_lock || m_isNewer) {
        return; // known to this process only
    }
    requireLock({});
    const Unlocking unlocking(*m_lock);
    refreshLocked();
    if (m_isDirty) {
        try {
            write(m_table, Durability::Process);
        } catch (const EngineError &) {
            if (!m_wasThere) {
                throw;
            }
            // Versions of edited values: with the next write. Until then they are right for this process.
        }
    }
}

void JsonBackend::refreshLocked()
{
    m_isChangedInPlace = true; // stamps are not enough to replace a file
    readChanges(true);
}

/// False: the file is the one that is known.
bool JsonBackend::readChanges(bool canRepair)
{
    const auto stamp = stampOf(m_path);
    if (m_isKnown && m_wasThere && stamp == m_stamp && !m_isChangedInPlace) {
        return m_isDirty;
    }
    auto content = stamp ? readFile(m_path, m_options.largestFile) : std::nullopt;
    if (!content) {
        takeMissing();
        return true;
    }
    m_isChangedInPlace = false;
    if (m_isKnown && m_wasThere && content->bytes == m_bytes) {
        m_stamp = content->stamp;
        m_file = std::move(content->file);
        return m_isDirty;
    }

    JsonDocument document;
    try {
        document.read(content->bytes, m_isKnown ? &m_table : nullptr);
    } catch (const JsonTextError &error) {
        if (!hasSettled(content->stamp)) {
            m_isChangedInPlace = true;
            fail(EngineErrorKind::Unavailable, "it is no JSON, or is just being written: "
                                                   + placeInText(content->bytes, error.offset()) + ": " + error.what());
        }
        takeDamaged(document, error, *content, canRepair);
        return true;
    }
    m_suspect.reset();
    m_isNewer = document.isNewer;
    auto [table, isDifferent] = merged(document);
    m_table = std::move(table);
    m_isDirty = isDifferent && !m_isNewer;
    m_others = std::move(document.others);
    m_bytes = std::move(content->bytes);
    m_stamp = content->stamp;
    m_file = std::move(content->file);
    m_wasThere = true;
    m_isKnown = true;
    return true;
}

void JsonBackend::takeMissing()
{
    if (m_isKnown && !m_wasThere) {
        return;
    }
    if (m_isKnown && !hasSettled(std::nullopt)) {
        fail(EngineErrorKind::Unavailable, "it has gone, or is just being replaced. It is tried again");
    }
    if (m_isKnown) {
        m_repairs.push_back(m_path + " was deleted: it is begun anew");
    }
    m_suspect.reset();
    m_table = EntryTable();
    m_table.epoch = randomNumber();
    m_others.clear();
    m_bytes.clear();
    m_file = Descriptor();
    m_wasThere = false;
    m_isKnown = true;
    m_isDirty = false; // an empty file need not be
    m_isNewer = false;
}

void JsonBackend::takeDamaged(const JsonDocument &document, const JsonTextError &error, const FileContent &content,
                              bool canRepair)
{
    if (m_lock && !canRepair) {
        m_isDirty = true; // comes again with the lock
        m_isChangedInPlace = true;
        return;
    }
    std::string repair =
        m_path + " is no JSON (" + placeInText(content.bytes, error.offset()) + ": " + error.what() + "). ";
    if (m_isKnown && m_wasThere) {
        repair += "The values that were known are written again";
    } else {
        m_table = EntryTable();
        for (const auto &[key, entry] : document.table.entries) {
            m_table.put(key, entry.value, entry.schema, entry.writer);
        }
        m_others = document.others;
        repair += std::to_string(m_table.entries.size()) + " values were saved from it";
    }
    m_table.epoch = randomNumber();
    m_wasThere = !m_lock;
    m_isNewer = false;
    if (!m_lock) {
        repair += "; the file is left as it is, because it cannot be written";
        m_stamp = content.stamp;
        m_bytes = content.bytes;
    } else if (m_kept != content.stamp) { // once, if the new file cannot be written
        repair += "; the file is kept as " + keepBroken(m_path);
        m_kept = stampOf(m_path);
    }
    m_repairs.push_back(std::move(repair));
    m_suspect.reset();
    m_isKnown = true;
    m_isDirty = true;
}

/// Key by key. A value of the file counts that is newer than the one in memory, or was edited. The one in memory counts
/// where the file has an older one: an editor has saved what it had read before. What differs from the file or from the
/// memory has a version above those of both, so that all processes notice it.
JsonBackend::Merged JsonBackend::merged(const JsonDocument &document) const
{
    const EntryTable &file = document.table;
    Merged result;
    EntryTable &table = result.table;
    table = file;
    if (table.epoch == 0) {
        table.epoch = m_isKnown && m_wasThere ? m_table.epoch : randomNumber();
        result.isDifferent = true;
    }
    const bool hasMemory = m_isKnown && table.epoch == m_table.epoch;
    if (hasMemory) {
        table.position = std::max(table.position, m_table.position);
        table.floor = std::max(table.floor, m_table.floor);
    }
    const auto remembered = [&](const std::string &key) { return hasMemory ? m_table.find(key) : nullptr; };
    const auto put = [&](const std::string &key, const std::optional<std::string> &value, std::uint32_t schema,
                         std::uint64_t writer) {
        table.put(key, value, schema, writer);
        result.isDifferent = true;
    };

    for (const auto &[key, entry] : file.entries) {
        const StorageEntry *mine = remembered(key);
        if (document.edited.contains(key)) {
            if (mine && mine->value == entry.value) {
                table.entries[key] = *mine;
                result.isDifferent = true;
            } else {
                put(key, entry.value, entry.schema, 0);
            }
        } else if (mine && mine->version > entry.version) {
            put(key, mine->value, mine->schema, mine->writer);
        } else if (hasMemory && entry.version <= m_table.position && (!mine || *mine != entry)) {
            put(key, entry.value, entry.schema, entry.writer);
        }
    }
    for (const std::string &key : document.removed) {
        const StorageEntry *mine = remembered(key);
        if (mine && !mine->value) {
            table.entries[key] = *mine;
            result.isDifferent = true;
        } else {
            put(key, std::nullopt, 0, 0);
        }
    }
    if (hasMemory) {
        for (const auto &[key, mine] : m_table.entries) {
            if (file.entries.contains(key) || document.removed.contains(key)) {
                continue;
            }
            if (mine.version > file.position) {
                put(key, mine.value, mine.schema, mine.writer);
            } else if (mine.value && m_table.position >= file.floor) { // also taken out of the bookkeeping
                put(key, std::nullopt, 0, 0);
            }
        }
    }
    return result;
}

void JsonBackend::write(const EntryTable &table, Durability durability)
{
    JsonDocument document;
    document.table = table;
    document.table.forgetDeletions(rememberedDeletions);
    document.others = m_others;
    std::string text = document.text();
    if (text.size() > m_options.largestFile) {
        fail(EngineErrorKind::Full, "the file would have " + std::to_string(text.size()) + " bytes, and "
                                        + std::to_string(m_options.largestFile)
                                        + " are allowed. Delete keys, or raise JsonOptions::largestFile");
    }
    m_stamp = replaceFile(m_path, text, &m_file);
    m_table = std::move(document.table);
    m_bytes = std::move(text);
    m_wasThere = true;
    m_isKnown = true;
    m_isDirty = false;
    m_isFolderDirty = true;
    if (durability == Durability::Disk) {
        sync();
    }
}

StorageState JsonBackend::load()
{
    requireOpen();
    m_isChangedInPlace = true;
    refresh();
    StorageState state = m_table.state(m_backend.prefix);
    m_known = state.epoch;
    state.readOnly = !m_lock || m_isNewer;
    state.repairs = std::exchange(m_repairs, {});
    return state;
}

StorageFeed JsonBackend::changesSince(Position position, std::uint64_t epoch)
{
    requireOpen();
    refresh();
    return m_table.feed(position, epoch, m_backend.prefix);
}

Applied JsonBackend::apply(std::span<const StorageWrite> writes, Durability durability)
{
    requireOpen();
    requireFitting(writes, traits(), m_path);
    if (!m_lock) {
        throw EngineError(EngineErrorKind::ReadOnly, m_whyReadOnly, m_path);
    }
    requireLock(m_options.patience);
    const Unlocking unlocking(*m_lock);
    refreshLocked();
    if (m_isNewer) {
        fail(EngineErrorKind::Newer, "a newer version of this program wrote it: use that one, or another file");
    }
    EntryTable table = m_table;
    Applied applied = table.apply(writes, m_backend.writer, m_known);
    if (table.position != m_table.position || m_isDirty) {
        write(table, durability);
    } else if (durability == Durability::Disk) {
        sync();
    }
    return applied;
}

void JsonBackend::sync()
{
    requireOpen();
    if (m_isFolderDirty) {
        syncFolder(m_path);
        m_isFolderDirty = false;
    }
}

void JsonBackend::close(std::chrono::milliseconds) noexcept
{
    try {
        if (m_context && m_guard.isSameProcess()) {
            sync();
        }
    } catch (const EngineError &) { // what was to be reported was by the sync() before
    }
    end();
}

void JsonBackend::end() noexcept
{
    m_watcher = nullptr;
    m_lock.reset();
    if (m_guard.isSameProcess()) {
        m_context.reset();
    } else { // of the parent, as what the system knows of it
        static_cast<void>(m_context.release());
    }
}

} // namespace

} // namespace detail

std::unique_ptr<EngineBackend> jsonBackend(JsonOptions options)
{
    return std::make_unique<detail::JsonBackend>(std::move(options));
}

} // namespace nanostores

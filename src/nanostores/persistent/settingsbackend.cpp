// SPDX-License-Identifier: MIT
#include <nanostores/persistent/settingsbackend.h>

#include <nanostores/persistent/detail/entrytable.h>
#include <nanostores/persistent/detail/filelock.h>
#include <nanostores/persistent/detail/filesystem.h>
#include <nanostores/persistent/detail/place.h>
#include <nanostores/persistent/detail/settingsvalue.h>
#include <nanostores/persistent/engineerror.h>

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QFileSystemWatcher>
#include <QStringList>
#include <QVariant>

#include <algorithm>
#include <chrono>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

namespace {

constexpr std::size_t rememberedDeletions = 1000;
constexpr std::chrono::seconds lockPatience{5};

QString schemasGroup()
{
    return QStringLiteral("nanostores-schemas/");
}

class SettingsBackend final : public EngineBackend
{
public:
    explicit SettingsBackend(SettingsOptions options)
        : m_options(std::move(options))
    {
    }

    BackendTraits traits() const override
    {
        BackendTraits traits;
        traits.comparesVersions = false;
        traits.isShared = true;
        traits.durability = Durability::Second;
        traits.largestValue = m_options.largestValue;
        return traits;
    }
    std::string place() const override { return m_place; }

    void open(const BackendOptions &options) override;
    StorageState load() override;
    Applied apply(std::span<const StorageWrite> writes, Durability durability) override;
    StorageFeed changesSince(Position position, std::uint64_t epoch) override;
    void sync() override { requireOpen(); }
    void close(std::chrono::milliseconds) noexcept override { end(); }

private:
    void requireOpen() const;
    void end() noexcept;
    void make();
    void watch();
    /// QSettings would remove what is below the key as well.
    void remove(const QString &name);
    /// Reads what others have written, and has the QSettings write what it has.
    void synchronise();
    void lock();
    void requireWritten(const QDateTime &before);
    void refresh();
    QString nameOf(const std::string &key) const;
    void put(const EntryTable &table, const std::vector<std::string> &keys);

    SettingsOptions m_options;
    BackendOptions m_backend;
    ForkGuard m_guard;
    std::string m_place = "QSettings";
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<QFileSystemWatcher> m_watcher;
    std::unique_ptr<FileLock> m_lock; ///< Where the settings are a file.
    std::optional<FileStamp> m_kept; ///< The file that could not be parsed, and was kept.
    EntryTable m_table;
    std::map<std::string, QString, std::less<>> m_names; ///< As others have written them.
    std::vector<std::string> m_repairs;
    QDateTime m_lastWritten = QDateTime::fromMSecsSinceEpoch(0);
};

void SettingsBackend::requireOpen() const
{
    if (!m_settings) {
        throw EngineError(EngineErrorKind::Misuse, "the settings are not open: call open() first", m_place);
    }
    m_guard.require(m_place);
}

void SettingsBackend::end() noexcept
{
    m_lock.reset();
    if (m_guard.isSameProcess()) {
        m_watcher.reset();
        m_settings.reset();
    } else { // of the parent
        static_cast<void>(m_watcher.release());
        static_cast<void>(m_settings.release());
    }
}

void SettingsBackend::open(const BackendOptions &options)
{
    end();
    m_guard = ForkGuard();
    m_backend = options;
    make();
    m_place = m_settings->fileName().toStdString();
    m_table = EntryTable();
    m_table.epoch = randomNumber();
    m_names.clear();
    watch();
}

void SettingsBackend::make()
{
    m_settings = m_options.make ? m_options.make() : std::make_unique<QSettings>();
    if (!m_settings) {
        throw EngineError(EngineErrorKind::Misuse, "SettingsOptions::make returned no QSettings");
    }
    m_settings->setFallbacksEnabled(false); // they are of others, and cannot be deleted
}

void SettingsBackend::watch()
{
    const QFileInfo file(m_settings->fileName());
    if (!QCoreApplication::instance() || !file.isAbsolute()) {
        return; // the registry, say: others are noticed with the next write
    }
    const QString folder = file.path();
    if (QFileInfo::exists(folder)) {
        m_watcher = std::make_unique<QFileSystemWatcher>(QStringList(folder));
        const auto changed = [this, path = file.filePath()] {
            if (QFileInfo(path).isReadable() && !m_watcher->files().contains(path)) {
                m_watcher->addPath(path);
            }
            if (m_backend.wake) {
                m_backend.wake();
            }
        };
        QObject::connect(m_watcher.get(), &QFileSystemWatcher::directoryChanged, m_watcher.get(), changed);
        QObject::connect(m_watcher.get(), &QFileSystemWatcher::fileChanged, m_watcher.get(), changed);
        if (file.isReadable()) {
            m_watcher->addPath(file.filePath());
        }
    }
}

void SettingsBackend::synchronise()
{
    m_settings->sync();
    const auto status = m_settings->status(); // stays as it is with the object
    if (status == QSettings::AccessError) {
        const auto kind = m_settings->isWritable() ? EngineErrorKind::Failed : EngineErrorKind::Denied;
        throw EngineError(kind,
                          m_place
                              + ": the settings cannot be read or written. Give the user of the program the permission "
                                "for the file and its folder, and see that there is room",
                          m_place);
    }
    if (status == QSettings::FormatError) {
        if (QFileInfo(m_settings->fileName()).isFile() && m_kept != stampOf(m_place)) {
            m_repairs.push_back(m_place + " has lines that are no settings; the file is kept as "
                                + keepBroken(m_place));
            m_kept = stampOf(m_place);
        }
        make();
    }
}

/// Against other instances, from reading until what was written is read again: QSettings locks the file by itself while
/// it writes, and not longer. Afterwards m_lock has it, if the settings are a file.
void SettingsBackend::lock()
{
    const QFileInfo file(m_settings->fileName());
    if (!file.isAbsolute()) {
        return;
    }
    makeFolder(m_place); // it may have been deleted
    if (!m_lock) {
        m_lock = std::make_unique<FileLock>(m_place + "-lock");
    }
    if (!m_lock->lock(lockPatience)) {
        throw EngineError(EngineErrorKind::Unavailable,
                          m_place + ": " + m_lock->holder() + " is writing to it. It is tried again", m_place);
    }
}

/// Qt 6.4 takes a file for written, and puts it in its place, of which only a part could be written (QSaveFile::write()
/// returns the length of the part). So the file is read again, by another name, since QSettings does not read twice
/// what it has in memory.
void SettingsBackend::requireWritten(const QDateTime &before)
{
#ifdef Q_OS_LINUX
    const QString again = QStringLiteral("/proc/self/root") + m_settings->fileName();
    if (!QFileInfo(m_settings->fileName()).isFile() || !QFileInfo(again).isReadable()) {
        return;
    }
    // Nor does it read what has the size and the millisecond of what it has in memory, here or in another instance: the
    // time of the file grows with each write.
    QFile file(m_settings->fileName());
    m_lastWritten = std::max(QFileInfo(file).lastModified(), m_lastWritten.addMSecs(1));
    if (before.isValid()) {
        m_lastWritten = std::max(m_lastWritten, before.addMSecs(1));
    }
    if (!file.open(QIODevice::ReadOnly) || !file.setFileTime(m_lastWritten, QFileDevice::FileModificationTime)) {
        return; // of another user, say
    }
    QSettings written(again, m_settings->format());
    written.setFallbacksEnabled(false);
    written.beginGroup(m_settings->group());
    const QStringList names = m_settings->allKeys();
    bool isWhole = written.allKeys().size() == names.size();
    for (const QString &name : names) {
        isWhole = isWhole && rawOfSetting(written.value(name)) == rawOfSetting(m_settings->value(name));
    }
    if (!isWhole) {
        throw EngineError(EngineErrorKind::Full,
                          m_place
                              + ": the settings were written in part only, and are put back as they were. Make room; "
                                "it is tried again",
                          m_place);
    }
#endif
}

void SettingsBackend::remove(const QString &name)
{
    std::vector<std::pair<QString, QVariant>> below;
    const QStringList names = m_settings->allKeys();
    for (const QString &other : names) {
        if (other.startsWith(name + QLatin1Char('/'))) {
            below.emplace_back(other, m_settings->value(other));
        }
    }
    m_settings->remove(name);
    for (const auto &[other, value] : below) {
        m_settings->setValue(other, value);
    }
}

void SettingsBackend::refresh()
{
    synchronise();
    std::set<std::string, std::less<>> found;
    const QStringList names = m_settings->allKeys();
    for (const QString &name : names) {
        if (name.startsWith(schemasGroup())) {
            continue;
        }
        auto raw = rawOfSetting(m_settings->value(name));
        const std::string key = keyOfSettings(name);
        if (!raw || !found.insert(key).second) {
            continue;
        }
        if (settingsKeyOf(key) != name) {
            m_names[key] = name;
        }
        const auto schema = m_settings->value(schemasGroup() + name).toUInt();
        const StorageEntry *known = m_table.find(key);
        if (!known || known->value != raw || known->schema != schema) {
            m_table.put(key, std::move(raw), schema);
        }
    }
    std::vector<std::string> gone;
    for (const auto &[key, entry] : m_table.entries) {
        if (entry.value && !found.contains(key)) {
            gone.push_back(key);
        }
    }
    for (const std::string &key : gone) {
        m_table.put(key, std::nullopt);
    }
    m_table.forgetDeletions(rememberedDeletions);
}

QString SettingsBackend::nameOf(const std::string &key) const
{
    const auto name = m_names.find(key);
    return name == m_names.end() ? settingsKeyOf(key) : name->second;
}

void SettingsBackend::put(const EntryTable &table, const std::vector<std::string> &keys)
{
    for (const std::string &key : keys) {
        const StorageEntry *entry = table.find(key);
        const QString name = nameOf(key);
        if (entry && entry->value) {
            m_settings->setValue(name, settingOfRaw(*entry->value));
        } else {
            remove(name);
        }
        if (entry && entry->value && entry->schema != 0) {
            m_settings->setValue(schemasGroup() + name, entry->schema);
        } else if (m_settings->contains(schemasGroup() + name)) {
            remove(schemasGroup() + name);
        }
    }
}

StorageState SettingsBackend::load()
{
    requireOpen();
    refresh();
    StorageState state = m_table.state(m_backend.prefix);
    state.readOnly = !m_settings->isWritable();
    state.repairs = std::exchange(m_repairs, {});
    return state;
}

StorageFeed SettingsBackend::changesSince(Position position, std::uint64_t epoch)
{
    requireOpen();
    refresh();
    return m_table.feed(position, epoch, m_backend.prefix);
}

Applied SettingsBackend::apply(std::span<const StorageWrite> writes, Durability)
{
    requireOpen();
    requireFitting(writes, traits(), m_place);
    struct Unlocked
    {
        ~Unlocked()
        {
            if (lock && lock->isLocked()) {
                lock->unlock();
            }
        }
        const std::unique_ptr<FileLock> &lock;
    };
    const Unlocked unlocked{m_lock};
    if (m_settings->isWritable()) {
        lock();
    }
    refresh();
    if (!m_settings->isWritable()) {
        throw EngineError(EngineErrorKind::ReadOnly,
                          m_place + " cannot be written: give the user of the program the permission", m_place);
    }
    EntryTable table = m_table;
    Applied applied = table.apply(writes, m_backend.writer);
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < writes.size(); ++i) {
        if (applied.outcomes[i].result == WriteResult::Written) {
            keys.push_back(writes[i].key);
        }
    }
    const QFileInfo file(m_settings->fileName());
    const auto permissions = file.permissions();
    const QDateTime modified = file.lastModified();
    const auto before = file.isFile() ? readFile(m_place, std::numeric_limits<std::size_t>::max() / 2) : std::nullopt;
    put(table, keys);
    try {
        synchronise();
        requireWritten(modified);
    } catch (const EngineError &error) {
        put(m_table, keys);
        if (error.kind() == EngineErrorKind::Full && before) {
            replaceFile(m_place, before->bytes, nullptr);
            QFile::setPermissions(file.filePath(), permissions);
        }
        make();
        throw;
    }
    m_table = std::move(table);
    return applied;
}

} // namespace

} // namespace detail

std::unique_ptr<EngineBackend> settingsBackend(SettingsOptions options)
{
    return std::make_unique<detail::SettingsBackend>(std::move(options));
}

std::unique_ptr<EngineBackend> settingsBackend(const QString &path, QSettings::Format format)
{
    SettingsOptions options;
    options.make = [path, format] {
        const std::string place = detail::placeOfData(path);
        detail::makeFolder(place);
        return std::make_unique<QSettings>(QString::fromStdString(place), format);
    };
    return settingsBackend(std::move(options));
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include <nanostores/keychain/keychainbackend.h>

#include <nanostores/persistent/detail/entrytable.h>
#include <nanostores/persistent/detail/filelock.h>
#include <nanostores/persistent/detail/filesystem.h>
#include <nanostores/persistent/detail/jsondocument.h>
#include <nanostores/persistent/detail/jsontext.h>
#include <nanostores/persistent/detail/place.h>
#include <nanostores/persistent/engineerror.h>

#include <QByteArray>
#include <QObject>
#include <QPointer>
#include <QThread>
#include <QTimer>
#include <QUrl>

#include <qt6keychain/keychain.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

namespace {

constexpr std::size_t rememberedDeletions = 100;

/// QtKeychain has one queue of jobs, of the thread that used it first. It has to stay as long as the program, and must
/// never be blocked: so it is neither an engine's nor the main one.
class KeychainThread
{
public:
    static KeychainThread &instance()
    {
        static KeychainThread *const one = new KeychainThread; // engines may be used in the destructors of statics
        return *one;
    }

    void post(std::function<void()> function)
    {
        QMetaObject::invokeMethod(m_object, std::move(function), Qt::QueuedConnection);
    }

private:
    KeychainThread()
    {
        m_object->moveToThread(m_thread);
        m_thread->setObjectName(QStringLiteral("NanoStores keychain"));
        m_thread->start();
    }

    QThread *m_thread = new QThread;
    QObject *m_object = new QObject;
};

/// What a job has come to; shared by the threads, because the waiting one may give up.
struct Answer
{
    std::mutex mutex;
    std::condition_variable changed;
    bool isThere = false;
    QKeychain::Error error = QKeychain::NoError;
    QString message;
    QByteArray data;
};

class KeychainBackend final : public EngineBackend
{
public:
    explicit KeychainBackend(KeychainOptions options)
        : m_options(std::move(options))
    {
    }

    BackendTraits traits() const override
    {
        BackendTraits traits;
        traits.isEncrypted = true;
        traits.largestValue = m_options.largest;
        return traits;
    }
    std::string place() const override { return "keychain " + m_options.service.toStdString(); }

    void open(const BackendOptions &options) override;
    StorageState load() override;
    Applied apply(std::span<const StorageWrite> writes, Durability durability) override;
    StorageFeed changesSince(Position position, std::uint64_t epoch) override;
    void sync() override { requireOpen(); }
    void close(std::chrono::milliseconds) noexcept override { m_lock.reset(); }

private:
    void requireOpen() const;
    [[noreturn]] void fail(QKeychain::Error error, const QString &message) const;
    /// Runs a job of the keychain to its end, or as long as patience lasts.
    template<typename Job>
    std::shared_ptr<Answer> run(const QString &key, std::function<void(Job &)> prepare);
    std::optional<QByteArray> read();
    void write(const QString &key, const QByteArray &data);
    void refresh();

    static QString entryName() { return QStringLiteral("state"); }

    KeychainOptions m_options;
    BackendOptions m_backend;
    ForkGuard m_guard;
    std::unique_ptr<FileLock> m_lock;
    EntryTable m_table;
    std::uint64_t m_known = 0; ///< The epoch that the engine knows.
    std::map<std::string, std::string> m_others;
    std::vector<std::string> m_repairs;
    bool m_isNewer = false;
};

void KeychainBackend::requireOpen() const
{
    if (!m_lock) {
        throw EngineError(EngineErrorKind::Misuse, "the keychain is not open: call open() first", place());
    }
    m_guard.require(place());
}

void KeychainBackend::fail(QKeychain::Error error, const QString &message) const
{
    auto kind = EngineErrorKind::Failed;
    std::string text = place() + ": ";
    switch (error) {
    case QKeychain::AccessDenied:
    case QKeychain::AccessDeniedByUser:
        kind = EngineErrorKind::Denied;
        text += "the keychain refuses. Unlock it, and allow the program to use it";
        break;
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        kind = EngineErrorKind::Unavailable;
        text += "this system has no keychain that runs. Start one: GNOME Keyring, KWallet, KeePassXC";
        break;
    default:
        text += "the keychain failed";
        break;
    }
    if (!message.isEmpty()) {
        text += ": " + message.toStdString();
    }
    throw EngineError(kind, text, place());
}

template<typename Job>
std::shared_ptr<Answer> KeychainBackend::run(const QString &key, std::function<void(Job &)> prepare)
{
    const auto answer = std::make_shared<Answer>();
    KeychainThread::instance().post([answer, service = m_options.service, key, prepare = std::move(prepare)] {
        auto *job = new Job(service); // deletes itself
        job->setInsecureFallback(false);
        job->setKey(key);
        if (prepare) {
            prepare(*job);
        }
        QObject::connect(job, &QKeychain::Job::finished, job, [answer](QKeychain::Job *finished) {
            const std::lock_guard lock(answer->mutex);
            answer->error = finished->error();
            answer->message = finished->errorString();
            if (const auto *reading = qobject_cast<QKeychain::ReadPasswordJob *>(finished)) {
                answer->data = reading->binaryData();
            }
            answer->isThere = true;
            answer->changed.notify_all();
        });
        job->start();
    });
    std::unique_lock lock(answer->mutex);
    if (!answer->changed.wait_for(lock, m_options.patience, [&] { return answer->isThere; })) {
        throw EngineError(
            EngineErrorKind::Unavailable,
            place() + ": the keychain does not answer. It may be waiting for a password; it is tried again", place());
    }
    if (answer->error != QKeychain::NoError && answer->error != QKeychain::EntryNotFound) {
        fail(answer->error, answer->message);
    }
    return answer;
}

std::optional<QByteArray> KeychainBackend::read()
{
    const auto answer = run<QKeychain::ReadPasswordJob>(entryName(), {});
    return answer->error == QKeychain::EntryNotFound ? std::nullopt : std::optional(answer->data);
}

void KeychainBackend::write(const QString &key, const QByteArray &data)
{
    run<QKeychain::WritePasswordJob>(key, [data](QKeychain::WritePasswordJob &job) { job.setBinaryData(data); });
}

void KeychainBackend::open(const BackendOptions &options)
{
    if (m_options.service.isEmpty()) {
        throw EngineError(EngineErrorKind::Misuse, "KeychainOptions::service is empty: name the application");
    }
    m_guard = ForkGuard();
    m_backend = options;
    m_table = EntryTable();
    // The keychain does not lock. Only the lock is a file; nothing is in it.
    const std::string lock =
        placeOfData(QString::fromLatin1(QUrl::toPercentEncoding(m_options.service)) + QStringLiteral(".keychain-lock"));
    makeFolder(lock);
    m_lock = std::make_unique<FileLock>(lock);
}

void KeychainBackend::refresh()
{
    const auto data = read();
    if (!data) {
        if (m_table.epoch == 0 || m_table.position != 0) { // at first, or it was deleted
            m_table = EntryTable();
            m_table.epoch = randomNumber();
        }
        return;
    }
    JsonDocument document;
    try {
        document.read({data->constData(), static_cast<std::size_t>(data->size())});
    } catch (const JsonTextError &error) {
        write(QStringLiteral("state.broken"), *data);
        m_repairs.push_back(place() + ": its entry \"state\" cannot be read (" + error.what()
                            + "); it is kept as \"state.broken\"");
        m_table = EntryTable();
        m_table.epoch = randomNumber();
        return;
    }
    m_isNewer = document.isNewer;
    m_table = std::move(document.table);
    for (const std::string &key : document.edited) { // by a person, in the keychain's own program
        const StorageEntry edited = m_table.entries[key];
        m_table.put(key, edited.value, edited.schema);
    }
    m_others = std::move(document.others);
}

StorageState KeychainBackend::load()
{
    requireOpen();
    refresh();
    StorageState state = m_table.state(m_backend.prefix);
    m_known = state.epoch;
    state.readOnly = m_isNewer;
    state.repairs = std::exchange(m_repairs, {});
    return state;
}

StorageFeed KeychainBackend::changesSince(Position position, std::uint64_t epoch)
{
    requireOpen();
    refresh();
    return m_table.feed(position, epoch, m_backend.prefix);
}

Applied KeychainBackend::apply(std::span<const StorageWrite> writes, Durability)
{
    requireOpen();
    requireFitting(writes, traits(), place());
    if (!m_lock->lock(m_options.patience)) {
        throw EngineError(EngineErrorKind::Unavailable, place() + ": " + m_lock->holder() + " is writing to it",
                          place());
    }
    const Unlocking unlocking(*m_lock);
    refresh();
    if (m_isNewer) {
        throw EngineError(EngineErrorKind::Newer,
                          place() + ": a newer version of this program wrote it: use that one, or another service",
                          place());
    }
    EntryTable table = m_table;
    Applied applied = table.apply(writes, m_backend.writer, m_known);
    if (table.position != m_table.position) {
        table.forgetDeletions(rememberedDeletions);
        JsonDocument document;
        document.table = table;
        document.others = m_others;
        const std::string text = document.text();
        if (text.size() > m_options.largest) {
            throw EngineError(EngineErrorKind::Full,
                              place() + ": the values would have " + std::to_string(text.size()) + " bytes, and "
                                  + std::to_string(m_options.largest)
                                  + " are allowed. Keep in the keychain what is secret, and the rest in a file",
                              place());
        }
        write(entryName(), QByteArray::fromStdString(text));
        m_table = std::move(table);
    }
    return applied;
}

} // namespace

} // namespace detail

std::unique_ptr<EngineBackend> keychainBackend(KeychainOptions options)
{
    return std::make_unique<detail::KeychainBackend>(std::move(options));
}

std::unique_ptr<EngineBackend> keychainBackend(const QString &service)
{
    KeychainOptions options;
    options.service = service;
    return keychainBackend(std::move(options));
}

} // namespace nanostores

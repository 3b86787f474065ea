// SPDX-License-Identifier: MIT
#include "implementation.h"

#include "processguard.h"
#include "tables.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QStandardPaths>

#include <algorithm>
#include <utility>

namespace nanostores {

namespace detail {

namespace {

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

} // namespace

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

void SqliteBackend::acquire(std::chrono::milliseconds patience)
{
    if (!m_lock.lock(patience)) {
        fail(EngineErrorKind::Unavailable, "it is locked by " + m_lock.holder() + "; it is tried again");
    }
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
        const bool isOther = m_epoch != 0 && meta.epoch != m_epoch; // than the engine knows
        for (const auto &write : writes) {
            applied.outcomes.push_back(session.write(write, meta, m_options.writer, isOther));
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
        announce(meta, meta.position != before.position);
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
    if (m_access != Access::Read && !m_lock.isInPlace() && m_lock.tryOpen(PathStatus::of(m_path).mode | 0600U)) {
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

} // namespace detail

std::unique_ptr<EngineBackend> sqliteBackend(SqliteOptions options)
{
    return std::make_unique<detail::SqliteBackend>(std::move(options));
}

} // namespace nanostores

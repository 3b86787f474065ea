// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/workerthread.h>

#include <QLoggingCategory>
#include <QString>

#include <algorithm>
#include <exception>
#include <utility>

Q_LOGGING_CATEGORY(persistentLog, "nanostores.persistent", QtWarningMsg)

namespace nanostores::detail {

using Clock = std::chrono::steady_clock;

namespace {

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

void warnUnsaved(const std::vector<std::string> &keys, const std::string &place, const std::string &reason)
{
    constexpr std::size_t Shown = 10;
    QString names;
    for (std::size_t i = 0; i < keys.size() && i < Shown; ++i) {
        names += (i > 0 ? QStringLiteral(", ") : QString()) + shown(keys[i]);
    }
    if (keys.size() > Shown) {
        names += QStringLiteral(", ...");
    }
    qCWarning(persistentLog).noquote().nospace()
        << keys.size() << " change(s) could not be saved to " << shown(place) << ": " << names
        << (reason.empty() ? QString() : QStringLiteral("; ") + shown(reason));
}

void warnUnsaved(std::span<const KeptWrite> writes, const std::string &place, const std::string &reason)
{
    std::vector<std::string> keys;
    for (const KeptWrite &kept : writes) {
        keys.push_back(kept.write.key);
    }
    warnUnsaved(keys, place, reason);
}

KeptWrite WriteBatch::kept(std::size_t place) const
{
    const auto base = bases.find(place);
    return {writes[place], base == bases.end() ? std::nullopt : base->second};
}

std::vector<KeptWrite> WriteBatch::kept() const
{
    std::vector<KeptWrite> all;
    for (std::size_t place = 0; place < writes.size(); ++place) {
        all.push_back(kept(place));
    }
    return all;
}

/// Whether the backend has them, and gives them back to the next engine of the place.
bool Worker::keepsOnDisk(std::span<const KeptWrite> writes) noexcept
{
    if (!m_traits.keepsWrites || !m_isOpen) {
        return false;
    }
    try {
        m_backend->keep(writes, {});
        return true;
    } catch (...) {
        return false;
    }
}

void Worker::addOrphan(WriteBatch transaction)
{
    transaction.isKept = transaction.isKept || keepsOnDisk(transaction.kept());
    m_orphans.push_back(std::move(transaction));
    m_receiver->retryOrphansSoon();
}

void Worker::keepOrphan(WriteBatch transaction, const EngineError &error)
{
    if (isRetried(error.kind())) {
        addOrphan(std::move(transaction));
    } else {
        warnUnsaved(transaction.kept(), m_place, error.what());
    }
}

/// Compared writes of stores whose engine has ended, and that have met another version: it is a conflict for the next
/// engine. What it expects of another storage is no version of the present one.
void Worker::keepRefused(const WriteBatch &transaction, const Applied &applied)
{
    std::vector<KeptWrite> refused;
    for (const auto &[place, base] : transaction.bases) {
        if (applied.outcomes[place].result != WriteResult::Written) {
            refused.push_back(transaction.kept(place));
            if (applied.epoch != transaction.epoch) {
                refused.back().write.expect = NoVersion;
            }
        }
    }
    if (refused.empty()) {
        return;
    }
    if (!keepsOnDisk(refused)) {
        warnUnsaved(refused, m_place, "another program has changed it");
    }
    m_refused.insert(m_refused.end(), refused.begin(), refused.end());
}

void Worker::applyOrphan(WriteBatch &transaction)
{
    const Applied applied = applyNow(transaction);
    keepRefused(transaction, applied);
    noteWritten(transaction, applied, nullptr);
    readAgain(transaction, applied);
}

void Worker::retryOrphans()
{
    while (!m_orphans.empty()) {
        WriteBatch transaction = std::move(m_orphans.front());
        m_orphans.pop_front();
        try {
            applyOrphan(transaction);
        } catch (...) {
            const EngineError error = errorOf(std::current_exception(), m_place);
            if (isRetried(error.kind())) {
                m_orphans.push_front(std::move(transaction));
                m_receiver->retryOrphansSoon();
                return;
            }
            keepOrphan(std::move(transaction), error); // says what is lost
        }
    }
    closeIfUnused();
}

/// The last engine of the place has gone, and so has what it left to do.
void Worker::closeIfUnused()
{
    if (std::any_of(m_orphans.begin(), m_orphans.end(), [](const WriteBatch &orphan) { return !orphan.isKept; })) {
        return;
    }
    {
        Registry &all = registry();
        const std::lock_guard lock(all.mutex);
        const auto found = all.workers.find(m_place);
        {
            const std::lock_guard ports(m_mutex);
            if (!m_ports.empty() || m_applies > 0 || found == all.workers.end() || found->second.get() != this) {
                return;
            }
        }
        all.ending.push_back(std::move(found->second));
        all.workers.erase(found);
    }
    end(Clock::now() + std::chrono::seconds(2));
}

/// At the end of the program.
void Worker::closeUntil(Clock::time_point deadline)
{
    std::erase_if(m_orphans, [](const WriteBatch &orphan) { return orphan.isKept; });
    std::string reason;
    while (!m_orphans.empty()) {
        try {
            applyOrphan(m_orphans.front());
            m_orphans.pop_front();
        } catch (...) {
            const EngineError error = errorOf(std::current_exception(), m_place);
            reason = error.what();
            if (!isRetried(error.kind())) {
                keepOrphan(std::move(m_orphans.front()), error);
                m_orphans.pop_front();
            } else if (Clock::now() + std::chrono::milliseconds(20) < deadline) {
                QThread::msleep(10);
            } else {
                break;
            }
        }
    }
    std::vector<std::string> keys;
    for (const WriteBatch &transaction : m_orphans) {
        for (const StorageWrite &write : transaction.writes) {
            keys.push_back(write.key);
        }
    }
    if (!keys.empty()) {
        warnUnsaved(keys, m_place, reason);
    }
    end(deadline);
}

void Worker::end(Clock::time_point deadline) noexcept
{
    if (!m_backend) {
        return;
    }
    {
        const std::lock_guard lock(m_wakeLine->mutex);
        m_wakeLine->worker = nullptr;
    }
    m_receiver->stopTimers();
    try {
        if (m_needsSync) {
            m_backend->sync();
        }
    } catch (...) {
        const EngineError error = errorOf(std::current_exception(), m_place);
        qCWarning(persistentLog).noquote() << "the last second may be lost when the power fails:" << error.what();
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    m_backend->close(std::max(left, std::chrono::milliseconds(0)));
    m_backend.reset();
    m_thread->stop();
    const std::lock_guard lock(m_mutex);
    m_hasEnded = true;
    m_changed.notify_all();
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/workerthread.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

EngineError errorOf(const std::exception_ptr &error, const std::string &place)
{
    try {
        std::rethrow_exception(error);
    } catch (const EngineError &known) {
        return known;
    } catch (const std::exception &other) {
        return EngineError(EngineErrorKind::Failed, other.what(), place);
    } catch (...) {
        return EngineError(EngineErrorKind::Failed, "the backend has thrown something that is no std::exception",
                           place);
    }
}

/// Opens it and reads all, whichever is not done yet. Throws.
void Worker::load()
{
    if (m_predecessor) {
        std::unique_lock lock(m_predecessor->m_mutex);
        m_predecessor->m_changed.wait(lock, [this] { return m_predecessor->m_hasEnded; });
        lock.unlock();
        m_predecessor.reset();
    }
    if (!m_isOpen) {
        BackendOptions options;
        options.writer = m_writer;
        options.wake = [line = m_wakeLine] { line->wake(); };
        m_backend->open(options);
        m_isOpen = true;
    }
    reload(false);
}

/// Reads all, for all ports. Throws. givesOrphans: what is kept of engines that have ended is for a new one to send.
void Worker::reload(bool givesOrphans)
{
    StorageState state = m_backend->load();
    if (givesOrphans) {
        std::erase_if(m_orphans, [&](const WriteBatch &orphan) {
            if (orphan.isKept) {
                const auto kept = orphan.kept();
                m_refused.insert(m_refused.end(), kept.begin(), kept.end());
            }
            return orphan.isKept;
        });
        for (KeptWrite &left : std::exchange(m_refused, {})) {
            std::erase_if(state.unsent, [&](const KeptWrite &kept) { return kept.write.key == left.write.key; });
            state.unsent.push_back(std::move(left));
        }
    }
    m_isLoaded = true;
    m_position = state.position;
    m_newest = state.epoch == m_epoch ? std::max(m_newest, state.position) : state.position;
    if (state.epoch != m_epoch) {
        m_failedAt.clear();
    }
    m_epoch = state.epoch;
    m_readingFails = false;
    m_isStale = state.isStale;
    m_isFailing = m_isFailing || m_isStale;
    WorkerReport report(WorkerReport::Kind::Loaded);
    report.state = std::move(state);
    reportToAll(std::move(report));
    if (!m_isStale) {
        noteSuccess(nullptr);
    }
}

void Worker::doOpen(const std::shared_ptr<WorkerPort> &port)
{
    try {
        if (!m_isLoaded) {
            load();
        } else { // the others know it already, and take no notice
            reload(true);
        }
    } catch (...) {
        m_isFailing = true;
        WorkerReport report(WorkerReport::Kind::Failed);
        report.during = WorkerReport::Kind::Loaded;
        report.error = errorOf(std::current_exception(), m_place);
        port->report(std::move(report));
    }
}

Applied Worker::applyNow(WriteBatch &transaction)
{
    if (!m_isLoaded) {
        load();
    }
    if (transaction.epoch != m_epoch) { // it was made before the storage of now was read
        transaction.epoch = m_epoch;
        for (StorageWrite &write : transaction.writes) {
            if (write.expect.value_or(0) != 0) {
                write.expect = NoVersion;
            }
        }
    } else {
        for (const auto &[place, value] : transaction.before) {
            const StorageWrite &write = transaction.writes[place];
            m_doubts.try_emplace({write.key, transaction.by}, Doubt{{value}, m_epoch, *write.expect, 0});
        }
    }
    try {
        Applied applied = m_backend->apply(transaction.writes, transaction.durability);
        if (applied.outcomes.size() != transaction.writes.size()) {
            throw EngineError(EngineErrorKind::Misuse,
                              "the backend has not said of each write what has become of it: apply() has to return one "
                              "outcome for each",
                              m_place);
        }
        clearUpDoubts(transaction, applied);
        return applied;
    } catch (...) {
        noteDoubts(transaction);
        throw;
    }
}

void Worker::doApply(const std::shared_ptr<WorkerPort> &port, WriteBatch &transaction)
{
    if (!m_orphans.empty() && !port->isConnected()) { // after those that its engine has left before
        addOrphan(std::move(transaction));
        retryOrphans();
        return;
    }
    try {
        const Applied applied = applyNow(transaction);
        WorkerReport report(WorkerReport::Kind::Applied);
        report.id = transaction.id;
        report.applied = applied;
        report.unknown = m_unknown;
        if (!port->report(std::move(report))) {
            keepRefused(transaction, applied);
        }
        if (!m_isStale && !m_readingFails) {
            noteSuccess(port.get());
        }
        noteWritten(transaction, applied, port.get());
        readAgain(transaction, applied);
    } catch (...) {
        m_isFailing = true;
        if (m_isLoaded) {
            m_failedAt.try_emplace(transaction.by, m_position);
        }
        const EngineError error = errorOf(std::current_exception(), m_place);
        WorkerReport report(WorkerReport::Kind::Failed);
        report.during = WorkerReport::Kind::Applied;
        report.id = transaction.id;
        report.error = error;
        if (!port->report(std::move(report))) {
            keepOrphan(std::move(transaction), error);
        }
    }
}

/// Those that have heard of a failure hear that it is over.
void Worker::noteSuccess(const WorkerPort *except)
{
    if (std::exchange(m_isFailing, false)) {
        reportToAll(WorkerReport(WorkerReport::Kind::Woken), except);
    }
}

/// Outcomes of calls that have failed before are older than what was read since. It is read once more, so that what
/// others have written after them comes after them.
void Worker::readAgain(const WriteBatch &transaction, const Applied &applied)
{
    const auto failed = m_failedAt.extract(transaction.by);
    const bool isOld = std::any_of(applied.outcomes.begin(), applied.outcomes.end(),
                                   [](const WriteOutcome &outcome) { return outcome.isSure; });
    if (isOld && failed && failed.mapped() < m_position && applied.epoch == m_epoch) {
        m_position = failed.mapped();
        doPull();
    } else if (m_readingFails) { // it may not any more
        doPull();
    }
}

/// What was written is news to the other engines of the place. The position moves on if nothing came between, so that
/// own changes are not read again.
void Worker::noteWritten(const WriteBatch &transaction, const Applied &applied, const WorkerPort *by)
{
    WorkerReport report(WorkerReport::Kind::Changed);
    for (std::size_t i = 0; i < applied.outcomes.size(); ++i) {
        const WriteOutcome &outcome = applied.outcomes[i];
        if (outcome.result == WriteResult::Written && outcome.version > m_newest) {
            m_position += outcome.version == m_position + 1;
            m_newest = outcome.version;
            const StorageWrite &write = transaction.writes[i];
            report.feed.changes.push_back({write.key, write.value, outcome.version, write.schema, m_writer});
            for (auto doubt = m_doubts.lower_bound({write.key, 0});
                 doubt != m_doubts.end() && doubt->first.first == write.key; ++doubt) {
                doubt->second.lastOther = outcome.version;
            }
        }
    }
    report.feed.epoch = m_epoch;
    report.feed.position = m_position;
    const bool hasChanged = !report.feed.changes.empty();
    if (hasChanged && applied.epoch == m_epoch) {
        reportToAll(std::move(report), by);
    }
    if (transaction.durability == Durability::Second && hasChanged) {
        m_needsSync = true;
        m_receiver->syncSoon();
    }
    if (applied.epoch != m_epoch) { // another storage has taken the place of the one that was read
        doPull();
    }
}

void Worker::doPull()
{
    if (!m_isLoaded) {
        reportToAll(WorkerReport(WorkerReport::Kind::Woken));
        return;
    }
    try {
        WorkerReport report(WorkerReport::Kind::Changed);
        report.feed = m_backend->changesSince(m_position, m_epoch);
        if (report.feed.tooOld || report.feed.epoch != m_epoch) {
            reload(false);
            return;
        }
        m_position = report.feed.position;
        m_newest = std::max(m_newest, m_position);
        if (!report.feed.changes.empty()) {
            reportToAll(std::move(report));
        }
        m_isStale = false;
        m_readingFails = false;
        noteSuccess(nullptr);
    } catch (...) {
        m_isFailing = true;
        m_readingFails = true;
        WorkerReport report(WorkerReport::Kind::Failed);
        report.during = WorkerReport::Kind::Changed;
        report.error = errorOf(std::current_exception(), m_place);
        reportToAll(std::move(report));
    }
}

void Worker::doKeep(const std::shared_ptr<WorkerPort> &port, const std::vector<KeptWrite> &writes,
                    const std::vector<std::string> &settled)
{
    try {
        if (m_isOpen) { // otherwise there is nothing to keep it in
            m_backend->keep(writes, settled);
        }
    } catch (...) {
        WorkerReport report(WorkerReport::Kind::Failed);
        report.during = WorkerReport::Kind::Woken;
        report.settled = settled;
        report.error = errorOf(std::current_exception(), m_place);
        const std::string reason = report.error->what();
        if (!port->report(std::move(report)) && !writes.empty()) {
            warnUnsaved(writes, m_place, reason);
        }
    }
}

void Worker::syncNow()
{
    doSync(nullptr, 0);
}

void Worker::doSync(const std::shared_ptr<WorkerPort> &port, std::uint64_t id)
{
    try {
        if (m_needsSync) {
            m_backend->sync();
            m_needsSync = false;
        }
        if (port) {
            WorkerReport report(WorkerReport::Kind::Synced);
            report.id = id;
            port->report(std::move(report));
        }
    } catch (...) {
        WorkerReport report(WorkerReport::Kind::Failed);
        report.during = WorkerReport::Kind::Synced;
        report.id = id;
        report.error = errorOf(std::current_exception(), m_place);
        if (isRetried(report.error->kind())) {
            m_receiver->syncSoon();
        } else {
            m_needsSync = false;
        }
        reportToAll(std::move(report));
    }
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/replica.h>

#include <nanostores/core/errors.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

/// No store is dirty, as each holds the replica.
Replica::~Replica()
{
    try {
        endWriting();
    } catch (...) {
        reportError(std::current_exception());
    }
}

/// What waits is handed to the worker, which ends when it is written; what is in conflict is kept for the next engine.
/// From here on the worker hears of each failure itself. What it has reported before, and was not taken, is heard now.
void Replica::endWriting()
{
    for (const WorkerReport &report : m_port->disconnect()) {
        hearLast(report);
    }
    const bool waits =
        std::any_of(m_pending.begin(), m_pending.end(), [](const auto &entry) { return entry.second.waits; });
    if (waits && !m_worker) {
        ensureOpen(); // says what can be written
    }
    WriteBatch rest;
    std::vector<KeptWrite> kept;
    std::vector<std::string> lost;
    for (auto &[key, pending] : m_pending) {
        if (pending.parked == Parked::Conflict || pending.parked == Parked::Newer) {
            if (!pending.isKept && keepsWrites()) {
                kept.push_back(keptOf(key, pending));
            } else if (!pending.isKept) {
                lost.push_back(key);
            }
        } else if (pending.parked != Parked::No) {
            lost.push_back(key);
        } else if (pending.waits) {
            StorageWrite write{key, std::move(pending.value), pending.schema, std::nullopt};
            if (pending.compares) {
                write.expect = pending.expect;
                if (!pending.isOffer) {
                    rest.bases.emplace(rest.writes.size(), std::move(pending.base));
                }
                if (pending.isSent) {
                    rest.before.emplace(rest.writes.size(), std::move(pending.sent));
                }
            }
            rest.writes.push_back(std::move(write));
            rest.durability = std::max(rest.durability, pending.durability);
        }
    }
    if (!lost.empty()) {
        warnUnsaved(lost, place(), lastError());
    }
    if (!m_worker || !m_worker->isOfThisProcess()) {
        return;
    }
    if (!kept.empty() || !m_settled.empty()) {
        m_worker->keep(m_port, std::move(kept), std::move(m_settled));
    }
    if (!rest.writes.empty()) {
        rest.epoch = m_epoch;
        m_worker->apply(m_port, std::move(rest));
    }
    m_worker->detach(m_port);
}

void Replica::hearLast(const WorkerReport &report)
{
    const bool isFailure = report.kind == WorkerReport::Kind::Failed;
    if (isFailure && report.during == WorkerReport::Kind::Woken) {
        m_settled.insert(m_settled.end(), report.settled.begin(), report.settled.end());
        for (auto &[key, pending] : m_pending) {
            pending.isKept = false;
        }
    } else if (m_sentId == 0 || report.id != m_sentId) {
        return;
    } else if (isFailure && report.during == WorkerReport::Kind::Applied) {
        noteError(*report.error);
        unsend();
    } else if (report.kind == WorkerReport::Kind::Applied) {
        hearLast(report.applied);
    }
}

void Replica::hearLast(const Applied &applied)
{
    for (std::size_t i = 0; i < m_sent.size(); ++i) {
        const std::string &key = m_sent[i].key;
        const WriteOutcome &outcome = applied.outcomes[i];
        if (m_sent[i].comparison) {
            continue;
        }
        Pending &pending = m_pending.at(key);
        pending.isSent = false;
        if (outcome.result == WriteResult::Written) {
            written(key, pending, outcome);
        } else if (pending.isOffer) {
            m_pending.erase(key); // another program was faster
        } else {
            pending.waits = true;
            pending.parked = outcome.result == WriteResult::Newer ? Parked::Newer : Parked::Conflict;
            if (pending.compares && applied.epoch != m_epoch) {
                pending.expect = NoVersion; // what it expects is no version of another storage
            }
        }
    }
    m_sent.clear();
    m_sentId = 0;
}

} // namespace nanostores::detail

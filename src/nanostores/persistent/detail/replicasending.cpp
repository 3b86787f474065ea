// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/replica.h>

#include <nanostores/core/errors.h>

#include <algorithm>
#include <exception>
#include <utility>

// What waits goes to the worker, one transaction at a time, and what has become of it comes back.

namespace nanostores::detail {

namespace {

bool hasConflict(const Applied &applied)
{
    return std::any_of(applied.outcomes.begin(), applied.outcomes.end(),
                       [](const WriteOutcome &outcome) { return outcome.result == WriteResult::Conflict; });
}

} // namespace

/// Whether it cannot be sent, for itself.
bool Replica::park(const std::string &key, Pending &pending)
{
    if (pending.parked != Parked::No) {
        return true;
    }
    const BackendTraits &traits = m_worker->traits();
    if (key.size() > traits.largestKey || (pending.value && pending.value->size() > traits.largestValue)) {
        pending.parked = Parked::TooLarge;
        noteError(EngineError(EngineErrorKind::TooLarge,
                              "\"" + key.substr(0, 100) + "\" is too large: keys may have "
                                  + std::to_string(traits.largestKey) + " bytes, and values "
                                  + std::to_string(traits.largestValue) + "; keep it in a file, and its path here",
                              place()));
        return true;
    }
    if (const auto *const row = m_rows.find(key); row && row->schema > pending.schema) {
        pending.parked = Parked::Newer;
        noteError(EngineError(EngineErrorKind::Newer,
                              "\"" + key + "\" was written by a newer version of the program (schema "
                                  + std::to_string(row->schema) + ", here " + std::to_string(pending.schema)
                                  + "), and is not overwritten: update the program",
                              place()));
        return true;
    }
    return false;
}

EngineError Replica::secretError(const std::string &key) const
{
    return EngineError(EngineErrorKind::Misuse,
                       "\"" + key
                           + "\" is secret, and is not written, because this engine does not encrypt: keep it in one "
                             "whose traits() say isEncrypted, as that of a keychain",
                       place());
}

void Replica::parkSecret(const std::string &key, Pending &pending)
{
    pending.parked = Parked::Secret;
    noteError(secretError(key));
}

/// Why it would wait for ever: behind a write that waits for the program, which may be waiting for the comparison.
std::optional<EngineError> Replica::whyRefused(const Comparison &comparison) const
{
    if (comparison.isSecret && !isEncrypted()) {
        return secretError(comparison.key);
    }
    const auto pending = m_pending.find(comparison.key);
    const auto parked = pending == m_pending.end() ? Parked::No : pending->second.parked;
    const bool waitsForProgram = parked == Parked::TooLarge || parked == Parked::Newer || parked == Parked::Secret;
    return waitsForProgram ? m_lastError : std::nullopt;
}

/// Hands what waits to the worker, if nothing is on its way.
void Replica::send()
{
    settleConflicts();
    deliverLocal();
    if (m_worker && !m_worker->isOfThisProcess() && m_failure != EngineErrorKind::Misuse) {
        setFailure(EngineErrorKind::Misuse);
        noteError(EngineError(EngineErrorKind::Misuse,
                              "the engine was made before fork(): its thread is not in this process; make engines "
                              "after fork(), or start programs by exec",
                              place()));
    }
    if (m_sentId != 0 || !m_isLoaded || m_isBlocked || (m_retries & RetryApply) || !m_worker->isOfThisProcess()) {
        keepWaiting();
        checkWaiters();
        return;
    }
    WriteBatch transaction;
    for (auto pending = m_pending.begin(); pending != m_pending.end();) {
        const std::string &key = pending->first;
        Pending &mine = pending->second;
        if (!mine.waits || park(key, mine)) {
            ++pending;
            continue;
        }
        const auto *const row = m_rows.find(key);
        if (!mine.isOffer && !mine.isInDoubt
            && (row ? mine.value && row->value() == *mine.value && row->schema == mine.schema : !mine.value)
            && (!mine.compares || (row ? row->version : 0) == mine.expect)) {
            pending = dropPending(pending); // it is stored already
            continue;
        }
        StorageWrite write{key, mine.value, mine.schema, std::nullopt};
        if (mine.compares && m_worker->traits().comparesVersions) {
            write.expect = mine.expect;
            if (!mine.isOffer) {
                transaction.bases.emplace(transaction.writes.size(), keepsWrites() ? mine.base : std::nullopt);
            }
        }
        transaction.writes.push_back(std::move(write));
        transaction.durability = std::max(transaction.durability, mine.durability);
        m_sent.push_back({key, nullptr});
        mine.sent = mine.value;
        mine.sentSchema = mine.schema;
        mine.sentSince = mine.since;
        mine.isSent = true;
        mine.waits = false;
        ++pending;
        if (m_sendsOne) {
            break;
        }
    }
    std::vector<std::shared_ptr<Comparison>> lost;
    std::vector<std::pair<std::shared_ptr<Comparison>, EngineError>> refused;
    for (auto next = m_comparisons.begin(); next != m_comparisons.end() && !(m_sendsOne && !m_sent.empty());) {
        const auto comparison = *next;
        if (auto error = whyRefused(*comparison)) {
            refused.emplace_back(comparison, *std::move(error));
            next = m_comparisons.erase(next);
            continue;
        }
        const bool isTaken =
            m_pending.contains(comparison->key)
            || std::any_of(m_sent.begin(), m_sent.end(), [&](const Sent &sent) { return sent.key == comparison->key; });
        if (isTaken) {
            ++next;
            continue;
        }
        if (comparison->expected && !comparison->isInDoubt) { // what is there may be what it has written
            const auto *const row = m_rows.find(comparison->key);
            if (rawOf(row ? std::optional(row->value()) : std::nullopt) != *comparison->expected) {
                lost.push_back(comparison);
                next = m_comparisons.erase(next);
                continue;
            }
            comparison->version = row ? row->version : 0;
        }
        transaction.writes.push_back({comparison->key, comparison->value, comparison->schema, comparison->version});
        transaction.durability = std::max(transaction.durability, comparison->durability);
        m_sent.push_back({comparison->key, comparison});
        next = m_comparisons.erase(next);
    }
    if (!m_sent.empty()) {
        m_sentId = transaction.id = ++m_lastId;
        m_sentEpoch = transaction.epoch = m_epoch;
        m_worker->apply(m_port, std::move(transaction));
    }
    for (const auto &comparison : lost) {
        comparison->source.resolve(false);
        comparison->end();
    }
    for (const auto &[comparison, error] : refused) {
        noteError(error);
        comparison->source.reject(std::make_exception_ptr(error));
        comparison->end();
    }
    keepWaiting();
    checkWaiters();
}

KeptWrite Replica::keptOf(const std::string &key, const Pending &pending)
{
    KeptWrite kept{{key, pending.value, pending.schema, std::nullopt}, std::nullopt};
    if (pending.compares) {
        kept.write.expect = pending.expect;
        kept.base = pending.base;
    }
    return kept;
}

/// What cannot be sent now is kept by the backend, if it can do that: the program may end before.
void Replica::keepWaiting()
{
    if (!keepsWrites() || m_keepingFails || !m_worker->isOfThisProcess()) {
        return;
    }
    const bool isStuck = !m_isLoaded || m_isBlocked || (m_retries & RetryApply);
    std::vector<KeptWrite> kept;
    for (auto &[key, pending] : m_pending) {
        const bool isKeepable = pending.parked == Parked::No || pending.parked == Parked::Newer;
        if (pending.isKept || !pending.waits || pending.isOffer
            || !(pending.parked == Parked::Conflict || (isStuck && isKeepable))) {
            continue;
        }
        pending.isKept = true;
        kept.push_back(keptOf(key, pending));
    }
    std::erase_if(m_settled, [&](const std::string &key) { // it was set again
        return std::any_of(kept.begin(), kept.end(), [&](const KeptWrite &write) { return write.write.key == key; });
    });
    if (!kept.empty() || !m_settled.empty()) {
        m_worker->keep(m_port, std::move(kept), std::exchange(m_settled, {}));
    }
}

Replica::PendingTable::iterator Replica::dropPending(PendingTable::iterator pending)
{
    if (keepsWrites()
        && !pending->second.isOffer) { // of a call that has failed, the backend keeps the writes by itself
        m_settled.push_back(pending->first);
    }
    return m_pending.erase(pending);
}

/// The transaction has failed: all of it waits again.
void Replica::unsend()
{
    for (auto sent = m_sent.rbegin(); sent != m_sent.rend(); ++sent) {
        if (sent->comparison) {
            sent->comparison->isInDoubt = true;
            m_comparisons.push_front(std::move(sent->comparison));
            continue;
        }
        Pending &pending = m_pending.at(sent->key);
        pending.isSent = false;
        pending.isInDoubt = true;
        pending.waits = true;
        pending.since = pending.sentSince;
        pending.sent.reset();
    }
    m_sent.clear();
    m_sentId = 0;
}

void Replica::applied(WorkerReport &report)
{
    if (report.id != m_sentId) {
        return;
    }
    Applied &result = report.applied;
    encodeDirty(Which::Compared);
    m_sentId = 0;
    m_failures = 0;
    if (!m_readingFails) {
        m_failure.reset();
    }
    m_isReadOnly = false;
    std::vector<RowChange> changes;
    std::vector<std::pair<std::shared_ptr<Comparison>, WriteResult>> compared;
    std::vector<std::shared_ptr<Comparison>> unknown;
    std::vector<std::shared_ptr<Comparison>> again;
    // Versions that were expected are of another storage: one that is read next, or was while it was on its way.
    const bool isOther = result.epoch != m_epoch || m_sentEpoch != m_epoch;
    m_isBlocked = m_isBlocked || (result.epoch != m_epoch && hasConflict(result));
    const auto sent = std::exchange(m_sent, {});
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const std::string &key = sent[i].key;
        WriteOutcome &outcome = result.outcomes[i];
        if (const auto &comparison = sent[i].comparison) {
            const RawValue before = rawOf(present(key));
            if (outcome.result == WriteResult::Written) {
                setRow(key, StorageEntry{key, comparison->value, outcome.version, comparison->schema, writer()});
            } else if (result.epoch == m_epoch) { // the next storage gets what is known of this one: see reoffer()
                setRow(key, outcome.current);
            }
            if (!m_pending.contains(key) && rawOf(present(key)) != before) {
                changes.push_back({key, rawOf(present(key)), schemaOf(key)});
            }
            if (std::find(report.unknown.begin(), report.unknown.end(), i) != report.unknown.end()) {
                unknown.push_back(comparison);
            } else if (isOther && outcome.result == WriteResult::Conflict && comparison->expected
                       && !comparison->isInDoubt) { // its value is compared with that of the other storage
                again.push_back(comparison);
            } else {
                compared.emplace_back(comparison, outcome.result);
            }
            continue;
        }
        Pending &pending = m_pending.at(key);
        pending.isSent = false;
        if (outcome.result == WriteResult::Written) {
            written(key, pending, outcome);
        } else if (isOther && outcome.result == WriteResult::Conflict && pending.compares
                   && !(pending.isOffer && outcome.current)) {
            if (!std::exchange(pending.waits, true)) {
                pending.since = pending.sentSince;
            }
            pending.sent.reset();
            pending.isInDoubt = false;
            if (result.epoch != m_epoch) {
                continue; // loaded() does the rest
            }
            setRow(key, outcome.current);
            if (pending.isOffer) {
                pending.expect = 0;
            } else {
                rebase(key, pending);
            }
        } else {
            refused(key, pending, outcome, changes);
        }
    }
    m_comparisons.insert(m_comparisons.begin(), again.begin(), again.end());
    if (m_sendsOne && m_pending.empty()) {
        m_sendsOne = false;
    }
    deliver(std::move(changes), false);
    for (const auto &comparison : unknown) {
        comparison->source.reject(std::make_exception_ptr(
            EngineError(EngineErrorKind::Failed,
                        "it is not known whether \"" + comparison->key
                            + "\" was written: the call failed, and the storage has changed since",
                        place())));
        comparison->end();
    }
    for (const auto &[comparison, outcome] : compared) {
        if (outcome == WriteResult::Newer) {
            comparison->source.reject(std::make_exception_ptr(EngineError(
                EngineErrorKind::Newer,
                "\"" + comparison->key + "\" was written by a newer version of the program, and is not overwritten",
                place())));
        } else {
            comparison->source.resolve(outcome == WriteResult::Written);
        }
        comparison->end();
    }
}

void Replica::written(const std::string &key, Pending &pending, const WriteOutcome &outcome)
{
    setRow(key, StorageEntry{key, pending.sent, outcome.version, pending.sentSchema, writer()});
    pending.merges = 0;
    pending.isInDoubt = false;
    pending.isKept = false;
    if (!pending.waits) {
        m_pending.erase(key);
        return;
    }
    pending.expect = pending.sent ? outcome.version : 0;
    pending.base = std::move(pending.sent);
    pending.baseSchema = pending.sentSchema;
    pending.sent.reset();
}

void Replica::refused(const std::string &key, Pending &pending, WriteOutcome &outcome, std::vector<RowChange> &changes)
{
    setRow(key, outcome.current);
    if (!std::exchange(pending.waits, true)) {
        pending.since = pending.sentSince;
    }
    pending.sent.reset();
    pending.isInDoubt = false;
    if (pending.isOffer) { // another program was faster
        m_pending.erase(key);
        changes.push_back({key, outcome.current ? outcome.current->value : std::nullopt,
                           outcome.current ? outcome.current->schema : 0});
    } else if (outcome.result == WriteResult::Newer) {
        park(key, pending);
    } else if (pending.compares) {
        m_conflicted.push_back(key);
    }
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/redis/detail/implementation.h>

#include <nanostores/persistent/detail/entrytable.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr std::size_t WritesAtOnce = 1000;
constexpr std::size_t BytesAtOnce = std::size_t{4} * 1024 * 1024;
constexpr std::size_t ConfirmedAtOnce = 100;
constexpr auto KeepAfter = std::chrono::milliseconds(10);

} // namespace

// Doubts

/// What was sent without an answer. The server has done it and says so, or does it now.
void RedisBackend::resolveDoubts()
{
    while (!m_doubtful.empty()) {
        const RedisTransaction &transaction = m_doubtful.front();
        m_store.send(transaction, known(), {});
        const ScriptAnswer answer = m_store.receive(transaction);
        if (answer.error) { // not done then, and not now
            m_store.refuse(*answer.error);
        }
        resolve(transaction, answer);
        m_doubtful.pop_front();
    }
}

/// The transaction was, or is now, done.
void RedisBackend::resolve(const RedisTransaction &transaction, const ScriptAnswer &answer)
{
    std::vector<std::string> settled;
    std::vector<StorageEntry> entries; // the engine is told of them by apply(), and does not read them again
    for (std::size_t i = 0; i < transaction.writes.size(); ++i) {
        const StorageWrite &write = transaction.writes[i];
        const WriteOutcome &outcome = answer.outcomes[i];
        m_resolved.insert_or_assign(write.key, Resolved{write, outcome, answer.epoch});
        if (auto entry = entryOf(write, outcome); answer.epoch == m_epoch && entry.version > m_position) {
            entries.push_back(std::move(entry));
        }
        if (outcome.result != WriteResult::Written) {
            continue;
        }
        if (answer.epoch == m_epoch) {
            m_seen = std::max(m_seen, outcome.version);
        }
        if (const KeptWrite *const kept = m_cache.kept(write.key); kept && kept->write == write) {
            settled.push_back(write.key);
        }
        if (const auto found = m_unsent.find(write.key); found != m_unsent.end() && found->second.write == write) {
            m_unsent.erase(found);
        }
    }
    m_cache.write(entries, m_position, m_epoch, settled, std::span(&transaction.id, 1));
    confirm(transaction.id);
}

/// What the server has for the key of a write, as its outcome says.
StorageEntry RedisBackend::entryOf(const StorageWrite &write, const WriteOutcome &outcome) const
{
    if (outcome.result == WriteResult::Written) {
        return {write.key, write.value, outcome.version, write.schema, m_open.writer};
    }
    return outcome.current.value_or(StorageEntry{write.key, std::nullopt, 0, 0, 0});
}

/// The server need not keep its result, unless the cache could not forget it: then the next run asks for that.
void RedisBackend::confirm(const std::string &id)
{
    if (id.starts_with(m_client + '/') && !m_cache.hasTransaction(id)) {
        m_confirmed.push_back(id);
    }
}

void RedisBackend::keepDoubtful() noexcept
{
    for (const RedisTransaction &transaction : m_doubtful) {
        try {
            m_cache.keep(transaction);
        } catch (const EngineError &) { // NOLINT(bugprone-empty-catch): it is in memory, and in the engine
        }
    }
}

// Writing

std::vector<RedisTransaction> RedisBackend::transactionsOf(std::span<const StorageWrite> writes,
                                                           std::span<const std::size_t> places)
{
    std::vector<RedisTransaction> transactions;
    std::size_t bytes = 0;
    for (const std::size_t place : places) {
        const StorageWrite &write = writes[place];
        const std::size_t size = write.key.size() + (write.value ? write.value->size() : 0);
        if (transactions.empty() || transactions.back().writes.size() == WritesAtOnce || bytes + size > BytesAtOnce) {
            transactions.push_back({m_client + '/' + std::to_string(++m_lastNumber), {}});
            bytes = 0;
        }
        transactions.back().writes.push_back(write);
        bytes += size;
    }
    return transactions;
}

/// The answers to what was sent, in its order. Those that come are not in doubt any more.
ScriptAnswer RedisBackend::receiveAll(const std::vector<RedisTransaction> &transactions,
                                      std::vector<WriteOutcome> &outcomes)
{
    if (!m_store.waitForBytes(KeepAfter)) { // it takes long: the program may be killed before they come
        keepDoubtful();
    }
    ScriptAnswer last;
    std::optional<RespValue> error;
    std::vector<std::pair<const RedisTransaction *, ScriptAnswer>> done;
    try {
        for (const RedisTransaction &transaction : transactions) {
            ScriptAnswer answer = m_store.receive(transaction);
            m_doubtful.pop_front();
            if (answer.error) {
                error = error ? error : answer.error;
                m_cache.write({}, m_position, m_epoch, {}, std::span(&transaction.id, 1));
                continue;
            }
            done.emplace_back(&transaction, std::move(answer));
        }
        if (error) {
            m_store.refuse(*error);
        }
    } catch (...) { // of the whole call, the results of a part are for the next one
        for (const auto &[transaction, answer] : done) {
            resolve(*transaction, answer);
        }
        throw;
    }
    for (auto &[transaction, answer] : done) {
        std::move(answer.outcomes.begin(), answer.outcomes.end(), std::back_inserter(outcomes));
        last = std::move(answer);
    }
    return last;
}

Applied RedisBackend::apply(std::span<const StorageWrite> writes, Durability)
{
    requireOpen();
    requireFitting(writes, traits(), m_place);
    try {
        connect();
        Applied applied;
        applied.epoch = m_epoch;
        applied.outcomes.resize(writes.size());
        std::vector<std::size_t> places;
        std::vector<std::string> settled;
        for (std::size_t i = 0; i < writes.size(); ++i) {
            const auto found = m_resolved.find(writes[i].key);
            if (found != m_resolved.end() && found->second.write == writes[i]) {
                applied.outcomes[i] = found->second.outcome;
                applied.outcomes[i].isSure = true;
                applied.epoch = found->second.epoch;
                if (found->second.outcome.result == WriteResult::Written) {
                    settled.push_back(writes[i].key);
                }
            } else {
                applied.outcomes[i].isSure = found == m_resolved.end() && m_failed.contains(writes[i].key);
                places.push_back(i);
            }
        }
        if (!settled.empty()) {
            m_cache.write({}, m_position, m_epoch, settled, {});
        }
        const auto transactions = transactionsOf(writes, places);
        const std::size_t confirmed = std::min(m_confirmed.size(), ConfirmedAtOnce);
        for (const RedisTransaction &transaction : transactions) {
            const bool isFirst = &transaction == &transactions.front();
            m_doubtful.push_back(transaction);
            m_store.send(transaction, known(), std::span(m_confirmed).first(isFirst ? confirmed : 0));
        }
        if (!transactions.empty()) {
            std::vector<WriteOutcome> outcomes;
            applied.epoch = receiveAll(transactions, outcomes).epoch;
            m_confirmed.erase(m_confirmed.begin(), m_confirmed.begin() + static_cast<std::ptrdiff_t>(confirmed));
            noteApplied(transactions, outcomes, applied.epoch);
            for (std::size_t i = 0; i < places.size(); ++i) {
                outcomes[i].isSure = applied.outcomes[places[i]].isSure;
                applied.outcomes[places[i]] = std::move(outcomes[i]);
            }
        }
        for (const StorageWrite &write : writes) { // not before: a call that fails is made again, with all of them
            m_resolved.erase(write.key);
            m_failed.erase(write.key);
        }
        askForNews();
        return applied;
    } catch (const EngineError &error) {
        noteRefusal(error);
        giveUp(writes);
        throw;
    } catch (...) {
        giveUp(writes);
        throw;
    }
}

void RedisBackend::giveUp(std::span<const StorageWrite> writes) noexcept
{
    m_store.close(); // answers may be on their way
    keepDoubtful();
    for (const StorageWrite &write : writes) {
        m_failed.insert(write.key);
    }
}

/// In the cache, and in what is known.
void RedisBackend::noteApplied(const std::vector<RedisTransaction> &transactions,
                               const std::vector<WriteOutcome> &outcomes, std::uint64_t epoch)
{
    std::vector<StorageEntry> entries;
    std::vector<std::string> settled;
    std::vector<std::string> ids;
    std::size_t place = 0;
    for (const RedisTransaction &transaction : transactions) {
        ids.push_back(transaction.id);
        for (const StorageWrite &write : transaction.writes) {
            const WriteOutcome &outcome = outcomes[place++];
            entries.push_back(entryOf(write, outcome));
            if (outcome.result == WriteResult::Written) {
                settled.push_back(write.key);
                if (epoch == m_epoch) {
                    m_position += outcome.version == m_position + 1 ? 1 : 0;
                    m_seen = std::max(m_seen, outcome.version);
                }
            }
        }
    }
    if (epoch != m_epoch) {
        entries.clear(); // load() reads all of the new one
    }
    m_cache.write(entries, m_position, m_epoch, settled, ids);
    std::for_each(ids.begin(), ids.end(), [this](const std::string &id) { confirm(id); });
}

void RedisBackend::keep(std::span<const KeptWrite> writes, std::span<const std::string> settled)
{
    requireOpen();
    std::vector<KeptWrite> others;
    for (const KeptWrite &kept : writes) {
        const KeptWrite *const present = m_cache.kept(kept.write.key);
        if (!present || present->write != kept.write || (kept.base && kept.base != present->base)) {
            others.push_back(kept);
        }
    }
    m_cache.keep(others, settled);
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/worker.h>

#include <algorithm>
#include <utility>

namespace nanostores::detail {

namespace {

template<typename T>
bool contains(const std::vector<T> &all, const T &value)
{
    return std::find(all.begin(), all.end(), value) != all.end();
}

} // namespace

/// Failed calls may have written all that they were given. If a compared write then meets a value of its own, it is not
/// in conflict; if another value is to be written by now, that is compared with the version of its own. Of another
/// storage than the one that was known the versions say nothing: a value of its own may be older than the call.
void Worker::clearUpDoubts(const WriteBatch &transaction, Applied &applied)
{
    m_unknown.clear();
    if (m_doubts.empty()) {
        return;
    }
    std::vector<StorageWrite> again;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < applied.outcomes.size(); ++i) {
        WriteOutcome &outcome = applied.outcomes[i];
        const StorageWrite &write = transaction.writes[i];
        const auto found = m_doubts.find({write.key, transaction.by});
        if (found == m_doubts.end() || outcome.result != WriteResult::Conflict || outcome.isSure) {
            continue;
        }
        const Doubt &doubt = found->second;
        const bool isOther = applied.epoch != doubt.epoch;
        const bool isOwn =
            outcome.current && outcome.current->writer == m_writer && contains(doubt.values, outcome.current->value)
            && (isOther || (outcome.current->version > doubt.newest && outcome.current->version != doubt.lastOther));
        // Written, and overwritten since, or not written: of the versions after the failure one may be its own.
        if (isOther || (!isOwn && (!outcome.current || outcome.current->version > doubt.newest + 1))) {
            m_unknown.push_back(i);
        }
        if (!isOwn) {
            continue;
        }
        if (outcome.current->value == write.value) {
            outcome.result = WriteResult::Written;
            outcome.version = outcome.current->version;
            outcome.current.reset();
        } else {
            again.push_back(write);
            again.back().expect = outcome.current->version;
            places.push_back(i);
        }
    }
    if (!again.empty()) { // which may fail, and leaves the doubts as they are
        const Applied second = m_backend->apply(again, transaction.durability);
        for (std::size_t i = 0; i < places.size() && i < second.outcomes.size(); ++i) {
            applied.outcomes[places[i]] = second.outcomes[i];
        }
        applied.epoch = second.epoch;
    }
    for (const StorageWrite &write : transaction.writes) {
        m_doubts.erase({write.key, transaction.by});
    }
}

/// What was known at the first failure counts: a pull between two of them may have seen what the first has written.
void Worker::noteDoubts(const WriteBatch &transaction)
{
    for (const StorageWrite &write : transaction.writes) {
        if (write.expect) {
            Doubt &doubt =
                m_doubts.try_emplace({write.key, transaction.by}, Doubt{{}, m_epoch, m_newest, 0}).first->second;
            if (!contains(doubt.values, write.value)) {
                doubt.values.push_back(write.value);
            }
        }
    }
}

} // namespace nanostores::detail

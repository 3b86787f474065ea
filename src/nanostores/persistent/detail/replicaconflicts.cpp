// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/replica.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>

#include <exception>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr std::uint8_t MostMerges = 16;

} // namespace

std::shared_ptr<Binding> Replica::ownerOf(const Pending &pending) const
{
    return std::dynamic_pointer_cast<Binding>(pending.owner.lock());
}

/// What has been found to be in conflict is merged, or shown. Late, as both run the program's code.
void Replica::settleConflicts()
{
    for (const auto &[owner, key] : std::exchange(m_ended, {})) {
        if (const auto binding = std::dynamic_pointer_cast<Binding>(owner.lock())) {
            const auto held = binding->hold();
            binding->conflictEnded(key);
        }
    }
    while (!m_conflicted.empty()) {
        const std::string key = std::move(m_conflicted.front());
        m_conflicted.pop_front();
        const auto found = m_pending.find(key);
        if (found == m_pending.end() || !found->second.compares || found->second.isSent || found->second.isOffer) {
            continue;
        }
        const auto *const row = m_rows.find(key);
        if (found->second.parked == Parked::Conflict && isSettled(found->second, row)) {
            const auto owner = ownerOf(found->second);
            const auto held = owner->hold();
            dropPending(found);
            owner->conflictEnded(key);
        } else if (found->second.parked == Parked::Conflict) {
            showConflict(key, found->second);
        } else if (found->second.parked == Parked::No && !found->second.isInDoubt // the row may be its own
                   && (row ? row->version : 0) != found->second.expect) {
            inConflict(key, found->second);
        }
    }
}

/// Others have written the very same value. To merge the two may make a third one.
bool Replica::isSettled(const Pending &pending, const RowTable::Row *row) const
{
    const auto owner = ownerOf(pending);
    return owner && !owner->style().merges && pending.value == rawOf(row ? std::optional(row->value()) : std::nullopt)
           && (!row || pending.schema == row->schema);
}

/// The key has another version than the one that the pending write is based on. Merged, it is based on the new one.
void Replica::inConflict(const std::string &key, Pending &pending)
{
    const auto owner = ownerOf(pending);
    const auto *const row = m_rows.find(key);
    if (isSettled(pending, row)) {
        dropPending(m_pending.find(key));
        return;
    }
    if (owner && pending.merges < MostMerges) {
        const auto held = owner->hold();
        const RawForm base{pending.base, pending.baseSchema};
        const RawForm mine{pending.value, pending.schema};
        const RawForm theirs{rawOf(row ? std::optional(row->value()) : std::nullopt), row ? row->schema : 0};
        const std::uint64_t version = row ? row->version : 0;
        std::optional<RawValue> merged;
        try {
            batch([&] { merged = owner->merged(key, base, mine, theirs); });
        } catch (...) {
            reportError(std::current_exception());
        }
        const auto found = m_pending.find(key); // the program's code has run
        if (found == m_pending.end() || found->second.parked != Parked::No) {
            return;
        }
        if (merged) {
            Pending &now = found->second;
            ++now.merges;
            now.value = std::move(*merged);
            now.schema = owner->style().schema; // of a former run it may have been another one
            now.isKept = false;
            now.base = theirs.value;
            now.baseSchema = theirs.schema;
            now.expect = version;
            now.waits = true;
            if (hasOtherListeners(key, owner.get())) {
                m_local.push_back({key, now.value, now.schema, owner.get()});
            }
            return;
        }
        found->second.parked = Parked::Conflict;
        showConflict(key, found->second);
        return;
    }
    pending.parked = Parked::Conflict;
    showConflict(key, pending);
}

/// Writes of a run before have no store until one is made for their keys.
void Replica::adoptPending(Binding &binding)
{
    const auto adopt = [&](const std::string &key, Pending &pending) {
        if (!pending.compares || pending.isOffer || !pending.owner.expired()) {
            return;
        }
        pending.owner = binding.weak_from_this();
        pending.compares = binding.style().compares;
        if (pending.parked == Parked::Conflict) {
            pending.parked = pending.compares ? Parked::Conflict : Parked::No;
            m_conflicted.push_back(key);
            scheduleFlush();
        }
    };
    for (auto place = m_pending.lower_bound(binding.name());
         place != m_pending.end() && place->first.starts_with(binding.name()); ++place) {
        if (binding.isPrefix() || place->first == binding.name()) {
            adopt(place->first, place->second);
        }
    }
}

void Replica::showConflict(const std::string &key, Pending &pending)
{
    if (const auto owner = ownerOf(pending)) {
        const auto held = owner->hold();
        const auto *const row = m_rows.find(key);
        owner->conflictChanged(key, {pending.base, pending.baseSchema}, {pending.value, pending.schema},
                               {rawOf(row ? std::optional(row->value()) : std::nullopt), row ? row->schema : 0},
                               row ? row->writer : 0);
    }
}

void Replica::resolveConflict(const std::string &key, bool keepsMine)
{
    const auto self = shared_from_this();
    encodeDirty(Which::All);
    const auto found = m_pending.find(key);
    if (found == m_pending.end() || found->second.parked != Parked::Conflict) {
        return;
    }
    Pending &pending = found->second;
    const auto owner = ownerOf(pending);
    const auto *const row = m_rows.find(key);
    const RawValue theirs = rawOf(row ? std::optional(row->value()) : std::nullopt);
    const std::uint32_t schema = row ? row->schema : 0;
    if (keepsMine) {
        pending.parked = Parked::No;
        pending.merges = 0;
        pending.expect = row ? row->version : 0;
        pending.base = theirs;
        pending.baseSchema = schema;
        pending.waits = true;
        scheduleFlush();
    } else {
        dropPending(found);
        scheduleFlush(); // it is kept no more
        deliver({{key, theirs, schema, owner.get()}}, false);
        if (owner) { // also if it does not listen
            deliverTo(*owner, {key, theirs, schema});
        }
    }
    if (owner) {
        const auto held = owner->hold();
        owner->conflictEnded(key);
    }
    publish();
}

} // namespace nanostores::detail

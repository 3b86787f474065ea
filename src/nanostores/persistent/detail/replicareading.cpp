// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/replica.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/foreign.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

// What is stored: all of it, and what others have changed.

template<typename F>
void Replica::eachListener(std::string_view key, F f) const
{
    if (!m_keyListeners.empty()) {
        const auto found = m_keyListeners.find(std::string(key));
        if (found != m_keyListeners.end()) {
            for (RowListener *listener : found->second) {
                f(*listener);
            }
        }
    }
    for (const auto &[prefix, listeners] : m_prefixListeners) {
        if (key.starts_with(prefix)) {
            for (RowListener *listener : listeners) {
                f(*listener);
            }
        }
    }
}

/// All that there is. Comes when it was opened, when the changes since the last one are not known, and when another
/// storage has taken its place.
void Replica::loaded(StorageState &&state)
{
    encodeDirty(Which::All);
    const bool isFirst = !std::exchange(m_isLoaded, true);
    const bool isOther = !isFirst && state.epoch != m_epoch && m_epoch != 0; // 0: nothing was known of it
    m_readingFails = false;
    m_failures = state.isStale ? m_failures : 0;
    m_retries &= ~unsigned{RetryOpen | RetryPull};
    if (m_retries == RetryNothing) {
        m_retry.stop();
    }
    m_isReadOnly = state.readOnly;
    m_isStale = state.isStale;
    m_epoch = state.epoch;
    for (const std::string &repair : state.repairs) {
        if (std::find(m_repairs.begin(), m_repairs.end(), repair) == m_repairs.end()) {
            m_repairs.push_back(repair);
            noteError(EngineError(EngineErrorKind::Corrupt, repair, place()));
        }
    }

    RowTable rows;
    std::vector<RowChange> changes;
    if (isFirst) {
        takeUnsent(state, changes);
    }
    const bool isHeard = !m_keyListeners.empty() || !m_prefixListeners.empty();
    for (const StorageEntry &entry : state.entries) {
        if (!entry.value) {
            continue;
        }
        rows.set(entry.key, *entry.value, entry.version, entry.writer, entry.schema);
        if (!isHeard) {
            continue;
        }
        const auto *const old = m_rows.find(entry.key);
        if (!isFirst && (!old || old->version != entry.version)) {
            keepBase(entry.key);
        }
        if (!m_pending.contains(entry.key) && (!old || old->value() != *entry.value || old->schema != entry.schema)) {
            changes.push_back({entry.key, entry.value, entry.schema});
        }
    }
    if (isOther) {
        ++m_resyncs;
        for (auto &[key, former] : m_unheard) { // no version of this storage
            former.version = NoVersion;
        }
        for (const auto &comparison : m_comparisons) { // with versions of the storage before; a value is compared anew
            if (comparison->version != 0) {
                comparison->version = NoVersion;
            }
        }
        reoffer(rows, state, changes);
        std::erase_if(changes, [this](const RowChange &change) { // stores keep the values that are offered
            const auto found = m_pending.find(change.key);
            return found != m_pending.end() && found->second.isOffer;
        });
    } else {
        m_rows.each({}, [&](const RowTable::Row &row) {
            if (!rows.find(row.key()) && !m_pending.contains(row.key())) {
                keepBase(std::string(row.key()));
                changes.push_back({std::string(row.key()), std::nullopt, 0});
            }
        });
    }
    m_rows.swap(rows);
    for (auto &[key, pending] : m_pending) {
        if (!pending.compares || pending.isSent || pending.isOffer) {
            continue;
        }
        if (isOther && pending.parked != Parked::Conflict) {
            rebase(key, pending);
            continue;
        }
        const auto *const row = m_rows.find(key);
        if (pending.parked == Parked::Conflict || (row ? row->version : 0) != pending.expect) {
            m_conflicted.push_back(key);
        }
    }
    m_isBlocked = false;
    deliver(std::move(changes), isFirst);
}

/// What was kept when it could not be written: the values are seen at once. The program may have set others meanwhile.
void Replica::takeUnsent(StorageState &state, std::vector<RowChange> &changes)
{
    for (KeptWrite &kept : state.unsent) {
        const auto [place, isNew] = m_pending.try_emplace(kept.write.key);
        if (!isNew) {
            continue;
        }
        Pending &pending = place->second;
        pending.value = std::move(kept.write.value);
        pending.schema = kept.write.schema;
        pending.durability = m_options.durability;
        pending.compares = kept.write.expect.has_value();
        pending.expect = kept.write.expect.value_or(0);
        pending.base = std::move(kept.base);
        pending.baseSchema = kept.write.schema; // as far as it is known
        pending.isInDoubt = true;
        pending.isKept = true;
        pending.since = ++m_serial;
        changes.push_back({place->first, pending.value, pending.schema});
    }
}

/// A compared write, and another storage than the one that its version is of.
void Replica::rebase(const std::string &key, Pending &pending)
{
    const auto *const row = m_rows.find(key);
    const std::uint64_t version = row ? row->version : 0;
    pending.isKept = false; // with the version of the storage before
    if (rawOf(row ? std::optional(row->value()) : std::nullopt) == pending.base) {
        pending.expect = version; // nothing but its number is another one
        pending.baseSchema = row ? row->schema : 0;
    } else if (!row) {
        pending.expect = 0;
        pending.base.reset();
    } else {
        if (version == pending.expect) { // of another storage: it is no version of this one
            pending.expect = NoVersion;
        }
        m_conflicted.push_back(key);
    }
}

/// Another storage: what this program knows, and it has not, is written to it, unless another program does so first. Of
/// one that has lost its newest changes, these are.
void Replica::reoffer(RowTable &newer, const StorageState &state, std::vector<RowChange> &changes)
{
    for (auto next = m_pending.begin(); next != m_pending.end();) { // what waits since the storage before
        const auto offer = next++;
        if (!offer->second.isOffer || offer->second.isSent) {
            continue;
        }
        const auto *const there = newer.find(offer->first);
        const bool isSame =
            there && state.rewoundTo && there->version <= *state.rewoundTo && there->version == offer->second.expect;
        if (!there) {
            offer->second.expect = 0;
        } else if (!isSame) {
            changes.push_back({offer->first, std::string(there->value()), there->schema});
            m_pending.erase(offer);
        }
    }
    m_rows.each({}, [&](const RowTable::Row &row) {
        const std::string key(row.key());
        const auto *const there = newer.find(row.key());
        const bool isLost = !there
                            || (state.rewoundTo && row.version > *state.rewoundTo && there->version <= *state.rewoundTo
                                && there->value() != row.value());
        if (!isLost || m_pending.contains(key)) {
            return;
        }
        Pending offer;
        offer.value = std::string(row.value());
        offer.schema = row.schema;
        offer.durability = m_options.durability;
        offer.compares = true;
        offer.isOffer = true;
        offer.expect = there ? there->version : 0;
        offer.since = ++m_serial;
        m_pending.emplace(key, std::move(offer));
    });
}

void Replica::setRow(const std::string &key, const std::optional<StorageEntry> &entry)
{
    if (entry && entry->value) {
        m_rows.set(key, *entry->value, entry->version, entry->writer, entry->schema);
    } else {
        m_rows.erase(key);
    }
}

/// Before a row changes, for stores that will not hear of it.
void Replica::keepBase(const std::string &key)
{
    if (!m_hasDeaf || m_pending.contains(key)) {
        return;
    }
    bool isKept = false;
    eachListener(key, [&](const RowListener &listener) { isKept = isKept || listener.keepsBase(); });
    if (isKept) {
        const auto *const row = m_rows.find(key);
        m_unheard.try_emplace(key, row ? Unheard{{std::string(row->value()), row->schema}, row->version}
                                       : Unheard{{std::nullopt, 0}, 0});
    }
}

void Replica::changedElsewhere(const StorageFeed &feed)
{
    if (!m_isLoaded || feed.epoch != m_epoch) {
        return;
    }
    encodeDirty(Which::Compared);
    std::vector<RowChange> changes;
    for (const StorageEntry &entry : feed.changes) {
        const auto *const row = m_rows.find(entry.key);
        if (row && row->version >= entry.version) {
            continue; // an own change, or one that is known
        }
        const auto found = m_pending.find(entry.key);
        const bool isSame =
            row ? entry.value && row->value() == *entry.value && row->schema == entry.schema : !entry.value;
        keepBase(entry.key);
        setRow(entry.key, entry);
        if (found == m_pending.end()) {
            if (!isSame) {
                changes.push_back({entry.key, entry.value, entry.schema});
            }
            continue;
        }
        Pending &pending = found->second;
        if (pending.isSent) {
            continue; // its outcome is on the way
        }
        if (pending.isOffer) {
            changes.push_back({entry.key, entry.value, entry.schema});
            dropPending(found);
        } else if (pending.compares) {
            m_conflicted.push_back(entry.key);
        }
    }
    deliver(std::move(changes), false);
}

bool Replica::hasOtherListeners(std::string_view key, const RowListener *except) const
{
    if (except && m_sharedKeys == 0 && m_prefixListeners.empty() && !except->isPrefix() && except->name() == key) {
        return false;
    }
    bool has = false;
    eachListener(key, [&](RowListener &listener) { has = has || &listener != except; });
    return has;
}

void Replica::deliverTo(RowListener &listener, const RowChange &change)
{
    const auto held = listener.hold();
    const ForeignWrites foreign; // no history takes them for edits
    try {
        batch([&] { listener.rowsChanged({&change, 1}, true); });
    } catch (...) { // of a hook or an observer
        reportError(std::current_exception());
    }
}

/// In one batch, each listener with all that is for it. Listeners may come and go meanwhile, and set keys: then all
/// have heard of that, and hear nothing older of these keys.
void Replica::deliver(std::vector<RowChange> &&changes, bool isFirst)
{
    if (changes.empty()) {
        return;
    }
    struct Call
    {
        RowListener *listener;
        std::shared_ptr<const void> held;
        std::vector<RowChange> changes;
    };
    std::vector<Call> calls;
    std::unordered_map<RowListener *, std::size_t> places;
    for (const RowChange &change : changes) {
        eachListener(change.key, [&](RowListener &listener) {
            if (&listener == change.origin) {
                return;
            }
            const auto [place, isNew] = places.try_emplace(&listener, calls.size());
            if (isNew) {
                calls.push_back({&listener, listener.hold(), {}});
            }
            calls[place->second].changes.push_back(change);
        });
    }
    const auto deliveries = ++m_deliveries;
    const auto callAll = [&] {
        for (Call &call : calls) {
            if (!call.held) {
                continue;
            }
            if (m_deliveries != deliveries) {
                std::erase_if(call.changes,
                              [this](const RowChange &change) { return rawOf(present(change.key)) != change.value; });
            }
            if (call.changes.empty()) {
                continue;
            }
            try {
                call.listener->rowsChanged(call.changes, isFirst);
            } catch (...) { // of a hook or a function: the others are called all the same
                reportError(std::current_exception());
            }
        }
    };
    const ForeignWrites foreign; // no history takes them for edits
    try {
        batch(callAll);
    } catch (...) { // of observers
        reportError(std::current_exception());
    }
}

} // namespace nanostores::detail

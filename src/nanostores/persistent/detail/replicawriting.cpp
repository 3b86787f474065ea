// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/replica.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/core/post.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/persistent/detail/pace.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

namespace {

std::chrono::milliseconds now()
{
    const Scheduler *const clock = scheduler();
    return clock ? clock->now() : std::chrono::milliseconds(0);
}

/// The bindings that were put into a list are taken out of it in the order in which they came.
Binding *reversed(Binding *list, Binding *Binding::*next)
{
    Binding *result = nullptr;
    while (list) {
        Binding *const rest = std::exchange(list->*next, result);
        result = std::exchange(list, rest);
    }
    return result;
}

} // namespace

/// A write that is not there is made in front of the next key's, of the value that the row has, or that a store has
/// read that does not listen.
Replica::Pending &Replica::pendingFor(std::string_view key, PendingTable::iterator next, const RowTable::Row *row,
                                      const Binding *owner)
{
    Pending &made = m_pending.try_emplace(next, std::string(key))->second;
    made.waits = false;
    const auto unheard = owner && owner->keepsBase() ? m_unheard.find(key) : m_unheard.end();
    if (unheard != m_unheard.end()) {
        Unheard former = std::move(unheard->second);
        m_unheard.erase(unheard);
        if (former.form.value != rawOf(row ? std::optional(row->value()) : std::nullopt)) {
            made.base = std::move(former.form.value);
            made.baseSchema = former.form.schema;
            made.expect = former.version;
            return made;
        }
    }
    if (row) {
        made.base = std::string(row->value());
        made.baseSchema = row->schema;
        made.expect = row->version;
    }
    return made;
}

void Replica::putRaw(std::string_view key, RawValue &&value, std::uint32_t schema, std::optional<Durability> durability,
                     Binding *owner)
{
    const auto place = m_pending.lower_bound(key); // a write costs one search
    const bool isPending = place != m_pending.end() && place->first == key;
    const auto *const row = isPending ? nullptr : m_rows.find(key);
    const bool isSame = isPending ? value && place->second.value == value && place->second.schema == schema
                        : row     ? value && row->value() == *value && row->schema == schema
                                  : !value;
    if (isSame) {
        return;
    }
    Pending &pending = isPending ? place->second : pendingFor(key, place, row, owner);
    pending.value = std::move(value);
    pending.schema = schema;
    pending.durability = durability.value_or(m_options.durability);
    pending.isOffer = false;
    pending.isKept = false;
    pending.compares = owner && owner->style().compares;
    pending.isSecret = owner && owner->style().secret;
    auto former =
        std::exchange(pending.owner, pending.compares ? owner->weak_from_this() : std::weak_ptr<RowListener>());
    if (pending.parked == Parked::Conflict && former.lock().get() != owner) {
        m_ended.emplace_back(std::move(former), key); // it is not between these two any more
    }
    if (!std::exchange(pending.waits, true)) {
        pending.since = ++m_serial;
    }
    if (pending.parked == Parked::Conflict && pending.compares) {
        m_conflicted.emplace_back(key);
    } else if (pending.isSecret && !isEncrypted()) {
        parkSecret(std::string(key), pending);
    } else {
        pending.parked = Parked::No;
    }
    m_isBlocked = false;
    m_keepingFails = false;
    if (hasOtherListeners(key, owner)) {
        m_local.push_back({std::string(key), pending.value, schema, owner});
    }
    if (!m_unreadable.empty()) {
        m_unreadable.erase(std::string(key));
    }
    scheduleFlush();
}

void Replica::scheduleFlush()
{
    if (m_isFlushScheduled) {
        return;
    }
    postToOwner(*m_status.node(), [weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->flushDirty();
        }
    });
    m_isFlushScheduled = true;
}

void Replica::flushDirty()
{
    const auto self = shared_from_this();
    m_isFlushScheduled = false;
    encodeDirty(Which::Due);
    send();
    publish();
}

/// What the program has set is news to other stores of the key.
void Replica::deliverLocal()
{
    auto changes = std::exchange(m_local, {});
    for (RowChange &change : changes) {
        change.value = rawOf(present(change.key)); // it may have been set twice
        change.schema = schemaOf(change.key);
    }
    deliver(std::move(changes), false);
}

void Replica::encodeNow()
{
    encodeDirty(Which::All);
}

/// Whether a store that is dirty is to be written now.
bool Replica::isDue(Binding &binding)
{
    Binding::Pace *const pace = binding.m_pace.get();
    if (!pace) {
        return true;
    }
    const auto isOver = [&] {
        return !pace->pacing.waitsForPause && (!pace->last || now() - *pace->last >= pace->pacing.delay);
    };
    if (std::exchange(pace->isDue, false) || (!pace->timer.active() && isOver())) {
        pace->timer.stop();
        pace->last = now();
        return true;
    }
    if (!pace->timer.active()) {
        pace->seen = valueNumber(binding.m_node);
        const auto delay =
            pace->pacing.waitsForPause || !pace->last ? pace->pacing.delay : *pace->last + pace->pacing.delay - now();
        pace->timer.start(std::max(delay, std::chrono::milliseconds(0)), [this, &binding, pace] {
            // The binding is dirty, and so it, its pace and this replica are there.
            const bool goesOn = pace->pacing.waitsForPause && valueNumber(binding.m_node) != pace->seen;
            pace->isDue = !goesOn;
            flushDirty();
        });
    }
    return false;
}

/// Has the dirty stores say what has changed, in the order in which they were set first. Whatever they do, each is out
/// of the list before it is asked.
void Replica::encodeDirty(Which which)
{
    if (!m_dirty) {
        return;
    }
    const auto self = shared_from_this();
    std::vector<Ref<Node>> ended; // their stores may end, and the program's code run, when all is done
    Binding *list = reversed(std::exchange(m_dirty, nullptr), &Binding::m_nextDirty);
    while (list) {
        Binding &binding = *list;
        list = std::exchange(binding.m_nextDirty, nullptr);
        const bool isNow = which == Which::All || (which == Which::Compared && binding.m_style.compares)
                           || (which == Which::Due && isDue(binding));
        if (!isNow) {
            binding.m_nextDirty = std::exchange(m_dirty, &binding);
            continue;
        }
        ended.push_back(std::move(binding.m_held));
        encode(binding);
    }
    deliverLocal();
}

void Replica::encode(Binding &binding)
{
    binding.m_isDirty = false;
    if (binding.m_pace) {
        binding.m_pace->timer.stop();
        binding.m_pace->isDue = false;
    }
    try {
        binding.encode();
    } catch (...) {
        reportUnwritable(binding.name());
    }
}

/// Others hear of it when the turn ends.
void Replica::encodeOne(Binding &binding)
{
    Binding **place = &m_dirty;
    while (*place && *place != &binding) {
        place = &(*place)->m_nextDirty;
    }
    if (*place) {
        *place = std::exchange(binding.m_nextDirty, nullptr);
        const Ref<Node> ended = std::move(binding.m_held);
        encode(binding);
    }
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/sessionprobe.h>

#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/logger/detail/text.h>
#include <nanostores/recorder/detail/muting.h>

#include <algorithm>
#include <limits>
#include <utility>

/// What happens, as a recorder notes it in its ring.
namespace nanostores::detail {

namespace {

using EventKind = SessionEvent::Kind;
using Where = SessionEvent::Place;

} // namespace

std::uint64_t SessionProbe::now() const noexcept
{
    if (!m_options.clock) [[likely]] {
        return ticks() - m_clock.first();
    }
    try {
        return static_cast<std::uint64_t>(m_options.clock().count()) - m_began;
    } catch (...) {
        return 0;
    }
}

/// In which function the program is. A notice counts as long as its turn goes on.
void SessionProbe::findPlace(EventEntry &entry) noexcept
{
    const Open *outer = nullptr;
    for (std::size_t i = m_open.size(); i-- > 0 && !outer;) {
        outer = m_open[i].kind == EventKind::Batch ? nullptr : &m_open[i];
    }
    Where place = Where::Outside;
    if (m_notice.event != 0 && m_notice.turn == entry.turn) {
        place = Where::Listener;
        entry.within = m_notice.event;
    } else if (outer) {
        place = outer->kind == EventKind::Run ? Where::Function : Where::Hook;
        entry.within = outer->event;
    } else if (!m_open.empty()) {
        entry.within = m_open.back().event; // a batch
    }
    entry.place = static_cast<std::uint8_t>(place);
}

EventEntry &SessionProbe::begin(EventKind kind, const KnownStore *known, std::uint64_t &place) noexcept
{
    const bool isOfTurn = !m_open.empty() || kind == EventKind::Write || kind == EventKind::Batch || !idle();
    EventEntry &entry = m_ring.add(place);
    entry.what = static_cast<std::uint8_t>(kind);
    entry.store = known ? known->id : 0;
    entry.time = now();
    entry.turn = isOfTurn ? turn() : 0;
    findPlace(entry);
    return entry;
}

void SessionProbe::instant(EventKind kind, const Node &node, std::uint64_t count) noexcept
{
    guarded([&] {
        if (isMuted() || isNoStore(node)) {
            return;
        }
        KnownStore &store = m_book.of(node);
        m_book.lookAt(store, node);
        std::uint64_t place = 0;
        begin(kind, &store, place).count = count;
    });
}

/// False: its beginning found no memory.
bool SessionProbe::endOpen(EventKind kind, const Node *node, Open &ended) noexcept
{
    if (m_open.empty() || m_open.back().kind != kind || m_open.back().node != node) {
        return false;
    }
    ended = std::move(m_open.back());
    m_open.pop_back();
    m_notice = ended.outer;
    return true;
}

void SessionProbe::finish(const Open &open, SessionEvent::Outcome outcome, bool tookTime) noexcept
{
    if (EventEntry *const entry = m_ring.find(open.place)) {
        entry->outcome = static_cast<std::uint8_t>(outcome);
        entry->took = tookTime ? now() - entry->time : 0;
    }
}

void SessionProbe::rest() noexcept
{
    if (m_open.empty() && m_whenAtRest) {
        guarded(m_whenAtRest);
    }
}

/// A write of the same store in which the one that stands there is made.
SessionProbe::Open *SessionProbe::enclosingWrite(const Node &node, std::size_t below) noexcept
{
    while (below-- > 0) {
        if (m_open[below].kind == EventKind::Write && m_open[below].node == &node) {
            return &m_open[below];
        }
    }
    return nullptr;
}

/// A write that is made while listeners of an earlier write of the store are called gives that one its new value; one
/// that is made in its hooks gives it another old one.
void SessionProbe::writeBegan(Node &node) noexcept
{
    guarded([&] {
        if (isMuted()) [[unlikely]] {
            return; // of time travel: nothing happens
        }
        KnownStore &store = m_book.of(node);
        m_book.lookAt(store, node);
        const bool hasValues = m_values.isRecorded(store, node);
        Open *const outer = hasValues && !m_open.empty() ? enclosingWrite(node, m_open.size()) : nullptr;
        if (outer && !outer->isNewTaken && node.version != outer->version) [[unlikely]] {
            noteNew(*outer, store, node);
        }
        std::uint64_t place = 0;
        EventEntry &entry = begin(EventKind::Write, &store, place); // before it is open itself
        entry.outcome = static_cast<std::uint8_t>(SessionEvent::Outcome::Underway);
        const std::uint64_t event = entry.event;
        Open &open = m_open.emplace_back();
        open.node = &node;
        open.event = event;
        open.place = place;
        open.outer = std::exchange(m_notice, {});
        open.changeBefore = std::exchange(store.lastChange, event);
        open.version = node.version;
        if (hasValues) {
            noteOld(open, store, node);
        }
        if (m_options.origins) {
            m_origins.add(event, m_ring.firstEvent());
        }
    });
}

void SessionProbe::writeEnded(Node &node, Outcome outcome) noexcept
{
    static constexpr SessionEvent::Outcome outcomes[] = {
        SessionEvent::Outcome::Threw,   SessionEvent::Outcome::Changed,  SessionEvent::Outcome::Equal,
        SessionEvent::Outcome::Aborted, SessionEvent::Outcome::Notified, SessionEvent::Outcome::Threw};
    const SessionEvent::Outcome shown = outcomes[static_cast<std::size_t>(outcome)];
    const bool tookTime = node.sinks != nullptr || node.has(HooksSet | HooksNotify);
    if (!m_options.values && outcome == Outcome::Changed) { // nothing else is to be noted
        if (!m_open.empty() && m_open.back().kind == EventKind::Write && m_open.back().node == &node) {
            finish(m_open.back(), shown, tookTime);
            m_notice = m_open.back().outer;
            m_open.pop_back();
            rest();
        }
        return;
    }
    Open open;
    if (!endOpen(EventKind::Write, &node, open)) {
        return;
    }
    finish(open, shown, tookTime);
    const bool isNew = outcome == Outcome::Changed || (outcome == Outcome::Threw && node.version != open.version);
    guarded([&] {
        KnownStore &store = m_book.of(node);
        if (!isNew && outcome != Outcome::Notified && store.lastChange == open.event) {
            store.lastChange = open.changeBefore;
        }
        if (!m_values.isRecorded(store, node)) {
            return;
        }
        if (isNew && !open.isNewTaken) {
            noteNew(open, store, node);
        }
        Open *const outer = m_open.empty() ? nullptr : enclosingWrite(node, m_open.size());
        if (outer && !outer->isNewTaken) {
            outer->version = node.version;
            noteOld(*outer, store, node);
        }
    });
    rest();
}

void SessionProbe::runBegan(Sink &sink) noexcept
{
    guarded([&] {
        if (isMuted() || isNoStore(sink)) {
            return;
        }
        KnownStore &store = m_book.of(sink);
        m_book.lookAt(store, sink);
        const bool isFirst = !sink.has(Evaluated);
        const bool isEffect = sink.has(Effecting);
        // An effect that runs again has its turn in the queue: what was notified before it is done.
        const bool isOfQueue = isEffect && !isFirst;
        const Notice outer = isOfQueue ? Notice() : m_notice;
        if (isOfQueue) {
            m_notice = {};
        }
        std::uint64_t place = 0;
        EventEntry &entry = begin(EventKind::Run, &store, place); // before it is open itself
        entry.outcome = static_cast<std::uint8_t>(SessionEvent::Outcome::Underway);
        if (static_cast<Where>(entry.place) == Where::Hook) { // in the drain of that write
            entry.place = static_cast<std::uint8_t>(Where::Outside);
        }
        const std::uint64_t event = entry.event;
        m_notice = {};
        Open &open = m_open.emplace_back();
        open.kind = EventKind::Run;
        open.isEffect = isEffect;
        open.node = &sink;
        open.event = event;
        open.place = place;
        open.outer = outer;
        open.changeBefore = std::exchange(store.lastRun, event);
        if (isFirst || addCauses(sink, open)) {
            open.changeBefore = std::numeric_limits<std::uint64_t>::max();
        }
        if (!isEffect && m_values.isRecorded(store, sink)) {
            noteOld(open, store, sink);
        }
    });
}

/// The sources that have changed since the run before, by what is recorded. False: none has.
bool SessionProbe::addCauses(Sink &sink, const Open &open)
{
    std::uint64_t first = 0;
    m_causes.clear();
    for (const Edge *edge = sink.has(Listed) ? sink.listedEdges() : sink.sources; edge; edge = edge->nextSource) {
        const KnownStore *const source = m_book.find(*edge->source);
        const std::uint64_t change = source ? source->lastChange : 0;
        if (change <= open.changeBefore || change == first) {
            continue;
        }
        if (first == 0) {
            first = change;
        } else if (std::find(m_causes.begin(), m_causes.end(), change) == m_causes.end()) {
            m_causes.push_back(change);
        }
    }
    EventEntry *const entry = first != 0 ? m_ring.find(open.place) : nullptr;
    if (entry) {
        entry->count = first;
    }
    if (entry && !m_causes.empty()) {
        m_ring.add(RingEntry::Causes, open.event,
                   {reinterpret_cast<const char *>(m_causes.data()), m_causes.size() * sizeof(m_causes[0])});
    }
    return first != 0;
}

KnownStore &SessionProbe::noteRun(const Open &open, Sink &sink, bool isChange)
{
    KnownStore &store = m_book.of(sink);
    if (isChange) {
        store.lastChange = open.event;
    }
    if (open.changeBefore != std::numeric_limits<std::uint64_t>::max()) {
        addCauses(sink, open); // a tracked function reads what has changed while it runs
    }
    return store;
}

void SessionProbe::runEnded(Sink &sink, RunEnd end) noexcept
{
    if (!m_options.values && end != RunEnd::Threw) { // little is to be noted, and nothing of the program is called
        if (!m_open.empty() && m_open.back().kind == EventKind::Run && m_open.back().node == &sink) {
            Open &open = m_open.back();
            finish(open, end == RunEnd::Changed ? SessionEvent::Outcome::Changed : SessionEvent::Outcome::Equal);
            guarded([&] { noteRun(open, sink, end == RunEnd::Changed); });
            m_notice = open.outer;
            m_open.pop_back();
            rest();
        }
        return;
    }
    Open open;
    if (!endOpen(EventKind::Run, &sink, open)) {
        return;
    }
    finish(open, end == RunEnd::Changed ? SessionEvent::Outcome::Changed
                 : end == RunEnd::Threw ? SessionEvent::Outcome::Threw
                                        : SessionEvent::Outcome::Equal);
    guarded([&] {
        KnownStore &store = noteRun(open, sink, end == RunEnd::Changed || end == RunEnd::Threw);
        if (end == RunEnd::Changed && !open.isEffect && m_values.isRecorded(store, sink)) {
            noteNew(open, store, sink);
        }
        if (end == RunEnd::Threw) {
            addError(open.event, std::current_exception());
        }
    });
    rest();
}

void SessionProbe::notifying(Node &node) noexcept
{
    m_notice = {};
    guarded([&] {
        if (isMuted()) {
            return;
        }
        std::uint64_t listeners = 0;
        for (const Link *link = node.sinks; link; link = link->next) {
            listeners += (link->kind & (Link::IsListener | Link::Dead)) == Link::IsListener ? 1 : 0;
        }
        instant(EventKind::Notify, node, listeners);
        m_notice = {m_book.of(node).lastChange, turn()};
    });
}

void SessionProbe::observed(Node &node) noexcept
{
    instant(EventKind::Observed, node);
}

void SessionProbe::unobserved(Node &node) noexcept
{
    instant(EventKind::Unobserved, node);
}

void SessionProbe::mounted(Node &node) noexcept
{
    instant(EventKind::Mounted, node);
}

void SessionProbe::unmounted(Node &node) noexcept
{
    instant(EventKind::Unmounted, node);
}

void SessionProbe::batchBegan() noexcept
{
    guarded([&] {
        if (isMuted()) {
            return;
        }
        Open made;
        made.kind = EventKind::Batch;
        made.outer = m_notice;
        EventEntry &entry = begin(EventKind::Batch, nullptr, made.place);
        entry.outcome = static_cast<std::uint8_t>(SessionEvent::Outcome::Underway);
        made.event = entry.event;
        m_open.push_back(std::move(made));
    });
}

void SessionProbe::batchEnded() noexcept
{
    Open open;
    if (endOpen(EventKind::Batch, nullptr, open)) {
        finish(open, SessionEvent::Outcome::Changed);
        rest();
    }
}

void SessionProbe::errorReported(const std::exception_ptr &error) noexcept
{
    guarded([&] {
        std::uint64_t place = 0;
        addError(begin(EventKind::Error, nullptr, place).event, error);
    });
}

/// What an error says may be what is hidden.
void SessionProbe::addError(std::uint64_t event, const std::exception_ptr &error)
{
    m_ring.add(RingEntry::Text, event, m_book.rules().empty() ? errorText(error) : errorType(error));
}

void SessionProbe::noteNew(Open &open, KnownStore &known, const Node &node)
{
    open.isNewTaken = true;
    m_values.noteAfter(open.event, open.old.get(), known, node);
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/inspect/detail/recorder.h>

#include <nanostores/core/graph/lifecycle.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <typeinfo>

namespace nanostores::detail {

/// Sinks that have run before are taken to have seen what their sources hold now.
EventRecorder::EventRecorder(std::size_t mostBytes, std::size_t valueBytes, bool origins)
    : m_mostBytes(mostBytes)
    , m_valueBytes(valueBytes)
    , m_origins(origins)
{
    forEachNode([this](Node &node) {
        if (node.has(Computing | Effecting) && node.has(Evaluated) && !node.has(Listed)) {
            noteSeen(static_cast<Sink &>(node), *recorded(node), nullptr);
        }
    });
}

/// Without memory an event is lost, and nothing else.
template<typename F>
void EventRecorder::guarded(F &&f) noexcept
{
    try {
        f();
    } catch (...) {
        return;
    }
}

RecordedNodePtr EventRecorder::recorded(const Node &node)
{
    RecordedNodePtr &known = m_nodes[&node];
    if (!known) {
        known = std::make_shared<RecordedNode>();
        known->node = &node;
        known->type = typeid(node).name();
        known->kind = kindOf(node);
        known->isSetFirst = known->type.find("12ScriptSignal") != std::string::npos;
    }
    return known;
}

const RecordedNode *EventRecorder::node(const Node &node) const noexcept
{
    const auto found = m_nodes.find(&node);
    return found == m_nodes.end() ? nullptr : found->second.get();
}

RecordedEvent *EventRecorder::find(std::uint64_t number) noexcept
{
    const std::uint64_t at = number - m_firstNumber;
    return number >= m_firstNumber && at < m_events.size() ? &m_events[static_cast<std::size_t>(at)] : nullptr;
}

const RecordedEvent *EventRecorder::event(std::uint64_t number) const noexcept
{
    return const_cast<EventRecorder *>(this)->find(number);
}

std::string EventRecorder::textOf(const Node &node) const
{
    return m_valueBytes > 0 && !node.has(Effecting) ? valueTextOf(node, m_valueBytes) : std::string();
}

// Memory

/// The node is counted with each of its events: it may live on for that one alone.
std::size_t EventRecorder::baseSizeOf(const RecordedEvent &event) noexcept
{
    return sizeof(RecordedEvent) + sizeof(RecordedNode) + event.node->type.capacity();
}

std::size_t EventRecorder::sizeOf(const RecordedEvent &event) noexcept
{
    return baseSizeOf(event) + event.before.capacity() + event.after.capacity()
           + event.because.capacity() * sizeof(event.because[0]) + event.origin.extraBytes();
}

/// Takes the event into account, which is complete.
void EventRecorder::measure(const RecordedEvent &event)
{
    m_bytes += sizeOf(event) - baseSizeOf(event);
    while (m_bytes > m_mostBytes && m_events.size() > 1) {
        forgetOldest();
    }
}

void EventRecorder::forgetOldest()
{
    const RecordedEvent &oldest = m_events.front();
    m_bytes -= oldest.outcome == TraceEvent::Underway ? baseSizeOf(oldest) : sizeOf(oldest);
    m_events.pop_front();
    ++m_firstNumber;
}

void EventRecorder::clear()
{
    while (!m_events.empty()) {
        forgetOldest();
    }
}

/// The name of a node that events refer to is kept.
void EventRecorder::destroyed(Node &node) noexcept
{
    const auto found = m_nodes.find(&node);
    if (found == m_nodes.end()) {
        return;
    }
    found->second->node = nullptr;
    guarded([&] {
        if (const Extra *const extra = node.extraOrNull()) {
            found->second->lastName = extra->name;
        }
    });
    found->second->seen = {};
    m_nodes.erase(found);
    for (Open &open : m_open) {
        std::erase_if(open.sources, [&node](const SeenSource &source) { return source.node == &node; });
    }
}

// Events

/// What is open is noted without an error.
void EventRecorder::makePlace()
{
    if (m_open.size() == m_open.capacity()) {
        m_open.reserve(2 * m_open.size() + 8);
    }
}

RecordedEvent &EventRecorder::begin(TraceEvent::Kind kind, const Node &node)
{
    RecordedEvent event;
    event.number = m_firstNumber + m_events.size();
    event.turn = turn();
    event.kind = kind;
    event.node = recorded(node);
    findPlace(event);
    const std::size_t size = baseSizeOf(event);
    while (!m_events.empty() && m_bytes + size > m_mostBytes) {
        forgetOldest();
    }
    m_events.push_back(std::move(event));
    m_bytes += size;
    return m_events.back();
}

/// The write or the run that goes on.
EventRecorder::Open *EventRecorder::outerOpen() noexcept
{
    const auto open =
        std::find_if(m_open.rbegin(), m_open.rend(), [](const Open &one) { return one.kind != Open::Batch; });
    return open == m_open.rend() ? nullptr : &*open;
}

/// In which function the program is. A notice counts as long as its turn goes on.
void EventRecorder::findPlace(RecordedEvent &event)
{
    if (m_notice.event != 0 && m_notice.turn == event.turn) {
        event.place = TraceEvent::Listener;
        event.within = m_notice.event;
        event.withinNode = m_notice.node;
    } else if (const Open *const open = outerOpen()) {
        event.place = open->kind == Open::Run ? TraceEvent::Function : TraceEvent::Hook;
        event.within = open->event;
        event.withinNode = open->node;
    }
}

/// Before what begins is open itself. What an onSet hook of a write sets off still sees the change before that write.
/// Hooks run before the drain; a write that is not outermost has no drain of its own.
void EventRecorder::enterHook(Open &open)
{
    Open *const outer = outerOpen();
    if (open.place != TraceEvent::Hook || !outer) {
        return;
    }
    const bool isInBatchOfHook = m_open.back().kind == Open::Batch && m_open.back().isInHook;
    const bool isInDrain = outer->isOutermost && !idle() && !isInBatchOfHook;
    const Node *const node = outer->node->node;
    const bool isNotifyHook = node && node->has(HooksNotify) && node->has(Dirty) && !outer->wasDirty;
    outer->hasDrained = outer->hasDrained || isInDrain;
    if (!isInDrain && !isNotifyHook) {
        open.isInHook = true;
        outer->node->lastChange = outer->changeBefore;
        outer->node->lastNotice = outer->noticeBefore;
    }
}

/// If the hook has set the store itself, that was the change before.
void EventRecorder::leaveHook(const Open &open)
{
    Open *const outer = open.isInHook ? outerOpen() : nullptr; // never of a batch
    if (outer) {
        outer->changeBefore = std::exchange(outer->node->lastChange, outer->event);
        outer->noticeBefore = std::exchange(outer->node->lastNotice, outer->event);
    }
}

/// At the beginning of a write. An outer write of the same store, whose listeners are being called, has given it the
/// value that it has now.
void EventRecorder::noteValues(RecordedEvent &event, const Open &open, const Node &node)
{
    if (event.node->isSetFirst) {
        event.before = event.node->text;
        event.after = event.node->text = textOf(node);
        return;
    }
    event.before = textOf(node);
    RecordedEvent *const outer = find(open.changeBefore);
    if (outer && outer->outcome == TraceEvent::Underway && outer->after.empty() && open.place != TraceEvent::Hook) {
        outer->after = event.before;
    }
}

void EventRecorder::writeBegan(Node &node) noexcept
{
    guarded([&] {
        makePlace();
        RecordedEvent &event = begin(TraceEvent::Write, node);
        Open open;
        open.event = event.number;
        open.node = event.node;
        open.place = event.place;
        open.isOutermost = idle();
        open.wasDirty = node.has(Dirty);
        enterHook(open);
        open.outer = std::exchange(m_notice, {});
        open.changeBefore = std::exchange(event.node->lastChange, event.number);
        open.noticeBefore = std::exchange(event.node->lastNotice, event.number);
        m_open.push_back(std::move(open));
        noteValues(event, m_open.back(), node);
        if (m_origins) {
            event.origin = Origin::here();
        }
    });
}

void EventRecorder::writeEnded(Node &node, Outcome outcome) noexcept
{
    if (m_open.empty() || m_open.back().kind != Open::Write || m_open.back().node->node != &node) {
        return; // its beginning found no memory
    }
    const Open open = std::move(m_open.back());
    m_open.pop_back();
    m_notice = open.outer;
    RecordedNode &recordedNode = *open.node;
    const bool isChange = outcome == Outcome::Changed;
    if (!isChange && recordedNode.lastChange == open.event) {
        recordedNode.lastChange = open.changeBefore;
    }
    if (!isChange && outcome != Outcome::Notified && recordedNode.lastNotice == open.event) {
        recordedNode.lastNotice = open.noticeBefore;
    }
    leaveHook(open);
    guarded([&] {
        RecordedEvent *const event = find(open.event);
        if (!event) {
            return;
        }
        switch (outcome) {
        case Outcome::Changed:
            event->outcome = TraceEvent::Changed;
            break;
        case Outcome::Equal:
            event->outcome = TraceEvent::Equal;
            break;
        case Outcome::Aborted:
            event->outcome = TraceEvent::Aborted;
            break;
        case Outcome::Notified:
            event->outcome = TraceEvent::Notified;
            break;
        default:
            event->outcome = TraceEvent::Threw;
        }
        if (recordedNode.isSetFirst) {
            event->before = event->before == event->after ? std::string() : std::move(event->before);
        } else if (!isChange) {
            event->after = std::exchange(event->before, {});
        } else if (event->after.empty()) {
            event->after = textOf(node);
        }
        measure(*event);
    });
    if (isChange && recordedNode.lastEvent < open.event) {
        recordedNode.lastEvent = open.event;
    }
}

// Runs

/// The edges are those of the run before, and stand in the order in which their versions were noted.
std::vector<SeenSource> EventRecorder::sourcesOf(Sink &sink, const RecordedNode &node) const
{
    std::vector<SeenSource> sources;
    if (sink.has(Listed)) {
        for (const Edge *edge = sink.listedEdges(); edge; edge = edge->nextSource) {
            sources.push_back({edge->source, edge->seen, false, lastChangeOf(*edge->source)});
        }
        return sources;
    }
    auto from = node.seen.begin();
    for (const Edge *edge = sink.sources; edge; edge = edge->nextSource) {
        const auto found =
            std::find_if(from, node.seen.end(), [edge](const auto &one) { return one.node == edge->source; });
        if (found != node.seen.end()) {
            sources.push_back(*found);
            sources.back().changeBefore = lastChangeOf(*edge->source);
            from = std::next(found);
        }
    }
    return sources;
}

/// After a run of a tracked function. What has changed in it after the function had read it, by its own writes and what
/// they set off, it has not seen; it is stale then.
void EventRecorder::noteSeen(Sink &sink, RecordedNode &node, const Open *run)
{
    node.seen.clear();
    const bool isStale = run && sink.has(Dirty | Stale);
    for (const Edge *edge = sink.sources; edge; edge = edge->nextSource) {
        const Node &source = *edge->source;
        const bool isUnseen =
            isStale && lastChangeOf(source) > run->event && lastChangeOf(source) != lastPull(*run, source);
        node.seen.push_back({&source, source.version, isUnseen});
    }
}

/// The run in which the source changed as the function read it, or 0.
std::uint64_t EventRecorder::lastPull(const Open &run, const Node &source) const
{
    const auto found = m_nodes.find(&source);
    if (found == m_nodes.end()) {
        return 0;
    }
    for (const auto &[scope, event] : found->second->pulls) {
        if (scope == run.scope && event > run.event) {
            return event;
        }
    }
    return 0;
}

std::uint64_t EventRecorder::lastChangeOf(const Node &node) const
{
    const auto found = m_nodes.find(&node);
    return found == m_nodes.end() ? 0 : found->second->lastChange;
}

/// At the beginning of a run, and at its end: until then, a tracked function may have come to read what has changed,
/// too. What its own writes have changed meanwhile is no cause.
void EventRecorder::findCauses(const Open &run, RecordedEvent &event)
{
    event.because.clear();
    std::set<const Node *> listedAlready;
    for (const SeenSource &source : run.sources) {
        const auto known = m_nodes.find(source.node);
        const RecordedNode *const recordedSource = known == m_nodes.end() ? nullptr : known->second.get();
        const bool threw = recordedSource && recordedSource->lastError > run.runBefore;
        if (source.node->version == source.version && !source.isUnseen && !threw) {
            continue;
        }
        std::uint64_t number = !recordedSource ? 0 : threw ? recordedSource->lastError : recordedSource->lastChange;
        const std::uint64_t pull = lastPull(run, *source.node);
        if (pull != 0) {
            number = pull;
        } else if (number > event.number) {
            number = source.changeBefore;
            if (number <= run.runBeforeEnd && !source.isUnseen) {
                continue;
            }
        }
        if (listedAlready.insert(source.node).second) {
            event.because.emplace_back(number, recorded(*source.node));
        }
    }
}

void EventRecorder::runBegan(Sink &sink) noexcept
{
    guarded([&] {
        makePlace();
        RecordedEvent &event = begin(TraceEvent::Run, sink);
        Open open;
        open.kind = Open::Run;
        open.event = event.number;
        open.node = event.node;
        open.place = event.place;
        enterHook(open);
        open.runBefore = std::exchange(event.node->lastRun, event.number);
        open.runBeforeEnd = event.node->lastRunEnd;
        event.isFirst = !sink.has(Evaluated);
        const Open *const outer = outerOpen();
        const bool isRead = m_notice.event == 0 && outer && outer->kind == Open::Run && tracking();
        open.scope = isRead ? outer->scope : ++m_scopes;
        // An effect that runs again has its turn in the queue: what was notified before it is done.
        open.outer = sink.has(Effecting) && !event.isFirst ? Notice() : m_notice;
        m_notice = {};
        if (!event.isFirst) {
            open.sources = sourcesOf(sink, *event.node);
        }
        m_open.push_back(std::move(open));
        event.before = textOf(sink);
        findCauses(m_open.back(), event);
        if (event.because.empty() && m_origins) {
            event.origin = Origin::here();
        }
    });
}

/// Only scopes that go on are kept: one that is nested in another one has a higher number.
void EventRecorder::notePull(const Open &run) noexcept
{
    auto &pulls = run.node->pulls;
    const auto outermost =
        std::find_if(m_open.begin(), m_open.end(), [](const Open &open) { return open.kind == Open::Run; });
    if (outermost == m_open.end()) {
        pulls.clear();
        return;
    }
    guarded([&] {
        std::erase_if(pulls,
                      [&](const auto &pull) { return pull.first < outermost->scope || pull.first >= run.scope; });
        pulls.emplace_back(run.scope, run.event);
    });
}

void EventRecorder::runEnded(Sink &sink, RunEnd end) noexcept
{
    if (m_open.empty() || m_open.back().kind != Open::Run || m_open.back().node->node != &sink) {
        return;
    }
    const Open open = std::move(m_open.back());
    m_open.pop_back();
    m_notice = open.outer;
    RecordedNode &node = *open.node;
    if (end != RunEnd::Same) {
        notePull(open);
    }
    if (end == RunEnd::Changed) {
        node.lastChange = node.lastNotice = open.event;
    }
    leaveHook(open);
    node.lastRunEnd = m_firstNumber + m_events.size() - 1;
    node.lastError = end == RunEnd::Threw ? open.event : 0;
    if (end == RunEnd::Changed || sink.has(Effecting) || end == RunEnd::Threw) {
        node.lastEvent = std::max(node.lastEvent, open.event);
    }
    guarded([&] {
        RecordedEvent *const event = find(open.event);
        if (event) {
            findCauses(open, *event);
            event->outcome = end == RunEnd::Changed ? TraceEvent::Changed
                             : end == RunEnd::Threw ? TraceEvent::Threw
                                                    : TraceEvent::Equal;
            event->after = textOf(sink);
            if (!event->because.empty()) {
                event->origin = Origin();
            }
            measure(*event);
        }
        if (!sink.has(Listed)) {
            noteSeen(sink, node, &open);
        }
    });
}

void EventRecorder::notifying(Node &node) noexcept
{
    m_notice = {};
    if (!m_open.empty()) {
        m_open.back().hasDrained = true;
    }
    const auto found = m_nodes.find(&node);
    if (found != m_nodes.end()) {
        m_notice = {found->second, found->second->lastNotice, turn()};
    }
}

void EventRecorder::batchBegan() noexcept
{
    guarded([&] {
        Open open;
        open.kind = Open::Batch;
        open.outer = m_notice;
        open.isInHook =
            m_notice.event == 0 && !m_open.empty() && m_open.back().kind == Open::Write && !m_open.back().hasDrained;
        m_open.push_back(std::move(open));
    });
}

void EventRecorder::batchEnded() noexcept
{
    if (!m_open.empty() && m_open.back().kind == Open::Batch) {
        m_notice = m_open.back().outer;
        m_open.pop_back();
    }
}

} // namespace nanostores::detail

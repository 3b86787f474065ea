// SPDX-License-Identifier: MIT
#include <nanostores/inspect/trace.h>

#include <nanostores/inspect/detail/recorder.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <utility>

/// What a Trace answers. recorder.cpp fills it.
namespace nanostores {

using detail::EventRecorder;
using detail::RecordedEvent;
using detail::RecordedNode;

namespace {

constinit thread_local Trace *newestTrace = nullptr;

/// A chain is not printed further than this.
constexpr std::size_t MostLines = 200;

} // namespace

class Trace::Recorder final : public EventRecorder
{
public:
    explicit Recorder(const Options &options)
        : EventRecorder(options.bytes, options.valueBytes, options.origins)
    {
        detail::attachProbe(*this);
    }
};

namespace {

/// The names of recorded nodes, each looked up once.
class Names
{
public:
    std::string of(const RecordedNode &node) const
    {
        if (node.node) {
            return m_names.orAddress(*node.node);
        }
        if (!node.lastName.empty()) {
            return node.lastName;
        }
        std::string name = detail::nameInType(detail::demangled(node.type.c_str()));
        return name.empty() ? std::string("a ") + node.kind + " that is no more" : name;
    }

private:
    const detail::NodeNames m_names;
};

/// `name: before -> after`.
std::string headOf(const RecordedEvent &event, const Names &names)
{
    std::string text = names.of(*event.node);
    if (!event.after.empty() && event.before != event.after && !event.before.empty()) {
        return text + ": " + event.before + " -> " + event.after;
    }
    return event.after.empty() ? text : text + " = " + event.after;
}

std::string outcomeOf(const RecordedEvent &event)
{
    switch (event.outcome) {
    case TraceEvent::Underway:
        return event.kind == TraceEvent::Run ? ", is running" : "";
    case TraceEvent::Equal:
        return event.kind == TraceEvent::Write ? ", no change: the value was equal" : "";
    case TraceEvent::Aborted:
        return ", aborted by a hook";
    case TraceEvent::Threw:
        return ", threw";
    case TraceEvent::Notified:
        return ", notified without a change";
    default:
        return {};
    }
}

/// Prints an event and, indented below it, what has set it off.
class Chain
{
public:
    explicit Chain(const EventRecorder &recorder)
        : m_recorder(recorder)
    {
    }

    /// A loop over a stack of its own: a chain may be as long as the graph is deep.
    std::string print(const RecordedEvent &last)
    {
        std::vector<Step> waiting{{last.number, 0, ""}};
        while (!waiting.empty() && m_lines < MostLines) {
            const Step step = std::move(waiting.back());
            waiting.pop_back();
            std::vector<Step> causes = line(step);
            waiting.insert(waiting.end(), std::make_move_iterator(causes.rbegin()),
                           std::make_move_iterator(causes.rend()));
        }
        if (!waiting.empty()) {
            m_text += "... and so on\n";
        }
        return std::move(m_text);
    }

private:
    struct Step
    {
        std::uint64_t number;
        std::size_t depth;
        std::string how;
        const RecordedNode *node = nullptr;
    };

    /// Returns what the event was set off by.
    std::vector<Step> line(const Step &step)
    {
        ++m_lines;
        m_text += std::string(2 * step.depth, ' ') + step.how;
        const RecordedEvent *const event = m_recorder.event(step.number);
        if (!event) {
            m_text += step.node ? m_names.of(*step.node) + ", which has changed before what is recorded\n"
                                : "an event that is not recorded any more\n";
            return {};
        }
        m_text += headOf(*event, m_names) + outcomeOf(*event);
        if (!m_printed.insert(step.number).second) {
            m_text += " (see above)\n";
            return {};
        }
        return event->kind == TraceEvent::Run ? causesOfRun(*event, step.depth) : causesOfWrite(*event, step.depth);
    }

    std::vector<Step> causesOfRun(const RecordedEvent &event, std::size_t depth)
    {
        std::vector<Step> causes;
        for (const auto &[number, source] : event.because) {
            causes.push_back({number, depth + 1, "because ", source.get()});
        }
        if (causes.empty()) {
            const std::string reader = event.origin.text();
            m_text += event.isFirst ? ", first run" : ", ran when it was read";
            m_text += reader.empty() ? "\n" : ", by " + reader + '\n';
        } else {
            m_text += '\n';
        }
        return causes;
    }

    std::vector<Step> causesOfWrite(const RecordedEvent &event, std::size_t depth)
    {
        const std::string writer = event.origin.text();
        m_text += writer.empty() ? std::string() : ", set by " + writer;
        m_text += '\n';
        switch (event.place) {
        case TraceEvent::Function:
            return {{event.within, depth + 1, "in the function of ", event.withinNode.get()}};
        case TraceEvent::Listener:
            return {{event.within, depth + 1, "in a listener of ", event.withinNode.get()}};
        case TraceEvent::Hook:
            return {{event.within, depth + 1, "in a hook called by ", event.withinNode.get()}};
        default:
            return {};
        }
    }

    const EventRecorder &m_recorder;
    const Names m_names;
    std::set<std::uint64_t> m_printed;
    std::string m_text;
    std::size_t m_lines = 0;
};

TraceEvent publicEvent(const RecordedEvent &event, const Names &names)
{
    TraceEvent result;
    result.number = event.number;
    result.turn = event.turn;
    result.kind = event.kind;
    result.outcome = event.outcome;
    result.store = names.of(*event.node);
    result.before = event.before;
    result.after = event.after;
    for (const auto &cause : event.because) {
        result.because.push_back(cause.first);
    }
    result.isFirst = event.isFirst;
    result.place = event.place;
    result.within = event.within;
    result.origin = event.origin;
    result.node = event.node->node;
    return result;
}

} // namespace

Trace::Trace()
    : Trace(Options())
{
}

Trace::Trace(Options options)
    : m_recorder(std::make_unique<Recorder>(options))
    , m_outer(std::exchange(newestTrace, this))
{
}

Trace::~Trace()
{
    if (newestTrace == this) {
        newestTrace = m_outer;
        return;
    }
    for (Trace *trace = newestTrace; trace; trace = trace->m_outer) {
        if (trace->m_outer == this) {
            trace->m_outer = m_outer;
            return;
        }
    }
}

std::string detail::noTraceText()
{
    return "nothing is recorded: make a nanostores::Trace first\n";
}

Trace *Trace::current() noexcept
{
    return newestTrace;
}

std::string Trace::why(std::string_view name) const
{
    const detail::NodeNames names;
    const detail::Node *found = nullptr;
    detail::forEachNode([&](const detail::Node &node) {
        if (!found && names.orAddress(node) == name) {
            found = &node;
        }
    });
    return found ? whyNode(*found) : "no store and no effect of this thread is called " + std::string(name) + '\n';
}

std::string Trace::whyNode(const detail::Node &node) const
{
    const RecordedNode *const recorded = m_recorder->node(node);
    const RecordedEvent *const last = recorded ? m_recorder->event(recorded->lastEvent) : nullptr;
    if (last) {
        return Chain(*m_recorder).print(*last);
    }
    const char *const what = recorded && recorded->lastEvent != 0 ? ": its last change is not recorded any more\n"
                             : node.has(detail::Effecting)        ? ": has not run since the Trace was made\n"
                                                                  : ": has not changed since the Trace was made\n";
    return detail::nameOf(node) + what;
}

std::vector<TraceEvent> Trace::events() const
{
    const Names names;
    std::vector<TraceEvent> result;
    result.reserve(m_recorder->all().size());
    for (const RecordedEvent &event : m_recorder->all()) {
        result.push_back(publicEvent(event, names));
    }
    return result;
}

TraceEvent Trace::lastEvent(const detail::Node &node) const
{
    const RecordedNode *const recorded = m_recorder->node(node);
    const RecordedEvent *const last = recorded ? m_recorder->event(recorded->lastEvent) : nullptr;
    return last ? publicEvent(*last, Names()) : TraceEvent();
}

std::size_t Trace::bytes() const noexcept
{
    return m_recorder->bytes();
}

std::uint64_t Trace::forgotten() const noexcept
{
    return m_recorder->forgotten();
}

void Trace::clear()
{
    m_recorder->clear();
}

} // namespace nanostores

void nanostores_why(const nanostores::detail::Node *node)
{
    const nanostores::Trace *const trace = nanostores::Trace::current();
    const std::string text = trace && node ? trace->whyNode(*node) : nanostores::detail::noTraceText();
    std::fputs(text.c_str(), stderr);
}

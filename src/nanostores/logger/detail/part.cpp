// SPDX-License-Identifier: MIT
#include <nanostores/logger/detail/part.h>

#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/logger/detail/text.h>

#include <algorithm>
#include <utility>

/// The tree of a logger on one thread.
namespace nanostores::detail {

LoggerPart::LoggerPart(std::shared_ptr<LoggerCore> core)
    : m_core(std::move(core))
    , m_rules(m_core->rules())
{
}

LoggerPart::~LoggerPart() = default;

void LoggerPart::begin()
{
    addActionWatcher(this);
    attachProbe(*this, m_core->followsAll() ? Follow::All : Follow::Chosen);
}

/// What is under way is written as it is now.
void LoggerPart::end() noexcept
{
    if (std::exchange(m_isOver, true)) {
        return;
    }
    detachProbe(*this);
    removeActionWatcher(this);
    guarded([this] {
        for (std::size_t i = m_frames.size(); i-- > 0;) {
            const Frame frame = m_frames[i];
            if (frame.item == None) {
                continue;
            }
            if (frame.kind == FrameKind::Write && frame.node && !frame.isNewTaken) {
                Known *const known = knownOf(*frame.node);
                takeNew(i, known ? valueOf(*frame.node, *known) : nullptr);
            }
            finish(frame.item, frame.kind == FrameKind::Batch || frame.kind == FrameKind::Action
                                   ? m_items[frame.item].event.outcome
                                   : LogEvent::Outcome::Unfinished);
        }
        m_frames.clear();
        emitTree();
    });
    m_frames.clear();
    m_items.clear();
    m_known.clear();
}

/// Gives the writes of the store that are under way their new value.
void LoggerPart::takeNewOfAll(const Node &node)
{
    for (std::size_t i = 0; i < m_frames.size(); ++i) {
        if (m_frames[i].node != &node || m_frames[i].kind != FrameKind::Write || m_frames[i].item == None
            || m_frames[i].isNewTaken) {
            continue;
        }
        const Known *const known = knownOf(node);
        LogValuePtr value = known ? valueOf(node, *known) : nullptr;
        if (i < m_frames.size() && m_frames[i].item != None) {
            takeNew(i, std::move(value));
        }
    }
}

/// The writes and runs of a store that is logged no more are written as they are now: their ends are not seen.
void LoggerPart::endFrames(const Node &node)
{
    bool hasEnded = false;
    for (std::size_t i = m_frames.size(); i-- > 0;) {
        const FrameKind kind = m_frames[i].kind;
        if (m_frames[i].node != &node || (kind != FrameKind::Write && kind != FrameKind::Run)) {
            continue;
        }
        if (m_frames[i].item != None) {
            finish(m_frames[i].item, LogEvent::Outcome::Unfinished);
        }
        m_frames.erase(m_frames.begin() + static_cast<std::ptrdiff_t>(i));
        hasEnded = true;
    }
    if (hasEnded) {
        nothingUnderWay();
    }
}

std::string LoggerPart::shownError(const std::exception_ptr &error, bool isConcerned) const
{
    return isConcerned ? errorType(error) : errorText(error);
}

void LoggerPart::forgetFrames(const Node &node) noexcept
{
    for (Frame &frame : m_frames) {
        if (frame.node == &node && frame.kind != FrameKind::Action) {
            frame.node = nullptr;
        }
    }
}

/// By a map creator of the name.
void LoggerPart::built(const std::string &creator, Node &node) noexcept
{
    if (messages(&LoggerMessages::build)) {
        instant(LogEvent::Kind::Build, node, &creator);
    }
}

void LoggerPart::instant(LogEvent::Kind kind, const Node &node, const std::string *creator)
{
    guarded([&] {
        const Known *const known = knownOf(node);
        if (!known || known->isLeftOut || m_isOver) {
            return;
        }
        const bool isSkipped = m_frames.empty() ? !beginRoot() : m_frames.back().isSkipped;
        if (isSkipped) {
            countLeftOut();
        } else {
            const std::size_t made = addItem(kind, known);
            if (creator) {
                m_items[made].event.creator = *creator;
            }
        }
        nothingUnderWay();
    });
}

// Writes

/// The write of the same store in which the one of the frame is made, if it is written.
std::size_t LoggerPart::enclosingWrite(const Node &node, std::size_t below) const noexcept
{
    for (std::size_t i = below; i-- > 0;) {
        if (m_frames[i].kind == FrameKind::Write && m_frames[i].node == &node) {
            return m_frames[i].item == None ? None : i;
        }
    }
    return None;
}

void LoggerPart::takeNew(std::size_t frame, LogValuePtr value)
{
    m_items[m_frames[frame].item].event.newValue = std::move(value);
    m_frames[frame].isNewTaken = true;
}

/// The old value is what was last seen: some writes come when the new one is there already, such as those of
/// JavaScript and of tasks. One that is made while listeners of an earlier write of the store are called gives that one
/// its new value; one that is made in its hooks gives it another old one.
void LoggerPart::writeBegan(Node &node) noexcept
{
    guarded([&] {
        Known *const known = knownOf(node);
        if (!known) {
            return;
        }
        push(FrameKind::Write, &node).version = node.version;
        const std::size_t place = m_frames.size() - 1;
        const std::size_t outer = enclosingWrite(node, place);
        if (outer != None && !m_frames[outer].isNewTaken && node.version != m_frames[outer].version) {
            known->value = valueOf(node, *known);
            takeNew(outer, known->value);
        }
        if (const ActionCall *const call = currentAction()) {
            Frame &frame = m_frames[place];
            frame.isSkipped = frame.isSkipped || !messages(&LoggerMessages::action) || m_core->isIgnored(*call->name);
        }
        if (m_frames[place].isSkipped || known->isLeftOut || !messages(&LoggerMessages::change)) {
            return;
        }
        if (!known->value) {
            known->value = valueOf(node, *known);
        }
        const std::size_t made = addItem(LogEvent::Kind::Change, known);
        m_frames[place].item = made;
        m_items[made].event.oldValue = known->value;
        if (m_core->options().origins) {
            m_items[made].origin = Origin::here();
        }
    });
}

void LoggerPart::writeEnded(Node &node, Outcome outcome) noexcept
{
    guarded([&] {
        const std::size_t place = frameOf(FrameKind::Write, &node);
        Known *const known = knownOf(node);
        if (place == None || !known) {
            return;
        }
        const Frame frame = m_frames[place];
        const bool isNew = outcome == Outcome::Changed || (outcome == Outcome::Threw && node.version != frame.version);
        const std::size_t outer = enclosingWrite(node, place);
        if (frame.item == None) {
            if (isNew) {
                known->value = outer != None ? valueOf(node, *known) : nullptr;
            }
            if (frame.isSkipped && outcome != Outcome::Equal) {
                countLeftOut();
            }
        } else {
            if (!frame.isNewTaken) {
                known->value = isNew ? valueOf(node, *known) : m_items[frame.item].event.oldValue;
                takeNew(place, known->value);
            }
            static constexpr LogEvent::Outcome outcomes[] = {LogEvent::Outcome::Threw,    LogEvent::Outcome::Changed,
                                                             LogEvent::Outcome::Equal,    LogEvent::Outcome::Aborted,
                                                             LogEvent::Outcome::Notified, LogEvent::Outcome::Threw};
            finish(frame.item, outcomes[static_cast<std::size_t>(outcome)]);
            m_items[frame.item].isKept = outcome != Outcome::Equal || messages(&LoggerMessages::equal);
        }
        if (outer != None && !m_frames[outer].isNewTaken) {
            m_frames[outer].version = node.version;
            m_items[m_frames[outer].item].event.oldValue = known->value;
        }
        pop(place);
    });
}

void LoggerPart::finish(std::size_t item, LogEvent::Outcome outcome)
{
    const std::chrono::nanoseconds time = m_core->now();
    LogEvent &event = m_items[item].event;
    event.outcome = outcome;
    event.ended = time;
    if (event.kind != LogEvent::Kind::Change && event.kind != LogEvent::Kind::Run) {
        return;
    }
    if (event.oldValue && event.newValue && !(*event.oldValue == *event.newValue)) {
        event.changes = changesOf(*event.oldValue, *event.newValue);
    } else if (outcome == LogEvent::Outcome::Changed) {
        event.oldValue = nullptr; // the value was another one before the log saw it
    }
}

// Runs

void LoggerPart::runBegan(Sink &sink) noexcept
{
    guarded([&] {
        Known *const known = knownOf(sink);
        if (!known) {
            return;
        }
        const bool isEffect = sink.has(Effecting);
        push(FrameKind::Run, &sink);
        const std::size_t place = m_frames.size() - 1;
        if (m_frames[place].isSkipped || known->isLeftOut
            || !messages(isEffect ? &LoggerMessages::effect : &LoggerMessages::change)) {
            return;
        }
        if (!isEffect && !known->value) {
            known->value = valueOf(sink, *known);
        }
        const std::size_t made = addItem(isEffect ? LogEvent::Kind::Effect : LogEvent::Kind::Run, known);
        m_frames[place].item = made;
        m_items[made].event.oldValue = known->value;
    });
}

void LoggerPart::runEnded(Sink &sink, RunEnd end) noexcept
{
    guarded([&] {
        const std::size_t place = frameOf(FrameKind::Run, &sink);
        Known *const known = knownOf(sink);
        if (place == None || !known) {
            return;
        }
        const Frame frame = m_frames[place];
        if (frame.item == None) {
            known->value = end == RunEnd::Changed ? nullptr : known->value;
            if (frame.isSkipped && (end != RunEnd::Same || sink.has(Effecting))) {
                countLeftOut();
            }
        } else {
            const bool isEffect = sink.has(Effecting);
            if (!isEffect && end == RunEnd::Changed) {
                known->value = valueOf(sink, *known);
            }
            m_items[frame.item].event.newValue = known->value;
            if (end == RunEnd::Threw) {
                m_items[frame.item].event.error = shownError(std::current_exception(), !m_rules.empty());
            }
            finish(frame.item, end == RunEnd::Threw               ? LogEvent::Outcome::Threw
                               : end == RunEnd::Same && !isEffect ? LogEvent::Outcome::Equal
                                                                  : LogEvent::Outcome::Changed);
            m_items[frame.item].isKept = isEffect || end != RunEnd::Same || messages(&LoggerMessages::equal);
        }
        pop(place);
    });
}

// The rest

void LoggerPart::mounted(Node &node) noexcept
{
    if (messages(&LoggerMessages::mount)) {
        instant(LogEvent::Kind::Mount, node);
    }
}

void LoggerPart::unmounted(Node &node) noexcept
{
    if (messages(&LoggerMessages::unmount)) {
        instant(LogEvent::Kind::Unmount, node);
    }
}

void LoggerPart::batchBegan() noexcept
{
    guarded([&] {
        Frame &frame = push(FrameKind::Batch, nullptr);
        if (!frame.isSkipped) {
            const std::size_t made = addItem(LogEvent::Kind::Batch, nullptr);
            m_frames.back().item = made;
        }
    });
}

void LoggerPart::batchEnded() noexcept
{
    guarded([&] {
        const std::size_t place = frameOf(FrameKind::Batch, nullptr);
        if (place == None) {
            return;
        }
        if (m_frames[place].item != None) {
            finish(m_frames[place].item, LogEvent::Outcome::Changed);
        }
        pop(place);
    });
}

/// Without a store of its own: a logger of chosen stores writes it where it happens in something that it writes.
void LoggerPart::errorReported(const std::exception_ptr &error) noexcept
{
    guarded([&] {
        if (!messages(&LoggerMessages::error) || (m_frames.empty() && !m_core->followsAll())) {
            return;
        }
        const bool isSkipped = m_frames.empty() ? !beginRoot() : m_frames.back().isSkipped;
        if (isSkipped) {
            countLeftOut();
        } else {
            m_items[addItem(LogEvent::Kind::Error, nullptr)].event.error = shownError(error, !m_rules.empty());
        }
        nothingUnderWay();
    });
}

// Actions

void LoggerPart::actionBegan(const ActionCall &call) noexcept
{
    guarded([&] {
        const Known *const known = knownOf(*call.store);
        Frame &frame = push(FrameKind::Action, call.store.get());
        frame.action = call.id;
        frame.isSkipped = frame.isSkipped || !messages(&LoggerMessages::action) || m_core->isIgnored(*call.name);
        if (frame.isSkipped || !known || known->isLeftOut) {
            return;
        }
        const std::size_t made = addItem(LogEvent::Kind::Action, known);
        m_frames.back().item = made;
        LogEvent &event = m_items[made].event;
        event.actionId = call.id;
        event.actionName = *call.name;
        event.isInAction = false;
        if (call.arguments) {
            const bool isConcerned =
                m_rules.concern(reinterpret_cast<std::uintptr_t>(call.store.get()), known->name, *call.parts);
            if (isConcerned) {
                m_items[made].event.arguments.emplace_back(LogValue::Kind::Hidden); // as many as there may be
                return;
            }
            ValueReader reader(m_core->options().limits, m_rules, known->name, false, m_secrets);
            (*call.arguments)(reader);
            if (made < m_items.size()) {
                m_items[made].event.arguments = std::move(reader.take().items);
            }
        }
    });
}

void LoggerPart::actionReturned(const ActionCall &call, bool goesOn) noexcept
{
    guarded([&] {
        const std::size_t place = frameOfAction(call.id);
        if (place == None) {
            return;
        }
        if (m_frames[place].item != None) {
            const std::size_t item = m_frames[place].item;
            m_items[item].event.isAsync = goesOn;
            finish(item, m_items[item].event.outcome);
        }
        pop(place);
    });
}

void LoggerPart::actionEnded(const ActionCall &call, const std::exception_ptr &error) noexcept
{
    guarded([&] {
        const Known *const known = knownOf(*call.store);
        const std::size_t place = frameOfAction(call.id);
        if (!known || known->isLeftOut || !messages(&LoggerMessages::action) || m_core->isIgnored(*call.name)) {
            return;
        }
        if (m_frames.empty() ? !beginRoot() : m_frames.back().isSkipped) {
            countLeftOut();
            return;
        }
        LogEvent &event = m_items[addItem(LogEvent::Kind::ActionEnd, known)].event;
        event.actionId = call.id;
        event.actionName = *call.name;
        event.isAsync = place == None;
        if (error) {
            event.outcome = LogEvent::Outcome::Threw;
            event.error = shownError(
                error, m_rules.concern(reinterpret_cast<std::uintptr_t>(call.store.get()), known->name, *call.parts));
            if (place != None && m_frames[place].item != None) {
                m_items[m_frames[place].item].event.outcome = LogEvent::Outcome::Threw;
            }
        }
        nothingUnderWay();
    });
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/logger/detail/part.h>

#include <nanostores/core/graph/lifecycle.h>

#include <chrono>
#include <utility>

/// What is under way in a logger on one thread, what becomes of its items, and which loggers a thread has.
namespace nanostores::detail {

// Frames and items

/// Before the first event of a tree: whether it is written.
bool LoggerPart::beginRoot()
{
    const bool isOn = !m_isWriting && m_core->isOn();
    const bool hasRoom = isOn && m_core->hasRoom();
    m_isSkipping = !hasRoom;
    m_isCounting = isOn && !hasRoom;
    return hasRoom;
}

void LoggerPart::countLeftOut() noexcept
{
    if (m_isCounting) {
        m_core->leaveOut(1);
    }
}

LoggerPart::Frame &LoggerPart::push(FrameKind kind, const Node *node)
{
    if (m_frames.empty()) {
        beginRoot();
    }
    const bool isSkipped = m_frames.empty() ? m_isSkipping : m_frames.back().isSkipped;
    Frame &frame = m_frames.emplace_back();
    frame.kind = kind;
    frame.node = node;
    frame.isSkipped = isSkipped;
    return frame;
}

/// The innermost one; they mostly end in the order in which they began.
std::size_t LoggerPart::frameOf(FrameKind kind, const Node *node) const noexcept
{
    for (std::size_t i = m_frames.size(); i-- > 0;) {
        if (m_frames[i].kind == kind && m_frames[i].node == node) {
            return i;
        }
    }
    return None;
}

std::size_t LoggerPart::frameOfAction(std::uint64_t id) const noexcept
{
    for (std::size_t i = m_frames.size(); i-- > 0;) {
        if (m_frames[i].kind == FrameKind::Action && m_frames[i].action == id) {
            return i;
        }
    }
    return None;
}

void LoggerPart::pop(std::size_t frame)
{
    m_frames.erase(m_frames.begin() + static_cast<std::ptrdiff_t>(frame));
    nothingUnderWay();
}

void LoggerPart::nothingUnderWay()
{
    if (!m_frames.empty()) {
        return;
    }
    emitTree();
    if (!m_isOver && m_core->isOver()) {
        const auto held = shared_from_this();
        endPartOf(m_core.get()); // it was ended on another thread
    }
}

std::size_t LoggerPart::addItem(LogEvent::Kind kind, const Known *known)
{
    const std::chrono::nanoseconds time = m_core->now();
    Item &item = m_items.emplace_back();
    LogEvent &event = item.event;
    event.kind = kind;
    event.id = m_core->nextEvent();
    const bool isTurn = kind == LogEvent::Kind::Change || kind == LogEvent::Kind::Batch;
    event.turn = isTurn || !idle() ? turn() : 0;
    event.began = event.ended = time;
    if (known) {
        event.name = known->name;
        event.store = known->number;
        event.node = known->node;
    }
    for (std::size_t i = m_frames.size(); i-- > 0;) {
        if (m_frames[i].item != None) {
            item.parent = m_frames[i].item;
            break;
        }
    }
    if (const ActionCall *const call = currentAction()) {
        event.actionId = call->id;
        event.actionName = *call->name;
        event.isInAction = frameOfAction(call->id) != None && m_frames[frameOfAction(call->id)].item != None;
    }
    return m_items.size() - 1;
}

// Trees

/// Items that are not kept go, and so do batches in which nothing happened. Parents are the next ones that stay.
LogTree LoggerPart::takeTree()
{
    const std::vector<Item> taken = std::exchange(m_items, {});
    std::vector<bool> holdsSomething(taken.size(), false);
    std::vector<bool> stays(taken.size(), false);
    for (std::size_t i = taken.size(); i-- > 0;) {
        stays[i] = taken[i].isKept && (taken[i].event.kind != LogEvent::Kind::Batch || holdsSomething[i]);
        if (taken[i].parent != None && (stays[i] || holdsSomething[i])) {
            holdsSomething[taken[i].parent] = true;
        }
    }
    LogTree tree;
    tree.thread = threadNumber();
    std::vector<std::size_t> places(taken.size(), None); ///< Of the item, or of the parent that stands for it.
    for (std::size_t i = 0; i < taken.size(); ++i) {
        const std::size_t parent = taken[i].parent == None ? None : places[taken[i].parent];
        places[i] = parent;
        if (!stays[i]) {
            continue;
        }
        LogEvent event = taken[i].event;
        event.parent = parent == None ? 0 : tree.events[parent].id;
        event.depth = parent == None ? 0 : tree.events[parent].depth + 1;
        event.by = taken[i].origin.frames();
        scrub(event);
        tree.turn = tree.turn ? tree.turn : event.turn;
        places[i] = tree.events.size();
        tree.events.push_back(std::move(event));
    }
    return tree;
}

void LoggerPart::scrub(LogEvent &event) const
{
    if (m_secrets.empty()) {
        return;
    }
    const auto scrubShared = [this](LogValuePtr &value) {
        if (value) {
            LogValue copy = *value;
            m_secrets.scrub(copy);
            value = std::make_shared<const LogValue>(std::move(copy));
        }
    };
    scrubShared(event.oldValue);
    scrubShared(event.newValue);
    for (LogChange &change : event.changes) {
        m_secrets.scrub(change.oldValue);
        m_secrets.scrub(change.newValue);
        for (LogStep &step : change.path) {
            m_secrets.scrub(step.key);
        }
    }
    for (LogValue &argument : event.arguments) {
        m_secrets.scrub(argument);
    }
    m_secrets.scrub(event.error);
}

void LoggerPart::emitTree()
{
    if (m_items.empty() || m_isWriting) {
        m_items.clear();
        return;
    }
    const auto held = shared_from_this(); // a sink may end the logger
    LogTree tree = takeTree();
    if (tree.events.empty()) {
        return;
    }
    m_isWriting = true;
    m_core->write(std::move(tree));
    m_isWriting = false;
}

// PartsOfThread of this thread

namespace {

thread_local bool arePartsGone = false;

struct PartsOfThread
{
    ~PartsOfThread()
    {
        arePartsGone = true;
        for (const auto &part : all) {
            part->end();
        }
    }
    std::vector<std::shared_ptr<LoggerPart>> all;
};

PartsOfThread *parts()
{
    if (arePartsGone) {
        return nullptr;
    }
    static thread_local PartsOfThread mine;
    return &mine;
}

} // namespace

std::shared_ptr<LoggerPart> partOf(const std::shared_ptr<LoggerCore> &core, bool make)
{
    PartsOfThread *const mine = parts();
    if (!mine) {
        return nullptr;
    }
    for (const auto &part : mine->all) {
        if (part->core() == core.get()) {
            return part;
        }
    }
    if (!make) {
        return nullptr;
    }
    auto part = std::make_shared<LoggerPart>(core);
    mine->all.push_back(part);
    part->begin();
    return part;
}

void endPartOf(const LoggerCore *core) noexcept
{
    PartsOfThread *const mine = parts();
    if (!mine) {
        return;
    }
    for (std::size_t i = 0; i < mine->all.size(); ++i) {
        if (mine->all[i]->core() == core) {
            const auto part = std::move(mine->all[i]);
            mine->all.erase(mine->all.begin() + static_cast<std::ptrdiff_t>(i));
            part->end();
            return;
        }
    }
}

} // namespace nanostores::detail

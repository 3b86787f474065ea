// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

#include <nanostores/core/graph/changemark.h>
#include <nanostores/core/graph/recorders.h>
#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/core/graph/write.h>

/// Writing. The mark follows in mark.cpp; pull.cpp brings up to date what was marked, and drain.cpp notifies.
///
/// The four ways of a write: changed() in drain.cpp, at rest with listeners alone; changedWithin() in general, also
/// with marks; changedWithHooks() if there are onNotify hooks or recorders; changedBelow() if no listener takes the old
/// value. A store with no sinks and no hooks is written in the header, without a call.
namespace nanostores::detail {

std::uint32_t valueNumber(const Node &node) noexcept
{
    const bool isUncommitted = !node.has(Computing) && node.has(Dirty);
    return isUncommitted ? ~Runtime::current().puller.serial() : node.version; // each write takes a serial
}

OldValue::~OldValue() = default;
Listener::~Listener() = default;

std::string Listener::shownAs() const
{
    return {};
}

Cleanup::~Cleanup() = default;

bool Node::differs(const OldValue *) const
{
    return true;
}

Sink::Sink(std::uint32_t sinkFlags)
    : Node(sinkFlags)
{
}
Sink::~Sink() = default;

bool Sink::compute(OldValue *&)
{
    return false;
}

Edge *Sink::listedEdges() noexcept
{
    return nullptr;
}

void Node::versionsWrapped()
{
    Runtime::current().puller.nextEpoch();
}

void Sink::sourceLinked(Node &) {}
void Sink::sourceUnlinked(Node &) noexcept {}

// Writing

namespace {

struct NotifyCall : HookCall
{
    OldValue *past = nullptr;
};

/// True when a hook aborted the notification.
bool abortedByHook(Node &node, OldValue *past)
{
    if (!node.has(HooksNotify) || !hasHooks(node, HookKind::Notify)) [[likely]] { // it may be recorded alone
        return false;
    }
    NotifyCall call;
    call.node = &node;
    call.past = past;
    runHooks(node, HookKind::Notify, call);
    return call.aborted;
}

} // namespace

OldValue *notifyOldValue(const HookCall &call) noexcept
{
    return static_cast<const NotifyCall &>(call).past;
}

namespace {

/// Keeps the value that the sinks last saw until the write is committed.
void keepSeen(Node &node, OldValue *past)
{
    if (node.has(Dirty)) {
        return;
    }
    node.flags |= Dirty;
    if (past) {
        past->retain();
        if (Extra *e = node.extraOrNull()) {
            e->seen = past;
        } else {
            node.aux = reinterpret_cast<std::uintptr_t>(past) | 1u;
        }
    }
}

} // namespace

/// The write in all other cases (rule 4). With edges below, the version stays until the commit, for which the old
/// value is kept. Then the hooks, the mark, and the drain, unless something runs that drains later.
void Node::changedWithin(OldValue *past)
{
    checkThread();
    Runtime &runtime = Runtime::current();
    runtime.puller.nextPull();
    if (has(HasEdges)) {
        keepSeen(*this, past);
    } else {
        bump();
    }
    if (has(HooksNotify)) [[unlikely]] {
        if (!markChange(*this)) {
            changedWithHooks(past);
            return;
        }
        if (!sinks) {
            if (past) {
                past->release();
            }
            return;
        }
        if (!has(HasEdges | Spied) && runtime.atRest()) {
            runtime.queue.notifyListeners(*this, past);
            return;
        }
    }
    runtime.marker.mark(this, past, true);
    if (past) {
        past->release();
    }
    if (runtime.idle()) {
        runtime.queue.drain();
    }
}

/// The write where no listener takes the old value, so that it is kept for the commit alone. If the first entry of the
/// queue is a sink, it is pulled before any user code could take the write back: the write is committed at once, and
/// the old value is not kept.
void Node::changedBelow(void *old, OldValue *(*keepOld)(void *))
{
    checkThread();
    Runtime &runtime = Runtime::current();
    if (has(Dirty) || !runtime.idle() || runtime.queue.pending()) {
        changed(has(Dirty) ? nullptr : keepOld(old));
        return;
    }
    runtime.puller.nextPull();
    runtime.marker.mark(this, nullptr, true);
    if (runtime.queue.startsWithSink()) {
        runtime.puller.committed(this);
    } else {
        OldValue *const past = keepOld(old);
        keepSeen(*this, past);
        if (past) {
            past->release();
        }
    }
    runtime.queue.drain();
}

/// Recorders come first: a hook that writes the store again is not to get ahead of them.
///
/// onNotify hooks may abort the notification: reads see the new value, and no observer is notified (rule 9). If a hook
/// throws, it counts as aborted, and the error leaves the write after the drain.
void Node::changedWithHooks(OldValue *past)
{
    const auto held = Ref<Node>::share(this); // the last handle may go in a hook
    Runtime &runtime = Runtime::current();
    RecordedChange recorded(*this, past, runtime);
    if (recorded.isOutermost() && runtime.atRest() && sinks && !has(HasEdges | Spied)
        && !hasHooks(*this, HookKind::Notify)) {
        recorded.finishWithListeners(runtime, *this, past);
        return;
    }
    bool aborted = true;
    std::exception_ptr error;
    try {
        aborted = abortedByHook(*this, past);
    } catch (...) {
        error = std::current_exception();
    }
    if (!aborted) {
        runtime.marker.mark(this, past, true);
    } else if (has(HasEdges)) {
        runtime.marker.markStaleNotQueued(this); // reads see the new value, and no observer is notified
    }
    if (past) {
        past->release();
    }
    if (recorded) {
        recorded.finish(runtime, error);
        return;
    }
    if (runtime.idle()) {
        runtime.queue.drain();
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

/// notify(): hooks, listeners and listed effects run although the value is the same. Computed stores see no new
/// version, and do not run (rule 4).
void Node::notifyNow(OldValue *past)
{
    checkThread();
    const auto held = Ref<Node>::share(this); // the last handle may go in a hook
    WriteProbe probe(*this);
    bool aborted = true;
    try {
        aborted = abortedByHook(*this, nullptr);
    } catch (...) {
        if (past) {
            past->release();
        }
        throw;
    }
    if (aborted) {
        if (past) {
            past->release();
        }
        probe.ended(Outcome::Aborted);
        return;
    }
    Runtime &runtime = Runtime::current();
    std::size_t open = NoEntry;
    for (Link *link = sinks; link;) {
        if (link->kind & Link::IsListener) {
            link = runtime.queue.addListener(asListener(link), past, true, open);
            continue;
        }
        Sink *sink = asEdge(link)->sink;
        link = link->next;
        if (sink->has(Effecting) && sink->has(Listed) && !sink->has(Queued | Running)) {
            sink->flags |= Dirty;
            runtime.queue.addEffect(sink);
        }
    }
    if (past) {
        past->release();
    }
    runtime.queue.drainIfIdle();
    probe.ended(Outcome::Notified);
}

/// For a Barrier, whose function decides which computed stores below it are out of date.
void invalidate(Sink *computed)
{
    if (computed->has(Running)) {
        return; // its function runs just now, and gives the new value
    }
    Runtime &runtime = Runtime::current();
    runtime.puller.nextPull();
    computed->flags |= Dirty;
    runtime.marker.mark(computed, nullptr, false);
}

void deliver(Sink *computed, OldValue *past)
{
    const auto held = Ref<Node>::share(computed);
    WriteProbe probe(*computed);
    Runtime &runtime = Runtime::current();
    runtime.puller.nextPull();
    runtime.marker.publish(computed, past);
    if (past) {
        past->release();
    }
    runtime.queue.drainIfIdle();
    probe.ended(Outcome::Changed);
}

} // namespace nanostores::detail

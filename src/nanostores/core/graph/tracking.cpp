// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/write.h>

/// Which reads become sources: of the function that runs, or of a trigger.
namespace nanostores::detail {

namespace {

/// One more source of the running sink. In the frequent case the run before has read it at the same point: the edge is
/// there, and only carries the serial of this run from now on.
inline void linkRead(Runtime &runtime, Node *source, Sink *sink)
{
    Edge *const last = sink->sourcesTail;
    Edge *const following = last ? last->nextSource : sink->sources;
    if (following && following->source == source) { // as in the run before
        following->seen = sink->run;
        sink->sourcesTail = following;
    } else if (!last || last->source != source) {
        Links::linkTracked(runtime, source, sink);
    }
}

/// Apart, so that Node::track() needs few registers.
[[gnu::noinline]] void noteRead(Runtime &runtime, Node *read)
{
    runtime.collectors.back().push_back(Ref<Node>::share(read));
}

} // namespace

/// A tracked read. The store is brought up to date first, and then becomes a source of the function that runs, or is
/// noted for the trigger() in whose function it is read.
void Node::track() const
{
    checkThread();
    if (has(Dirty | Stale | Running)) [[unlikely]] {
        pullTracked();
    }
    Runtime *const runtime = currentRuntime;
    if (!runtime) [[unlikely]] {
        return; // nothing runs on this thread
    }
    if (Sink *sink = runtime->context.observer) {
        linkRead(*runtime, const_cast<Node *>(this), sink);
    } else if (runtime->context.reads.collecting) [[unlikely]] {
        noteRead(*runtime, const_cast<Node *>(this));
    }
}

namespace {

/// Whether what a pull has set off has changed the store again, or had it let go of its sources: what it would have
/// been called for, had its reader been linked.
bool isOutdated(const Sink *computed, bool wasAttached) noexcept
{
    if (computed->has(Listed) && !computed->has(Attached)) {
        return wasAttached;
    }
    return computed->has(Dirty) || (computed->flags & (Stale | StaleNotQueued)) == Stale;
}

} // namespace

/// If the store throws, it becomes a source all the same: the reader runs again when the store may do better.
///
/// A pull may call listeners that write what the store depends on, or end, so that it loses its last observer and lets
/// go of its sources, before the reader is linked. Then it is linked at once, and the store is pulled again.
void Node::pullTracked() const
{
    constexpr int MostRounds = 100; // of listeners that write in each
    const bool wasAttached = has(Listed) && has(Attached);
    try {
        pull();
        for (int round = 0; round < MostRounds && has(Computing); ++round) {
            Runtime &runtime = Runtime::current();
            Sink *const reader = runtime.context.observer;
            if (!reader || !isOutdated(static_cast<const Sink *>(this), wasAttached)) [[likely]] {
                break;
            }
            auto *const self = const_cast<Node *>(this);
            linkRead(runtime, self, reader);
            if (has(Listed)) {
                self->flags |= Stale; // so that it compares versions
            }
            pull();
        }
    } catch (const CycleError &) {
        throw;
    } catch (...) {
        Runtime &runtime = Runtime::current();
        if (Sink *sink = runtime.context.observer) {
            linkRead(runtime, const_cast<Node *>(this), sink);
        }
        throw;
    }
}

UntrackedScope::UntrackedScope(Sink *observer) noexcept
{
    Runtime &runtime = Runtime::current();
    m_previous = std::exchange(runtime.context.observer, observer);
    m_collecting = std::exchange(runtime.context.reads.collecting, false);
}

UntrackedScope::~UntrackedScope()
{
    Runtime &runtime = Runtime::current();
    runtime.context.observer = m_previous;
    runtime.context.reads.collecting = m_collecting;
}

bool tracking() noexcept
{
    const Runtime *runtime = Runtime::existing();
    return runtime && runtime->context.observer;
}

void runLate() noexcept
{
    if (Sink *const sink = Runtime::current().context.observer) {
        sink->flags |= Late;
    }
}

const Edge *lastRead() noexcept
{
    const Runtime *runtime = Runtime::existing();
    return runtime && runtime->context.observer ? runtime->context.observer->sourcesTail : nullptr;
}

// Triggers: what a function reads untracked is taken as changed (rule 31)

void beginCollect()
{
    Runtime &runtime = Runtime::current();
    runtime.collectors.emplace_back();
    runtime.context.reads.collecting = true;
}

void endCollect(bool trigger)
{
    Runtime &runtime = Runtime::current();
    const auto nodes = std::move(runtime.collectors.back());
    runtime.collectors.pop_back();
    if (trigger) {
        for (const Ref<Node> &node : nodes) {
            WriteProbe probe(*node);
            runtime.marker.touch(node.get());
            probe.ended(Outcome::Changed);
        }
        runtime.queue.drainIfIdle();
    }
}

} // namespace nanostores::detail

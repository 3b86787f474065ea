// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/testing.h>

#include <nanostores/core/graph/kindflags.h>
#include <nanostores/core/graph/runtime.h>

/// What a test kit asks of the engine. The timers' part is in timer.cpp.
namespace nanostores::detail {

Substitute::~Substitute() = default;

LateNode::~LateNode() = default;

bool isLate(const Node &node) noexcept
{
    const auto *const late = dynamic_cast<const LateNode *>(&node);
    return late && late->isLate();
}

bool isSubstituted(const Sink &computed) noexcept
{
    const Extra *const extra = computed.extraOrNull();
    return extra && extra->substitute;
}

namespace {

/// The store has to run: it is queued, and what lies below it is marked, as if a source of it had been written.
void runAgain(Sink *computed)
{
    Runtime &runtime = Runtime::current();
    const auto held = Ref<Node>::share(computed);
    runtime.puller.nextPull();
    if (computed->has(Running)) {
        computed->flags |= Dirty | Stale; // the next read runs it again
        return;
    }
    computed->flags = (computed->flags | Dirty) & ~StaleNotQueued;
    if (hasFlag(*computed, ComputedFlag::Batched)) {
        runtime.batched.add(computed);
        return;
    }
    if (!computed->has(Queued)) {
        if (hasFlag(*computed, ComputedFlag::Barrier)) {
            runtime.queue.addFirst(computed);
        } else if (hasFlag(*computed, ComputedFlag::Eager)) {
            runtime.queue.add(computed);
        }
    }
    runtime.marker.mark(computed, nullptr, false, false);
    runtime.queue.drainIfIdle();
}

} // namespace

void addSubstitute(Sink &computed, Substitute &substitute)
{
    computed.checkThread();
    substitute.m_former = std::exchange(computed.extra().substitute, &substitute);
    computed.flags |= Nesting;
    runAgain(&computed);
}

void removeSubstitute(Sink &computed, Substitute &substitute)
{
    computed.checkThread();
    Extra &extra = *computed.extraOrNull();
    if (extra.substitute != &substitute) {
        Substitute *later = extra.substitute;
        while (later->m_former != &substitute) {
            later = later->m_former;
        }
        later->m_former = substitute.m_former;
        return;
    }
    extra.substitute = substitute.m_former;
    if (!extra.substitute && !extra.nest) {
        computed.flags &= ~Nesting;
    }
    runAgain(&computed);
}

bool isAtRest() noexcept
{
    const Runtime *const runtime = Runtime::existing();
    return !runtime || runtime->atRest();
}

void holdMounts(Node &node)
{
    node.checkThread();
    ++node.lifecycle().mountsHeld;
}

void releaseMounts(Node &node) noexcept
{
    --node.lifecycleOrNull()->mountsHeld;
}

HookPtr hookAfter(const Node &node, HookKind kind, std::uint64_t number) noexcept
{
    const Lifecycle *const lifecycle = node.lifecycleOrNull();
    return lifecycle ? lifecycle->hooks[static_cast<std::size_t>(kind)].after(number) : nullptr;
}

void dropListeners(Node &node, std::uint64_t after)
{
    node.checkThread();
    Runtime &runtime = Runtime::current();
    const auto held = Ref<Node>::share(&node);
    perform(runtime, [&] { runtime.links.takeOutListeners(&node, after); });
}

void endUnmountDelay(Node &node)
{
    node.checkThread();
    Runtime &runtime = Runtime::current();
    const auto held = Ref<Node>::share(&node);
    if (node.has(Leaving)) {
        perform(runtime, [&] {
            runtime.delays.cancel(&node);
            runtime.delays.expired(&node);
        });
    }
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/probe.h>
#include <nanostores/core/graph/runtime.h>

/// How the engine calls the probe. All of it is off the ways that nodes without the flag Spied go.
namespace nanostores::detail {

/// The hub of the probes if one follows the node, or null. A node may have its flag for longer than its thread has a
/// probe.
inline Probe *probeOf(const Node &node) noexcept
{
    const Runtime *const runtime = currentRuntime;
    return node.has(Spied) && runtime ? runtime->probe : nullptr;
}

/// Whether the node is one of this thread. What a thread has left ends on another one.
bool isOwnedByThread(const Node &node) noexcept;

/// Of a node that is followed: an observer came or left. first, last: known for nodes that count their observers.
void observerCame(Node &node, bool first) noexcept;
void observerLeft(Node &node, bool last) noexcept;

/// When a thread's runtime starts: attaches a probe that records nothing if NANOSTORES_SPY is set.
void attachProbeOfEnvironment();

/// Runs the function of a sink that may be followed. run returns whether the value has changed.
template<typename F>
bool runSpied(Sink &sink, F &&run)
{
    Probe *const probe = probeOf(sink);
    const auto isStillThere = [probe] { return probe && currentRuntime->probe == probe; };
    if (probe) {
        probe->runBegan(sink);
    }
    bool changed = false;
    try {
        changed = run();
    } catch (...) {
        if (isStillThere()) {
            probe->runEnded(sink, RunEnd::Threw);
        }
        throw;
    }
    if (isStillThere()) {
        probe->runEnded(sink, changed ? RunEnd::Changed : RunEnd::Same);
    }
    return changed;
}

} // namespace nanostores::detail

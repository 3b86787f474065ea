// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/notetables.h>

#include <algorithm>

namespace nanostores::detail {

/// Runs the start and stop hooks of stores (rules 22 to 24 and 36): at once, or of a tracked read at the next boundary.
///
/// Invariants: Lifecycle::inTransition is set exactly while the node is in m_waiting, and a node is there once. A node
/// whose number of observers has changed back by the boundary runs no hook.
class Transitions : public Component<Transitions>
{
public:
    Transitions() noexcept = default;

    void enter(Node *node);
    void forget(Node *node) { std::erase(m_waiting, node); }
    bool empty() const noexcept { return m_waiting.empty(); }
    void settle();
    bool isSettling() const noexcept { return m_settling; }

    void runStartHooks(Node *node);
    void rollBackStart(Node *node);
    void runStopHooks(Node *node);
    void unmount(Node *node);

private:
    void endUnobserved(Node *node);

    NoteQueue<Node *> m_waiting;
    /// settle() runs hooks. Set there, for as long as it runs. Read by Runtime::idleWork(), which does nothing
    /// meanwhile: a transition that comes up in a hook is appended, and runs after those that wait.
    bool m_settling = false;
};

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/guards.h>

namespace nanostores::detail {

/// Counts the observers of each node, and mounts at the first one (rules 21, 22 and 26).
///
/// Invariants: a link is Counted exactly if it is one of its source's observers, and Exempt if it never is. A node's
/// number (Sink::live, Lifecycle::live) is that of its Counted links. A computed store counts in its sources exactly
/// while it is observed or in its unmount delay.
class Observers : public Component<Observers>
{
public:
    Observers() noexcept = default;

    /// Counts the link as an observer of its source, unless it is counted already or never counts. momentary: for the
    /// length of a get(), which prolongs no unmount delay.
    void count(Link *link, bool momentary = false)
    {
        if (!(link->kind & (Link::Counted | Link::Exempt))) {
            link->kind |= Link::Counted;
            add(link->source, momentary);
        }
    }
    void add(Node *node, bool momentary = false);
    void remove(Node *node, bool byListener);
    void uncountSources(Sink *computed);
    void mount(Node *node, bool momentary = false);

    /// The listener for which a store is being mounted: messages may call the store after it.
    const Listener *arriving() const noexcept { return m_arriving; }
    Restore<const Listener *> arrival(const Listener *listener) noexcept { return {m_arriving, listener}; }

private:
    const Listener *m_arriving = nullptr;
};

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/poddeque.h>

namespace nanostores::detail {

/// Sets the flags of what lies below a write, and queues the observers among it (rules 5 and 9).
///
/// Invariants: no user code runs during a walk, so the lists of sinks do not change under it. A computed store that is
/// Stale or Dirty, and not StaleNotQueued, has all that lies below it marked already: a walk stops there.
class Marker : public Component<Marker>
{
public:
    Marker() noexcept = default;

    /// With listeners, the origin's own listeners are queued as well, with the old value.
    void mark(Node *origin, OldValue *past, bool keyed, bool listeners = true);
    void markStaleNotQueued(Node *origin);
    void setStaleNotQueued(Sink *sink);
    void setSourcesStaleNotQueued(Sink *sink);
    void publish(Sink *computed, OldValue *past);
    void touch(Node *node);

private:
    /// The walk goes on at link, which is one of the sinks of via.
    struct MarkFrame
    {
        Link *link;
        Node *via;
    };

    PodDeque<MarkFrame> m_stack;
};

} // namespace nanostores::detail

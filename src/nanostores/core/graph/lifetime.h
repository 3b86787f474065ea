// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/notes.h>

namespace nanostores::detail {

/// Frees nodes and links when nothing refers to them any more: not before the engine is at rest, and without recursion.
///
/// Invariants: a node has the flag Deferred exactly while it is in m_nodes. Nothing is freed while the queue is
/// pending, as its entries hold bare pointers.
class Reclaimer : public Component<Reclaimer>
{
public:
    Reclaimer() noexcept = default;

    void deferLink(Link *link);
    void deferNode(Node *node);
    bool hasLinks() const noexcept { return !m_links.empty(); }
    bool hasNodes() const noexcept { return !m_nodes.empty(); }
    void freeDeferredLinks();
    void reclaim();

private:
    void destroy(Node *node);

    Notes<Link *> m_links;
    Notes<Node *> m_nodes;
    /// reclaim() destroys nodes. Set and cleared there. Read there as well: a destructor may drop more handles, whose
    /// nodes are appended, and not destroyed inside, so a chain of stores ends without recursion.
    bool m_reclaiming = false;
};

} // namespace nanostores::detail

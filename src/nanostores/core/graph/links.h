// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/listenerrun.h>
#include <nanostores/core/graph/notes.h>
#include <nanostores/core/graph/poddeque.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// A source that has lost an edge.
struct CutFrame
{
    Node *source;
    bool counted;
};

/// Memory for the edges of tracked sinks. Freed edges form a list, linked by nextSource, from which new ones are taken.
class EdgePool
{
public:
    Edge *take();
    void giveBack(Edge *edge) noexcept;

private:
    Edge *m_free = nullptr;
    std::vector<std::unique_ptr<Edge[]>> m_slabs;
};

/// Which sinks stand in the lists of which sources (rules 1 and 3).
///
/// Invariants: a link has the flag Linked exactly while it stands in the list of its source. A link that was taken out
/// keeps its next pointer until it is freed at rest, because a delivery may stand on it. Stamps of listeners grow in
/// the order of subscription. All edges are taken out before the first source is let go of: hooks may do anything.
class Links : public Component<Links>
{
public:
    Links() noexcept = default;

    void append(Link *link);
    static void takeFromList(Link *link) noexcept;
    static void joinRun(RunListener *listener);
    static bool isLastHold(const Link *link) noexcept;
    void unlink(Link *link, bool byListener);
    void takeOutListeners(Node *node, std::uint64_t after = 0);

    /// Static, as the tracked read that calls it has the runtime at hand.
    static void linkTracked(Runtime &runtime, Node *source, Sink *sink);
    void unlinkRest(Sink *sink);
    void unlinkAll(Sink *sink);
    void releaseSources(Sink *computed, bool byListener);
    void freeEdge(Edge *edge) noexcept { m_edges.giveBack(edge); }

    std::uint64_t lastStamp() const noexcept { return m_lastStamp; }
    std::uint64_t nextStamp() noexcept { return ++m_lastStamp; }

private:
    void attachQuietly(Sink *computed);
    void detach(Sink *computed, bool byListener);
    bool takeEdge(Edge *edge) noexcept;
    void cut(Edge *first, bool byListener);
    void letGo(Node *source, bool counted, bool byListener);
    static void forgetListener(Node *node) noexcept;
    void afterLastSink(Node *node);
    void releaseSinkless();

    EdgePool m_edges;
    PodDeque<CutFrame> m_cutStack;
    Notes<Sink *> m_sinkless; ///< Computed stores that have lost their last sink, and may let go of their sources.
    /// releaseSinkless() works m_sinkless off. Set and cleared there. Read by afterLastSink(): a computed store that
    /// loses its last sink meanwhile is appended, and not worked off inside, so a chain is let go of without recursion.
    bool m_clearing = false;
    std::uint64_t m_lastStamp = 0; ///< Of the listener that came last.
};

} // namespace nanostores::detail

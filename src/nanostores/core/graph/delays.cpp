// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

#include <algorithm>

/// The unmount delay: how it begins, stops and ends.
namespace nanostores::detail {

/// The delay begins, or begins anew. After a momentary get() it ends when it would have ended without it (rule 25).
void UnmountDelays::begin(Node *node)
{
    cancel(node);
    const Lifecycle *lifecycle = node->lifecycleOrNull();
    const auto delay = lifecycle ? lifecycle->delay : DefaultUnmountDelay;
    const auto now = runtime().scheduler ? runtime().scheduler->now() : std::chrono::milliseconds{0};
    LeaveKey key{now + delay, ++m_serial};
    if (const auto kept = m_kept.find(node); kept != m_kept.end()) {
        key.first = kept->second;
        m_kept.erase(kept);
    }
    node->flags |= Leaving;
    m_byMoment.emplace(key, node);
    m_keys.emplace(node, key);
    arm();
}

/// An observer has come, or the store ends.
void UnmountDelays::cancel(Node *node)
{
    if (!node->has(Leaving)) {
        return;
    }
    node->flags &= ~Leaving;
    const auto it = m_keys.find(node);
    m_byMoment.erase(it->second);
    m_keys.erase(it);
}

/// A momentary get() observes the store: the delay that runs is not prolonged.
void UnmountDelays::interrupt(Node *node)
{
    m_kept.insert_or_assign(node, m_keys.at(node).first);
    cancel(node);
}

/// An observer has come: delays that a momentary get() has interrupted begin anew, here and in what it reads.
void UnmountDelays::forgetInterrupted(Node *root)
{
    Notes<Node *> work{root};
    NoteSet<const Node *> seen{root};
    while (!work.empty() && !m_kept.empty()) {
        Node *node = work.back();
        work.pop_back();
        m_kept.erase(node);
        if (!node->has(Computing)) {
            continue;
        }
        for (const Edge *e = static_cast<Sink *>(node)->sources; e; e = e->nextSource) {
            if (seen.insert(e->source).second) {
                work.push_back(e->source);
            }
        }
    }
}

/// Keeps one timer of the scheduler, for the first moment; a moment that was cancelled may let it fire for nothing.
void UnmountDelays::arm()
{
    if (!runtime().scheduler || m_byMoment.empty()) {
        return;
    }
    const auto due = m_byMoment.begin()->first.first;
    if (m_timer != 0) {
        if (m_timerDue <= due) {
            return;
        }
        runtime().scheduler->cancel(m_timer);
    }
    m_timerDue = due;
    m_timer = 0;
    try {
        m_timer = runtime().scheduler->after(std::max(due - runtime().scheduler->now(), std::chrono::milliseconds{0}),
                                             [this] { fire(); });
    } catch (...) {
        runtime().armAgain();
    }
}

/// Ends the delays that are over, in the order of their ends. Those that begin meanwhile have a later number than
/// last, and wait for the next timer, also if they last 0 ms.
void UnmountDelays::fire()
{
    m_timer = 0;
    std::exception_ptr error;
    const auto now = runtime().scheduler->now();
    const std::uint64_t last = m_serial;
    while (!m_byMoment.empty() && m_byMoment.begin()->first.first <= now && m_byMoment.begin()->first.second <= last) {
        Node *node = m_byMoment.begin()->second;
        cancel(node);
        node->retain();
        try {
            perform(runtime(), [&] { expired(node); });
        } catch (...) {
            reportError(std::current_exception());
        }
        node->release();
    }
    arm();
}

/// The delay is over and nothing observes the store: the cleanups of its mount hooks run, and it lets go of its
/// sources, whose own delays begin by that.
void UnmountDelays::expired(Node *node)
{
    if (node->observed()) {
        return;
    }
    runtime().transitions.unmount(node);
    if (node->observed() || !node->has(Computing)) {
        return;
    }
    auto *computed = static_cast<Sink *>(node);
    if (computed->sinks) {
        runtime().observers.uncountSources(computed);
    } else {
        runtime().links.releaseSources(computed, true);
    }
}

/// Before another scheduler takes its place, or the thread ends.
void UnmountDelays::cancelTimer(Scheduler &scheduler)
{
    if (const auto id = std::exchange(m_timer, 0)) {
        scheduler.cancel(id);
    }
}

/// Moments keep their order. Interrupted delays are moved as well.
void UnmountDelays::shift(std::chrono::milliseconds difference)
{
    NoteMap<LeaveKey, Node *> moved;
    while (!m_byMoment.empty()) {
        auto entry = m_byMoment.extract(m_byMoment.begin());
        entry.key().first += difference;
        m_keys.at(entry.mapped()) = entry.key();
        moved.insert(moved.end(), std::move(entry));
    }
    m_byMoment.swap(moved);
    for (auto &[node, due] : m_kept) {
        due += difference;
    }
}

} // namespace nanostores::detail

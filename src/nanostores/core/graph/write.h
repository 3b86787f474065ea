// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graph.h>

#include <cstdint>

/// The steps of a write, once for all kinds of stores (rules 4 and 37).
///
/// 1. The thread is checked.
/// 2. The onSet hooks run, which may abort the write or change the value.
/// 3. The new value is compared with the present one: equal values end the write.
/// 4. Without sinks and onNotify hooks the value is assigned and the version counted up: that is the whole write.
/// 5. Otherwise the old value is kept, if a sink or a hook wants it, the new one is assigned, and Node::changed() does
///    the rest.
///
/// A kind of store gives what differs between kinds, for each of its ways of writing, as a change:
///
///     struct Change
///     {
///         static constexpr bool endsSafely; // the former value ends after the write, and not inside of it
///         SomeNode &node;
///         bool asksUser() const;          // user code runs in steps 2 or 3, or a probe follows (Spied)
///         Outcome ask();                  // step 2: Undecided goes on
///         bool differs();                 // step 3, when no user code is asked
///         bool differsAsUserSays();       // step 3, by the equality that was set
///         void assign();
///         OldValue *assignKeeping();      // assigns, and returns the old value
///         bool assignAndNotify();         // optional, step 5 in a faster way; false: not done
///     };
namespace nanostores::detail {

/// How a write ended, or a step of it.
enum class Outcome : std::uint8_t {
    Undecided,
    Changed,
    Equal, ///< The store holds an equal value already.
    Aborted, ///< By an onSet hook, or of notify() by an onNotify hook.
    Notified, ///< notify(): the value is the same, and listeners run.
    Threw,
};

class Probe;

/// The time of a write of a node that the caller holds. If a probe follows the node, it is called at both ends.
class NANOSTORES_CORE_EXPORT WriteProbe
{
public:
    explicit WriteProbe(Node &node) noexcept
        : m_node(&node)
    {
        if (node.has(Spied)) [[unlikely]] {
            begin();
        }
    }
    WriteProbe(const WriteProbe &) = delete;
    WriteProbe &operator=(const WriteProbe &) = delete;
    ~WriteProbe()
    {
        if (m_probe) [[unlikely]] {
            end();
        }
    }
    /// A write that does not come to say this has thrown.
    void ended(Outcome outcome) noexcept { m_outcome = outcome; }

private:
    void begin() noexcept;
    void end() noexcept;

    Node *m_node;
    Probe *m_probe = nullptr;
    Outcome m_outcome = Outcome::Undecided;
};

/// Steps 4 and 5, of a node that is held.
template<typename Change>
[[gnu::always_inline]] inline void assignHeld(Change &change)
{
    Node &node = change.node;
    if (!node.sinks && !node.has(HooksNotify)) {
        change.assign();
        node.bump();
        return;
    }
    if (!node.has(WantsOldValue | HasEdges)) {
        change.assign();
        node.changed(nullptr);
        return;
    }
    if constexpr (requires { change.assignAndNotify(); }) {
        if (change.assignAndNotify()) {
            return;
        }
    }
    node.changed(change.assignKeeping());
}

/// Steps 4 and 5. A former value that ends inside of the write may hold the last handle of the store.
template<typename Change>
[[gnu::always_inline]] inline void assignChange(Change &change)
{
    if constexpr (Change::endsSafely) {
        assignHeld(change);
    } else {
        const auto held = Ref<Node>::share(&change.node);
        assignHeld(change);
    }
}

/// Steps 3 to 5, after the hooks.
template<typename Change>
Outcome assignIfDifferent(Change &change)
{
    if (!change.differsAsUserSays()) {
        return Outcome::Equal;
    }
    assignChange(change);
    return Outcome::Changed;
}

/// Steps 2 to 5 where a probe follows the store, or user code is asked, in which the last handle of the store may go.
template<typename Change>
[[gnu::noinline]] void writeAsked(Change change)
{
    const auto held = Ref<Node>::share(&change.node);
    WriteProbe probe(change.node);
    const Outcome answer = change.ask();
    probe.ended(answer == Outcome::Undecided ? assignIfDifferent(change) : answer);
}

/// The whole write.
template<typename Change>
[[gnu::always_inline]] inline void write(Change change)
{
    change.node.checkThread();
    if (change.asksUser()) [[unlikely]] {
        writeAsked(change);
    } else if (change.differs()) {
        assignChange(change);
    }
}

} // namespace nanostores::detail

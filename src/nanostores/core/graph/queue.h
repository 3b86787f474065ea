// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/listenerrun.h>
#include <nanostores/core/graph/poddeque.h>

#include <cstddef>
#include <cstdint>
#include <exception>

namespace nanostores::detail {

/// Listeners of a node that are to be called: from cursor up to the one stamped lastStamp.
struct Delivery
{
    Node *node;
    Link *cursor;
    std::uint64_t lastStamp;
    OldValue *past; ///< A reference of the delivery; null if no listener takes the old value.
    bool keyed; ///< The listeners take the key that changed.
    bool single; ///< One listener of a batch.
    bool settled = false; ///< With single: the store was brought up to date.
    bool picked = false; ///< One listener of a run.
    bool ofRun = false; ///< With single: the entry of a run.
};

/// A place in the queue: of a computed store or an effect, or if sink is null, of some listeners. With neither, it is
/// the place of an effect that was skipped; if settled, that of the late sinks.
struct QueueEntry
{
    Sink *sink;
    Delivery listeners;
};

constexpr std::size_t NoEntry = static_cast<std::size_t>(-1); ///< In the queue.

/// What writes have queued, and the drain that works it off, first in, first out (rules 7 and 12 to 15).
///
/// Invariants: a sink has the flag Queued exactly while an entry is its own; a listener of a batch has InQueue exactly
/// while it has an entry. Entries hold bare pointers: nothing is destroyed while the queue is pending. When the engine
/// is idle, the queue is empty (rule 11).
class Queue : public Component<Queue>
{
public:
    Queue() noexcept = default;

    bool empty() const noexcept { return m_entries.empty(); }
    std::size_t bytes() const noexcept { return m_entries.bytes(); } ///< Of the entries.
    bool pending() const noexcept { return m_delivery.cursor || !m_entries.empty(); }
    /// What a drain of very many entries has needed is not kept. Nothing may be queued.
    void giveBack() noexcept
    {
        m_entries.giveBack();
        m_lateStores.giveBack();
        m_lateEffects.giveBack();
    }
    bool startsWithSink() noexcept { return !m_entries.empty() && m_entries[0].sink; }

    void add(Sink *sink)
    {
        m_entries.push().sink = sink;
        sink->flags |= Queued;
    }
    void addEffect(Sink *effect)
    {
        if (!static_cast<EffectNode *>(effect)->parent()) [[likely]] {
            add(effect);
        } else {
            addWithOwners(effect);
        }
    }
    void addFirst(Sink *sink);
    void addWithOwners(Sink *effect);
    /// open is the entry of this walk over the listeners, to which a listener that follows directly is added.
    /// Gives the link behind it, or behind its run.
    Link *addListener(Listener *listener, OldValue *past, bool keyed, std::size_t &open);

    bool isBatching() const noexcept { return m_batching; }
    bool openBatch() noexcept;
    void closeBatch() noexcept
    {
        m_batching = false;
        releaseTurn();
    }
    std::uint64_t batchSerial() const noexcept { return m_batching ? m_batches : 0; }

    /// Begins a turn, unless one is under way. It lasts at least until releaseTurn().
    void holdTurn() noexcept
    {
        if (m_turnHolders++ == 0 && m_draining == 0) {
            ++m_turn;
        }
    }
    void releaseTurn() noexcept { --m_turnHolders; }
    std::uint64_t turn() const noexcept { return m_turn; }
    bool isAtRest() const noexcept { return m_turnHolders == 0 && m_draining == 0; }

    bool isDraining() const noexcept { return m_draining > 0; }
    bool ranInThisDrain(const Sink *effect) const noexcept;
    void drain();
    void drainIfIdle();
    void drainAfterError() noexcept;
    void notifyListeners(Node &node, OldValue *past);
    void notifyAtRest(Node &node, OldValue *past); ///< The same inline, in drain.cpp.
    void notifyAsWrapped(Node &node, OldValue *past);

    static std::uint32_t feedbackBound() noexcept; ///< 0: there is none.

private:
    void drainInside();
    void beginDrain() noexcept;
    void beginFirstDrain() noexcept;
    void endShortDrain();
    void notifyEach(Node &node, OldValue *past);
    void endDrain();
    [[noreturn]] void endDrain(std::exception_ptr error);
    [[noreturn]] void endDrainAfterError();
    void run();
    void step();
    bool checkQuickly(Sink *effect);
    Listener *listenerFrom(Link *link, std::uint64_t lastStamp);
    void deliver();
    bool takeRun(Link *link);
    bool addRun(RunListener &first, OldValue *past);
    static void leftQueue(const Delivery &entry);
    void announceDelivery() noexcept;
    void waitLate(Sink *sink);
    void stepLate();
    void skipEffects();
    void countStep();
    [[noreturn]] void endFeedback();

    static constexpr std::uint32_t EasySteps = 256; ///< So many steps of a drain are not looked at (countStep()).

    /// A round works off what the round before has queued.
    struct Rounds
    {
        std::size_t left = 0; ///< Steps of this round.
        std::uint32_t all = 0;
        std::uint32_t withCalls = 0; ///< Of listeners and effects.
    };

    Delivery m_delivery{}; ///< Under way, before what is queued.
    PodDeque<QueueEntry> m_entries;
    /// Computed stores and effects that wait until nothing else is queued (rule 44). While there are any, one entry of
    /// the queue stands for all of them. They are Queued; an effect that was skipped is null.
    PodDeque<Sink *> m_lateStores;
    PodDeque<Sink *> m_lateEffects;
    const Sink *m_lateTurn = nullptr; ///< The one that goes now. Set by stepLate(), taken by step().
    /// The outermost batch is open. Set by openBatch(), cleared by closeBatch(). Read by all that would drain or run
    /// hooks: writes are queued meanwhile and not drained, and each listener has one entry for each store (rule 20).
    bool m_batching = false;
    std::uint64_t m_batches = 0; ///< How many outermost batches there were.
    /// Counts the drains that are inside one another, on the same queue. Changed by beginDrain() and endDrain(). Read
    /// by Runtime::idle(): a write made meanwhile adds to the queue, and begins no drain of its own.
    std::uint32_t m_draining = 0;
    /// Counts what keeps a turn open besides the drain: the outermost batch, and writes that a probe follows.
    std::uint32_t m_turnHolders = 0;
    std::uint64_t m_turn = 0;
    std::uint32_t m_easySteps = EasySteps + 1; ///< How many steps of this drain are left until one is looked at.
    bool m_isLong = false; ///< Steps of this drain were looked at: m_rounds is of it.
    Rounds m_rounds;
    std::uint32_t m_drainedFrom = 0; ///< The Runner's serial when the outermost drain began.
};

inline bool Queue::openBatch() noexcept
{
    if (m_batching) {
        return false;
    }
    m_batching = true;
    ++m_batches;
    holdTurn();
    return true;
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/freshstack.h>

#include <cstdint>

namespace nanostores::detail {

class Substitute;

/// What a running function sees around it; each run sets its own, and restores the one outside.
struct ExecutionContext
{
    Sink *observer; ///< What tracked reads become sources of.
    Sink *owner; ///< An effect or a scope; or a computed store, whose nest then owns.
    Node *exempt; ///< Effects made now do not mount it.
    struct Reads
    {
        bool passive; ///< Reads made now mount nothing.
        bool collecting; ///< Untracked reads go to the last collector.
    } reads;
};

/// A function that is being run, and the one inside of which it is.
struct Run
{
    const Sink *sink;
    const Run *outer;
};

/// Runs the functions of computed stores and effects, and passes a new value on to the sinks.
///
/// Invariants: a sink has the flag Running exactly while its function is on the stack; the chain of Run objects is that
/// of the functions on the stack, innermost first. Every run has a serial of its own, which its links carry as well.
class Runner : public Component<Runner>
{
public:
    Runner() noexcept
        : m_stackLimit(firstStackLimit())
    {
    }

    void runTracked(Sink *computed);
    void runListed(Sink *computed);
    void runEffect(EffectNode *effect);
    void runEffectInside(EffectNode *effect);
    void failed(Sink *computed, OldValue *past);
    void settledFrom(Link *link, OldValue *past, bool listeners = true);

    /// Down in a chain of functions that call one another, where the stack is nearly used up.
    bool isFar(const void *local) const noexcept { return stackPosition(local) < m_stackLimit; }
    void callFar(void (*function)(void *), void *argument);

    bool isComputing() const noexcept { return m_computing > 0; }
    const Run *innermost() const noexcept { return m_running; }
    std::uint32_t serial() const noexcept { return m_serial; }
    void noteUntrackedRead(std::uint32_t run) noexcept { m_untrackedIn = run; }

private:
    class ComputedRun;

    /// Until it is asked how large the stack is.
    static std::uintptr_t firstStackLimit() noexcept
    {
        const char here = 0;
        return stackPosition(&here) - std::uintptr_t{64} * 1024;
    }
    void runAside(Sink *computed);
    bool runTrackedNow(Sink *computed);
    bool runListedNow(Sink *computed);
    bool runSubstitute(Sink *computed, Substitute &substitute);
    void runEffectNow(EffectNode *effect);
    void runEffectSpied(EffectNode *effect);
    bool evaluateFar(Sink *computed, OldValue *&past);
    void checkTracked(const Sink *sink);
    void valueChanged(Sink *computed, OldValue *past, bool listed);
    void settled(Sink *computed, OldValue *past);
    void settledListed(Sink *computed, OldValue *past);

    std::uint32_t m_serial = 0; ///< Of the last run of a tracked computed store or of an effect.
    /// Counts the functions of computed stores on the stack. Changed by ComputedRun. Read by Runtime::idle() and by
    /// endBatch(): a write made meanwhile is queued, and drained after the outermost function (rule 10).
    std::uint32_t m_computing = 0;
    /// The innermost function that runs. Set by ComputedRun and runEffect(). Read when a cycle is reported.
    const Run *m_running = nullptr;
    std::uint32_t m_untrackedIn = 0; ///< The run of the function that read by get() last; kept by debug builds.
    bool m_stackLimitIsKnown = false;
    std::uintptr_t m_stackLimit; ///< Below it the stack is nearly used up.
};

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/component.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/poddeque.h>
#include <nanostores/core/graph/run.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

namespace nanostores::detail {

/// A sink that waits for the source of edge.
struct PullFrame
{
    Sink *sink;
    Edge *edge;
};

/// A computed store that threw while a reader of it was checked. The error waits until the reader's function reads it.
struct Failure
{
    Sink *computed = nullptr;
    std::exception_ptr error;
};

/// Commits what was written and brings sinks up to date, their sources first (rules 6 and 8).
///
/// Invariants: the frames of one refresh() lie above those of the refresh() around it, and each returns the stack to
/// the height that it found. At most one error is kept; keeping another drops the one before.
class Puller : public Component<Puller>
{
public:
    Puller() noexcept = default;

    /// Runs what a pull has found to be out of date. At the beginning: its address is that of the Puller, so a call of
    /// it from a pull costs nothing.
    Runner runner;

    void commit(Node *signal);
    void committed(Node *signal);
    void refresh(Sink *root, Sink **threw = nullptr);
    void refreshQueued(Sink *computed);

    /// Waits for the source that is brought up to date now, and will see for itself that it changed.
    bool isPulling(const Sink *sink) const noexcept { return m_pulling == sink; }
    Sink *pulling() const noexcept { return m_pulling; }
    void setPulling(Sink *sink) noexcept { m_pulling = sink; }

    std::uint32_t serial() const noexcept { return m_serial; }
    void nextPull() noexcept
    {
        if (++m_serial == 0) [[unlikely]] {
            ++m_epoch;
        }
    }
    std::uint32_t epoch() const noexcept { return m_epoch; }
    void nextEpoch() noexcept { ++m_epoch; }

    void keepError(Sink *computed, std::exception_ptr error);
    void rethrowKept(Sink *computed);
    bool hasKept(const Sink *computed) const noexcept { return m_failure.computed == computed; }
    void dropKept() noexcept
    {
        if (m_failure.error) [[unlikely]] {
            const Failure unread = std::exchange(m_failure, {});
        }
    }
    void forgetKept(const Sink *computed) noexcept
    {
        if (m_failure.computed == computed) {
            const Failure unread = std::exchange(m_failure, {});
        }
    }

private:
    Sink *leaveToReader(Sink *sink, Sink *ran, std::size_t base);
    bool isReadByFunctions(const Sink *computed) const noexcept;
    void finish(Sink *sink);
    bool isVerified(const Sink *computed) const noexcept;
    [[noreturn]] void throwCycle(Sink *sink, bool waited);

    PodDeque<PullFrame> m_stack;
    Failure m_failure;
    /// The sink that waits for the source that is brought up to date now. Set by refresh() and by the Queue's check of
    /// an effect. Read where a source queues its sinks: this one is not queued, as it sees the change when it goes on.
    Sink *m_pulling = nullptr;
    std::uint32_t m_serial = 0; ///< One more for each write and each outermost pull.
    /// One more whenever a version or m_serial begins anew: what was seen before is no proof.
    std::uint32_t m_epoch = 0;
};

} // namespace nanostores::detail

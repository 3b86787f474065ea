// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/probe.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

namespace nanostores::detail {

/// The probes of a thread, for the engine one probe that calls those that follow the node.
///
/// Probes may come and go in the midst of a write, a run or a batch. So that each is called for the ends whose
/// beginnings it was called for, the hub counts how many writes and runs are open, and keeps for each probe and node
/// how many were open when it began to follow. Without a probe, the hub stays the runtime's until all have ended.
class ProbeHub final : public Probe
{
public:
    void attach(Probe &probe, Follow which);
    void detach(const Probe &probe) noexcept;
    bool has(const Probe &probe) const noexcept { return find(probe) != nullptr; }
    /// The thread ends: what is destroyed from now on is not reported, so no probe is kept with the nodes it follows.
    void endThread() noexcept { m_entries.clear(); }
    void follow(const Probe &probe, Node &node);
    void unfollow(const Probe &probe, Node &node) noexcept;

    void created(Node &node) noexcept override;
    void destroyed(Node &node) noexcept override;
    void named(Node &node) noexcept override;
    void writeBegan(Node &node) noexcept override;
    void writeEnded(Node &node, Outcome outcome) noexcept override;
    bool mayRun(EffectNode &effect) noexcept override;
    void runBegan(Sink &sink) noexcept override;
    void runEnded(Sink &sink, RunEnd end) noexcept override;
    void notifying(Node &node) noexcept override;
    void observed(Node &node) noexcept override;
    void unobserved(Node &node) noexcept override;
    void mounted(Node &node) noexcept override;
    void unmounted(Node &node) noexcept override;
    void batchBegan() noexcept override;
    void batchEnded() noexcept override;
    void errorReported(const std::exception_ptr &error) noexcept override;

private:
    struct Entry
    {
        Probe *probe; ///< Null: it was detached while probes were called.
        bool followsAll;
        /// Batches that it has seen begin, and not end: as one ends, another probe may begin one.
        std::uint32_t batches = 0;
        std::uint32_t since; ///< How many of the writes and runs that are open were so when it was attached.
        std::unordered_map<const Node *, std::uint32_t> chosen{}; ///< The same for each node that was named.
        std::uint32_t greatest = 0; ///< At least the greatest number in chosen.

        /// How many of the writes and runs that are open were so when it began to follow the node; NotFollowed.
        std::uint32_t openedBefore(const Node &node) const noexcept;
        /// Fewer are open now.
        void closed(std::uint32_t open) noexcept;
    };
    static constexpr std::uint32_t NotFollowed = 0xffffffff;

    Entry *find(const Probe &probe) const noexcept;
    bool isFollowed(const Node &node) const noexcept;
    bool followsAll() const noexcept;
    void unfollowUnlessOthersDo(Node &node) noexcept;
    void updateRuntime() noexcept;
    /// Takes detached probes out, unless probes are being called.
    void sweep() noexcept;

    /// Calls f(probe) of those that are there now.
    template<typename F>
    void each(F &&f) noexcept;
    /// The same, of those that follow the node.
    template<typename F>
    void eachThatFollows(const Node &node, F &&f) noexcept;
    /// The same, of those that have seen the beginning of what ends.
    template<typename F>
    void ended(const Node &node, F &&f) noexcept;

    std::vector<std::unique_ptr<Entry>> m_entries;
    std::uint32_t m_calling = 0; ///< Calls of probes under way: entries stay where they are.
    std::uint32_t m_open = 0; ///< Writes and runs that have begun and not ended.
    bool m_inBatch = false;
    bool m_unswept = false; ///< Entries without a probe are left, or the hub was kept for what is open.
};

} // namespace nanostores::detail

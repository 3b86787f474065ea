// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/probe.h>
#include <nanostores/inspector/export.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// Numbers the stores and effects of its thread, and counts what they do, as long as it lives.
class StoreMeter final : public Probe
{
public:
    struct Entry
    {
        std::uint64_t number = 0;
        std::uint64_t touched = 0; ///< When something of it changed last: see changedSince().
        std::string name;
        std::uint64_t writes = 0; ///< That changed it.
        std::uint64_t runs = 0;
        std::uint64_t wasted = 0; ///< Runs of a computed store that gave the same value.
        std::chrono::nanoseconds time{}; ///< In its function, without that of other functions that ran meanwhile.
        Outcome lastOutcome = Outcome::Undecided;
        std::size_t observers = 0; ///< As changedSince() has seen them last, and so the following.
        bool isStale = false;
        bool isMounted = false;
    };
    struct Changed
    {
        std::vector<Node *> nodes; ///< Those that changed first, first.
        std::vector<std::uint64_t> gone;
        std::uint64_t serial = 0; ///< To be asked for next.
        bool isMore = false;
        bool isWhole = false; ///< It begins anew: what was known before is to be forgotten.
    };

    StoreMeter();
    ~StoreMeter() override;

    /// At most so many stores of which something changed after the serial; 0: from the beginning.
    Changed changedSince(std::uint64_t serial, std::size_t most);
    Entry *entryOf(const Node *node) noexcept;
    /// Null: it has ended.
    Node *nodeOf(std::uint64_t number) const noexcept;
    /// Looks up the names of these.
    void nameAll(const std::vector<Node *> &nodes);
    /// Those of the name.
    std::vector<Node *> nodesNamed(const std::string &name);
    std::vector<Node *> all() const;
    std::string nameOf(const Node &node);
    std::size_t size() const noexcept { return m_entries.size(); }

    /// While it says so, what happens is not counted: values are shown, as by TimeTravel.
    void setMuted(std::function<bool()> isMuted) { m_isMuted = std::move(isMuted); }

    void created(Node &node) noexcept override;
    void destroyed(Node &node) noexcept override;
    void named(Node &node) noexcept override;
    void writeEnded(Node &node, Outcome outcome) noexcept override;
    void runBegan(Sink &sink) noexcept override;
    void runEnded(Sink &sink, RunEnd end) noexcept override;
    void observed(Node &node) noexcept override { touch(node); }
    void unobserved(Node &node) noexcept override { touch(node); }
    void mounted(Node &node) noexcept override { touch(node); }
    void unmounted(Node &node) noexcept override { touch(node); }

private:
    using Clock = std::chrono::steady_clock;
    struct Run
    {
        const Node *node;
        Clock::time_point began;
        std::chrono::nanoseconds others{};
    };
    struct Gone
    {
        std::uint64_t serial;
        std::uint64_t number;
    };

    void add(Node &node);
    bool counts() const noexcept { return !m_isMuted || !m_isMuted(); }
    void touch(const Node &node) noexcept;

    static constexpr std::size_t MostGone = 10'000;

    std::unordered_map<const Node *, Entry> m_entries;
    std::unordered_map<std::uint64_t, Node *> m_nodes;
    std::deque<Gone> m_gone;
    std::vector<Run> m_runs;
    std::function<bool()> m_isMuted;
    std::uint64_t m_numbers = 0;
    std::uint64_t m_serial = 1;
    std::uint64_t m_forgotten = 0; ///< Those that were gone until this serial are not known any more.
};

} // namespace nanostores::detail

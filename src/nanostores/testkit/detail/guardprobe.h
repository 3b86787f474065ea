// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/probe.h>
#include <nanostores/inspect/origin.h>
#include <nanostores/testkit/detail/keptstores.h>

#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace nanostores::detail {

/// What a guard sees of its thread's stores: the values before the first write of each, what is made, and what runs or
/// is notified more often than it has to.
///
/// A value is copied when its store is written for the first time, so a test pays for the stores that it writes.
class GuardProbe final : public Probe
{
public:
    GuardProbe();
    ~GuardProbe() override;

    void created(Node &node) noexcept override;
    void destroyed(Node &node) noexcept override;
    void writeBegan(Node &node) noexcept override;
    void writeEnded(Node &node, Outcome outcome) noexcept override;
    void runEnded(Sink &sink, RunEnd end) noexcept override;
    void notifying(Node &node) noexcept override;

    /// Nodes that were made since, and live; of stores, with the functions that made them.
    const std::unordered_map<Node *, Origin> &made() const noexcept { return m_made; }
    void leave(Node &node) { m_made.erase(&node); }
    void leaveMade();

    /// The lifecycle hooks that stores of before have got since, as lines; they are removed.
    std::vector<std::string> removeNewHooks();
    /// Whether the unmount delay of the store ran before.
    bool wasLeaving(const Node &node) const noexcept { return m_leaving.contains(&node); }

    /// Gives the stores the values of before. Returns those that do not have them, as lines.
    std::vector<std::string> restore() { return m_kept.restore(); }

    std::vector<std::string> doubles() const;
    std::vector<std::string> wasted() const;

private:
    using HookNumbers = std::array<std::uint64_t, 5>;
    struct Runs
    {
        std::string name;
        std::size_t all = 0;
        std::size_t same = 0;
    };
    /// Of one store in the present turn.
    struct Changes
    {
        std::uint64_t count = 0;
        std::size_t cause = 0; ///< How many writes there were before the last one.
        std::uint64_t notified = 0; ///< The count at the last notification.
        std::vector<std::size_t> causes; ///< Of each notification.
    };

    bool isOfThisThread(const Node &node) const noexcept;
    void noteState();
    void beginTurn();
    std::string nameOfWrite(std::size_t number) const;

    const std::uint32_t m_thread; ///< Its number, as nodes have it.
    std::unordered_map<Node *, Origin> m_made;
    std::unordered_map<const Node *, HookNumbers> m_hooks;
    std::unordered_set<const Node *> m_leaving;

    KeptStores m_kept;

    std::unordered_map<const Node *, Runs> m_runs;
    std::vector<Runs> m_formerRuns; ///< Of stores that have gone.

    std::uint64_t m_turn = 0;
    std::vector<const Node *> m_writes; ///< Of this turn. Null: it has gone.
    std::unordered_map<const Node *, Changes> m_changes;
    std::vector<std::string> m_doubles;
};

} // namespace nanostores::detail

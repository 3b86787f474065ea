// SPDX-License-Identifier: MIT
#include <nanostores/testkit/detail/guardprobe.h>

#include <nanostores/core/atom.h>
#include <nanostores/core/graph/testing.h>
#include <nanostores/testkit/detail/naming.h>

#include <algorithm>
#include <utility>

namespace nanostores::detail {

namespace {

const char *wordOf(HookKind kind) noexcept
{
    static constexpr const char *names[] = {"onStart", "onStop", "onMount", "onSet", "onNotify"};
    return names[static_cast<std::size_t>(kind)];
}

} // namespace

GuardProbe::GuardProbe()
    : m_thread(atom(0).node()->flags >> FlagBits)
{
    noteState();
    attachProbe(*this);
}

GuardProbe::~GuardProbe()
{
    detachProbe(*this);
}

void GuardProbe::noteState()
{
    m_hooks.clear();
    m_leaving.clear();
    forEachNode([this](Node &node) {
        if (node.has(Leaving)) {
            m_leaving.insert(&node);
        }
        if (const Lifecycle *const lifecycle = node.lifecycleOrNull()) {
            HookNumbers numbers{};
            for (std::size_t i = 0; i < numbers.size(); ++i) {
                numbers[i] = lifecycle->hooks[i].last();
            }
            m_hooks.emplace(&node, numbers);
        }
    });
}

void GuardProbe::leaveMade()
{
    m_made.clear();
    noteState();
}

void GuardProbe::created(Node &node) noexcept
{
    Origin &origin = m_made[&node];
    if (!node.has(Effecting)) {
        try {
            origin = Origin::here();
        } catch (...) {
            // a report does without it
        }
    }
}

void GuardProbe::destroyed(Node &node) noexcept
{
    m_made.erase(&node);
    m_hooks.erase(&node);
    m_leaving.erase(&node);
    m_kept.forget(node);
    std::replace(m_writes.begin(), m_writes.end(), static_cast<const Node *>(&node),
                 static_cast<const Node *>(nullptr));
    if (const auto runs = m_runs.find(&node); runs != m_runs.end()) {
        m_formerRuns.push_back(std::move(runs->second));
        m_runs.erase(runs);
    }
    m_changes.erase(&node);
}

/// What a thread that has ended leaves behind may be written by this one, and be followed since then.
bool GuardProbe::isOfThisThread(const Node &node) const noexcept
{
    return node.flags >> FlagBits == m_thread;
}

void GuardProbe::writeBegan(Node &node) noexcept
{
    if (!isOfThisThread(node)) {
        return;
    }
    beginTurn();
    m_writes.push_back(&node);
    Changes &changes = m_changes[&node];
    ++changes.count;
    changes.cause = m_writes.size();
    if (!m_made.contains(&node) || isLate(node)) {
        m_kept.keep(node);
    }
}

void GuardProbe::writeEnded(Node &node, Outcome outcome) noexcept
{
    if (outcome == Outcome::Equal || outcome == Outcome::Aborted) {
        if (const auto changes = m_changes.find(&node); changes != m_changes.end() && changes->second.count > 0) {
            --changes->second.count;
        }
    } else {
        m_kept.noteWrite(node);
    }
}

std::vector<std::string> GuardProbe::removeNewHooks()
{
    std::vector<std::string> lines;
    std::vector<Ref<Node>> nodes;
    forEachNode([&](Node &node) {
        if (node.lifecycleOrNull() && !m_made.contains(&node)) {
            nodes.push_back(Ref<Node>::share(&node));
        }
    });
    for (const Ref<Node> &node : nodes) {
        const auto found = m_hooks.find(node.get());
        const HookNumbers before = found == m_hooks.end() ? HookNumbers{} : found->second;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const auto kind = static_cast<HookKind>(i);
            while (const HookPtr hook = hookAfter(*node, kind, before[i])) {
                lines.push_back(std::string(wordOf(kind)) + " hook of " + describedByVariable(*node)
                                + placeOf(hook->function.target_type()));
                removeHook(*node, kind, hook);
            }
        }
    }
    return lines;
}

// Hints

void GuardProbe::runEnded(Sink &sink, RunEnd end) noexcept
{
    if (sink.has(Effecting)) {
        return;
    }
    if (end == RunEnd::Changed) {
        Changes &changes = m_changes[&sink];
        ++changes.count;
        changes.cause = m_writes.size();
    }
    Runs &runs = m_runs[&sink];
    ++runs.all;
    if (end == RunEnd::Same && runs.same++ == 0) {
        runs.name = described(sink);
    }
}

std::vector<std::string> GuardProbe::wasted() const
{
    std::vector<std::string> lines;
    const auto add = [&lines](const Runs &runs) {
        if (runs.same > 0) {
            lines.push_back(runs.name + " ran " + std::to_string(runs.all) + (runs.all == 1 ? " time, " : " times, ")
                            + std::to_string(runs.same) + " without a change");
        }
    };
    for (const Runs &runs : m_formerRuns) {
        add(runs);
    }
    for (const auto &[node, runs] : m_runs) {
        add(runs);
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

void GuardProbe::beginTurn()
{
    if (const std::uint64_t now = turn(); now != m_turn) {
        m_turn = now;
        m_writes.clear();
        m_changes.clear();
    }
}

/// Of the write with this number in the turn, counted from 1.
std::string GuardProbe::nameOfWrite(std::size_t number) const
{
    if (number == 0) {
        return "nothing";
    }
    const Node *const node = m_writes[number - 1];
    return node ? described(*node) : std::string("a store that has gone");
}

/// In a batch each listener is announced by itself, and a store with effects between its listeners several times for
/// one change. So it counts what has changed since.
void GuardProbe::notifying(Node &node) noexcept
{
    beginTurn();
    Changes &changes = m_changes[&node];
    if (!changes.causes.empty() && changes.notified == changes.count) {
        return;
    }
    changes.notified = changes.count;
    changes.causes.push_back(changes.cause);
    if (changes.causes.size() != 2) {
        return;
    }
    std::string line = described(node) + ": after a write of " + nameOfWrite(changes.causes[0]) + ", then of "
                       + nameOfWrite(changes.causes[1]);
    if (std::find(m_doubles.begin(), m_doubles.end(), line) == m_doubles.end()) {
        m_doubles.push_back(std::move(line));
    }
}

std::vector<std::string> GuardProbe::doubles() const
{
    return m_doubles;
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/inspector/detail/meter.h>

#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/naming.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

StoreMeter::StoreMeter()
{
    std::vector<Node *> nodes; // before any is added
    forEachNode([&nodes](Node &node) { nodes.push_back(&node); });
    for (Node *const node : nodes) {
        add(*node);
    }
    attachProbe(*this);
}

StoreMeter::~StoreMeter() = default;

void StoreMeter::add(Node &node)
{
    Entry &entry = m_entries[&node];
    entry.number = ++m_numbers;
    entry.touched = ++m_serial;
    m_nodes[entry.number] = &node;
}

StoreMeter::Entry *StoreMeter::entryOf(const Node *node) noexcept
{
    const auto found = m_entries.find(node);
    return found == m_entries.end() ? nullptr : &found->second;
}

Node *StoreMeter::nodeOf(std::uint64_t number) const noexcept
{
    const auto found = m_nodes.find(number);
    return found == m_nodes.end() ? nullptr : found->second;
}

void StoreMeter::touch(const Node &node) noexcept
{
    if (Entry *const entry = entryOf(&node)) {
        entry->touched = ++m_serial;
    }
}

std::vector<Node *> StoreMeter::all() const
{
    std::vector<Node *> nodes;
    nodes.reserve(m_nodes.size());
    for (const auto &[number, node] : m_nodes) {
        if (std::string_view(kindOf(*node)) != "scope") {
            nodes.push_back(node);
        }
    }
    return nodes;
}

StoreMeter::Changed StoreMeter::changedSince(std::uint64_t serial, std::size_t most)
{
    Changed changed;
    changed.isWhole = serial == 0 || serial < m_forgotten;
    const std::uint64_t from = changed.isWhole ? 0 : serial;
    std::vector<std::pair<std::uint64_t, Node *>> found;
    for (Node *const node : all()) {
        Entry &entry = m_entries.at(node);
        const std::size_t observers = observersOf(*node);
        const bool isStale = node->has(Computing) && node->has(Dirty | Stale);
        const bool isUp = isMounted(*node);
        if (entry.observers != observers || entry.isStale != isStale || entry.isMounted != isUp) {
            entry.observers = observers;
            entry.isStale = isStale;
            entry.isMounted = isUp;
            entry.touched = std::max(entry.touched, ++m_serial);
        }
        if (entry.touched > from) {
            found.emplace_back(entry.touched, node);
        }
    }
    std::sort(found.begin(), found.end());
    changed.isMore = found.size() > most;
    found.resize(std::min(found.size(), most));
    changed.serial = found.empty() ? m_serial : changed.isMore ? found.back().first : m_serial;
    for (const auto &[touched, node] : found) {
        changed.nodes.push_back(node);
    }
    if (!changed.isWhole) {
        for (const Gone &gone : m_gone) {
            if (gone.serial > from && gone.serial <= changed.serial) {
                changed.gone.push_back(gone.number);
            }
        }
    }
    return changed;
}

void StoreMeter::nameAll(const std::vector<Node *> &nodes)
{
    const bool isMissing = std::any_of(nodes.begin(), nodes.end(), [this](const Node *node) {
        const Entry *const entry = entryOf(node);
        return entry && entry->name.empty();
    });
    if (!isMissing) {
        return;
    }
    const NodeNames names;
    for (Node *const node : nodes) {
        Entry *const entry = entryOf(node);
        if (entry && entry->name.empty()) {
            const std::string name = names.of(*node);
            entry->name = name.empty() ? names.orAddress(*node) : name;
        }
    }
}

std::string StoreMeter::nameOf(const Node &node)
{
    Entry *const entry = entryOf(&node);
    if (!entry) {
        return {};
    }
    if (entry->name.empty()) {
        entry->name = detail::nameOf(node);
    }
    return entry->name;
}

std::vector<Node *> StoreMeter::nodesNamed(const std::string &name)
{
    const std::vector<Node *> nodes = all();
    nameAll(nodes);
    std::vector<Node *> found;
    for (Node *const node : nodes) {
        if (m_entries.at(node).name == name) {
            found.push_back(node);
        }
    }
    return found;
}

// What stores do. None of these may throw: what there is no memory for is not counted.

void StoreMeter::created(Node &node) noexcept
{
    try {
        add(node);
    } catch (const std::exception &) {
        m_entries.erase(&node);
    }
}

void StoreMeter::destroyed(Node &node) noexcept
{
    const auto found = m_entries.find(&node);
    if (found == m_entries.end()) {
        return;
    }
    const std::uint64_t number = found->second.number;
    m_entries.erase(found);
    m_nodes.erase(number);
    try {
        m_gone.push_back({++m_serial, number});
    } catch (const std::exception &) {
        m_forgotten = m_serial;
    }
    if (m_gone.size() > MostGone) {
        m_forgotten = m_gone.front().serial;
        m_gone.pop_front();
    }
}

void StoreMeter::named(Node &node) noexcept
{
    if (Entry *const entry = entryOf(&node)) {
        entry->name.clear();
        entry->touched = ++m_serial;
    }
}

void StoreMeter::writeEnded(Node &node, Outcome outcome) noexcept
{
    if (Entry *const entry = entryOf(&node)) {
        entry->lastOutcome = outcome;
        entry->writes += outcome == Outcome::Changed && counts() ? 1 : 0;
        entry->touched = ++m_serial;
    }
}

void StoreMeter::runBegan(Sink &sink) noexcept
{
    try {
        m_runs.push_back({&sink, Clock::now(), {}});
    } catch (const std::exception &) {
        touch(sink);
    }
}

void StoreMeter::runEnded(Sink &sink, RunEnd end) noexcept
{
    std::chrono::nanoseconds own{};
    const auto run =
        std::find_if(m_runs.rbegin(), m_runs.rend(), [&](const Run &other) { return other.node == &sink; });
    if (run != m_runs.rend()) {
        const std::chrono::nanoseconds all = Clock::now() - run->began;
        own = all - run->others;
        m_runs.erase(std::next(run).base(), m_runs.end());
        if (!m_runs.empty()) {
            m_runs.back().others += all;
        }
    }
    Entry *const entry = entryOf(&sink);
    if (entry && !counts()) {
        entry->touched = ++m_serial;
    } else if (entry) {
        ++entry->runs;
        entry->wasted += end == RunEnd::Same && !sink.has(Effecting) ? 1 : 0;
        entry->time += own;
        entry->touched = ++m_serial;
    }
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/probehub.h>

#include <nanostores/core/graph/runtime.h>

#include <algorithm>
#include <utility>

namespace nanostores::detail {

namespace {

/// A signal without hooks keeps no number of its observers: they are counted now.
void mark(Node &node)
{
    if (node.has(Spied)) {
        return;
    }
    Extra &extra = node.extra();
    extra.observers = 0;
    for (const Link *link = node.sinks; link; link = link->next) {
        extra.observers += (link->kind & Link::Counted) ? 1 : 0;
    }
    node.flags |= Spied;
}

void unmark(Node &node) noexcept
{
    node.flags &= ~std::uint32_t{Spied};
}

} // namespace

std::uint32_t ProbeHub::Entry::openedBefore(const Node &node) const noexcept
{
    if (followsAll) {
        return since;
    }
    const auto found = chosen.find(&node);
    return found == chosen.end() ? NotFollowed : found->second;
}

void ProbeHub::Entry::closed(std::uint32_t open) noexcept
{
    since = std::min(since, open);
    if (greatest > open) {
        greatest = open;
        for (auto &[node, opened] : chosen) {
            opened = std::min(opened, open);
        }
    }
}

ProbeHub::Entry *ProbeHub::find(const Probe &probe) const noexcept
{
    for (const auto &entry : m_entries) {
        if (entry->probe == &probe) {
            return entry.get();
        }
    }
    return nullptr;
}

bool ProbeHub::isFollowed(const Node &node) const noexcept
{
    return std::any_of(m_entries.begin(), m_entries.end(),
                       [&node](const auto &entry) { return entry->probe && entry->openedBefore(node) != NotFollowed; });
}

bool ProbeHub::followsAll() const noexcept
{
    return std::any_of(m_entries.begin(), m_entries.end(),
                       [](const auto &entry) { return entry->probe && entry->followsAll; });
}

void ProbeHub::unfollowUnlessOthersDo(Node &node) noexcept
{
    if (node.has(Spied) && !isFollowed(node)) {
        unmark(node);
    }
}

/// What the engine tests, and those who make their nodes late, follow from the probes that there are.
void ProbeHub::updateRuntime() noexcept
{
    Runtime &runtime = Runtime::current();
    runtime.probe = this;
    m_unswept = true;
    sweep();
    const bool all = followsAll();
    if (all == ((runtime.nodeFlags & Spied) != 0)) {
        return;
    }
    runtime.nodeFlags = (runtime.nodeFlags & ~std::uint32_t{Spied}) | (all ? std::uint32_t{Spied} : 0);
    runtime.nodesAreSpecial = all || (runtime.nodeFlags >> FlagBits) == NoThreadNumber;
    for (const auto &place : runtime.probeAware) {
        if (ProbeAware *const aware = place->load()) {
            aware->followed(all);
        }
    }
}

void ProbeHub::sweep() noexcept
{
    if (m_unswept && m_calling == 0) {
        std::erase_if(m_entries, [](const auto &entry) { return !entry->probe; });
        m_unswept = m_entries.empty() && (m_open > 0 || m_inBatch);
        if (m_entries.empty() && !m_unswept) {
            Runtime::current().probe = nullptr;
        }
    }
}

void ProbeHub::attach(Probe &probe, Follow which)
{
    detach(probe);
    m_entries.push_back(
        std::make_unique<Entry>(Entry{.probe = &probe, .followsAll = which == Follow::All, .since = m_open}));
    if (which == Follow::All) {
        try {
            forEachNode([](Node &node) { mark(node); });
        } catch (...) { // no memory: some are followed for nothing
            detach(probe);
            throw;
        }
    }
    updateRuntime();
}

void ProbeHub::detach(const Probe &probe) noexcept
{
    Entry *const entry = find(probe);
    if (!entry) {
        return;
    }
    entry->probe = nullptr;
    if (entry->followsAll) {
        forEachNode([this](Node &node) { unfollowUnlessOthersDo(node); });
    } else {
        for (const auto &[node, opened] : entry->chosen) {
            unfollowUnlessOthersDo(const_cast<Node &>(*node));
        }
    }
    updateRuntime();
}

void ProbeHub::follow(const Probe &probe, Node &node)
{
    Entry *const entry = find(probe);
    if (entry && !entry->followsAll) {
        mark(node);
        entry->chosen.emplace(&node, m_open);
        entry->greatest = std::max(entry->greatest, m_open);
    }
}

void ProbeHub::unfollow(const Probe &probe, Node &node) noexcept
{
    Entry *const entry = find(probe);
    if (entry && entry->chosen.erase(&node) > 0) {
        unfollowUnlessOthersDo(node);
    }
}

// Calling

template<typename F>
void ProbeHub::each(F &&f) noexcept
{
    ++m_calling;
    const std::size_t count = m_entries.size(); // those that are attached meanwhile come behind
    for (std::size_t i = 0; i < count; ++i) {
        if (m_entries[i]->probe) {
            f(*m_entries[i]);
        }
    }
    --m_calling;
    sweep();
}

template<typename F>
void ProbeHub::eachThatFollows(const Node &node, F &&f) noexcept
{
    each([&](Entry &entry) {
        if (entry.openedBefore(node) != NotFollowed) {
            f(*entry.probe);
        }
    });
}

template<typename F>
void ProbeHub::ended(const Node &node, F &&f) noexcept
{
    const std::uint32_t open = m_open--;
    each([&](Entry &entry) {
        const bool sawBeginning = entry.openedBefore(node) < open;
        entry.closed(m_open);
        if (sawBeginning) {
            f(*entry.probe);
        }
    });
}

void ProbeHub::created(Node &node) noexcept
{
    eachThatFollows(node, [&](Probe &probe) { probe.created(node); });
}

void ProbeHub::destroyed(Node &node) noexcept
{
    each([&](Entry &entry) {
        if (entry.openedBefore(node) != NotFollowed) {
            Probe &probe = *entry.probe;
            entry.chosen.erase(&node);
            probe.destroyed(node);
        }
    });
}

void ProbeHub::named(Node &node) noexcept
{
    eachThatFollows(node, [&](Probe &probe) { probe.named(node); });
}

void ProbeHub::writeBegan(Node &node) noexcept
{
    ++m_open;
    eachThatFollows(node, [&](Probe &probe) { probe.writeBegan(node); });
}

void ProbeHub::writeEnded(Node &node, Outcome outcome) noexcept
{
    ended(node, [&](Probe &probe) { probe.writeEnded(node, outcome); });
}

bool ProbeHub::mayRun(EffectNode &effect) noexcept
{
    bool may = true;
    eachThatFollows(effect, [&](Probe &probe) { may = probe.mayRun(effect) && may; });
    return may;
}

void ProbeHub::runBegan(Sink &sink) noexcept
{
    ++m_open;
    eachThatFollows(sink, [&](Probe &probe) { probe.runBegan(sink); });
}

void ProbeHub::runEnded(Sink &sink, RunEnd end) noexcept
{
    ended(sink, [&](Probe &probe) { probe.runEnded(sink, end); });
}

void ProbeHub::notifying(Node &node) noexcept
{
    eachThatFollows(node, [&](Probe &probe) { probe.notifying(node); });
}

void ProbeHub::observed(Node &node) noexcept
{
    eachThatFollows(node, [&](Probe &probe) { probe.observed(node); });
}

void ProbeHub::unobserved(Node &node) noexcept
{
    eachThatFollows(node, [&](Probe &probe) { probe.unobserved(node); });
}

void ProbeHub::mounted(Node &node) noexcept
{
    eachThatFollows(node, [&](Probe &probe) { probe.mounted(node); });
}

void ProbeHub::unmounted(Node &node) noexcept
{
    eachThatFollows(node, [&](Probe &probe) { probe.unmounted(node); });
}

void ProbeHub::batchBegan() noexcept
{
    m_inBatch = true;
    each([](Entry &entry) {
        ++entry.batches;
        entry.probe->batchBegan();
    });
}

void ProbeHub::batchEnded() noexcept
{
    m_inBatch = false;
    each([](Entry &entry) {
        if (entry.batches > 0) {
            --entry.batches;
            entry.probe->batchEnded();
        }
    });
}

void ProbeHub::errorReported(const std::exception_ptr &error) noexcept
{
    each([&](Entry &entry) { entry.probe->errorReported(error); });
}

} // namespace nanostores::detail

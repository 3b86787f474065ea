// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/probe.h>

#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/spying.h>

#include <cstdlib>
#include <cstring>

/// Attaching a probe, and what it is called with.
namespace nanostores::detail {

Probe::~Probe() = default;
void Probe::created(Node &) noexcept {}
void Probe::destroyed(Node &) noexcept {}
void Probe::named(Node &) noexcept {}
void Probe::writeBegan(Node &) noexcept {}
void Probe::writeEnded(Node &, Outcome) noexcept {}

bool Probe::mayRun(EffectNode &) noexcept
{
    return true;
}

void Probe::runBegan(Sink &) noexcept {}
void Probe::runEnded(Sink &, RunEnd) noexcept {}
void Probe::notifying(Node &) noexcept {}
void Probe::observed(Node &) noexcept {}
void Probe::unobserved(Node &) noexcept {}
void Probe::mounted(Node &) noexcept {}
void Probe::unmounted(Node &) noexcept {}
void Probe::batchBegan() noexcept {}
void Probe::batchEnded() noexcept {}
void Probe::errorReported(const std::exception_ptr &) noexcept {}

// Attaching

ProbeAware::ProbeAware()
{
    Runtime::current().probeAware.push_back(this);
}

ProbeAware::~ProbeAware()
{
    if (Runtime *const runtime = Runtime::existing()) {
        std::erase(runtime->probeAware, this);
    }
}

bool followsAll() noexcept
{
    const Runtime *const runtime = Runtime::existing();
    return runtime && (runtime->nodeFlags & Spied) != 0;
}

void attachProbe(Probe &probe, Follow which)
{
    detachProbe();
    Runtime &runtime = Runtime::current();
    if (which == Follow::All) {
        forEachNode([](Node &node) { follow(node); });
        runtime.nodeFlags |= Spied;
        runtime.nodesAreSpecial = true;
    }
    runtime.probe = &probe;
    if (which == Follow::All) {
        for (ProbeAware *const aware : runtime.probeAware) {
            aware->followed(true);
        }
    }
}

void detachProbe() noexcept
{
    Runtime *const runtime = Runtime::existing();
    if (!runtime || !std::exchange(runtime->probe, nullptr)) {
        return;
    }
    const bool followedAll =
        (std::exchange(runtime->nodeFlags, runtime->nodeFlags & ~std::uint32_t{Spied}) & Spied) != 0;
    runtime->nodesAreSpecial = (runtime->nodeFlags >> FlagBits) == NoThreadNumber;
    forEachNode([](Node &node) { unfollow(node); });
    for (ProbeAware *const aware : runtime->probeAware) {
        if (followedAll) {
            aware->followed(false);
        }
    }
}

Probe *attachedProbe() noexcept
{
    const Runtime *const runtime = Runtime::existing();
    return runtime ? runtime->probe : nullptr;
}

/// A signal without hooks keeps no number of its observers: they are counted now.
void follow(Node &node)
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

void unfollow(Node &node) noexcept
{
    node.flags &= ~std::uint32_t{Spied};
}

namespace {

/// Follows everything, and records nothing.
Probe silentProbe;

} // namespace

void attachProbeOfEnvironment(Runtime &runtime)
{
    const char *const wanted = std::getenv("NANOSTORES_SPY");
    if (wanted && std::strcmp(wanted, "0") != 0) {
        runtime.probe = &silentProbe;
        runtime.nodeFlags |= Spied;
        runtime.nodesAreSpecial = true;
    }
}

// What the probe is called with

void Node::setName(std::string name)
{
    extra().name = std::move(name);
    if (Probe *const probe = probeOf(*this)) {
        probe->named(*this);
    }
}

void WriteProbe::begin() noexcept
{
    m_probe = probeOf(*m_node);
    if (m_probe) {
        Runtime::current().queue.holdTurn();
        m_probe->writeBegan(*m_node);
    }
}

/// A probe that was attached in the midst of the write has not seen its beginning.
void WriteProbe::end() noexcept
{
    Runtime &runtime = Runtime::current();
    if (runtime.probe == m_probe) {
        m_probe->writeEnded(*m_node, m_outcome == Outcome::Undecided ? Outcome::Threw : m_outcome);
    }
    runtime.queue.releaseTurn();
}

void observerCame(Node &node, bool first) noexcept
{
    if (!node.has(Computing) && !node.lifecycleOrNull()) {
        first = node.extraOrNull()->observers++ == 0;
    }
    if (Probe *const probe = first ? probeOf(node) : nullptr) {
        probe->observed(node);
    }
}

void observerLeft(Node &node, bool last) noexcept
{
    if (!node.has(Computing) && !node.lifecycleOrNull()) {
        std::uint32_t &count = node.extraOrNull()->observers;
        last = count > 0 && --count == 0; // one that was on its way out when the probe came is not counted
    }
    if (Probe *const probe = last ? probeOf(node) : nullptr) {
        probe->unobserved(node);
    }
}

std::uint64_t turn() noexcept
{
    const Runtime *const runtime = Runtime::existing();
    return runtime ? runtime->queue.turn() : 0;
}

} // namespace nanostores::detail

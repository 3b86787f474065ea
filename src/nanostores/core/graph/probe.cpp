// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/probe.h>

#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/spying.h>

#include <cstdlib>
#include <cstring>

/// Attaching a probe, and what it is called with.
namespace nanostores::detail {

Probe::~Probe()
{
    detachProbe(*this);
}

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
    : m_place(std::make_shared<std::atomic<ProbeAware *>>(this))
{
    Runtime &runtime = Runtime::current();
    std::erase_if(runtime.probeAware, [](const auto &place) { return !place->load(); });
    runtime.probeAware.push_back(m_place);
}

ProbeAware::~ProbeAware()
{
    m_place->store(nullptr);
    if (Runtime *const runtime = Runtime::existing()) {
        std::erase(runtime->probeAware, m_place); // on another thread it stays, and is passed over
    }
}

bool followsAll() noexcept
{
    const Runtime *const runtime = Runtime::existing();
    return runtime && (runtime->nodeFlags & Spied) != 0;
}

void attachProbe(Probe &probe, Follow which)
{
    Runtime &runtime = Runtime::current();
    if (!runtime.probes) {
        runtime.probes = std::make_unique<ProbeHub>();
    }
    runtime.probes->attach(probe, which);
}

namespace {

ProbeHub *existingHub() noexcept
{
    const Runtime *const runtime = Runtime::existing();
    return runtime ? runtime->probes.get() : nullptr;
}

/// Follows everything, and records nothing.
struct SilentProbe final : Probe
{
};

} // namespace

void detachProbe(const Probe &probe) noexcept
{
    if (ProbeHub *const hub = existingHub()) {
        hub->detach(probe);
    }
}

bool isAttached(const Probe &probe) noexcept
{
    const ProbeHub *const hub = existingHub();
    return hub && hub->has(probe);
}

void follow(const Probe &probe, Node &node)
{
    if (ProbeHub *const hub = existingHub()) {
        hub->follow(probe, node);
    }
}

void unfollow(const Probe &probe, Node &node) noexcept
{
    if (ProbeHub *const hub = existingHub()) {
        hub->unfollow(probe, node);
    }
}

void attachProbeOfEnvironment()
{
    const char *const wanted = std::getenv("NANOSTORES_SPY");
    if (wanted && std::strcmp(wanted, "0") != 0) {
        static SilentProbe *const silent = new SilentProbe; // for all threads, to the end of the program
        attachProbe(*silent);
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

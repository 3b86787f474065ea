// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/core/graph/probe.h>

#include <QByteArray>
#include <QList>
#include <QTest>

#include <cstdint>
#include <exception>
#include <utility>

/// For tests of what a node without a probe is like.
#define NEEDS_NO_SPY() \
    if (detail::followsAll()) { \
        QSKIP("a probe follows all stores (NANOSTORES_SPY), and this is about stores without one"); \
    }

namespace probelog {

using namespace nanostores;
using detail::Follow;
using detail::Outcome;
using detail::RunEnd;

using Events = QList<QByteArray>;

inline QByteArray nameOf(const detail::Node &node)
{
    const detail::Extra *const extra = node.extraOrNull();
    return extra && !extra->name.empty() ? QByteArray::fromStdString(extra->name) : QByteArray("?");
}

/// Notes what it is called with; what the test notes itself stands between.
struct Recorder final : detail::Probe
{
    explicit Recorder(Follow which = Follow::All) { attachProbe(*this, which); }
    void created(detail::Node &node) noexcept override
    {
        const bool isEffect = node.has(detail::Effecting);
        events.push_back(QByteArray("created ")
                         + (isEffect                      ? "effect"
                            : node.has(detail::Computing) ? "computed"
                                                          : "store"));
    }
    void destroyed(detail::Node &node) noexcept override { add("destroyed", node); }
    void named(detail::Node &node) noexcept override { add("named", node); }
    void writeBegan(detail::Node &node) noexcept override { add("write", node); }
    void writeEnded(detail::Node &node, Outcome outcome) noexcept override
    {
        static constexpr const char *outcomes[] = {"undecided", "changed", "equal", "aborted", "notified", "threw"};
        add(outcomes[static_cast<std::size_t>(outcome)], node);
    }
    bool mayRun(detail::EffectNode &effect) noexcept override
    {
        if (mutes) {
            add("muted", effect);
        }
        return !mutes;
    }
    void runBegan(detail::Sink &sink) noexcept override { add("run", sink); }
    void runEnded(detail::Sink &sink, RunEnd end) noexcept override
    {
        static constexpr const char *ends[] = {"ran", "ran same", "ran threw"};
        add(ends[static_cast<std::size_t>(end)], sink);
    }
    void notifying(detail::Node &node) noexcept override { add("notify", node); }
    void observed(detail::Node &node) noexcept override { add("observed", node); }
    void unobserved(detail::Node &node) noexcept override { add("unobserved", node); }
    void mounted(detail::Node &node) noexcept override { add("mounted", node); }
    void unmounted(detail::Node &node) noexcept override { add("unmounted", node); }
    void batchBegan() noexcept override { events.push_back("batch"); }
    void batchEnded() noexcept override { events.push_back("batch ended"); }
    void errorReported(const std::exception_ptr &) noexcept override { events.push_back("error"); }

    void add(const char *what, const detail::Node &node)
    {
        events.push_back(QByteArray(what) + ' ' + nameOf(node));
        turns.push_back(detail::turn());
    }
    Events take() { return std::exchange(events, {}); }

    Events events;
    QList<std::uint64_t> turns;
    bool mutes = false;
};

} // namespace probelog

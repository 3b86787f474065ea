// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/core/graph/probe.h>

#include "graphworld.h"
#include "support/property.h"

#include <functional>
#include <vector>

using namespace nanostores;
using graphworld::World;
using support::genProgram;

namespace {

/// Checks that each end belongs to a beginning that it was called for, from within to without.
struct Balance final : detail::Probe
{
    void writeBegan(detail::Node &node) noexcept override { open.push_back(&node); }
    void writeEnded(detail::Node &node, detail::Outcome) noexcept override { close(node); }
    void runBegan(detail::Sink &sink) noexcept override { open.push_back(&sink); }
    void runEnded(detail::Sink &sink, detail::RunEnd) noexcept override { close(sink); }
    void batchBegan() noexcept override { wrong += batches++; }
    void batchEnded() noexcept override { wrong += --batches; }

    void close(const detail::Node &node)
    {
        if (open.empty() || open.back() != &node) {
            ++wrong;
        } else {
            open.pop_back();
        }
    }
    /// Attached, or attached again.
    void attach()
    {
        open.clear();
        batches = 0;
        attachProbe(*this);
    }

    std::vector<const detail::Node *> open;
    int batches = 0;
    int wrong = 0;
};

} // namespace

/// Random graphs against a model that computes everything anew: values, runs of computed stores and effects, calls of
/// listeners with their old values, mounts.
class tst_RandomGraph : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void graph_agreesWithANaiveOne();
    void graph_runsInTheSameOrderWhenFollowed();
};

void tst_RandomGraph::graph_agreesWithANaiveOne()
{
    const bool holds = rc::check("a graph agrees with one that computes everything anew", [] {
        const auto program = *genProgram(13);
        World world;
        world.run(program);
    });
    QVERIFY(holds);
}

void tst_RandomGraph::graph_runsInTheSameOrderWhenFollowed()
{
    const bool holds = rc::check("a program runs in the same order with a probe", [] {
        const auto program = *genProgram(13);
        Balance probe;
        Balance other;
        const auto logOf = [&program](const std::function<void()> &between) {
            World world;
            world.run(program, between);
            return world.log;
        };
        const auto bare = logOf([] {});
        probe.attach();
        const auto followed = logOf([] {});
        int steps = 0;
        const auto atTimes = logOf([&] {
            ++steps % 3 ? probe.attach() : detail::detachProbe(probe);
            steps % 5 > 2 ? other.attach() : detail::detachProbe(other);
        });
        RC_ASSERT(followed == bare);
        RC_ASSERT(probe.wrong == 0 && other.wrong == 0);
        RC_ASSERT(atTimes == bare);
    });
    QVERIFY(holds);
}

SUPPORT_PROPERTY_MAIN(tst_RandomGraph)
#include "tst_randomgraph.moc"

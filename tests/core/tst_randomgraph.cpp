// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/core/graph/probe.h>

#include "graphworld.h"
#include "support/property.h"

#include <functional>

using namespace nanostores;
using graphworld::World;
using support::genProgram;

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
        detail::Probe probe;
        const auto logOf = [&program](const std::function<void()> &between) {
            World world;
            world.run(program, between);
            return world.log;
        };
        detail::detachProbe();
        const auto bare = logOf([] {});
        detail::attachProbe(probe);
        const auto followed = logOf([] {});
        int steps = 0;
        const auto atTimes = logOf([&] { ++steps % 3 ? detail::attachProbe(probe) : detail::detachProbe(); });
        detail::detachProbe();
        RC_ASSERT(followed == bare);
        RC_ASSERT(atTimes == bare);
    });
    QVERIFY(holds);
}

SUPPORT_PROPERTY_MAIN(tst_RandomGraph)
#include "tst_randomgraph.moc"

// SPDX-License-Identifier: MIT

// What a layer that keeps track of the graph is told: which sources a sink stands below, and whether anything runs.

#include <nanostores/core.h>

#include <QTest>

#include <vector>

using namespace nanostores;

namespace {

struct WatchedNode final : detail::ComputedNode<int>
{
    explicit WatchedNode(std::function<int()> f)
        : ComputedNode(detail::Watched)
        , function(std::move(f))
    {
    }
    int evaluate() override { return function(); }
    void sourceLinked(detail::Node &source) override { linked.push_back(&source); }
    void sourceUnlinked(detail::Node &source) noexcept override { std::erase(linked, &source); }

    std::function<int()> function;
    std::vector<detail::Node *> linked;
};

using Linked = std::vector<detail::Node *>;

} // namespace

class tst_Watched : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sourcesComeAndGo();
    void idle_exceptWhileSomethingRuns();
};

void tst_Watched::sourcesComeAndGo()
{
    const auto left = atom(1);
    const auto right = atom(2);
    const auto useRight = atom(false);
    const auto node = detail::Ref<WatchedNode>::adopt(new WatchedNode([&] { return useRight() ? right() : left(); }));
    const Computed<int> chosen{detail::Ref<detail::ComputedNode<int>>::share(node.get())};
    QCOMPARE(node->linked, Linked{});

    auto stop = effect([&] { chosen(); });
    QCOMPARE(node->linked, (Linked{useRight.node().get(), left.node().get()}));
    useRight.set(true);
    QCOMPARE(node->linked, (Linked{useRight.node().get(), right.node().get()}));
    stop.reset();
    QCOMPARE(node->linked, Linked{});
}

void tst_Watched::idle_exceptWhileSomethingRuns()
{
    QVERIFY(detail::idle());
    const auto count = atom(0);
    std::vector<bool> seen;
    const auto subscription = count.listen([&] { seen.push_back(detail::idle()); });
    count.set(1);
    batch([&] { seen.push_back(detail::idle()); });
    QCOMPARE(seen, (std::vector<bool>{false, false}));
    QVERIFY(detail::idle());
}

QTEST_GUILESS_MAIN(tst_Watched)
#include "tst_watched.moc"

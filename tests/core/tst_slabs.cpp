// SPDX-License-Identifier: MIT

// The memory of nodes: all nodes of a thread can be found, whatever their size.

#include <nanostores/core.h>

#include "support/otherthread.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

using namespace nanostores;

namespace {

std::vector<const detail::Node *> nodes()
{
    std::vector<const detail::Node *> found;
    detail::forEachNode([&found](const detail::Node &node) { found.push_back(&node); });
    return found;
}

bool has(const std::vector<const detail::Node *> &found, const detail::Node *node)
{
    return std::count(found.begin(), found.end(), node) == 1;
}

struct Large
{
    std::array<int, 100> numbers{};
    friend bool operator==(const Large &, const Large &) = default;
};

struct alignas(64) Aligned
{
    int number = 0;
    friend bool operator==(const Aligned &, const Aligned &) = default;
};

/// The copy of this number throws.
int copiesLeft = 0;

struct Throwing
{
    Throwing() = default;
    Throwing(const Throwing &)
    {
        if (--copiesLeft == 0) {
            throw 1;
        }
    }
    friend bool operator==(const Throwing &, const Throwing &) { return true; }
};

} // namespace

class tst_Slabs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allKindsAreFound();
    void manyAreFound();
    void aNodeThatWasNotMade_isNotFound();
    void nodesMadeDuringTheWalk();
    void eachThreadHasItsOwn();
};

void tst_Slabs::allKindsAreFound()
{
    const std::size_t before = nodes().size();
    const auto number = atom(1);
    const auto large = atom(Large{});
    const auto aligned = atom(Aligned{});
    const auto users = map<std::string, int>();
    const auto twice = computed(number, [](int n) { return 2 * n; });
    auto stop = effect([&] { number(); });
    QCOMPARE(reinterpret_cast<std::uintptr_t>(&aligned.get()) % 64, std::uintptr_t{0});

    const auto found = nodes();
    QCOMPARE(found.size(), before + 6);
    QVERIFY(has(found, number.node().get()));
    QVERIFY(has(found, large.node().get()));
    QVERIFY(has(found, aligned.node().get()));
    QVERIFY(has(found, users.node().get()));
    QVERIFY(has(found, twice.node().get()));
    stop.reset();
    QCOMPARE(nodes().size(), before + 5);
}

void tst_Slabs::manyAreFound()
{
    const std::size_t before = nodes().size();
    {
        std::vector<Atom<int>> some;
        std::vector<Atom<Large>> others;
        for (int i = 0; i < 1000; ++i) {
            some.push_back(atom(i));
            if (i % 10 == 0) {
                others.push_back(atom(Large{}));
            }
        }
        QCOMPARE(nodes().size(), before + 1100);
        for (int i = 0; i < 1000; i += 2) {
            some[static_cast<std::size_t>(i)] = some[1];
        }
        others.erase(others.begin() + 20, others.begin() + 70);
        QCOMPARE(nodes().size(), before + 550);
        for (int i = 0; i < 1000; i += 2) {
            some[static_cast<std::size_t>(i)] = atom(i); // in the cells that have become free
        }
        QCOMPARE(nodes().size(), before + 1050);
    }
    QCOMPARE(nodes().size(), before);
}

void tst_Slabs::aNodeThatWasNotMade_isNotFound()
{
    const std::size_t before = nodes().size();
    const Throwing value;
    for (int copies = 1; copies <= 3; ++copies) { // the last one is made in the node
        copiesLeft = copies;
        QVERIFY_EXCEPTION_THROWN((void)atom(value), int);
        QCOMPARE(nodes().size(), before);
    }
    copiesLeft = 0;
    const auto store = atom(value);
    QCOMPARE(nodes().size(), before + 1);
}

void tst_Slabs::nodesMadeDuringTheWalk()
{
    const std::size_t before = nodes().size();
    std::vector<Atom<int>> made;
    std::vector<Atom<Large>> large;
    detail::forEachNode([&](detail::Node &) {
        for (int i = 0; i < 100 && made.size() < 10000; ++i) {
            made.push_back(atom(i));
            large.push_back(atom(Large{}));
        }
    });
    QCOMPARE(nodes().size(), before + made.size() + large.size());
}

void tst_Slabs::eachThreadHasItsOwn()
{
    const auto mine = atom(1);
    support::onAnotherThread([&] {
        QVERIFY(nodes().empty());
        const auto theirs = atom(2);
        QCOMPARE(nodes(), std::vector<const detail::Node *>{theirs.node().get()});
    });
    QVERIFY(has(nodes(), mine.node().get()));
}

QTEST_GUILESS_MAIN(tst_Slabs)
#include "tst_slabs.moc"

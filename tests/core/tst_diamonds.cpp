// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/rows.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <algorithm>
#include <vector>

using namespace nanostores;
using support::Trace;

/// How often computed stores run that depend on a store in several ways.
class tst_Diamonds : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void diamond_runsOncePerWrite_data();
    void diamond_runsOncePerWrite();
    void diamond_unequalArms_data();
    void diamond_unequalArms();
    void diamond_runsOncePerBatch();
    void diamond_mixedKinds();
    void diamond_halfEqual();
    void layers_ofDiamondsStayLinear_data();
    void layers_ofDiamondsStayLinear();
    void layers_withAnEffectThatWritesStayLinear();
};

// Rule 17.
void tst_Diamonds::diamond_runsOncePerWrite_data()
{
    support::addListedAndTracked();
}

void tst_Diamonds::diamond_runsOncePerWrite()
{
    QFETCH(bool, listed);
    const auto a = atom(0);
    int runs = 0;
    std::vector<Computed<int>> arms;
    for (int i = 0; i < 10; ++i) {
        const auto run = [&runs, i](int value) {
            ++runs;
            return value + i;
        };
        arms.push_back(listed ? computed(a, run) : computed([=] { return run(a()); }));
    }
    const auto add = [&runs](const auto &...values) {
        ++runs;
        return (values + ...);
    };
    const auto sum =
        listed ? computed(arms[0], arms[1], arms[2], arms[3], arms[4], arms[5], arms[6], arms[7], arms[8], arms[9], add)
               : computed([&] {
                     ++runs;
                     int total = 0;
                     for (const auto &arm : arms) {
                         total += arm();
                     }
                     return total;
                 });
    int calls = 0;
    const auto subscription = sum.listen([&](int value) {
        ++calls;
        QCOMPARE(value, 10 * a.get() + 45);
    });
    runs = 0;
    a.set(1);
    QCOMPARE(runs, 11);
    QCOMPARE(calls, 1);
    a.set(2);
    QCOMPARE(runs, 22);
    QCOMPARE(calls, 2);
}

void tst_Diamonds::diamond_unequalArms_data()
{
    support::addListedAndTracked();
}

// One arm is longer than the other; the store that joins them must wait for it.
void tst_Diamonds::diamond_unequalArms()
{
    QFETCH(bool, listed);
    const auto a = atom(0);
    int runs = 0;
    const auto next = [&](const Computed<int> &source) {
        const auto run = [&runs](int value) {
            ++runs;
            return value + 1;
        };
        return listed ? computed(source, run) : computed([=] { return run(source()); });
    };
    const auto b = computed(a, [](int value) { return value; });
    const auto b1 = next(b);
    const auto b2 = next(b1);
    const auto b3 = next(b2);
    const auto join = [&runs](int x, int y, int z) {
        ++runs;
        return x * 10000 + y * 100 + z;
    };
    const auto joined = listed ? computed(a, b3, b1, join) : computed([=] { return join(a(), b3(), b1()); });
    const auto last = next(joined);
    Trace trace;
    const auto l1 = joined.listen([&](int value) { trace.add("j", value); });
    const auto l2 = last.listen([&](int value) { trace.add("l", value); });
    runs = 0;
    a.set(1);
    QCOMPARE(trace.take(), "j10402 l10403");
    QCOMPARE(runs, 5);
}

void tst_Diamonds::diamond_runsOncePerBatch()
{
    const auto a = atom(1);
    const auto b = atom(2);
    int runs = 0;
    const auto sum = computed(a, b, [&](int x, int y) {
        ++runs;
        return x + y;
    });
    const auto product = computed([&] {
        ++runs;
        return a() * b();
    });
    const auto both = computed(sum, product, [&](int x, int y) {
        ++runs;
        return x * 1000 + y;
    });
    Trace trace;
    const auto subscription = both.listen([&](int value) { trace.add("", value); });
    runs = 0;
    batch([&] {
        a.set(3);
        b.set(4);
        a.set(5);
    });
    QCOMPARE(trace.take(), "9020");
    QCOMPARE(runs, 3);
}

void tst_Diamonds::diamond_mixedKinds()
{
    const auto a = atom(1);
    int runs = 0;
    const auto listed = computed(a, [&](int value) {
        ++runs;
        return value + 1;
    });
    const auto tracked = computed([&] {
        ++runs;
        return a() + 2;
    });
    const auto listedJoin = computed(listed, tracked, [&](int x, int y) {
        ++runs;
        return x * 100 + y;
    });
    const auto trackedJoin = computed([&] {
        ++runs;
        return tracked() * 100 + listed();
    });
    Trace trace;
    const auto l = listedJoin.listen([&](int value) { trace.add("L", value); });
    const auto e = effect([&] { trace.add("E", trackedJoin()); });
    const auto both = effect(listedJoin, trackedJoin, [&](int x, int y) { trace.add("B", x + y); });
    QCOMPARE(trace.take(), "E302 B505");
    runs = 0;
    a.set(2);
    QCOMPARE(runs, 4);
    const QByteArrayList words = trace.take().split(' ');
    QCOMPARE(words.size(), 3);
    QVERIFY(words.contains("L304") && words.contains("E403") && words.contains("B707"));
}

// An arm whose value stays the same does not make the joining store run again.
void tst_Diamonds::diamond_halfEqual()
{
    const auto a = atom(1);
    int runs = 0;
    const auto odd = computed(a, [](int value) { return value % 2; });
    const auto sign = computed([&] { return a() > 0; });
    const auto joined = computed(odd, sign, [&](int x, bool y) {
        ++runs;
        return y ? x : -x;
    });
    int calls = 0;
    const auto subscription = joined.listen([&] { ++calls; });
    runs = 0;
    a.set(3);
    a.set(5);
    QCOMPARE(runs, 0);
    a.set(6);
    QCOMPARE(runs, 1);
    QCOMPARE(calls, 1);
}

void tst_Diamonds::layers_ofDiamondsStayLinear_data()
{
    support::addListedAndTracked();
}

// Rule 17: with anything but one run each this would not end.
void tst_Diamonds::layers_ofDiamondsStayLinear()
{
    QFETCH(bool, listed);
    constexpr int Layers = 2000;
    const auto a = atom(0);
    int runs = 0;
    const auto make = [&](const auto &x, const auto &y) {
        const auto run = [&runs](int p, int q) {
            ++runs;
            return (p + q) % 1000 + 1;
        };
        return listed ? computed(x, y, run) : computed([=] { return run(x(), y()); });
    };
    std::vector<Computed<int>> layer{make(a, a), make(a, a)};
    std::vector<Computed<int>> all = layer;
    for (int i = 1; i < Layers; ++i) {
        layer = {make(layer[0], layer[1]), make(layer[1], layer[0])};
        all.insert(all.end(), layer.begin(), layer.end());
    }
    int calls = 0;
    const auto subscription = layer[0].listen([&] { ++calls; });
    QCOMPARE(runs, 2 * Layers - 1);
    runs = 0;
    a.set(1);
    QCOMPARE(runs, 2 * Layers - 1);
    QCOMPARE(calls, 1);
}

// Rule 9: a write by an effect of what it has read walks each node once.
void tst_Diamonds::layers_withAnEffectThatWritesStayLinear()
{
    constexpr int Layers = 500;
    const auto a = atom(0);
    std::vector<Computed<int>> layer{computed([=] { return a() + 1; }), computed([=] { return a() + 2; })};
    for (int i = 1; i < Layers; ++i) {
        const auto x = layer[0];
        const auto y = layer[1];
        layer = {computed([=] { return std::max(x(), y()) + 1; }), computed([=] { return std::min(x(), y()) + 1; })};
    }
    int runs = 0;
    const auto self = effect([&, last = layer[0]] {
        ++runs;
        last();
        for (int i = 0; i < 50; ++i) {
            a.set(a.get() + 1);
        }
    });
    QCOMPARE(runs, 1);
    a.set(1000);
    QCOMPARE(runs, 2);
}

QTEST_APPLESS_MAIN(tst_Diamonds)
#include "tst_diamonds.moc"

// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/timedtest.h"

#include <QtTest/QTest>

using namespace nanostores;

/// A value that is written and taken back runs nothing.
class tst_TakenBack : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void takenBack_runsNothing_data();
    void takenBack_runsNothing();
};

void tst_TakenBack::takenBack_runsNothing_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("set") << 0;
    QTest::newRow("signal") << 1;
    QTest::newRow("updater") << 2;
    QTest::newRow("peek in between") << 3;
    QTest::newRow("call in between") << 4;
    QTest::newRow("get in between") << 5;
    QTest::newRow("untracked in between") << 6;
    QTest::newRow("in a listener") << 7;
    QTest::newRow("a key of a map") << 8;
}

void tst_TakenBack::takenBack_runsNothing()
{
    QFETCH(int, way);
    const auto s = signal(0);
    const auto m = map<int, int>({{1, 0}});
    const auto c = computed([=] { return s() + m().size(); });
    const auto listed = computed(s, [](int value) { return value; });
    int runs = 0;
    const auto e = effect([&] {
        ++runs;
        s();
        m();
    });
    const auto e2 = effect([&] {
        ++runs;
        c();
        listed();
    });
    const auto e3 = effect(s, m, [&](int, const auto &) { ++runs; });
    const auto go = atom(0);
    const auto write = [&] {
        switch (way) {
        case 1:
            s(1);
            s(0);
            break;
        case 2:
            s([](int value) { return value + 1; });
            s([](int value) { return value - 1; });
            break;
        case 8:
            m.setKey(1, 5);
            m.getKey(1);
            m.peek();
            m.setKey(1, 0);
            break;
        default:
            s.set(1);
            if (way == 3) {
                QCOMPARE(s.peek(), 1);
            } else if (way == 4) {
                QCOMPARE(s(), 1);
            } else if (way == 5) {
                QCOMPARE(s.get(), 1);
            } else if (way == 6) {
                QCOMPARE(untracked(s), 1);
            }
            s.set(0);
        }
    };
    const auto l = go.listen([&] { batch(write); });
    runs = 0;
    if (way == 7) {
        go.set(1);
    } else {
        batch(write);
    }
    QCOMPARE(runs, 0);
    s(3);
    QCOMPARE(runs, 3);
}

QTEST_APPLESS_MAIN(tst_TakenBack)
#include "tst_takenback.moc"

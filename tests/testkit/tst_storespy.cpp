// SPDX-License-Identifier: MIT

// StoreSpy, and how what it records compares and prints.

#include <nanostores/core.h>
#include <nanostores/testkit.h>

#include <QTest>

#include <list>
#include <sstream>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

template<typename T>
std::string printed(const T &value)
{
    std::ostringstream stream;
    stream << value;
    return stream.str();
}

} // namespace

class tst_StoreSpy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void records_valuesInOrder();
    void timeline_countsFromTheMaking();
    void timeline_withoutAScheduler();
    void keys_ofAMap();
    void computed_isMountedMeanwhile();
    void take_forgets();
    void compares_withOtherLists();
    void prints();
};

void tst_StoreSpy::records_valuesInOrder()
{
    const auto count = atom(1);
    StoreSpy spy(count);
    count.set(2);
    count.set(2);
    count.set(3);
    QCOMPARE(spy.count(), 2);
    QCOMPARE(spy.values(), Recorded<int>({2, 3}));
}

void tst_StoreSpy::timeline_countsFromTheMaking()
{
    TestGuard guard;
    const auto count = atom(1);
    guard.advance(1000ms);
    StoreSpy spy(count);
    count.set(2);
    guard.advance(300ms);
    count.set(3);
    QVERIFY(spy.timeline() == (Timeline<int>{{0ms, 2}, {300ms, 3}}));
    guard.leave(count);
}

void tst_StoreSpy::timeline_withoutAScheduler()
{
    const auto count = atom(1);
    StoreSpy spy(count);
    count.set(2);
    QVERIFY(spy.timeline() == (Timeline<int>{{0ms, 2}}));
}

void tst_StoreSpy::keys_ofAMap()
{
    const auto items = map<std::string, int>();
    StoreSpy spy(items);
    items.setKey("tea", 1);
    items.set({{"coffee", 2}});
    QCOMPARE(spy.keys().size(), std::size_t(2));
    QVERIFY(spy.keys()[0] == std::optional<std::string>("tea"));
    QVERIFY(!spy.keys()[1]);
    QCOMPARE(printed(spy.keys()), std::string("[\"tea\", none]"));
    QCOMPARE(printed(spy.values()), std::string("[{\"tea\": 1}, {\"coffee\": 2}]"));
}

void tst_StoreSpy::computed_isMountedMeanwhile()
{
    const auto count = atom(1);
    const auto twice = computed(count, [](int value) { return value * 2; });
    {
        StoreSpy spy(twice);
        QVERIFY(isMounted(twice));
        count.set(2);
        QCOMPARE(spy.values(), Recorded<int>({4}));
    }
    QVERIFY(!twice.node()->observed());
}

void tst_StoreSpy::take_forgets()
{
    const auto text = atom("");
    StoreSpy spy(text);
    text.set("a");
    QCOMPARE(spy.take(), Recorded<std::string>({"a"}));
    QCOMPARE(spy.count(), 0);
    text.set("b");
    QCOMPARE(spy.values(), Recorded<std::string>({"b"}));
}

void tst_StoreSpy::compares_withOtherLists()
{
    const Recorded<int> values{1, 2};
    QVERIFY(values == (std::vector{1, 2}));
    QVERIFY(values == (std::list{1, 2}));
    QVERIFY(values == (QList<int>{1, 2}));
    QVERIFY(!(values == (QList<int>{1})));
    QVERIFY(values != (QList<int>{1, 3}));
}

void tst_StoreSpy::prints()
{
    QCOMPARE(printed(Recorded<std::string>{"a", "b"}), std::string("[\"a\", \"b\"]"));
    QCOMPARE(printed(Timeline<int>{{0ms, 1}, {300ms, 2}}), std::string("[0 ms: 1, 300 ms: 2]"));
    QCOMPARE(printed(Recorded<bool>{true}), std::string("[true]"));
}

QTEST_APPLESS_MAIN(tst_StoreSpy)
#include "tst_storespy.moc"

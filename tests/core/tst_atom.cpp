// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"

#include <QtTest/QTest>

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

using namespace nanostores;
using support::CallRecorder;
using support::ChangeRecorder;
using support::Trace;

static_assert(std::is_copy_constructible_v<Atom<int>> && std::is_copy_assignable_v<Atom<int>>);
static_assert(std::is_nothrow_move_constructible_v<Atom<int>>);
static_assert(!std::is_copy_constructible_v<Subscription> && !std::is_copy_assignable_v<Subscription>);
static_assert(std::is_nothrow_move_constructible_v<Subscription> && std::is_nothrow_move_assignable_v<Subscription>);
static_assert(std::is_same_v<decltype(atom("text")), Atom<std::string>>);
static_assert(std::is_same_v<Atom<int>::value_type, int>);
static_assert(WritableStore<Atom<int>> && !KeyedStore<Atom<int>>);

namespace {

struct Opaque // without ==
{
    int number = 0;
};
struct Tree
{
    std::vector<Tree> branches;
    friend bool operator==(const Tree &a, const Tree &b) { return a.branches == b.branches; }
};

template<typename... T>
constexpr bool areComparable = (Equal<T>::comparable && ...);
template<typename... T>
constexpr bool areIncomparable = (!Equal<T>::comparable && ...);

static_assert(areIncomparable<Opaque, std::vector<Opaque>, std::vector<std::vector<Opaque>>, std::map<int, Opaque>,
                              std::array<Opaque, 2>, std::tuple<int, Opaque>, std::pair<Opaque, int>,
                              std::variant<int, Opaque>, std::optional<Opaque>, std::optional<std::vector<Opaque>>,
                              Dictionary<int, Opaque>, Dictionary<int, std::vector<Opaque>>>);
static_assert(areComparable<std::string, std::vector<std::string>, std::map<int, Tree>, std::tuple<>, std::tuple<Tree>,
                            std::variant<Tree, int>, Tree, std::vector<Tree>, std::optional<Tree>,
                            std::shared_ptr<Opaque>, Dictionary<int, std::vector<int>>>);

} // namespace

class tst_Atom : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void get_returnsTheLastValue();
    void atom_ofALiteralHoldsAString();
    void atom_holdsWhatCanOnlyBeMoved();
    void handles_shareOneStore();
    void handles_areKeysByIdentity();
    void update_makesTheNextValueOfThePresentOne();
    void set_equalValueIsSilent();
    void set_followsObjectIs_data();
    void set_followsObjectIs();
    void set_withoutEqualityAlwaysTells();
    void setEqual_decidesWhatIsAChange();
    void listen_isNotCalledAtOnce();
    void listen_signatures();
    void subscribe_callsAtOnceWithoutAnOldValue();
    void listen_functionAddedTwiceIsCalledTwice();
    void subscription_endsWithItsScope();
    void subscription_secondResetDoesNothing();
    void subscription_moves();
    void subscription_detachedGoesOn();
    void removed_queuedListenerDoesNotRun();
    void removed_listenerOfAnotherStoreDoesNotRun();
    void removed_listenerSetTwiceDoesNotRun();
    void removed_earlierListenerLetsTheOthersRun();
    void removed_byItself();
    void removed_allByTheFirst();
    void added_listenerWaitsForTheNextChange();
    void readded_listenerWaitsForTheNextChange();
    void notify_runsListenersThoughNothingChanged();
    void notify_leavesComputedStoresAlone();
    void name_isWhatWasGiven();
    void peek_isTheValue();
};

void tst_Atom::get_returnsTheLastValue()
{
    const auto count = atom(1);
    QCOMPARE(count.get(), 1);
    count.set(2);
    QCOMPARE(count.get(), 2);
    QCOMPARE(count(), 2);
}

void tst_Atom::atom_ofALiteralHoldsAString()
{
    const auto theme = atom("light");
    theme.set("dark");
    QCOMPARE(theme.get(), std::string("dark"));
    QCOMPARE(atom<int>().get(), 0);
}

void tst_Atom::atom_holdsWhatCanOnlyBeMoved()
{
    const auto owner = atom(std::make_unique<int>(1));
    int calls = 0;
    const auto subscription = owner.listen([&](const std::unique_ptr<int> &now, const std::unique_ptr<int> &before) {
        ++calls;
        QCOMPARE(*now, 2);
        QCOMPARE(*before, 1);
    });
    owner.set(std::make_unique<int>(2));
    QCOMPARE(calls, 1);
}

void tst_Atom::handles_areKeysByIdentity()
{
    const auto first = atom(1);
    const auto second = atom(1);
    const auto sum = computed(first, second, [](int a, int b) { return a + b; });
    QVERIFY(first < second || second < first);
    QVERIFY(!(first < first));

    std::unordered_map<Atom<int>, std::string> names{{first, "first"}, {second, "second"}};
    const Atom<int> copy = second;
    QCOMPARE(names.at(copy), std::string("second"));
    std::set<Atom<int>> ordered{first, second, copy};
    QCOMPARE(ordered.size(), std::size_t(2));
    second.set(7); // the value does not count
    QCOMPARE(names.at(second), std::string("second"));
    QVERIFY(ordered.contains(second));
    QCOMPARE(std::hash<std::decay_t<decltype(sum)>>{}(sum), std::hash<std::decay_t<decltype(sum)>>{}(sum));
}

void tst_Atom::update_makesTheNextValueOfThePresentOne()
{
    const auto count = atom(1);
    const CallRecorder<int> calls;
    const Subscription log = count.listen(calls);
    count.update([](int n) { return n + 1; });
    count.update([](int n) { return n; }); // equal: no change
    QCOMPARE(calls.values(), QList<int>{2});

    const auto flag = atom(false);
    flag.update(std::logical_not<>{});
    QCOMPARE(flag.get(), true);

    int runs = 0;
    const Subscription tally = effect([&] {
        ++runs;
        count.update([](int n) { return n + 1; });
    });
    count.set(10);
    QCOMPARE(runs, 1); // it does not track what it updates
    batch([&] { // back where it was: nothing runs
        count.update([](int n) { return n + 1; });
        count.update([](int n) { return n - 1; });
    });
    QCOMPARE(count.get(), 10);
}

void tst_Atom::handles_shareOneStore()
{
    const auto first = atom(1);
    const auto second = first;
    second.set(2);
    QCOMPARE(first.get(), 2);
    QVERIFY(first == second);
    QVERIFY(!(first == atom(2)));
}

void tst_Atom::set_equalValueIsSilent()
{
    const auto count = atom(1);
    const CallRecorder<int> calls;
    const auto subscription = count.listen(calls);
    count.set(1);
    QCOMPARE(calls.values(), QList<int>());
    count.set(2);
    count.set(2);
    QCOMPARE(calls.values(), QList<int>({2}));
}

void tst_Atom::set_followsObjectIs_data()
{
    QTest::addColumn<double>("before");
    QTest::addColumn<double>("after");
    QTest::addColumn<bool>("same");
    const double nan = std::numeric_limits<double>::quiet_NaN();
    QTest::newRow("NaN, NaN") << nan << nan << true;
    QTest::newRow("0, -0") << 0.0 << -0.0 << false;
    QTest::newRow("-0, 0") << -0.0 << 0.0 << false;
    QTest::newRow("-0, -0") << -0.0 << -0.0 << true;
    QTest::newRow("1, NaN") << 1.0 << nan << false;
    QTest::newRow("1, 1") << 1.0 << 1.0 << true;
}

void tst_Atom::set_followsObjectIs()
{
    QFETCH(double, before);
    QFETCH(double, after);
    QFETCH(bool, same);
    const auto number = atom(before);
    const CallRecorder<double> calls;
    const auto subscription = number.listen(calls);
    number.set(after);
    QCOMPARE(calls.count(), same ? 0 : 1);
    QCOMPARE(std::signbit(number.get()), std::signbit(after));
}

void tst_Atom::set_withoutEqualityAlwaysTells()
{
    const auto opaque = atom(Opaque{1});
    int calls = 0;
    const auto subscription = opaque.listen([&] { ++calls; });
    opaque.set(Opaque{1});
    opaque.set(Opaque{1});
    QCOMPARE(calls, 2);
    const auto list = atom(std::vector<Opaque>{{1}}); // whose == is declared, and does not compile
    calls = 0;
    const auto listSubscription = list.listen([&] { ++calls; });
    list.set({{1}});
    list.set({{1}});
    QCOMPARE(calls, 2);
}

void tst_Atom::setEqual_decidesWhatIsAChange()
{
    const auto count = atom(1);
    const CallRecorder<int> calls;
    const auto subscription = count.listen(calls);
    count.setEqual([](int a, int b) { return a / 10 == b / 10; });
    count.set(9);
    QCOMPARE(count.get(), 1);
    count.set(10);
    count.setEqual({});
    count.set(11);
    count.set(11);
    QCOMPARE(calls.values(), QList<int>({10, 11}));
}

void tst_Atom::listen_isNotCalledAtOnce()
{
    const auto count = atom(1);
    const CallRecorder<int> calls;
    const auto subscription = count.listen(calls);
    QCOMPARE(calls.count(), 0);
}

void tst_Atom::listen_signatures()
{
    const auto count = atom(1);
    Trace trace;
    const auto none = count.listen(trace.adds("none"));
    const auto byValue = count.listen([&](int now) { trace.add("now", now); });
    const auto byReference = count.listen([&](const int &now, const int &before) {
        trace.add("before", before);
        trace.add("now", now);
    });
    const auto byPointer = count.listen([&](int, const int *before) { trace.add("pointer", *before); });
    count.set(2);
    QCOMPARE(trace.take(), "none now2 before1 now2 pointer1");
    count.set(3);
    QCOMPARE(trace.take(), "none now3 before2 now3 pointer2");
}

void tst_Atom::subscribe_callsAtOnceWithoutAnOldValue()
{
    const auto count = atom(1);
    Trace trace;
    const auto byPointer = count.subscribe([&](int now, const int *before) {
        trace.add("now", now);
        trace.add("before", before ? *before : -1);
    });
    QCOMPARE(trace.take(), "now1 before-1");
    const auto byReference = count.subscribe([&](int, const int &before) { trace.add("ref", before); });
    QCOMPARE(trace.take(), "ref1");
    count.set(2);
    QCOMPARE(trace.take(), "now2 before1 ref1");
}

void tst_Atom::listen_functionAddedTwiceIsCalledTwice()
{
    const auto count = atom(1);
    const CallRecorder<int> calls;
    auto first = count.listen(calls);
    const auto second = count.listen(calls);
    count.set(2);
    QCOMPARE(calls.take(), QList<int>({2, 2}));
    first.reset();
    count.set(3);
    QCOMPARE(calls.take(), QList<int>({3}));
}

void tst_Atom::subscription_endsWithItsScope()
{
    const auto count = atom(1);
    const CallRecorder<int> calls;
    {
        const auto subscription = count.listen(calls);
        count.set(2);
    }
    count.set(3);
    QCOMPARE(calls.values(), QList<int>({2}));
}

void tst_Atom::subscription_secondResetDoesNothing()
{
    const auto count = atom(1);
    const CallRecorder<int> calls;
    auto first = count.listen(calls);
    const auto second = count.listen(calls);
    QVERIFY(first);
    first.reset();
    QVERIFY(!first);
    first.reset();
    first();
    count.set(2);
    QCOMPARE(calls.values(), QList<int>({2}));
}

void tst_Atom::subscription_moves()
{
    const auto count = atom(1);
    const auto other = atom(1);
    const CallRecorder<int> calls;
    auto first = count.listen(calls);
    Subscription second = std::move(first);
    QVERIFY(!first); // NOLINT: what a moved-from subscription is
    count.set(2);
    QCOMPARE(calls.take(), QList<int>({2}));
    second = other.listen(calls); // ends the one it held
    count.set(3);
    other.set(30);
    QCOMPARE(calls.take(), QList<int>({30}));
    Subscription &same = second;
    second = std::move(same);
    other.set(40);
    QCOMPARE(calls.take(), QList<int>({40}));
}

void tst_Atom::subscription_detachedGoesOn()
{
    const auto count = atom(1);
    const CallRecorder<int> calls;
    {
        auto subscription = count.listen(calls);
        subscription.detach();
        QVERIFY(!subscription);
    }
    count.set(2);
    QCOMPARE(calls.values(), QList<int>({2}));
}

// Rule 32.
void tst_Atom::removed_queuedListenerDoesNotRun()
{
    const auto count = atom(0);
    Trace trace;
    Subscription second;
    const auto first = count.listen([&](int value) {
        trace.add("a", value);
        if (value == 2) {
            second.reset();
        }
    });
    second = count.listen([&](int value) { trace.add("b", value); });
    const auto third = count.listen([&](int value) { trace.add("c", value); });
    count.set(1);
    QCOMPARE(trace.take(), "a1 b1 c1");
    count.set(2);
    QCOMPARE(trace.take(), "a2 c2");
}

void tst_Atom::removed_listenerOfAnotherStoreDoesNotRun()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    Subscription ofB = b.listen(trace.adds("b"));
    const auto first = a.listen([&] {
        trace.add("a1");
        b.set(1);
        ofB.reset();
    });
    const auto second = a.listen(trace.adds("a2"));
    a.set(1);
    QCOMPARE(trace.take(), "a1 a2");
}

void tst_Atom::removed_listenerSetTwiceDoesNotRun()
{
    const auto a = atom(0);
    const auto b = atom(0);
    Trace trace;
    Subscription ofB = b.listen(trace.adds("b"));
    const auto first = a.listen([&] {
        trace.add("a1");
        b.set(1);
        b.set(2);
        ofB.reset();
    });
    const auto second = a.listen(trace.adds("a2"));
    a.set(1);
    QCOMPARE(trace.take(), "a1 a2");
}

void tst_Atom::removed_earlierListenerLetsTheOthersRun()
{
    const auto count = atom(0);
    Trace trace;
    Subscription first = count.listen(trace.adds("a"));
    const auto second = count.listen([&] {
        trace.add("b");
        first.reset();
    });
    const auto third = count.listen(trace.adds("c"));
    count.set(1);
    QCOMPARE(trace.take(), "a b c");
    count.set(2);
    QCOMPARE(trace.take(), "b c");
}

void tst_Atom::removed_byItself()
{
    const auto count = atom(0);
    Trace trace;
    Subscription first;
    first = count.listen([&, word = std::make_shared<QByteArray>("a")] {
        trace.add(*word);
        first.reset();
        trace.add(*word + "again"); // what it captured is still there
    });
    const auto second = count.listen(trace.adds("b"));
    count.set(1);
    count.set(2);
    QCOMPARE(trace.take(), "a aagain b b");
}

void tst_Atom::removed_allByTheFirst()
{
    const auto count = atom(0);
    Trace trace;
    std::vector<Subscription> all;
    all.push_back(count.listen([&] {
        trace.add("a");
        all.clear();
    }));
    all.push_back(count.listen(trace.adds("b")));
    all.push_back(count.listen(trace.adds("c")));
    count.set(1);
    count.set(2);
    QCOMPARE(trace.take(), "a");
}

void tst_Atom::added_listenerWaitsForTheNextChange()
{
    const auto count = atom(0);
    Trace trace;
    Subscription late;
    const auto first = count.listen([&] {
        trace.add("a");
        if (!late) {
            late = count.listen(trace.adds("late"));
        }
    });
    const auto second = count.listen(trace.adds("b"));
    count.set(1);
    QCOMPARE(trace.take(), "a b");
    count.set(2);
    QCOMPARE(trace.take(), "a b late");
}

void tst_Atom::readded_listenerWaitsForTheNextChange()
{
    const auto count = atom(0);
    Trace trace;
    Subscription second;
    const auto first = count.listen([&] {
        trace.add("a");
        second.reset();
        second = count.listen(trace.adds("new"));
    });
    second = count.listen(trace.adds("old"));
    count.set(1);
    QCOMPARE(trace.take(), "a");
    count.set(2);
    QCOMPARE(trace.take(), "a");
}

// Rule 4.
void tst_Atom::notify_runsListenersThoughNothingChanged()
{
    const auto count = atom(1);
    Trace trace;
    const auto first = count.listen([&](int now, const int *before) {
        trace.add("now", now);
        trace.add(before ? "before" : "none");
    });
    const auto second = count.listen([&](int, const int &before) { trace.add("ref", before); });
    count.notify();
    QCOMPARE(trace.take(), "now1 none ref1");
}

void tst_Atom::notify_leavesComputedStoresAlone()
{
    const auto count = atom(1);
    Trace trace;
    const auto twice = computed(count, [&](int value) {
        trace.add("run");
        return value * 2;
    });
    const auto tracked = computed([&] {
        trace.add("run");
        return count() * 2;
    });
    const auto ofTwice = twice.listen(trace.adds("twice"));
    const auto ofTracked = tracked.listen(trace.adds("tracked"));
    trace.take();
    count.notify();
    QCOMPARE(trace.take(), "");
    twice.notify();
    QCOMPARE(trace.take(), "twice");
    QCOMPARE(tracked.get(), 2);
    QCOMPARE(trace.take(), "");
}

void tst_Atom::name_isWhatWasGiven()
{
    const auto count = atom(1).named("count");
    QCOMPARE(count.name(), std::string("count"));
    QCOMPARE(atom(1).name(), std::string());
    const auto copy = count;
    copy.setName("other");
    QCOMPARE(count.name(), std::string("other"));
}

void tst_Atom::peek_isTheValue()
{
    const auto count = atom(1);
    count.set(2);
    QCOMPARE(count.peek(), 2);
}

QTEST_APPLESS_MAIN(tst_Atom)
#include "tst_atom.moc"

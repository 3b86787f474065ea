// SPDX-License-Identifier: MIT
#include <nanostores/core/batch.h>
#include <nanostores/core/effect.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/kit/array.h>

#include "support/callrecorder.h"

#include <QtCore/QStringList>
#include <QtTest/QTest>

#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using support::Trace;

namespace {

struct User
{
    int id = 0;
    QString name;
    bool operator==(const User &) const = default;
};

QList<User> users()
{
    return {{1, QStringLiteral("Dan")}, {2, QStringLiteral("John")}, {3, QStringLiteral("Alice")}};
}

} // namespace

class tst_Array : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void atIndex_readsAndWritesTheItem();
    void push_takesPartsOfTheArray();
    void atIndex_isEmptyOutsideTheArray();
    void atIndex_followsAReactiveIndex();
    void atIndex_wakesOnlyForItsItem();
    void atIndex_ofAReadonlyArrayIsReadonly();
    void atIndex_writingBehindTheEndGrows();
    void atFoundIndex_followsTheItem();
    void atFoundIndex_writesTheFoundItem();
    void atFoundIndex_predicateTakesIndexAndArray();
    void atFoundIndex_runsAgainWithWhatThePredicateReads();
    void updateArray_returnsWhatTheFunctionReturns();
    void updateArray_tellsOnce();
    void helpers_workOnVectors();
    void helpers_workOnQLists();
    void helpers_workThroughAChild();
    void helpers_ofAnEmptyArrayChangeNothing();
    void helpers_doNotTrack();
    void deleteIndex_outsideChangesNothing();
    void setIndex_equalItemIsSilent();
    void push_copiesNoItem();
    void updateArray_thatThrowsNotifies();
    void updateArray_asksHooksAboutTheNextArray();
    void updateArray_inABatchIsSeenByEffects();
};

void tst_Array::atIndex_readsAndWritesTheItem()
{
    const auto names = signal(std::vector<std::string>{"Dan", "John", "Alice"});
    const auto first = atIndex(names, 0);
    QCOMPARE(first(), std::optional<std::string>("Dan"));
    first("Bob");
    QCOMPARE(names(), (std::vector<std::string>{"Bob", "John", "Alice"}));
    first([](const std::optional<std::string> &name) { return *name + "by"; });
    QCOMPARE(names().front(), std::string("Bobby"));
    names({});
    QCOMPARE(first(), std::nullopt);
}

void tst_Array::atIndex_isEmptyOutsideTheArray()
{
    const auto numbers = signal(std::vector<int>{1});
    QCOMPARE(atIndex(numbers, 1)(), std::nullopt);
    QCOMPARE(atIndex(numbers, -1)(), std::nullopt);
    atIndex(numbers, -1)(5);
    atIndex(numbers, 0)(std::nullopt);
    QCOMPARE(numbers(), std::vector<int>{1});
}

void tst_Array::atIndex_followsAReactiveIndex()
{
    const auto names = signal(std::vector<std::string>{"Dan", "John", "Alice"});
    const auto index = signal(1);
    const auto name = atIndex(names, index);
    QCOMPARE(name(), std::optional<std::string>("John"));
    index(2);
    QCOMPARE(name(), std::optional<std::string>("Alice"));
    name("Bob");
    QCOMPARE(names(), (std::vector<std::string>{"Dan", "John", "Bob"}));
    QCOMPARE(atIndex(names, [index] { return index() - 1; })(), std::optional<std::string>("John"));
}

void tst_Array::atIndex_wakesOnlyForItsItem()
{
    const auto numbers = signal(std::vector<int>{1, 2});
    const auto first = atIndex(numbers, 0);
    Trace trace;
    const auto stop = effect([&] { trace.add("first", first().value_or(0)); });
    setIndex(numbers, 1, 5);
    push(numbers, 3);
    QCOMPARE(trace.take(), "first1");
    setIndex(numbers, 0, 4);
    QCOMPARE(trace.take(), "first4");
}

void tst_Array::atIndex_ofAReadonlyArrayIsReadonly()
{
    const auto numbers = signal(std::vector<int>{1, 2});
    const auto first = atIndex(readonly(numbers), 0);
    static_assert(!WritableSignal<decltype(first)>);
    static_assert(WritableSignal<decltype(atIndex(numbers, 0))>);
    numbers({7});
    QCOMPARE(first(), std::optional<int>(7));
    QCOMPARE(atIndex([numbers] { return numbers(); }, 0)(), std::optional<int>(7));
}

void tst_Array::atIndex_writingBehindTheEndGrows()
{
    const auto numbers = signal(std::vector<int>{1});
    atIndex(numbers, 2)(3);
    QCOMPARE(numbers(), (std::vector<int>{1, 0, 3}));
}

void tst_Array::atFoundIndex_followsTheItem()
{
    const auto all = signal(users());
    const auto john = atFoundIndex(all, [](const User &user) { return user.id == 2; });
    QCOMPARE(john()->name, QStringLiteral("John"));
    deleteIndex(all, 0);
    QCOMPARE(john()->name, QStringLiteral("John"));
    deleteIndex(all, 0);
    QCOMPARE(john(), std::nullopt);
    john(User{2, QStringLiteral("nobody")});
    QCOMPARE(all().size(), 1);
}

void tst_Array::atFoundIndex_writesTheFoundItem()
{
    const auto all = signal(users());
    const auto john = atFoundIndex(all, [](const User &user) { return user.id == 2; });
    john(User{2, QStringLiteral("Johnny")});
    QCOMPARE(all().at(1).name, QStringLiteral("Johnny"));
}

void tst_Array::atFoundIndex_predicateTakesIndexAndArray()
{
    const auto numbers = signal(std::vector<int>{3, 1, 2});
    const auto atItsPlace = atFoundIndex(numbers, [](int item, std::ptrdiff_t index) { return item == index; });
    QCOMPARE(atItsPlace(), std::optional<int>(1));
    const auto largest = atFoundIndex(numbers, [](int item, std::ptrdiff_t, const std::vector<int> &all) {
        return item == *std::max_element(all.begin(), all.end());
    });
    QCOMPARE(largest(), std::optional<int>(3));
}

void tst_Array::atFoundIndex_runsAgainWithWhatThePredicateReads()
{
    const auto all = signal(users());
    const auto id = signal(1);
    const auto found = atFoundIndex(all, [id](const User &user) { return user.id == id(); });
    Trace trace;
    const auto stop = effect([&] { trace.add(found() ? found()->name.toUtf8() : QByteArray("none")); });
    id(3);
    id(4);
    QCOMPARE(trace.take(), "Dan Alice none");
}

void tst_Array::updateArray_returnsWhatTheFunctionReturns()
{
    const auto numbers = signal(std::vector<int>{1, 2});
    QCOMPARE(updateArray(numbers,
                         [](std::vector<int> &all) {
                             all.clear();
                             return 5;
                         }),
             5);
    QVERIFY(numbers().empty());
    updateArray(numbers, [](std::vector<int> &all) { all.push_back(9); });
    QCOMPARE(numbers(), std::vector<int>{9});
}

void tst_Array::updateArray_tellsOnce()
{
    const auto numbers = signal(std::vector<int>{});
    Trace trace;
    const auto stop = effect([&] { trace.add("size", static_cast<int>(numbers().size())); });
    updateArray(numbers, [](auto &all) {
        all.push_back(1);
        all.push_back(2);
    });
    push(numbers, 3, 4, 5);
    QCOMPARE(trace.take(), "size0 size2 size5");
}

void tst_Array::helpers_workOnVectors()
{
    const auto names = signal(std::vector<std::string>{"b"});
    QCOMPARE(push(names, "c", std::string("d")), 3u);
    QCOMPARE(unshift(names, "y", "a"), 5u);
    QCOMPARE(names(), (std::vector<std::string>{"y", "a", "b", "c", "d"}));
    QCOMPARE(shift(names), std::optional<std::string>("y"));
    QCOMPARE(pop(names), std::optional<std::string>("d"));
    QCOMPARE(setIndex(names, 0, "A"), std::string("A"));
    QCOMPARE(deleteIndex(names, 1), std::optional<std::string>("b"));
    QCOMPARE(names(), (std::vector<std::string>{"A", "c"}));
    setIndex(names, 3, "e");
    QCOMPARE(names(), (std::vector<std::string>{"A", "c", "", "e"}));
    QCOMPARE(assignIndex(std::vector<int>{1, 2}, 1, 3), (std::vector<int>{1, 3}));
}

void tst_Array::helpers_workOnQLists()
{
    const auto names = signal(QStringList{QStringLiteral("b")});
    const QStringList before = names();
    QCOMPARE(push(names, QStringLiteral("c")), 2);
    QCOMPARE(unshift(names, QStringLiteral("a")), 3);
    QCOMPARE(pop(names), std::optional<QString>(QStringLiteral("c")));
    QCOMPARE(shift(names), std::optional<QString>(QStringLiteral("a")));
    setIndex(names, 0, QStringLiteral("B"));
    QCOMPARE(names(), QStringList{QStringLiteral("B")});
    QCOMPARE(atIndex(names, 0)(), std::optional<QString>(QStringLiteral("B")));
    QCOMPARE(before, QStringList{QStringLiteral("b")});
}

void tst_Array::helpers_workThroughAChild()
{
    struct Team
    {
        std::vector<int> members;
        bool operator==(const Team &) const = default;
    };
    const auto team = signal(Team{{1}});
    const auto members = child(team, &Team::members);
    push(members, 2);
    atIndex(members, 0)(5);
    QCOMPARE(team().members, (std::vector<int>{5, 2}));
}

void tst_Array::helpers_ofAnEmptyArrayChangeNothing()
{
    const auto numbers = signal(std::vector<int>{});
    QCOMPARE(pop(numbers), std::nullopt);
    QCOMPARE(shift(numbers), std::nullopt);
    QCOMPARE(deleteIndex(numbers, 0), std::nullopt);
    QVERIFY(numbers().empty());
}

void tst_Array::helpers_doNotTrack()
{
    const auto numbers = signal(std::vector<int>{});
    const auto go = signal(0);
    int runs = 0;
    const auto stop = effect([&] {
        go();
        ++runs;
        push(numbers, runs);
        static_cast<void>(pop(numbers));
    });
    push(numbers, 7);
    QCOMPARE(runs, 1);
}

void tst_Array::deleteIndex_outsideChangesNothing()
{
    const auto numbers = signal(std::vector<int>{1, 2});
    QCOMPARE(deleteIndex(numbers, 2), std::nullopt);
    QCOMPARE(deleteIndex(numbers, -1), std::nullopt);
    QCOMPARE(numbers().size(), 2u);
}

void tst_Array::setIndex_equalItemIsSilent()
{
    const auto numbers = signal(std::vector<int>{1, 2});
    Trace trace;
    const auto stop = effect([&] {
        numbers();
        trace.add("run");
    });
    setIndex(numbers, 0, 1);
    setIndex(numbers, -1, 1);
    QCOMPARE(trace.take(), "run");
}

namespace {

struct Counted
{
    explicit Counted(int n = 0)
        : number(n)
    {
    }
    Counted(const Counted &other)
        : number(other.number)
    {
        ++copies;
    }
    Counted(Counted &&) noexcept = default;
    Counted &operator=(const Counted &) = default;
    Counted &operator=(Counted &&) noexcept = default;
    bool operator==(const Counted &other) const
    {
        ++comparisons;
        return number == other.number;
    }

    int number;
    static inline int copies = 0;
    static inline int comparisons = 0;
};

} // namespace

void tst_Array::push_copiesNoItem()
{
    const auto array = signal(std::vector<Counted>());
    int seen = 0;
    const auto listener = array.listen([&](const auto &items) { seen += static_cast<int>(items.size()); });
    const auto last = computed(array, [](const auto &items) { return items.empty() ? 0 : items.back().number; });
    const auto lasts = last.listen([] {});
    for (int i = 0; i < 100; ++i) {
        push(array, Counted(i));
    }
    QCOMPARE(last.get(), 99);
    QCOMPARE(seen, 5050);
    QCOMPARE(Counted::copies, 0);
    setIndex(array, 50, Counted(1000));
    QVERIFY(Counted::copies <= 3); // the item itself, which is returned
    QCOMPARE(Counted::comparisons, 1);
    QCOMPARE(array.peek().at(50).number, 1000);
}

void tst_Array::updateArray_thatThrowsNotifies()
{
    const auto array = signal(std::vector<int>{1});
    std::vector<int> seen;
    const auto listener = array.listen([&](const std::vector<int> &items) { seen = items; });
    QVERIFY_THROWS_EXCEPTION(int, updateArray(array, [](std::vector<int> &items) {
                                 items.push_back(2);
                                 throw 5;
                             }));
    QCOMPARE(seen, array.get());
}

void tst_Array::updateArray_asksHooksAboutTheNextArray()
{
    const auto array = signal(std::vector<int>{1});
    const Unbind hook = onSet(array, [](auto &event) {
        if (event.newValue().size() > 2) {
            event.abort();
        }
    });
    std::vector<int> before;
    const auto listener = array.listen([&](const auto &, const std::vector<int> &old) { before = old; });
    push(array, 2);
    QCOMPARE(before, std::vector<int>{1});
    push(array, 3);
    QCOMPARE(array.get(), (std::vector<int>{1, 2}));
    hook();
}

void tst_Array::updateArray_inABatchIsSeenByEffects()
{
    const auto array = signal(std::vector<int>{1});
    std::vector<std::vector<int>> seen;
    const auto watching = effect([&] { seen.push_back(array()); });
    batch([&] {
        push(array, 2);
        array(std::vector<int>{7});
        push(array, 3);
    });
    QCOMPARE(seen, (std::vector<std::vector<int>>{{1}, {7, 3}}));
    batch([&] {
        array(std::vector<int>{8});
        updateArray(array, [](auto &items) { items = {7, 3}; }); // taken back
    });
    QCOMPARE(seen.size(), 2u);
}

void tst_Array::push_takesPartsOfTheArray()
{
    const std::string x(100, 'x');
    const std::string y(100, 'y');
    const auto array = signal(std::vector<std::string>{x, y});
    push(array, array.peek()[0], array.peek()[1]);
    QVERIFY(array.peek() == std::vector<std::string>({x, y, x, y}));
    unshift(array, array.peek()[1], array.peek()[0]);
    QVERIFY(array.peek() == std::vector<std::string>({y, x, x, y, x, y}));
}

QTEST_APPLESS_MAIN(tst_Array)
#include "tst_array.moc"

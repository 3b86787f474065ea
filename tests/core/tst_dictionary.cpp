// SPDX-License-Identifier: MIT
#include <nanostores/core/dictionary.h>

#include "support/lifetime.h"

#include <QtTest/QTest>

#include <iterator>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

using namespace nanostores;
using support::Counted;

using Dict = Dictionary<std::string, int>;

static_assert(std::is_nothrow_copy_constructible_v<Dict> && std::is_nothrow_move_constructible_v<Dict>);
static_assert(std::is_nothrow_default_constructible_v<Dict>);
static_assert(std::bidirectional_iterator<Dict::const_iterator>);

namespace {

struct Clumsy // all of them collide
{
    int number = 0;
    friend bool operator==(const Clumsy &, const Clumsy &) = default;
};

QByteArray text(const Dict &value)
{
    QByteArray all;
    for (const auto &[key, number] : value) {
        all += QByteArray::fromStdString(key) + QByteArray::number(number);
    }
    return all.isEmpty() ? "-" : all;
}

} // namespace

template<>
struct std::hash<Clumsy>
{
    std::size_t operator()(const Clumsy &) const noexcept { return 1; }
};

class tst_Dictionary : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void empty();
    void nan_isOneKey();
    void keepsTheOrderOfInsertion();
    void insert_ofAPresentKeyKeepsItsPlace();
    void remove_thenInsertGoesToTheEnd();
    void remove_tellsWhetherItWasThere();
    void find_andValue();
    void edit_changesInPlace();
    void clear_emptiesThisOneOnly();
    void copy_sharesUntilOneChanges();
    void copy_isIndependent_data();
    void copy_isIndependent();
    void move_leavesAnEmptyOne();
    void assignToItself();
    void equality_ignoresOrder();
    void removedEntriesAreSkipped();
    void manyInsertsAndRemoves();
    void collidingKeys();
    void keysAreTaken_data();
    void keysAreTaken();
    void iteratorsWalkAll();
    void entriesLiveAsLongAsTheyShould();
    void insertingItsOwnElement();
    void reserve_changesNothing();
    void iteration_goesBackwards();
};

void tst_Dictionary::empty()
{
    const Dict none;
    QVERIFY(none.empty());
    QCOMPARE(none.size(), std::size_t(0));
    QVERIFY(!none.contains("a"));
    QVERIFY(!none.find("a"));
    QVERIFY(none.begin() == none.end());
    QVERIFY(none == Dict());
    Dict other;
    QVERIFY(!other.remove("a"));
    QVERIFY(!other.edit("a"));
    other.clear();
    QVERIFY(other.keys().empty());
}

void tst_Dictionary::keepsTheOrderOfInsertion()
{
    Dict ages{{"c", 3}, {"a", 1}};
    QVERIFY(ages.insert("b", 2));
    QCOMPARE(text(ages), "c3a1b2");
    QCOMPARE(ages.keys(), (std::vector<std::string>{"c", "a", "b"}));
    QCOMPARE(ages.size(), std::size_t(3));
}

void tst_Dictionary::insert_ofAPresentKeyKeepsItsPlace()
{
    Dict ages{{"c", 3}, {"a", 1}};
    QVERIFY(!ages.insert("c", 4));
    QCOMPARE(text(ages), "c4a1");
    QCOMPARE(text(Dict{{"a", 1}, {"b", 2}, {"a", 3}}), "a3b2");
}

void tst_Dictionary::remove_thenInsertGoesToTheEnd()
{
    Dict ages{{"c", 3}, {"a", 1}};
    ages.remove("c");
    QVERIFY(ages.insert("c", 5));
    QCOMPARE(text(ages), "a1c5");
}

void tst_Dictionary::remove_tellsWhetherItWasThere()
{
    Dict ages{{"a", 1}};
    QVERIFY(!ages.remove("b"));
    QVERIFY(ages.remove("a"));
    QVERIFY(!ages.remove("a"));
    QVERIFY(ages.empty());
}

void tst_Dictionary::find_andValue()
{
    const Dict ages{{"a", 1}};
    QCOMPARE(*ages.find("a"), 1);
    QVERIFY(ages.contains("a"));
    QCOMPARE(ages.value("a"), 1);
    QCOMPARE(ages.value("b"), 0);
    QCOMPARE(ages.value("b", 7), 7);
}

void tst_Dictionary::edit_changesInPlace()
{
    Dict ages{{"a", 1}, {"b", 2}};
    const Dict before = ages;
    *ages.edit("b") = 5;
    QVERIFY(!ages.edit("c"));
    QCOMPARE(text(ages), "a1b5");
    QCOMPARE(text(before), "a1b2");
}

void tst_Dictionary::clear_emptiesThisOneOnly()
{
    Dict ages{{"a", 1}};
    const Dict before = ages;
    ages.clear();
    QVERIFY(ages.empty());
    QCOMPARE(text(before), "a1");
}

void tst_Dictionary::copy_sharesUntilOneChanges()
{
    Dict ages{{"a", 1}};
    QVERIFY(ages.isUnique());
    const Dict copy = ages;
    QVERIFY(copy.isSharedWith(ages));
    QVERIFY(!ages.isUnique());
    ages.remove("nothing"); // no change, no copy
    QVERIFY(copy.isSharedWith(ages));
    ages.insert("a", 2);
    QVERIFY(!copy.isSharedWith(ages));
    QVERIFY(ages.isUnique() && copy.isUnique());
}

void tst_Dictionary::copy_isIndependent_data()
{
    QTest::addColumn<int>("change");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("insert") << 0 << QByteArray("a1b2c3");
    QTest::newRow("replace") << 1 << QByteArray("a9b2");
    QTest::newRow("remove") << 2 << QByteArray("b2");
    QTest::newRow("clear") << 3 << QByteArray("-");
    QTest::newRow("assign") << 4 << QByteArray("z1");
    QTest::newRow("swap") << 5 << QByteArray("y1");
}

void tst_Dictionary::copy_isIndependent()
{
    QFETCH(int, change);
    QFETCH(QByteArray, after);
    Dict ages{{"a", 1}, {"b", 2}};
    const Dict copy = ages;
    Dict other{{"y", 1}};
    switch (change) {
    case 0:
        ages.insert("c", 3);
        break;
    case 1:
        ages.insert("a", 9);
        break;
    case 2:
        ages.remove("a");
        break;
    case 3:
        ages.clear();
        break;
    case 4:
        ages = Dict{{"z", 1}};
        break;
    default:
        ages.swap(other);
    }
    QCOMPARE(text(ages), after);
    QCOMPARE(text(copy), "a1b2");
}

void tst_Dictionary::move_leavesAnEmptyOne()
{
    Dict ages{{"a", 1}};
    Dict taken = std::move(ages);
    QCOMPARE(text(taken), "a1");
    QVERIFY(ages.empty()); // NOLINT: what a moved-from dictionary is
    ages.insert("b", 2);
    QCOMPARE(text(ages), "b2");
}

void tst_Dictionary::assignToItself()
{
    Dict ages{{"a", 1}};
    const Dict &same = ages;
    ages = same;
    QCOMPARE(text(ages), "a1");
}

void tst_Dictionary::equality_ignoresOrder()
{
    QVERIFY((Dict{{"a", 1}, {"b", 2}} == Dict{{"b", 2}, {"a", 1}}));
    QVERIFY((Dict{{"a", 1}} != Dict{{"a", 2}}));
    QVERIFY((Dict{{"a", 1}} != Dict{{"b", 1}}));
    QVERIFY((Dict{{"a", 1}} != Dict{{"a", 1}, {"b", 2}}));
    Dict removed{{"a", 1}, {"b", 2}};
    removed.remove("b");
    QVERIFY((removed == Dict{{"a", 1}}));
}

void tst_Dictionary::removedEntriesAreSkipped()
{
    Dict ages{{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}};
    ages.remove("a");
    ages.remove("c");
    QCOMPARE(text(ages), "b2d4");
    ages.remove("d");
    QCOMPARE(text(ages), "b2");
    ages.remove("b");
    QVERIFY(ages.begin() == ages.end());
}

void tst_Dictionary::manyInsertsAndRemoves()
{
    Dictionary<int, int> numbers;
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 2000; ++i) {
            numbers.insert(i, round);
        }
        QCOMPARE(numbers.size(), std::size_t(2000));
        for (int i = 0; i < 2000; ++i) {
            if (i % 7 != 0) {
                QVERIFY(numbers.remove(i));
            }
        }
        QCOMPARE(numbers.size(), std::size_t(286));
        int expected = 0;
        for (const auto &[key, value] : numbers) {
            QCOMPARE(key, expected);
            QCOMPARE(value, round);
            expected += 7;
        }
    }
}

void tst_Dictionary::collidingKeys()
{
    Dictionary<Clumsy, int> clumsy;
    for (int i = 0; i < 100; ++i) {
        clumsy.insert(Clumsy{i}, i);
    }
    for (int i = 0; i < 100; i += 3) {
        QVERIFY(clumsy.remove(Clumsy{i}));
    }
    for (int i = 0; i < 100; ++i) {
        QCOMPARE(clumsy.contains(Clumsy{i}), i % 3 != 0);
    }
    clumsy.insert(Clumsy{0}, -1);
    QCOMPARE(*clumsy.find(Clumsy{0}), -1);
}

void tst_Dictionary::keysAreTaken_data()
{
    QTest::addColumn<int>("count");
    for (const int count : {1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 1000}) {
        QTest::addRow("%d", count) << count;
    }
}

void tst_Dictionary::keysAreTaken()
{
    QFETCH(int, count);
    Dictionary<QString, int> numbers;
    for (int i = 0; i < count; ++i) {
        numbers.insert(QString::number(i), i);
    }
    for (int i = 0; i < count; ++i) {
        QCOMPARE(numbers.value(QString::number(i), -1), i);
    }
    QVERIFY(!numbers.contains(QString::number(count)));
}

void tst_Dictionary::iteratorsWalkAll()
{
    const Dict ages{{"a", 1}, {"b", 2}};
    auto it = ages.begin();
    QCOMPARE(it->first, std::string("a"));
    const auto before = it++;
    QCOMPARE(before->second, 1);
    QCOMPARE((*it).second, 2);
    QVERIFY(++it == ages.end());
    QCOMPARE(std::distance(ages.begin(), ages.end()), std::ptrdiff_t(2));
}

void tst_Dictionary::entriesLiveAsLongAsTheyShould()
{
    QCOMPARE(Counted::alive(), 0);
    {
        Dictionary<int, Counted> things;
        for (int i = 0; i < 40; ++i) {
            things.insert(i, Counted(i));
        }
        QCOMPARE(Counted::alive(), 40);
        const auto copy = things;
        QCOMPARE(Counted::alive(), 40);
        things.remove(3);
        QCOMPARE(Counted::alive(), 79);
        things.clear();
        QCOMPARE(Counted::alive(), 40);
        Dictionary<int, Counted> single{{1, Counted(1)}};
        single.remove(1);
        QCOMPARE(Counted::alive(), 40);
    }
    QCOMPARE(Counted::alive(), 0);
}

void tst_Dictionary::insertingItsOwnElement()
{
    Dictionary<std::string, std::string> words{{"a", "long enough to be kept on the heap"}};
    for (int i = 0; i < 40; ++i) { // grows on the way
        words.insert(words.begin()->second + std::to_string(i), words.begin()->second);
    }
    for (int i = 0; i < 40; ++i) {
        Dictionary<std::string, std::string> chain{{"a", "a key that is kept on the heap, too"}};
        for (int j = 0; j < i; ++j) {
            chain.insert(std::to_string(j), "x");
        }
        chain.insert(*chain.find("a"), "y");
        QCOMPARE(chain.value("a key that is kept on the heap, too"), std::string("y"));
    }
    const std::string *first = &words.begin()->first;
    words.insert(*first, "new");
    QCOMPARE(words.value("a"), std::string("new"));
    QCOMPARE(words.size(), std::size_t(41));
}

void tst_Dictionary::reserve_changesNothing()
{
    Dict ages{{"a", 1}};
    const Dict copy = ages;
    ages.reserve(1000);
    QCOMPARE(text(ages), "a1");
    QVERIFY(ages == copy);
}

void tst_Dictionary::iteration_goesBackwards()
{
    Dict ages{{"a", 1}, {"b", 2}, {"c", 3}, {"d", 4}, {"e", 5}};
    for (const char *gone : {"a", "c", "e"}) { // gaps at both ends and between
        ages.remove(gone);
    }
    QByteArray all;
    for (auto i = ages.rbegin(); i != ages.rend(); ++i) {
        all += QByteArray::fromStdString(i->first) + QByteArray::number(i->second);
    }
    QCOMPARE(all, QByteArray("d4b2"));
    auto last = ages.end();
    QCOMPARE((--last)->second, 4);
    QCOMPARE((last--)->second, 4);
    QCOMPARE(last->second, 2);
    QVERIFY(last == ages.begin());
    QVERIFY(Dict().rbegin() == Dict().rend());
}

void tst_Dictionary::nan_isOneKey()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    Dictionary<double, int> numbers;
    QVERIFY(numbers.insert(nan, 1));
    QVERIFY(!numbers.insert(-nan, 2));
    QVERIFY(numbers.insert(0.0, 3));
    QVERIFY(!numbers.insert(-0.0, 4));
    QCOMPARE(numbers.size(), std::size_t(2));
    QCOMPARE(numbers.value(nan), 2);
    QVERIFY(numbers.remove(nan));
    QVERIFY(!numbers.contains(nan));
}

QTEST_APPLESS_MAIN(tst_Dictionary)
#include "tst_dictionary.moc"

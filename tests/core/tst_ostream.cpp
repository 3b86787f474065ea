// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include <QtTest/QTest>

#include <limits>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

struct Unknown
{
    int number = 0;
    friend bool operator==(const Unknown &, const Unknown &) = default;
};

struct Point
{
    int x = 0;
    int y = 0;
    friend std::ostream &operator<<(std::ostream &stream, const Point &point)
    {
        return stream << point.x << '/' << point.y;
    }
};

struct Fields
{
    std::string name;
    std::optional<int> age;

    template<typename F>
    static void visitFields(F visit)
    {
        visit("name", &Fields::name);
        visit("age", &Fields::age);
    }
};

template<typename T>
std::string written(const T &value)
{
    std::ostringstream stream;
    stream << value;
    return stream.str();
}

} // namespace

class tst_Ostream : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void store_showsNameAndValue();
    void value_ofEachKind_data();
    void value_ofEachKind();
    void dictionary_showsItsEntriesInOrder();
    void computed_runsWhenStale();
    void computed_errorIsShown();
    void read_isNotTracked();
    void read_mountsNothing();
};

void tst_Ostream::store_showsNameAndValue()
{
    QCOMPARE(written(atom(5)), std::string("Store(5)"));
    QCOMPARE(written(atom(5).named("count")), std::string("Store(\"count\", 5)"));
    QCOMPARE(written(computed(atom(5), [](int n) { return 2 * n; })), std::string("Store(10)"));
    QCOMPARE(written(readonly(atom(5))), std::string("Store(5)"));
    QCOMPARE(written(signal(5)), std::string("Store(5)"));
}

void tst_Ostream::value_ofEachKind_data()
{
    QTest::addColumn<QString>("shown");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const auto &store, const char *expected) {
        QTest::newRow(name) << QString::fromStdString(written(store))
                            << QStringLiteral("Store(%1)").arg(QLatin1String(expected));
    };
    row("bool", atom(true), "true");
    row("text", atom("Ada"), "\"Ada\"");
    row("text of Qt", atom(QStringLiteral("Ada")), "\"Ada\"");
    row("optional", atom(std::optional<int>(5)), "5");
    row("empty optional", atom(std::optional<int>()), "none");
    row("nested optional", atom(std::optional(std::optional<std::string>("x"))), "\"x\"");
    row("list", atom(std::vector<std::string>{"a", "b"}), "[\"a\", \"b\"]");
    row("empty list", atom(std::vector<int>()), "[]");
    row("list of bool", atom(std::vector<bool>{true, false}), "[true, false]");
    row("map", map(Dictionary<std::string, int>{{"b", 1}, {"a", 2}}), "{\"b\": 1, \"a\": 2}");
    row("standard map", atom(std::map<int, std::string>{{1, "x"}}), "{1: \"x\"}");
    row("pair", atom(std::pair(1, std::string("x"))), "(1, \"x\")");
    row("with <<", atom(Point{1, 2}), "1/2");
    row("with fields", atom(Fields{"Ada", 36}), "{name: \"Ada\", age: 36}");
    row("anything else", atom(Unknown{1}), "?");
    row("list of anything else", atom(std::vector<Unknown>(2)), "[?, ?]");
}

void tst_Ostream::value_ofEachKind()
{
    QFETCH(const QString, shown);
    QFETCH(const QString, expected);
    QCOMPARE(shown, expected);
}

void tst_Ostream::dictionary_showsItsEntriesInOrder()
{
    QCOMPARE(written(Dictionary<std::string, std::optional<int>>{{"b", 1}, {"a", {}}}),
             std::string("{\"b\": 1, \"a\": none}"));
    QCOMPARE(written(Dictionary<int, int>()), std::string("{}"));
}

void tst_Ostream::computed_runsWhenStale()
{
    const auto count = atom(1);
    const auto twice = computed(count, [](int n) { return 2 * n; });
    const Subscription shown = twice.listen([] {});
    batch([&] {
        count.set(2);
        QCOMPARE(written(twice), std::string("Store(4)"));
    });
}

void tst_Ostream::computed_errorIsShown()
{
    const auto broken = computed(atom(1), [](int) -> int { throw std::runtime_error("no luck"); });
    QCOMPARE(written(broken), std::string("Store(error: no luck)"));
}

void tst_Ostream::read_isNotTracked()
{
    const auto count = atom(1);
    int runs = 0;
    const Subscription log = effect([&] {
        ++runs;
        written(count);
    });
    count.set(2);
    QCOMPARE(runs, 1);
}

void tst_Ostream::read_mountsNothing()
{
    const auto count = atom(1);
    int mounts = 0;
    onMount(count, [&] { ++mounts; });
    written(count);
    QCOMPARE(mounts, 0);
}

QTEST_APPLESS_MAIN(tst_Ostream)
#include "tst_ostream.moc"

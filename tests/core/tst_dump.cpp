// SPDX-License-Identifier: MIT

// Values of any type: printed, copied, and put together again by those who do not know the type.

#include <nanostores/core.h>
#include <nanostores/core/graph/edit.h>

#include <QTest>

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;

namespace {

struct Person
{
    std::string name;
    std::optional<int> age;
    std::vector<int> scores;

    template<typename F>
    static void visitFields(F visit)
    {
        visit("name", &Person::name);
        visit("age", &Person::age);
        visit("scores", &Person::scores);
    }
    friend bool operator==(const Person &, const Person &) = default;
};

struct Opaque
{
    int number = 0;
    friend bool operator==(const Opaque &, const Opaque &) = default;
};

enum class Colour { Red, Green };

/// What the store's line says after the =, up to the number of observers.
template<typename S>
QByteArray valueOf(const S &store)
{
    const std::string name = store.name();
    for (const QByteArray &line : QByteArray::fromStdString(dump()).split('\n')) {
        if (line.startsWith(QByteArray::fromStdString('"' + name + "\" "))) {
            const auto from = line.indexOf(" = ") + 3;
            return line.mid(from, line.lastIndexOf(", ", line.indexOf(" observer")) - from);
        }
    }
    return "?";
}

/// Gives numbers, texts, and what is made of them.
struct Given final : detail::ValueSource
{
    Given() = default;
    explicit Given(int n)
        : number(n)
    {
    }
    explicit Given(std::string t)
        : text(std::move(t))
    {
    }
    bool whole(const std::type_info &type, void *value) const override
    {
        if (number && type == typeid(int)) {
            *static_cast<int *>(value) = *number;
            return true;
        }
        if (text && type == typeid(std::string)) {
            *static_cast<std::string *>(value) = *text;
            return true;
        }
        return false;
    }
    bool isNone() const override { return !number && !text && !list && members.empty() && keys.empty(); }
    std::size_t size() const override { return items.size(); }
    const detail::ValueSource *item(std::size_t index) const override { return items[index].get(); }
    const detail::ValueSource *key(std::size_t index) const override { return keys[index].get(); }
    const detail::ValueSource *member(const char *name) const override
    {
        const auto found = members.find(name);
        return found == members.end() ? nullptr : found->second.get();
    }
    bool isList() const override { return list; }
    bool isMap() const override { return !keys.empty(); }
    bool isStruct() const override { return !members.empty(); }

    std::optional<int> number;
    std::optional<std::string> text;
    bool list = false;
    std::vector<std::shared_ptr<Given>> keys;
    std::vector<std::shared_ptr<Given>> items;
    std::map<std::string, std::shared_ptr<Given>> members;
};

template<typename... T>
std::shared_ptr<Given> given(T... value)
{
    return std::make_shared<Given>(std::move(value)...);
}

} // namespace

class tst_Dump : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void line_ofEachStore();
    void line_ofAComputedStore();
    void values();
    void values_ofTypesThatAreNotKnown();
    void values_ofMaps();
    void keep_givesTheValueBack();
    void keep_ofWhatCannotBeSet();
    void restore_isAWriteThatHooksDoNotSee();
    void restore_notifiesAsSetDoes();
    void assign_byParts();
    void assign_whatDoesNotFit();
    void assign_asAWrite();
};

void tst_Dump::line_ofEachStore()
{
    const auto b = atom(1).named("b");
    const auto a = atom(std::string("text")).named("a");
    const auto listener = b.listen([](int) {});
    const QByteArray text = QByteArray::fromStdString(dump());
    QVERIFY2(text.contains("\"a\" store std::string = \"text\", 0 observers\n"
                           "\"b\" store int = 1, 1 observer, mounted\n"),
             text);
    const auto other = atom(2);
    QVERIFY(QByteArray::fromStdString(dump()).endsWith("unnamed store int = 2, 0 observers\n"));
}

void tst_Dump::line_ofAComputedStore()
{
    int runs = 0;
    const auto a = atom(1);
    const auto twice = computed(a, [&](int n) {
                           ++runs;
                           return 2 * n;
                       }).named("twice");
    QVERIFY(QByteArray::fromStdString(dump()).contains("\"twice\" computed int = none, stale, 0 observers\n"));
    const auto listener = twice.listen([](int) {});
    QVERIFY(QByteArray::fromStdString(dump()).contains("\"twice\" computed int = 2, 1 observer, mounted\n"));
    {
        Batch batch;
        a.set(2);
        QVERIFY(QByteArray::fromStdString(dump()).contains("\"twice\" computed int = 2, stale, 1 observer, mounted\n"));
        QCOMPARE(runs, 1);
    }
    QVERIFY(QByteArray::fromStdString(dump()).contains("\"twice\" computed int = 4, 1 observer, mounted\n"));
}

void tst_Dump::values()
{
    QCOMPARE(valueOf(atom(true).named("x")), "true");
    QCOMPARE(valueOf(atom(0.5).named("x")), "0.5");
    QCOMPARE(valueOf(atom(std::string("a\"b\\\n")).named("x")), "\"a\\\"b\\\\\\n\"");
    QCOMPARE(valueOf(atom(std::optional<int>()).named("x")), "none");
    QCOMPARE(valueOf(atom(std::optional<int>(3)).named("x")), "3");
    QCOMPARE(valueOf(atom(std::vector<int>{1, 2, 3}).named("x")), "[1, 2, 3]");
    QCOMPARE(valueOf(atom(std::vector<std::vector<bool>>{{true}, {}}).named("x")), "[[true], []]");
    QCOMPARE(valueOf(atom(std::pair(1, std::string("b"))).named("x")), "[1, \"b\"]");
    QCOMPARE(valueOf(atom(std::map<std::string, int>{{"a", 1}, {"b", 2}}).named("x")), "{\"a\": 1, \"b\": 2}");
    QCOMPARE(valueOf(atom(Person{"Ada", 36, {1, 2}}).named("x")), "{name: \"Ada\", age: 36, scores: [1, 2]}");
    QCOMPARE(valueOf(atom(std::vector<Person>{{"A", {}, {}}, {"B", 1, {}}}).named("x")),
             "[{name: \"A\", age: none, scores: []}, {name: \"B\", age: 1, scores: []}]");
    QCOMPARE(valueOf(atom(QStringLiteral("text")).named("x")), "\"text\"");
    QCOMPARE(valueOf(atom(QList<QString>{QStringLiteral("a"), QStringLiteral("b")}).named("x")), "[\"a\", \"b\"]");
    QCOMPARE(valueOf(atom(QMap<QString, int>{{QStringLiteral("a"), 1}}).named("x")), "{\"a\": 1}");
    QCOMPARE(valueOf(atom(Colour::Green).named("x")), "1");
}

void tst_Dump::values_ofTypesThatAreNotKnown()
{
    const auto store = atom(std::vector<Opaque>{{1}}).named("x");
    QVERIFY(valueOf(store).startsWith("[<"));
    QVERIFY(valueOf(store).contains("Opaque"));
    detail::setDescriber(typeid(Opaque), [](const void *value, detail::Describer &to) {
        detail::describePart(static_cast<const Opaque *>(value)->number, to);
    });
    QCOMPARE(valueOf(store), "[1]");
}

void tst_Dump::values_ofMaps()
{
    const auto users = map(Dictionary<std::string, int>{{"Ada", 1}}).named("users");
    QCOMPARE(valueOf(users), "{\"Ada\": 1}");
    const auto person = map(Person{"Ada", {}, {}}).named("person");
    QCOMPARE(valueOf(person), "{name: \"Ada\", age: none, scores: []}");
    const auto deep = deepMap(Person{"Bob", 1, {}}).named("deep");
    QCOMPARE(valueOf(deep), "{name: \"Bob\", age: 1, scores: []}");
}

void tst_Dump::keep_givesTheValueBack()
{
    const auto number = atom(1);
    const auto opaque = atom(Opaque{1});
    const auto users = map(Dictionary<std::string, int>{{"Ada", 1}});
    const auto person = map(Person{"Ada", {}, {}});
    std::vector<std::pair<detail::Node *, detail::KeptValue>> kept;
    detail::forEachNode([&](detail::Node &node) {
        if (auto value = detail::keep(node)) {
            kept.emplace_back(&node, std::move(value));
        }
    });
    QVERIFY(kept.size() >= 4);
    int calls = 0;
    const auto listener = number.listen([&](int value, int old) {
        ++calls;
        QVERIFY(value != old);
    });
    number.set(2);
    opaque.set({2});
    users.setKey("Bob", 2);
    person.setKey(&Person::name, std::string("Bob"));
    for (auto &[node, value] : kept) {
        QVERIFY(detail::restore(*node, std::move(value)));
        QVERIFY(!detail::restore(*node, std::move(value)));
    }
    QCOMPARE(number.get(), 1);
    QCOMPARE(opaque.get(), Opaque{1});
    QCOMPARE(users.get().size(), 1);
    QCOMPARE(person.get().name, "Ada");
    QCOMPARE(calls, 2);
}

void tst_Dump::keep_ofWhatCannotBeSet()
{
    const auto a = atom(1);
    const auto twice = computed(a, [](int n) { return 2 * n; });
    QCOMPARE(twice.peek(), 2);
    QVERIFY(!detail::keep(*twice.node()));
    QVERIFY(!detail::restore(*twice.node(), {}));
    QVERIFY(!detail::keep(*atom(std::unique_ptr<int>()).node()));
    QVERIFY(!detail::keep(*atom(std::vector<std::unique_ptr<int>>()).node())); // says that it could be copied
    QVERIFY(!detail::keep(*atom(std::map<int, std::unique_ptr<int>>()).node()));
    QVERIFY(!detail::keep(*atom(std::optional<std::vector<std::unique_ptr<int>>>()).node()));
    QVERIFY(!detail::keep(*atom(std::pair<int, std::vector<std::unique_ptr<int>>>()).node()));
    QVERIFY(detail::keep(*atom(std::map<int, std::vector<std::string>>()).node()));
    QVERIFY(!detail::assign(*twice.node(), Given(3)));
    QVERIFY(!detail::assign(*a.node(), Given(std::string("text"))));
    QCOMPARE(a.get(), 1);
}

void tst_Dump::restore_isAWriteThatHooksDoNotSee()
{
    const auto number = atom(1);
    auto kept = detail::keep(*number.node());
    auto same = detail::keep(*number.node());
    number.set(2);
    const auto hook = onSet(number, [](SetEvent<Atom<int>> &event) { event.abort(); });
    const auto notifying = onNotify(number, [](NotifyEvent<Atom<int>> &event) { event.abort(); });
    int calls = 0;
    const auto listener = number.listen([&] { ++calls; });
    QVERIFY(detail::restore(*number.node(), std::move(kept)));
    QCOMPARE(number.get(), 1);
    QCOMPARE(calls, 0); // onNotify hooks are asked
    number.setEqual([](int, int) { return true; });
    QVERIFY(detail::restore(*number.node(), std::move(same)));
    QCOMPARE(number.get(), 1);
}

namespace {

using Users = Dictionary<std::string, int>;

/// Stores of all kinds, with observers that note what they are called with. How a whole value is given to a store is
/// what two worlds differ in.
struct World
{
    explicit World(bool restores)
        : m_restores(restores)
    {
        const auto note = [this](const char *who, const auto &...what) {
            text += who;
            ((text += ' ' + show(what)), ...);
            text += '\n';
        };
        subs.push_back(effect([this, note] { note("effect", number.get(), users.get(), person.get().name); }));
        subs.push_back(number.listen([note](int value, int old) { note("number", value, old); }));
        subs.push_back(users.listen([note](const Users &value, const Users &old) { note("users", value, old); }));
        subs.push_back(users.listen([note](const Users &value, const MapChange<std::string, int> &change) {
            note("change", value, int(change.whole), int(change.keys.size()));
        }));
        subs.push_back(listenKeys(users, {std::string("a")}, [note](const Users &value) { note("key a", value); }));
        subs.push_back(
            person.listen([note](const Person &value, const Person &old) { note("person", value.name, old.name); }));
        subs.push_back(sum.listen([note](int value, int old) { note("sum", value, old); }));
    }

    static std::string show(int value) { return std::to_string(value); }
    static std::string show(const std::string &value) { return value; }
    static std::string show(const Users &value)
    {
        std::string all = "{";
        for (const auto &[key, number] : value) {
            all += key + std::to_string(number);
        }
        return all + '}';
    }

    template<typename S, typename T>
    void give(const S &store, T value)
    {
        if (m_restores) {
            const S other(value); // a kept value is not tied to the store it was kept of
            QVERIFY(detail::restore(*store.node(), detail::keep(*other.node())));
        } else {
            store.set(std::move(value));
        }
    }

    /// One random step; equal seeds make equal steps.
    void step(std::mt19937 &random, int depth = 0)
    {
        const int n = int(random() % 3);
        const std::string key(1, char('a' + random() % 3));
        switch (random() % (depth < 2 ? 7 : 6)) {
        case 0:
            give(number, n);
            break;
        case 1: {
            Users next;
            for (int i = 0; i < n; ++i) {
                next.insert(std::string(1, char('a' + random() % 3)), int(random() % 3));
            }
            give(users, next);
            break;
        }
        case 2:
            give(person, Person{key, n, {}});
            break;
        case 3:
            users.setKey(key, n);
            break;
        case 4:
            users.removeKey(key);
            break;
        case 5:
            person.setKey(&Person::name, key);
            break;
        default: {
            const Batch batch;
            for (int i = 0; i < 4; ++i) {
                step(random, depth + 1);
            }
        }
        }
    }

    const Atom<int> number = atom(0);
    const Map<std::string, int> users = map<std::string, int>();
    const Record<Person> person = map(Person{});
    const Computed<int> sum = computed(number, users, [](int value, const Users &all) {
        for (const auto &entry : all) {
            value += entry.second;
        }
        return value;
    });
    std::string text;
    std::vector<Subscription> subs;

private:
    const bool m_restores;
};

} // namespace

/// Random programs in two worlds: values are set in one, and restored in the other.
void tst_Dump::restore_notifiesAsSetDoes()
{
    for (unsigned seed = 1; seed <= 200; ++seed) {
        World sets(false);
        World restores(true);
        std::mt19937 first(seed);
        std::mt19937 second(seed);
        for (int i = 0; i < 40; ++i) {
            sets.step(first);
            restores.step(second);
            QVERIFY2(restores.text == sets.text,
                     QByteArray::fromStdString("seed " + std::to_string(seed) + ", step " + std::to_string(i) + ": "
                                               + restores.text + "instead of\n" + sets.text));
            sets.text.clear();
            restores.text.clear();
        }
    }
}

void tst_Dump::assign_byParts()
{
    const auto number = atom(1);
    QVERIFY(detail::assign(*number.node(), Given(5)));
    QCOMPARE(number.get(), 5);

    const auto list = atom(std::vector<std::optional<int>>{});
    detail::makeEditable<Atom<std::vector<std::optional<int>>>>();
    Given items;
    items.list = true;
    items.items = {given(1), given(), given(3)};
    QVERIFY(detail::assign(*list.node(), items));
    QCOMPARE(list.get(), (std::vector<std::optional<int>>{1, std::nullopt, 3}));

    Given entries;
    entries.keys = {given(std::string("a")), given(std::string("b"))};
    entries.items = {given(1), given(2)};
    const auto users = map<std::string, int>();
    QVERIFY(!detail::assign(*users.node(), entries)); // its type is not editable yet
    detail::makeEditable<Map<std::string, int>>();
    QVERIFY(detail::assign(*users.node(), entries));
    QCOMPARE(*users.get().find("b"), 2);
    const auto standard = atom(std::map<std::string, int>{});
    detail::makeEditable<Atom<std::map<std::string, int>>>();
    QVERIFY(detail::assign(*standard.node(), entries));
    QCOMPARE(standard.get().at("a"), 1);

    const auto person = map(Person{"Ada", 36, {1}});
    detail::makeEditable<Record<Person>>();
    Given members;
    members.members = {{"age", given(40)}};
    QVERIFY(detail::assign(*person.node(), members));
    QCOMPARE(person.get(), (Person{"Ada", 40, {1}}));

    const auto colour = atom(Colour::Red);
    detail::makeEditable<Atom<Colour>>();
    QVERIFY(detail::assign(*colour.node(), Given(1)));
    QCOMPARE(colour.get(), Colour::Green);
    const auto text = atom(QString());
    detail::makeEditable<Atom<QString>>();
    QVERIFY(detail::assign(*text.node(), Given(std::string("text"))));
    QCOMPARE(text.get(), QStringLiteral("text"));
}

void tst_Dump::assign_whatDoesNotFit()
{
    const auto list = atom(std::vector<int>{1});
    detail::makeEditable<Atom<std::vector<int>>>();
    Given items;
    items.list = true;
    items.items = {given(1), given(std::string("two"))};
    QVERIFY(!detail::assign(*list.node(), items));
    QVERIFY(!detail::assign(*list.node(), Given(1)));
    QCOMPARE(list.get(), std::vector<int>{1});

    const auto person = map(Person{"Ada", 36, {1}});
    detail::makeEditable<Record<Person>>();
    Given members;
    members.members = {{"name", given(std::string("Bob"))}, {"age", given(std::string("old"))}};
    QVERIFY(!detail::assign(*person.node(), members));
    QCOMPARE(person.get(), (Person{"Ada", 36, {1}})); // all or nothing
    QVERIFY(!detail::assign(*atom(Opaque{1}).node(), Given(1)));
}

void tst_Dump::assign_asAWrite()
{
    const auto number = atom(1);
    const auto hook = onSet(number, [](SetEvent<Atom<int>> &event) {
        if (event.newValue() > 10) {
            event.abort();
        }
    });
    QVERIFY(detail::assign(*number.node(), Given(20)));
    QCOMPARE(number.get(), 1);
    QVERIFY(detail::assign(*number.node(), Given(5)));
    QCOMPARE(number.get(), 5);
}

QTEST_GUILESS_MAIN(tst_Dump)
#include "tst_dump.moc"

// SPDX-License-Identifier: MIT

// Stores that are set from outside.

#include "talk.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/recorder/travel.h>

#include <QDate>
#include <QFile>
#include <QTest>
#include <QUrl>

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nanostores;
using inspecting::Talk;

namespace {

constexpr auto EditHello = R"({"nanostores":1,"capabilities":["read","edit"]})";

InspectorOptions editing()
{
    return {.capabilities = InspectorCapability::Read | InspectorCapability::Edit};
}

struct Item
{
    QString name;
    int quantity = 0;
    friend bool operator==(const Item &, const Item &) = default;

    template<typename F>
    static void visitFields(F f)
    {
        f("name", &Item::name);
        f("quantity", &Item::quantity);
    }
};

} // namespace

class tst_InspectorEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void set_anAtom_data();
    void set_anAtom();
    void set_isRefusedToAReader();
    void set_isRefusedWhereTheProgramDoesNotAllowIt();
    void set_aComputedStore();
    void set_aTypeThatIsNotAllowed();
    void set_whatDoesNotFitNamesThePlace();
    void set_structsKeepWhatIsNotNamed();
    void set_aKeyOfAMap();
    void set_aKeyThatIsANumber();
    void set_aKeyThatIsGivenAsText();
    void set_aMemberOfAStruct();
    void set_asksTheHooks();
    void set_aHookThatThrows();
    void set_whatGetGives();
    void set_valuesOfQt();
    void set_aListStore();
    void set_notifiesAsTheProgramDoes();
    void set_keepsWhatIsRedacted();
    void set_whetherThePastIsShown();
    void set_mayEndTheInspector();
};

void tst_InspectorEdits::set_anAtom_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("problem");
    QTest::addColumn<int>("value");
    QTest::newRow("a number") << QByteArray("7") << QString() << 7;
    QTest::newRow("the largest") << QByteArray("2147483647") << QString() << 2147483647;
    QTest::newRow("one more") << QByteArray("2147483648") << QStringLiteral("2147483648 is no int") << 1;
    QTest::newRow("a fraction") << QByteArray("1.5") << QStringLiteral("1.5 is no int") << 1;
    QTest::newRow("a text") << QByteArray("\"7\"") << QStringLiteral("\"7\" is no int") << 1;
    QTest::newRow("null") << QByteArray("null") << QStringLiteral("null is no int") << 1;
    QTest::newRow("a list") << QByteArray("[7]") << QStringLiteral("[7] is no int") << 1;
    QTest::newRow("an object") << QByteArray("{\"$int\":7}") << QStringLiteral("{\"$int\":7} is no int") << 1;
}

void tst_InspectorEdits::set_anAtom()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, problem);
    QFETCH(int, value);
    const auto count = atom(1).named("test/count");
    Talk talk(editing(), EditHello);
    const QJsonObject answer = talk.ask("\"do\":\"set\",\"store\":\"test/count\",\"value\":" + json);
    QCOMPARE(answer.value(QLatin1String("error")).toString(), problem);
    QCOMPARE(count.get(), value);
    if (problem.isEmpty()) {
        QCOMPARE(answer.value(QLatin1String("reply")).toObject().value(QLatin1String("value")).toString(),
                 QString::number(value));
    }
}

void tst_InspectorEdits::set_isRefusedToAReader()
{
    const auto count = atom(1).named("test/count");
    Talk talk(editing());
    const QJsonObject answer = talk.ask(R"("do":"set","store":"test/count","value":2)");
    QCOMPARE(answer.value(QLatin1String("code")).toString(), QStringLiteral("denied"));
    QCOMPARE(count.get(), 1);
}

void tst_InspectorEdits::set_isRefusedWhereTheProgramDoesNotAllowIt()
{
    const auto count = atom(1).named("test/count");
    Talk talk({}, EditHello);
    QCOMPARE(talk.code(R"("do":"set","store":"test/count","value":2)"), QStringLiteral("denied"));
    QCOMPARE(count.get(), 1);
}

void tst_InspectorEdits::set_aComputedStore()
{
    const auto one = computed([] { return 1; }).named("test/one");
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.code(R"("do":"set","store":"test/one","value":2)"), QStringLiteral("computed"));
}

void tst_InspectorEdits::set_aTypeThatIsNotAllowed()
{
    struct Own
    {
        int value = 0;
        bool operator==(const Own &) const = default;
    };
    const auto own = atom(Own{}).named("test/own");
    Talk talk(editing(), EditHello);
    const QString error = talk.error(R"("do":"set","store":"test/own","value":2)");
    QVERIFY2(error.contains(QLatin1String("allowEdits(store)")), qPrintable(error));
}

void tst_InspectorEdits::set_whatDoesNotFitNamesThePlace()
{
    const auto items = atom(std::vector<Item>{{QStringLiteral("Mug"), 1}}).named("test/items");
    allowEdits(items);
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.error(R"("do":"set","store":"test/items","value":[{"name":"Mug"},{"name":"Cup","quantity":"two"}])"),
             QStringLiteral("at [1].quantity: \"two\" is no int"));
    QCOMPARE(talk.error(R"("do":"set","store":"test/items","value":{"a":1})"), QStringLiteral("{\"a\":1} is no list"));
    QCOMPARE(talk.error(R"("do":"set","store":"test/items","value":[5])"),
             QStringLiteral("at [0]: 5 is no object with members"));
    QCOMPARE(items.get().size(), std::size_t(1));
}

void tst_InspectorEdits::set_structsKeepWhatIsNotNamed()
{
    const auto item = atom(Item{QStringLiteral("Mug"), 3}).named("test/item");
    allowEdits(item);
    Talk talk(editing(), EditHello);
    talk.reply(R"("do":"set","store":"test/item","value":{"quantity":4,"colour":"red"})");
    QCOMPARE(item.get(), (Item{QStringLiteral("Mug"), 4}));
}

void tst_InspectorEdits::set_aKeyOfAMap()
{
    const auto stock = map<std::string, int>({{"mug", 1}}).named("test/stock");
    allowEdits(stock);
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.error(R"("do":"set","store":"test/stock","key":"cup","value":5)"), QString());
    QCOMPARE(talk.error(R"("do":"set","store":"test/stock","key":"mug","value":2)"), QString());
    QCOMPARE(stock.get(), (std::decay_t<decltype(stock.get())>{{"mug", 2}, {"cup", 5}}));
    QCOMPARE(talk.error(R"("do":"set","store":"test/stock","key":"mug","remove":true)"), QString());
    QVERIFY(!stock.getKey("mug"));
    QCOMPARE(talk.code(R"("do":"set","store":"test/stock","key":"mug","remove":true)"), QStringLiteral("key"));
}

void tst_InspectorEdits::set_aKeyThatIsANumber()
{
    const auto names = atom(std::map<int, std::string>{{1, "one"}, {2, "two"}}).named("test/names");
    allowEdits(names);
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.error(R"("do":"set","store":"test/names","key":2,"value":"deux")"), QString());
    QCOMPARE(talk.error(R"("do":"set","store":"test/names","key":3,"value":"trois")"), QString());
    QCOMPARE(talk.error(R"("do":"set","store":"test/names","key":1,"remove":true)"), QString());
    QCOMPARE(names.get(), (std::map<int, std::string>{{2, "deux"}, {3, "trois"}}));
}

void tst_InspectorEdits::set_aMemberOfAStruct()
{
    const auto item = map(Item{QStringLiteral("Mug"), 3}).named("test/record");
    allowEdits(item);
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.error(R"("do":"set","store":"test/record","key":"quantity","value":9)"), QString());
    QCOMPARE(item.get().quantity, 9);
    QCOMPARE(talk.code(R"("do":"set","store":"test/record","key":"colour","value":9)"), QStringLiteral("key"));
    QCOMPARE(talk.code(R"("do":"set","store":"test/record","key":"name","remove":true)"), QStringLiteral("key"));
}

void tst_InspectorEdits::set_asksTheHooks()
{
    const auto volume = atom(50).named("test/volume");
    const auto limit = onSet(volume, [](SetEvent<Atom<int>> &event) {
        if (event.newValue() < 0) {
            event.abort();
        } else if (event.newValue() > 100) {
            event.replace(100);
        }
    });
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.code(R"("do":"set","store":"test/volume","value":-1)"), QStringLiteral("refused"));
    QCOMPARE(talk.reply(R"("do":"set","store":"test/volume","value":900)").value(QLatin1String("value")).toString(),
             QStringLiteral("100"));
}

void tst_InspectorEdits::set_aHookThatThrows()
{
    const auto count = atom(1).named("test/count");
    const auto hook = onSet(count, [](SetEvent<Atom<int>> &) { throw std::runtime_error("full"); });
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.error(R"("do":"set","store":"test/count","value":2)"),
             QStringLiteral("the program has thrown: full"));
    QVERIFY(talk.session.isOpen());
}

void tst_InspectorEdits::set_whatGetGives()
{
    const auto big = atom(std::numeric_limits<unsigned long long>::max()).named("test/big");
    const auto ratio = atom(std::numeric_limits<double>::infinity()).named("test/ratio");
    const auto bytes = atom(std::string("\xff\x00z", 3)).named("test/bytes");
    const auto odd = atom(std::map<std::string, int>{{"$a", 1}, {"b", 2}}).named("test/odd");
    const auto maybe = atom(std::optional<int>()).named("test/maybe");
    allowEdits(big, odd, maybe);
    Talk talk(editing(), EditHello);
    for (const char *name : {"test/big", "test/ratio", "test/bytes", "test/odd", "test/maybe"}) {
        const QJsonObject got = talk.reply(QByteArray("\"do\":\"get\",\"store\":\"") + name + '"');
        const QJsonObject request{{QStringLiteral("id"), 5},
                                  {QStringLiteral("do"), QStringLiteral("set")},
                                  {QStringLiteral("store"), QLatin1String(name)},
                                  {QStringLiteral("value"), got.value(QLatin1String("json"))}};
        talk.say(QJsonDocument(request).toJson(QJsonDocument::Compact));
        QCOMPARE(talk.lines().constLast().value(QLatin1String("error")).toString(), QString());
    }
    QCOMPARE(big.get(), std::numeric_limits<unsigned long long>::max());
    QCOMPARE(ratio.get(), std::numeric_limits<double>::infinity());
    QCOMPARE(bytes.get(), std::string("\xff\x00z", 3));
    QCOMPARE(odd.get(), (std::map<std::string, int>{{"$a", 1}, {"b", 2}}));
    QVERIFY(!maybe.get());
}

void tst_InspectorEdits::set_valuesOfQt()
{
    const auto url = atom(QUrl()).named("test/url");
    const auto date = atom(QDate()).named("test/date");
    const auto names = atom(QStringList()).named("test/names");
    const auto variant = atom(QVariant()).named("test/variant");
    allowEdits(url, date, names, variant);
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.error(R"("do":"set","store":"test/url","value":"mailto:ada@example.org")"), QString());
    QCOMPARE(talk.error(R"("do":"set","store":"test/date","value":"2026-02-29")"),
             QStringLiteral("\"2026-02-29\" is no QDate"));
    QCOMPARE(talk.error(R"("do":"set","store":"test/date","value":"2026-02-28")"), QString());
    QCOMPARE(talk.error(R"("do":"set","store":"test/names","value":["a","b"])"), QString());
    QCOMPARE(talk.error(R"("do":"set","store":"test/variant","value":[1])"), QString());
    QCOMPARE(url.get(), QUrl(QStringLiteral("mailto:ada@example.org")));
    QCOMPARE(date.get(), QDate(2026, 2, 28));
    QCOMPARE(names.get(), (QStringList{QStringLiteral("a"), QStringLiteral("b")}));
    QCOMPARE(variant.get().toList().size(), 1);
}

void tst_InspectorEdits::set_aListStore()
{
    const auto todo = list<std::string>({"a"}).named("test/todo");
    allowEdits(todo);
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.error(R"("do":"set","store":"test/todo","value":["b","c"])"), QString());
    QCOMPARE(todo.get(), (std::vector<std::string>{"b", "c"}));
}

void tst_InspectorEdits::set_notifiesAsTheProgramDoes()
{
    const auto count = atom(1).named("test/count");
    int calls = 0;
    const auto end = count.listen([&calls](int) { ++calls; });
    Talk talk(editing(), EditHello);
    talk.reply(R"("do":"set","store":"test/count","value":2)");
    talk.reply(R"("do":"set","store":"test/count","value":2)");
    QCOMPARE(calls, 1);
}

/// A command line does not know of which kind the keys are.
void tst_InspectorEdits::set_aKeyThatIsGivenAsText()
{
    const auto named = map<std::string, int>({{"42", 1}, {"mug", 2}}).named("test/named");
    const auto numbered = map<int, int>({{42, 1}, {7, 2}}).named("test/numbered");
    const auto empty = map<int, int>().named("test/empty");
    const auto alsoEmpty = map<int, int>().named("test/alsoEmpty");
    allowEdits(named, numbered);
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.error(R"("do":"set","store":"test/named","key":"42","value":5)"), QString());
    QCOMPARE(*named.getKey("42"), 5);
    QCOMPARE(talk.error(R"("do":"set","store":"test/numbered","key":"42","value":5)"), QString());
    QCOMPARE(talk.error(R"("do":"set","store":"test/numbered","key":"7","remove":true)"), QString());
    QCOMPARE(numbered.get().size(), decltype(numbered.get().size())(1));
    QCOMPARE(*numbered.getKey(42), 5);
    QCOMPARE(talk.error(R"("do":"set","store":"test/empty","key":"42","value":5)"), QString());
    QCOMPARE(*empty.getKey(42), 5);
    QCOMPARE(talk.error(R"("do":"set","store":"test/alsoEmpty","key":42,"value":5)"), QString());
    QCOMPARE(*alsoEmpty.getKey(42), 5);
}

/// Stars are not set in its place.
void tst_InspectorEdits::set_keepsWhatIsRedacted()
{
    const auto item = atom(Item{QStringLiteral("mug"), 1}).named("test/item");
    allowEdits(item);
    InspectorOptions options = editing();
    options.redact = {"name"};
    Talk talk(options, EditHello);
    QCOMPARE(talk.code(R"("do":"set","store":"test/item","value":{"name":"***","quantity":2})"),
             QStringLiteral("hidden"));
    QCOMPARE(item.get().name, QStringLiteral("mug"));
}

void tst_InspectorEdits::set_whetherThePastIsShown()
{
    Talk talk(editing(), EditHello);
    static_cast<void>(nanostores::inspecting());
    QVERIFY(!talk.row("nanostores/inspecting").contains(QLatin1String("editable")));
    QCOMPARE(talk.code(R"("do":"set","store":"nanostores/inspecting","value":true)"), QStringLiteral("type"));
    QVERIFY(!nanostores::inspecting().get());
}

/// As a switch in the program's settings does.
void tst_InspectorEdits::set_mayEndTheInspector()
{
    const inspecting::OwnRuntimeFolder folder;
    const auto isOn = atom(true).named("test/isOn");
    InspectorOptions options = editing();
    options.name = QStringLiteral("shop");
    options.capabilities |= InspectorCapability::Travel;
    auto inspector = std::make_unique<Inspector>(options);
    const auto end = isOn.listen([&](bool is) { inspector = is ? std::make_unique<Inspector>(options) : nullptr; });
    for (int i = 0; i < 2; ++i) {
        InspectorClient client({.edits = true, .follows = false});
        QString reason;
        const auto endpoint = findInspectorEndpoint(QString(), &reason);
        QVERIFY2(endpoint, qPrintable(reason));
        client.connectTo(*endpoint);
        QTRY_COMPARE_WITH_TIMEOUT(client.state().get(), InspectorState::Connected, 60'000);
        client.ask(QStringLiteral("set"),
                   {{QStringLiteral("store"), QStringLiteral("test/isOn")}, {QStringLiteral("value"), false}}, {});
        QTRY_COMPARE_WITH_TIMEOUT(client.state().get(), InspectorState::Ended, 60'000);
        QVERIFY(!inspector);
        QVERIFY(!QFile::exists(endpoint->socket));
        isOn.set(true);
    }
}

QTEST_GUILESS_MAIN(tst_InspectorEdits)
#include "tst_inspectoredits.moc"

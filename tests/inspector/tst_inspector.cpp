// SPDX-License-Identifier: MIT

// What an inspector answers about the stores of its thread.

#include "talk.h"

#include <nanostores/core.h>

#include <QTest>

#include <map>
#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using inspecting::Talk;

namespace {

constexpr auto EditHello = R"({"nanostores":1,"capabilities":["read","edit"]})";

QString text(const QJsonObject &object, const char *name)
{
    return object.value(QLatin1String(name)).toString();
}

qint64 number(const QJsonObject &object, const char *name)
{
    return object.value(QLatin1String(name)).toInteger();
}

} // namespace

class tst_Inspector : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hello_saysWhatTheProgramIs();
    void list_aStore();
    void list_aComputedStoreAndAnEffect();
    void list_sinceHasWhatChanged();
    void list_sinceHasWhatIsGone();
    void list_inParts();
    void list_observersAndMounts();
    void list_runsThatGaveTheSame();
    void get_theWholeValue();
    void get_byNumber();
    void get_ofSeveralOfOneName();
    void get_aLongValueIsCut();
    void get_aStoreThatIsNone();
    void why_givesTheChain();
    void graph_twoStepsEachWay();
    void graph_asDot();
    void redacted_isNotShownAnywhere();
    void redacted_byTheEnvironment();
    void watch_givesEventsAsTheyAreAskedFor();
    void watch_onlyTheNamed();
    void watch_exceptThoseOfTheProgram();
    void watch_countsWhatFindsNoRoom();
    void watch_endsWithTheLastClient();
    void request_unknownNamesTheKnown();
    void request_thatIsNone();
};

void tst_Inspector::hello_saysWhatTheProgramIs()
{
    detail::InspectorDesk desk({.name = QStringLiteral("shop")});
    detail::WireSession session(desk, InspectorCapability::Read, {});
    session.receive("{\"nanostores\":1,\"capabilities\":[\"read\",\"edit\"]}\n", 0);
    const QJsonObject greeting = inspecting::object(session.takeOutput());
    QCOMPARE(text(greeting, "app"), QStringLiteral("shop"));
    QCOMPARE(number(greeting, "pid"), QCoreApplication::applicationPid());
    QCOMPARE(number(greeting, "nanostores"), qint64(1));
    QCOMPARE(greeting.value(QLatin1String("capabilities")).toArray(), QJsonArray{QStringLiteral("read")});
    QVERIFY(session.isOpen());
}

void tst_Inspector::list_aStore()
{
    const auto count = atom(3).named("test/count");
    Talk talk;
    count.set(4);
    const QJsonObject row = talk.row("test/count");
    QCOMPARE(text(row, "kind"), QStringLiteral("store"));
    QCOMPARE(text(row, "type"), QStringLiteral("int"));
    QCOMPARE(text(row, "value"), QStringLiteral("4"));
    QCOMPARE(number(row, "writes"), qint64(1));
    QCOMPARE(number(row, "observers"), qint64(0));
    QVERIFY(row.value(QLatin1String("named")).toBool());
    QVERIFY(row.value(QLatin1String("editable")).toBool());
    QVERIFY(!row.contains(QLatin1String("mounted")));
}

void tst_Inspector::list_aComputedStoreAndAnEffect()
{
    const auto count = atom(1).named("test/count");
    const auto twice = computed(count, [](int value) { return 2 * value; }).named("test/twice");
    Talk talk;
    int ran = 0;
    const auto end = effect(twice, [&ran](int) { ++ran; });
    count.set(2);
    const QJsonObject row = talk.row("test/twice");
    QCOMPARE(text(row, "kind"), QStringLiteral("computed"));
    QCOMPARE(text(row, "value"), QStringLiteral("4"));
    QCOMPARE(number(row, "runs"), qint64(2));
    QVERIFY(!row.contains(QLatin1String("editable")));
    const QJsonArray all = talk.reply(R"("do":"list")").value(QLatin1String("stores")).toArray();
    const bool hasEffect = std::any_of(all.begin(), all.end(), [](const QJsonValue &other) {
        const QJsonObject its = other.toObject();
        return text(its, "kind") == QLatin1String("effect") && number(its, "runs") == 2;
    });
    QVERIFY(hasEffect);
    QCOMPARE(ran, 2);
}

void tst_Inspector::list_sinceHasWhatChanged()
{
    const auto a = atom(1).named("test/a");
    const auto b = atom(2).named("test/b");
    Talk talk;
    const qint64 serial = number(talk.reply(R"("do":"list")"), "serial");
    QVERIFY(talk.reply("\"do\":\"list\",\"since\":" + QByteArray::number(serial))
                .value(QLatin1String("stores"))
                .toArray()
                .isEmpty());
    b.set(3);
    const QJsonObject reply = talk.reply("\"do\":\"list\",\"since\":" + QByteArray::number(serial));
    const QJsonArray rows = reply.value(QLatin1String("stores")).toArray();
    QCOMPARE(rows.size(), 1);
    QCOMPARE(text(rows.at(0).toObject(), "name"), QStringLiteral("test/b"));
    QVERIFY(!reply.contains(QLatin1String("whole")));
}

void tst_Inspector::list_sinceHasWhatIsGone()
{
    Talk talk;
    auto store = std::optional(atom(1).named("test/short"));
    const qint64 id = number(talk.row("test/short"), "s");
    const qint64 serial = number(talk.reply(R"("do":"list")"), "serial");
    store.reset();
    const QJsonObject reply = talk.reply("\"do\":\"list\",\"since\":" + QByteArray::number(serial));
    QCOMPARE(reply.value(QLatin1String("gone")).toArray(), QJsonArray{id});
    QCOMPARE(talk.code(QByteArray("\"do\":\"get\",\"store\":") + QByteArray::number(id)), QStringLiteral("store"));
}

void tst_Inspector::list_inParts()
{
    std::vector<Atom<int>> many;
    for (int i = 0; i < 1200; ++i) {
        many.push_back(atom(i).named("test/many" + std::to_string(i)));
    }
    Talk talk;
    qsizetype count = 0;
    qint64 since = 0;
    int parts = 0;
    for (bool isMore = true; isMore; ++parts) {
        const QJsonObject reply = talk.reply("\"do\":\"list\",\"since\":" + QByteArray::number(since));
        const QJsonArray rows = reply.value(QLatin1String("stores")).toArray();
        QVERIFY(rows.size() <= 500);
        count += std::count_if(rows.begin(), rows.end(), [](const QJsonValue &row) {
            return text(row.toObject(), "name").startsWith(QLatin1String("test/many"));
        });
        since = number(reply, "serial");
        isMore = reply.value(QLatin1String("more")).toBool();
    }
    QCOMPARE(count, 1200);
    QVERIFY(parts >= 3);
}

void tst_Inspector::list_observersAndMounts()
{
    const auto count = atom(1).named("test/count");
    Talk talk;
    const auto one = count.listen([](int) {});
    QCOMPARE(number(talk.row("test/count"), "observers"), qint64(1));
    const qint64 serial = number(talk.reply(R"("do":"list")"), "serial");
    const auto two = count.listen([](int) {});
    const QJsonObject reply = talk.reply("\"do\":\"list\",\"since\":" + QByteArray::number(serial));
    const QJsonObject row = reply.value(QLatin1String("stores")).toArray().at(0).toObject();
    QCOMPARE(number(row, "observers"), qint64(2));
    QVERIFY(row.value(QLatin1String("mounted")).toBool());
}

void tst_Inspector::list_runsThatGaveTheSame()
{
    const auto count = atom(1).named("test/count");
    const auto isOdd = computed(count, [](int value) { return value % 2 == 1; }).named("test/isOdd");
    Talk talk;
    const auto end = isOdd.listen([](bool) {});
    count.set(3);
    count.set(5);
    count.set(6);
    const QJsonObject row = talk.row("test/isOdd");
    QCOMPARE(number(row, "runs"), qint64(4));
    QCOMPARE(number(row, "wasted"), qint64(2));
}

void tst_Inspector::get_theWholeValue()
{
    const auto stock = map<std::string, std::vector<int>>({{"mug", {1, 2}}}).named("test/stock");
    Talk talk;
    const QJsonObject reply = talk.reply(R"("do":"get","store":"test/stock")");
    QCOMPARE(reply.value(QLatin1String("json")).toObject(), inspecting::object(R"({"mug":[1,2]})"));
    QVERIFY(!reply.contains(QLatin1String("cut")));
}

void tst_Inspector::get_byNumber()
{
    const auto count = atom(7).named("test/count");
    Talk talk;
    const qint64 id = number(talk.row("test/count"), "s");
    const QJsonObject reply = talk.reply("\"do\":\"get\",\"store\":" + QByteArray::number(id));
    QCOMPARE(reply.value(QLatin1String("json")).toInt(), 7);
}

void tst_Inspector::get_ofSeveralOfOneName()
{
    const auto one = atom(1).named("test/twin");
    const auto two = atom(2).named("test/twin");
    Talk talk;
    const QJsonObject answer = talk.ask(R"("do":"get","store":"test/twin")");
    QCOMPARE(text(answer, "code"), QStringLiteral("several"));
    QVERIFY2(text(answer, "error").contains(QLatin1String("by its number")), qPrintable(text(answer, "error")));
}

void tst_Inspector::get_aLongValueIsCut()
{
    const auto longOne = atom(std::vector<std::string>(60'000, std::string(100, 'x'))).named("test/long");
    Talk talk;
    talk.say(R"({"id":1,"do":"get","store":"test/long"})");
    const QByteArray line = talk.session.takeOutput();
    QVERIFY2(line.size() < (1 << 20), qPrintable(QString::number(line.size())));
    QVERIFY(inspecting::object(line).value(QLatin1String("reply")).toObject().value(QLatin1String("cut")).toBool());
}

void tst_Inspector::get_aStoreThatIsNone()
{
    Talk talk;
    QCOMPARE(talk.error(R"("do":"get","store":"test/none")"), QStringLiteral("there is no store \"test/none\""));
    QCOMPARE(talk.code(R"("do":"get","store":-1)"), QStringLiteral("store"));
    QCOMPARE(talk.code(R"("do":"get","store":1e300)"), QStringLiteral("store"));
    QCOMPARE(talk.code(R"("do":"get","store":[])"), QStringLiteral("syntax"));
    QCOMPARE(talk.code(R"("do":"get")"), QStringLiteral("syntax"));
}

void tst_Inspector::why_givesTheChain()
{
    const auto count = atom(1).named("test/count");
    const auto twice = computed(count, [](int value) { return 2 * value; }).named("test/twice");
    const auto end = twice.listen([](int) {});
    Talk talk({.trace = {.origins = false}});
    count.set(2);
    QCOMPARE(text(talk.reply(R"("do":"why","store":"test/twice")"), "text").trimmed(),
             QStringLiteral("test/twice: 2 -> 4\n  because test/count: 1 -> 2"));
}

void tst_Inspector::graph_twoStepsEachWay()
{
    const auto a = atom(1).named("test/a");
    const auto b = computed(a, [](int v) { return v; }).named("test/b");
    const auto c = computed(b, [](int v) { return v; }).named("test/c");
    const auto d = computed(c, [](int v) { return v; }).named("test/d");
    const auto e = computed(d, [](int v) { return v; }).named("test/e");
    const auto end = e.listen([](int) {});
    Talk talk;
    const auto names = [&talk](const char *request) {
        QStringList found;
        const QJsonArray nodes = talk.reply(request).value(QLatin1String("nodes")).toArray();
        for (const QJsonValue &node : nodes) {
            found.append(text(node.toObject(), "name"));
        }
        return found.join(QLatin1Char(' '));
    };
    QCOMPARE(names(R"("do":"graph","store":"test/b")"), QStringLiteral("test/a test/b test/c test/d"));
    QCOMPARE(names(R"("do":"graph","store":"test/c","steps":1)"), QStringLiteral("test/b test/c test/d"));
    QCOMPARE(names(R"("do":"graph","store":"test/a","steps":-1)").count(QLatin1String("test/")), 5);
    const QJsonObject reply = talk.reply(R"("do":"graph","store":"test/e","steps":1)");
    QCOMPARE(reply.value(QLatin1String("arrows")).toArray(), (QJsonArray{QJsonArray{0, 1, true}}));
    QCOMPARE(reply.value(QLatin1String("listeners")).toArray().at(0).toArray().at(0).toInt(), 1);
}

void tst_Inspector::graph_asDot()
{
    const auto a = atom(1).named("test/a");
    const auto b = computed(a, [](int v) { return v; }).named("test/b");
    const auto end = b.listen([](int) {});
    Talk talk;
    QCOMPARE(text(talk.reply(R"("do":"graph","store":"test/b","dot":true)"), "dot"),
             QString::fromStdString(graphDot(b)));
}

void tst_Inspector::redacted_isNotShownAnywhere()
{
    const auto token = atom(std::string("hunter2")).named("auth/token");
    const auto user = map<std::string, std::string>({{"name", "Ada"}, {"password", "sesame1"}}).named("test/user");
    Talk talk({.capabilities = InspectorCapability::Read | InspectorCapability::Edit, .redact = {"auth/*", "password"}},
              EditHello);
    talk.say(R"({"id":2,"do":"watch","stores":["*"]})");
    talk.say(R"({"id":3,"do":"more","n":100})");
    token.set("swordfish");
    user.setKey("password", "sesame2");
    talk.say(R"({"id":4,"do":"list"})");
    talk.say(R"({"id":5,"do":"get","store":"auth/token"})");
    talk.say(R"({"id":6,"do":"get","store":"test/user"})");
    talk.say(R"({"id":7,"do":"why","store":"auth/token"})");
    talk.say(R"({"id":8,"do":"why","store":"test/user"})");
    talk.say(R"({"id":9,"do":"graph"})");
    talk.say(R"({"id":10,"do":"graph","dot":true})");
    talk.say(R"({"id":11,"do":"set","store":"test/user","key":"name","value":"Bob"})");
    talk.session.goOn(0);
    const QByteArray all = talk.session.takeOutput();
    QVERIFY(all.contains("Ada"));
    QVERIFY(all.contains("\"event\""));
    for (const char *secret : {"hunter2", "swordfish", "sesame1", "sesame2"}) {
        QVERIFY2(!all.contains(secret), secret);
    }
    QCOMPARE(talk.code(R"("do":"set","store":"auth/token","value":"x")"), QStringLiteral("hidden"));
    QCOMPARE(token.get(), std::string("swordfish"));
}

void tst_Inspector::redacted_byTheEnvironment()
{
    qputenv("NANOSTORES_INSPECT_REDACT", "test/secret, other");
    const auto secret = atom(std::string("hunter2")).named("test/secret");
    Talk talk;
    qunsetenv("NANOSTORES_INSPECT_REDACT");
    const QJsonObject row = talk.row("test/secret");
    QCOMPARE(text(row, "value"), QStringLiteral("***"));
    QVERIFY(row.value(QLatin1String("hidden")).toBool());
}

void tst_Inspector::watch_givesEventsAsTheyAreAskedFor()
{
    const auto count = atom(0).named("test/count");
    const auto twice = computed(count, [](int value) { return 2 * value; }).named("test/twice");
    const auto end = twice.listen([](int) {});
    Talk talk;
    QVERIFY(talk.ask(R"("do":"watch","stores":["*"])").contains(QLatin1String("reply")));
    count.set(1);
    QVERIFY(talk.events().isEmpty());
    talk.ask(R"("do":"more","n":1)");
    count.set(2);
    talk.ask(R"("do":"more","n":2)");
    count.set(3);
    const QList<QJsonObject> none = talk.events();
    QVERIFY(none.isEmpty()); // they came with the answers
    talk.say(R"({"id":9,"do":"more","n":100})");
    const QList<QJsonObject> rest = talk.events();
    QCOMPARE(rest.size(), 3); // of six
    QCOMPARE(text(rest.at(0), "store"), QStringLiteral("test/twice"));
    QCOMPARE(number(rest.at(0), "new"), qint64(4));
    QCOMPARE(text(rest.at(1), "kind"), QStringLiteral("change"));
    QCOMPARE(number(rest.at(2), "in"), number(rest.at(1), "e"));
    QCOMPARE(number(rest.at(2), "s"), number(talk.row("test/twice"), "s"));
}

void tst_Inspector::watch_onlyTheNamed()
{
    const auto cart = atom(0).named("cart/count");
    const auto other = atom(0).named("other");
    Talk talk;
    talk.ask(R"("do":"watch","stores":["cart/*"])");
    talk.ask(R"("do":"more","n":100)");
    other.set(1);
    cart.set(1);
    const QList<QJsonObject> events = talk.events();
    QCOMPARE(events.size(), 1);
    QCOMPARE(text(events.at(0), "store"), QStringLiteral("cart/count"));
    talk.ask(R"("do":"unwatch")");
    cart.set(2);
    QVERIFY(talk.events().isEmpty());
}

void tst_Inspector::watch_exceptThoseOfTheProgram()
{
    const auto noise = atom(0).named("noise/a");
    Talk talk({.except = {"noise/*"}});
    talk.ask(R"("do":"watch","stores":["*"])");
    talk.ask(R"("do":"more","n":100)");
    noise.set(1);
    QVERIFY(talk.events().isEmpty());
}

void tst_Inspector::watch_countsWhatFindsNoRoom()
{
    const auto text_ = atom(std::string()).named("test/text");
    detail::WireLimits limits;
    limits.queuedBytes = 10'000;
    Talk talk({.trace = {.origins = false}}, R"({"nanostores":1})", limits);
    talk.ask(R"("do":"watch","stores":["test/*"])");
    for (int i = 0; i < 1000; ++i) {
        text_.set(std::string(100, 'x') + std::to_string(i));
    }
    QVERIFY2(talk.session.bytes() < 20'000, qPrintable(QString::number(talk.session.bytes())));
    talk.say(R"({"id":2,"do":"more","n":100000})");
    QList<QJsonObject> events = talk.events();
    QVERIFY(!events.isEmpty());
    QCOMPARE(text(events.constLast(), "kind"), QStringLiteral("leftOut"));
    QCOMPARE(number(events.constLast(), "events") + events.size() - 1, qint64(1000));
    text_.set("again");
    events = talk.events();
    QCOMPARE(events.size(), 1);
    QCOMPARE(text(events.constLast(), "kind"), QStringLiteral("change"));
}

void tst_Inspector::watch_endsWithTheLastClient()
{
    const auto count = atom(0).named("test/count");
    detail::InspectorDesk desk({});
    int wakes = 0;
    desk.setWake([&wakes] { ++wakes; });
    {
        detail::WireSession session(desk, InspectorCapability::Read, {});
        desk.add(session);
        session.receive("{\"nanostores\":1}\n{\"id\":1,\"do\":\"watch\",\"stores\":[\"*\"]}\n", 0);
        count.set(1);
        QCOMPARE(wakes, 1);
        desk.remove(session);
    }
    count.set(2);
    QCOMPARE(wakes, 1);
}

void tst_Inspector::request_unknownNamesTheKnown()
{
    Talk talk;
    QVERIFY(talk.error(R"("do":"eval","text":"1+1")").startsWith(QLatin1String("\"do\" is one of list, get")));
    QCOMPARE(talk.code(R"("do":"watch","stores":[])"), QStringLiteral("syntax"));
    QCOMPARE(talk.code(R"("do":"watch","stores":[1])"), QStringLiteral("syntax"));
    QCOMPARE(talk.code(R"("do":"more","n":0)"), QStringLiteral("syntax"));
    QCOMPARE(talk.code(R"("do":"more","n":1.5)"), QStringLiteral("syntax"));
    QCOMPARE(talk.code(R"("do":"more","n":1e18)"), QStringLiteral("syntax"));
}

void tst_Inspector::request_thatIsNone()
{
    Talk talk;
    for (const char *line : {"[]", "nonsense", "{\"do\":\"list\"}", "{\"id\":{},\"do\":\"list\"}", "{\"id\":1"}) {
        talk.say(line);
        const QList<QJsonObject> answers = talk.lines();
        QCOMPARE(answers.size(), 1);
        QCOMPARE(text(answers.at(0), "code"), QStringLiteral("syntax"));
        QVERIFY(talk.session.isOpen());
    }
    talk.say("");
    QVERIFY(talk.lines().isEmpty());
}

QTEST_GUILESS_MAIN(tst_Inspector)
#include "tst_inspector.moc"

// SPDX-License-Identifier: MIT

// What a client's stores hold of a program.

#include "talk.h"

#include <nanostores/core.h>

#include <QTest>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

const inspecting::OwnRuntimeFolder runtimeFolder;

InspectorEndpoint here()
{
    QString reason;
    return findInspectorEndpoint({}, &reason).value_or(InspectorEndpoint());
}

/// Of the client's own stores nothing is said, or there would be no end of it.
InspectorOptions quiet(InspectorOptions options = {})
{
    options.except = {"inspector/*"};
    options.trace.origins = false;
    return options;
}

std::optional<InspectedStore> storeNamed(const InspectorClient &client, const char *name)
{
    for (const InspectedStore &store : client.stores().get()) {
        if (store.name == QLatin1String(name)) {
            return store;
        }
    }
    return std::nullopt;
}

} // namespace

class tst_InspectorClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connects_andKnowsTheProgram();
    void connects_byTcp();
    void stores_followTheProgram();
    void events_come();
    void events_moreThanACredit();
    void set_andItsAnswers();
    void ask_withoutAConnection();
    void end_ofTheProgram();
    void refused_whereThereIsNoProgram();
    void refused_saysWhy();
    void connectsAgain_toAnotherProgram();
    void text_ofValues_data();
    void text_ofValues();
    void text_ofChanges();
};

void tst_InspectorClient::connects_andKnowsTheProgram()
{
    const Inspector inspector(quiet({.name = QStringLiteral("shop")}));
    InspectorClient client;
    QCOMPARE(client.state().get(), InspectorState::Idle);
    client.connectTo(here());
    QCOMPARE(client.state().get(), InspectorState::Connecting);
    QTRY_COMPARE(client.state().get(), InspectorState::Connected);
    QCOMPARE(client.program().get().app, QStringLiteral("shop"));
    QCOMPARE(client.program().get().pid, QCoreApplication::applicationPid());
    QCOMPARE(client.program().get().qt, QLatin1String(qVersion()));
    QVERIFY(!client.program().get().canEdit);
    client.disconnect();
    QCOMPARE(client.state().get(), InspectorState::Idle);
    QTRY_COMPARE(inspector.clients(), 0);
}

void tst_InspectorClient::connects_byTcp()
{
    const Inspector inspector(quiet({.tcp = true}));
    InspectorClient client;
    QString reason;
    client.connectTo(*findInspectorEndpoint(inspector.tokenFile(), &reason));
    QTRY_COMPARE(client.state().get(), InspectorState::Connected);
}

void tst_InspectorClient::stores_followTheProgram()
{
    const auto count = atom(1).named("test/count");
    const Inspector inspector(quiet());
    InspectorClient client({.interval = std::chrono::milliseconds(1)});
    client.connectTo(here());
    QTRY_VERIFY(storeNamed(client, "test/count"));
    QCOMPARE(storeNamed(client, "test/count")->value, QStringLiteral("1"));
    count.set(2);
    QTRY_COMPARE(storeNamed(client, "test/count")->value, QStringLiteral("2"));
    {
        std::vector<Atom<int>> many;
        for (int i = 0; i < 700; ++i) {
            many.push_back(atom(i).named("test/many" + std::to_string(i)));
        }
        QTRY_VERIFY(storeNamed(client, "test/many699"));
        QCOMPARE(storeNamed(client, "test/many350")->value, QStringLiteral("350"));
        many.erase(many.begin());
        QTRY_VERIFY(!storeNamed(client, "test/many0"));
        QVERIFY(storeNamed(client, "test/many1"));
    }
    QTRY_VERIFY(!storeNamed(client, "test/many1"));
    count.set(3);
    QTRY_COMPARE(storeNamed(client, "test/count")->value, QStringLiteral("3"));
}

void tst_InspectorClient::events_come()
{
    const auto count = atom(1).named("test/count");
    const auto twice = computed(count, [](int value) { return 2 * value; }).named("test/twice");
    const auto end = twice.listen([](int) {});
    const Inspector inspector(quiet());
    InspectorClient client({.follows = false});
    QList<InspectedEvent> got;
    client.watch({QStringLiteral("test/*")}, [&got](const QList<InspectedEvent> &events) { got += events; });
    client.connectTo(here());
    QTRY_COMPARE(client.state().get(), InspectorState::Connected);
    bool isAnswered = false;
    client.ask(QStringLiteral("list"), {}, [&isAnswered](const InspectorClient::Answer &) { isAnswered = true; });
    QTRY_VERIFY(isAnswered);
    count.set(2);
    QTRY_COMPARE(got.size(), 2);
    QCOMPARE(got.at(0).name, QStringLiteral("test/count"));
    QCOMPARE(got.at(0).kind, QStringLiteral("change"));
    QCOMPARE(got.at(0).changeText(), QStringLiteral("1 \u2192 2"));
    QCOMPARE(got.at(1).parent, got.at(0).id);
    QCOMPARE(got.at(1).newValue.toInt(), 4);
    InspectedEvent again;
    QVERIFY(InspectedEvent::parse(got.at(1).line, again));
    QCOMPARE(again.newValue.toInt(), 4);
    client.unwatch();
    isAnswered = false;
    client.ask(QStringLiteral("list"), {}, [&isAnswered](const InspectorClient::Answer &) { isAnswered = true; });
    QTRY_VERIFY(isAnswered);
    count.set(3);
    isAnswered = false;
    client.ask(QStringLiteral("list"), {}, [&isAnswered](const InspectorClient::Answer &) { isAnswered = true; });
    QTRY_VERIFY(isAnswered);
    QCOMPARE(got.size(), 2);
}

void tst_InspectorClient::events_moreThanACredit()
{
    const auto count = atom(0).named("test/count");
    const Inspector inspector(quiet());
    InspectorClient client({.follows = false});
    int got = 0;
    int lost = 0;
    qsizetype most = 0;
    client.watch({QStringLiteral("test/*")}, [&](const QList<InspectedEvent> &events) {
        most = std::max(most, events.size());
        for (const InspectedEvent &event : events) {
            got += event.lost > 0 ? 0 : 1;
            lost += event.lost;
        }
    });
    client.connectTo(here());
    bool isAnswered = false;
    QTRY_COMPARE(client.state().get(), InspectorState::Connected);
    client.ask(QStringLiteral("list"), {}, [&isAnswered](const InspectorClient::Answer &) { isAnswered = true; });
    QTRY_VERIFY(isAnswered);
    for (int i = 1; i <= 5000; ++i) {
        count.set(i);
        if (i % 500 == 0) {
            QCoreApplication::processEvents();
        }
    }
    QTRY_COMPARE_WITH_TIMEOUT(got + lost, 5000, 30'000);
    QVERIFY2(most <= 100, qPrintable(QString::number(most))); // so that a window goes on meanwhile
}

void tst_InspectorClient::set_andItsAnswers()
{
    const auto count = atom(1).named("test/count");
    const Inspector inspector(quiet({.capabilities = InspectorCapability::Read | InspectorCapability::Edit}));
    InspectorClient client({.edits = true, .interval = std::chrono::milliseconds(1)});
    client.connectTo(here());
    QTRY_VERIFY(storeNamed(client, "test/count"));
    QVERIFY(client.program().get().canEdit);
    const qint64 id = storeNamed(client, "test/count")->number;
    QStringList answers;
    const auto take = [&answers](const InspectorClient::Answer &answer) {
        answers.append(answer ? answer.reply.value(QLatin1String("value")).toString() : answer.error);
    };
    client.set(id, 5, take);
    client.set(id, QStringLiteral("five"), take);
    QTRY_COMPARE(answers.size(), 2);
    QCOMPARE(answers, (QStringList{QStringLiteral("5"), QStringLiteral("\"five\" is no int")}));
    QCOMPARE(count.get(), 5);
}

void tst_InspectorClient::ask_withoutAConnection()
{
    InspectorClient client;
    QString error;
    client.ask(QStringLiteral("list"), {}, [&error](const InspectorClient::Answer &answer) { error = answer.error; });
    QCOMPARE(error, QStringLiteral("there is no connection to a program"));
}

void tst_InspectorClient::end_ofTheProgram()
{
    auto inspector = std::make_unique<Inspector>(quiet());
    InspectorClient client;
    client.connectTo(here());
    QTRY_COMPARE(client.state().get(), InspectorState::Connected);
    QString error;
    client.ask(QStringLiteral("list"), {}, [&error](const InspectorClient::Answer &answer) { error = answer.error; });
    inspector.reset();
    QTRY_COMPARE(client.state().get(), InspectorState::Ended);
    QCOMPARE(client.problem().get(), QStringLiteral("the program has ended"));
    QVERIFY(!error.isEmpty());
}

void tst_InspectorClient::refused_whereThereIsNoProgram()
{
    InspectorClient client;
    InspectorEndpoint none;
    none.socket = runtimeFolder.path() + QStringLiteral("/none");
    client.connectTo(none);
    QTRY_COMPARE(client.state().get(), InspectorState::Refused);
    QVERIFY(!client.problem().get().isEmpty());
}

void tst_InspectorClient::refused_saysWhy()
{
    const Inspector inspector(quiet({.tcp = true}));
    InspectorClient client;
    InspectorEndpoint wrong;
    wrong.port = inspector.port();
    wrong.token = "00000000000000000000000000000000";
    client.connectTo(wrong);
    QTRY_COMPARE(client.state().get(), InspectorState::Refused);
    QVERIFY2(client.problem().get().contains(QLatin1String("token is wrong")), qPrintable(client.problem().get()));
}

void tst_InspectorClient::connectsAgain_toAnotherProgram()
{
    const Inspector one(quiet({.name = QStringLiteral("one")}));
    const Inspector two(quiet({.name = QStringLiteral("two")}));
    InspectorClient client;
    InspectorEndpoint endpoint;
    endpoint.socket = one.socket();
    client.connectTo(endpoint);
    QTRY_COMPARE(client.program().get().app, QStringLiteral("one"));
    QTRY_VERIFY(client.stores().get().size() > 0);
    endpoint.socket = two.socket();
    client.connectTo(endpoint);
    QCOMPARE(client.stores().get().size(), 0);
    QTRY_COMPARE(client.program().get().app, QStringLiteral("two"));
    QTRY_COMPARE(one.clients(), 0);
}

void tst_InspectorClient::text_ofValues_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("text");
    QTest::newRow("a number") << QByteArray("12") << QStringLiteral("12");
    QTest::newRow("a fraction") << QByteArray("0.25") << QStringLiteral("0.25");
    QTest::newRow("a large number") << QByteArray("{\"$int\":\"18446744073709551615\"}")
                                    << QStringLiteral("18446744073709551615");
    QTest::newRow("none") << QByteArray("null") << QStringLiteral("none");
    QTest::newRow("text") << QByteArray("\"a\\n\\u001b[31m\\\"\"") << QStringLiteral("\"a\\n\\x1b[31m\\\"\"");
    QTest::newRow("redacted") << QByteArray("\"***\"") << QStringLiteral("***");
    QTest::newRow("a struct") << QByteArray("{\"name\":\"Ada\",\"odd name\":[1,2]}")
                              << QStringLiteral("{name: \"Ada\", \"odd name\": [1, 2]}");
    QTest::newRow("a map of pairs") << QByteArray("{\"$map\":[[1,\"a\"],[2,\"b\"]]}")
                                    << QStringLiteral("{1: \"a\", 2: \"b\"}");
    QTest::newRow("a type") << QByteArray("{\"$type\":\"Opaque\"}") << QStringLiteral("<Opaque>");
    QTest::newRow("long") << QByteArray("\"" + QByteArray(100, 'x') + "\"")
                          << QLatin1Char('"') + QString(36, QLatin1Char('x')) + QStringLiteral("...");
}

void tst_InspectorClient::text_ofValues()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, text);
    QCOMPARE(inspectedText(QJsonDocument::fromJson('[' + json + ']').array().at(0), 40), text);
}

void tst_InspectorClient::text_ofChanges()
{
    const auto textOf = [](const char *line) {
        InspectedEvent event;
        return InspectedEvent::parse(line, event) ? event.changeText() : QStringLiteral("no event");
    };
    QCOMPARE(textOf(R"({"kind":"change","old":1,"new":2})"), QStringLiteral("1 \u2192 2"));
    QCOMPARE(textOf(R"({"kind":"run","new":2})"), QStringLiteral("\u2192 2"));
    QCOMPARE(textOf(R"({"kind":"change","changes":[{"at":["mug"],"new":2},{"at":["cup"],"old":1}]})"),
             QStringLiteral(".mug: - \u2192 2, 1 more"));
    QCOMPARE(textOf(R"({"kind":"change","changes":[{"at":["a b",0],"old":1,"new":2}]})"),
             QStringLiteral("[\"a b\"][0]: 1 \u2192 2"));
    QCOMPARE(textOf(R"({"kind":"effect"})"), QString());
    QCOMPARE(textOf("{}"), QStringLiteral("no event"));
}

QTEST_GUILESS_MAIN(tst_InspectorClient)
#include "tst_inspectorclient.moc"

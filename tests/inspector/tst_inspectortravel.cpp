// SPDX-License-Identifier: MIT

// A program whose windows show the past, because a client asks for it.

#include "talk.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/recorder.h>

#include <QLocalSocket>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

#include <memory>
#include <string>
#include <vector>

using namespace nanostores;
using inspecting::Talk;

namespace {

const inspecting::OwnRuntimeFolder runtimeFolder;

constexpr auto TravelHello = R"({"nanostores":1,"capabilities":["edit","travel"]})";

InspectorOptions travelling()
{
    return {.capabilities = InspectorCapability::Read | InspectorCapability::Edit | InspectorCapability::Travel};
}

/// A store, what shows it, and what is not to notice that it shows the past.
struct Program
{
    Program()
        : adapter(count)
        , counting(effect([this] {
            count();
            ++effects;
        }))
        , listening(count.listen([this](int) { ++listeners; }))
    {
        QObject::connect(&adapter, &StoreAdapter::valueChanged, &adapter, [] {});
    }

    const Atom<int> count = atom(0).named("test/count");
    int effects = 0;
    int listeners = 0;
    StoreAdapter adapter;
    const decltype(effect([] {})) counting;
    const Subscription listening;
};

qint64 member(const QJsonObject &reply, const char *name)
{
    return reply.value(QLatin1String(name)).toInteger(-1);
}

} // namespace

class tst_InspectorTravel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void travel_isRefusedToAReader();
    void travel_isRefusedWhereTheProgramDoesNotAllowIt();
    void greeting_saysWhatIsGranted();
    void steps_areTheTurnsThatChangedSomething();
    void jump_showsThePastInViewsAlone();
    void by_goesBackAndForth();
    void skip_leavesAStepOut();
    void now_makesWhatWasHeld();
    void now_dropsWhatWasHeld();
    void here_isThePresentThen();
    void set_inThePastIsHeld();
    void events_areNoneOfThePast();
    void events_comeAgainInThePresent_data();
    void events_comeAgainInThePresent();
    void counts_areNoneOfThePast();
    void asked_whatMakesNoSense_data();
    void asked_whatMakesNoSense();
    void asked_inTheMidstOfATurn();
    void asked_whileThePastIsBeingShown();
    void client_thatLeavesEndsIt();
    void client_thatLeavesInTheMidstOfATurn();
    void client_anotherOneLeaves();
    void inspector_thatEndsShowsThePresent();
    void randomRequests_areAnsweredAndEndInThePresent();
    void client_ofTheLibrary();
};

void tst_InspectorTravel::travel_isRefusedToAReader()
{
    const auto count = atom(0).named("test/count");
    Talk talk(travelling(), R"({"nanostores":1,"capabilities":["edit"]})");
    count.set(1);
    QCOMPARE(talk.code(R"("do":"travel","to":0)"), QStringLiteral("denied"));
    QCOMPARE(talk.code(R"("do":"steps")"), QStringLiteral("denied"));
    QCOMPARE(count.get(), 1);
}

void tst_InspectorTravel::travel_isRefusedWhereTheProgramDoesNotAllowIt()
{
    const auto count = atom(0).named("test/count");
    Talk talk({.capabilities = InspectorCapability::Read | InspectorCapability::Edit}, TravelHello);
    count.set(1);
    QCOMPARE(talk.code(R"("do":"travel","to":0)"), QStringLiteral("denied"));
    QVERIFY(talk.error(R"("do":"steps")").contains(QLatin1String("\"travel\"")));
    QCOMPARE(count.get(), 1);
}

void tst_InspectorTravel::greeting_saysWhatIsGranted()
{
    detail::InspectorDesk desk(travelling());
    detail::WireSession session(desk, travelling().capabilities, {});
    session.receive(QByteArray(TravelHello) + '\n', 0);
    QCOMPARE(inspecting::object(session.takeOutput()).value(QLatin1String("capabilities")).toArray(),
             (QJsonArray{QStringLiteral("read"), QStringLiteral("edit"), QStringLiteral("travel")}));
}

void tst_InspectorTravel::steps_areTheTurnsThatChangedSomething()
{
    const auto count = atom(0).named("test/count");
    const auto name = atom(std::string("a")).named("test/name");
    Talk talk(travelling(), TravelHello);
    count.set(1);
    count.set(1); // changes nothing
    batch([&] {
        count.set(2);
        name.set("b");
    });
    const QJsonObject reply = talk.reply(R"("do":"steps")");
    QCOMPARE(member(reply, "count"), 2);
    QCOMPARE(member(reply, "position"), 2);
    QVERIFY(!reply.value(QLatin1String("past")).toBool());
    const QJsonArray steps = reply.value(QLatin1String("steps")).toArray();
    QCOMPARE(steps.size(), 2);
    QCOMPARE(steps.at(1).toObject().value(QLatin1String("stores")).toArray(),
             (QJsonArray{QStringLiteral("test/count"), QStringLiteral("test/name")}));
    QCOMPARE(steps.at(1).toObject().value(QLatin1String("step")).toInt(), 2);
    QCOMPARE(talk.reply(R"("do":"steps","from":1)").value(QLatin1String("steps")).toArray(), (QJsonArray{steps.at(1)}));
    for (int i = 0; i < 600; ++i) {
        count.set(10 + i);
    }
    const QJsonObject most = talk.reply(R"("do":"steps")"); // 200 are kept
    QCOMPARE(member(most, "count"), 200);
    QVERIFY(!most.contains(QLatin1String("more")));
}

void tst_InspectorTravel::jump_showsThePastInViewsAlone()
{
    Program program;
    Talk talk(travelling(), TravelHello);
    program.count.set(1);
    program.count.set(2);
    const int effects = program.effects;
    const int listeners = program.listeners;
    QSignalSpy shown(&program.adapter, &StoreAdapter::valueChanged);
    const QJsonObject reply = talk.reply(R"("do":"travel","to":1)");
    QCOMPARE(member(reply, "position"), 1);
    QVERIFY(reply.value(QLatin1String("past")).toBool());
    QCOMPARE(shown.count(), 1);
    QCOMPARE(program.adapter.value().toInt(), 1);
    QCOMPARE(talk.row("test/count").value(QLatin1String("value")).toString(), QStringLiteral("1"));
    QCOMPARE(member(talk.reply(R"("do":"travel","to":"now")"), "position"), 2);
    QCOMPARE(program.adapter.value().toInt(), 2);
    QCOMPARE(program.effects, effects);
    QCOMPARE(program.listeners, listeners);
}

void tst_InspectorTravel::by_goesBackAndForth()
{
    const auto count = atom(0).named("test/count");
    Talk talk(travelling(), TravelHello);
    for (int i = 1; i <= 5; ++i) {
        count.set(i);
    }
    QCOMPARE(member(talk.reply(R"("do":"travel","by":-1)"), "position"), 4);
    QCOMPARE(member(talk.reply(R"("do":"travel","by":-3)"), "position"), 1);
    QCOMPARE(count.get(), 1);
    QCOMPARE(member(talk.reply(R"("do":"travel","by":2)"), "position"), 3);
    QCOMPARE(talk.code(R"("do":"travel","by":3)"), QStringLiteral("step"));
    QCOMPARE(talk.code(R"("do":"travel","by":-4)"), QStringLiteral("step"));
    QCOMPARE(count.get(), 3);
}

void tst_InspectorTravel::skip_leavesAStepOut()
{
    Program program;
    Talk talk(travelling(), TravelHello);
    for (const int value : {1, 2, 3}) {
        program.count.set(value);
    }
    const int effects = program.effects;
    const auto isSkipped = [&talk](int step) {
        const QJsonArray steps = talk.reply(R"("do":"steps")").value(QLatin1String("steps")).toArray();
        return steps.at(step - 1).toObject().value(QLatin1String("skipped")).toBool();
    };
    QVERIFY(talk.reply(R"("do":"travel","skip":3)").value(QLatin1String("past")).toBool()); // from the present
    QCOMPARE(program.count.get(), 2);
    QVERIFY(isSkipped(3) && !isSkipped(2));
    QCOMPARE(member(talk.reply(R"("do":"travel","skip":2)"), "position"), 3);
    QCOMPARE(program.count.get(), 1);
    talk.reply(R"("do":"travel","skip":3,"skipped":false)");
    QCOMPARE(program.count.get(), 3);
    QCOMPARE(program.effects, effects);
    talk.reply(R"("do":"travel","to":"now")");
    QCOMPARE(program.count.get(), 3);
    QVERIFY(!isSkipped(2));
}

void tst_InspectorTravel::now_makesWhatWasHeld()
{
    Program program;
    Talk talk(travelling(), TravelHello);
    program.count.set(1);
    talk.reply(R"("do":"travel","to":0)");
    program.count.set(7); // a user or the network
    QCOMPARE(program.count.get(), 0);
    QCOMPARE(member(talk.reply(R"("do":"steps")"), "held"), 1);
    const int effects = program.effects;
    QCOMPARE(member(talk.reply(R"("do":"travel","to":"now")"), "held"), 0);
    QCOMPARE(program.count.get(), 7);
    QCOMPARE(program.effects, effects + 1);
}

void tst_InspectorTravel::now_dropsWhatWasHeld()
{
    const auto count = atom(0).named("test/count");
    Talk talk(travelling(), TravelHello);
    count.set(1);
    talk.reply(R"("do":"travel","to":0)");
    count.set(7);
    talk.reply(R"("do":"travel","to":"now","held":"drop")");
    QCOMPARE(count.get(), 1);
}

void tst_InspectorTravel::here_isThePresentThen()
{
    Program program;
    Talk talk(travelling(), TravelHello);
    for (int i = 1; i <= 3; ++i) {
        program.count.set(i);
    }
    talk.reply(R"("do":"travel","to":1)");
    const int effects = program.effects;
    const int listeners = program.listeners;
    const QJsonObject reply = talk.reply(R"("do":"travel","to":"here")");
    QCOMPARE(member(reply, "count"), 1);
    QVERIFY(!reply.value(QLatin1String("past")).toBool());
    QCOMPARE(program.count.get(), 1);
    QCOMPARE(program.effects, effects + 1);
    QCOMPARE(program.listeners, listeners + 1);
}

void tst_InspectorTravel::set_inThePastIsHeld()
{
    const auto count = atom(0).named("test/count");
    Talk talk(travelling(), TravelHello);
    count.set(1);
    talk.reply(R"("do":"travel","to":0)");
    const QJsonObject row = talk.reply(R"("do":"set","store":"test/count","value":5)");
    QVERIFY(row.value(QLatin1String("held")).toBool());
    QCOMPARE(count.get(), 0);
    talk.reply(R"("do":"travel","to":"now")");
    QCOMPARE(count.get(), 5);
    QVERIFY(!talk.reply(R"("do":"set","store":"test/count","value":6)").contains(QLatin1String("held")));
}

void tst_InspectorTravel::events_areNoneOfThePast()
{
    const auto count = atom(0).named("test/count");
    Talk talk(travelling(), TravelHello);
    talk.ask(R"("do":"watch","stores":["test/*"])");
    talk.ask(R"("do":"more","n":100)");
    const auto eventsOf = [&talk](const QByteArray &request) { // with those that come along with the answer
        talk.say("{\"id\":1," + request + '}');
        return talk.events();
    };
    count.set(1);
    QCOMPARE(talk.events().size(), 1);
    QCOMPARE(eventsOf(R"("do":"travel","to":0)").size(), 0);
    count.set(9);
    QCOMPARE(talk.events().size(), 0);
    QCOMPARE(eventsOf(R"("do":"travel","to":1)").size(), 0);
    const QList<QJsonObject> events = eventsOf(R"("do":"travel","to":"now")"); // what was held is made now
    QVERIFY(!events.isEmpty());
    for (const QJsonObject &event : events) {
        QVERIFY(event.value(QLatin1String("new")).toInt(9) == 9);
    }
}

void tst_InspectorTravel::events_comeAgainInThePresent_data()
{
    QTest::addColumn<QList<QByteArray>>("requests");
    const auto row = [](const char *name, const QList<QByteArray> &requests) { QTest::newRow(name) << requests; };
    row("back and now", {R"("to":1)", R"("to":"now")"});
    row("here", {R"("to":1)", R"("to":"here")"});
    row("skipped", {R"("skip":1)", R"("to":"now")"});
    row("the end and now", {R"("to":1)", R"("by":1)", R"("to":"now")"});
    row("dropped", {R"("to":0)", R"("to":"now","held":"drop")"});
    row("skipped, and here", {R"("to":1)", R"("skip":1)", R"("to":"here")"});
}

void tst_InspectorTravel::events_comeAgainInThePresent()
{
    QFETCH(const QList<QByteArray>, requests);
    Program program;
    const auto other = atom(0).named("test/other");
    Talk talk(travelling(), TravelHello);
    program.count.set(1);
    program.count.set(2);
    talk.reply(R"("do":"watch","stores":["*"])");
    talk.reply(R"("do":"more","n":1000)");
    for (const QByteArray &request : requests) {
        talk.say("{\"id\":1,\"do\":\"travel\"," + request + '}');
        other.set(other.get() + 1); // held, if it is the past
        batch([&] { program.count.set(program.count.get() + 10); });
    }
    talk.events();
    program.count.set(5);
    const QList<QJsonObject> events = talk.events();
    QVERIFY(!events.isEmpty());
    QCOMPARE(events.first().value(QLatin1String("store")).toString(), QStringLiteral("test/count"));
}

void tst_InspectorTravel::counts_areNoneOfThePast()
{
    const auto count = atom(0).named("test/count");
    const auto twice = computed(count, [](int value) { return 2 * value; }).named("test/twice");
    const auto end = twice.listen([](int) {});
    Talk talk(travelling(), TravelHello);
    count.set(1);
    const qint64 writes = member(talk.row("test/count"), "writes");
    const qint64 runs = member(talk.row("test/twice"), "runs");
    for (int i = 0; i < 5; ++i) {
        talk.ask(R"("do":"travel","to":0)");
        QCOMPARE(talk.row("test/count").value(QLatin1String("value")).toString(), QStringLiteral("0"));
        talk.ask(R"("do":"travel","to":"now")");
    }
    QCOMPARE(member(talk.row("test/count"), "writes"), writes);
    QCOMPARE(member(talk.row("test/twice"), "runs"), runs);
}

void tst_InspectorTravel::asked_whatMakesNoSense_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *members, const char *code) {
        QTest::newRow(name) << QByteArray(members) << QString::fromLatin1(code);
    };
    row("nothing", "", "syntax");
    row("both", R"(,"to":0,"by":1)", "syntax");
    row("a word", R"(,"to":"then")", "syntax");
    row("a list", R"(,"to":[0])", "syntax");
    row("null", R"(,"to":null)", "syntax");
    row("a bool", R"(,"by":true)", "syntax");
    row("held otherwise", R"(,"to":"now","held":"eval")", "syntax");
    row("below 0", R"(,"to":-1)", "step");
    row("the next one", R"(,"to":2)", "step");
    row("a fraction", R"(,"to":0.5)", "step");
    row("by a fraction", R"(,"by":-0.5)", "step");
    row("far", R"(,"to":9223372036854775807)", "step");
    row("farther", R"(,"to":1e300)", "step");
    row("far back", R"(,"by":-1e300)", "step");
    row("skip none", R"(,"skip":0)", "step");
    row("skip a text", R"(,"skip":"1")", "step");
    row("skip the next one", R"(,"skip":2)", "step");
    row("skip perhaps", R"(,"skip":1,"skipped":1)", "syntax");
}

void tst_InspectorTravel::asked_whatMakesNoSense()
{
    QFETCH(QByteArray, members);
    QFETCH(QString, code);
    const auto count = atom(0).named("test/count");
    Talk talk(travelling(), TravelHello);
    count.set(1);
    QCOMPARE(talk.code("\"do\":\"travel\"" + members), code);
    QCOMPARE(count.get(), 1);
    QVERIFY(!nanostores::inspecting().get());
}

void tst_InspectorTravel::asked_inTheMidstOfATurn()
{
    const auto count = atom(0).named("test/count");
    Talk talk(travelling(), TravelHello);
    count.set(1);
    QString code;
    const auto end = count.listen([&](int value) {
        code = value == 2 ? talk.code(R"("do":"travel","to":0)") : code; // as in a dialog that a listener opens
    });
    count.set(2);
    QCOMPARE(code, QStringLiteral("busy"));
    QCOMPARE(count.get(), 2);
    batch([&] { code = talk.code(R"("do":"travel","to":"here")"); });
    QCOMPARE(code, QStringLiteral("busy"));
}

void tst_InspectorTravel::asked_whileThePastIsBeingShown()
{
    Program program;
    Talk talk(travelling(), TravelHello);
    Talk *const other = &talk;
    program.count.set(1);
    program.count.set(2);
    QString code;
    QObject::connect(&program.adapter, &StoreAdapter::valueChanged, &program.adapter, [&] {
        if (program.adapter.value().toInt() == 0) {
            detail::WireDesk &desk = other->desk;
            code = desk.answer(QStringLiteral("travel"), {{QStringLiteral("to"), 1}}, other->session).code;
        }
    });
    QCOMPARE(member(talk.reply(R"("do":"travel","to":0)"), "position"), 0);
    QCOMPARE(code, QStringLiteral("busy"));
}

void tst_InspectorTravel::client_thatLeavesEndsIt()
{
    Program program;
    const Inspector inspector(travelling());
    program.count.set(1);
    program.count.set(2);
    QLocalSocket socket;
    socket.connectToServer(inspector.socket());
    socket.write(QByteArray(TravelHello) + "\n{\"id\":1,\"do\":\"travel\",\"to\":0}\n");
    QTRY_COMPARE(program.adapter.value().toInt(), 0);
    program.count.set(7);
    QCOMPARE(program.count.get(), 0);
    socket.abort();
    QTRY_COMPARE(program.count.get(), 7); // what was held is made, as nothing of it is to be lost
    QVERIFY(!nanostores::inspecting().get());
}

void tst_InspectorTravel::client_thatLeavesInTheMidstOfATurn()
{
    const auto count = atom(0).named("test/count");
    detail::InspectorDesk desk(travelling());
    auto session = std::make_unique<detail::WireSession>(desk, travelling().capabilities, QByteArray());
    desk.add(*session);
    session->receive(QByteArray(TravelHello) + '\n', 0);
    count.set(1);
    session->receive("{\"id\":1,\"do\":\"travel\",\"to\":0}\n", 0);
    QCOMPARE(count.get(), 0);
    batch([&] {
        desk.remove(*session);
        session.reset();
        QCOMPARE(count.get(), 0); // not now
    });
    QTRY_COMPARE(count.get(), 1);
}

void tst_InspectorTravel::client_anotherOneLeaves()
{
    const auto count = atom(0).named("test/count");
    Talk talk(travelling(), TravelHello);
    count.set(1);
    {
        detail::WireSession other(talk.desk, travelling().capabilities, {});
        talk.desk.add(other);
        talk.reply(R"("do":"travel","to":0)");
        talk.desk.remove(other);
    }
    QCOMPARE(count.get(), 0);
}

void tst_InspectorTravel::inspector_thatEndsShowsThePresent()
{
    const auto count = atom(0).named("test/count");
    {
        Talk talk(travelling(), TravelHello);
        count.set(1);
        talk.reply(R"("do":"travel","to":0)");
        QCOMPARE(count.get(), 0);
    }
    QCOMPARE(count.get(), 1);
    QVERIFY(!nanostores::inspecting().get());
}

/// Writes and requests in any order, against what the program would have without a traveller.
void tst_InspectorTravel::randomRequests_areAnsweredAndEndInThePresent()
{
    for (quint32 seed = 1; seed <= 200; ++seed) {
        QRandomGenerator random(seed);
        const auto count = atom(0).named("test/count");
        std::vector<int> values{0}; ///< After each step.
        int present = 0;
        int held = -1;
        std::size_t position = 0;
        bool isPast = false;
        {
            Talk talk(travelling(), TravelHello);
            for (int i = 0; i < 40; ++i) {
                const auto step = int(random.bounded(-2, 12));
                const quint32 action = random.bounded(6u);
                if (action < 3) {
                    const int value = int(random.bounded(1, 1000)) + 1000 * i;
                    count.set(value);
                    if (isPast) {
                        held = value;
                    } else {
                        present = value;
                        values.push_back(value);
                    }
                } else if (action == 3) {
                    const QJsonObject answer = talk.ask("\"do\":\"travel\",\"to\":" + QByteArray::number(step));
                    const bool isThere = step >= 0 && std::size_t(step) < values.size();
                    QCOMPARE(answer.contains(QLatin1String("reply")), isThere);
                    const bool isLast = isThere && std::size_t(step) + 1 == values.size();
                    isPast = isPast || (isThere && !isLast);
                    position = isThere ? std::size_t(step) : position;
                } else if (action == 4) {
                    const bool drops = random.bounded(2u) == 0;
                    talk.ask(QByteArray(R"("do":"travel","to":"now","held":)") + (drops ? "\"drop\"" : "\"apply\""));
                    if (isPast && held >= 0 && !drops) {
                        present = held;
                        values.push_back(held);
                    }
                    held = -1;
                    isPast = false;
                } else {
                    talk.ask(R"("do":"travel","to":"here")");
                    if (isPast) {
                        values.resize(position + 1);
                        present = values.back();
                    }
                    held = -1;
                    isPast = false;
                }
                QCOMPARE(count.get(), isPast ? values[position] : present);
            }
        }
        QCOMPARE(count.get(), isPast && held >= 0 ? held : present);
    }
}

void tst_InspectorTravel::client_ofTheLibrary()
{
    const auto count = atom(0).named("test/count");
    InspectorOptions options = travelling();
    options.name = QStringLiteral("travel");
    const Inspector inspector(options);
    count.set(1);
    InspectorClient client({.travels = true});
    QString reason;
    client.connectTo(*findInspectorEndpoint(QStringLiteral("travel"), &reason));
    QTRY_COMPARE(client.state().get(), InspectorState::Connected);
    QVERIFY(client.program().get().canTravel);
    QVERIFY(!client.program().get().canEdit);
    qint64 position = -1;
    client.ask(QStringLiteral("travel"), {{QStringLiteral("by"), -1}},
               [&](const InspectorClient::Answer &answer) { position = member(answer.reply, "position"); });
    QTRY_VERIFY(position >= 0);
    QVERIFY(nanostores::inspecting().get());
    client.disconnect();
    QTRY_VERIFY(!nanostores::inspecting().get());
}

QTEST_GUILESS_MAIN(tst_InspectorTravel)
#include "tst_inspectortravel.moc"

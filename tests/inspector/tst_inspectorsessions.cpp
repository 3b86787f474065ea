// SPDX-License-Identifier: MIT

// Sessions that a client has a program record, and replay.

#include "talk.h"

#include <nanostores/core.h>
#include <nanostores/recorder.h>

#include <QRandomGenerator>
#include <QTest>

#include <memory>
#include <string>

using namespace nanostores;
using inspecting::Talk;

namespace {

constexpr auto EditHello = R"({"nanostores":1,"capabilities":["edit"]})";

InspectorOptions editing()
{
    return {.capabilities = InspectorCapability::Read | InspectorCapability::Edit};
}

/// What a shop has, whose logic may be another one.
struct Shop
{
    explicit Shop(int delivery = 5)
        : total(computed(price, [delivery](int value) { return value + delivery; }).named("test/total"))
        , observing(total.listen([](int) {}))
    {
    }

    const Atom<int> price = atom(0).named("test/price");
    const Computed<int> total;
    const Subscription observing;
};

/// All lines that there are.
QByteArray takeLines(Talk &talk)
{
    QByteArray lines;
    for (bool isMore = true; isMore;) {
        const QJsonObject reply = talk.reply(R"("do":"lines")");
        lines += reply.value(QLatin1String("lines")).toString().toUtf8();
        isMore = reply.value(QLatin1String("more")).toBool();
    }
    return lines;
}

QByteArray recordedSession()
{
    const Shop shop;
    Talk talk(editing(), EditHello);
    talk.ask(R"("do":"record")");
    shop.price.set(10);
    shop.price.set(20);
    return takeLines(talk);
}

QByteArray replayRequest(const QByteArray &lines, bool isMore = false, const char *more = "")
{
    const QJsonObject request{{QStringLiteral("lines"), QString::fromUtf8(lines)}, {QStringLiteral("more"), isMore}};
    const QByteArray members = QJsonDocument(request).toJson(QJsonDocument::Compact);
    return "\"do\":\"replay\"," + members.mid(1, members.size() - 2) + more;
}

} // namespace

class tst_InspectorSessions : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lines_areThoseOfASession();
    void lines_goOn();
    void lines_comeInPieces();
    void lines_withoutARecording();
    void lines_ofTwoClients();
    void lines_whatIsNotTakenIsLost();
    void lines_hideWhatIsRedacted();
    void record_beginsAnew();
    void replay_findsNoDifference();
    void replay_findsTheFirstDifference();
    void replay_inPieces();
    void replay_ofValues();
    void replay_isRefusedToAReader();
    void replay_whatMakesNoSense_data();
    void replay_whatMakesNoSense();
    void replay_isBoundedInSize();
    void replay_inTheMidstOfATurn();
    void replay_whileThePastIsShown();
    void replay_tellsNothingOfWhatIsRedacted();
    void replay_randomBytes();
};

void tst_InspectorSessions::lines_areThoseOfASession()
{
    const Session session = Session::parse(recordedSession().toStdString());
    QStringList texts;
    for (const SessionEvent &event : session.events()) {
        if (event.kind == SessionEvent::Kind::Write || event.kind == SessionEvent::Kind::Run) {
            texts.append(QString::fromStdString(session.textOf(event)));
        }
    }
    QCOMPARE(texts, (QStringList{QStringLiteral("test/price: 0 -> 10"), QStringLiteral("test/total: 5 -> 15"),
                                 QStringLiteral("test/price: 10 -> 20"), QStringLiteral("test/total: 15 -> 25")}));
}

void tst_InspectorSessions::lines_goOn()
{
    const auto count = atom(0).named("test/count");
    Talk talk;
    talk.ask(R"("do":"record")");
    QByteArray lines = takeLines(talk);
    for (int i = 1; i <= 50; ++i) {
        count.set(i);
        lines += takeLines(talk);
    }
    QCOMPARE(takeLines(talk), QByteArray());
    const Session session = Session::parse(lines.toStdString());
    QCOMPARE(session.events().size(), std::size_t(50));
    QCOMPARE(session.events().back().value->toJson(), std::string("50"));
}

/// Also lines that are longer than a piece.
void tst_InspectorSessions::lines_comeInPieces()
{
    const auto longest = atom(std::string(600'000, 'x')).named("test/longest");
    const auto count = atom(0).named("test/count");
    Talk talk;
    talk.ask(R"("do":"record")");
    for (int i = 1; i <= 3000; ++i) {
        count.set(i);
    }
    int pieces = 0;
    QByteArray lines;
    for (bool isMore = true; isMore; ++pieces) {
        const QJsonObject reply = talk.reply(R"("do":"lines")");
        const QByteArray piece = reply.value(QLatin1String("lines")).toString().toUtf8();
        QVERIFY(piece.endsWith('\n'));
        QVERIFY(piece.size() < 700'000);
        lines += piece;
        isMore = reply.value(QLatin1String("more")).toBool();
    }
    QVERIFY(pieces > 2);
    const Session session = Session::parse(lines.toStdString());
    QCOMPARE(session.events().back().value->toJson(), std::string("3000"));
}

void tst_InspectorSessions::lines_withoutARecording()
{
    Talk talk;
    QCOMPARE(talk.code(R"("do":"lines")"), QStringLiteral("unknown"));
}

void tst_InspectorSessions::lines_ofTwoClients()
{
    const auto count = atom(0).named("test/count");
    Talk talk;
    detail::WireSession other(talk.desk, InspectorCapability::Read, {});
    talk.desk.add(other);
    other.receive("{\"nanostores\":1}\n{\"id\":1,\"do\":\"lines\"}\n", 0);
    QVERIFY(other.takeOutput().contains("nothing is recorded"));
    talk.ask(R"("do":"record")");
    count.set(1);
    other.receive("{\"id\":1,\"do\":\"record\"}\n", 0);
    other.takeOutput();
    talk.desk.remove(other);
    count.set(2);
    QCOMPARE(Session::parse(takeLines(talk).toStdString()).events().size(), std::size_t(2));
}

void tst_InspectorSessions::lines_whatIsNotTakenIsLost()
{
    const auto count = atom(0).named("test/count");
    Talk talk;
    talk.ask(R"("do":"record")");
    takeLines(talk);
    for (int i = 1; i <= 15'000; ++i) {
        count.set(i);
    }
    const QByteArray lines = takeLines(talk);
    QVERIFY2(lines.size() < 8 << 20, qPrintable(QString::number(lines.size())));
    QVERIFY(lines.contains("\"lost\":"));
    QVERIFY(lines.contains("\"v\":15000"));
}

void tst_InspectorSessions::lines_hideWhatIsRedacted()
{
    const auto password = atom(std::string("secret1")).named("test/password");
    InspectorOptions options;
    options.redact = {"test/password"};
    Talk talk(options);
    talk.ask(R"("do":"record")");
    password.set("secret2");
    const QByteArray lines = takeLines(talk);
    QVERIFY(lines.contains("test/password"));
    QVERIFY2(!lines.contains("secret"), lines);
}

void tst_InspectorSessions::record_beginsAnew()
{
    const auto count = atom(0).named("test/count");
    Talk talk;
    talk.ask(R"("do":"record")");
    count.set(1);
    talk.ask(R"("do":"record")");
    count.set(2);
    const QByteArray lines = takeLines(talk);
    QCOMPARE(lines.count("\"nanostores\""), 1);
    QCOMPARE(Session::parse(lines.toStdString()).events().size(), std::size_t(1));
}

void tst_InspectorSessions::replay_findsNoDifference()
{
    const QByteArray lines = recordedSession();
    const Shop shop;
    Talk talk(editing(), EditHello);
    const QJsonObject reply = talk.reply(replayRequest(lines));
    QVERIFY2(reply.value(QLatin1String("same")).toBool(), QJsonDocument(reply).toJson().constData());
    QCOMPARE(reply.value(QLatin1String("written")).toInt(), 2);
    QVERIFY(!reply.contains(QLatin1String("difference")));
    QCOMPARE(shop.total.get(), 25);
}

void tst_InspectorSessions::replay_findsTheFirstDifference()
{
    const QByteArray lines = recordedSession();
    const Shop shop(6);
    Talk talk(editing(), EditHello);
    const QJsonObject reply = talk.reply(replayRequest(lines));
    QVERIFY(!reply.value(QLatin1String("same")).toBool());
    const QString difference = reply.value(QLatin1String("difference")).toString();
    QVERIFY2(
        difference.contains(QLatin1String("test/total is 16, recorded 15; it changed because test/price: 0 -> 10")),
        qPrintable(difference));
    QVERIFY(reply.value(QLatin1String("event")).toInt() > 0);
}

void tst_InspectorSessions::replay_inPieces()
{
    const QByteArray lines = recordedSession();
    const Shop shop;
    Talk talk(editing(), EditHello);
    for (qsizetype at = 0; at + 1 < lines.size(); at += 7) {
        QCOMPARE(talk.error(replayRequest(lines.mid(at, std::min<qsizetype>(7, lines.size() - 1 - at)), true)),
                 QString());
    }
    QCOMPARE(shop.price.get(), 0);
    QVERIFY(talk.reply(replayRequest(lines.last(1))).value(QLatin1String("same")).toBool());
    QCOMPARE(talk.code(replayRequest("")), QStringLiteral("value")); // what was replayed is forgotten
}

void tst_InspectorSessions::replay_ofValues()
{
    const QByteArray lines = recordedSession();
    const Shop shop;
    int calls = 0;
    const auto end = shop.price.listen([&](int) { ++calls; });
    Talk talk(editing(), EditHello);
    QVERIFY(talk.reply(replayRequest(lines, false, ",\"values\":true")).value(QLatin1String("same")).toBool());
    QCOMPARE(calls, 0);
    QCOMPARE(shop.price.get(), 20);
}

void tst_InspectorSessions::replay_isRefusedToAReader()
{
    const QByteArray lines = recordedSession();
    const Shop shop;
    Talk reader(editing());
    QCOMPARE(reader.code(replayRequest(lines)), QStringLiteral("denied"));
    Talk denied({}, EditHello);
    QCOMPARE(denied.code(replayRequest(lines)), QStringLiteral("denied"));
    QCOMPARE(shop.price.get(), 0);
}

void tst_InspectorSessions::replay_whatMakesNoSense_data()
{
    QTest::addColumn<QByteArray>("members");
    QTest::addColumn<QString>("code");
    const auto row = [](const char *name, const char *members, const char *code) {
        QTest::newRow(name) << QByteArray(members) << QString::fromLatin1(code);
    };
    row("nothing", "", "syntax");
    row("a number", R"(,"lines":1)", "syntax");
    row("a list", R"(,"lines":[])", "syntax");
    row("ignored number", R"(,"lines":"","ignore":[1])", "syntax");
    row("ignored text", R"(,"lines":"","ignore":"a")", "syntax");
    row("empty", R"(,"lines":"")", "value");
    row("no header", R"(,"lines":"{\"s\":1}\n")", "value");
    row("another version", R"(,"lines":"{\"nanostores\":99}\n")", "value");
    row("an unknown store", R"(,"lines":"{\"nanostores\":1}\n{\"e\":1,\"w\":7}\n")", "value");
}

void tst_InspectorSessions::replay_whatMakesNoSense()
{
    QFETCH(QByteArray, members);
    QFETCH(QString, code);
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.code("\"do\":\"replay\"" + members), code);
}

void tst_InspectorSessions::replay_isBoundedInSize()
{
    Talk talk(editing(), EditHello);
    const QByteArray piece = replayRequest(QByteArray(1'000'000, ' '), true);
    QString code;
    int pieces = 0;
    for (; pieces < 200 && code.isEmpty(); ++pieces) {
        code = talk.code(piece);
    }
    QCOMPARE(code, QStringLiteral("too-long"));
    QCOMPARE(pieces, 68); // 64 MiB
}

void tst_InspectorSessions::replay_inTheMidstOfATurn()
{
    const QByteArray lines = recordedSession();
    const Shop shop;
    Talk talk(editing(), EditHello);
    batch([&] { QCOMPARE(talk.code(replayRequest(lines)), QStringLiteral("busy")); });
    QCOMPARE(shop.price.get(), 0);
}

void tst_InspectorSessions::replay_whileThePastIsShown()
{
    const QByteArray lines = recordedSession();
    const Shop shop;
    TimeTravel travel;
    shop.price.set(1);
    travel.back();
    Talk talk(editing(), EditHello);
    QCOMPARE(talk.code(replayRequest(lines)), QStringLiteral("busy"));
    QCOMPARE(shop.price.get(), 0);
}

void tst_InspectorSessions::replay_tellsNothingOfWhatIsRedacted()
{
    QByteArray lines;
    {
        const auto password = atom(std::string("a")).named("test/password");
        Talk talk(editing(), EditHello);
        talk.ask(R"("do":"record")");
        password.set("b");
        lines = takeLines(talk);
    }
    const auto password = atom(std::string("secret")).named("test/password");
    InspectorOptions options = editing();
    options.redact = {"test/password"};
    Talk talk(options, EditHello);
    const QByteArray answer = QJsonDocument(talk.ask(replayRequest(lines))).toJson();
    QVERIFY2(answer.contains("is redacted") && !answer.contains("secret"), answer);
    QCOMPARE(password.get(), std::string("secret"));
}

/// Lines of a session in which bytes are others: each is refused, or replayed without harm.
void tst_InspectorSessions::replay_randomBytes()
{
    const QByteArray lines = recordedSession();
    const Shop shop;
    Talk talk(editing(), EditHello);
    int refused = 0;
    for (quint32 seed = 1; seed <= 500; ++seed) {
        QRandomGenerator random(seed);
        QByteArray changed = lines;
        const quint32 count = random.bounded(1u, 6u);
        for (quint32 i = 0; i < count; ++i) {
            const auto at = qsizetype(random.bounded(quint32(changed.size())));
            switch (random.bounded(3u)) {
            case 0:
                changed[at] = char(random.bounded(32u, 127u));
                break;
            case 1:
                changed.remove(at, qsizetype(random.bounded(1u, 20u)));
                changed += ' ';
                break;
            default:
                changed.insert(at, changed.mid(qsizetype(random.bounded(quint32(changed.size()))), 20));
                break;
            }
        }
        const QJsonObject answer = talk.ask(replayRequest(changed));
        QVERIFY(answer.contains(QLatin1String("reply")) != answer.contains(QLatin1String("error")));
        refused += answer.contains(QLatin1String("error")) ? 1 : 0;
        QCOMPARE(shop.total.get(), shop.price.get() + 5);
    }
    QVERIFY(refused > 100);
}

QTEST_GUILESS_MAIN(tst_InspectorSessions)
#include "tst_inspectorsessions.moc"

// SPDX-License-Identifier: MIT

// Clients that are none, or mean harm.

#include "talk.h"

#include <nanostores/core.h>

#include <QLocalSocket>
#include <QRandomGenerator>
#include <QTcpSocket>
#include <QTest>

#include <memory>
#include <string>
#include <vector>

using namespace nanostores;
using inspecting::Talk;

namespace {

const inspecting::OwnRuntimeFolder runtimeFolder;

constexpr auto Hello = "{\"nanostores\":1}\n";

std::unique_ptr<QLocalSocket> connected(const Inspector &inspector)
{
    auto socket = std::make_unique<QLocalSocket>();
    socket->connectToServer(inspector.socket());
    return socket;
}

/// All that the socket has got when it holds so many lines.
QByteArray readLines(QIODevice &socket, int lines)
{
    QByteArray got;
    const bool isThere = QTest::qWaitFor([&] {
        got += socket.readAll();
        return got.count('\n') >= lines;
    });
    return isThere ? got : QByteArray("missing lines: ") + got;
}

} // namespace

class tst_InspectorWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void hello_answersALocalSocket();
    void hello_aBrowserGetsNothing_data();
    void hello_aBrowserGetsNothing();
    void hello_longerThanALineMayBe();
    void hello_tooLate();
    void hello_ofAnotherVersion();
    void token_wrongIsCutOff();
    void token_rightIsTaken();
    void token_isInAFileOfTheUser();
    void line_aByteTooLong();
    void line_inPieces();
    void flood_ofRequests();
    void flood_ofAnswersThatAreNotRead();
    void slowReader_losesEventsAndNoMemory();
    void fifthClient_isTurnedAway();
    void client_endsInTheMidst();
    void inspector_endsWithClients();
    void randomBytes_neitherBreakNorOpen();
    void deepNesting_isRefused();
};

void tst_InspectorWire::hello_answersALocalSocket()
{
    const Inspector inspector({.name = QStringLiteral("wire")});
    QVERIFY2(inspector.isListening(), qPrintable(inspector.errorString()));
    const auto socket = connected(inspector);
    socket->write(Hello);
    socket->write("{\"id\":7,\"do\":\"list\"}\n");
    const QList<QByteArray> lines = readLines(*socket, 2).split('\n');
    QCOMPARE(inspecting::object(lines.at(0)).value(QLatin1String("app")).toString(), QStringLiteral("wire"));
    QCOMPARE(inspecting::object(lines.at(1)).value(QLatin1String("id")).toInt(), 7);
    QCOMPARE(inspector.clients(), 1);
}

void tst_InspectorWire::hello_aBrowserGetsNothing_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("GET") << QByteArray("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    QTest::newRow("POST") << QByteArray("POST / HTTP/1.1\r\nContent-Length: 17\r\n\r\n{\"nanostores\":1}\n");
    QTest::newRow("TLS") << QByteArray("\x16\x03\x01\x02\x00\n", 6);
    QTest::newRow("an object") << QByteArray("{}\n");
    QTest::newRow("a version in a text") << QByteArray("{\"nanostores\":\"1\"}\n");
    QTest::newRow("an empty line") << QByteArray("\n");
}

void tst_InspectorWire::hello_aBrowserGetsNothing()
{
    QFETCH(QByteArray, bytes);
    const Inspector inspector;
    const auto socket = connected(inspector);
    socket->write(bytes);
    QTRY_COMPARE(socket->state(), QLocalSocket::UnconnectedState);
    QCOMPARE(socket->readAll(), QByteArray());
    QTRY_COMPARE(inspector.clients(), 0);
}

void tst_InspectorWire::hello_longerThanALineMayBe()
{
    detail::InspectorDesk desk({});
    detail::WireSession session(desk, InspectorCapability::Read, {});
    session.receive(QByteArray(256, ' '), 0);
    QVERIFY(!session.isOver());
    session.receive(" ", 0);
    QVERIFY(session.isOver());
    QCOMPARE(session.takeOutput(), QByteArray());
}

void tst_InspectorWire::hello_tooLate()
{
    const Inspector inspector({.helloWithin = std::chrono::milliseconds(1)});
    const auto socket = connected(inspector);
    QTRY_COMPARE(socket->state(), QLocalSocket::UnconnectedState);
    QTRY_COMPARE(inspector.clients(), 0);
    socket->write(Hello);
    QVERIFY(!socket->isOpen() || socket->readAll().isEmpty());
}

void tst_InspectorWire::hello_ofAnotherVersion()
{
    detail::InspectorDesk desk({});
    detail::WireSession session(desk, InspectorCapability::Read, {});
    session.receive("{\"nanostores\":2}\n", 0);
    QVERIFY(session.isOver());
    QCOMPARE(inspecting::object(session.takeOutput()).value(QLatin1String("code")).toString(),
             QStringLiteral("version"));
}

void tst_InspectorWire::token_wrongIsCutOff()
{
    const Inspector inspector({.tcp = true});
    QVERIFY(inspector.port() != 0);
    for (const QByteArray &hello :
         {QByteArray("{\"nanostores\":1}\n"), QByteArray("{\"nanostores\":1,\"token\":\"\"}\n"),
          QByteArray("{\"nanostores\":1,\"token\":\"00000000000000000000000000000000\"}\n")}) {
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), inspector.port());
        socket.write(hello);
        QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        QVERIFY(!socket.readAll().contains("app"));
    }
    QTRY_COMPARE(inspector.clients(), 0);
}

void tst_InspectorWire::token_rightIsTaken()
{
    const Inspector inspector({.tcp = true});
    QFile file(inspector.tokenFile());
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray token = inspecting::object(file.readAll()).value(QLatin1String("token")).toString().toLatin1();
    QCOMPARE(token.size(), 32);
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), inspector.port());
    socket.write("{\"nanostores\":1,\"token\":\"" + token + "\"}\n");
    QVERIFY(readLines(socket, 1).contains("\"pid\""));
}

void tst_InspectorWire::token_isInAFileOfTheUser()
{
    QString path;
    {
        const Inspector inspector({.tcp = true});
        path = inspector.tokenFile();
        QCOMPARE(QFile::permissions(path) & ~QFile::Permissions(QFile::ReadUser | QFile::WriteUser),
                 QFile::ReadOwner | QFile::WriteOwner);
    }
    QVERIFY(!QFile::exists(path));
}

void tst_InspectorWire::line_aByteTooLong()
{
    Talk talk;
    const QByteArray begin = "{\"id\":1,\"do\":\"get\",\"store\":\"";
    const QByteArray end = "\"}";
    const QByteArray most = begin + QByteArray((1 << 20) - begin.size() - end.size(), 'x') + end;
    talk.say(most);
    QCOMPARE(talk.lines().constLast().value(QLatin1String("code")).toString(), QStringLiteral("store"));
    QVERIFY(talk.session.isOpen());
    talk.say(most + ' ');
    QCOMPARE(talk.lines().constLast().value(QLatin1String("code")).toString(), QStringLiteral("too-long"));
    QVERIFY(talk.session.isOver());
}

void tst_InspectorWire::line_inPieces()
{
    Talk talk;
    for (const char c : std::string("{\"id\":1,\"do\":\"list\"}\n\n{\"id\":2,\"do\":\"list\"}\n")) {
        talk.session.receive(QByteArray(1, c), 0);
    }
    const QList<QJsonObject> answers = talk.lines();
    QCOMPARE(answers.size(), 2);
    QCOMPARE(answers.at(1).value(QLatin1String("id")).toInt(), 2);
}

void tst_InspectorWire::flood_ofRequests()
{
    detail::WireLimits limits;
    limits.linesATurn = 10;
    Talk talk({}, R"({"nanostores":1})", limits);
    QByteArray flood;
    for (int i = 0; i < 1000; ++i) {
        flood += "{\"id\":" + QByteArray::number(i) + ",\"do\":\"nonsense\"}\n";
    }
    talk.session.receive(flood, 0);
    QCOMPARE(talk.lines().size(), 10); // the program goes on in between
    int answers = 10;
    while (talk.session.hasWork()) {
        talk.session.goOn(0);
        answers += int(talk.lines().size());
    }
    QCOMPARE(answers, 1000);
}

void tst_InspectorWire::flood_ofAnswersThatAreNotRead()
{
    const auto text = atom(std::string(10'000, 'x')).named("test/text");
    Talk talk;
    qsizetype unread = 0;
    for (int i = 0; i < 2000; ++i) {
        if (!talk.session.wantsBytes()) {
            break;
        }
        talk.session.receive("{\"id\":1,\"do\":\"get\",\"store\":\"test/text\"}\n" + QByteArray(10'000, '\n'), unread);
        unread += talk.session.takeOutput().size();
    }
    QVERIFY2(unread < (1 << 20) + 20'000, qPrintable(QString::number(unread)));
    QVERIFY(!talk.session.wantsBytes());
    QVERIFY(talk.session.bytes() < (1 << 20) + 20'000);
    QByteArray output;
    while (talk.session.hasWork() && output.isEmpty()) {
        talk.session.goOn(0); // it has read
        output = talk.session.takeOutput();
    }
    QVERIFY(!output.isEmpty());
}

void tst_InspectorWire::slowReader_losesEventsAndNoMemory()
{
    const auto text = atom(std::string()).named("test/text");
    const Inspector inspector({.trace = {.bytes = 1u << 16u, .origins = false}});
    const auto socket = connected(inspector);
    socket->setReadBufferSize(1);
    socket->write(Hello);
    socket->write("{\"id\":1,\"do\":\"watch\",\"stores\":[\"test/*\"]}\n{\"id\":2,\"do\":\"more\",\"n\":1000000}\n");
    QTRY_COMPARE(inspector.clients(), 1);
    const QByteArray greeted = readLines(*socket, 1);
    QVERIFY(greeted.startsWith('{'));
    for (int i = 0; i < 8'000; ++i) {
        text.set(std::string(500, 'x') + std::to_string(i));
        if (i % 100 == 0) {
            QCoreApplication::processEvents();
        }
    }
    socket->setReadBufferSize(0);
    QByteArray all;
    qint64 lost = 0;
    qsizetype events = 0;
    const bool isDone = QTest::qWaitFor(
        [&] {
            all += socket->readAll();
            events = all.count("\"kind\":\"change\"");
            lost = 0;
            for (qsizetype at = all.indexOf("\"leftOut\",\"events\":"); at >= 0;
                 at = all.indexOf("\"leftOut\",\"events\":", at + 1)) {
                const qsizetype end = all.indexOf('}', at);
                lost += end < 0 ? 0 : all.mid(at + 19, end - at - 19).toLongLong();
            }
            return events + lost == 8'000;
        },
        60'000);
    QVERIFY2(isDone, qPrintable(QStringLiteral("%1 events, %2 lost").arg(events).arg(lost)));
    QVERIFY(lost > 0);
}

void tst_InspectorWire::fifthClient_isTurnedAway()
{
    const Inspector inspector;
    std::vector<std::unique_ptr<QLocalSocket>> sockets;
    for (int i = 0; i < 4; ++i) {
        sockets.push_back(connected(inspector));
        sockets.back()->write(Hello);
        QVERIFY(readLines(*sockets.back(), 1).contains("\"pid\""));
    }
    const auto fifth = connected(inspector);
    QTRY_COMPARE(fifth->state(), QLocalSocket::UnconnectedState);
    QVERIFY(fifth->readAll().contains("\"full\""));
    sockets.pop_back();
    QTRY_COMPARE(inspector.clients(), 3);
    const auto next = connected(inspector);
    next->write(Hello);
    QVERIFY(readLines(*next, 1).contains("\"pid\""));
}

void tst_InspectorWire::client_endsInTheMidst()
{
    const auto count = atom(0).named("test/count");
    const Inspector inspector({.capabilities = InspectorCapability::Edit | InspectorCapability::Read});
    auto socket = connected(inspector);
    const auto hangUp = count.listen([&socket](int) {
        if (socket) {
            socket->abort();
            QCoreApplication::processEvents();
        }
    });
    socket->write("{\"nanostores\":1,\"capabilities\":[\"edit\"]}\n"
                  "{\"id\":1,\"do\":\"set\",\"store\":\"test/count\",\"value\":1}\n{\"id\":2,\"do\":\"list\"}\n");
    QTRY_COMPARE(count.get(), 1);
    QTRY_COMPARE(inspector.clients(), 0);
}

void tst_InspectorWire::inspector_endsWithClients()
{
    auto inspector = std::make_unique<Inspector>();
    const QString path = inspector->socket();
    const auto socket = connected(*inspector);
    socket->write(Hello);
    QVERIFY(readLines(*socket, 1).contains("\"pid\""));
    inspector.reset();
    QTRY_COMPARE(socket->state(), QLocalSocket::UnconnectedState);
    QVERIFY(!QFile::exists(path));
}

void tst_InspectorWire::randomBytes_neitherBreakNorOpen()
{
    QRandomGenerator random(20261130);
    const QByteArray words[] = {
        "{",        "}",      "\"id\":", "1",          "\"do\":", "\"set\"",   "\"list\"",  "\"store\":",  "[",
        "]",        ",",      "\n",      "\"value\":", "null",    "1e999",     "\"watch\"", "\"stores\":", "\"*\"",
        "\"more\"", "\"n\":", "\\u0000", "\xff",       "\"get\"", "\"graph\"", "\"why\"",   "\"key\":"};
    const auto count = atom(3).named("test/count");
    for (int i = 0; i < 500; ++i) {
        detail::InspectorDesk desk({});
        detail::WireSession session(desk, InspectorCapability::Read, "secret");
        desk.add(session);
        for (int j = 0; j < 60; ++j) {
            session.receive(words[random.bounded(int(std::size(words)))], 0);
        }
        QVERIFY(!session.isOpen());
        desk.remove(session);

        Talk open;
        QByteArray bytes;
        for (int j = 0; j < 200; ++j) {
            bytes += words[random.bounded(int(std::size(words)))];
        }
        open.session.receive(bytes, 0);
        open.session.goOn(0);
        const QList<QJsonObject> lines = open.lines();
        for (const QJsonObject &line : lines) {
            QVERIFY(line.contains(QLatin1String("id")) || line.contains(QLatin1String("event")));
        }
        QCOMPARE(count.get(), 3);
    }
}

void tst_InspectorWire::deepNesting_isRefused()
{
    Talk talk;
    talk.say(QByteArray(100'000, '['));
    QCOMPARE(talk.lines().constLast().value(QLatin1String("code")).toString(), QStringLiteral("syntax"));
    talk.say("{\"id\":1,\"do\":\"set\",\"value\":" + QByteArray(300'000, '[') + QByteArray(300'000, ']') + '}');
    QCOMPARE(talk.lines().constLast().value(QLatin1String("code")).toString(), QStringLiteral("syntax"));
}

QTEST_GUILESS_MAIN(tst_InspectorWire)
#include "tst_inspectorwire.moc"

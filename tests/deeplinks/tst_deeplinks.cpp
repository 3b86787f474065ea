// SPDX-License-Identifier: MIT

// Links from the arguments, the system, QDesktopServices and other instances of the program.

#include <nanostores/core.h>
#include <nanostores/deeplinks.h>
#include <nanostores/router.h>

#include <QDesktopServices>
#include <QFileOpenEvent>
#include <QGuiApplication>
#include <QLocalServer>
#include <QLocalSocket>
#include <QLockFile>
#include <QPointer>
#include <QProcess>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <vector>

using namespace nanostores;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

struct Home
{
};
struct About
{
};

auto makeRouter()
{
    return createRouter({.links = {{u"shop"_s, {}}, {u"https"_s, {u"shop.example"_s}}}}, route<Home>("home", "/"),
                        route<About>("about", "/about"));
}

const QRegularExpression isRefused(u"a link was refused"_s);

/// A name that no other run of the test has.
QString newKey()
{
    return u"tst_deeplinks "_s + QString::number(QRandomGenerator::global()->generate64());
}

} // namespace

class tst_DeepLinks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void arguments_firstListedLinkIsOpened();
    void arguments_refusedLinkIsReported();
    void arguments_withoutLink();
    void text_isReadStrictly();
    void fileOpenEvent_ofListedScheme();
    void fileOpenEvent_ofFileIsLeftAlone();
    void desktopServices_openOwnSchemes();
    void guard_stopsLinks();
    void secondInstance_handsItsLinkOver();
    void secondInstance_withoutLinkActivates();
    void secondInstance_refusedThere();
    void firstInstance_thatWasKilledIsReplaced();
    void firstInstance_thatDoesNotAnswer();
    void socket_isOfThisUserAlone();
    void connections_thatSpeakOtherwiseAreCutOff_data();
    void connections_thatSpeakOtherwiseAreCutOff();
    void connections_thatAreSlowAreCutOff();
    void connections_tooManyAreCutOff();
    void connections_randomBytes();
    void link_mayEndTheLinks();
};

namespace {

/// Another instance in a process of its own: what its start() gave.
int runSecond(const QString &key, const QStringList &arguments)
{
    QProcess second;
    second.start(QCoreApplication::applicationFilePath(), QStringList{u"--second"_s, key} + arguments);
    QEventLoop loop;
    QObject::connect(&second, &QProcess::finished, &loop, &QEventLoop::quit);
    QObject::connect(&second, &QProcess::errorOccurred, &loop, &QEventLoop::quit);
    if (second.state() != QProcess::NotRunning) {
        loop.exec();
    }
    return second.exitStatus() == QProcess::NormalExit ? second.exitCode() : -1;
}

/// Where the instances of a program meet: the newest socket of all.
QString socketPath(const QStringList &before)
{
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation));
    for (const QString &name : folder.entryList({u"nanostores-*"_s}, QDir::System | QDir::Files)) {
        if (!before.contains(name) && !name.endsWith(u".lock"_s)) {
            return folder.filePath(name);
        }
    }
    return {};
}
QStringList socketsNow()
{
    const QDir folder(QStandardPaths::writableLocation(QStandardPaths::RuntimeLocation));
    return folder.entryList({u"nanostores-*"_s}, QDir::System | QDir::Files);
}

/// A first instance, and where it listens.
template<typename R>
struct First
{
    explicit First(const R &router, std::chrono::milliseconds timeout = 3000ms)
        : before(socketsNow())
        , links(router, {.key = newKey(), .timeout = timeout})
        , role(links.start({u"program"_s}))
        , path(socketPath(before))
    {
    }
    QStringList before;
    DeepLinks links;
    InstanceRole role;
    QString path;
};

} // namespace

void tst_DeepLinks::arguments_firstListedLinkIsOpened()
{
    const auto router = makeRouter();
    DeepLinks links(router, {.key = newKey()});
    QSignalSpy activated(&links, &DeepLinks::activated);
    QVERIFY(links.start({u"shop:/program"_s, u"--verbose"_s, u"file:///etc/passwd"_s, u"shop://about"_s, u"shop:/"_s})
            == InstanceRole::First);
    QCOMPARE(router.page().get().path(), u"/about"_s);
    QCOMPARE(activated.count(), 1);
}

void tst_DeepLinks::arguments_refusedLinkIsReported()
{
    const auto router = makeRouter();
    DeepLinks links(router, {.key = newKey()});
    QSignalSpy refused(&links, &DeepLinks::refused);
    QSignalSpy activated(&links, &DeepLinks::activated);
    QTest::ignoreMessage(QtWarningMsg, isRefused);
    QVERIFY(links.start({u"program"_s, u"https://evil.example/about"_s}) == InstanceRole::First);
    QCOMPARE(refused.count(), 1);
    QCOMPARE(refused.at(0).at(0).toString(), u"https://evil.example/about"_s);
    QVERIFY(refused.at(0).at(1).toString().contains(u"evil.example"_s));
    QTest::ignoreMessage(QtWarningMsg, isRefused);
    QVERIFY(links.start({u"program"_s, u"shop:/"_s + u"a"_s.repeated(5'000'000)}) == InstanceRole::First);
    QCOMPARE(refused.count(), 2);
    QVERIFY(refused.at(1).at(0).toString().size() <= 100);
    QCOMPARE(activated.count(), 0);
    QCOMPARE(router.depth().get(), 1);
}

void tst_DeepLinks::arguments_withoutLink()
{
    const auto router = makeRouter();
    DeepLinks links(router, {.key = newKey()});
    QVERIFY(links.start({u"program"_s, u"--help"_s, u":"_s, u""_s, u"C:\\file"_s}) == InstanceRole::First);
    QCOMPARE(router.depth().get(), 1);
    QVERIFY(DeepLinks(makeRouter(), {.key = newKey()}).start({}) == InstanceRole::First);
}

void tst_DeepLinks::text_isReadStrictly()
{
    const auto router = makeRouter();
    DeepLinks links(router, {.key = newKey()});
    for (const QString &link :
         {u"shop:/about%zz"_s, u"shop://about/a b"_s, u"shop:/%2e%2e/about"_s, u"shop:/about%00"_s, u""_s, u"shop"_s}) {
        QTest::ignoreMessage(QtWarningMsg, isRefused);
        QVERIFY2(links.openLink(link) == Navigated::Refused, qPrintable(link));
    }
    QVERIFY(links.openLink(u"shop:/about"_s) == Navigated::Done);
}

void tst_DeepLinks::fileOpenEvent_ofListedScheme()
{
    const auto router = makeRouter();
    DeepLinks links(router, {.key = newKey()});
    QFileOpenEvent event(QUrl(u"shop://about"_s));
    QVERIFY(QCoreApplication::sendEvent(QCoreApplication::instance(), &event));
    QCOMPARE(router.page().get().path(), u"/about"_s);
}

void tst_DeepLinks::fileOpenEvent_ofFileIsLeftAlone()
{
    const auto router = makeRouter();
    DeepLinks links(router, {.key = newKey()});
    QSignalSpy refused(&links, &DeepLinks::refused);
    QFileOpenEvent event(u"/tmp/about"_s);
    QCoreApplication::sendEvent(QCoreApplication::instance(), &event);
    QCOMPARE(refused.count(), 0);
    QCOMPARE(router.depth().get(), 1);
}

void tst_DeepLinks::desktopServices_openOwnSchemes()
{
    const auto router = makeRouter();
    {
        DeepLinks links(router, {.key = newKey()});
        QVERIFY(QDesktopServices::openUrl(QUrl(u"shop://about"_s)));
        QCOMPARE(router.page().get().path(), u"/about"_s);
    }
    router.back();
    QDesktopServices::openUrl(QUrl(u"shop://about"_s)); // has no handler any more
    QCOMPARE(router.page().get().path(), u"/"_s);
}

void tst_DeepLinks::guard_stopsLinks()
{
    const auto router = makeRouter();
    DeepLinks links(router, {.key = newKey()});
    const RouterGuard no = guard(router, [] { return false; });
    QVERIFY(links.openLink(u"shop:/about"_s) == Navigated::Stopped);
    QCOMPARE(router.page().get().path(), u"/"_s);
}

void tst_DeepLinks::secondInstance_handsItsLinkOver()
{
    const auto router = makeRouter();
    const QString key = newKey();
    DeepLinks links(router, {.key = key});
    QVERIFY(links.start({u"program"_s}) == InstanceRole::First);
    QCOMPARE(runSecond(key, {u"shop://about?q=%C3%A4#top"_s}), static_cast<int>(InstanceRole::Second));
    QTRY_COMPARE(router.page().get().url(), u"/about?q=%C3%A4#top"_s);
    QCOMPARE(runSecond(newKey(), {u"shop://about"_s}), static_cast<int>(InstanceRole::First)); // of another program
}

void tst_DeepLinks::secondInstance_withoutLinkActivates()
{
    const auto router = makeRouter();
    const QString key = newKey();
    DeepLinks links(router, {.key = key});
    QVERIFY(links.start({u"program"_s}) == InstanceRole::First);
    QSignalSpy activated(&links, &DeepLinks::activated);
    QCOMPARE(runSecond(key, {u"--verbose"_s}), static_cast<int>(InstanceRole::Second));
    QTRY_COMPARE(activated.count(), 1);
    QCOMPARE(router.depth().get(), 1);
}

void tst_DeepLinks::secondInstance_refusedThere()
{
    const auto router = makeRouter();
    const QString key = newKey();
    DeepLinks links(router, {.key = key});
    QVERIFY(links.start({u"program"_s}) == InstanceRole::First);
    QSignalSpy refused(&links, &DeepLinks::refused);
    QTest::ignoreMessage(QtWarningMsg, isRefused);
    QCOMPARE(runSecond(key, {u"shop:/..%2F..%2Fetc"_s}), static_cast<int>(InstanceRole::Second));
    QTRY_COMPARE(refused.count(), 1);
    QCOMPARE(router.depth().get(), 1);
}

void tst_DeepLinks::firstInstance_thatWasKilledIsReplaced()
{
    const QString key = newKey();
    QProcess first;
    first.start(QCoreApplication::applicationFilePath(), {u"--stay"_s, key});
    QByteArray output;
    QTRY_VERIFY((output += first.readAllStandardOutput()).contains("ready"));
    first.kill();
    QVERIFY(first.waitForFinished());
    const auto router = makeRouter();
    DeepLinks links(router, {.key = key});
    QVERIFY(links.start({u"program"_s}) == InstanceRole::First);
    QCOMPARE(runSecond(key, {u"shop:/about"_s}), static_cast<int>(InstanceRole::Second));
    QTRY_COMPARE(router.page().get().path(), u"/about"_s);
}

void tst_DeepLinks::firstInstance_thatDoesNotAnswer()
{
    const auto router = makeRouter();
    const QString key = newKey();
    DeepLinks links(router, {.key = key});
    QVERIFY(links.start({u"program"_s}) == InstanceRole::First);
    DeepLinks other(router, {.key = key, .timeout = 50ms}); // in the same thread, which waits here
    QVERIFY(other.start({u"program"_s, u"shop:/about"_s}) == InstanceRole::Unanswered);
}

void tst_DeepLinks::socket_isOfThisUserAlone()
{
#ifdef Q_OS_WIN
    QSKIP("named pipes have no file");
#endif
    const First first(makeRouter());
    QVERIFY(first.role == InstanceRole::First);
    QVERIFY(!first.path.isEmpty());
    const auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    QCOMPARE(QFile::permissions(first.path) & others, QFile::Permissions());
}

void tst_DeepLinks::connections_thatSpeakOtherwiseAreCutOff_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray magic("nanostores-link 1\n");
    QTest::newRow("HTTP") << QByteArray("GET / HTTP/1.1\r\n\r\n");
    QTest::newRow("later version") << QByteArray("nanostores-link 2\n5\nshop:");
    QTest::newRow("no number") << magic + "five\nshop:";
    QTest::newRow("less than nothing") << magic + "-1\n";
    QTest::newRow("too much") << magic + "100000\n";
    QTest::newRow("beyond all numbers") << magic + "99999999999999999999999\n";
    QTest::newRow("a line without end") << magic + QByteArray(1000, '1');
    QTest::newRow("more than it says") << magic + "5\nshop:/about";
    QTest::newRow("no UTF-8") << magic + "6\nshop:\xff";
    QTest::newRow("megabytes") << QByteArray(3'000'000, 'n');
    QTest::newRow("megabytes of text") << magic + "20\n" + QByteArray(3'000'000, 'n');
}

void tst_DeepLinks::connections_thatSpeakOtherwiseAreCutOff()
{
    QFETCH(QByteArray, bytes);
    const auto router = makeRouter();
    First first(router);
    QSignalSpy activated(&first.links, &DeepLinks::activated);
    QLocalSocket socket;
    socket.connectToServer(first.path);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"speaks something else is cut off"_s));
    socket.write(bytes);
    QTRY_COMPARE(socket.state(), QLocalSocket::UnconnectedState);
    QVERIFY(socket.readAll().isEmpty());
    QCOMPARE(activated.count(), 0);
}

void tst_DeepLinks::connections_thatAreSlowAreCutOff()
{
    First first(makeRouter(), 50ms);
    QLocalSocket silent;
    silent.connectToServer(first.path);
    QLocalSocket halfway;
    halfway.connectToServer(first.path);
    halfway.write("nanostores-link 1\n11\nshop:");
    QTRY_COMPARE(silent.state(), QLocalSocket::UnconnectedState);
    QTRY_COMPARE(halfway.state(), QLocalSocket::UnconnectedState);
}

void tst_DeepLinks::connections_tooManyAreCutOff()
{
    const auto router = makeRouter();
    First first(router, 60s);
    std::vector<std::unique_ptr<QLocalSocket>> sockets;
    for (int i = 0; i < 8; ++i) {
        sockets.push_back(std::make_unique<QLocalSocket>());
        sockets.back()->connectToServer(first.path);
        QCoreApplication::processEvents();
    }
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"too many connections"_s));
    QLocalSocket last;
    last.connectToServer(first.path);
    QTRY_COMPARE(last.state(), QLocalSocket::UnconnectedState);
    sockets.front()->write("nanostores-link 1\n11\nshop:/about"); // those that are in are served
    QTRY_COMPARE(router.page().get().path(), u"/about"_s);
}

void tst_DeepLinks::connections_randomBytes()
{
    const auto router = makeRouter();
    First first(router);
    QRandomGenerator random(11);
    static const QRegularExpression any(u".*"_s);
    for (int i = 0; i < 200; ++i) {
        QByteArray bytes = random.bounded(2) ? QByteArray("nanostores-link 1\n") : QByteArray();
        bytes += random.bounded(2) ? QByteArray::number(random.bounded(20)) + '\n' : QByteArray();
        for (int n = random.bounded(20); n > 0; --n) {
            bytes += static_cast<char>(random.bounded(256));
        }
        QLocalSocket socket;
        socket.connectToServer(first.path);
        socket.write(bytes);
        socket.flush();
        if (random.bounded(2)) {
            socket.abort();
        }
        QCoreApplication::processEvents();
    }
    QLocalSocket socket;
    socket.connectToServer(first.path);
    socket.write("nanostores-link 1\n11\nshop:/about");
    QTRY_COMPARE(router.page().get().path(), u"/about"_s);
}

namespace {

int runInstance(const QString &key, const QStringList &arguments, bool stays)
{
    DeepLinks links(makeRouter(), {.key = key});
    const InstanceRole role = links.start(QStringList{u"program"_s} + arguments);
    if (stays) {
        std::fputs("ready\n", stdout);
        std::fflush(stdout);
        return QCoreApplication::exec();
    }
    return static_cast<int>(role);
}

} // namespace

/// Of another instance, whose link has come before this one looks.
void tst_DeepLinks::link_mayEndTheLinks()
{
    const QStringList before = socketsNow();
    const QPointer<DeepLinks> links = new DeepLinks(makeRouter(), {.key = newKey()});
    QCOMPARE(links->start({u"program"_s}), InstanceRole::First);
    QLocalSocket second;
    second.connectToServer(socketPath(before));
    QVERIFY(second.waitForConnected());
    second.write("nanostores-link 1\n12\nshop://about");
    QVERIFY(second.waitForBytesWritten());
    QLocalSocket third;
    third.connectToServer(second.serverName());
    connect(links, &DeepLinks::activated, this, [links] { delete links.data(); });
    QTRY_VERIFY(!links);
    QTRY_COMPARE(second.state(), QLocalSocket::UnconnectedState);
}

int main(int argc, char *argv[])
{
    QGuiApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() > 2 && (arguments.at(1) == u"--second" || arguments.at(1) == u"--stay")) {
        return runInstance(arguments.at(2), arguments.mid(3), arguments.at(1) == u"--stay");
    }
    tst_DeepLinks test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_deeplinks.moc"

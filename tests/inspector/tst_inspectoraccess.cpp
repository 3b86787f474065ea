// SPDX-License-Identifier: MIT

// Who may connect to an inspector, and when there is one.

#include "talk.h"

#include <nanostores/core.h>

#include <QDir>
#include <QFileInfo>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTest>

#include <cerrno>
#include <cstring>
#include <functional>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace nanostores;

namespace {

const inspecting::OwnRuntimeFolder runtimeFolder;

#ifdef Q_OS_UNIX
constexpr uid_t OtherUser = 65534;

/// What the function gives in a process of its own; -1, if that ended otherwise.
int inChild(const std::function<int()> &f)
{
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(f());
    }
    int status = 0;
    const bool hasEnded = child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status);
    return hasEnded ? WEXITSTATUS(status) : -1;
}

/// 0, or the error.
int connectTo(const QByteArray &path)
{
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.constData(), sizeof(address.sun_path) - 1);
    const int result = ::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof(address));
    const int error = result == 0 ? 0 : errno;
    ::close(socket);
    return error;
}

int asOtherUser(const std::function<int()> &f)
{
    return inChild([&f] { return ::setgid(OtherUser) != 0 || ::setuid(OtherUser) != 0 ? 255 : f(); });
}
#endif

} // namespace

class tst_InspectorAccess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void socket_isInAFolderOfTheUser();
    void socket_isOfNoUseToAnotherUser();
    void socket_itselfIsOfNoUseToAnotherUser();
    void folder_thatOthersMayEnterIsNotTaken();
    void raisedRights_neverListen();
    void environment_isNeeded();
    void environment_asksForNoMoreThanIsAllowed();
    void environment_unknownWord();
    void tcp_onlyWhenAsked();
    void endpoints_areThoseThatRun();
    void endpoints_ofOtherContainersStay();
    void endpoints_byNameAndNumber();
};

void tst_InspectorAccess::socket_isInAFolderOfTheUser()
{
    const Inspector inspector({.name = QStringLiteral("a/b c..\u00e4")});
    QVERIFY2(inspector.isListening(), qPrintable(inspector.errorString()));
    QCOMPARE(inspector.socket(), runtimeFolder.path() + QStringLiteral("/nanostores/a_b_c___-")
                                     + QString::number(QCoreApplication::applicationPid()));
    const QFile::Permissions others =
        QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther | QFile::WriteOther | QFile::ExeOther;
    QCOMPARE(QFile::permissions(QFileInfo(inspector.socket()).path()) & others, QFile::Permissions());
    QCOMPARE(QFile::permissions(inspector.socket()) & others, QFile::Permissions());
}

void tst_InspectorAccess::socket_isOfNoUseToAnotherUser()
{
#ifdef Q_OS_UNIX
    if (::geteuid() != 0) {
        QSKIP("only root can become another user");
    }
    const Inspector inspector;
    const QByteArray path = inspector.socket().toLocal8Bit();
    QCOMPARE(inChild([&path] { return connectTo(path); }), 0);
    QCOMPARE(asOtherUser([&path] { return connectTo(path); }), EACCES);
#endif
}

/// Also where the folder lets others in, as one on a strange system might.
void tst_InspectorAccess::socket_itselfIsOfNoUseToAnotherUser()
{
#ifdef Q_OS_UNIX
    if (::geteuid() != 0) {
        QSKIP("only root can become another user");
    }
    const Inspector inspector;
    const QByteArray path = inspector.socket().toLocal8Bit();
    const QString folder = QFileInfo(inspector.socket()).path();
    const auto everyone = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther;
    const auto owner = QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner;
    QVERIFY(QFile::setPermissions(folder, everyone) && QFile::setPermissions(runtimeFolder.path(), everyone));
    const int error = asOtherUser([&path] { return connectTo(path); });
    QVERIFY(QFile::setPermissions(folder, owner) && QFile::setPermissions(runtimeFolder.path(), owner));
    QCOMPARE(error, EACCES);
#endif
}

void tst_InspectorAccess::folder_thatOthersMayEnterIsNotTaken()
{
#ifdef Q_OS_UNIX
    const QString folder = runtimeFolder.path() + QStringLiteral("/nanostores");
    QDir().mkpath(folder);
    QVERIFY(QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner | QFile::ExeOther));
    {
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cannot be inspected.*mode 0700")));
        const Inspector inspector;
        QVERIFY(!inspector.isListening());
        QVERIFY(inspector.errorString().contains(folder));
    }
    QVERIFY(QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    const Inspector inspector;
    QVERIFY(inspector.isListening());
#endif
}

void tst_InspectorAccess::raisedRights_neverListen()
{
#ifdef Q_OS_UNIX
    if (::geteuid() != 0) {
        QSKIP("only root can raise the rights of a program");
    }
    const int outcome = inChild([] {
        if (::setreuid(OtherUser, 0) != 0) {
            return 255;
        }
        qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &) {});
        const Inspector inspector;
        return inspector.isListening() ? 1 : inspector.errorString().contains(QLatin1String("rights")) ? 0 : 2;
    });
    QCOMPARE(outcome, 0);
#endif
}

void tst_InspectorAccess::environment_isNeeded()
{
    qunsetenv("NANOSTORES_INSPECT");
    QVERIFY(!Inspector::fromEnvironment());
    qputenv("NANOSTORES_INSPECT", "0");
    QVERIFY(!Inspector::fromEnvironment());
    qputenv("NANOSTORES_INSPECT", "1");
    const auto inspector = Inspector::fromEnvironment();
    qunsetenv("NANOSTORES_INSPECT");
    QVERIFY(inspector && inspector->isListening());
}

void tst_InspectorAccess::environment_asksForNoMoreThanIsAllowed()
{
    const auto capabilities = [](InspectorCapabilities allowed, const char *asked) {
        qputenv("NANOSTORES_INSPECT", asked);
        const auto inspector = Inspector::fromEnvironment({.capabilities = allowed});
        qunsetenv("NANOSTORES_INSPECT");
        QLocalSocket socket;
        socket.connectToServer(inspector->socket());
        socket.write("{\"nanostores\":1,\"capabilities\":[\"edit\"]}\n");
        QByteArray got;
        (void)QTest::qWaitFor([&] { return (got += socket.readAll()).endsWith('\n'); });
        return inspecting::object(got).value(QLatin1String("capabilities")).toArray();
    };
    const InspectorCapabilities both = InspectorCapability::Read | InspectorCapability::Edit;
    const QJsonArray read{QStringLiteral("read")};
    QCOMPARE(capabilities(both, "1"), read);
    QCOMPARE(capabilities(InspectorCapability::Read, "edit"), read);
    QCOMPARE(capabilities(both, "read, edit"), (QJsonArray{QStringLiteral("read"), QStringLiteral("edit")}));
}

void tst_InspectorAccess::environment_unknownWord()
{
    qputenv("NANOSTORES_INSPECT", "all");
    QTest::ignoreMessage(QtWarningMsg,
                         "NANOSTORES_INSPECT has the word \"all\", which is none of read, edit, travel and tcp");
    const auto inspector = Inspector::fromEnvironment();
    qunsetenv("NANOSTORES_INSPECT");
    QVERIFY(inspector);
}

void tst_InspectorAccess::tcp_onlyWhenAsked()
{
    const Inspector quiet;
    QCOMPARE(quiet.port(), quint16(0));
    QCOMPARE(quiet.tokenFile(), QString());
    qputenv("NANOSTORES_INSPECT", "tcp");
    const auto refused = Inspector::fromEnvironment({.name = QStringLiteral("refused")});
    const auto allowed = Inspector::fromEnvironment({.name = QStringLiteral("allowed"), .tcp = true});
    qunsetenv("NANOSTORES_INSPECT");
    QCOMPARE(refused->port(), quint16(0));
    QVERIFY(allowed->port() != 0);
}

void tst_InspectorAccess::endpoints_areThoseThatRun()
{
    QVERIFY(inspectorEndpoints().isEmpty());
    const Inspector inspector({.name = QStringLiteral("shop"), .tcp = true});
    QFile left(detail::inspectorSocket(detail::inspectorFolder(), QStringLiteral("gone"), 4'194'305));
    QVERIFY(left.open(QIODevice::WriteOnly));
    QFile other(detail::inspectorFolder() + QStringLiteral("/notes.txt"));
    QVERIFY(other.open(QIODevice::WriteOnly));
    const QList<InspectorEndpoint> endpoints = inspectorEndpoints();
    QCOMPARE(endpoints.size(), 2);
    for (const InspectorEndpoint &endpoint : endpoints) {
        QCOMPARE(endpoint.app, QStringLiteral("shop"));
        QCOMPARE(endpoint.pid, QCoreApplication::applicationPid());
        QVERIFY(endpoint.port == 0 ? endpoint.socket == inspector.socket() : endpoint.port == inspector.port());
    }
    QVERIFY(!left.exists());
    QVERIFY(other.remove());
}

/// Their processes are not seen from here.
void tst_InspectorAccess::endpoints_ofOtherContainersStay()
{
#ifdef Q_OS_UNIX
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(0);
    }
    QCOMPARE(::waitpid(child, nullptr, 0), child);
    const QString path = detail::inspectorSocket(detail::inspectorFolder(), QStringLiteral("board"), child);
    {
        QLocalServer server;
        QVERIFY(server.listen(path));
        QVERIFY(findInspectorEndpoint(QStringLiteral("board"), nullptr).has_value());
        QVERIFY(QFile::exists(path));
        QVERIFY(::link(path.toLocal8Bit().constData(), (path + QLatin1Char('1')).toLocal8Bit().constData()) == 0);
    }
    QVERIFY(QFile::rename(path + QLatin1Char('1'), path)); // as of a program that was killed
    QVERIFY(!findInspectorEndpoint(QStringLiteral("board"), nullptr).has_value());
    QVERIFY(!QFile::exists(path));
#endif
}

void tst_InspectorAccess::endpoints_byNameAndNumber()
{
    QString reason;
    QVERIFY(!findInspectorEndpoint({}, &reason));
    QVERIFY2(reason.contains(QLatin1String("NANOSTORES_INSPECT=1")), qPrintable(reason));
    const Inspector shop({.name = QStringLiteral("shop"), .tcp = true});
    QCOMPARE(findInspectorEndpoint({}, &reason)->socket, shop.socket());
    QCOMPARE(findInspectorEndpoint(QStringLiteral("shop"), &reason)->socket, shop.socket());
    QCOMPARE(findInspectorEndpoint(QString::number(QCoreApplication::applicationPid()), &reason)->app,
             QStringLiteral("shop"));
    QCOMPARE(findInspectorEndpoint(shop.socket(), &reason)->socket, shop.socket());
    QCOMPARE(findInspectorEndpoint(shop.tokenFile(), &reason)->port, shop.port());
    QVERIFY(!findInspectorEndpoint(QStringLiteral("till"), &reason));
    QVERIFY2(reason.contains(QLatin1String("shop")), qPrintable(reason));
    QVERIFY(!findInspectorEndpoint(QStringLiteral("/nowhere/x-1"), &reason));
    QVERIFY2(reason.contains(QLatin1String("does not exist")), qPrintable(reason));
}

QTEST_GUILESS_MAIN(tst_InspectorAccess)
#include "tst_inspectoraccess.moc"

// SPDX-License-Identifier: MIT

// DeepLinks of QML: which links are opened, when, and by which process.

#include <nanostores/core.h>
#include <nanostores/qmldeeplinks.h>
#include <nanostores/qmlrouter.h>
#include <nanostores/qt.h>

#include <QDesktopServices>
#include <QGuiApplication>
#include <QProcess>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace nanostores;
using namespace Qt::StringLiterals;

namespace {

const QRegularExpression isRefused(u"a link was refused"_s);

const char *const scene = R"(
    import QtQml
    import NanoStores.Router
    import NanoStores.DeepLinks
    QtObject {
        id: root
        property Router nav: Router {
            links: ({ shop: [], https: ["shop.example"] })
            routes: ({ home: "/", post: "/posts/:id" })
        }
        property DeepLinks links: DeepLinks {
            router: root.nav
            key: testKey
            quits: false
            arguments: testArguments
            onActivated: ++root.activations
            onRefused: (link, reason) => { root.refusal = link + ": " + reason }
        }
        property int activations: 0
        property string refusal
        property string seenAtStart: ""
        Component.onCompleted: seenAtStart = nav.url
    })";

/// A name that no other run of the test has.
QString newKey()
{
    return u"tst_qmldeeplinks "_s + QString::number(QRandomGenerator::global()->generate64());
}

/// A program of one QML file.
struct Program
{
    explicit Program(const QStringList &arguments = {}, const QString &key = newKey())
    {
        engine.rootContext()->setContextProperty(u"testKey"_s, key);
        engine.rootContext()->setContextProperty(u"testArguments"_s, QStringList{u"program"_s} + arguments);
        QQmlComponent component(&engine);
        component.setData(scene, QUrl(u"qrc:/scene.qml"_s));
        root.reset(component.create());
        if (!root) {
            qFatal("%s", qPrintable(component.errorString()));
        }
        nav = root->property("nav").value<RouterObject *>();
        links = root->property("links").value<DeclarativeDeepLinks *>();
    }
    QQmlEngine engine;
    std::unique_ptr<QObject> root;
    RouterObject *nav = nullptr;
    DeclarativeDeepLinks *links = nullptr;
};

/// The lines of a process of linkprocess.cpp.
class Instance
{
public:
    Instance(const QString &key, const QStringList &arguments)
    {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(QStringLiteral(LINK_PROCESS), QStringList{key} + arguments);
    }
    ~Instance()
    {
        m_process.kill();
        m_process.waitForFinished();
    }
    QList<QByteArray> lines()
    {
        m_output += m_process.readAllStandardOutput();
        return m_output.trimmed().split('\n');
    }
    bool hasEnded() const { return m_process.state() == QProcess::NotRunning; }
    int exitCode() const { return m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1; }

private:
    QProcess m_process;
    QByteArray m_output;
};

} // namespace

class tst_QmlDeepLinks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void arguments_linkIsOpenedWhenAllIsComplete();
    void arguments_withoutLink();
    void arguments_refusedLink();
    void openLink_answers();
    void role_ofTheFirst();
    void schemes_followTheRouter();
    void router_thatHasGoneTakesNoLinks();
    void router_thatIsAnotherOneTakesThem();
    void options_areReadOnce();
    void desktopServices_openOwnSchemes();
    void registration_isAskedFromQml();
    void registration_failureIsSaid();
    void secondInstance_handsItsLinkToTheFirst();
    void secondInstance_withoutLink();
    void secondInstance_refusedLink();
};

/// A history that is restored when the component is complete is not written over: the link comes on top of it.
void tst_QmlDeepLinks::arguments_linkIsOpenedWhenAllIsComplete()
{
    const Program program({u"--verbose"_s, u"shop://posts/7"_s});
    QCOMPARE(program.root->property("seenAtStart").toString(), u"/"_s);
    QTRY_COMPARE(program.nav->url(), u"/posts/7"_s);
    QCOMPARE(program.nav->depth(), 2);
    QCOMPARE(program.root->property("activations").toInt(), 1);
}

void tst_QmlDeepLinks::arguments_withoutLink()
{
    const Program program({u"--verbose"_s, u"file:///etc/passwd"_s});
    QCoreApplication::processEvents();
    QCOMPARE(program.nav->depth(), 1);
    QCOMPARE(program.root->property("activations").toInt(), 0);
}

void tst_QmlDeepLinks::arguments_refusedLink()
{
    QTest::ignoreMessage(QtWarningMsg, isRefused);
    const Program program({u"https://evil.example/posts/7"_s});
    QTRY_VERIFY(program.root->property("refusal").toString().startsWith(u"https://evil.example/posts/7: "_s));
    QCOMPARE(program.nav->depth(), 1);
}

void tst_QmlDeepLinks::openLink_answers()
{
    const Program program;
    QVERIFY(program.links->openLink(u"https://shop.example/posts/1"_s));
    QCOMPARE(program.nav->url(), u"/posts/1"_s);
    QTest::ignoreMessage(QtWarningMsg, isRefused);
    QVERIFY(!program.links->openLink(u"shop:/posts/%zz"_s));
    program.nav->setBlocked(true);
    QVERIFY(!program.links->openLink(u"shop:/posts/2"_s));
    QCOMPARE(program.nav->url(), u"/posts/1"_s);
}

void tst_QmlDeepLinks::role_ofTheFirst()
{
    const Program program;
    QCOMPARE(program.links->role(), DeclarativeDeepLinks::First);
    DeclarativeDeepLinks lonely;
    lonely.componentComplete();
    QCOMPARE(lonely.role(), DeclarativeDeepLinks::Unknown);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"is not opened: there is no router yet"_s));
    QVERIFY(!lonely.openLink(u"shop:/"_s));
}

void tst_QmlDeepLinks::schemes_followTheRouter()
{
    const Program program;
    QCOMPARE(program.links->schemes(), QStringList{u"shop"_s});
    QSignalSpy changed(program.links, &DeclarativeDeepLinks::schemesChanged);
    program.links->setRouter(nullptr);
    QCOMPARE(program.links->schemes(), QStringList());
    program.links->setRouter(program.nav);
    QCOMPARE(program.links->schemes(), QStringList{u"shop"_s});
    QCOMPARE(changed.count(), 2);
}

void tst_QmlDeepLinks::router_thatHasGoneTakesNoLinks()
{
    const Program program;
    delete program.nav;
    QVERIFY(!program.links->router());
    QTest::ignoreMessage(QtWarningMsg, isRefused);
    QVERIFY(!program.links->openLink(u"shop:/posts/1"_s));
    QVERIFY(program.root->property("refusal").toString().contains(u"are not taken"_s));
}

void tst_QmlDeepLinks::router_thatIsAnotherOneTakesThem()
{
    const Program program;
    QQmlComponent component(&const_cast<Program &>(program).engine);
    component.setData("import NanoStores.Router\nRouter { links: ({ comet: [] }); routes: ({ all: \"/*\" }) }", {});
    const std::unique_ptr<QObject> other(component.create());
    auto *const router = qobject_cast<RouterObject *>(other.get());
    QVERIFY2(router, qPrintable(component.errorString()));
    program.links->setRouter(router);
    QVERIFY(program.links->openLink(u"comet:/a"_s));
    QCOMPARE(router->url(), u"/a"_s);
    QCOMPARE(program.nav->url(), u"/"_s);
}

void tst_QmlDeepLinks::options_areReadOnce()
{
    const Program program;
    const QString key = program.links->key();
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"are read once"_s));
    program.links->setKey(u"other"_s);
    QCOMPARE(program.links->key(), key);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"are read once"_s));
    program.links->setArguments({});
    program.links->setKey(key); // is it already
}

void tst_QmlDeepLinks::desktopServices_openOwnSchemes()
{
    const Program program;
    QVERIFY(QDesktopServices::openUrl(QUrl(u"shop://posts/3"_s)));
    QCOMPARE(program.nav->url(), u"/posts/3"_s);
}

void tst_QmlDeepLinks::registration_isAskedFromQml()
{
#if !defined(Q_OS_UNIX) || defined(Q_OS_DARWIN)
    QSKIP("this system has no .desktop files");
#endif
    const QTemporaryDir folder;
    qputenv("XDG_CONFIG_HOME", folder.filePath(u"config"_s).toUtf8());
    qputenv("XDG_DATA_HOME", folder.filePath(u"data"_s).toUtf8());
    qunsetenv("FLATPAK_ID");
    qunsetenv("SNAP");
    const Program program;
    QSignalSpy changed(program.links, &DeclarativeDeepLinks::registeredChanged);
    QVERIFY(!program.links->isRegistered());
    QVERIFY(QMetaObject::invokeMethod(program.links, "registerSchemes"));
    QVERIFY(program.links->isRegistered());
    QFile list(folder.filePath(u"config/mimeapps.list"_s));
    QVERIFY(list.open(QIODevice::ReadOnly));
    QVERIFY(list.readAll().contains("\nx-scheme-handler/shop="));
    const Program later; // as after a restart
    QVERIFY(later.links->isRegistered());
    QVERIFY(QMetaObject::invokeMethod(program.links, "unregisterSchemes"));
    QVERIFY(!program.links->isRegistered());
    QCOMPARE(changed.count(), 2);
}

void tst_QmlDeepLinks::registration_failureIsSaid()
{
    qputenv("FLATPAK_ID", "example.Shop");
    const Program program;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"does not open links with this program: .*its package"_s));
    QVERIFY(!program.links->registerSchemes());
    QSignalSpy failed(program.links, &DeclarativeDeepLinks::registrationFailed);
    QVERIFY(!program.links->registerSchemes());
    QCOMPARE(failed.count(), 1);
    qunsetenv("FLATPAK_ID");
}

void tst_QmlDeepLinks::secondInstance_handsItsLinkToTheFirst()
{
    const QString key = newKey();
    Instance first(key, {});
    QTRY_COMPARE_WITH_TIMEOUT(first.lines(), QList<QByteArray>({"first", "shown"}), 60000);
    Instance second(key, {u"smallorbit://product/moon-lamp"_s});
    QTRY_VERIFY_WITH_TIMEOUT(second.hasEnded(), 60000);
    QCOMPARE(second.exitCode(), 0);
    QCOMPARE(second.lines(), QList<QByteArray>{"another"}); // no window was shown, and no page opened
    QTRY_COMPARE(first.lines(), QList<QByteArray>({"first", "shown", "at /product/moon-lamp", "activated"}));
    QVERIFY(!first.hasEnded());
}

void tst_QmlDeepLinks::secondInstance_withoutLink()
{
    const QString key = newKey();
    Instance first(key, {u"smallorbit://product/mug"_s});
    QTRY_COMPARE_WITH_TIMEOUT(first.lines().size(), 4, 60000); // the window may be shown before or after
    QVERIFY(first.lines().contains("at /product/mug") && first.lines().contains("shown"));
    Instance second(key, {});
    QTRY_VERIFY_WITH_TIMEOUT(second.hasEnded(), 60000);
    QCOMPARE(second.exitCode(), 0);
    QTRY_COMPARE(first.lines().mid(4), QList<QByteArray>{"activated"});
}

void tst_QmlDeepLinks::secondInstance_refusedLink()
{
    const QString key = newKey();
    Instance first(key, {});
    QTRY_COMPARE_WITH_TIMEOUT(first.lines(), QList<QByteArray>({"first", "shown"}), 60000);
    Instance second(key, {u"smallorbit://product/..%2F..%2Fetc"_s});
    QTRY_VERIFY_WITH_TIMEOUT(second.hasEnded(), 60000);
    QCOMPARE(second.exitCode(), 0);
    QTRY_COMPARE(first.lines().mid(2), QList<QByteArray>{"refused smallorbit://product/..%2F..%2Fetc"});
}

QTEST_MAIN(tst_QmlDeepLinks)

#include "tst_qmldeeplinks.moc"

// SPDX-License-Identifier: MIT

// Programs that have the system open links of their schemes with them: what is written, and what is left alone.

#include <nanostores/core.h>
#include <nanostores/deeplinks.h>
#include <nanostores/deeplinks/detail/schemes.h>
#include <nanostores/router.h>

#include <QDir>
#include <QFile>
#include <QGuiApplication>
#include <QProcess>
#include <QRegularExpression>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace nanostores;
using namespace Qt::StringLiterals;

namespace {

struct Home
{
};

auto makeRouter(const QList<LinkRule> &links)
{
    return createRouter({.links = links}, route<Home>("home", "/"));
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void writeTo(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

} // namespace

class tst_Schemes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void register_systemOpensLinksWithIt();
    void register_takesItFromAnotherProgram();
    void register_leavesAllElseAlone();
    void register_twiceIsTheSame();
    void register_movedProgramIsRegisteredAnew();
    void register_afterTheUserRemovedIt();
    void unregister_leavesNothing();
    void unregister_keepsWhatAnotherHasTaken();
    void register_refusesWithReason_data();
    void register_refusesWithReason();
    void register_whereNothingCanBeWritten();
    void register_inASandbox();
    void command_isQuoted();
    void setRouter_otherSchemes();
    void classes_ofWindows();

private:
    QString list() const { return m_folder->filePath(u"config/mimeapps.list"_s); }
    QString entry() const { return m_folder->filePath(u"data/applications/Small-Orbit.the-shop-links.desktop"_s); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_Schemes::init()
{
#if !defined(Q_OS_UNIX) || defined(Q_OS_DARWIN)
    QSKIP("this system has no .desktop files");
#endif
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(QDir(m_folder->path()).mkpath(u"config"_s));
    qputenv("XDG_CONFIG_HOME", m_folder->filePath(u"config"_s).toUtf8());
    qputenv("XDG_DATA_HOME", m_folder->filePath(u"data"_s).toUtf8());
    qunsetenv("APPIMAGE");
    qunsetenv("FLATPAK_ID");
    qunsetenv("SNAP");
    QCoreApplication::setOrganizationName(u"Small Orbit"_s);
    QCoreApplication::setApplicationName(u"the shop"_s);
}

void tst_Schemes::cleanup()
{
    QFile::setPermissions(m_folder->filePath(u"config"_s), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
}

void tst_Schemes::register_systemOpensLinksWithIt()
{
    DeepLinks links(makeRouter({{u"orbit"_s, {}}, {u"Orbit+s"_s, {}}, {u"https"_s, {u"shop.example"_s}}}));
    QCOMPARE(links.schemes(), QStringList({u"orbit"_s, u"orbit+s"_s}));
    QVERIFY(!links.areSchemesRegistered());
    QString reason;
    QVERIFY2(links.registerSchemes(&reason), qPrintable(reason));
    QVERIFY(links.areSchemesRegistered());
    QCOMPARE(contentOf(list()), "[Default Applications]\n"
                                "x-scheme-handler/orbit+s=Small-Orbit.the-shop-links.desktop;\n"
                                "x-scheme-handler/orbit=Small-Orbit.the-shop-links.desktop;\n"
                                "\n"
                                "[Added Associations]\n"
                                "x-scheme-handler/orbit+s=Small-Orbit.the-shop-links.desktop;\n"
                                "x-scheme-handler/orbit=Small-Orbit.the-shop-links.desktop;\n"_ba);
    const QByteArray program = QCoreApplication::applicationFilePath().toUtf8();
    QCOMPARE(contentOf(entry()), "[Desktop Entry]\nType=Application\nName=the shop\nTryExec=" + program + "\nExec=\""
                                     + program
                                     + "\" %u\nNoDisplay=true\nTerminal=false\n"
                                       "MimeType=x-scheme-handler/orbit;x-scheme-handler/orbit+s;\n");
    // What GLib, and with it browsers, make of that.
    const QString gio = QStandardPaths::findExecutable(u"gio"_s);
    if (!gio.isEmpty()) {
        QProcess asked;
        asked.start(gio, {u"mime"_s, u"x-scheme-handler/orbit"_s});
        QVERIFY(asked.waitForFinished());
        QVERIFY2(asked.readAllStandardOutput().split('\n').value(0).contains("Small-Orbit.the-shop-links.desktop"),
                 "gio names another program");
    }
}

void tst_Schemes::register_takesItFromAnotherProgram()
{
    writeTo(list(), "[Default Applications]\nx-scheme-handler/orbit=other.desktop;third.desktop\n");
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}));
    QVERIFY(!links.areSchemesRegistered());
    QVERIFY(links.registerSchemes());
    QVERIFY(contentOf(list()).startsWith(
        "[Default Applications]\n"
        "x-scheme-handler/orbit=Small-Orbit.the-shop-links.desktop;other.desktop;third.desktop;\n"));
    QVERIFY(links.unregisterSchemes());
    QCOMPARE(contentOf(list()).split('\n').value(1), "x-scheme-handler/orbit=other.desktop;third.desktop;"_ba);
}

void tst_Schemes::register_leavesAllElseAlone()
{
    const QByteArray before = "# of the user\n\n[Added Associations]\ntext/plain=a.desktop;\n"
                              "x-scheme-handler/orbital=b.desktop\n\n"
                              "[Default Applications]\n  text/html = c.desktop\ntext/html[de]=d.desktop\n\n"
                              "[Removed Associations]\nx-scheme-handler/orbit=e.desktop;\nbroken line\n";
    writeTo(list(), before);
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}));
    QVERIFY(links.registerSchemes());
    QList<QByteArray> after = contentOf(list()).split('\n');
    QCOMPARE(after.removeAll("x-scheme-handler/orbit=Small-Orbit.the-shop-links.desktop;"), qsizetype(2));
    QCOMPARE(after.join('\n'), before);
    QVERIFY(links.unregisterSchemes());
    QCOMPARE(contentOf(list()), before);
}

void tst_Schemes::register_twiceIsTheSame()
{
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}));
    QVERIFY(links.registerSchemes());
    const QByteArray once = contentOf(list());
    QVERIFY(links.registerSchemes());
    QCOMPARE(contentOf(list()), once);
}

void tst_Schemes::register_movedProgramIsRegisteredAnew()
{
    DeepLinks before(makeRouter({{u"orbit"_s, {}}}), {.command = {u"/old/shop"_s}});
    QVERIFY(before.registerSchemes());
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}), {.command = {u"/new/shop"_s}});
    QVERIFY(!links.areSchemesRegistered());
    QVERIFY(links.registerSchemes());
    QVERIFY(links.areSchemesRegistered());
    QVERIFY(contentOf(entry()).contains("\nExec=\"/new/shop\" %u\n"));
    QVERIFY(!before.areSchemesRegistered());
}

void tst_Schemes::register_afterTheUserRemovedIt()
{
    writeTo(list(), "[Removed Associations]\nx-scheme-handler/orbit=Small-Orbit.the-shop-links.desktop;\n");
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}));
    QVERIFY(links.registerSchemes());
    QVERIFY(contentOf(list()).startsWith("[Removed Associations]\n\n[Default Applications]\n"));
}

void tst_Schemes::unregister_leavesNothing()
{
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}));
    QVERIFY(links.unregisterSchemes()); // of what is not registered
    QVERIFY(!QFile::exists(list()));
    QVERIFY(links.registerSchemes());
    QVERIFY(links.unregisterSchemes());
    QVERIFY(!links.areSchemesRegistered());
    QVERIFY(!QFile::exists(entry()));
    QVERIFY(!contentOf(list()).contains("orbit"));
}

void tst_Schemes::unregister_keepsWhatAnotherHasTaken()
{
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}));
    QVERIFY(links.registerSchemes());
    writeTo(list(), "[Default Applications]\nx-scheme-handler/orbit=other.desktop;\n");
    QVERIFY(!links.areSchemesRegistered());
    QVERIFY(links.unregisterSchemes());
    QCOMPARE(contentOf(list()), "[Default Applications]\nx-scheme-handler/orbit=other.desktop;\n"_ba);
}

void tst_Schemes::register_refusesWithReason_data()
{
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<QString>("reason");
    QTest::newRow("of the web") << u"https"_s << u"opened by programs of the system"_s;
    QTest::newRow("files") << u"FILE"_s << u"opened by programs of the system"_s;
    QTest::newRow("a space") << u"my shop"_s << u"is no scheme"_s;
    QTest::newRow("a line") << u"shop\n[Default"_s << u"is no scheme"_s;
    QTest::newRow("a path") << u"../shop"_s << u"is no scheme"_s;
    QTest::newRow("nothing") << QString() << u"is no scheme"_s;
}

void tst_Schemes::register_refusesWithReason()
{
    QFETCH(const QString, scheme);
    QFETCH(const QString, reason);
    DeepLinks links(makeRouter({{scheme, {}}}));
    QString given;
    QVERIFY(!links.registerSchemes(&given));
    QVERIFY2(given.contains(reason), qPrintable(given));
    DeepLinks none(makeRouter({{u"https"_s, {u"shop.example"_s}}}));
    QVERIFY(!none.registerSchemes(&given));
    QVERIFY(given.contains(u"no scheme of its own"_s));
    QVERIFY(!QFile::exists(list()));
}

void tst_Schemes::register_whereNothingCanBeWritten()
{
    QVERIFY(QDir(m_folder->path()).mkpath(u"config/mimeapps.list"_s)); // a folder in its place
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}));
    QString reason;
    QVERIFY(!links.registerSchemes(&reason));
    QVERIFY2(reason.contains(list()), qPrintable(reason));
    QVERIFY(!links.areSchemesRegistered());
}

void tst_Schemes::register_inASandbox()
{
    qputenv("FLATPAK_ID", "example.Shop");
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}));
    QString reason;
    QVERIFY(!links.registerSchemes(&reason));
    QVERIFY2(reason.contains(u"its package"_s), qPrintable(reason));
}

void tst_Schemes::command_isQuoted()
{
    const detail::LinkHandler handler{
        u"id"_s, u"A \\ shop\nof two lines"_s, {u"/opt/a \"b\" $c/`d`\\e 100%"_s, u"--open"_s}};
    const QByteArray entry = detail::desktopEntry({u"orbit"_s}, handler);
    QVERIFY(entry.contains("\nName=A \\\\ shop\\nof two lines\n"));
    QVERIFY2(entry.contains("\nExec=\"/opt/a \\\\\"b\\\\\" \\\\$c/\\\\`d\\\\`\\\\\\\\e 100%%\" \"--open\" %u\n"),
             entry.constData());
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}), {.command = {u"/opt/shop\nExec=evil"_s}});
    QString reason;
    QVERIFY(!links.registerSchemes(&reason));
    QVERIFY(reason.contains(u"control character"_s));
}

void tst_Schemes::setRouter_otherSchemes()
{
    DeepLinks links(makeRouter({{u"orbit"_s, {}}}));
    QVERIFY(links.registerSchemes());
    const auto other = makeRouter({{u"comet"_s, {}}});
    links.setRouter(other);
    QCOMPARE(links.schemes(), QStringList{u"comet"_s});
    QVERIFY(!links.areSchemesRegistered());
    QVERIFY(links.openLink(u"comet:/"_s));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"a link was refused: \"orbit:/\""_s));
    QVERIFY(links.openLink(u"orbit:/"_s) == Navigated::Refused);
}

void tst_Schemes::classes_ofWindows()
{
    QSettings classes(m_folder->filePath(u"classes.ini"_s), QSettings::IniFormat);
    const detail::LinkHandler handler{u"id"_s, u"The shop"_s, {u"/opt/shop.exe"_s, u"--open"_s}};
    const detail::LinkHandler other{u"id"_s, u"Another one"_s, {u"/opt/other.exe"_s}};
    QVERIFY(!detail::isInClasses(classes, u"orbit"_s, handler));
    detail::addToClasses(classes, u"orbit"_s, handler);
    QVERIFY(detail::isInClasses(classes, u"orbit"_s, handler));
    QVERIFY(!detail::isInClasses(classes, u"orbit"_s, other));
    QCOMPARE(classes.value(u"orbit/."_s).toString(), u"URL:The shop"_s);
    QVERIFY(classes.value(u"orbit/shell/open/command/."_s).toString().endsWith(u" \"--open\" \"%1\""_s));
    detail::removeFromClasses(classes, u"orbit"_s, other);
    QVERIFY(detail::isInClasses(classes, u"orbit"_s, handler));
    detail::removeFromClasses(classes, u"orbit"_s, handler);
    QVERIFY(classes.allKeys().isEmpty());
}

QTEST_MAIN(tst_Schemes)

#include "tst_schemes.moc"

// SPDX-License-Identifier: MIT

// Runs the functions that the modules of this folder export, each in a fresh engine of either kind, on a manual clock.

#include "modulehost.h"
#include "support/timezone.h"

#include <nanostores/core/errors.h>
#include <nanostores/script/install.h>

#include <QDir>
#include <QJSEngine>
#include <QJSValueIterator>
#include <QLibrary>
#include <QTest>

#include <algorithm>
#include <memory>

using Host = support::ModuleHost;

class tst_Modules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void install_leavesTheGlobalsAlone_data();
    void install_leavesTheGlobalsAlone();
    void run_data();
    void run();
    void i18n_needsNoDatabaseOfTimeZones();
};

namespace {

QJSValue load(QJSEngine *engine, Host *host, const QString &file)
{
    // as foreign test suites do
    QLibrary library(QStringLiteral(CONFORMANCE_LIBRARY));
    const auto install = reinterpret_cast<void (*)(QJSEngine *)>(library.resolve("conformance_install"));
    if (!install) {
        return QJSValue(library.errorString());
    }
    install(engine);
    return host->load(file);
}

} // namespace

void tst_Modules::initTestCase()
{
    nanostores::setErrorHandler([](std::exception_ptr) {}); // some tests throw twice
    qputenv("QV4_GC_TIMELIMIT", "0"); // from Qt 6.8 on collectGarbage() ends after some milliseconds
}

void tst_Modules::install_leavesTheGlobalsAlone_data()
{
    QTest::addColumn<bool>("qml");
    QTest::newRow("QJSEngine") << false;
    QTest::newRow("QQmlEngine") << true;
}

void tst_Modules::install_leavesTheGlobalsAlone()
{
    QFETCH(bool, qml);
    const auto engine = support::makeEngine(qml);
    const QString names =
        QStringLiteral("[this, Object, Object.prototype, Array.prototype, Function.prototype, Promise, "
                       "Promise.prototype, Error.prototype].map(o => "
                       "Object.getOwnPropertyNames(o).sort().join()).join(' ')");
    const QString before = engine->evaluate(names).toString();
    QVERIFY(before.contains(QStringLiteral("hasOwnProperty")));
    Host host(engine.get());
    const QJSValue module = load(engine.get(), &host, QStringLiteral(SCRIPT_TESTS "/nanostores.mjs"));
    QVERIFY(!module.isError());
    module.property(QStringLiteral("map_tellsWhichKey")).call();
    QCOMPARE(engine->evaluate(names).toString(), before);
}

void tst_Modules::run_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("qml");

    const QDir folder(qEnvironmentVariable("NANOSTORES_MODULES", QStringLiteral(SCRIPT_TESTS))); // see ../upstream
    QStringList files = folder.entryList({QStringLiteral("*.mjs")});
#ifndef WITH_TESTKIT
    files.removeOne(QStringLiteral("testkit.mjs"));
#endif
#ifndef WITH_I18N
    files.erase(std::remove_if(files.begin(), files.end(),
                               [](const QString &file) { return file.startsWith(QStringLiteral("i18n")); }),
                files.end());
#endif
#ifndef WITH_PERSISTENT
    files.removeOne(QStringLiteral("persistent.mjs"));
#endif
    for (const QString &file : files) {
        QJSEngine engine;
        Host host(&engine);
        const QString path = folder.filePath(file);
        const QJSValue module = load(&engine, &host, path);
        QVERIFY2(!module.isError() && module.isObject(), qPrintable(file + QLatin1String(": ") + Host::textOf(module)));
        QJSValueIterator exported(module);
        while (exported.next()) {
            if (exported.value().isCallable()) {
                for (const bool qml : {false, true}) {
                    QTest::addRow("%s/%s/%s", qPrintable(file.chopped(4)), qPrintable(exported.name()),
                                  qml ? "QQmlEngine" : "QJSEngine")
                        << path << exported.name() << qml;
                }
            }
        }
    }
}

void tst_Modules::run()
{
    QFETCH(QString, file);
    QFETCH(QString, name);
    QFETCH(bool, qml);

    const auto engine = support::makeEngine(qml);
    Host host(engine.get());
    const QJSValue module = load(engine.get(), &host, file);
    host.start(module.property(name));
    QTRY_VERIFY(host.finished);
    QVERIFY2(host.failure.isNull(), qPrintable(host.failureText()));
    host.failure = {};
}

void tst_Modules::i18n_needsNoDatabaseOfTimeZones()
{
#ifndef WITH_I18N
    QSKIP("i18n is not built");
#endif
    for (const char *name : {"Nowhere/Land", "<+0545>-5:45", "Asia/Kathmandu"}) {
        const support::TimeZone zone(name);
        const auto engine = support::makeEngine(false);
        Host host(engine.get());
        const QJSValue module = load(engine.get(), &host, QStringLiteral(SCRIPT_TESTS "/i18n_format.mjs"));
        host.start(module.property(QStringLiteral("time_isLocalByDefault")));
        QTRY_VERIFY(host.finished);
        QVERIFY2(host.failure.isNull(),
                 qPrintable(QString::fromLatin1(name) + QStringLiteral(": ") + host.failureText()));
    }
}

QTEST_GUILESS_MAIN(tst_Modules)
#include "tst_modules.moc"

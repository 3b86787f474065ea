// SPDX-License-Identifier: MIT

// Runs a test suite of npm, which make.mjs has made a module of, with the modules of this library: each test in a fresh
// engine of either kind.

#include "../script/modulehost.h"

#include <nanostores/core/errors.h>
#include <nanostores/script/install.h>

#include <QTest>

class tst_UpstreamSuite : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void run_data();
    void run();
};

void tst_UpstreamSuite::run_data()
{
    nanostores::setErrorHandler([](std::exception_ptr) {}); // some tests reject what is not taken
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("isQml");
    QJSEngine engine;
    support::ModuleHost host(&engine);
    nanostores::installModules(&engine);
    const QJSValue module = host.load(QStringLiteral(SUITE));
    QVERIFY2(!module.isError(), qPrintable(support::ModuleHost::textOf(module)));
    const QStringList names = module.property(QStringLiteral("names")).call().toVariant().toStringList();
    QCOMPARE(names.size(), SUITE_TESTS);
    for (const QString &name : names) {
        QTest::newRow(qPrintable(name + QLatin1String(" (QJSEngine)"))) << name << false;
        QTest::newRow(qPrintable(name + QLatin1String(" (QQmlEngine)"))) << name << true;
    }
}

void tst_UpstreamSuite::run()
{
    QFETCH(const QString, name);
    QFETCH(const bool, isQml);
    const auto engine = support::makeEngine(isQml);
    support::ModuleHost host(engine.get());
    nanostores::installModules(engine.get());
    const QJSValue module = host.load(QStringLiteral(SUITE));
    host.start(module.property(QStringLiteral("run")), {name});
    QTRY_VERIFY(host.finished);
    QVERIFY2(host.failure.isNull(), qPrintable(host.failureText()));
    host.failure = {};
}

QTEST_GUILESS_MAIN(tst_UpstreamSuite)
#include "tst_upstreamsuite.moc"

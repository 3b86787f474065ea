// SPDX-License-Identifier: MIT

// Two runtimes in one process, on purpose. Built for three hosts: one linked to the shared core, one with a static core
// in it, and one without any.
#if !defined(HOST_NONE)
#include <nanostores/core.h>
#endif

#include <QCoreApplication>
#include <QLibrary>
#include <QtTest/QTest>

#include <string>

class tst_TwoRuntimes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void oneRuntime_isSilent();
    void second_isReportedWithBothPaths();
    void third_isReportedWithAllPaths();
    void each_worksByItself();

private:
    QLibrary m_hermit{QStringLiteral(PLUGIN_HERMIT)};
    QLibrary m_anchorite{QStringLiteral(PLUGIN_ANCHORITE)};
    QString m_firstPath;
    std::string m_reports;
};

[[maybe_unused]] static void keepReportsOf(QLibrary &plugin, std::string *reports)
{
    const auto keep = reinterpret_cast<void (*)(std::string *)>(plugin.resolve("keepReports"));
    QVERIFY(keep);
    keep(reports);
}

void tst_TwoRuntimes::initTestCase()
{
#if defined(HOST_NONE)
    m_firstPath = QStringLiteral(PLUGIN_HERMIT);
    QVERIFY2(m_hermit.load(), qPrintable(m_hermit.errorString()));
    keepReportsOf(m_hermit, &m_reports);
#else
    nanostores::setMisuseHandler([this](const std::string &message) { m_reports += message + '\n'; });
#if defined(HOST_SHARED)
    m_firstPath = QStringLiteral(CORE);
#else
    m_firstPath = QCoreApplication::applicationFilePath();
#endif
#endif
}

void tst_TwoRuntimes::oneRuntime_isSilent()
{
#if defined(HOST_SHARED)
    QLibrary loner(QStringLiteral(PLUGIN_LONER)); // linked to the same core
    QVERIFY2(loner.load(), qPrintable(loner.errorString()));
#endif
    QCOMPARE(m_reports, std::string());
}

void tst_TwoRuntimes::second_isReportedWithBothPaths()
{
#if defined(HOST_NONE)
    QLibrary &second = m_anchorite;
#else
    QLibrary &second = m_hermit;
#endif
    QVERIFY2(second.load(), qPrintable(second.errorString()));
    const QString report = QString::fromStdString(std::exchange(m_reports, {}));
    QCOMPARE(report.count(QLatin1Char('\n')), 1);
    QVERIFY2(report.contains(m_firstPath), qPrintable(report));
    QVERIFY2(report.contains(second.fileName()), qPrintable(report));
    QVERIFY2(report.contains(QStringLiteral("NANOSTORES_SHARED=ON")), qPrintable(report));
}

void tst_TwoRuntimes::third_isReportedWithAllPaths()
{
#if defined(HOST_NONE)
    QLibrary third(QStringLiteral(PLUGIN_LONER)); // brings the shared core along
    const QString path = QStringLiteral(CORE);
#else
    QLibrary &third = m_anchorite;
    const QString path = third.fileName();
#endif
    QVERIFY2(third.load(), qPrintable(third.errorString()));
    const QString report = QString::fromStdString(std::exchange(m_reports, {}));
    QCOMPARE(report.count(QLatin1Char('\n')), 1);
    QVERIFY2(report.contains(m_firstPath), qPrintable(report));
    QVERIFY2(report.contains(m_hermit.fileName()), qPrintable(report));
    QVERIFY2(report.contains(path), qPrintable(report));
}

void tst_TwoRuntimes::each_worksByItself()
{
    const auto of = [](QLibrary &plugin) { return reinterpret_cast<int (*)()>(plugin.resolve("act")); };
    QCOMPARE(of(m_hermit)(), 2);
    QCOMPARE(of(m_anchorite)(), 2);
    QCOMPARE(of(m_hermit)(), 3);
    QCOMPARE(m_reports, std::string());
#if !defined(HOST_NONE)
    nanostores::setMisuseHandler({});
#endif
}

QTEST_GUILESS_MAIN(tst_TwoRuntimes)
#include "tst_tworuntimes.moc"

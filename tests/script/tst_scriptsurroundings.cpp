// SPDX-License-Identifier: MIT

// The module @nanostores/query in a program with windows: it fetches as their focus and the network say.

#include <nanostores/script.h>

#include <support/manualtime.h>

#include <QGuiApplication>
#include <QJSEngine>
#include <QJSValue>
#include <QNetworkInformation>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include <memory>

class tst_ScriptSurroundings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void focus_fetchesAnew();
    void hidden_fetchesNothingUntilItIsShown();
    void inactive_isSeenAndFetches();
    void network_fetchesAnew();

private:
    int calls() { return m_engine->evaluate(QStringLiteral("shared.calls")).toInt(); }
    void pass(int milliseconds)
    {
        QTest::qWait(0); // promises
        m_time.advance(milliseconds);
        QTest::qWait(0);
    }
    static void setState(Qt::ApplicationState state) { Q_EMIT qGuiApp->applicationStateChanged(state); }

    support::ManualTime m_time;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QJSEngine> m_engine;
};

/// shared.show() mounts a store that counts its fetches.
void tst_ScriptSurroundings::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_engine = std::make_unique<QJSEngine>();
    nanostores::installModules(m_engine.get());
    m_engine->globalObject().setProperty(QStringLiteral("shared"), m_engine->newObject());
    QFile file(m_folder->filePath(QStringLiteral("stores.mjs")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("import { nanoquery } from '@nanostores/query'\n"
               "const [createFetcherStore] = nanoquery({ dedupeTime: 0 })\n"
               "shared.calls = 0\n"
               "const fetcher = () => { shared.calls++; return Promise.resolve(shared.calls) }\n"
               "shared.show = settings => { createFetcherStore('n', Object.assign({ fetcher }, settings)).listen(() => "
               "{}) }\n");
    file.close();
    const QJSValue module = m_engine->importModule(file.fileName());
    QVERIFY2(!m_engine->hasError() && !module.isError(), qPrintable(module.toString()));
}

void tst_ScriptSurroundings::cleanup()
{
    setState(Qt::ApplicationActive);
    m_engine.reset();
}

void tst_ScriptSurroundings::focus_fetchesAnew()
{
    m_engine->evaluate(QStringLiteral("shared.show({ revalidateOnFocus: true })"));
    pass(1);
    QCOMPARE(calls(), 1);
    setState(Qt::ApplicationInactive);
    QCOMPARE(calls(), 1);
    setState(Qt::ApplicationActive);
    QCOMPARE(calls(), 2);
}

void tst_ScriptSurroundings::hidden_fetchesNothingUntilItIsShown()
{
    m_engine->evaluate(QStringLiteral("shared.show({ revalidateInterval: 100 })"));
    pass(1);
    setState(Qt::ApplicationSuspended);
    for (int i = 0; i < 5; ++i) {
        pass(100);
    }
    QCOMPARE(calls(), 1);
    setState(Qt::ApplicationInactive); // windows that are seen
    pass(100);
    QCOMPARE(calls(), 2);
}

void tst_ScriptSurroundings::inactive_isSeenAndFetches()
{
    m_engine->evaluate(QStringLiteral("shared.show({ revalidateInterval: 100 })"));
    pass(1);
    setState(Qt::ApplicationInactive);
    pass(100);
    QCOMPARE(calls(), 2);
}

void tst_ScriptSurroundings::network_fetchesAnew()
{
    m_engine->evaluate(QStringLiteral("shared.show({ revalidateOnReconnect: true })"));
    pass(1);
    auto *const network = QNetworkInformation::instance();
    if (!network) {
        QSKIP("Qt has no network information here.");
    }
    using Reachability = QNetworkInformation::Reachability;
    Q_EMIT network->reachabilityChanged(Reachability::Online);
    pass(1);
    const int before = calls();
    Q_EMIT network->reachabilityChanged(Reachability::Disconnected);
    QCOMPARE(calls(), before);
    Q_EMIT network->reachabilityChanged(Reachability::Online);
    QCOMPARE(calls(), before + 1);
}

QTEST_MAIN(tst_ScriptSurroundings)
#include "tst_scriptsurroundings.moc"

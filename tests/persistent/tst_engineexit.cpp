// SPDX-License-Identifier: MIT
#include <nanostores/persistent.h>

#include "support/process.h"
#include "support/storage.h"

#include <QtTest/QTest>

#include <map>
#include <optional>
#include <string>
#include <thread>

using namespace nanostores;

/// How programs with engines end, whatever they have not written by then; and how they fork.
class tst_EngineExit : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void end_writesWhatWaits_data();
    void end_writesWhatWaits();
    void quickExit_keepsWhatWasFlushed();
    void fork_childIsRefusedAndParentGoesOn();
    void threadEnd_writesWhatWaits_data();
    void threadEnd_writesWhatWaits();
};

namespace {

std::map<std::string, std::string> stored(const QString &path)
{
    const auto engine = StorageEngine::sqlite(path.toStdString());
    if (!engine.load(std::chrono::seconds(30))) {
        return {{"error", engine.status().get().lastError}};
    }
    const auto entries = engine.entries();
    return {entries.begin(), entries.end()};
}

/// Runs the helper until it ends. What it prints.
QByteArray run(const QString &path, const QString &way, int expected = 0)
{
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NANOSTORES_TEST_FILE"), path);
    if (way == QStringLiteral("fork")) { // in the child, LeakSanitizer does not find what its parent's threads hold
        environment.insert(QStringLiteral("ASAN_OPTIONS"), QStringLiteral("detect_leaks=0"));
    }
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::SeparateChannels);
    process.start(QStringLiteral(ENGINE_PROCESS), {way});
    if (!process.waitForFinished(60000) || process.exitStatus() != QProcess::NormalExit
        || process.exitCode() != expected) {
        process.kill();
        process.waitForFinished();
        return "ended wrongly: " + process.readAllStandardError();
    }
    return process.readAllStandardOutput();
}

const std::map<std::string, std::string> cartOf(const std::map<std::string, std::string> &entries)
{
    auto cart = entries;
    cart.erase("count");
    return cart;
}

} // namespace

void tst_EngineExit::end_writesWhatWaits_data()
{
    QTest::addColumn<QString>("way");
    QTest::addColumn<QString>("count");
    QTest::newRow("main() returns") << QStringLiteral("return") << QStringLiteral("8"); // set by a destructor after it
    QTest::newRow("without an application") << QStringLiteral("noApplication") << QStringLiteral("7");
    QTest::newRow("exit()") << QStringLiteral("exit") << QStringLiteral("8");
    QTest::newRow("exit() in a listener") << QStringLiteral("exitInListener") << QStringLiteral("8");
    QTest::newRow("exit() in a batch") << QStringLiteral("exitInBatch") << QStringLiteral("8");
    QTest::newRow("quit()") << QStringLiteral("quit") << QStringLiteral("8");
}

void tst_EngineExit::end_writesWhatWaits()
{
    QFETCH(QString, way);
    QFETCH(QString, count);
    const QTemporaryDir folder(support::folderTemplate());
    const auto path = folder.filePath(QStringLiteral("state.db"));
    QCOMPARE(run(path, way), QByteArray());
    const auto entries = stored(path);
    QCOMPARE(cartOf(entries), (std::map<std::string, std::string>{{"cart/milk", "3"}, {"cart/tea", "2"}}));
    QCOMPARE(QString::fromStdString(entries.at("count")), count);
}

/// It runs nothing at the end, and so what was set last is lost; the file is whole.
void tst_EngineExit::quickExit_keepsWhatWasFlushed()
{
    const QTemporaryDir folder(support::folderTemplate());
    const auto path = folder.filePath(QStringLiteral("state.db"));
    QCOMPARE(run(path, QStringLiteral("quickExit")), QByteArray());
    const auto entries = stored(path);
    QCOMPARE(cartOf(entries), (std::map<std::string, std::string>{{"cart/milk", "3"}, {"cart/tea", "2"}}));
    QCOMPARE(entries.at("count"), std::string("7"));
}

void tst_EngineExit::fork_childIsRefusedAndParentGoesOn()
{
#ifdef Q_OS_UNIX
    const QTemporaryDir folder(support::folderTemplate());
    const auto path = folder.filePath(QStringLiteral("state.db"));
    const auto lines = run(path, QStringLiteral("fork")).split('\n');
    QCOMPARE(lines.value(0), QByteArray("not written"));
    QVERIFY2(lines.value(1).contains("before fork()"), lines.value(1).constData());
    QCOMPARE(lines.value(2), QByteArray("ended 5"));
    QCOMPARE(lines.value(3), QByteArray("ended 6"));
    QCOMPARE(lines.value(4), QByteArray("parent 1"));
    QCOMPARE(lines.value(5), QByteArray("written"));
    QCOMPARE(stored(path).at("count"), std::string("8")); // 4, and then what a destructor has set
#else
    QSKIP("this system has no fork()");
#endif
}

void tst_EngineExit::threadEnd_writesWhatWaits_data()
{
    QTest::addColumn<bool>("engineStays");
    QTest::newRow("the engine ends with the thread") << false;
    QTest::newRow("the engine stays") << true;
}

/// Of a thread without an event loop, which nothing else would write for.
void tst_EngineExit::threadEnd_writesWhatWaits()
{
    QFETCH(bool, engineStays);
    const MemoryArea area;
    std::optional<StorageEngine> kept;
    std::thread thread([&] {
        const auto engine = StorageEngine::memory(area);
        const auto count = persistentAtom(engine, "count", 0);
        const auto prices = persistentMap<std::string, int>(engine, "price.");
        count.set(5);
        prices.setKey("tea", 3);
        if (engineStays) {
            kept = engine;
        }
    });
    thread.join();
    QTRY_COMPARE(area.value("count"), std::optional<std::string>("5"));
    QTRY_COMPARE(area.value("price.tea"), std::optional<std::string>("3"));
}

QTEST_GUILESS_MAIN(tst_EngineExit)
#include "tst_engineexit.moc"

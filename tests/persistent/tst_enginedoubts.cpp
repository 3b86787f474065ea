// SPDX-License-Identifier: MIT
#include "persistent/support/faulty.h"
#include "support/handlers.h"

#include <nanostores/persistent.h>

#include <QTest>

#include <string>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Faulty;

/// Compared writes of calls that have failed, and have written all the same.
class tst_EngineDoubts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writtenAndFailedTwice_isWritten();
    void writtenAndFailed_isNoConflictWithItself();
    void writtenToAnotherStorageAndFailed_isNotKnown_data();
    void writtenToAnotherStorageAndFailed_isNotKnown();
};

/// What a failed call has written may come back by the feed before the next call, which fails as well.
void tst_EngineDoubts::writtenAndFailedTwice_isWritten()
{
    const Faulty f(EngineOptions{.firstRetry = 1000s, .longestRetry = 1000s});
    QVERIFY(f.engine.load(5s));
    const auto other = StorageEngine::memory(f.area);
    f.faults.fail(EngineErrorKind::Failed, 1, 1, true);
    const auto compared = f.engine.compareAndSet("n", 0, "1");
    QTRY_COMPARE(f.state(), EngineState::Failed);
    QCOMPARE(f.value("n"), std::string("1"));
    f.faults.fail(EngineErrorKind::Failed, 2, 1); // the feed first
    other.set("b", "1"); // wakes the engine
    QTRY_COMPARE(f.engine.get("b"), std::optional<std::string>("1"));
    QTRY_COMPARE(f.faults.applies(), 2);
    QTRY_COMPARE(f.state(), EngineState::Failed);
    other.set("c", "1");
    QTRY_VERIFY(compared.done());
    QVERIFY(compared.result());
    QCOMPARE(f.value("n"), std::string("1"));
}

void tst_EngineDoubts::writtenAndFailed_isNoConflictWithItself()
{
    const Faulty f(EngineOptions{.firstRetry = 1000s, .longestRetry = 1000s});
    const auto other = StorageEngine::memory(f.area);
    int merges = 0;
    const auto sum = [&](const int &base, const int &mine, const int &theirs) {
        ++merges;
        return mine + theirs - base;
    };
    const auto count = persistentAtom(f.engine, "count", 0, {.onConflict = merge(sum)});
    QVERIFY(f.engine.load(5s));
    f.faults.fail(EngineErrorKind::Failed, 1, 1, true);
    count.set(1);
    QTRY_COMPARE(f.state(), EngineState::Failed);
    QCOMPARE(f.value("count"), std::string("1"));
    other.set("b", "1"); // wakes the engine, which hears of its own write first
    QVERIFY(f.engine.flushNow(5s));
    QCOMPARE(count.get(), 1);
    QCOMPARE(f.value("count"), std::string("1"));
    QCOMPARE(merges, 0);
}

void tst_EngineDoubts::writtenToAnotherStorageAndFailed_isNotKnown_data()
{
    QTest::addColumn<bool>("isSeen");
    QTest::addColumn<bool>("isOverwritten");
    QTest::newRow("seen before the next attempt") << true << false;
    QTest::newRow("overwritten") << false << true;
    QTest::newRow("overwritten and seen") << true << true;
}

/// The versions of one storage say nothing about what was written to another.
void tst_EngineDoubts::writtenToAnotherStorageAndFailed_isNotKnown()
{
    QFETCH(bool, isSeen);
    QFETCH(bool, isOverwritten);
    const Faulty f(EngineOptions{.firstRetry = 1000s, .longestRetry = 1000s});
    for (const char *key : {"a", "b", "c", "d"}) { // of versions above those of the other storage
        f.engine.set(key, "1");
        QVERIFY(f.engine.flushNow(5s));
    }
    f.faults.dropWakes(true);
    f.area.replace();
    f.faults.fail(EngineErrorKind::Failed, 1, 1, true);
    const auto compared = f.engine.compareAndSet("n", 0, "1");
    QTRY_COMPARE(f.state(), EngineState::Failed);
    QCOMPARE(f.value("n"), std::string("1"));
    if (isOverwritten) {
        const auto other = StorageEngine::memory(f.area);
        QVERIFY(other.load(5s));
        other.set("n", "2");
        QVERIFY(other.flushNow(5s));
    }
    if (isSeen) {
        f.faults.dropWakes(false);
        QTRY_COMPARE(f.engine.status().get().resyncs, std::uint64_t{1});
    }
    f.engine.flushNow(5s);
    QTRY_VERIFY(compared.done());
    QVERIFY(support::thrownBy([&] { compared.result(); }).contains(QLatin1String("it is not known")));
    QCOMPARE(f.value("n"), std::string(isOverwritten ? "2" : "1"));
}

QTEST_GUILESS_MAIN(tst_EngineDoubts)
#include "tst_enginedoubts.moc"

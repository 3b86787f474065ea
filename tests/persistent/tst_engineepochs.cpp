// SPDX-License-Identifier: MIT
#include "persistent/support/faulty.h"
#include "persistent/support/opened.h"

#include <nanostores/persistent.h>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>
#include <string>

using namespace nanostores;
using namespace std::chrono_literals;
using support::Faulty;
using support::Opened;

/// Versions of one storage are no versions of the one that takes its place, though the numbers may be the same.
class tst_EngineEpochs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void backend_data();
    void backend();
    void compareAndSet_data();
    void compareAndSet();
    void compareAndSet_leavesTheValueToAnEmptyStorage_data() { compareAndSet_data(); }
    void compareAndSet_leavesTheValueToAnEmptyStorage();
    void store_isInConflict_data() { compareAndSet_data(); }
    void store_isInConflict();
    void store_ofTheSameValueIsWritten_data() { compareAndSet_data(); }
    void store_ofTheSameValueIsWritten();
    void compareAndSet_ofTheSameValueIsWritten_data() { compareAndSet_data(); }
    void compareAndSet_ofTheSameValueIsWritten();
};

namespace {

/// Another storage takes the place of the engine's, with this value under the version that the engine knows.
void replaceBy(const Faulty &f, const std::string &value)
{
    f.area.replace();
    const auto other = StorageEngine::memory(f.area);
    QVERIFY(other.load(5s));
    other.set("n", value);
    QVERIFY(other.flushNow(5s));
    QCOMPARE(other.versionOf("n"), std::uint64_t{1});
}

/// The engine sees the other storage with its next write; or it is about to read it when the write is made.
void replaceAround(const Faulty &f, const std::string &value, bool isReading, const std::function<void()> &write)
{
    if (isReading) {
        f.faults.stall();
    } else {
        f.faults.dropWakes(true);
    }
    replaceBy(f, value);
    write();
    f.faults.goOn();
}

} // namespace

void tst_EngineEpochs::backend_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"memory", "sqlite", "json"}) {
        QTest::newRow(kind) << QString::fromLatin1(kind);
    }
}

void tst_EngineEpochs::backend()
{
    QFETCH(QString, kind);
    const QTemporaryDir folder;
    const MemoryArea area;
    const auto make = [&](const QString &name) {
        const QString path = folder.filePath(name);
        if (kind == QLatin1String("memory")) {
            return memoryBackend(area);
        }
        if (kind == QLatin1String("json")) {
            JsonOptions options;
            options.path = path;
            return jsonBackend(options);
        }
        SqliteOptions options;
        options.path = path;
        return sqliteBackend(options);
    };
    const Opened storage(make(QStringLiteral("one")));
    storage.load();
    QCOMPARE(storage.set("n", "1").version, std::uint64_t{1});
    const auto takePlace = [&] {
        area.replace();
        {
            const Opened other(make(QStringLiteral("two")), 2);
            other.load();
            QCOMPARE(other.set("n", "theirs").version, std::uint64_t{1});
        }
        if (kind != QLatin1String("memory")) {
            QVERIFY(QFile::remove(folder.filePath(QStringLiteral("one"))));
            QVERIFY(QDir(folder.path()).rename(QStringLiteral("two"), QStringLiteral("one")));
        }
    };
    takePlace();
    const auto outcome = storage.set("n", "mine", 0, 1);
    QVERIFY(outcome.result == WriteResult::Conflict);
    QCOMPARE(outcome.current->value, std::optional<std::string>("theirs"));
    storage.load();
    QVERIFY(storage.set("n", "mine", 0, outcome.current->version).result == WriteResult::Written);
    takePlace();
    QVERIFY(storage.set("m", "mine", 0, 0).result == WriteResult::Written); // no entry is none in each storage
}

void tst_EngineEpochs::compareAndSet_data()
{
    QTest::addColumn<bool>("isReading");
    QTest::newRow("seen with the write") << false;
    QTest::newRow("read before the write") << true;
}

void tst_EngineEpochs::compareAndSet()
{
    QFETCH(bool, isReading);
    const Faulty f;
    f.engine.set("n", "1");
    QVERIFY(f.engine.flushNow(5s));
    QCOMPARE(f.engine.versionOf("n"), std::uint64_t{1});
    std::optional<Task<bool>> compared;
    replaceAround(f, "theirs", isReading, [&] { compared = f.engine.compareAndSet("n", 1, "mine"); });
    QTRY_VERIFY(compared->done());
    QVERIFY(!compared->result());
    QCOMPARE(f.value("n"), std::string("theirs"));
    QTRY_COMPARE(f.engine.get("n"), std::optional<std::string>("theirs"));
}

/// It is in conflict, as its version is of the storage before; what is known is written to the empty one all the same.
void tst_EngineEpochs::compareAndSet_leavesTheValueToAnEmptyStorage()
{
    QFETCH(bool, isReading);
    const Faulty f;
    f.engine.set("n", "1");
    QVERIFY(f.engine.flushNow(5s));
    if (isReading) {
        f.faults.stall();
    } else {
        f.faults.dropWakes(true);
    }
    f.area.replace();
    const auto compared = f.engine.compareAndSet("n", 1, "2");
    f.faults.goOn();
    QTRY_VERIFY(compared.done());
    QVERIFY(!compared.result());
    QTRY_COMPARE(f.area.value("n"), std::optional<std::string>("1"));
    QCOMPARE(f.engine.get("n"), std::optional<std::string>("1"));
    QTRY_COMPARE(f.engine.pending().get(), std::size_t(0));
    const auto again = f.engine.compareAndSet("n", f.engine.versionOf("n"), "2");
    QTRY_VERIFY(again.done());
    QVERIFY(again.result());
}

void tst_EngineEpochs::store_isInConflict()
{
    QFETCH(bool, isReading);
    const Faulty f;
    const auto n = persistentAtom(f.engine, "n", "initial", {.onConflict = reject});
    n.set("base");
    QVERIFY(f.engine.flushNow(5s));
    replaceAround(f, "theirs", isReading, [&] { n.set("mine"); });
    QTRY_VERIFY(conflictOf(n).get());
    QCOMPARE(f.value("n"), std::string("theirs"));
    QCOMPARE(conflictOf(n).get()->theirs, std::string("theirs"));
    conflictOf(n).get()->keepMine();
    QTRY_COMPARE(f.value("n"), std::string("mine"));
}

/// Nothing but the number of its version is another one.
void tst_EngineEpochs::store_ofTheSameValueIsWritten()
{
    QFETCH(bool, isReading);
    const Faulty f;
    const auto n = persistentAtom(f.engine, "n", "initial", {.onConflict = reject});
    n.set("base");
    QVERIFY(f.engine.flushNow(5s));
    replaceAround(f, "base", isReading, [&] { n.set("mine"); });
    QTRY_COMPARE(f.value("n"), std::string("mine"));
    QVERIFY(!conflictOf(n).get());
}

void tst_EngineEpochs::compareAndSet_ofTheSameValueIsWritten()
{
    QFETCH(bool, isReading);
    const Faulty f;
    const auto n = persistentAtom(f.engine, "n", "initial");
    n.set("base");
    QVERIFY(f.engine.flushNow(5s));
    std::optional<Task<bool>> compared;
    replaceAround(f, "base", isReading, [&] { compared = nanostores::compareAndSet(n, "base", "mine"); });
    QTRY_VERIFY(compared->done());
    QVERIFY(compared->result());
    QCOMPARE(f.value("n"), std::string("mine"));
}

QTEST_GUILESS_MAIN(tst_EngineEpochs)
#include "tst_engineepochs.moc"

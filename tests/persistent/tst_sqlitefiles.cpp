// SPDX-License-Identifier: MIT
#include "support/storage.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QProcess>
#include <QtCore/QStandardPaths>
#include <QtTest/QTest>

#include <sqlite3.h>

#include <string>

#include <sys/file.h>

using namespace nanostores;
using support::errorOf;
using support::messageOf;
using support::Storage;
using support::Values;

using namespace std::chrono_literals;

/// Files that are deleted, replaced, moved or locked while they are open, and files of other versions and programs.
class tst_SqliteFiles : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(support::folderTemplate()); }

    void deleted_isMadeAgain();
    void deleted_withAllBesideIt();
    void moved_isMadeAgain();
    void replaced_isRead();
    void replaced_byAnOlderCopy();
    void replaced_withALogOfTheFileBefore();
    void replaced_bothEndOnTheSame();
    void folder_isMovedWithAll();
    void folder_thatIsDeletedIsAnError();
    void olderCopy_isReported();
    void olderCopy_writtenOverTheOpenFile();
    void locked_openDoesNotWait();
    void locked_writeNamesTheProcess();
    void locked_byAnotherProgram();
    void lockFile_ofADeadProcess();
    void newer_isReadOnly();
    void newer_thatIsNotUnderstood();
    void format1_isRead();
    void otherProgram_isLeftAlone();
    void salvage_thatWasInterrupted();

private:
    QString path(const char *name = "state.db") const { return m_folder->filePath(QString::fromLatin1(name)); }
    /// Another connection to the file, as a tool has it.
    static bool execute(const QString &file, const char *sql)
    {
        sqlite3 *db = nullptr;
        const bool isDone = sqlite3_open(file.toUtf8().constData(), &db) == SQLITE_OK
                            && sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
        sqlite3_close(db);
        return isDone;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_SqliteFiles::deleted_isMadeAgain()
{
    Storage storage(path());
    storage.put("a", "1");
    const auto before = storage->load();
    QVERIFY(QFile::remove(path()));
    QVERIFY(storage->changesSince(before.position, before.epoch).tooOld);
    QVERIFY(storage->load().epoch != before.epoch);
    const StorageWrite write{"a", "2", 0, {}};
    const auto applied = storage->apply({&write, 1}, Durability::Second);
    QVERIFY(applied.epoch != before.epoch);
    Storage other(path(), 2);
    QCOMPARE(other.values(), (Values{{"a", "2"}}));
}

void tst_SqliteFiles::deleted_withAllBesideIt()
{
    Storage storage(path());
    Storage other(path(), 2);
    storage.put("a", "1");
    const auto before = other->load();
    for (const auto &name : support::filesLike(m_folder->path(), QStringLiteral("state.db*"))) {
        QVERIFY(QFile::remove(m_folder->filePath(name)));
    }
    storage.put("a", "2");
    QTRY_VERIFY(other.wakes > 0);
    QVERIFY(other->changesSince(before.position, before.epoch).tooOld);
    other.put("b", "1");
    QCOMPARE(storage.values(), (Values{{"a", "2"}, {"b", "1"}}));
    QCOMPARE(other.values(), storage.values());
}

void tst_SqliteFiles::folder_thatIsDeletedIsAnError()
{
    const QString folder = path("deep");
    QVERIFY(QDir().mkpath(folder));
    Storage storage(folder + QStringLiteral("/state.db"));
    storage.put("a", "1");
    const auto before = storage->load();
    QVERIFY(QDir(folder).removeRecursively());
    for (int i = 0; i < 3; ++i) { // each call finds no lock file, and can make none
        QVERIFY(errorOf([&] { storage->changesSince(before.position, before.epoch); }));
        const StorageWrite write{"a", "2", 0, {}};
        QVERIFY(errorOf([&] { storage->apply({&write, 1}, Durability::Second); }));
    }
    QVERIFY(QDir().mkpath(folder));
    storage.put("a", "3");
    QCOMPARE(storage.values(), (Values{{"a", "3"}}));
}

void tst_SqliteFiles::moved_isMadeAgain()
{
    Storage storage(path());
    storage.put("a", "1");
    QVERIFY(QFile::rename(path(), path("old.db")));
    storage.put("b", "2");
    QCOMPARE(storage.values(), (Values{{"b", "2"}}));
}

void tst_SqliteFiles::replaced_isRead()
{
    Storage(path("new.db")).put("from", "another program");
    Storage storage(path());
    storage.put("a", "1");
    const auto before = storage->load();
    QVERIFY(QFile::remove(path()));
    QVERIFY(QFile::rename(path("new.db"), path()));
    QVERIFY(storage->changesSince(before.position, before.epoch).tooOld);
    QCOMPARE(storage.values(), (Values{{"from", "another program"}}));
}

void tst_SqliteFiles::replaced_byAnOlderCopy()
{
    Storage(path()).put("a", "1");
    QVERIFY(QFile::copy(path(), path("copy.db")));
    Storage storage(path());
    const auto before = storage->load();
    storage.put("a", "2");
    QVERIFY(QFile::remove(path()));
    QVERIFY(QFile::rename(path("copy.db"), path()));
    QVERIFY(storage->changesSince(1, before.epoch).tooOld);
    const auto after = storage->load();
    QCOMPARE(Storage::valuesOf(after), (Values{{"a", "1"}}));
    QVERIFY(after.epoch != before.epoch);
}

void tst_SqliteFiles::replaced_withALogOfTheFileBefore()
{
    Storage(path("new.db")).putAll({{"x", "1"}, {"y", "2"}});
    Storage storage(path());
    for (int i = 0; i < 100; ++i) {
        storage.put("key" + std::to_string(i), "only in the log");
    }
    QVERIFY(QFile::exists(path("state.db-wal")));
    QVERIFY(QFile::rename(path(), path("old.db")));
    QVERIFY(QFile::rename(path("new.db"), path()));
    storage.put("z", "3");
    QCOMPARE(storage.values(), (Values{{"x", "1"}, {"y", "2"}, {"z", "3"}}));
    QVERIFY(storage->load().repairs.empty());
}

void tst_SqliteFiles::replaced_bothEndOnTheSame()
{
    Storage(path("new.db")).put("x", "1");
    Storage first(path());
    Storage second(path(), 2);
    const auto before = second->load();
    first.put("a", "1");
    QVERIFY(QFile::remove(path()));
    QVERIFY(QFile::rename(path("new.db"), path()));
    first.put("b", "1");
    second.put("c", "1");
    first.put("d", "1");
    QVERIFY(second->changesSince(before.position, before.epoch).tooOld);
    const Values all{{"x", "1"}, {"b", "1"}, {"c", "1"}, {"d", "1"}};
    QCOMPARE(first.values(), all);
    QCOMPARE(second.values(), all);
    QCOMPARE(first->load().epoch, second->load().epoch);
}

void tst_SqliteFiles::folder_isMovedWithAll()
{
    QVERIFY(QDir(m_folder->path()).mkpath(QStringLiteral("one")));
    QVERIFY(QDir(m_folder->path()).mkpath(QStringLiteral("two")));
    {
        Storage storage(path("one/state.db"));
        storage.put("a", "only in the log");
        for (const char *name : {"state.db", "state.db-wal", "state.db-lock"}) { // as after a crash, on a new computer
            QVERIFY(QFile::copy(path("one/") + QString::fromLatin1(name), path("two/") + QString::fromLatin1(name)));
        }
    }
    Storage storage(path("two/state.db"));
    const auto state = storage->load();
    QCOMPARE(Storage::valuesOf(state), (Values{{"a", "only in the log"}}));
    QVERIFY(state.repairs.empty());
}

void tst_SqliteFiles::olderCopy_isReported()
{
    Storage(path()).put("a", "1");
    QVERIFY(QFile::copy(path(), path("copy.db")));
    std::uint64_t epoch = 0;
    {
        Storage storage(path());
        storage.put("a", "2");
        storage.put("a", "3");
        epoch = storage->load().epoch;
    }
    QVERIFY(QFile::remove(path()));
    QVERIFY(QFile::rename(path("copy.db"), path()));
    Storage storage(path());
    const auto state = storage->load();
    QCOMPARE(Storage::valuesOf(state), (Values{{"a", "1"}}));
    QCOMPARE(state.repairs.size(), std::size_t(1));
    QVERIFY(state.repairs[0].find("its last 2 changes are lost") != std::string::npos);
    QVERIFY(state.epoch != epoch);
    QVERIFY(storage->load().repairs.empty());
}

void tst_SqliteFiles::olderCopy_writtenOverTheOpenFile()
{
    Storage storage(path());
    storage.put("a", "1");
    storage.put("a", "2");
    const auto before = storage->load();
    // As `sqlite3 state.db ".restore old.db"` does, and no plain copy: that would be under the log of the open file.
    QVERIFY(execute(path(), "begin immediate; delete from kv; update meta set seq = 0; commit"));
    QVERIFY(errorOf([&] { storage->changesSince(before.position, before.epoch); }) == std::nullopt);
    const auto state = storage->load();
    QVERIFY(state.epoch != before.epoch);
    QVERIFY(state.entries.empty());
}

namespace {

/// The lock of a file, as another process holds it.
class Held
{
public:
    explicit Held(const QString &file)
        : m_file(file + QStringLiteral("-lock"))
    {
        m_isHeld = m_file.open(QIODevice::ReadWrite) && flock(m_file.handle(), LOCK_EX | LOCK_NB) == 0;
    }
    bool isHeld() const { return m_isHeld; }

private:
    QFile m_file;
    bool m_isHeld = false;
};

} // namespace

void tst_SqliteFiles::locked_openDoesNotWait()
{
    Storage(path()).put("a", "1");
    auto held = std::make_unique<Held>(path());
    QVERIFY(held->isHeld());
    const auto backend = sqliteBackend({path()});
    QCOMPARE(errorOf([&] { backend->open({1, {}, {}}); }), EngineErrorKind::Unavailable);
    QCOMPARE(errorOf([&] { backend->open({1, {}, {}}); }), EngineErrorKind::Unavailable);
    held.reset();
    backend->open({1, {}, {}});
    QCOMPARE(Storage::valuesOf(backend->load()), (Values{{"a", "1"}}));
    backend->close(1s);
}

void tst_SqliteFiles::locked_writeNamesTheProcess()
{
    SqliteOptions options;
    options.patience = 0ms;
    Storage storage(path(), 1, options);
    storage.put("a", "1");
    {
        const Held held(path());
        QVERIFY(held.isHeld());
        const auto text = messageOf([&] { storage.put("a", "2"); });
#ifdef Q_OS_LINUX
        QVERIFY2(text.contains(QStringLiteral("process %1").arg(QCoreApplication::applicationPid())), qPrintable(text));
#endif
        QCOMPARE(errorOf([&] { storage.put("a", "2"); }), EngineErrorKind::Unavailable);
        QCOMPARE(storage.values(), (Values{{"a", "1"}})); // reading goes on
    }
    storage.put("a", "2");
    QCOMPARE(storage.values(), (Values{{"a", "2"}}));
}

void tst_SqliteFiles::locked_byAnotherProgram()
{
    Storage storage(path());
    storage.put("a", "1");
    sqlite3 *db = nullptr;
    QCOMPARE(sqlite3_open(path().toUtf8().constData(), &db), SQLITE_OK);
    QCOMPARE(sqlite3_exec(db, "begin immediate", nullptr, nullptr, nullptr), SQLITE_OK);
    QCOMPARE(errorOf([&] { storage.put("a", "2"); }), EngineErrorKind::Unavailable);
    sqlite3_close(db);
    storage.put("a", "2");
    QCOMPARE(storage.values(), (Values{{"a", "2"}}));
}

void tst_SqliteFiles::lockFile_ofADeadProcess()
{
    QFile file(path("state.db-lock"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("4194303\nsomething else\n");
    file.close();
    Storage storage(path());
    storage.put("a", "1");
    QCOMPARE(storage.values(), (Values{{"a", "1"}}));
}

void tst_SqliteFiles::newer_isReadOnly()
{
    Storage(path()).put("a", "1");
    QVERIFY(execute(path(), "pragma user_version = 2; alter table kv add column extra"));
    // A number alone is damage, and is repaired.
    {
        Storage storage(path());
        storage.put("a", "2");
        QVERIFY(!storage->load().readOnly);
    }
    QVERIFY(
        execute(path(), "pragma user_version = 2; update meta set format = 2, epoch = 5, seq = 2, crc = 2192394657"));
    Storage storage(path());
    const auto state = storage->load();
    QVERIFY(state.readOnly);
    QCOMPARE(Storage::valuesOf(state), (Values{{"a", "2"}}));
    QVERIFY(!state.repairs.empty());
    QCOMPARE(errorOf([&] { storage.put("a", "3"); }), EngineErrorKind::Newer);
    QVERIFY(!storage->changesSince(state.position, state.epoch).tooOld);
    QCOMPARE(storage.values(), (Values{{"a", "2"}}));
}

void tst_SqliteFiles::newer_thatIsNotUnderstood()
{
    Storage(path()).put("a", "1");
    QVERIFY(execute(path(), "pragma user_version = 7; drop table meta; create table meta(json text)"));
    QCOMPARE(errorOf([&] { Storage storage(path()); }), EngineErrorKind::Newer);
    QVERIFY(support::filesLike(m_folder->path(), QStringLiteral("*.broken-*")).isEmpty());
    QVERIFY(execute(path(), "insert into meta values('{}')")); // as it was
}

/// A file that the first version has written.
void tst_SqliteFiles::format1_isRead()
{
    QVERIFY(QFile::copy(QFINDTESTDATA("data/format-1.db"), path()));
    QVERIFY(QFile::setPermissions(path(), QFile::ReadOwner | QFile::WriteOwner));
    Storage storage(path());
    const auto state = storage->load();
    QVERIFY(state.repairs.empty());
    QVERIFY(!state.readOnly);
    QCOMPARE(state.position, Position(4));
    QCOMPARE(Storage::valuesOf(state), (Values{{"theme", "dark"}, {"volume", "11"}}));
    const auto feed = storage->changesSince(0, state.epoch);
    QCOMPARE(feed.changes.size(), std::size_t(3));
    QCOMPARE(feed.changes[0], (StorageEntry{"theme", "dark", 1, 0, 77}));
    QCOMPARE(feed.changes[1], (StorageEntry{"volume", "11", 2, 3, 77}));
    QCOMPARE(feed.changes[2], (StorageEntry{"gone", {}, 4, 0, 77}));
}

void tst_SqliteFiles::otherProgram_isLeftAlone()
{
    QVERIFY(execute(path(), "create table kv(a, b); create table meta(c); insert into kv values(1, 2)"));
    const auto before = QFileInfo(path()).size();
    QCOMPARE(errorOf([&] { Storage storage(path()); }), EngineErrorKind::Misuse);
    QCOMPARE(QFileInfo(path()).size(), before);
    QVERIFY(support::filesLike(m_folder->path(), QStringLiteral("*.broken-*")).isEmpty());
}

void tst_SqliteFiles::salvage_thatWasInterrupted()
{
    Storage(path()).put("a", "1");
    // The damaged file has got its other name, and the repaired one not yet the place of it.
    QVERIFY(QFile::rename(path(), path("state.db.salvage")));
    QCOMPARE(Storage(path()).values(), (Values{{"a", "1"}}));
    // One that was not finished is of no use.
    QVERIFY(QFile::copy(path(), path("state.db.salvage")));
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.write("damaged");
    }
    QCOMPARE(Storage(path()).values(), (Values{{"a", "1"}}));
    QVERIFY(!QFile::exists(path("state.db.salvage")));
}

QTEST_GUILESS_MAIN(tst_SqliteFiles)
#include "tst_sqlitefiles.moc"

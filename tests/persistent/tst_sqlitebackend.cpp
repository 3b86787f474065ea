// SPDX-License-Identifier: MIT
#include "support/storage.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFile>
#include <QtTest/QTest>

#include <set>
#include <string>

using namespace nanostores;
using support::errorOf;
using support::Storage;
using support::Values;

using namespace std::chrono_literals;

namespace {

/// Opened before there is a QCoreApplication, as those that are made before main().
std::unique_ptr<Storage> early;

} // namespace

/// What sqliteBackend() does while nothing goes wrong.
class tst_SqliteBackend : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(support::folderTemplate()); }

    void load_newFileIsEmpty();
    void apply_isThereAfterOpeningAgain();
    void apply_anyBytes();
    void apply_versionsGrowByOne();
    void apply_expectedVersion();
    void apply_newerSchemaStays();
    void apply_writesTheOthersOfATransaction();
    void apply_tooLargeWritesNothing();
    void delete_ofAMissingKeyIsWritten();
    void delete_isInTheFeed();
    void delete_isForgottenAfterAThousandChanges();
    void changesSince_hasEachKeyOnce();
    void changesSince_otherEpochIsTooOld();
    void changesSince_laterPositionIsTooOld();
    void prefix_isAllThatIsRead();
    void wake_whenAnotherWrites();
    void wake_notForOnesOwnWrites();
    void wake_afterTheLockFileWasDeleted();
    void wake_openedBeforeTheApplication();
    void twoOfOneFile_writeInTurn();
    void position_isOnForAll();
    void durability_eachWrites();
    void open_relativePathIsInTheApplicationsFolder();
    void open_throughALinkIsTheSameFile();
    void close_leavesOneFile();
    void close_leavesNothingOpen();
    void traits_sayWhatItCan();
    void sync_withoutWritesDoesNothing();

private:
    QString path(const char *name = "state.db") const { return m_folder->filePath(QString::fromLatin1(name)); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_SqliteBackend::load_newFileIsEmpty()
{
    Storage storage(path());
    const auto state = storage->load();
    QVERIFY(state.entries.empty());
    QCOMPARE(state.position, Position(0));
    QVERIFY(state.epoch != 0);
    QVERIFY(!state.readOnly);
    QVERIFY(state.repairs.empty());
    QCOMPARE(storage->place(), path().toStdString());
}

void tst_SqliteBackend::apply_isThereAfterOpeningAgain()
{
    std::uint64_t epoch = 0;
    {
        Storage storage(path(), 7);
        epoch = storage->load().epoch;
        QCOMPARE(storage.put({"theme", "dark", 3, {}}).version, std::uint64_t(1));
    }
    Storage storage(path(), 8);
    const auto state = storage->load();
    QCOMPARE(state.entries.size(), std::size_t(1));
    QCOMPARE(state.entries[0], (StorageEntry{"theme", "dark", 1, 3, 7}));
    QCOMPARE(state.position, Position(1));
    QCOMPARE(state.epoch, epoch);
}

void tst_SqliteBackend::apply_anyBytes()
{
    const Values values{
        {"", "empty key"},
        {"empty value", ""},
        {std::string("a\0b", 3), std::string("\0\xFF\0", 3)},
        {"schl\xC3\xBCssel/\xF0\x9F\x94\x91", "\xF0\x9F\x94\x91"},
        {"'; drop table kv; --", "%"},
        {"long", std::string(100'000, 'x')},
    };
    Storage(path()).putAll(values);
    Storage storage(path());
    QCOMPARE(storage.values(), values);
    for (const auto &[key, value] : values) {
        const StorageWrite write{key, "new", 0, 1000};
        const auto outcome = storage.put(write);
        QCOMPARE(outcome.result, WriteResult::Conflict);
        QCOMPARE(outcome.current->key, key);
        QCOMPARE(*outcome.current->value, value);
    }
}

void tst_SqliteBackend::apply_versionsGrowByOne()
{
    Storage storage(path());
    QCOMPARE(storage.put("a", "1").version, std::uint64_t(1));
    QCOMPARE(storage.put("b", "1").version, std::uint64_t(2));
    QCOMPARE(storage.put("a", "1").version, std::uint64_t(3));
    QCOMPARE(storage->load().position, Position(3));
}

void tst_SqliteBackend::apply_expectedVersion()
{
    Storage storage(path());
    const auto put = [&](std::uint64_t expect, std::optional<std::string> value) {
        return storage.put({"key", std::move(value), 0, expect});
    };
    auto outcome = put(4, "wrong");
    QCOMPARE(outcome.result, WriteResult::Conflict);
    QVERIFY(!outcome.current);
    QCOMPARE(put(0, "first").version, std::uint64_t(1));
    outcome = put(0, "again");
    QCOMPARE(outcome.result, WriteResult::Conflict);
    QCOMPARE(*outcome.current, (StorageEntry{"key", "first", 1, 0, 1}));
    QCOMPARE(put(1, "second").version, std::uint64_t(2));
    QCOMPARE(put(1, "late").result, WriteResult::Conflict);
    QCOMPARE(put(1, {}).result, WriteResult::Conflict);
    QCOMPARE(put(2, {}).version, std::uint64_t(3));
    QCOMPARE(put(2, "late").result, WriteResult::Conflict);
    QVERIFY(!put(2, "late").current);
    QCOMPARE(put(3, "by the version of the deletion").version, std::uint64_t(4));
    QCOMPARE(put(4, {}).version, std::uint64_t(5));
    QCOMPARE(put(0, "as if it had never been").version, std::uint64_t(6));
    QCOMPARE(storage.values(), (Values{{"key", "as if it had never been"}}));
}

void tst_SqliteBackend::apply_newerSchemaStays()
{
    Storage storage(path());
    storage.put({"key", "new", 3, {}});
    auto outcome = storage.put({"key", "old", 2, {}});
    QCOMPARE(outcome.result, WriteResult::Newer);
    QCOMPARE(*outcome.current, (StorageEntry{"key", "new", 1, 3, 1}));
    outcome = storage.put({"key", {}, 2, {}});
    QCOMPARE(outcome.result, WriteResult::Newer);
    QCOMPARE(storage.put({"key", "old", 2, 1}).result, WriteResult::Newer);
    QCOMPARE(storage.put({"key", "old", 2, 7}).result, WriteResult::Newer); // before versions are compared
    QCOMPARE(storage.values(), (Values{{"key", "new"}}));
    QCOMPARE(storage->load().position, Position(1));
    storage.put({"key", {}, 3, {}});
    QCOMPARE(storage.put({"key", "old", 2, {}}).result, WriteResult::Written); // deleted counts as none
}

void tst_SqliteBackend::apply_writesTheOthersOfATransaction()
{
    Storage storage(path());
    storage.put({"newer", "1", 9, {}});
    const std::vector<StorageWrite> writes{
        {"a", "1", 0, {}}, {"newer", "2", 0, {}}, {"b", "1", 0, 5}, {"a", "2", 0, 2}, {"missing", {}, 0, {}}};
    const auto applied = storage->apply(writes, Durability::Disk);
    QCOMPARE(applied.outcomes.size(), writes.size());
    QCOMPARE(applied.outcomes[0].version, std::uint64_t(2));
    QCOMPARE(applied.outcomes[1].result, WriteResult::Newer);
    QCOMPARE(applied.outcomes[2].result, WriteResult::Conflict);
    QCOMPARE(applied.outcomes[3].version, std::uint64_t(3));
    QCOMPARE(applied.outcomes[4].result, WriteResult::Written);
    QCOMPARE(applied.epoch, storage->load().epoch);
    QCOMPARE(storage.values(), (Values{{"a", "2"}, {"newer", "1"}}));
}

void tst_SqliteBackend::apply_tooLargeWritesNothing()
{
    Storage storage(path());
    const auto traits = storage->traits();
    const std::string key(traits.largestKey, 'k');
    const std::string value(traits.largestValue, 'v');
    storage.put(key, value);
    std::vector<StorageWrite> writes{{"a", "1", 0, {}}, {key + "k", "1", 0, {}}};
    QCOMPARE(errorOf([&] { storage->apply(writes, Durability::Second); }), EngineErrorKind::TooLarge);
    writes[1] = {"b", value + "v", 0, {}};
    QCOMPARE(errorOf([&] { storage->apply(writes, Durability::Second); }), EngineErrorKind::TooLarge);
    QCOMPARE(storage.values(), (Values{{key, value}}));
}

void tst_SqliteBackend::delete_ofAMissingKeyIsWritten()
{
    Storage storage(path());
    QCOMPARE(storage.put("key", {}).result, WriteResult::Written);
    QCOMPARE(storage->load().position, Position(0));
}

void tst_SqliteBackend::delete_isInTheFeed()
{
    Storage storage(path());
    const auto epoch = storage->load().epoch;
    storage.put("key", "1");
    storage.put("key", {});
    const auto feed = storage->changesSince(1, epoch);
    QVERIFY(!feed.tooOld);
    QCOMPARE(feed.changes.size(), std::size_t(1));
    QCOMPARE(feed.changes[0], (StorageEntry{"key", {}, 2, 0, 1}));
    QCOMPARE(storage.values(), Values{});
}

void tst_SqliteBackend::delete_isForgottenAfterAThousandChanges()
{
    Storage storage(path());
    const auto epoch = storage->load().epoch;
    for (int round = 0; round < 3; ++round) {
        std::vector<StorageWrite> writes;
        for (int i = 0; i < 1000; ++i) {
            writes.push_back({"key" + std::to_string(i), "1", 0, {}});
        }
        storage->apply(writes, Durability::Process);
        for (auto &write : writes) {
            write.value.reset();
        }
        storage->apply(writes, Durability::Process);
    }
    QVERIFY(storage->changesSince(1, epoch).tooOld);
    const auto feed = storage->changesSince(5000, epoch);
    QVERIFY(!feed.tooOld);
    QCOMPARE(feed.changes.size(), std::size_t(1000));
    QVERIFY(!storage->changesSince(5500, epoch).tooOld);
}

void tst_SqliteBackend::changesSince_hasEachKeyOnce()
{
    Storage storage(path());
    Storage other(path(), 2);
    auto state = other->load();
    QVERIFY(other->changesSince(state.position, state.epoch).changes.empty());
    storage.put("a", "1");
    storage.put("b", "1");
    storage.put("a", "2");
    const auto feed = other->changesSince(state.position, state.epoch);
    QCOMPARE(feed.changes, (std::vector<StorageEntry>{{"b", "1", 2, 0, 1}, {"a", "2", 3, 0, 1}}));
    QCOMPARE(feed.position, Position(3));
    QCOMPARE(feed.epoch, state.epoch);
    QVERIFY(other->changesSince(feed.position, feed.epoch).changes.empty());
}

void tst_SqliteBackend::changesSince_otherEpochIsTooOld()
{
    Storage storage(path());
    const auto epoch = storage->load().epoch;
    storage.put("a", "1");
    const auto feed = storage->changesSince(0, epoch + 1);
    QVERIFY(feed.tooOld);
    QCOMPARE(feed.epoch, epoch);
    QVERIFY(feed.changes.empty());
}

void tst_SqliteBackend::changesSince_laterPositionIsTooOld()
{
    Storage storage(path());
    QVERIFY(storage->changesSince(1, storage->load().epoch).tooOld);
}

void tst_SqliteBackend::prefix_isAllThatIsRead()
{
    Storage(path()).putAll({{"a", "1"}, {"b/", "2"}, {"b/1", "3"}, {"b/\xFF", "4"}, {"b0", "5"}, {"c", "6"}});
    const auto backend = sqliteBackend({path()});
    backend->open({2, "b/", {}});
    const Values wanted{{"b/", "2"}, {"b/1", "3"}, {"b/\xFF", "4"}};
    QCOMPARE(Storage::valuesOf(backend->load()), wanted);
    StorageState state;
    const auto feed = backend->changesSince(1, backend->load().epoch);
    state.entries = feed.changes;
    QCOMPARE(Storage::valuesOf(state), wanted);
    QCOMPARE(feed.position, Position(6));
    backend->close(1s);
}

void tst_SqliteBackend::wake_whenAnotherWrites()
{
    Storage storage(path());
    Storage other(path(), 2);
    const auto state = other->load();
    storage.put("a", "1");
    QTRY_VERIFY(other.wakes > 0);
    QCOMPARE(other->changesSince(state.position, state.epoch).changes.size(), std::size_t(1));
}

void tst_SqliteBackend::wake_notForOnesOwnWrites()
{
    Storage storage(path());
    Storage other(path(), 2);
    storage->load();
    for (int i = 0; i < 20; ++i) {
        storage.put("a", std::to_string(i));
    }
    QTRY_VERIFY(other.wakes > 0);
    QCOMPARE(storage.wakes, 0);
    // What another has written before is not hidden by one's own write.
    const auto state = other->load();
    other.put("b", "1");
    storage.put("a", "last");
    QTRY_VERIFY(storage.wakes > 0);
    QTRY_VERIFY(!other->changesSince(state.position, state.epoch).changes.empty());
}

void tst_SqliteBackend::wake_afterTheLockFileWasDeleted()
{
    Storage storage(path());
    Storage other(path(), 2);
    auto state = other->load();
    QVERIFY(QFile::remove(path() + QStringLiteral("-lock")));
    QTRY_VERIFY(other.wakes > 0);
    QVERIFY(other->changesSince(state.position, state.epoch).changes.empty()); // makes it again
    other.wakes = 0;
    storage.put("a", "1");
    QTRY_VERIFY(other.wakes > 0);
    QCOMPARE(other.values(), (Values{{"a", "1"}}));
    QCOMPARE(other->load().epoch, state.epoch);
}

void tst_SqliteBackend::wake_openedBeforeTheApplication()
{
    early->wakes = 0;
    Storage other(QString::fromStdString((*early)->place()), 2);
    other.put("a", "1");
    QTRY_VERIFY(early->wakes > 0);
    early.reset();
}

void tst_SqliteBackend::twoOfOneFile_writeInTurn()
{
    Storage first(path());
    Storage second(path(), 2);
    std::uint64_t version = 0;
    for (int i = 0; i < 200; ++i) {
        auto &storage = i % 2 == 0 ? first : second;
        const auto outcome = storage.put({"counter", std::to_string(i + 1), 0, version});
        QCOMPARE(outcome.result, WriteResult::Written);
        version = outcome.version;
    }
    QCOMPARE(first.values(), (Values{{"counter", "200"}}));
    QCOMPARE(second->load().position, Position(200));
}

void tst_SqliteBackend::position_isOnForAll()
{
    Storage first(path());
    Storage second(path(), 2);
    QCOMPARE(first.put("a", "1").version, std::uint64_t(1));
    QCOMPARE(second.put("b", "1").version, std::uint64_t(2));
    QCOMPARE(first->load().entries, second->load().entries);
}

void tst_SqliteBackend::durability_eachWrites()
{
    {
        Storage storage(path());
        storage.put("process", "1", Durability::Process);
        storage.put("second", "1", Durability::Second);
        storage->sync();
        storage.put("disk", "1", Durability::Disk);
        storage->sync();
    }
    QCOMPARE(Storage(path()).values(), (Values{{"process", "1"}, {"second", "1"}, {"disk", "1"}}));
}

void tst_SqliteBackend::open_relativePathIsInTheApplicationsFolder()
{
    qputenv("XDG_DATA_HOME", m_folder->path().toUtf8());
    const auto backend = sqliteBackend({QStringLiteral("deep/state.db")});
    qunsetenv("XDG_DATA_HOME");
    backend->open({1, {}, {}});
    QVERIFY(QFile::exists(QString::fromStdString(backend->place())));
#ifdef Q_OS_LINUX
    QVERIFY(backend->place().starts_with(m_folder->path().toStdString()));
#endif
    QVERIFY(backend->place().ends_with("/deep/state.db"));
    backend->close(1s);
}

void tst_SqliteBackend::open_throughALinkIsTheSameFile()
{
    Storage storage(path());
    storage.put("a", "1");
    QVERIFY(QFile::link(path(), path("link.db")));
    Storage linked(path("link.db"), 2);
    QCOMPARE(linked->place(), storage->place());
    linked.put("b", "2");
    QCOMPARE(storage.values(), (Values{{"a", "1"}, {"b", "2"}}));
    QVERIFY(!QFile::exists(path("link.db-lock")));
}

void tst_SqliteBackend::close_leavesOneFile()
{
    {
        Storage storage(path());
        storage.put("a", "1");
        for (const char *name : {"state.db", "state.db-lock", "state.db-wal", "state.db-shm"}) {
            QVERIFY2(QFile::exists(path(name)), name);
            QCOMPARE(QFile::permissions(path(name)) & ~QFile::Permissions(QFile::ReadUser | QFile::WriteUser),
                     QFile::Permissions(QFile::ReadOwner | QFile::WriteOwner));
        }
    }
    QCOMPARE(support::filesLike(m_folder->path(), QStringLiteral("*")),
             (QStringList{QStringLiteral("state.db"), QStringLiteral("state.db-lock")}));
}

void tst_SqliteBackend::close_leavesNothingOpen()
{
    const auto openFiles = [] {
        return QDir(QStringLiteral("/proc/self/fd")).entryList(QDir::Files | QDir::System).size();
    };
    const auto threads = [] { return QDir(QStringLiteral("/proc/self/task")).entryList(QDir::Dirs).size(); };
    Storage(path()).put("a", "1");
    const auto filesBefore = openFiles();
    const auto threadsBefore = threads();
    for (int i = 0; i < 50; ++i) {
        Storage first(path());
        Storage second(path(), 2);
        Storage third(path("other.db"), 3);
        if (i % 10 == 0) {
            second->load();
            first.put("a", std::to_string(i));
            QTRY_VERIFY(second.wakes > 0);
        }
    }
    QCOMPARE(openFiles(), filesBefore);
    QTRY_VERIFY(threads() <= threadsBefore);
}

void tst_SqliteBackend::traits_sayWhatItCan()
{
    const auto traits = sqliteBackend({path()})->traits();
    QVERIFY(traits.comparesVersions);
    QVERIFY(traits.isShared);
    QVERIFY(!traits.isRemote);
    QVERIFY(!traits.isEncrypted);
    QCOMPARE(traits.durability, Durability::Disk);
}

void tst_SqliteBackend::sync_withoutWritesDoesNothing()
{
    Storage storage(path());
    Storage other(path(), 2);
    other->load();
    storage->sync();
    QCOMPARE(other->load().position, Position(0));
}

int main(int argc, char *argv[])
{
    const QTemporaryDir folder(support::folderTemplate());
    early = std::make_unique<Storage>(folder.filePath(QStringLiteral("early.db")));
    Storage(folder.filePath(QStringLiteral("closed.db"))).put("a", "1");
    const QCoreApplication app(argc, argv);
    tst_SqliteBackend test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_sqlitebackend.moc"

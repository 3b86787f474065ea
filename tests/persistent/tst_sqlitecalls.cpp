// SPDX-License-Identifier: MIT
#include "support/faults.h"
#include "support/faultshim.h"
#include "support/storage.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <sys/mount.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>
#include <vector>

using namespace nanostores;
using support::errorOf;
using support::inChild;
using support::messageOf;
using support::resultOf;
using support::Shared;
using support::Storage;
using support::Values;

using namespace std::chrono_literals;

/// Calls of the system that fail, each in turn; disks that are full, and files without permission.
class tst_SqliteCalls : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(support::folderTemplate()); }
    void cleanup()
    {
        shim::disarm();
        shim::watch({});
        shim::setFileSystem(0);
        shim::moveClock(0);
    }

    void call_fails_data();
    void call_fails();
    void fullDisk_losesNothingAndGoesOn();
    void smallDisk_losesNothingAndGoesOn();
    void noPermission_isRead();
    void noPermission_writtenByTheOwnerMeanwhile();
    void noPermission_isWrittenOnceItIsGiven();
    void noPermission_newFile();
    void readOnlyMount_isRead();
    void networkFileSystem_isRefused();
    void networkFileSystem_byPolling();
    void clock_isNotLookedAt();

private:
    QString path() const { return m_folder->filePath(QStringLiteral("state.db")); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void tst_SqliteCalls::call_fails_data()
{
    QTest::addColumn<int>("fault");
    QTest::addColumn<bool>("lasts");
    QTest::newRow("EIO") << int(shim::Fault::Io) << false;
    QTest::newRow("EIO, all later ones") << int(shim::Fault::Io) << true;
    QTest::newRow("ENOSPC") << int(shim::Fault::Full) << false;
    QTest::newRow("ENOSPC, all later ones") << int(shim::Fault::Full) << true;
    QTest::newRow("EINTR") << int(shim::Fault::Interrupted) << false;
    QTest::newRow("short write") << int(shim::Fault::Short) << false;
}

/// What was acknowledged is there, what failed is there or not, and once no call fails any more all is written.
void tst_SqliteCalls::call_fails()
{
    QFETCH(int, fault);
    QFETCH(bool, lasts);
    for (long n = 1;; ++n) {
        const QTemporaryDir folder(support::folderTemplate());
        const auto file = folder.filePath(QStringLiteral("state.db"));
        Storage(file).put("key", "0", Durability::Disk);
        shim::watch(folder.path().toStdString());
        shim::arm(shim::Fault(fault), n, lasts);

        int written = 0;
        int asked = 0;
        int errors = 0;
        const auto failing = [&](auto f) {
            const auto kind = errorOf(f);
            errors += kind ? 1 : 0;
            const bool isExpected = !kind || *kind == EngineErrorKind::Failed || *kind == EngineErrorKind::Full
                                    || *kind == EngineErrorKind::Unavailable;
            if (!isExpected) {
                qWarning("call %ld: %s", n, qPrintable(messageOf(f)));
            }
            return !kind && isExpected;
        };
        const auto backend = sqliteBackend({file});
        const bool isOpen = failing([&] { backend->open({1, {}, {}}); });
        if (isOpen) {
            failing([&] { backend->load(); });
            for (int i = 1; i <= 4; ++i) {
                const auto text = std::to_string(i);
                const std::vector<StorageWrite> writes{{"key", text, 0, {}}, {"twin", text, 0, {}}};
                asked = i;
                if (failing([&] { backend->apply(writes, i % 2 == 0 ? Durability::Disk : Durability::Second); })) {
                    written = i;
                }
            }
            failing([&] { backend->sync(); });
        }
        const long calls = shim::disarm();

        // The same backend goes on.
        if (!isOpen) {
            backend->open({1, {}, {}});
        }
        const auto state = backend->load();
        const auto values = Storage::valuesOf(state);
        const int found = std::stoi(values.at("key"));
        QVERIFY2(found >= written && found <= asked, qPrintable(QString::number(n)));
        QCOMPARE(values.contains("twin"), found > 0);
        QVERIFY(found == 0 || values.at("twin") == values.at("key"));
        QVERIFY2(state.repairs.empty(), state.repairs.empty() ? "" : state.repairs[0].c_str());
        const StorageWrite last{"key", "9", 0, {}};
        QCOMPARE(backend->apply({&last, 1}, Durability::Disk).outcomes[0].result, WriteResult::Written);
        backend->close(1s);
        QCOMPARE(Storage(file).values()["key"], std::string("9"));
        if (calls < n) {
            QCOMPARE(errors, 0);
            QVERIFY(n > 5);
            return;
        }
    }
}

void tst_SqliteCalls::fullDisk_losesNothingAndGoesOn()
{
    shim::watch(m_folder->path().toStdString());
    Storage storage(path());
    storage.put("key", "1");
    const auto epoch = storage->load().epoch;
    shim::arm(shim::Fault::Full, 1, true);
    QCOMPARE(errorOf([&] { storage.put("key", "2"); }), EngineErrorKind::Full);
    QCOMPARE(errorOf([&] { storage.put("key", "2", Durability::Disk); }), EngineErrorKind::Full);
    QCOMPARE(storage.values(), (Values{{"key", "1"}}));
    shim::disarm();
    storage.put("key", "2");
    QCOMPARE(storage.values(), (Values{{"key", "2"}}));
    QCOMPARE(storage->load().epoch, epoch);
}

void tst_SqliteCalls::smallDisk_losesNothingAndGoesOn()
{
    const auto mountPoint = m_folder->filePath(QStringLiteral("small")).toUtf8();
    QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("small")));
    if (mount("tmpfs", mountPoint, "tmpfs", 0, "size=400k") != 0) {
        QSKIP("needs CAP_SYS_ADMIN to mount a small disk; fullDisk_losesNothingAndGoesOn() has it by the shim");
    }
    {
        Storage storage(QString::fromUtf8(mountPoint) + QStringLiteral("/state.db"));
        Values written;
        std::optional<EngineErrorKind> error;
        for (int i = 0; i < 100 && !error; ++i) {
            const auto key = "key" + std::to_string(i);
            error = errorOf([&] { storage.put(key, std::string(8000, 'x')); });
            if (!error) {
                written[key] = std::string(8000, 'x');
            }
        }
        QCOMPARE(error, EngineErrorKind::Full);
        QVERIFY(!written.empty());
        QCOMPARE(storage.values(), written);
        QCOMPARE(mount("tmpfs", mountPoint, "tmpfs", MS_REMOUNT, "size=4m"), 0);
        storage.put("more", std::string(100'000, 'y'));
        written["more"] = std::string(100'000, 'y');
        QCOMPARE(storage.values(), written);
    }
    umount2(mountPoint, MNT_DETACH);
}

namespace {

/// Gives a folder and all in it these permissions, for everybody.
void permit(const QString &folder, mode_t folderMode, mode_t fileMode)
{
    for (const auto &name : QDir(folder).entryList(QDir::Files)) {
        chmod((folder + QLatin1Char('/') + name).toUtf8().constData(), fileMode);
    }
    chmod(folder.toUtf8().constData(), folderMode);
}

#define AS_NOBODY() \
    if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) { \
        return 77; \
    }

} // namespace

void tst_SqliteCalls::noPermission_isRead()
{
    Storage(path()).putAll({{"a", "1"}, {"b", "2"}});
    permit(m_folder->path(), 0555, 0444);
    auto *shared = Shared::make();
    const auto child = inChild(*shared, [&] {
        AS_NOBODY();
        Storage storage(path());
        const auto state = storage->load();
        const auto text = messageOf([&] { storage.put("a", "3"); });
        shared->say(text.toStdString());
        return state.readOnly && Storage::valuesOf(state) == Values{{"a", "1"}, {"b", "2"}}
                       && errorOf([&] { storage.put("a", "3"); }) == EngineErrorKind::ReadOnly
                   ? 0
                   : 1;
    });
    QVERIFY2(resultOf(child) == 0, shared->text.data());
    QVERIFY2(std::string(shared->text.data()).find("permission") != std::string::npos, shared->text.data());
    permit(m_folder->path(), 0700, 0600);
}

void tst_SqliteCalls::noPermission_writtenByTheOwnerMeanwhile()
{
    Storage(path()).put("a", "1");
    permit(m_folder->path(), 0755, 0644);
    // The owner has it open: there is a log with what is not in the file yet.
    auto *shared = Shared::make();
    const auto owner = inChild(*shared, [&] {
        Storage storage(path());
        storage.put("a", "2");
        shared->writers[0].acknowledged = 1;
        while (shared->writers[1].acknowledged == 0) {
            sched_yield();
        }
        storage.put("a", "3");
        shared->writers[0].acknowledged = 2;
        while (shared->writers[1].acknowledged == 1) {
            sched_yield();
        }
        return 0;
    });
    const auto reader = inChild(*shared, [&] {
        AS_NOBODY();
        while (shared->writers[0].acknowledged < 1) {
            sched_yield();
        }
        Storage storage(path());
        const auto first = storage->load();
        shared->writers[1].acknowledged = 1;
        while (shared->writers[0].acknowledged < 2) {
            sched_yield();
        }
        const bool isChanged = storage->changesSince(first.position, first.epoch).tooOld;
        const auto second = storage->load();
        const bool isSame = !storage->changesSince(second.position, second.epoch).tooOld;
        shared->writers[1].acknowledged = 2;
        return first.readOnly && Storage::valuesOf(first) == Values{{"a", "2"}} && isChanged && isSame
                       && Storage::valuesOf(second) == Values{{"a", "3"}}
                   ? 0
                   : 1;
    });
    const int result = resultOf(reader);
    shared->writers[1].acknowledged = 2;
    QCOMPARE(resultOf(owner), 0);
    QVERIFY2(result == 0, shared->text.data());
}

void tst_SqliteCalls::noPermission_isWrittenOnceItIsGiven()
{
    Storage(path()).put("a", "1");
    permit(m_folder->path(), 0755, 0444);
    auto *shared = Shared::make();
    const auto child = inChild(*shared, [&] {
        AS_NOBODY();
        Storage storage(path());
        const bool wasReadOnly = storage->load().readOnly;
        shared->writers[0].acknowledged = 1;
        while (shared->writers[1].acknowledged == 0) {
            sched_yield();
        }
        storage.put("a", "2");
        return wasReadOnly && !storage->load().readOnly ? 0 : 1;
    });
    while (shared->writers[0].acknowledged == 0 && waitpid(child, nullptr, WNOHANG) == 0) {
        sched_yield();
    }
    permit(m_folder->path(), 0777, 0666);
    shared->writers[1].acknowledged = 1;
    QVERIFY2(resultOf(child) == 0, shared->text.data());
    QCOMPARE(Storage(path()).values(), (Values{{"a", "2"}}));
}

void tst_SqliteCalls::noPermission_newFile()
{
    permit(m_folder->path(), 0555, 0444);
    auto *shared = Shared::make();
    const auto child = inChild(*shared, [&] {
        AS_NOBODY();
        return errorOf([&] { Storage storage(path()); }) == EngineErrorKind::Denied ? 0 : 1;
    });
    QVERIFY2(resultOf(child) == 0, shared->text.data());
    permit(m_folder->path(), 0700, 0600);
}

void tst_SqliteCalls::readOnlyMount_isRead()
{
    Storage(path()).put("a", "1");
    const auto folder = m_folder->path().toUtf8();
    if (mount(folder, folder, nullptr, MS_BIND, nullptr) != 0) {
        QSKIP("needs CAP_SYS_ADMIN to mount read only; noPermission_isRead() is close to it");
    }
    QCOMPARE(mount(nullptr, folder, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr), 0);
    {
        Storage storage(path());
        const auto state = storage->load();
        QVERIFY(state.readOnly);
        QCOMPARE(Storage::valuesOf(state), (Values{{"a", "1"}}));
        QCOMPARE(errorOf([&] { storage.put("a", "2"); }), EngineErrorKind::ReadOnly);
        QCOMPARE(mount(nullptr, folder, nullptr, MS_BIND | MS_REMOUNT, nullptr), 0);
        storage.put("a", "2");
        QCOMPARE(storage.values(), (Values{{"a", "2"}}));
    }
    umount2(folder, MNT_DETACH);
}

void tst_SqliteCalls::networkFileSystem_isRefused()
{
    shim::setFileSystem(0x6969);
    QCOMPARE(errorOf([&] { Storage storage(path()); }), EngineErrorKind::Misuse);
    const auto text = messageOf([&] { Storage storage(path()); });
    QVERIFY2(text.contains(QStringLiteral("NFS")) && text.contains(QStringLiteral("NetworkFiles::Poll")),
             qPrintable(text));
    QVERIFY(!QFile::exists(path()));
}

void tst_SqliteCalls::networkFileSystem_byPolling()
{
    shim::setFileSystem(0xFF534D42);
    SqliteOptions options;
    options.networkFiles = NetworkFiles::Poll;
    options.poll = 1ms;
    Storage storage(path(), 1, options);
    Storage other(path(), 2, options);
    const auto state = other->load();
    storage.put("a", "1");
    QVERIFY(!QFile::exists(path() + QStringLiteral("-wal")));
    QTRY_VERIFY(other.wakes > 0);
    QCOMPARE(other->changesSince(state.position, state.epoch).changes.size(), std::size_t(1));
}

void tst_SqliteCalls::clock_isNotLookedAt()
{
    Storage storage(path());
    Storage other(path(), 2);
    auto state = other->load();
    for (int i = 0; i < 50; ++i) {
        shim::moveClock((i % 2 == 0 ? -86400 : 86400) * i);
        QCOMPARE(storage.put("a", std::to_string(i)).version, std::uint64_t(i + 1));
        const auto feed = other->changesSince(state.position, state.epoch);
        QCOMPARE(feed.changes.size(), std::size_t(1));
        state.position = feed.position;
        storage->sync();
    }
    QVERIFY(storage->load().repairs.empty());
}

QTEST_GUILESS_MAIN(tst_SqliteCalls)
#include "tst_sqlitecalls.moc"

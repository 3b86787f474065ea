// SPDX-License-Identifier: MIT
#include "support/storage.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <algorithm>
#include <random>
#include <string>

using namespace nanostores;
using support::Storage;
using support::Values;

/// Files whose bytes are not what was written. What is read is never wrong, what is missing is reported, and the
/// damaged file is kept.
class tst_SqliteDamage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>(support::folderTemplate());
        m_reported = m_lost = 0;
    }

    void bit_ofTheFile();
    void bit_ofTheLog();
    void bit_ofTheLockFile();
    void file_cutOff();
    void file_isGarbage_data();
    void file_isGarbage();
    void file_isAFolder();
    void log_isMissing();
    void sharedMemory_isMissing();
    void page_isOverwritten();
    void damage_isFoundByAWrite();
    void damage_isRepairedOnceByTwo();
    void repaired_hasAnotherEpoch();

private:
    using Bytes = QByteArray;
    struct Files
    {
        Bytes storage, log, lock;
    };

    QString path() const { return m_folder->filePath(QStringLiteral("state.db")); }
    /// Damaged files that were set aside, without their logs.
    QStringList broken() const
    {
        auto files = support::filesLike(m_folder->path(), QStringLiteral("state.db.broken-*"));
        files.removeIf([](const QString &name) { return name.endsWith(QStringLiteral("-wal")); });
        return files;
    }
    Files filesOf(const Values &values, bool withLog);
    void put(const Files &files);
    void check(const Values &written, const QString &where, bool mayLose = true);
    static int count(int usual)
    {
        bool isSet = false;
        const int number = qEnvironmentVariableIntValue("NANOSTORES_FAULTS", &isSet);
        return isSet ? number : usual;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    int m_reported = 0;
    int m_lost = 0;
};

namespace {

QByteArray read(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void write(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (file.open(QIODevice::WriteOnly)) {
        file.write(bytes);
    }
}

/// Keys of several lengths, and values that need pages of their own.
Values manyValues()
{
    Values values;
    for (int i = 0; i < 150; ++i) {
        const auto size = i % 30 == 0 ? 9000U : unsigned(i * 7 % 120);
        values["settings/key" + std::to_string(i * 7919 % 1000)] =
            std::to_string(i) + std::string(size, char('a' + i % 26));
    }
    return values;
}

} // namespace

/// The bytes of a storage with these values; with the log of a program that was killed, if asked for.
tst_SqliteDamage::Files tst_SqliteDamage::filesOf(const Values &values, bool withLog)
{
    const QTemporaryDir folder(support::folderTemplate());
    const auto file = folder.filePath(QStringLiteral("state.db"));
    Files files;
    {
        Storage storage(file);
        storage.put("deleted", "1");
        storage.put("deleted", {});
        for (const auto &[key, value] : values) {
            storage.put(key, "older");
        }
        storage.putAll(values, Durability::Process);
        if (withLog) {
            files = {read(file), read(file + QStringLiteral("-wal")), read(file + QStringLiteral("-lock"))};
        }
    }
    if (!withLog) {
        files = {read(file), {}, read(file + QStringLiteral("-lock"))};
    }
    return files;
}

void tst_SqliteDamage::put(const Files &files)
{
    QDir folder(m_folder->path());
    for (const auto &name : folder.entryList(QDir::Files)) {
        folder.remove(name);
    }
    write(path(), files.storage);
    write(path() + QStringLiteral("-lock"), files.lock);
    if (!files.log.isEmpty()) {
        write(path() + QStringLiteral("-wal"), files.log);
    }
}

/// Opens what put() has written.
void tst_SqliteDamage::check(const Values &written, const QString &where, bool mayLose)
{
    StorageState state;
    {
        Storage storage(path());
        state = storage->load();
    }
    int missing = int(written.size());
    for (const auto &[key, value] : Storage::valuesOf(state)) {
        const auto found = written.find(key);
        QVERIFY2(found != written.end(), qPrintable(where + QStringLiteral(": an unknown key")));
        QVERIFY2(found->second == value, qPrintable(where + QStringLiteral(": a wrong value")));
        --missing;
    }
    QVERIFY2(missing == 0 || (mayLose && !state.repairs.empty()),
             qPrintable(where + QStringLiteral(": lost silently")));
    m_lost += missing;
    if (!state.repairs.empty()) {
        ++m_reported;
        const auto text = QString::fromStdString(state.repairs[0]);
        const bool isKept = !broken().isEmpty();
        QVERIFY2(isKept || text.contains(QStringLiteral("changes are lost")) || text.contains(QStringLiteral("empty")),
                 qPrintable(where + QStringLiteral(": ") + text));
    }
    // It is whole again.
    Storage storage(path());
    storage.put("new", "1");
    QCOMPARE(storage.values().size(), written.size() - std::size_t(missing) + 1);
    QVERIFY(storage->load().repairs.empty());
}

void tst_SqliteDamage::bit_ofTheFile()
{
    const auto values = manyValues();
    const auto files = filesOf(values, false);
    std::mt19937 random(count(0) != 0 ? std::random_device()() : 1U);
    const int flips = count(1000);
    for (int i = 0; i < flips; ++i) {
        const auto bit = std::uniform_int_distribution<qsizetype>(0, files.storage.size() * 8 - 1)(random);
        auto damaged = files;
        damaged.storage[bit / 8] = char(damaged.storage[bit / 8] ^ 1 << bit % 8);
        put(damaged);
        check(values, QString::fromLatin1("bit %1").arg(bit));
        if (QTest::currentTestFailed()) {
            return;
        }
    }
    QVERIFY(m_reported > flips / 4);
    QVERIFY(m_lost < flips); // hardly more than the row that is hit
    qInfo("%d of %d flips reported, %d values lost", m_reported, flips, m_lost);
}

void tst_SqliteDamage::bit_ofTheLog()
{
    Values values;
    for (int i = 0; i < 20; ++i) {
        values["key" + std::to_string(i)] = std::string(50, 'a');
    }
    const auto files = filesOf(values, true);
    QVERIFY(!files.log.isEmpty());
    put(files);
    check(values, QStringLiteral("whole"), false);
    std::mt19937 random(count(0) != 0 ? std::random_device()() : 1U);
    for (int i = 0; i < count(1000) / 5; ++i) {
        const auto bit = std::uniform_int_distribution<qsizetype>(0, files.log.size() * 8 - 1)(random);
        auto damaged = files;
        damaged.log[bit / 8] = char(damaged.log[bit / 8] ^ 1 << bit % 8);
        put(damaged);
        Storage storage(path());
        const auto state = storage->load();
        if (Storage::valuesOf(state) != values) { // an older state
            QVERIFY2(!state.repairs.empty(), qPrintable(QString::fromLatin1("bit %1").arg(bit)));
        }
        for (const auto &[key, value] : Storage::valuesOf(state)) {
            QVERIFY(value == "older" || value == "1" || value == values[key]);
        }
    }
}

void tst_SqliteDamage::bit_ofTheLockFile()
{
    const Values values{{"a", "1"}};
    const auto files = filesOf(values, false);
    for (qsizetype bit = 0; bit < files.lock.size() * 8; ++bit) {
        auto damaged = files;
        damaged.lock[bit / 8] = char(damaged.lock[bit / 8] ^ 1 << bit % 8);
        put(damaged);
        check(values, QString::fromLatin1("bit %1").arg(bit), false);
    }
    QCOMPARE(m_reported, 0);
}

void tst_SqliteDamage::file_cutOff()
{
    const auto values = manyValues();
    const auto files = filesOf(values, false);
    const qsizetype step = std::max<qsizetype>(files.storage.size() / std::max(count(300), 1), 1);
    for (qsizetype size = 0; size < files.storage.size(); size += step) {
        auto damaged = files;
        damaged.storage.truncate(size);
        put(damaged);
        check(values, QString::fromLatin1("size %1").arg(size));
        if (QTest::currentTestFailed()) {
            return;
        }
    }
}

void tst_SqliteDamage::file_isGarbage_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("text") << QByteArray("{\"theme\": \"dark\"}\n");
    QTest::newRow("zeros") << QByteArray(20000, '\0');
    QByteArray noise(20000, '\0');
    std::mt19937 random(1);
    std::generate(noise.begin(), noise.end(), [&] { return char(random()); });
    QTest::newRow("noise") << noise;
    QTest::newRow("noise after the header") << QByteArray("SQLite format 3\0", 16) + noise;
}

void tst_SqliteDamage::file_isGarbage()
{
    QFETCH(QByteArray, bytes);
    auto files = filesOf({{"a", "1"}}, false);
    files.storage = bytes;
    put(files);
    check({{"a", "1"}}, QString::fromLatin1(QTest::currentDataTag()));
    QCOMPARE(m_reported, 1);
    const auto kept = broken();
    QCOMPARE(kept.size(), bytes.isEmpty() ? 0 : 1);
    if (!kept.isEmpty()) {
        QCOMPARE(read(m_folder->filePath(kept[0])), bytes);
    }
}

void tst_SqliteDamage::file_isAFolder()
{
    QVERIFY(QDir(m_folder->path()).mkdir(QStringLiteral("state.db")));
    QCOMPARE(support::errorOf([&] { Storage storage(path()); }), EngineErrorKind::Misuse);
    QVERIFY(QFileInfo(path()).isDir());
}

void tst_SqliteDamage::log_isMissing()
{
    auto files = filesOf({{"a", "1"}}, true);
    files.log.clear();
    put(files);
    Storage storage(path());
    const auto state = storage->load();
    QVERIFY(state.entries.empty());
    QCOMPARE(state.repairs.size(), std::size_t(1));
}

void tst_SqliteDamage::sharedMemory_isMissing()
{
    Storage storage(path());
    storage.put("a", "1");
    QVERIFY(QFile::remove(path() + QStringLiteral("-shm")));
    QCOMPARE(storage.values(), (Values{{"a", "1"}}));
    put(filesOf({{"a", "1"}}, true));
    check({{"a", "1"}}, QStringLiteral("never had one"), false);
}

/// Whole pages are lost, and with them many rows.
void tst_SqliteDamage::page_isOverwritten()
{
    const auto values = manyValues();
    const auto files = filesOf(values, false);
    const auto pages = files.storage.size() / 4096;
    for (qsizetype page = 0; page < pages; ++page) {
        for (const char filler : {'\0', '\xAB'}) {
            auto damaged = files;
            damaged.storage.replace(page * 4096, 4096, QByteArray(4096, filler));
            put(damaged);
            check(values, QString::fromLatin1("page %1").arg(page));
            if (QTest::currentTestFailed()) {
                return;
            }
        }
    }
    QVERIFY(m_lost > 0);
    QVERIFY(m_lost < int(values.size()) * 3); // each page is lost twice, and long values have several
}

void tst_SqliteDamage::damage_isFoundByAWrite()
{
    Values values;
    for (int i = 0; i < 2000; ++i) {
        values["key" + std::to_string(10000 + i)] = std::string(60, 'x');
    }
    put(filesOf(values, false));
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        for (qint64 page = 4; page < file.size() / 4096; ++page) {
            file.seek(page * 4096);
            file.write(QByteArray(8, '\xFF'));
        }
    }
    Storage storage(path());
    QCOMPARE(storage.put("key10500", "new").result, WriteResult::Written);
    const auto state = storage->load();
    QCOMPARE(Storage::valuesOf(state)["key10500"], std::string("new"));
    QVERIFY(!state.repairs.empty());
    QCOMPARE(broken().size(), 1);
}

void tst_SqliteDamage::damage_isRepairedOnceByTwo()
{
    const auto values = manyValues();
    put(filesOf(values, false));
    Storage first(path());
    Storage second(path(), 2);
    const auto bytes = read(path());
    const auto at = bytes.indexOf(QByteArray::fromStdString("140" + std::string(20, char('a' + 140 % 26))));
    QVERIFY(at > 0);
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.seek(at + 5);
        file.write("!");
    }
    auto expected = values;
    std::erase_if(expected, [](const auto &value) { return value.second.starts_with("140"); });
    QCOMPARE(first.values(), expected);
    QCOMPARE(second.values(), expected);
    QCOMPARE(second->load().epoch, first->load().epoch);
    QCOMPARE(broken().size(), 1);
}

void tst_SqliteDamage::repaired_hasAnotherEpoch()
{
    put(filesOf({{"a", "1"}, {"b", "2"}}, false));
    Storage storage(path());
    const auto before = storage->load();
    {
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadWrite));
        file.write(QByteArray(100, 'x'));
    }
    Storage other(path(), 2);
    const auto after = other->load();
    QVERIFY(after.epoch != before.epoch);
    QCOMPARE(Storage::valuesOf(after), (Values{{"a", "1"}, {"b", "2"}}));
    QVERIFY(storage->changesSince(before.position, before.epoch).tooOld);
    QCOMPARE(storage->load().epoch, after.epoch);
    // Versions are as they were: who expects one is right.
    QCOMPARE(storage->load().position, before.position);
}

QTEST_GUILESS_MAIN(tst_SqliteDamage)
#include "tst_sqlitedamage.moc"

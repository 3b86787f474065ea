// SPDX-License-Identifier: MIT
#include "persistent/support/files.h"
#include "persistent/support/opened.h"

#include <nanostores/persistent.h>
#include <nanostores/persistent/detail/entrytable.h>

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <limits>
#include <string>

using namespace nanostores;
using support::failure;
using support::keysOf;
using support::Opened;
using support::Values;

class tst_JsonBackend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void load_ofNoFileIsEmpty();
    void apply_isReadByOthers();
    void apply_givesVersionsInOrder();
    void expect_data();
    void expect();
    void expect_ofDeletedKey();
    void schema_newerIsLeft();
    void delete_ofNoKeyChangesNothing();
    void changesSince_saysWhatOthersWrote();
    void changesSince_otherEpochIsTooOld();
    void changesSince_forgottenDeletionsAreTooOld();
    void prefix_limitsWhatIsRead();
    void values_comeBackByteByByte_data();
    void values_comeBackByteByByte();
    void values_random();
    void file_canBeRead();
    void file_isForItsOwner();
    void file_throughLink();
    void path_relative();
    void limits();
    void wake_whenOthersWrite();
    void random_asATable();

private:
    JsonOptions options() const
    {
        JsonOptions options;
        options.path = m_path;
        options.settle = std::chrono::milliseconds(0);
        options.patience = std::chrono::milliseconds(0);
        return options;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void tst_JsonBackend::init()
{
    m_folder = std::make_unique<QTemporaryDir>(support::temporaryFolder());
    m_path = m_folder->filePath(QStringLiteral("data/state.json"));
}

void tst_JsonBackend::load_ofNoFileIsEmpty()
{
    const Opened storage(jsonBackend(options()));
    const auto state = storage.load();
    QVERIFY(state.entries.empty());
    QCOMPARE(state.position, Position(0));
    QVERIFY(!state.readOnly);
    QVERIFY(state.repairs.empty());
    QVERIFY(!QFile::exists(m_path)); // before anything is written
    QCOMPARE(storage.apply({{"a", "1", 0, {}}}).epoch, state.epoch);
    QCOMPARE(storage.load().epoch, state.epoch);
}

void tst_JsonBackend::apply_isReadByOthers()
{
    const Opened writer(jsonBackend(options()), 0xabcdef0123456789);
    writer.apply({{"theme", "dark", 3, {}}, {"zoom", "1.50", 0, {}}}, Durability::Disk);
    const Opened reader(jsonBackend(options()), 2);
    QCOMPARE(reader.values(), (Values{{"theme", "dark"}, {"zoom", "1.50"}}));
    const StorageEntry expected{"theme", "dark", 1, 3, 0xabcdef0123456789};
    QVERIFY(reader.entry("theme") == expected);
    QCOMPARE(reader.load().epoch, writer.load().epoch);
}

void tst_JsonBackend::apply_givesVersionsInOrder()
{
    const Opened storage(jsonBackend(options()));
    const auto applied = storage.apply({{"b", "1", 0, {}}, {"a", "2", 0, {}}, {"b", "3", 0, {}}});
    QCOMPARE(applied.outcomes[0].version, std::uint64_t(1));
    QCOMPARE(applied.outcomes[1].version, std::uint64_t(2));
    QCOMPARE(applied.outcomes[2].version, std::uint64_t(3));
    QCOMPARE(storage.load().position, Position(3));
    QCOMPARE(storage.set("b", "3").version, std::uint64_t(4)); // also where the value is the same
}

void tst_JsonBackend::expect_data()
{
    QTest::addColumn<int>("expected");
    QTest::addColumn<bool>("isThere");
    QTest::addColumn<bool>("isWritten");
    QTest::newRow("none there, 0") << 0 << false << true;
    QTest::newRow("none there, another") << 1 << false << false;
    QTest::newRow("there, 0") << 0 << true << false;
    QTest::newRow("there, its version") << 1 << true << true;
    QTest::newRow("there, another") << 7 << true << false;
}

void tst_JsonBackend::expect()
{
    QFETCH(int, expected);
    QFETCH(bool, isThere);
    QFETCH(bool, isWritten);
    const Opened storage(jsonBackend(options()));
    if (isThere) {
        storage.set("key", "old");
    }
    const auto applied = storage.apply({{"key", "new", 0, std::uint64_t(expected)}, {"other", "x", 0, {}}});
    const auto &outcome = applied.outcomes.front();
    QCOMPARE(outcome.result == WriteResult::Written, isWritten);
    QCOMPARE(outcome.result == WriteResult::Conflict, !isWritten);
    if (!isWritten) {
        QCOMPARE(outcome.current.has_value(), isThere);
        QVERIFY(outcome.current == storage.entry("key"));
    }
    QCOMPARE(storage.values().contains("other"), true); // the others are written
    QCOMPARE(storage.values().contains("key"), isThere || isWritten);
}

void tst_JsonBackend::expect_ofDeletedKey()
{
    const Opened storage(jsonBackend(options()));
    storage.set("key", "1");
    const auto deleted = storage.set("key", std::nullopt);
    QCOMPARE(deleted.version, std::uint64_t(2));
    QCOMPARE(storage.set("key", "x", 0, 1).result, WriteResult::Conflict);
    QCOMPARE(storage.set("key", "x", 0, 2).result, WriteResult::Written);
    storage.set("key", std::nullopt);
    QCOMPARE(storage.set("key", "x", 0, 0).result, WriteResult::Written);
}

void tst_JsonBackend::schema_newerIsLeft()
{
    const Opened storage(jsonBackend(options()));
    storage.set("key", "new", 2);
    for (const auto &value : {std::optional<std::string>("old"), std::optional<std::string>()}) {
        const auto outcome = storage.set("key", value, 1);
        QCOMPARE(outcome.result, WriteResult::Newer);
        QCOMPARE(outcome.current->value, std::optional<std::string>("new"));
    }
    QCOMPARE(storage.set("key", "newer", 3).result, WriteResult::Written);
}

void tst_JsonBackend::delete_ofNoKeyChangesNothing()
{
    const Opened storage(jsonBackend(options()));
    storage.set("a", "1");
    const auto before = QFileInfo(m_path).lastModified();
    QCOMPARE(storage.set("b", std::nullopt).result, WriteResult::Written);
    QCOMPARE(storage.load().position, Position(1));
    QCOMPARE(QFileInfo(m_path).lastModified(), before);
}

void tst_JsonBackend::changesSince_saysWhatOthersWrote()
{
    const Opened reader(jsonBackend(options()), 2);
    const Opened writer(jsonBackend(options()));
    writer.apply({{"c", "1", 0, {}}, {"a", "1", 0, {}}, {"b", "1", 0, {}}});
    const auto state = reader.load();
    QCOMPARE(state.position, Position(3));
    QVERIFY(reader->changesSince(3, state.epoch).changes.empty());
    writer.apply({{"b", std::nullopt, 0, {}}, {"c", "2", 0, {}}, {"a", "2", 0, {}}, {"c", "3", 0, {}}});
    const auto feed = reader->changesSince(3, state.epoch);
    QVERIFY(!feed.tooOld);
    QCOMPARE(keysOf(feed.changes), (std::vector<std::string>{"-b", "a", "c"}));
    QCOMPARE(feed.changes.back().value, std::optional<std::string>("3"));
    QCOMPARE(feed.position, Position(7));
    QCOMPARE(keysOf(reader->changesSince(6, state.epoch).changes), (std::vector<std::string>{"c"}));
}

void tst_JsonBackend::changesSince_otherEpochIsTooOld()
{
    const Opened storage(jsonBackend(options()));
    storage.set("a", "1");
    const auto state = storage.load();
    QVERIFY(storage->changesSince(0, state.epoch + 2).tooOld);
    QVERIFY(storage->changesSince(2, state.epoch).tooOld);
    QVERIFY(!storage->changesSince(0, state.epoch).tooOld);
}

void tst_JsonBackend::changesSince_forgottenDeletionsAreTooOld()
{
    const Opened storage(jsonBackend(options()));
    std::vector<StorageWrite> writes;
    for (int i = 0; i < 1500; ++i) {
        writes.push_back({"k" + std::to_string(i), "1", 0, {}});
    }
    const auto epoch = storage.apply(writes).epoch;
    for (auto &write : writes) {
        write.value.reset();
    }
    storage.apply(writes);
    const Opened reader(jsonBackend(options()), 2);
    QVERIFY(reader->changesSince(1500, epoch).tooOld);
    const auto feed = reader->changesSince(2900, epoch);
    QVERIFY(!feed.tooOld);
    QCOMPARE(feed.changes.size(), std::size_t(100));
    QVERIFY(reader.values().empty());
}

void tst_JsonBackend::prefix_limitsWhatIsRead()
{
    const Opened writer(jsonBackend(options()));
    writer.apply({{"cart/a", "1", 0, {}}, {"cart", "2", 0, {}}, {"cars", "2", 0, {}}, {"cart/b", "3", 0, {}}});
    const Opened reader(jsonBackend(options()), 2, "cart/");
    QCOMPARE(reader.values(), (Values{{"cart/a", "1"}, {"cart/b", "3"}}));
    QCOMPARE(reader.load().position, Position(4));
    writer.apply({{"cart/a", std::nullopt, 0, {}}, {"cart", std::nullopt, 0, {}}});
    QCOMPARE(keysOf(reader->changesSince(4, reader.load().epoch).changes), (std::vector<std::string>{"-cart/a"}));
}

void tst_JsonBackend::values_comeBackByteByByte_data()
{
    QTest::addColumn<std::string>("value");
    const auto row = [](const char *name, const std::string &value) { QTest::newRow(name) << value; };
    row("empty", "");
    row("text", "dark");
    row("number", "5");
    row("number with zeros", "1.50");
    row("leading zero", "007");
    row("large number", "9007199254740993");
    row("true", "true");
    row("null", "null");
    row("object", "{\"b\":1,\"a\":[1,{\"x\":null}]}");
    row("object twice the key", "{\"a\":1,\"a\":2}");
    row("object with spaces", "{ \"b\": 1 }");
    row("broken object", "{\"b\":");
    row("JSON string", "\"dark\"");
    row("JSON string with escapes", "\"\\u00e9\\/\"");
    row("quote", "\"");
    row("lines", "a\nb\r\n\tc\\");
    row("controls", std::string("\0\x01\x1f\x7f", 4));
    row("unicode", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x9b\x92\xe2\x80\xa8\xef\xbb\xbf");
    row("bytes", std::string("\xff\xfe\0\x80", 4));
    row("half a letter", "\xc3");
    row("base64", "3q2+7w==");
    row("deep", std::string(300, '[') + std::string(300, ']'));
    row("long", std::string(100000, 'x'));
    row("long list", "[" + std::string(300, '1') + ",2,3,[],{}]");
}

void tst_JsonBackend::values_comeBackByteByByte()
{
    QFETCH(std::string, value);
    const Opened writer(jsonBackend(options()));
    writer.apply({{"key", value, 0, {}}, {"after", "x", 0, {}}});
    const Opened reader(jsonBackend(options()), 2);
    QCOMPARE(reader.values()["key"], value);
    QCOMPARE(reader.load().position, Position(2)); // not taken for edited
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QJsonParseError error;
    QJsonDocument::fromJson(file.readAll(), &error);
    QVERIFY2(error.error == QJsonParseError::NoError, qPrintable(error.errorString()));
}

void tst_JsonBackend::values_random()
{
    QRandomGenerator random(3);
    const Opened writer(jsonBackend(options()));
    Values expected;
    for (int round = 0; round < 30; ++round) {
        std::vector<StorageWrite> writes;
        for (int i = 0; i < 20; ++i) {
            std::string value(random.bounded(12U), ' ');
            const std::string alphabet = round % 2 == 0 ? "[]{},:\"\\ 1a" : "";
            for (char &c : value) {
                c = alphabet.empty() ? static_cast<char>(random.bounded(256))
                                     : alphabet[random.bounded(static_cast<quint32>(alphabet.size()))];
            }
            const std::string key = "\"\\\n/k" + std::to_string(random.bounded(50));
            expected[key] = value;
            writes.push_back({key, value, 0, {}});
        }
        writer.apply(writes);
        const Opened reader(jsonBackend(options()), 2);
        QVERIFY(reader.values() == expected);
        QCOMPARE(reader.load().position, writer.load().position);
    }
}

void tst_JsonBackend::file_canBeRead()
{
    const Opened storage(jsonBackend(options()), 0x2a);
    storage.apply({{"zoom", "1.5", 0, {}},
                   {"theme", "dark", 2, {}},
                   {"cart/apple", "{\"name\":\"Apple\",\"count\":3}", 0, {}},
                   {"name", "\"Ada\"", 0, {}},
                   {"gone", "1", 0, {}},
                   {"gone", std::nullopt, 0, {}}});
    QFile file(m_path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QString text = QString::fromUtf8(file.readAll());
    const QString start = text.left(text.indexOf(QStringLiteral("\"bookkeeping\"")));
    QCOMPARE(start, QStringLiteral(R"({
    "format": 1,
    "values": {
        "cart/apple": {"name": "Apple", "count": 3},
        "name": "Ada",
        "theme": "dark",
        "zoom": 1.5
    },
    )"));
    const auto bookkeeping = QJsonDocument::fromJson(text.toUtf8()).object()[QStringLiteral("bookkeeping")].toObject();
    QCOMPARE(bookkeeping[QStringLiteral("position")].toInteger(), qint64(6));
    QCOMPARE(bookkeeping[QStringLiteral("deleted")].toObject()[QStringLiteral("gone")].toString(),
             QStringLiteral("6 writer=2a"));
    QVERIFY(bookkeeping[QStringLiteral("versions")].toObject()[QStringLiteral("theme")].toString().endsWith(
        QStringLiteral(" writer=2a schema=2")));
}

void tst_JsonBackend::file_isForItsOwner()
{
#ifndef Q_OS_UNIX
    QSKIP("only systems with Unix permissions can make this fault");
#endif
    const Opened storage(jsonBackend(options()));
    storage.set("a", "1");
    constexpr auto others = QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    QCOMPARE(QFileInfo(m_path).permissions() & others, QFile::Permissions());
    QCOMPARE(QFileInfo(m_path + QStringLiteral("-lock")).permissions() & others, QFile::Permissions());
    QCOMPARE(QFileInfo(m_folder->filePath(QStringLiteral("data"))).permissions() & others, QFile::Permissions());
    QVERIFY(!QFile::exists(m_path + QStringLiteral(".new")));
}

void tst_JsonBackend::file_throughLink()
{
#ifndef Q_OS_UNIX
    QSKIP("only systems with Unix links can make this fault");
#endif
    const QString link = m_folder->filePath(QStringLiteral("link.json"));
    QVERIFY(QFile::link(QStringLiteral("data/state.json"), link));
    JsonOptions linked = options();
    linked.path = link;
    {
        const Opened storage(jsonBackend(linked));
        storage.set("a", "1");
        QCOMPARE(storage->place(), QFileInfo(m_path).canonicalFilePath().toStdString());
    }
    QVERIFY(QFileInfo(link).isSymbolicLink());
    const Opened storage(jsonBackend(options()));
    QCOMPARE(storage.values(), (Values{{"a", "1"}}));
}

void tst_JsonBackend::path_relative()
{
    QStandardPaths::setTestModeEnabled(true);
    JsonOptions relative = options();
    relative.path = QStringLiteral("tst_jsonbackend-%1/state.json").arg(QCoreApplication::applicationPid());
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + QLatin1Char('/')
                           + QFileInfo(relative.path).path();
    {
        const Opened storage(jsonBackend(relative));
        storage.set("a", "1");
        QVERIFY(QFile::exists(folder + QStringLiteral("/state.json")));
    }
    QVERIFY(QDir(folder).removeRecursively());
    relative.path.clear();
    QCOMPARE(failure([&] { const Opened storage(jsonBackend(relative)); }), EngineErrorKind::Misuse);
}

void tst_JsonBackend::limits()
{
    JsonOptions small = options();
    small.largestFile = 4000;
    small.largestValue = 3000;
    const Opened storage(jsonBackend(small));
    storage.set("a", "1");
    QCOMPARE(failure([&] { storage.set("b", std::string(3001, 'x')); }), EngineErrorKind::TooLarge);
    QCOMPARE(failure([&] { storage.set(std::string(1025, 'k'), "x"); }), EngineErrorKind::TooLarge);
    QCOMPARE(failure([&] { storage.set("\xff", "x"); }), EngineErrorKind::Misuse);
    storage.set("b", std::string(3000, 'x'));
    QCOMPARE(failure([&] { storage.set("c", std::string(1000, 'x')); }), EngineErrorKind::Full);
    QCOMPARE(storage.values().size(), std::size_t(2));
    storage.set("b", std::nullopt);
    storage.set("c", std::string(1000, 'x')); // there is room again

    QFile file(m_path);
    QVERIFY(file.open(QIODevice::Append));
    file.write(QByteArray(4000, ' '));
    file.close();
    QCOMPARE(failure([&] { storage.load(); }), EngineErrorKind::TooLarge);
    QCOMPARE(failure([&] { storage.set("d", "1"); }), EngineErrorKind::TooLarge); // what is there is kept
    QVERIFY(file.size() > 4000);
}

void tst_JsonBackend::wake_whenOthersWrite()
{
    const Opened reader(jsonBackend(options()), 2);
    QVERIFY(reader.load().entries.empty());
    const Opened writer(jsonBackend(options()));
    for (int round = 0; round < 5; ++round) {
        const int before = reader.wakes;
        writer.set("a", std::to_string(round));
        QTRY_VERIFY(reader.wakes > before);
        QCOMPARE(reader.values(), (Values{{"a", std::to_string(round)}}));
    }
}

void tst_JsonBackend::random_asATable()
{
    // Three backends on one file, against a plain table.
    QRandomGenerator random(5);
    detail::EntryTable model;
    std::vector<std::unique_ptr<Opened>> storages;
    std::vector<std::pair<Position, Values>> seen(3); // what each knows by its feed
    const auto open = [&](std::size_t i) { storages[i] = std::make_unique<Opened>(jsonBackend(options()), i + 1); };
    storages.resize(3);
    for (std::size_t i = 0; i < 3; ++i) {
        open(i);
    }
    model.epoch = storages[0]->apply({{"first", "1", 0, {}}}).epoch;
    model.apply(std::vector<StorageWrite>{{"first", "1", 0, {}}}, 1);
    for (int round = 0; round < 300; ++round) {
        const std::size_t i = random.bounded(3U);
        if (random.bounded(20) == 0) {
            storages[i].reset();
            open(i);
        }
        std::vector<StorageWrite> writes;
        const auto count = random.bounded(4);
        for (int n = 0; n < count; ++n) {
            StorageWrite write{"k" + std::to_string(random.bounded(8)), {}, random.bounded(3U) / 2, {}};
            if (random.bounded(3) != 0) {
                write.value = std::to_string(random.bounded(1000));
            }
            if (random.bounded(2) == 0) {
                const auto *entry = model.find(write.key);
                write.expect = entry && random.bounded(4) != 0 ? entry->version : random.bounded(4U);
            }
            writes.push_back(write);
        }
        const auto expected = model.apply(writes, i + 1);
        const auto applied = storages[i]->apply(writes);
        QCOMPARE(applied.epoch, model.epoch);
        for (std::size_t n = 0; n < writes.size(); ++n) {
            QCOMPARE(applied.outcomes[n].result, expected.outcomes[n].result);
            QCOMPARE(applied.outcomes[n].version, expected.outcomes[n].version);
            QVERIFY(applied.outcomes[n].current == expected.outcomes[n].current);
        }
        const std::size_t other = random.bounded(3U);
        auto &[position, values] = seen[other];
        const auto feed = (*storages[other])->changesSince(position, model.epoch);
        QVERIFY(!feed.tooOld);
        for (const auto &change : feed.changes) {
            if (change.value) {
                values[change.key] = *change.value;
            } else {
                values.erase(change.key);
            }
        }
        position = feed.position;
        QVERIFY(values == storages[other]->values());
    }
}

QTEST_GUILESS_MAIN(tst_JsonBackend)
#include "tst_jsonbackend.moc"

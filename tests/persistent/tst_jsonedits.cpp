// SPDX-License-Identifier: MIT
#include "persistent/support/files.h"
#include "persistent/support/opened.h"

#include <nanostores/persistent.h>

#include <QRandomGenerator>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include <string>

using namespace nanostores;
using support::contentOf;
using support::keysOf;
using support::Opened;
using support::overwrite;
using support::replace;
using support::Values;

class tst_JsonEdits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void edit_isAChange_data();
    void edit_isAChange();
    void edit_whileNotOpen();
    void edit_isSeenByAll();
    void edit_keepsTheFormOfStrings();
    void edit_ofTheSameLengthAtOnce();
    void edit_conflictsWithExpect();
    void edit_ofAnOlderFileIsMerged();
    void edit_ofAnOlderFileKeepsOwnValuesInOrder();
    void edit_layoutIsNoChange();
    void edit_withoutBookkeeping();
    void edit_withoutBookkeeping_keepsForms();
    void edit_unknownMembersStay();
    void edit_byteOrderMark();
    void edit_bookkeepingIsNonsense_data();
    void edit_bookkeepingIsNonsense();
    void file_byHand();
    void file_ofAnotherStorage();
    void file_deleted();
    void file_deletedFolder();
    void file_lockDeleted();
    void file_becomesALink();
    void wake_whenEdited();
    void random_edits();

private:
    JsonOptions options() const
    {
        JsonOptions options;
        options.path = m_path;
        options.settle = std::chrono::milliseconds(0);
        options.patience = std::chrono::milliseconds(0);
        return options;
    }
    /// Replaces one text in the file by another one.
    void edit(const QByteArray &before, const QByteArray &after, bool inPlace = true) const
    {
        QByteArray text = contentOf(m_path);
        QCOMPARE(text.count(before), 1);
        text.replace(before, after);
        inPlace ? overwrite(m_path, text) : replace(m_path, text);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void tst_JsonEdits::init()
{
    m_folder = std::make_unique<QTemporaryDir>(support::temporaryFolder());
    m_path = m_folder->filePath(QStringLiteral("state.json"));
}

void tst_JsonEdits::edit_isAChange_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::addColumn<bool>("inPlace");
    QTest::addColumn<Values>("values");
    QTest::addColumn<std::vector<std::string>>("changed");
    using Keys = std::vector<std::string>;
    QTest::newRow("text, in place") << QByteArray("\"theme\": \"dark\"") << QByteArray("\"theme\": \"light\"") << true
                                    << Values{{"theme", "light"}, {"zoom", "1.50"}} << Keys{"theme"};
    QTest::newRow("number, replaced") << QByteArray("1.50") << QByteArray("2.0") << false
                                      << Values{{"theme", "dark"}, {"zoom", "2.0"}} << Keys{"zoom"};
    QTest::newRow("other type") << QByteArray("1.50") << QByteArray("{ \"x\": [ 1, 2 ] }") << true
                                << Values{{"theme", "dark"}, {"zoom", "{\"x\":[1,2]}"}} << Keys{"zoom"};
    QTest::newRow("added") << QByteArray("\"zoom\": 1.50") << QByteArray("\"zoom\": 1.50, \"a\": true") << true
                           << Values{{"theme", "dark"}, {"zoom", "1.50"}, {"a", "true"}} << Keys{"a"};
    QTest::newRow("removed") << QByteArray("\"theme\": \"dark\",") << QByteArray() << false << Values{{"zoom", "1.50"}}
                             << Keys{"-theme"};
    QTest::newRow("all at once") << QByteArray("\"theme\": \"dark\",\n        \"zoom\": 1.50")
                                 << QByteArray("\"zoom\": 3, \"b\": \"\"") << true << Values{{"zoom", "3"}, {"b", ""}}
                                 << Keys{"b", "zoom", "-theme"};
}

void tst_JsonEdits::edit_isAChange()
{
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    QFETCH(bool, inPlace);
    QFETCH(Values, values);
    QFETCH(std::vector<std::string>, changed);
    const Opened storage(jsonBackend(options()), 7);
    storage.apply({{"theme", "dark", 2, {}}, {"zoom", "1.50", 2, {}}});
    const auto state = storage.load();
    edit(before, after, inPlace);

    const auto feed = storage->changesSince(state.position, state.epoch);
    QVERIFY(!feed.tooOld);
    QCOMPARE(keysOf(feed.changes), changed);
    for (const auto &change : feed.changes) {
        QVERIFY(change.version > state.position);
        QCOMPARE(change.writer, std::uint64_t(0));
        QCOMPARE(change.schema, change.value && (change.key == "zoom" || change.key == "theme") ? 2U : 0U);
    }
    QVERIFY(storage.values() == values);
    const Opened other(jsonBackend(options()), 8);
    QVERIFY(other.values() == values);
    QCOMPARE(other.load().position, feed.position);
    QVERIFY(other.load().repairs.empty());
}

void tst_JsonEdits::edit_whileNotOpen()
{
    StorageState before;
    {
        const Opened storage(jsonBackend(options()));
        storage.set("theme", "dark");
        before = storage.load();
    }
    edit("\"theme\": \"dark\"", "\"theme\": \"light\"");
    const Opened storage(jsonBackend(options()));
    const auto feed = storage->changesSince(before.position, before.epoch);
    QCOMPARE(keysOf(feed.changes), (std::vector<std::string>{"theme"}));
    QCOMPARE(feed.changes.front().value, std::optional<std::string>("light"));
}

void tst_JsonEdits::edit_isSeenByAll()
{
    const Opened first(jsonBackend(options()), 1);
    const Opened second(jsonBackend(options()), 2);
    first.apply({{"a", "1", 0, {}}, {"b", "1", 0, {}}});
    const auto state = second.load();
    edit("\"a\": 1", "\"a\": 2");
    const auto one = first->changesSince(2, state.epoch);
    edit("\"b\": 1", "\"b\": 2");
    const auto two = second->changesSince(2, state.epoch);
    const auto three = first->changesSince(one.position, state.epoch);
    QCOMPARE(keysOf(one.changes), (std::vector<std::string>{"a"}));
    QCOMPARE(keysOf(two.changes), (std::vector<std::string>{"a", "b"}));
    QCOMPARE(keysOf(three.changes), (std::vector<std::string>{"b"}));
    QVERIFY(first.load().entries == second.load().entries);
}

void tst_JsonEdits::edit_keepsTheFormOfStrings()
{
    const Opened storage(jsonBackend(options()));
    storage.apply({{"json", "\"Ada\"", 0, {}}, {"text", "Ada", 0, {}}, {"bytes", "\xff", 0, {}}});
    edit("\"json\": \"Ada\"", "\"json\": \"Bob\", \"new\": \"Bob\"");
    edit("\"text\": \"Ada\"", "\"text\": \"Bob\"");
    edit("\"bytes\": \"/w==\"", "\"bytes\": \"/v8=\"");
    QCOMPARE(storage.values(), (Values{{"json", "\"Bob\""}, {"text", "Bob"}, {"new", "Bob"}, {"bytes", "\xfe\xff"}}));
    edit("\"bytes\": \"/v8=\"", "\"bytes\": \"no base64!\"");
    QCOMPARE(storage.values()["bytes"], std::string("no base64!"));
}

void tst_JsonEdits::edit_ofTheSameLengthAtOnce()
{
    // Within the grain of the file system's clock, and in place: only the content differs.
    const Opened storage(jsonBackend(options()));
    for (int round = 0; round < 50; ++round) {
        const std::string written = std::to_string(100 + round);
        const std::string edited = std::to_string(500 + round);
        storage.set("a", written);
        edit("\"a\": " + QByteArray::fromStdString(written), "\"a\": " + QByteArray::fromStdString(edited));
        storage.set("b", "x");
        QCOMPARE(storage.values()["a"], edited);
    }
}

void tst_JsonEdits::edit_conflictsWithExpect()
{
    const Opened storage(jsonBackend(options()));
    const auto version = storage.set("a", "1").version;
    edit("\"a\": 1", "\"a\": 2");
    const auto outcome = storage.set("a", "3", 0, version);
    QCOMPARE(outcome.result, WriteResult::Conflict);
    QCOMPARE(outcome.current->value, std::optional<std::string>("2"));
    QCOMPARE(storage.set("a", "3", 0, outcome.current->version).result, WriteResult::Written);
}

void tst_JsonEdits::edit_ofAnOlderFileIsMerged()
{
    const Opened storage(jsonBackend(options()), 7);
    storage.apply({{"a", "1", 0, {}}, {"b", "1", 0, {}}, {"c", "1", 0, {}}, {"d", "1", 0, {}}});
    QByteArray text = contentOf(m_path); // an editor has it open
    storage.apply({{"b", "2", 0, {}}, {"new", "2", 0, {}}, {"d", std::nullopt, 0, {}}});
    const auto state = storage.load();
    text.replace("\"a\": 1", "\"a\": 9");
    text.replace("        \"c\": 1,\n", "");
    overwrite(m_path, text);

    const auto feed = storage->changesSince(state.position, state.epoch);
    QVERIFY(!feed.tooOld);
    QCOMPARE(storage.values(), (Values{{"a", "9"}, {"b", "2"}, {"new", "2"}}));
    const auto keys = keysOf(feed.changes);
    QVERIFY(std::count(keys.begin(), keys.end(), "a") == 1 && std::count(keys.begin(), keys.end(), "-c") == 1);
    QVERIFY(storage.load().repairs.empty());
    QCOMPARE(storage.entry("b")->writer, std::uint64_t(7));
    const Opened other(jsonBackend(options()), 2);
    QCOMPARE(other.values(), storage.values());
}

void tst_JsonEdits::edit_ofAnOlderFileKeepsOwnValuesInOrder()
{
    // One process has seen more than the other when the older file comes back.
    const Opened ahead(jsonBackend(options()), 1);
    const Opened behind(jsonBackend(options()), 2);
    ahead.apply({{"a", "1", 0, {}}, {"b", "1", 0, {}}});
    const QByteArray old = contentOf(m_path);
    const auto seen = behind.load();
    ahead.set("b", "2");
    ahead.set("c", "2");
    overwrite(m_path, QByteArray(old).replace("\"a\": 1", "\"a\": 9"));
    auto feed = behind->changesSince(seen.position, seen.epoch);
    QCOMPARE(keysOf(feed.changes), (std::vector<std::string>{"a"}));
    const auto state = ahead.load();
    QCOMPARE(ahead.values(), (Values{{"a", "9"}, {"b", "2"}, {"c", "2"}}));
    feed = behind->changesSince(feed.position, seen.epoch);
    QVERIFY(!feed.tooOld);
    const auto keys = keysOf(feed.changes);
    QVERIFY(std::count(keys.begin(), keys.end(), "b") == 1 && std::count(keys.begin(), keys.end(), "c") == 1);
    QCOMPARE(behind.values(), ahead.values());
    QVERIFY(ahead->changesSince(4, state.epoch).changes.front().version > 4); // what it had missed, too
}

void tst_JsonEdits::edit_layoutIsNoChange()
{
    const Opened storage(jsonBackend(options()));
    storage.apply({{"a", "{\"x\":[1,2],\"y\":\"z\"}", 0, {}}, {"b", "text", 0, {}}});
    const auto state = storage.load();
    QByteArray text = contentOf(m_path);
    overwrite(m_path, text.replace("    ", "\t").replace("{\"x\": [1, 2]", "{\n\"x\" : [\r\n1 ,2 ]"));
    const auto feed = storage->changesSince(state.position, state.epoch);
    QVERIFY(feed.changes.empty());
    QCOMPARE(feed.position, state.position);
    QCOMPARE(contentOf(m_path), text); // and is left to the person
}

void tst_JsonEdits::edit_withoutBookkeeping()
{
    const Opened storage(jsonBackend(options()));
    storage.apply({{"a", "1", 0, {}}, {"b", "2", 0, {}}});
    const auto state = storage.load();
    overwrite(m_path, "{\"format\": 1, \"values\": {\"a\": 1, \"b\": 5}}");
    const auto feed = storage->changesSince(state.position, state.epoch);
    QVERIFY(!feed.tooOld);
    QCOMPARE(keysOf(feed.changes), (std::vector<std::string>{"b"}));
    QVERIFY(contentOf(m_path).contains("bookkeeping"));
}

/// What it said of values is known as long as the program runs: their forms, and those of their schemas.
void tst_JsonEdits::edit_withoutBookkeeping_keepsForms()
{
    const Opened storage(jsonBackend(options()));
    const std::vector<StorageWrite> writes{
        {"bytes", "\xff", 2, {}}, {"json", "\"Ada\"", 2, {}}, {"name", "\"Ada\"", 3, {}}, {"text", "Ada", 1, {}}};
    storage.apply(writes);
    const auto state = storage.load();
    overwrite(m_path, R"({"format": 1, "values": {"bytes": "/w==", "json": "Ada", "name": "Bob", "text": "Bob"}})");
    const auto feed = storage->changesSince(state.position, state.epoch);
    QCOMPARE(keysOf(feed.changes), (std::vector<std::string>{"name", "text"}));
    QCOMPARE(storage.values(), (Values{{"bytes", "\xff"}, {"json", "\"Ada\""}, {"name", "\"Bob\""}, {"text", "Bob"}}));
    const Opened other(jsonBackend(options()));
    for (const StorageWrite &write : writes) {
        QCOMPARE(storage.entry(write.key)->schema, write.schema);
        QCOMPARE(other.entry(write.key), storage.entry(write.key));
    }
}

void tst_JsonEdits::edit_unknownMembersStay()
{
    const Opened storage(jsonBackend(options()));
    storage.set("a", "1");
    edit("    \"values\"", "    \"comment\": [\"by\", \"hand\"],\n    \"values\"");
    storage.set("a", "2");
    QVERIFY(contentOf(m_path).contains("\n    \"comment\": [\"by\", \"hand\"],\n"));
}

void tst_JsonEdits::edit_byteOrderMark()
{
    const Opened storage(jsonBackend(options()));
    storage.set("a", "1");
    overwrite(m_path, "\xef\xbb\xbf" + contentOf(m_path).replace("\"a\": 1", "\"a\": \"\xc3\xa9\""));
    QCOMPARE(storage.values(), (Values{{"a", "\xc3\xa9"}}));
    QVERIFY(support::brokenFiles(m_path).isEmpty());
}

void tst_JsonEdits::edit_bookkeepingIsNonsense_data()
{
    QTest::addColumn<QByteArray>("bookkeeping");
    QTest::newRow("a list") << QByteArray("[1, 2]");
    QTest::newRow("null") << QByteArray("null");
    QTest::newRow("other types") << QByteArray("{\"epoch\": 5, \"position\": \"x\", \"floor\": [], \"versions\": [],"
                                               "\"deleted\": {\"a\": 1, \"x\": null}, \"more\": {}}");
    QTest::newRow("lines") << QByteArray(R"({"epoch": "zz", "position": -1, "versions": {"a": "", "b": "x sum=",
        "c": "99999999999999999999999", "": " 1 sum=1 writer=xyz schema=-1 as=nonsense"}})");
}

void tst_JsonEdits::edit_bookkeepingIsNonsense()
{
    QFETCH(QByteArray, bookkeeping);
    const Opened storage(jsonBackend(options()));
    overwrite(m_path, "{\"values\": {\"a\": 1, \"b\": \"x\"}, \"bookkeeping\": " + bookkeeping + "}");
    QCOMPARE(storage.values(), (Values{{"a", "1"}, {"b", "x"}}));
    QVERIFY(storage.entry("a")->version != storage.entry("b")->version);
    storage.set("a", "2");
    const Opened other(jsonBackend(options()), 2);
    QCOMPARE(other.values(), (Values{{"a", "2"}, {"b", "x"}}));
    QCOMPARE(contentOf(m_path).count("\"bookkeeping\""), 1);
}

void tst_JsonEdits::file_byHand()
{
    overwrite(m_path, "{ \"values\": { \"theme\": \"dark\", \"zoom\": 1.5 } }");
    const Opened storage(jsonBackend(options()));
    QCOMPARE(storage.values(), (Values{{"theme", "dark"}, {"zoom", "1.5"}}));
    QVERIFY(storage.load().epoch != 0);
}

void tst_JsonEdits::file_ofAnotherStorage()
{
    const Opened storage(jsonBackend(options()));
    storage.set("a", "1");
    const auto state = storage.load();
    JsonOptions elsewhere = options();
    elsewhere.path = m_folder->filePath(QStringLiteral("other.json"));
    {
        const Opened other(jsonBackend(elsewhere));
        other.set("b", "1");
    }
    replace(m_path, contentOf(elsewhere.path));
    const auto feed = storage->changesSince(state.position, state.epoch);
    QVERIFY(feed.tooOld);
    QVERIFY(feed.epoch != state.epoch);
    QCOMPARE(storage.values(), (Values{{"b", "1"}}));
    QCOMPARE(storage.load().epoch, feed.epoch);
}

void tst_JsonEdits::file_deleted()
{
    const Opened storage(jsonBackend(options()));
    storage.set("a", "1");
    const auto state = storage.load();
    QVERIFY(QFile::remove(m_path));
    QVERIFY(storage->changesSince(state.position, state.epoch).tooOld);
    const auto anew = storage.load();
    QVERIFY(anew.entries.empty());
    QVERIFY(anew.epoch != state.epoch);
    QCOMPARE(anew.repairs.size(), std::size_t(1));
    QCOMPARE(storage.load().epoch, anew.epoch);
    storage.set("b", "1");
    QCOMPARE(storage.load().epoch, anew.epoch);
    const Opened other(jsonBackend(options()), 2);
    QCOMPARE(other.values(), (Values{{"b", "1"}}));
}

void tst_JsonEdits::file_deletedFolder()
{
    m_path = m_folder->filePath(QStringLiteral("deep/down/state.json"));
    const Opened storage(jsonBackend(options()));
    storage.set("a", "1");
    QVERIFY(QDir(m_folder->filePath(QStringLiteral("deep"))).removeRecursively());
    storage.set("b", "1");
    const Opened other(jsonBackend(options()), 2);
    QCOMPARE(other.values(), (Values{{"b", "1"}}));
}

void tst_JsonEdits::file_lockDeleted()
{
    const Opened first(jsonBackend(options()), 1);
    first.set("a", "1");
    QVERIFY(QFile::remove(m_path + QStringLiteral("-lock")));
    const Opened second(jsonBackend(options()), 2);
    second.set("b", "1");
    first.set("c", "1");
    QCOMPARE(second.values(), (Values{{"a", "1"}, {"b", "1"}, {"c", "1"}}));
}

/// While it is open, as when it is moved to a folder of dotfiles.
void tst_JsonEdits::file_becomesALink()
{
#ifndef Q_OS_UNIX
    QSKIP("only systems with Unix links can make this fault");
#endif
    const Opened storage(jsonBackend(options()));
    storage.set("a", "1");
    const auto state = storage.load();
    const QString file = m_folder->filePath(QStringLiteral("dotfile.json"));
    QVERIFY(QFile::rename(m_path, file) && QFile::link(file, m_path));
    QVERIFY(!storage->changesSince(state.position, state.epoch).tooOld);
    storage.set("b", "2");
    QVERIFY(QFileInfo(m_path).isSymbolicLink());
    QCOMPARE(storage.values(), (Values{{"a", "1"}, {"b", "2"}}));
    const Opened other(jsonBackend(options()), 2);
    QCOMPARE(other.values(), storage.values());
    other.set("a", "3");
    const auto feed = storage->changesSince(state.position, state.epoch);
    QVERIFY(!feed.tooOld);
    QCOMPARE(keysOf(feed.changes), (std::vector<std::string>{"b", "a"}));
}

void tst_JsonEdits::wake_whenEdited()
{
    const Opened storage(jsonBackend(options()));
    storage.set("a", "1");
    QByteArray value = "1";
    for (const bool inPlace : {true, false, true, false}) {
        QCoreApplication::processEvents(); // what its own writes have caused
        const int before = storage.wakes;
        const QByteArray next = QByteArray::number(value.toInt() + 1);
        edit("\"a\": " + value, "\"a\": " + next, inPlace);
        QTRY_VERIFY(storage.wakes > before);
        QTRY_COMPARE(storage.values()["a"], next.toStdString());
        value = next;
    }
    QVERIFY(QFile::remove(m_path));
    const int before = storage.wakes;
    QTRY_VERIFY(storage.wakes > before);
}

void tst_JsonEdits::random_edits()
{
    // Two processes and a person with an editor that may have an older file: what the person changed, and what the
    // processes wrote to other keys, is there in the end, for all.
    QRandomGenerator random(11);
    for (int round = 0; round < 25; ++round) {
        init();
        const Opened first(jsonBackend(options()), 1);
        const Opened second(jsonBackend(options()), 2);
        Values expected;
        Values seen;
        Position position = 0;
        for (int i = 0; i < 6; ++i) {
            const std::string key = "k" + std::to_string(i);
            first.set(key, std::to_string(i));
            expected[key] = std::to_string(i);
        }
        const auto epoch = second.load().epoch;
        for (int step = 0; step < 8; ++step) {
            const QByteArray opened = contentOf(m_path);
            for (int n = random.bounded(3); n > 0; --n) { // the processes own k0 to k3
                const std::string key = "k" + std::to_string(random.bounded(4));
                const bool isDeleted = random.bounded(4) == 0;
                const auto value = std::to_string(random.bounded(1000));
                (random.bounded(2) == 0 ? first : second).set(key, isDeleted ? std::nullopt : std::optional(value));
                isDeleted ? static_cast<void>(expected.erase(key)) : static_cast<void>(expected[key] = value);
            }
            first.values(); // both have seen it when the person saves
            second.values();
            const std::string key = "k" + std::to_string(4 + random.bounded(2));
            const QByteArray value = QByteArray::number(1000 + random.bounded(1000));
            const qsizetype start = opened.indexOf("\"" + QByteArray::fromStdString(key) + "\": ");
            QByteArray edited = opened;
            const qsizetype from = start + 6;
            edited.replace(from, edited.indexOf('\n', from) - from,
                           edited.mid(from, edited.indexOf('\n', from) - from).endsWith(',') ? value + ',' : value);
            random.bounded(2) == 0 ? overwrite(m_path, edited) : replace(m_path, edited);
            expected[key] = value.toStdString();
            const auto &reader = random.bounded(2) == 0 ? first : second;
            QVERIFY(reader.values() == expected);
            const auto feed = second->changesSince(position, epoch);
            QVERIFY(!feed.tooOld);
            position = feed.position;
            for (const auto &change : feed.changes) {
                change.value ? static_cast<void>(seen[change.key] = *change.value)
                             : static_cast<void>(seen.erase(change.key));
            }
            QVERIFY(seen == expected);
            QVERIFY(first.values() == expected);
        }
    }
}

QTEST_GUILESS_MAIN(tst_JsonEdits)
#include "tst_jsonedits.moc"

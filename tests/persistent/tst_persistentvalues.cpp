// SPDX-License-Identifier: MIT
#include "support/handlers.h"
#include "support/memorystorage.h"

#include <nanostores/persistent.h>
#include <nanostores/qt.h>

#include <QDateTime>
#include <QTemporaryDir>
#include <QTest>
#include <QTimeZone>
#include <QUrl>

#include <limits>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using Storage = support::MemoryStorage;

namespace {

/// As many programs write one: it throws for what it does not like.
struct Even
{
    std::string encode(int value) const
    {
        if (value % 2 != 0) {
            throw std::invalid_argument("an odd number");
        }
        return std::to_string(value);
    }
    int decode(const std::string &raw) const { return std::stoi(raw); }
};

#define NAMES(FIELD) FIELD(QString, first) FIELD(QString, second) FIELD(QString, third)
struct Names
{
    Q_GADGET
    NANOSTORES_STRUCT(Names, NAMES)
};

/// Half of a pair: no UTF-8 says it.
const QString half(QChar(0xd800));
const QString marked = QChar(0xfeff) + QStringLiteral("text");

} // namespace

/// What is hard to write or to read: of codecs, texts, keys and former forms.
class tst_PersistentValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodeThatThrows_keepsTheEntry();
    void decodeThatThrows_leavesOtherKeys();
    void decodeThatThrows_inAConflict();
    void encodeThatThrows_leavesOtherKeys();
    void encodeThatThrows_leavesOtherMembers();
    void encodeThatThrows_random();
    void hookThatThrows_leavesOtherKeys();
    void functionThatThrows_hearsOfOtherKeys();
    void storesOfSeveralTypes_readWhatTheyCan();
    void byteOrderMark_isPartOfTheText();
    void byteOrderMark_inKeys();
    void keysThatAreNoText_areNotWritten();
    void rowsThatAreNoKeys_areNamed_data();
    void rowsThatAreNoKeys_areNamed();
    void boolean_isStrict();
    void values_comeBack();
    void step_ofAnyJson_data();
    void step_ofAnyJson();
    void step_inTheMiddleThrows();
};

void tst_PersistentValues::decodeThatThrows_keepsTheEntry()
{
    support::ErrorLog errors;
    const Storage storage;
    storage.put("count", "many");
    const auto engine = storage.engine();
    const auto count = persistentAtom(engine, "count", 4, {.codec = Even{}});
    QCOMPARE(count.get(), 4);
    QCOMPARE(engine.status().get().unreadable, std::vector<std::string>{"count"});
    QCOMPARE(errors.take().size(), 1);
    storage.put("count", "6");
    QTRY_COMPARE(count.get(), 6);
    QVERIFY(engine.status().get().unreadable.empty());
    storage.put("count", "none");
    QTRY_COMPARE(engine.status().get().unreadable, std::vector<std::string>{"count"});
    QCOMPARE(count.get(), 6);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("count"), std::string("none"));
}

void tst_PersistentValues::decodeThatThrows_leavesOtherKeys()
{
    support::ErrorLog errors;
    const Storage storage;
    storage.put("m/a", "many");
    storage.put("m/b", "2");
    const auto engine = storage.engine();
    const auto map = persistentMap<std::string, int>(engine, "m/", {}, {.codec = Even{}});
    QCOMPARE(map.get(), (Dictionary<std::string, int>{{"b", 2}}));
    const auto other = storage.engine();
    other.set("m/b", "none");
    other.set("m/c", "4");
    QVERIFY(other.flushNow(5s));
    QTRY_COMPARE(map.get(), (Dictionary<std::string, int>{{"b", 2}, {"c", 4}}));
    QCOMPARE(engine.status().get().unreadable, (std::vector<std::string>{"m/a", "m/b"}));
}

void tst_PersistentValues::decodeThatThrows_inAConflict()
{
    support::ErrorLog errors;
    const Storage storage;
    const auto engine = storage.engine();
    const auto count = persistentAtom(engine, "count", 0, {.codec = Even{}, .onConflict = reject});
    count.set(2);
    const auto other = storage.engine();
    other.set("count", "many");
    QVERIFY(other.flushNow(5s));
    QVERIFY(!engine.flushNow(5s));
    const auto conflict = conflictOf(count).get();
    QVERIFY(conflict.has_value());
    QCOMPARE(conflict->mine, 2);
    QCOMPARE(conflict->theirs, 0); // nothing that can be read
    conflict->keepMine();
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("count"), std::string("2"));
}

void tst_PersistentValues::encodeThatThrows_leavesOtherKeys()
{
    support::ErrorLog errors;
    const Storage storage;
    const auto engine = storage.engine();
    const auto map = persistentMap<std::string, int>(engine, "m/", {}, {.codec = Even{}});
    map.setKey("a", 1);
    map.setKey("b", 2);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("m/b"), std::string("2"));
    QCOMPARE(errors.take().size(), 1);
    QVERIFY(engine.status().get().lastError.find("\"m/a\" cannot be written") != std::string::npos);
    map.set(Dictionary<std::string, int>{{"c", 3}, {"d", 4}, {"b", 6}});
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), (std::vector<std::string>{"m/b", "m/d"}));
    QCOMPARE(storage.value("m/b"), std::string("6"));
}

void tst_PersistentValues::encodeThatThrows_leavesOtherMembers()
{
    support::ErrorLog errors;
    const Storage storage;
    const auto engine = storage.engine();
    const auto names = persistentMap(engine, "n/", Names{});
    names.set(Names{half, QStringLiteral("b"), QStringLiteral("c")});
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), (std::vector<std::string>{"n/second", "n/third"}));
    QCOMPARE(errors.take().size(), 1);
    QVERIFY(engine.status().get().lastError.find("\"n/first\" cannot be written") != std::string::npos);
    names.setKey(&Names::first, QStringLiteral("a"));
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("n/first"), std::string("a"));
}

/// After each turn, the storage has of each key the last value that could be written, unless the key was removed.
void tst_PersistentValues::encodeThatThrows_random()
{
    for (unsigned seed = 1; seed <= 20; ++seed) {
        support::ErrorLog errors;
        std::minstd_rand random(seed);
        const Storage storage;
        const auto engine = storage.engine();
        const auto map = persistentMap<std::string, int>(engine, "", {}, {.codec = Even{}});
        std::map<std::string, int> stored;
        for (int turn = 0; turn < 30; ++turn) {
            for (auto steps = random() % 5; steps > 0; --steps) {
                const std::string key(1, static_cast<char>('a' + random() % 4));
                switch (random() % 5) {
                case 0:
                    map.removeKey(key);
                    break;
                case 1:
                    map.set({{key, static_cast<int>(random() % 10)}, {"e", static_cast<int>(random() % 10)}});
                    break;
                default:
                    map.setKey(key, static_cast<int>(random() % 10));
                }
            }
            QVERIFY(engine.flushNow(5s));
            std::erase_if(stored, [&](const auto &entry) { return !map.get().contains(entry.first); });
            for (const auto &[key, value] : map.get()) {
                if (value % 2 == 0) {
                    stored[key] = value;
                }
            }
            std::map<std::string, int> found;
            for (const auto &[key, raw] : engine.entries()) {
                found[key] = std::stoi(raw);
            }
            QCOMPARE(found, stored);
        }
    }
}

void tst_PersistentValues::hookThatThrows_leavesOtherKeys()
{
    support::ErrorLog errors;
    const Storage storage;
    const auto map = persistentMap<std::string, int>(storage.engine(), "m/");
    const auto refusal = onSet(map, [](SetEvent<Map<std::string, int>> &event) {
        if (event.newKeyValue() && *event.newKeyValue() < 0) {
            support::fail("a negative number");
        }
    });
    const auto other = storage.engine();
    other.set("m/a", "-1");
    other.set("m/b", "2");
    QVERIFY(other.flushNow(5s));
    QTRY_COMPARE(map.get(), (Dictionary<std::string, int>{{"b", 2}}));
    QCOMPARE(errors.take(), QList<QString>{QStringLiteral("a negative number")});
}

void tst_PersistentValues::functionThatThrows_hearsOfOtherKeys()
{
    support::ErrorLog errors;
    const Storage storage;
    const auto engine = storage.engine();
    std::vector<std::string> heard;
    const auto end = engine.subAll("", [&](const std::string &key, const StorageEngine::RawValue &) {
        heard.push_back(key);
        if (key == "a") {
            support::fail("of a function");
        }
    });
    const auto other = storage.engine();
    other.set("a", "1");
    other.set("b", "2");
    QVERIFY(other.flushNow(5s));
    QTRY_COMPARE(heard, (std::vector<std::string>{"a", "b"}));
    QCOMPARE(errors.take().size(), 1);
    end();
}

void tst_PersistentValues::storesOfSeveralTypes_readWhatTheyCan()
{
    using Names = std::vector<std::string>;
    const Storage storage;
    storage.put("x", "text");
    const auto engine = storage.engine();
    {
        const auto number = persistentAtom(engine, "x", 0);
        const auto text = persistentAtom(engine, "x", QString());
        QCOMPARE(text.get(), QStringLiteral("text"));
        QCOMPARE(number.get(), 0);
        QCOMPARE(engine.status().get().unreadable, Names{"x"});
        text.set(QStringLiteral("5"));
        QVERIFY(engine.flushNow(5s));
        QCOMPARE(number.get(), 5);
        QCOMPARE(engine.status().get().unreadable, Names{});
        text.set(QStringLiteral("text"));
        QVERIFY(engine.flushNow(5s));
        QCOMPARE(number.get(), 5);
        QCOMPARE(engine.status().get().unreadable, Names{"x"});
    }
    const auto text = persistentAtom(engine, "x", QString()); // the other one has gone
    QCOMPARE(engine.status().get().unreadable, Names{});
    QCOMPARE(text.get(), QStringLiteral("text"));
}

void tst_PersistentValues::byteOrderMark_isPartOfTheText()
{
    const Storage storage;
    {
        const auto engine = storage.engine();
        persistentAtom(engine, "text", QString()).set(marked);
        persistentJSON(engine, "json", QString()).set(marked);
        QVERIFY(engine.flushNow(5s));
    }
    const auto engine = storage.engine();
    QCOMPARE(persistentAtom(engine, "text", QString()).get(), marked);
    QCOMPARE(persistentJSON(engine, "json", QString()).get(), marked);
    QVERIFY(engine.status().get().unreadable.empty());
}

void tst_PersistentValues::byteOrderMark_inKeys()
{
    const Storage storage;
    {
        const auto engine = storage.engine();
        const auto map = persistentMap<QString, int>(engine, "m/");
        map.setKey(marked, 1);
        map.setKey(QStringLiteral("text"), 2);
        QVERIFY(engine.flushNow(5s));
    }
    const auto engine = storage.engine();
    const auto map = persistentMap<QString, int>(engine, "m/");
    QCOMPARE(map.get().value(marked, 0), 1);
    QCOMPARE(map.get().value(QStringLiteral("text"), 0), 2);
    map.removeKey(marked);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), std::vector<std::string>{"m/text"});
}

void tst_PersistentValues::keysThatAreNoText_areNotWritten()
{
    support::ErrorLog errors;
    const Storage storage;
    const auto engine = storage.engine();
    const auto map = persistentMap<QString, int>(engine, "m/");
    map.setKey(half, 1); // would be written as another key
    map.setKey(QStringLiteral("a"), 2);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), std::vector<std::string>{"m/a"});
    QCOMPARE(errors.take().size(), 1);
    map.removeKey(half);
    map.setKey(QStringLiteral("a"), 3);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("m/a"), std::string("3"));
}

void tst_PersistentValues::rowsThatAreNoKeys_areNamed_data()
{
    QTest::addColumn<std::string>("name");
    QTest::newRow("word") << std::string("seven");
    QTest::newRow("zeros") << std::string("007");
    QTest::newRow("plus") << std::string("+7");
    QTest::newRow("space") << std::string(" 7");
    QTest::newRow("nothing") << std::string();
    QTest::newRow("too large") << std::string("99999999999");
}

/// 7 is one key of the map: a row of another name for it would come back after each removal.
void tst_PersistentValues::rowsThatAreNoKeys_areNamed()
{
    QFETCH(std::string, name);
    const Storage storage;
    storage.put("m/" + name, "1");
    storage.put("m/8", "2");
    const auto engine = storage.engine();
    const auto map = persistentMap<int, int>(engine, "m/");
    QCOMPARE(map.get(), (Dictionary<int, int>{{8, 2}}));
    QCOMPARE(engine.status().get().unreadable, std::vector<std::string>{"m/" + name});
    map.setKey(7, 3);
    map.removeKey(7);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("m/" + name), std::string("1"));
}

/// What settingAs<bool>() and other programs write is no "yes".
void tst_PersistentValues::boolean_isStrict()
{
    const Storage storage;
    storage.put("muted", "false");
    const auto engine = storage.engine();
    QCOMPARE(persistentBoolean(engine, "muted").get(), false);
    QCOMPARE(engine.status().get().unreadable, std::vector<std::string>{"muted"});
    storage.put("open", "yes");
    storage.put("shut", "");
    const auto next = storage.engine();
    QCOMPARE(persistentBoolean(next, "open").get(), true);
    QCOMPARE(persistentBoolean(next, "shut", true).get(), false);
    QVERIFY(next.status().get().unreadable.empty());
}

/// Through a file, as another run of the program reads it.
void tst_PersistentValues::values_comeBack()
{
    const QTemporaryDir folder;
    const auto check = [&](const char *key, const auto &initial, const auto &value) {
        using T = std::decay_t<decltype(initial)>;
        JsonOptions options;
        options.path = folder.filePath(QStringLiteral("state.json"));
        const T given = value;
        {
            const auto engine = StorageEngine::custom(jsonBackend(options));
            engine.load(1h);
            persistentAtom(engine, key, initial).set(given);
            QVERIFY2(engine.flushNow(1h), key);
            QVERIFY2(engine.status().get().lastError.empty(), engine.status().get().lastError.c_str());
        }
        const auto engine = StorageEngine::custom(jsonBackend(options));
        engine.load(1h);
        const T read = persistentAtom(engine, key, initial).get();
        if constexpr (std::is_same_v<T, QVariant>) {
            QVERIFY2(read.metaType() == given.metaType() || read.typeId() == QMetaType::LongLong
                         || read.typeId() == QMetaType::Double,
                     qPrintable(QStringLiteral("%1: %2 is %3")
                                    .arg(QLatin1String(key), QLatin1String(given.typeName()),
                                         QLatin1String(read.typeName()))));
        }
        QVERIFY2(read == given, key);
    };
    check("least", qint64(0), std::numeric_limits<qint64>::min());
    check("most", quint64(0), std::numeric_limits<quint64>::max());
    check("small", 0.0, std::numeric_limits<double>::denorm_min());
    check("float", 0.0F, 0.1F);
    check("bytes", QByteArray("x"), QByteArray("\xff\0\xfe", 3));
    check("no text", QString(QStringLiteral("x")), QString(QStringLiteral("")));
    check("text with zero", QString(), QString(QStringLiteral("a") + QChar(0) + QStringLiteral("b")));
    check("url", QUrl(), QUrl(QStringLiteral("https://example.com/a%20b?c=%2F#d")));
    const QDateTime utc(QDate(2024, 2, 29), QTime(23, 59, 59, 999), QTimeZone::utc());
    check("utc", QDateTime(), utc);
    check("offset", QDateTime(), utc.toOffsetFromUtc(-12600));
    check("local", QDateTime(), utc.toLocalTime());
    check("no date", utc, QDateTime());
    const QString a = QStringLiteral("a");
    const QVariantMap nested{{a, QVariantList{1, a, QVariantMap{{QString(), true}}}}};
    check("list", QList<QVariantMap>(), QList<QVariantMap>{nested, QVariantMap()});
    check("lists", QList<QStringList>{{a}}, QList<QStringList>{{}, {QString()}, {a, a}});
    check("variant", QVariant(1), QVariant());
    check("variant text", QVariant(), QVariant(QStringLiteral("5")));
    check("variant bool", QVariant(), QVariant(true));
    check("variant number", QVariant(), QVariant(-0.5));
    check("variant map", QVariant(), QVariant(QVariantMap{{a, QVariantList{}}, {a + a, QVariantMap{}}}));
    check("optional", std::optional<int>(5), std::optional<int>(6));
    check("nested", std::vector<std::optional<QString>>(), std::vector<std::optional<QString>>{{}, a});
    check("huge", QString(), QString(700000, QChar(0x20ac)).left(340000));
}

void tst_PersistentValues::step_ofAnyJson_data()
{
    QTest::addColumn<std::string>("raw");
    QTest::addColumn<double>("value");
    QTest::newRow("number") << std::string("16") << 12.0;
    QTest::newRow("object") << std::string(R"({"px":16})") << 12.0;
    QTest::newRow("list") << std::string("[16]") << 12.0;
}

void tst_PersistentValues::step_ofAnyJson()
{
    QFETCH(std::string, raw);
    QFETCH(double, value);
    const auto points = [](const QJsonValue &old) {
        const QJsonValue px = old.isObject() ? old[QLatin1String("px")] : old.isArray() ? old[0] : old;
        return QJsonValue(px.toDouble() * 0.75);
    };
    const Storage storage;
    storage.put("size", raw);
    const auto engine = storage.engine();
    QCOMPARE(persistentAtom(engine, "size", 0.0, {.schema = schema(2, from<1>(points))}).get(), value);
    const auto byValue = [points](QJsonValue old) { return points(old).toDouble(); };
    QCOMPARE(persistentAtom(engine, "size", 0.0, {.schema = schema(2, from<1>(byValue))}).get(), value);
}

/// Keys that a step refuses stay as they are, those around them are migrated, and so is what is removed meanwhile.
void tst_PersistentValues::step_inTheMiddleThrows()
{
    support::ErrorLog errors;
    const Storage storage;
    for (const auto &[key, raw] : std::map<std::string, std::string>{{"m/a", "1"}, {"m/b", "-1"}, {"m/c", "3"}}) {
        storage.put(key, raw);
    }
    const auto forms = schema(4, from<1>([](const std::string &old) { return old + "0"; }),
                              from<2>([](const std::string &old) { return std::stoi(old) < 0 ? throw 1 : old + "0"; }),
                              from<3>([](const std::string &old) { return old + "0"; }));
    const auto engine = storage.engine();
    const auto map = persistentMap<std::string, int>(engine, "m/", {}, {.schema = forms});
    QCOMPARE(map.get(), (Dictionary<std::string, int>{{"a", 1000}, {"c", 3000}}));
    map.removeKey("c");
    map.setKey("a", 5);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), (std::vector<std::string>{"m/a", "m/b"}));
    QCOMPARE(storage.value("m/b"), std::string("-1"));
    const auto old = storage.engine(); // a former version of the program
    const auto former = persistentMap<std::string, int>(old, "m/", {}, {.schema = schema(1)});
    former.setKey("b", -2);
    former.setKey("a", 6);
    QVERIFY(!old.flushNow(5s));
    QCOMPARE(storage.value("m/a"), std::string("5"));
    QCOMPARE(storage.value("m/b"), std::string("-2"));
}

QTEST_GUILESS_MAIN(tst_PersistentValues)
#include "tst_persistentvalues.moc"

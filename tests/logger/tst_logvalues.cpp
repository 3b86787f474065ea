// SPDX-License-Identifier: MIT

// Values as a log holds them: as text, as JSON, and what differs between two.

#include <nanostores/core.h>
#include <nanostores/logger.h>
#include <nanostores/logger/detail/text.h>
#include <nanostores/qt.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QTest>
#include <QVariant>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

template<typename T>
LogValue valueOf(const T &value, LogLimits limits = {})
{
    const detail::RedactionRules rules;
    detail::Secrets secrets;
    detail::ValueReader reader(limits, rules, "x", false, secrets);
    detail::describePart(value, reader);
    return reader.take();
}

QJsonValue parsed(const std::string &json)
{
    const QByteArray text = "[" + QByteArray::fromStdString(json) + "]";
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text, &error);
    return error.error == QJsonParseError::NoError ? document.array().at(0)
                                                   : QJsonValue(QStringLiteral("bad: ") + error.errorString());
}

/// What a reader makes of a text in JSON: its bytes, where halves of surrogate pairs are characters.
std::string bytesOf(const QJsonValue &json)
{
    if (json.isObject()) {
        return QByteArray::fromHex(json.toObject().value(QStringLiteral("$bytes")).toString().toLatin1()).toStdString();
    }
    return valueOf(json.toString()).text;
}

struct Point
{
    int x = 0;
    std::optional<double> y;
    friend bool operator==(const Point &, const Point &) = default;

    template<typename F>
    static void visitFields(F f)
    {
        f("x", &Point::x);
        f("y", &Point::y);
    }
};

} // namespace

class tst_LogValues : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void text_ofValues();
    void text_isOneLineOfUtf8();
    void json_ofNumbers();
    void json_ofTexts_data();
    void json_ofTexts();
    void json_randomBytesComeBack();
    void json_ofContainers();
    void json_ofKeysThatAreNoTexts();
    void json_ofWhatLooksLikeAMark();
    void limits_cutAndStillCompare();
    void changes_ofParts();
    void changes_turnOneIntoTheOther();
    void equal_valuesOfOneKind();
    void deep_values();
};

void tst_LogValues::text_ofValues()
{
    QCOMPARE(valueOf(true).toText(), "true");
    QCOMPARE(valueOf(-5).toText(), "-5");
    QCOMPARE(valueOf(0.1f).toText(), "0.1");
    QCOMPARE(valueOf(std::numeric_limits<std::uint64_t>::max()).toText(), "18446744073709551615");
    QCOMPARE(valueOf(std::string("a\"b")).toText(), "\"a\\\"b\"");
    QCOMPARE(valueOf(std::optional<int>()).toText(), "none");
    QCOMPARE(valueOf(Point{1, {}}).toText(), "{x: 1, y: none}");
    QCOMPARE(valueOf(std::map<std::string, std::vector<int>>{{"a", {1, 2}}}).toText(), "{\"a\": [1, 2]}");
    QCOMPARE(valueOf(QString::fromUtf8("größe")).toText(), "\"größe\"");
    QCOMPARE(valueOf(QVariantMap{{QStringLiteral("a"), 1}}).toText(), "{\"a\": 1}");
    QCOMPARE(LogValue().toText(), "-");
}

void tst_LogValues::text_isOneLineOfUtf8()
{
    QCOMPARE(valueOf(std::string("a\nb\tc\x1b[2J\x7f")).toText(), "\"a\\nb\\tc\\u001b[2J\\u007f\"");
    QCOMPARE(valueOf(std::string("\xff\xc3")).toText(), "\"\\xff\\xc3\"");
    QCOMPARE(valueOf(std::string("\xe2\x80\xae\xc2\x85")).toText(), "\"\\u202e\\u0085\"");
    QCOMPARE(valueOf(std::string("\xc0\x80")).toText(), "\"\\xc0\\x80\""); // a longer form than there need be
    QCOMPARE(valueOf(QString(QChar(0xd800))).toText(), "\"\\ud800\"");
    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
        std::string bytes(random() % 40, ' ');
        for (char &byte : bytes) {
            byte = static_cast<char>(random());
        }
        const std::string text = valueOf(bytes).toText(1 + random() % 30);
        const QByteArray utf8 = QByteArray::fromStdString(text);
        QCOMPARE(QString::fromUtf8(utf8).toUtf8(), utf8);
        QVERIFY(!utf8.contains('\n') && !utf8.contains('\x1b') && !utf8.contains('\0'));
    }
}

void tst_LogValues::json_ofNumbers()
{
    QCOMPARE(valueOf(9007199254740991).toJson(), "9007199254740991");
    QCOMPARE(valueOf(9007199254740992).toJson(), "{\"$int\":\"9007199254740992\"}");
    QCOMPARE(valueOf(std::numeric_limits<std::int64_t>::min()).toJson(), "{\"$int\":\"-9223372036854775808\"}");
    QCOMPARE(valueOf(std::numeric_limits<std::uint64_t>::max()).toJson(), "{\"$int\":\"18446744073709551615\"}");
    QCOMPARE(valueOf(std::nan("")).toJson(), "{\"$float\":\"nan\"}");
    QCOMPARE(valueOf(-std::numeric_limits<double>::infinity()).toJson(), "{\"$float\":\"-inf\"}");
    QCOMPARE(valueOf(-0.0).toJson(), "{\"$float\":\"-0\"}");
    std::mt19937_64 random(1);
    for (int i = 0; i < 2000; ++i) {
        const std::uint64_t bits = random();
        double number = 0;
        memcpy(&number, &bits, sizeof(number));
        if (std::isfinite(number)) {
            QCOMPARE(parsed(valueOf(number).toJson()).toDouble(), number);
        }
    }
}

void tst_LogValues::json_ofTexts_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("plain") << QByteArray("abc");
    QTest::newRow("quotes") << QByteArray("\"\\/");
    QTest::newRow("controls") << QByteArray("\x01\x02\n\r\t\x1f\x7f", 7);
    QTest::newRow("zero") << QByteArray("a\0b", 3);
    QTest::newRow("lines of JavaScript") << QByteArray("\xe2\x80\xa8\xe2\x80\xa9");
    QTest::newRow("beyond the first plane") << QByteArray("\xf0\x9f\x98\x80");
    QTest::newRow("not UTF-8") << QByteArray("\xff\xfe");
    QTest::newRow("cut character") << QByteArray("a\xe2\x82");
    QTest::newRow("half of a pair") << QByteArray("\xed\xa0\x80");
    QTest::newRow("other half") << QByteArray("x\xed\xb0\x80y");
    QTest::newRow("two halves as characters") << QByteArray("\xed\xa0\xbd\xed\xb8\x80");
    QTest::newRow("mark of order") << QByteArray("\xef\xbb\xbfx");
}

void tst_LogValues::json_ofTexts()
{
    QFETCH(QByteArray, bytes);
    const std::string json = valueOf(bytes.toStdString()).toJson();
    QVERIFY(detail::isWellFormed(json));
    QCOMPARE(QByteArray::fromStdString(bytesOf(parsed(json))), bytes);
}

void tst_LogValues::json_randomBytesComeBack()
{
    std::mt19937 random(1);
    for (int i = 0; i < 5000; ++i) {
        std::string bytes(random() % 12, ' ');
        for (char &byte : bytes) {
            byte = static_cast<char>(random() % 3 == 0 ? 0xed : random() % 2 == 0 ? 0xa0 + random() % 32 : random());
        }
        const std::string json = valueOf(bytes).toJson();
        QCOMPARE(bytesOf(parsed(json)), bytes);
    }
    for (int i = 0; i < 5000; ++i) {
        QString text(int(random() % 8), QLatin1Char(' '));
        for (QChar &unit : text) {
            unit = QChar(char16_t(random() % 3 == 0 ? 0xd800 + random() % 0x800 : random() % 0x10000));
        }
        QCOMPARE(parsed(valueOf(text).toJson()).toString(), text);
    }
}

void tst_LogValues::json_ofContainers()
{
    QCOMPARE(valueOf(Point{1, 0.5}).toJson(), "{\"x\":1,\"y\":0.5}");
    QCOMPARE(valueOf(std::vector<std::optional<int>>{1, {}}).toJson(), "[1,null]");
    QCOMPARE(valueOf(std::map<std::string, int>{{"a", 1}, {"b", 2}}).toJson(), "{\"a\":1,\"b\":2}");
    QCOMPARE(valueOf(QMap<QString, QVariant>{{QStringLiteral("a"), QVariantList{1, true}}}).toJson(),
             "{\"a\":[1,true]}");
}

void tst_LogValues::json_ofKeysThatAreNoTexts()
{
    QCOMPARE(valueOf(std::map<int, std::string>{{1, "a"}}).toJson(), "{\"$map\":[[1,\"a\"]]}");
    QCOMPARE(valueOf(std::multimap<std::string, int>{{"a", 1}, {"a", 2}}).toJson(), "{\"$map\":[[\"a\",1],[\"a\",2]]}");
    QCOMPARE(valueOf(std::map<std::string, int>{{"\xff", 1}}).toJson(), "{\"$map\":[[{\"$bytes\":\"ff\"},1]]}");
}

void tst_LogValues::json_ofWhatLooksLikeAMark()
{
    QCOMPARE(valueOf(std::map<std::string, std::string>{{"$int", "1"}}).toJson(), "{\"$map\":[[\"$int\",\"1\"]]}");
    QCOMPARE(valueOf(std::map<std::string, int>{{"", 1}}).toJson(), "{\"\":1}");
}

void tst_LogValues::limits_cutAndStillCompare()
{
    LogLimits limits;
    limits.parts = 3;
    limits.textBytes = 4;
    const LogValue list = valueOf(std::vector<int>(10, 1), limits);
    QCOMPARE(list.items.size(), std::size_t{3});
    QCOMPARE(list.toText(), "[1, 1, 1 ...]");
    QCOMPARE(list.toJson(), "{\"$cut\":[1,1,1],\"$size\":10}");
    std::vector<int> other(10, 1);
    other.back() = 2;
    QVERIFY(!(list == valueOf(other, limits)));
    QVERIFY(list == valueOf(std::vector<int>(10, 1), limits));
    const LogValue text = valueOf(std::string("aäöü"), limits);
    QCOMPARE(text.toJson(), "{\"$cut\":\"aä\",\"$size\":7}");
    QVERIFY(!(text == valueOf(std::string("aäöx"), limits)));
    const LogValue table = valueOf(std::map<int, int>{{1, 1}, {2, 2}, {3, 3}}, limits);
    QCOMPARE(table.items.size() % 2, std::size_t{0});
    QCOMPARE(table.toJson(), "{\"$cut\":{\"$map\":[[1,1],[2,2]]},\"$size\":3}");
}

namespace {

QByteArray shown(const std::vector<LogChange> &changes)
{
    QByteArray text;
    for (const LogChange &change : changes) {
        text += QByteArray::fromStdString(pathText(change.path) + ' ' + change.oldValue.toText() + " -> "
                                          + change.newValue.toText() + '\n');
    }
    return text;
}

using Table = std::vector<std::pair<std::string, std::vector<int>>>;

Dictionary<std::string, std::vector<int>> dictionaryOf(const Table &table)
{
    Dictionary<std::string, std::vector<int>> made;
    for (const auto &[key, value] : table) {
        made.insert(key, value);
    }
    return made;
}

/// Makes one change, as a reader of the log does.
void apply(LogValue &value, const LogChange &change, std::size_t step = 0)
{
    if (step == change.path.size()) {
        value = change.newValue;
        return;
    }
    const LogStep &at = change.path[step];
    const bool isLast = step + 1 == change.path.size();
    std::size_t place = 0;
    if (at.kind == LogStep::Kind::Key) {
        while (place < value.items.size() && !(value.items[place] == at.key)) {
            place += 2;
        }
        if (isLast && change.newValue.kind == LogValue::Kind::Absent) {
            value.items.erase(value.items.begin() + std::ptrdiff_t(place),
                              value.items.begin() + std::ptrdiff_t(place) + 2);
            return;
        }
        if (place == value.items.size()) {
            value.items.push_back(at.key);
            value.items.emplace_back();
        }
        ++place;
    } else if (at.kind == LogStep::Kind::Index) {
        place = at.index;
        if (isLast && change.newValue.kind == LogValue::Kind::Absent) {
            QCOMPARE(place + 1, value.items.size());
            value.items.pop_back();
            return;
        }
        if (place == value.items.size()) {
            value.items.emplace_back();
        }
    } else {
        while (value.names[place] != at.name) {
            ++place;
        }
    }
    apply(value.items[place], change, step + 1);
}

void setSizes(LogValue &value)
{
    if (value.isContainer()) {
        value.size = value.items.size();
    }
    for (LogValue &item : value.items) {
        setSizes(item);
    }
}

} // namespace

void tst_LogValues::changes_ofParts()
{
    QCOMPARE(shown(changesOf(valueOf(1), valueOf(2))), " 1 -> 2\n");
    QCOMPARE(shown(changesOf(valueOf(Point{1, {}}), valueOf(Point{1, 2.0}))), ".y none -> 2\n");
    using Map = std::map<std::string, Point>;
    QCOMPARE(shown(changesOf(valueOf(Map{{"a", {}}, {"b", {}}}), valueOf(Map{{"b", {3, {}}}, {"c", {}}}))),
             "[\"a\"] {x: 0, y: none} -> -\n[\"b\"].x 0 -> 3\n[\"c\"] - -> {x: 0, y: none}\n");
    QCOMPARE(shown(changesOf(valueOf(std::vector<int>{1, 2, 3}), valueOf(std::vector<int>{1, 5}))),
             "[1] 2 -> 5\n[2] 3 -> -\n");
    QCOMPARE(
        shown(changesOf(valueOf(dictionaryOf({{"a", {}}, {"b", {}}})), valueOf(dictionaryOf({{"b", {}}, {"a", {}}})))),
        " {\"a\": [], \"b\": []} -> {\"b\": [], \"a\": []}\n");
    QCOMPARE(changesOf(valueOf(std::vector<int>(200, 1)), valueOf(std::vector<int>(200, 2))).size(), std::size_t{1});
    QVERIFY(changesOf(valueOf(1), valueOf(1u)).empty());
}

void tst_LogValues::changes_turnOneIntoTheOther()
{
    std::mt19937 random(1);
    const auto any = [&] {
        Table table;
        std::string keys = "abcd";
        std::shuffle(keys.begin(), keys.end(), random);
        for (const char key : keys.substr(0, random() % 5)) {
            std::vector<int> list(random() % 4);
            for (int &item : list) {
                item = int(random() % 3);
            }
            table.emplace_back(std::string(1, key), list);
        }
        return valueOf(dictionaryOf(table));
    };
    for (int i = 0; i < 5000; ++i) {
        const LogValue before = any();
        const LogValue now = any();
        LogValue made = before;
        for (const LogChange &change : changesOf(before, now)) {
            apply(made, change);
        }
        setSizes(made);
        QCOMPARE(made.toJson(), now.toJson());
        QCOMPARE(before == now, before.toJson() == now.toJson());
    }
}

void tst_LogValues::equal_valuesOfOneKind()
{
    QVERIFY(valueOf(std::vector<int>()) == valueOf(std::vector<int>()));
    QVERIFY(!(valueOf(std::vector<int>()) == valueOf(std::map<int, int>())));
    QVERIFY(!(valueOf(std::string("1")) == valueOf(1)));
    QVERIFY(!(valueOf(true) == valueOf(1)));
    QVERIFY(!(valueOf(std::optional<int>()) == valueOf(0)));
    QVERIFY(!(valueOf(std::vector<std::vector<int>>{{1}, {}}) == valueOf(std::vector<std::vector<int>>{{}, {1}})));
    QVERIFY(valueOf(std::nan("")) == valueOf(std::nan("1")));
}

void tst_LogValues::deep_values()
{
    QVariant deep = 1;
    for (int i = 0; i < 500; ++i) {
        deep = QVariantList{deep};
    }
    QVERIFY(valueOf(deep).toText(100).size() < 2000);
    QVERIFY(parsed(valueOf(deep).toJson()).isArray());
}

QTEST_GUILESS_MAIN(tst_LogValues)
#include "tst_logvalues.moc"

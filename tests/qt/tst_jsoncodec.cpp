// SPDX-License-Identifier: MIT
#include "profile.h"

#include "support/handlers.h"

#include <QTimeZone>
#include <QtTest/QTest>

#include <nanostores/kit.h>

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <unordered_map>
#include <vector>

using namespace nanostores;

namespace {

enum class Plain : unsigned char { First, Second };

/// Has no gadget, and says itself what it is in JSON.
struct Money
{
    int cents = 0;
    friend bool operator==(const Money &, const Money &) = default;
};

#define TREE(FIELD) \
    FIELD(QString, name) \
    FIELD(std::optional<int>, weight) \
    FIELD(QList<Tree>, children)

struct Tree
{
    Q_GADGET
    NANOSTORES_STRUCT(Tree, TREE)
};

} // namespace

template<>
struct nanostores::Convert<QJsonValue, Money>
{
    static QJsonValue convert(const Money &money) { return QStringLiteral("%1 ct").arg(money.cents); }
};
template<>
struct nanostores::Convert<std::optional<Money>, QJsonValue>
{
    static std::optional<Money> convert(const QJsonValue &json)
    {
        const QString text = json.toString();
        if (text == QLatin1String("broken")) {
            throw std::runtime_error("broken");
        }
        bool ok = false;
        const int cents = text.chopped(std::min<qsizetype>(3, text.size())).toInt(&ok);
        return ok && text.endsWith(QLatin1String(" ct")) ? std::optional(Money{cents}) : std::nullopt;
    }
};

/// Written by hand, known at run time only.
class Shape
{
    Q_GADGET
    Q_PROPERTY(Kind kind MEMBER kind)
    Q_PROPERTY(double size MEMBER size)
    Q_PROPERTY(QList<int> points MEMBER points)
    Q_PROPERTY(QMap<QString, Profile> owners MEMBER owners)
    Q_PROPERTY(QMap<int, bool> flags MEMBER flags)
    Q_PROPERTY(std::string note MEMBER note)
    Q_PROPERTY(QDate made MEMBER made)
    Q_PROPERTY(QVariant extra MEMBER extra)
    Q_PROPERTY(quint64 id MEMBER id)
    Q_PROPERTY(int corners READ corners)

public:
    enum class Kind : short { Circle = -2, Square = 4 };
    Q_ENUM(Kind)

    Kind kind = Kind::Circle;
    double size = 0;
    QList<int> points;
    QMap<QString, Profile> owners;
    QMap<int, bool> flags;
    std::string note;
    QDate made;
    QVariant extra;
    quint64 id = 0;
    int corners() const { return kind == Kind::Square ? 4 : 0; }
    friend bool operator==(const Shape &, const Shape &) = default;
};

class Locked
{
    Q_GADGET
    Q_PROPERTY(std::optional<int> number MEMBER number)

public:
    std::optional<int> number;
};

class tst_JsonCodec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void numbers();
    void integers_beyondWhatOthersKeep();
    void integers_outOfRange_data();
    void integers_outOfRange();
    void fractions();
    void text();
    void text_thatIsNotUtf8();
    void enums();
    void optionals();
    void optionals_ofNothing();
    void lists();
    void maps();
    void dictionary_keepsItsOrder();
    void dates();
    void variants();
    void variant_thatWouldChange_data();
    void variant_thatWouldChange();
    void struct_byItsFields();
    void struct_mayGrow();
    void gadget_byItsProperties();
    void gadget_withAnUnknownType();
    void conversion_ofTheApplication();
    void hostile_data();
    void hostile();
    void hostile_mutated();
    void depth_isLimited();
    void stored_keepsAStruct();
    void stored_withoutADefault();
    void syncedStored_followsOthers();
};

namespace {

/// Writes it as this text, and reads the same again.
template<typename T>
void check(const T &value, const std::string &text)
{
    const JsonCodec<T> codec;
    QCOMPARE(codec.encode(value), text);
    const std::optional<T> read = codec.decode(text);
    QVERIFY2(read, text.c_str());
    QVERIFY2(*read == value, text.c_str());
    const std::optional<T> same = JsonCodec{}.decode(JsonCodec{}.encode(value));
    QVERIFY2(same == read, text.c_str());
}

template<typename T>
bool reads(const std::string &text)
{
    return JsonCodec<T>{}.decode(text).has_value();
}

} // namespace

void tst_JsonCodec::numbers()
{
    check(true, "true");
    check(0, "0");
    check(-17, "-17");
    check(std::numeric_limits<int>::min(), "-2147483648");
    check<signed char>(-128, "-128");
    check<char>('a', "97");
    check<unsigned short>(65535, "65535");
    check<qint64>(9007199254740991, "9007199254740991");
    QCOMPARE(JsonCodec<int>{}.decode(" 1e2 "), std::optional(100));
}

void tst_JsonCodec::integers_beyondWhatOthersKeep()
{
    check<qint64>(9007199254740992, "\"9007199254740992\"");
    check<qint64>(-9007199254740993, "\"-9007199254740993\"");
    check(std::numeric_limits<qint64>::max(), "\"9223372036854775807\"");
    check(std::numeric_limits<qint64>::min(), "\"-9223372036854775808\"");
    check(std::numeric_limits<quint64>::max(), "\"18446744073709551615\"");
    QCOMPARE(JsonCodec<qint64>{}.decode("9007199254740993"), std::optional<qint64>(9007199254740993));
}

void tst_JsonCodec::integers_outOfRange_data()
{
    QTest::addColumn<bool>("isRead");
    const auto row = [](const char *name, bool isRead) { QTest::newRow(name) << isRead; };
    row("char 127", reads<signed char>("127"));
    row("char 128", !reads<signed char>("128"));
    row("uchar -1", !reads<unsigned char>("-1"));
    row("int 2^31", !reads<int>("2147483648"));
    row("uint 2^32", !reads<unsigned>("4294967296"));
    row("qint64 2^63", !reads<qint64>("\"9223372036854775808\""));
    row("quint64 2^64", !reads<quint64>("\"18446744073709551616\""));
    row("quint64 2^64 as a number", !reads<quint64>("18446744073709551616"));
    row("fraction", !reads<int>("1.5"));
    row("small text", !reads<qint64>("\"5\""));
    row("text with sign", !reads<qint64>("\"+9007199254740993\""));
    row("text with zeros", !reads<qint64>("\"09007199254740993\""));
    row("text with space", !reads<qint64>("\" 9007199254740993\""));
    row("true", !reads<int>("true"));
    row("bool of a number", !reads<bool>("1"));
    row("null", !reads<int>("null"));
    row("huge", !reads<double>("1e400"));
    row("float", reads<float>("3.4e38"));
    row("float of a double", !reads<float>("3.5e38"));
}

void tst_JsonCodec::integers_outOfRange()
{
    QFETCH(const bool, isRead);
    QVERIFY(isRead);
}

void tst_JsonCodec::fractions()
{
    check(0.1, "0.1");
    check(1e300, "1e+300");
    check(9007199254740994.0, "9007199254740994");
    check(std::numeric_limits<double>::denorm_min(), "5e-324");
    check(std::numeric_limits<double>::infinity(), "\"Infinity\"");
    check(-std::numeric_limits<float>::infinity(), "\"-Infinity\"");
    check(0.1f, "0.10000000149011612");
    const JsonCodec<double> codec;
    QCOMPARE(codec.encode(std::nan("")), std::string("\"NaN\""));
    QVERIFY(std::isnan(codec.decode("\"NaN\"").value()));
    QVERIFY(std::signbit(codec.decode(codec.encode(-0.0)).value()));
    QVERIFY(!std::signbit(codec.decode(codec.encode(0.0)).value()));
    QVERIFY(!codec.decode("NaN"));
    QVERIFY(!codec.decode("\"1\""));
}

void tst_JsonCodec::text()
{
    check(QString(), "\"\"");
    check(QStringLiteral("Ada \"Countess\"\n"), R"("Ada \"Countess\"\n")");
    check(QString::fromUtf8("Äpfel 🍎"), "\"Äpfel 🍎\"");
    check(std::string("Äpfel"), "\"Äpfel\"");
    check(std::string("a\0b", 3), "\"a\\u0000b\"");
    check(std::string("\xef\xbb\xbf|"), "\"\\ufeff|\"");
    check(std::u16string(u"x"), "\"x\"");
    const QString half = QStringLiteral("a") + QChar(0xd83c) + QStringLiteral("b"); // of a pair
    QCOMPARE(JsonCodec<QString>{}.decode(JsonCodec<QString>{}.encode(half)), std::optional(half));
}

void tst_JsonCodec::text_thatIsNotUtf8()
{
    const QString error = support::thrownBy([] { JsonCodec{}.encode(std::string("\xff\xfe")); });
    QVERIFY2(error.contains(QStringLiteral("use a QByteArray")), qPrintable(error));
    check(QByteArray("\xff\xfe\0x", 4), "\"//4AeA==\"");
    QVERIFY(!reads<QByteArray>("\"//4*eA==\""));
    QVERIFY(!reads<QString>("\"\xff\""));
    QVERIFY(!reads<std::string>("\"\\ud800\"")); // half of a pair, which UTF-8 has not
}

void tst_JsonCodec::enums()
{
    check(Shape::Kind::Square, "\"Square\"");
    check(static_cast<Shape::Kind>(77), "77");
    QCOMPARE(JsonCodec<Shape::Kind>{}.decode("-2"), std::optional(Shape::Kind::Circle));
    QVERIFY(!reads<Shape::Kind>("\"Triangle\""));
    QVERIFY(!reads<Shape::Kind>("40000"));
    check(Plain::Second, "1");
    QVERIFY(!reads<Plain>("256"));
    check(Qt::AlignmentFlag::AlignRight, "2"); // one of several that may be combined
    check(Qt::Alignment(Qt::AlignRight | Qt::AlignTop), "34");
}

void tst_JsonCodec::optionals()
{
    check(std::optional<int>(), "null");
    check(std::optional<int>(3), "3");
    QVERIFY(!reads<std::optional<int>>("\"3\""));
    check(std::pair<int, QString>(1, QStringLiteral("one")), "[1,\"one\"]");
    QVERIFY((!reads<std::pair<int, int>>("[1]")));
    QVERIFY((!reads<std::pair<int, int>>("[1,2,3]")));
}

void tst_JsonCodec::optionals_ofNothing()
{
    using Maybe = std::optional<QJsonValue>;
    for (const Maybe &value : {Maybe(), Maybe(QJsonValue(5))}) {
        QCOMPARE(JsonCodec<Maybe>{}.decode(JsonCodec<Maybe>{}.encode(value)), std::optional<Maybe>(value));
    }
    // Null is what an empty one is written as, so a null in it is not: it would come back as an empty one.
    QVERIFY(!support::thrownBy([] { JsonCodec<Maybe>{}.encode(Maybe(QJsonValue())); }).isEmpty());
    QVERIFY(!support::thrownBy([] { JsonCodec{}.encode(std::optional<QDate>(QDate())); }).isEmpty());
}

void tst_JsonCodec::lists()
{
    check(QList<int>{3, 1, 2}, "[3,1,2]");
    check(QStringList{QStringLiteral("a")}, "[\"a\"]");
    check(std::vector<std::vector<bool>>{{true, false}, {}}, "[[true,false],[]]");
    check(std::array<double, 2>{1, 2.5}, "[1,2.5]");
    QVERIFY((!reads<std::array<double, 2>>("[1]")));
    check(std::set<int>{2, 1}, "[1,2]");
    check(QSet<int>{7}, "[7]");
    QVERIFY(!reads<QList<int>>("[1,\"2\"]"));
    QVERIFY(!reads<QList<int>>("1"));
}

void tst_JsonCodec::maps()
{
    check(QMap<QString, int>{{QStringLiteral("b"), 2}, {QStringLiteral("a"), 1}}, "{\"a\":1,\"b\":2}");
    check(QHash<std::string, QList<int>>{{"x", {1}}}, "{\"x\":[1]}");
    check(std::map<int, bool>{{-1, true}, {10, false}}, "{\"-1\":true,\"10\":false}");
    check(std::unordered_map<quint64, int>{{std::numeric_limits<quint64>::max(), 1}}, "{\"18446744073709551615\":1}");
    check(QMap<Shape::Kind, int>{{Shape::Kind::Square, 1}}, "{\"Square\":1}");
    check(QMap<Shape::Kind, int>{{static_cast<Shape::Kind>(9), 1}}, "{\"9\":1}");
    check(std::map<std::pair<int, int>, QString>{{{1, 2}, QStringLiteral("x")}}, "[[[1,2],\"x\"]]");
    QVERIFY((!reads<std::map<int, bool>>("{\"1\":true,\"01\":false}")));
    QVERIFY((!reads<std::map<unsigned char, bool>>("{\"256\":true}")));
    QVERIFY((!reads<QMap<QString, int>>("[]")));
}

void tst_JsonCodec::dictionary_keepsItsOrder()
{
    using Stock = Dictionary<QString, int>;
    const Stock stock{{QStringLiteral("pear"), 2}, {QStringLiteral("apple"), 1}};
    check(stock, "[[\"pear\",2],[\"apple\",1]]");
    const auto read = JsonCodec<Stock>{}.decode("[[\"pear\",2],[\"apple\",1]]");
    QCOMPARE(read->begin()->first, QStringLiteral("pear"));
    QCOMPARE(JsonCodec<Stock>{}.decode("{\"apple\":1,\"pear\":2}"), std::optional(stock)); // of others
    QVERIFY(!reads<Stock>("[[\"pear\",2],[\"pear\",1]]"));
    QVERIFY(!reads<Stock>("[[\"pear\"]]"));
    check(Dictionary<int, Profile>(), "[]");
}

void tst_JsonCodec::dates()
{
    check(QDate(2024, 2, 29), "\"2024-02-29\"");
    check(QTime(23, 59, 58, 7), "\"23:59:58.007\"");
    check(QDateTime(QDate(2024, 2, 29), QTime(1, 2, 3, 4), QTimeZone::utc()).toUTC(), "\"2024-02-29T01:02:03.004Z\"");
    check(QDateTime(QDate(2024, 2, 29), QTime(2, 32), QTimeZone::utc()).toOffsetFromUtc(-5400),
          "\"2024-02-29T01:02:00.000-01:30\"");
    check(QDate(), "null");
    check(QUrl(QStringLiteral("https://example.org/a b?c=ä")), "\"https://example.org/a%20b?c=%C3%A4\"");
    check(QUuid(), "\"00000000-0000-0000-0000-000000000000\"");
    QVERIFY(!reads<QDate>("\"2024-02-30\""));
    QVERIFY(!reads<QDate>("\"\""));
    QVERIFY(!reads<QDateTime>("5"));
    QVERIFY(!reads<QUuid>("\"1\""));
    QVERIFY(!reads<QUrl>("\"http://[\""));
    const QDateTime local(QDate(2024, 7, 1), QTime(12, 0));
    QCOMPARE(JsonCodec<QDateTime>{}.decode(JsonCodec{}.encode(local)), std::optional(local)); // the same moment
    // Of before time zones: the offset has seconds.
    const QDateTime early = QDateTime::fromMSecsSinceEpoch(-2524521600000).toOffsetFromUtc(1172);
    QCOMPARE(JsonCodec<QDateTime>{}.decode(JsonCodec{}.encode(early)), std::optional(early));
    const QUrl half(QStringLiteral("https://example.org/") + QChar(0xd800));
    QVERIFY(support::thrownBy([&] { JsonCodec{}.encode(half); }).contains(QStringLiteral("surrogate")));
    QVERIFY(support::thrownBy([] { JsonCodec{}.encode(QDate(12024, 1, 1)); }).contains(QStringLiteral("year")));
}

void tst_JsonCodec::variants()
{
    check(QVariant(), "null");
    check(QVariant(true), "true");
    check(QVariant(5), "5");
    check(QVariant(9007199254740993LL), "9007199254740993");
    check(QVariant(1.5), "1.5");
    check(QVariant(QStringLiteral("x")), "\"x\"");
    check(QVariantMap{{QStringLiteral("a"), QVariantList{1, QVariant(), QVariantMap{{QStringLiteral("b"), false}}}}},
          "{\"a\":[1,null,{\"b\":false}]}");
    check(QJsonValue(QJsonObject{{QStringLiteral("a"), 1}}), "{\"a\":1}");
    check(QJsonArray{1, QJsonValue()}, "[1,null]");
    QVERIFY(!reads<QJsonObject>("[]"));
}

void tst_JsonCodec::variant_thatWouldChange_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::newRow("date") << QVariant(QDate(2024, 1, 1));
    QTest::newRow("bytes") << QVariant(QByteArray("x"));
    QTest::newRow("gadget") << QVariant::fromValue(Profile());
    QTest::newRow("great integer") << QVariant(std::numeric_limits<quint64>::max());
    QTest::newRow("infinity") << QVariant(std::numeric_limits<double>::infinity());
    QTest::newRow("-0") << QVariant(-0.0);
    QTest::newRow("inside") << QVariant(QVariantList{QVariantMap{{QStringLiteral("a"), QUrl()}}});
}

void tst_JsonCodec::variant_thatWouldChange()
{
    QFETCH(const QVariant, value);
    const QString error = support::thrownBy([&] { JsonCodec{}.encode(value); });
    QVERIFY2(error.contains(QStringLiteral("in a QVariant")), qPrintable(error));
}

void tst_JsonCodec::struct_byItsFields()
{
    Profile ada;
    ada.name = QStringLiteral("Ada");
    ada.age = 36;
    check(ada, R"({"age":36,"name":"Ada","theme":""})");
    check(QList<Profile>{ada}, R"([{"age":36,"name":"Ada","theme":""}])");
    Tree leaf;
    leaf.name = QStringLiteral("leaf");
    leaf.weight = 3;
    Tree tree;
    tree.name = QStringLiteral("tree");
    tree.children = {leaf, leaf};
    const std::string text = R"({"children":[],"name":"leaf","weight":3})";
    check(tree, R"({"children":[)" + text + "," + text + R"(],"name":"tree","weight":null})");
}

void tst_JsonCodec::struct_mayGrow()
{
    Profile expected;
    expected.name = QStringLiteral("Ada");
    QCOMPARE(JsonCodec<Profile>{}.decode(R"({"name":"Ada","born":1815})"), std::optional(expected));
    QCOMPARE(JsonCodec<Profile>{}.decode("{}"), std::optional(Profile()));
    QVERIFY(!reads<Profile>(R"({"name":null})"));
    QVERIFY(!reads<Profile>(R"({"age":"36"})"));
    QVERIFY(!reads<Profile>("[]"));
    QVERIFY(!reads<Profile>("null"));
}

void tst_JsonCodec::gadget_byItsProperties()
{
    Shape shape;
    shape.kind = Shape::Kind::Square;
    shape.size = 1.5;
    shape.points = {1, 2};
    shape.owners[QStringLiteral("a")].age = 7;
    shape.flags = {{-3, true}};
    shape.note = "Ä";
    shape.made = QDate(2024, 1, 2);
    shape.extra = QVariantList{1, QStringLiteral("x")};
    shape.id = std::numeric_limits<quint64>::max();
    check(shape, R"({"extra":[1,"x"],"flags":{"-3":true},"id":"18446744073709551615","kind":"Square",)"
                 R"("made":"2024-01-02","note":"Ä","owners":{"a":{"age":7,"name":"","theme":""}},"points":[1,2],)"
                 R"("size":1.5})");
    QVERIFY(!reads<Shape>(R"({"points":[1,"2"]})"));
    QVERIFY(!reads<Shape>(R"({"points":{}})"));
    QVERIFY(!reads<Shape>(R"({"owners":{"a":{"age":"7"}}})"));
    QVERIFY(!reads<Shape>(R"({"flags":{"x":true}})"));
    QVERIFY(!reads<Shape>(R"({"kind":"Round"})"));
    QVERIFY(!reads<Shape>(R"({"id":-1})"));
    QVERIFY(reads<Shape>(R"({"corners":"ignored"})"));
}

void tst_JsonCodec::gadget_withAnUnknownType()
{
    const QString error = support::thrownBy([] { JsonCodec{}.encode(Locked()); });
    QVERIFY2(error.contains(QStringLiteral("std::optional<int>")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("NANOSTORES_STRUCT")), qPrintable(error));
    QVERIFY(!reads<Locked>(R"({"number":1})"));
}

void tst_JsonCodec::conversion_ofTheApplication()
{
    check(QList<Money>{{150}}, "[\"150 ct\"]");
    QVERIFY(!reads<Money>("\"150 EUR\""));
    QVERIFY(!reads<Money>("150"));
    support::ErrorLog errors;
    QVERIFY(!reads<QList<Money>>("[\"broken\"]"));
    QCOMPARE(errors.take(), QStringList{QStringLiteral("broken")});
}

void tst_JsonCodec::hostile_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"",
                             " ",
                             "{",
                             "}",
                             "{}{}",
                             "{},{}",
                             "{}x",
                             "{} ]",
                             "] [",
                             "{}], [{}",
                             "[{}]",
                             "nul",
                             "undefined",
                             "'x'",
                             "{\"age\":1e999}",
                             "{\"age\":01}",
                             "{age:1}",
                             "{\"age\":1,}",
                             "// {}\n{}",
                             "\xff\xfe{}",
                             "{\"name\":\"\xc3\"}",
                             "\"{}\"",
                             "{\"name\":\"\\ud800\\u0000\",\"age\":[]}"}) {
        QTest::newRow(text) << QByteArray(text);
    }
    QTest::newRow("nul byte") << QByteArray("{}\0", 3);
    QTest::newRow("deep") << QByteArray(100000, '[');
    QTest::newRow("deep, closed") << QByteArray(100000, '[') + QByteArray(100000, ']');
}

void tst_JsonCodec::hostile()
{
    QFETCH(const QByteArray, text);
    QVERIFY(!reads<Profile>(text.toStdString()));
    static_cast<void>(reads<QVariant>(text.toStdString()));
    static_cast<void>(reads<Shape>(text.toStdString()));
}

void tst_JsonCodec::hostile_mutated()
{
    Tree tree;
    tree.name = QString::fromUtf8("tree 🌳");
    tree.weight = -1;
    tree.children = {tree, tree};
    const std::string whole = JsonCodec{}.encode(tree);
    std::mt19937 random(1);
    int readable = 0;
    for (int i = 0; i < 20000; ++i) {
        std::string text = whole;
        for (unsigned edits = 1 + random() % 3; edits > 0; --edits) {
            const std::size_t place = random() % text.size();
            switch (random() % 3) {
            case 0:
                text[place] = static_cast<char>(random());
                break;
            case 1:
                text.erase(place, 1 + random() % 4);
                break;
            default:
                text.insert(place, 1, "{}[]\",:0e-nul\\"[random() % 14]);
                break;
            }
            if (text.empty()) {
                break;
            }
        }
        if (const auto read = JsonCodec<Tree>{}.decode(text)) {
            ++readable;
            QVERIFY(JsonCodec<Tree>{}.decode(JsonCodec{}.encode(*read)) == read);
        }
        static_cast<void>(reads<QVariant>(text));
    }
    QVERIFY(readable > 0 && readable < 20000);
}

void tst_JsonCodec::depth_isLimited()
{
    QVariant deep;
    Tree tree;
    for (int i = 0; i < 450; ++i) {
        deep = QVariantList{deep};
        Tree parent;
        parent.children = {tree};
        tree = parent;
    }
    QVERIFY(JsonCodec<QVariant>{}.decode(JsonCodec{}.encode(deep)) == deep);
    QVERIFY(JsonCodec<Tree>{}.decode(JsonCodec{}.encode(tree)) == tree);
    for (int i = 0; i < 1000; ++i) {
        deep = QVariantList{deep};
    }
    QVERIFY(support::thrownBy([&] { JsonCodec{}.encode(deep); }).contains(QStringLiteral("deeper than")));
}

void tst_JsonCodec::stored_keepsAStruct()
{
    const MemoryStorage storage;
    storage.set("broken", "{\"age\":");
    Profile guest;
    guest.name = QStringLiteral("guest");
    const auto profile = stored(storage, "profile", guest, JsonCodec{});
    const auto broken = stored(storage, "broken", guest, JsonCodec<Profile>{});
    QCOMPARE(profile().name, QStringLiteral("guest"));
    QCOMPARE(broken().name, QStringLiteral("guest"));
    Profile ada;
    ada.name = QStringLiteral("Ada");
    profile(ada);
    QCOMPARE(*storage.get("profile"), std::string(R"({"age":0,"name":"Ada","theme":""})"));
    QCOMPARE(stored(storage, "profile", guest, JsonCodec{})(), ada);

    // What cannot be written leaves everything as it was.
    const auto note = stored(storage, "note", std::string("x"), JsonCodec{});
    QVERIFY(support::thrownBy([&] { note(std::string("\xff")); }).contains(QStringLiteral("UTF-8")));
    QCOMPARE(note(), std::string("x"));
    QVERIFY(!storage.get("note"));
}

void tst_JsonCodec::stored_withoutADefault()
{
    const MemoryStorage storage;
    const auto sizes = stored(storage, "sizes", JsonCodec<QList<int>>{});
    QCOMPARE(sizes(), std::optional<QList<int>>());
    sizes(QList<int>{1, 2});
    QCOMPARE(*storage.get("sizes"), std::string("[1,2]"));
    sizes(std::nullopt);
    QVERIFY(!storage.get("sizes"));
    static_assert(isCodec(JsonCodec{}) && Codec<JsonCodec<>, Profile> && Codec<JsonCodec<Profile>, Profile>);
}

void tst_JsonCodec::syncedStored_followsOthers()
{
    const MemoryStorage storage;
    const auto count = syncedStored(storage, "count", 1, JsonCodec{});
    QList<int> seen;
    const Subscription watch = effect([&] { seen.append(count()); });
    storage.set("count", "5");
    storage.set("count", "\"six\"");
    storage.set("count", "7");
    QCOMPARE(seen, (QList<int>{1, 5, 1, 7}));
}

QTEST_GUILESS_MAIN(tst_JsonCodec)
#include "tst_jsoncodec.moc"

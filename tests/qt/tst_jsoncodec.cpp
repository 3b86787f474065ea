// SPDX-License-Identifier: MIT
#include <nanostores/kit.h>

#include "jsoncheck.h"
#include "profile.h"

#include "support/handlers.h"

#include <QtTest/QTest>

#include <limits>
#include <map>
#include <random>
#include <stdexcept>
#include <unordered_map>

using namespace nanostores;
using namespace jsoncheck;

namespace {

enum class Plain : unsigned char { First, Second };

/// Has no gadget, and says itself what it is in JSON.
struct Money
{
    int cents = 0;
    friend bool operator==(const Money &, const Money &) = default;
};

/// As a view would have it: nothing of it can be written.
struct OnlyRead
{
    Q_GADGET
    Q_PROPERTY(int price MEMBER price CONSTANT FINAL)

public:
    int price = 0;
    friend bool operator==(const OnlyRead &, const OnlyRead &) = default;
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

/// Structs, gadgets and types of the application; texts that are broken; what is stored.
class tst_JsonCodec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void enums();
    void maps();
    void struct_byItsFields();
    void struct_mayGrow();
    void gadget_byItsProperties();
    void gadget_withAnUnknownType();
    void gadget_ofReadOnlyProperties();
    void conversion_ofTheApplication();
    void hostile_data();
    void hostile();
    void hostile_mutated();
    void depth_isLimited();
    void stored_keepsAStruct();
    void stored_withoutADefault();
    void syncedStored_followsOthers();
};

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

void tst_JsonCodec::gadget_ofReadOnlyProperties()
{
    const QString error = support::thrownBy([] { JsonCodec{}.encode(OnlyRead{3}); });
    QVERIFY2(error.contains(QStringLiteral("Take CONSTANT off")), qPrintable(error));
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

// SPDX-License-Identifier: MIT
#include "jsoncheck.h"
#include "profile.h"

#include "support/handlers.h"

#include <QTimeZone>
#include <QtTest/QTest>

#include <array>
#include <cmath>
#include <limits>
#include <set>
#include <vector>

using namespace nanostores;
using namespace jsoncheck;

/// Numbers, texts, dates, lists and variants.
class tst_JsonValues : public QObject
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
    void optionals();
    void optionals_ofNothing();
    void lists();
    void dictionary_keepsItsOrder();
    void dates();
    void variants();
    void variant_thatWouldChange_data();
    void variant_thatWouldChange();
};

void tst_JsonValues::numbers()
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

void tst_JsonValues::integers_beyondWhatOthersKeep()
{
    check<qint64>(9007199254740992, "\"9007199254740992\"");
    check<qint64>(-9007199254740993, "\"-9007199254740993\"");
    check(std::numeric_limits<qint64>::max(), "\"9223372036854775807\"");
    check(std::numeric_limits<qint64>::min(), "\"-9223372036854775808\"");
    check(std::numeric_limits<quint64>::max(), "\"18446744073709551615\"");
    QCOMPARE(JsonCodec<qint64>{}.decode("9007199254740993"), std::optional<qint64>(9007199254740993));
}

void tst_JsonValues::integers_outOfRange_data()
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

void tst_JsonValues::integers_outOfRange()
{
    QFETCH(const bool, isRead);
    QVERIFY(isRead);
}

void tst_JsonValues::fractions()
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

void tst_JsonValues::text()
{
    check(QString(), "\"\"");
    check(QStringLiteral("Ada \"Countess\"\n"), R"("Ada \"Countess\"\n")");
    check(QString::fromUtf8("Äpfel 🍎"), "\"Äpfel 🍎\"");
    check(std::string("Äpfel"), "\"Äpfel\"");
    check(std::string("a\0b", 3), "\"a\\u0000b\"");
    check(std::string("\xef\xbb\xbf|"), "\"\\ufeff|\"");
    QCOMPARE(JsonCodec<std::string>{}.decode("\"\xef\xbb\xbf|\""), std::optional<std::string>("\xef\xbb\xbf|"));
    check(std::u16string(u"x"), "\"x\"");
    const QString half = QStringLiteral("a") + QChar(0xd83c) + QStringLiteral("b"); // of a pair
    QCOMPARE(JsonCodec<QString>{}.decode(JsonCodec<QString>{}.encode(half)), std::optional(half));
}

void tst_JsonValues::text_thatIsNotUtf8()
{
    const QString error = support::thrownBy([] { JsonCodec{}.encode(std::string("\xff\xfe")); });
    QVERIFY2(error.contains(QStringLiteral("use a QByteArray")), qPrintable(error));
    check(QByteArray("\xff\xfe\0x", 4), "\"//4AeA==\"");
    QVERIFY(!reads<QByteArray>("\"//4*eA==\""));
    QVERIFY(!reads<QString>("\"\xff\""));
    QVERIFY(!reads<std::string>("\"\\ud800\"")); // half of a pair, which UTF-8 has not
}

void tst_JsonValues::optionals()
{
    check(std::optional<int>(), "null");
    check(std::optional<int>(3), "3");
    QVERIFY(!reads<std::optional<int>>("\"3\""));
    check(std::pair<int, QString>(1, QStringLiteral("one")), "[1,\"one\"]");
    QVERIFY((!reads<std::pair<int, int>>("[1]")));
    QVERIFY((!reads<std::pair<int, int>>("[1,2,3]")));
}

void tst_JsonValues::optionals_ofNothing()
{
    using Maybe = std::optional<QJsonValue>;
    for (const Maybe &value : {Maybe(), Maybe(QJsonValue(5))}) {
        QCOMPARE(JsonCodec<Maybe>{}.decode(JsonCodec<Maybe>{}.encode(value)), std::optional<Maybe>(value));
    }
    // Null is what an empty one is written as, so a null in it is not: it would come back as an empty one.
    QVERIFY(!support::thrownBy([] { JsonCodec<Maybe>{}.encode(Maybe(QJsonValue())); }).isEmpty());
    QVERIFY(!support::thrownBy([] { JsonCodec{}.encode(std::optional<QDate>(QDate())); }).isEmpty());
}

void tst_JsonValues::lists()
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

void tst_JsonValues::dictionary_keepsItsOrder()
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

void tst_JsonValues::dates()
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

void tst_JsonValues::variants()
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

void tst_JsonValues::variant_thatWouldChange_data()
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

void tst_JsonValues::variant_thatWouldChange()
{
    QFETCH(const QVariant, value);
    const QString error = support::thrownBy([&] { JsonCodec{}.encode(value); });
    QVERIFY2(error.contains(QStringLiteral("in a QVariant")), qPrintable(error));
}

QTEST_GUILESS_MAIN(tst_JsonValues)
#include "tst_jsonvalues.moc"

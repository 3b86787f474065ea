// SPDX-License-Identifier: MIT
#include "support/respmodel.h"

#include <nanostores/redis/detail/resp.h>

#include <QtTest/QTest>

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace nanostores::detail;
using support::readInPieces;
using support::RespModel;
using support::RespResult;

namespace {

RespResult readAll(const std::string &bytes, const RespLimits &limits = {})
{
    return readInPieces(bytes, limits, [&] { return bytes.size() + 1; });
}

RespValue value(RespType type, std::string text = {}, std::int64_t integer = 0, std::vector<RespValue> items = {})
{
    RespValue value;
    value.type = type;
    value.text = std::move(text);
    value.integer = integer;
    value.items = std::move(items);
    return value;
}

/// Answers by chance, as a server would send them.
class Server
{
public:
    explicit Server(std::mt19937 &random)
        : m_random(random)
    {
    }
    std::string answer(int depth = 0)
    {
        const std::string attribute = depth < 3 && chance(20) ? "|1\r\n+ttl\r\n:" + number() + "\r\n" : std::string();
        return attribute + plain(depth);
    }

private:
    bool chance(unsigned percent) { return m_random() % 100 < percent; }
    std::string number() { return std::to_string(static_cast<int>(m_random() % 2000) - 1000); }
    std::string bytes()
    {
        std::string text(m_random() % 12, ' ');
        for (char &byte : text) {
            byte = static_cast<char>(m_random() % 256);
        }
        return text;
    }
    std::string sized(char kind, const std::string &text)
    {
        return kind + std::to_string(text.size()) + "\r\n" + text + "\r\n";
    }
    std::string plain(int depth)
    {
        switch (m_random() % (depth < 4 ? 16 : 11)) {
        case 0:
            return "+OK\r\n";
        case 1:
            return "-ERR no\r\n";
        case 2:
            return ':' + number() + "\r\n";
        case 3:
            return "$-1\r\n";
        case 4:
            return "_\r\n";
        case 5:
            return m_random() % 2 ? "#t\r\n" : "#f\r\n";
        case 6:
            return "," + number() + ".5e3\r\n";
        case 7:
            return "(" + number() + "000000000000000000000\r\n";
        case 8:
            return sized('=', "txt:" + bytes());
        case 9:
            return sized('!', "ERR " + bytes());
        case 10:
            return sized('$', bytes());
        default: {
            static constexpr std::array<char, 4> kinds{'*', '~', '>', '%'};
            const char kind = kinds[m_random() % kinds.size()];
            const auto count = m_random() % 4;
            std::string all = kind + std::to_string(count) + "\r\n";
            for (auto left = count * (kind == '%' ? 2 : 1); left > 0; --left) {
                all += answer(depth + 1);
            }
            return all;
        }
        }
    }

    std::mt19937 &m_random;
};

} // namespace

/// RespReader and appendCommand().
class tst_Resp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answers_ofEachType_data();
    void answers_ofEachType();
    void answers_thatAreNone_data();
    void answers_thatAreNone();
    void limits_hold_data();
    void limits_hold();
    void hugeLengths_takeNoMemory();
    void error_staysUntilReset();
    void random_piecesAndDamage();
    void commands_areCounted();
};

void tst_Resp::answers_ofEachType_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("number");
    const auto add = [](const char *name, const char *bytes, int number) {
        QTest::newRow(name) << QByteArray(bytes) << number;
    };
    add("text", "+OK\r\n", 0);
    add("error", "-ERR what\r\n", 1);
    add("integer", ":-12\r\n", 2);
    add("bulk", "$2\r\n\r\n\r\n", 3);
    add("empty bulk", "$0\r\n\r\n", 4);
    add("null bulk", "$-1\r\n", 5);
    add("null", "_\r\n", 5);
    add("null list", "*-1\r\n", 5);
    add("list", "*2\r\n:1\r\n*1\r\n+x\r\n", 6);
    add("empty list", "*0\r\n", 7);
    add("map", "%1\r\n+k\r\n+v\r\n", 8);
    add("attribute", "|1\r\n+a\r\n*1\r\n:3\r\n:7\r\n", 9);
    add("verbatim", "=5\r\ntxt:x\r\n", 10);
    add("long error", "!5\r\nERR x\r\n", 11);
    add("infinite", ",-inf\r\n", 12);
    add("true", "#t\r\n", 13);
    add("push", ">1\r\n+x\r\n", 14);
    add("big", "(-123456789012345678901234567890\r\n", 15);
    add("set", "~1\r\n|0\r\n_\r\n", 16);
}

void tst_Resp::answers_ofEachType()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, number);
    const std::vector<RespValue> expected{
        value(RespType::Text, "OK"),
        value(RespType::Error, "ERR what"),
        value(RespType::Integer, {}, -12),
        value(RespType::Bulk, "\r\n"),
        value(RespType::Bulk),
        value(RespType::Null),
        value(RespType::Array, {}, 0,
              {value(RespType::Integer, {}, 1), value(RespType::Array, {}, 0, {value(RespType::Text, "x")})}),
        value(RespType::Array),
        value(RespType::Map, {}, 0, {value(RespType::Text, "k"), value(RespType::Text, "v")}),
        value(RespType::Integer, {}, 7),
        value(RespType::Verbatim, "x"),
        value(RespType::Error, "ERR x"),
        value(RespType::Double, "-inf"),
        value(RespType::Boolean, {}, 1),
        value(RespType::Push, {}, 0, {value(RespType::Text, "x")}),
        value(RespType::BigNumber, "-123456789012345678901234567890"),
        value(RespType::Set, {}, 0, {value(RespType::Null)}),
    };
    RespReader reader;
    const std::string all = bytes.toStdString();
    for (std::size_t i = 0; i < all.size(); ++i) {
        QVERIFY(!reader.next());
        reader.feed(std::string_view(all).substr(i, 1));
    }
    const auto answer = reader.next();
    QVERIFY(answer);
    QVERIFY(*answer == expected.at(static_cast<std::size_t>(number)));
    QVERIFY(!reader.next());
    QCOMPARE(reader.buffered(), std::size_t(0));
}

void tst_Resp::answers_thatAreNone_data()
{
    QTest::addColumn<QByteArray>("bytes");
    for (const char *bytes : {"HTTP/1.1 400 Bad Request\r\n",
                              "\r\n",
                              ":1x\r\n",
                              ":\r\n",
                              ":99999999999999999999\r\n",
                              "$2\r\nabc\r\n",
                              "$-2\r\n",
                              "$\r\n",
                              "$1 \r\n",
                              "*-2\r\n",
                              "*x\r\n",
                              "#y\r\n",
                              "_x\r\n",
                              ",1,5\r\n",
                              "(1.5\r\n",
                              "=3\r\nabc\r\n",
                              "=4\r\nabcd\r\n",
                              "!0\r\n\r\n",
                              "$?\r\n",
                              "*?\r\n",
                              "*1\r\n\x01\r\n"}) {
        QTest::newRow(bytes) << QByteArray(bytes);
    }
}

void tst_Resp::answers_thatAreNone()
{
    QFETCH(QByteArray, bytes);
    RespReader reader;
    reader.feed("+before\r\n");
    reader.feed(bytes.toStdString());
    QVERIFY(reader.next()); // what came before is still given
    QVERIFY_EXCEPTION_THROWN(reader.next(), RespError);
}

void tst_Resp::limits_hold_data()
{
    QTest::addColumn<QByteArray>("inside");
    QTest::addColumn<QByteArray>("outside");
    // line 10, bulk 20, answer 60, values 6, depth 2
    QTest::newRow("line") << QByteArray("+123456789\r\n") << QByteArray("+1234567890\r\n");
    QTest::newRow("line without end") << QByteArray("+123456789\r") << QByteArray("+1234567890");
    QTest::newRow("bulk") << QByteArray("$20\r\n12345678901234567890\r\n") << QByteArray("$21\r\n");
    QTest::newRow("answer") << QByteArray("*2\r\n$20\r\n12345678901234567890\r\n$19\r\n1234567890123456789\r\n")
                            << QByteArray(
                                   "*3\r\n$20\r\n12345678901234567890\r\n$20\r\n12345678901234567890\r\n$19\r\n");
    QTest::newRow("values") << QByteArray("*6\r\n_\r\n_\r\n_\r\n_\r\n_\r\n_\r\n") << QByteArray("*7\r\n");
    QTest::newRow("values together") << QByteArray("*2\r\n*2\r\n_\r\n_\r\n*2\r\n_\r\n_\r\n")
                                     << QByteArray("*2\r\n*2\r\n_\r\n_\r\n*3\r\n");
    QTest::newRow("map") << QByteArray("%3\r\n_\r\n_\r\n_\r\n_\r\n_\r\n_\r\n") << QByteArray("%4\r\n");
    QTest::newRow("depth") << QByteArray("*1\r\n*1\r\n_\r\n") << QByteArray("*1\r\n*1\r\n*0\r\n");
    QTest::newRow("attributes") << QByteArray("|1\r\n_\r\n_\r\n_\r\n")
                                << QByteArray("|3\r\n_\r\n_\r\n_\r\n_\r\n_\r\n_\r\n|1\r\n");
}

void tst_Resp::limits_hold()
{
    QFETCH(QByteArray, inside);
    QFETCH(QByteArray, outside);
    const RespLimits limits{10, 20, 60, 6, 2};
    QVERIFY(!readAll(inside.toStdString(), limits).isError);
    RespReader reader(limits);
    reader.feed(outside.toStdString());
    try {
        while (reader.next()) {}
        QFAIL("it is read");
    } catch (const RespError &error) {
        QVERIFY(error.isTooLarge());
    }
}

void tst_Resp::hugeLengths_takeNoMemory()
{
    RespLimits limits;
    limits.values = std::size_t{1} << 40U;
    limits.bulk = std::size_t{1} << 40U;
    limits.answer = std::size_t{1} << 41U;
    for (const char *bytes : {"*1000000000\r\n", "$1000000000000\r\n", "%100000000000\r\n:1\r\n"}) {
        RespReader reader(limits);
        reader.feed(bytes);
        QVERIFY(!reader.next()); // a length that was taken at its word would be more memory than there is
    }
    QVERIFY(readAll("*18446744073709551616\r\n").isError);
    QVERIFY(readAll("%9223372036854775808\r\n").isError);
}

void tst_Resp::error_staysUntilReset()
{
    RespReader reader;
    reader.feed("?\r\n+OK\r\n");
    QVERIFY_EXCEPTION_THROWN(reader.next(), RespError);
    reader.feed("+OK\r\n");
    QVERIFY_EXCEPTION_THROWN(reader.next(), RespError);
    reader.reset();
    reader.feed("+OK\r\n");
    QVERIFY(reader.next());
}

/// Whole answers, cut ones, damaged ones and noise, at once and in pieces: the reader and the model agree.
void tst_Resp::random_piecesAndDamage()
{
    const int cases = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES");
    std::mt19937 random(static_cast<unsigned>(qEnvironmentVariableIntValue("NANOSTORES_RANDOM_SEED")));
    Server server(random);
    const RespLimits small{40, 60, 200, 30, 3};
    int complete = 0;
    int errors = 0;
    for (int i = 0; i < std::max(cases, 20000); ++i) {
        std::string bytes;
        for (auto count = random() % 4; count > 0; --count) {
            bytes += server.answer();
        }
        const auto kind = random() % 4;
        if (kind == 1 && !bytes.empty()) {
            bytes.resize(random() % bytes.size());
        } else if (kind == 2) {
            for (auto count = random() % 3; count > 0 && !bytes.empty(); --count) {
                bytes[random() % bytes.size()] = static_cast<char>(random() % 256);
            }
        } else if (kind == 3) {
            static constexpr std::string_view common = "$*%|:+-_#=\r\n0129";
            for (auto count = random() % 20; count > 0; --count) {
                bytes.insert(random() % (bytes.size() + 1), 1, common[random() % common.size()]);
            }
        }
        const RespLimits limits = random() % 2 ? RespLimits() : small;
        const RespResult expected = RespModel(bytes, limits).all();
        const std::string shown = QByteArray::fromStdString(bytes).toPercentEncoding().toStdString();
        QVERIFY2(readAll(bytes, limits) == expected, shown.c_str());
        QVERIFY2(readInPieces(bytes, limits, [&] { return std::size_t{1} + random() % 5; }) == expected, shown.c_str());
        complete += expected.values.empty() ? 0 : 1;
        errors += expected.isError ? 1 : 0;
    }
    QVERIFY(complete > 1000);
    QVERIFY(errors > 1000);
}

void tst_Resp::commands_areCounted()
{
    std::string bytes;
    const std::array<std::string_view, 3> words{"SET", "", std::string_view("a\r\n\0b", 5)};
    appendCommand(bytes, words);
    static constexpr char expected[] = "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$5\r\na\r\n\0b\r\n";
    QCOMPARE(bytes, std::string(expected, sizeof expected - 1));
    const RespResult result = readAll(bytes); // a command is a list of bulks
    QCOMPARE(result.values.size(), std::size_t(1));
    QCOMPARE(result.values[0].items[2].text, std::string(words[2]));
}

QTEST_GUILESS_MAIN(tst_Resp)
#include "tst_resp.moc"

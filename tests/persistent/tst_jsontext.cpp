// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/jsontext.h>

#include <QJsonDocument>
#include <QRandomGenerator>
#include <QtTest/QTest>

#include <functional>
#include <string>

using namespace nanostores::detail;

class tst_JsonText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void compact_data();
    void compact();
    void mistakes_data();
    void mistakes();
    void deepNesting_isRefused();
    void strings_comeBack();
    void string_decodesEscapes();
    void indented_data();
    void indented();
    void random_acceptsWhatQtAccepts();
    void random_layoutKeepsTheValue();
};

namespace {

std::string whole(const std::string &text)
{
    JsonReader reader(text);
    std::string value = reader.value();
    if (!reader.isAtEnd()) {
        reader.fail("more text");
    }
    return value;
}

std::string indentedText(const std::string &compact)
{
    std::string out;
    appendJsonIndented(out, compact, 0);
    return out;
}

bool isAccepted(const std::string &text)
{
    try {
        whole(text);
        return true;
    } catch (const JsonTextError &) {
        return false;
    }
}

} // namespace

void tst_JsonText::compact_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("compact");
    QTest::newRow("number keeps its digits") << std::string(" 1.50e+07 ") << std::string("1.50e+07");
    QTest::newRow("large number") << std::string("9007199254740993") << std::string("9007199254740993");
    QTest::newRow("order") << std::string("{ \"b\" : 1,\n \"a\": [ true , null ] }")
                           << std::string("{\"b\":1,\"a\":[true,null]}");
    QTest::newRow("empty") << std::string("[ { } , [ ] ]") << std::string("[{},[]]");
    QTest::newRow("spaces in strings stay") << std::string("\"a , b : \\\" c\"") << std::string("\"a , b : \\\" c\"");
    QTest::newRow("escapes stay") << std::string("[\"\\u00e9\\/\"]") << std::string("[\"\\u00e9\\/\"]");
}

void tst_JsonText::compact()
{
    QFETCH(std::string, text);
    QFETCH(std::string, compact);
    QCOMPARE(whole(text), compact);
    QVERIFY(isCompactJson(compact));
    QCOMPARE(isCompactJson(text), text == compact);
}

void tst_JsonText::mistakes_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text :
         {"",         " ",          "{",          "[",        "[1",  "[1,",     "[1,]",        "[,]",      "{\"a\"}",
          "{\"a\":}", "{\"a\":1,}", "{a:1}",      "{\"a\":1", "\"",  "\"\\x\"", "\"\\u12g4\"", "\"\\u1\"", "\"a\nb\"",
          "01",       "-",          "1.",         ".5",       "1e",  "+1",      "tru",         "nul",      "[1}",
          "1 2",      "'a'",        "[1] // why", "\"\\",     "--1", "1e+"}) {
        QTest::newRow(text) << QString::fromUtf8(text);
    }
}

void tst_JsonText::mistakes()
{
    QFETCH(QString, text);
    QVERIFY_THROWS_EXCEPTION(JsonTextError, whole(text.toStdString()));
    QVERIFY(!isCompactJson(text.toStdString()));
}

void tst_JsonText::deepNesting_isRefused()
{
    QVERIFY(isCompactJson(std::string(200, '[') + std::string(200, ']')));
    QVERIFY(!isCompactJson(std::string(100000, '[') + std::string(100000, ']')));
}

void tst_JsonText::strings_comeBack()
{
    std::string text;
    for (int code = 0; code < 128; ++code) {
        text.push_back(static_cast<char>(code));
    }
    text += "\xc3\xa9\xe2\x82\xac\xf0\x9f\x9b\x92";
    std::string out;
    appendJsonString(out, text);
    QCOMPARE(JsonReader(out).string(), text);
    QVERIFY(!QJsonDocument::fromJson(QByteArray::fromStdString("[" + out + "]")).isNull());
}

void tst_JsonText::string_decodesEscapes()
{
    QCOMPARE(JsonReader("\"\\ud83d\\uDED2 \\u20ac \\b\\f\\n\\r\\t\\\\\\/\\\"\"").string(),
             std::string("\xf0\x9f\x9b\x92 \xe2\x82\xac \b\f\n\r\t\\/\""));
    QCOMPARE(JsonReader("\"\\ud83d!\"").string(), std::string("\xef\xbf\xbd!"));
    QCOMPARE(JsonReader("\"\\ud83d\\u0041\"").string(), std::string("\xef\xbf\xbd"
                                                                    "A"));
}

void tst_JsonText::indented_data()
{
    QTest::addColumn<std::string>("compact");
    QTest::addColumn<std::string>("text");
    QTest::newRow("short") << std::string("{\"a\":[1,2],\"b\":{}}") << std::string("{\"a\": [1, 2], \"b\": {}}");
    const std::string word(78, 'x');
    QTest::newRow("long") << std::string("[\"" + word + "\",{\"a\":1,\"b\":2}]")
                          << std::string("[\n    \"" + word + "\",\n    {\"a\": 1, \"b\": 2}\n]");
}

void tst_JsonText::indented()
{
    QFETCH(std::string, compact);
    QFETCH(std::string, text);
    QCOMPARE(indentedText(compact), text);
}

void tst_JsonText::random_acceptsWhatQtAccepts()
{
    QRandomGenerator random(7);
    const std::string alphabet = "[]{},:\"\\/abtrue nfls0123456789.-+eE\n";
    int accepted = 0;
    for (int round = 0; round < 200000; ++round) {
        std::string text = "[";
        const auto length = random.bounded(8);
        for (int i = 0; i < length; ++i) {
            text.push_back(alphabet[random.bounded(static_cast<quint32>(alphabet.size()))]);
        }
        text.push_back(']');
        const bool isJson = !QJsonDocument::fromJson(QByteArray::fromStdString(text)).isNull();
        accepted += isJson ? 1 : 0;
        // Qt takes more, such as \a, .5 and line breaks in strings, but no numbers that become infinite.
        const bool isSimple = text.find_first_of("\\\".eE") == text.npos;
        const bool isNumber = text.find_first_of("eE") != text.npos;
        QVERIFY2(isSimple ? isAccepted(text) == isJson : isJson || isNumber || !isAccepted(text), text.c_str());
    }
    QVERIFY(accepted > 1000);
}

void tst_JsonText::random_layoutKeepsTheValue()
{
    QRandomGenerator random(8);
    const std::function<std::string(int)> make = [&](int depth) -> std::string {
        switch (random.bounded(depth > 4 ? 4 : 6)) {
        case 0:
            return "null";
        case 1:
            return std::to_string(random.bounded(100000)) + ".50";
        case 2:
            return "\"\"";
        case 3: {
            std::string out;
            appendJsonString(out, std::string(random.bounded(40U), "\"\\{[,: x"[random.bounded(9U)]));
            return out;
        }
        default: {
            const bool isObject = random.bounded(2) == 0;
            std::string out(1, isObject ? '{' : '[');
            const auto count = random.bounded(5);
            for (int i = 0; i < count; ++i) {
                out += i > 0 ? "," : "";
                out += isObject ? "\"k" + std::to_string(i) + "\":" : "";
                out += make(depth + 1);
            }
            return out + (isObject ? '}' : ']');
        }
        }
    };
    for (int round = 0; round < 5000; ++round) {
        const std::string value = make(0);
        QVERIFY2(isCompactJson(value), value.c_str());
        QCOMPARE(whole(indentedText(value)), value);
    }
}

QTEST_APPLESS_MAIN(tst_JsonText)
#include "tst_jsontext.moc"

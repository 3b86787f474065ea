// SPDX-License-Identifier: MIT

// What nanostores-inspect prints of this program.

#include "talk.h"
#include "toolrun.h"

#include <nanostores/core.h>

#include <QDir>
#include <QFile>
#include <QTest>
#include <QTimer>

#include <string>

using namespace nanostores;
using inspecting::inspect;
using inspecting::Run;

namespace {

const inspecting::OwnRuntimeFolder runtimeFolder;

InspectorOptions editing()
{
    return {.capabilities = InspectorCapability::Read | InspectorCapability::Edit,
            .name = QStringLiteral("shop"),
            .trace = {.origins = false}};
}

/// The tool in a line of a shell.
Run inPipe(const QString &line)
{
    return inspecting::runProgram(QStringLiteral("sh"),
                                  {QStringLiteral("-c"), QStringLiteral("'" INSPECT_TOOL "' ") + line});
}

} // namespace

class tst_InspectorTool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void programs_namesThem();
    void programs_whereThereAreNone();
    void list_inEightyColumns();
    void list_asJson();
    void list_filters();
    void list_valuesDoNotSteerTheTerminal();
    void list_whereNothingCanBePrinted();
    void get_andSet();
    void get_numbersInWhole();
    void set_whatIsRefused();
    void why_givesTheChain();
    void graph_asText();
    void graph_asDot();
    void watch_printsWhatHappens();
    void watch_endsWithItsReader();
    void usage_isExplained_data();
    void usage_isExplained();
    void program_thatIsNone();
    void program_byTheWayToItsSocket();
};

void tst_InspectorTool::programs_namesThem()
{
    const Inspector inspector(editing());
    const Run run = inspect({QStringLiteral("programs")});
    QCOMPARE(run.exitCode, 0);
    QVERIFY2(run.output.contains(QByteArray::number(QCoreApplication::applicationPid()) + "  shop"), run.output);
}

void tst_InspectorTool::programs_whereThereAreNone()
{
    const Run run = inspect({QStringLiteral("programs")});
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.errors.contains("NANOSTORES_INSPECT=1"), run.errors);
}

void tst_InspectorTool::list_inEightyColumns()
{
    const auto count = atom(3).named("test/count");
    const auto text = atom(std::string(300, 'x')).named("test/a name that is longer than the table has room for it");
    const auto wide = atom(QStringLiteral("\u6f22\u5b57").repeated(50).toStdString()).named("test/\u6f22\u5b57");
    const auto emoji = atom(QStringLiteral("\U0001f600").repeated(50).toStdString()).named("test/emoji");
    const Inspector inspector(editing());
    const Run run = inspect({QStringLiteral("list")});
    QCOMPARE(run.exitCode, 0);
    const QStringList lines = QString::fromUtf8(run.output).split(QLatin1Char('\n'));
    QVERIFY(lines.constFirst().startsWith(QLatin1String("STORE")));
    bool isThere = false;
    for (const QString &line : lines) {
        QVERIFY2(line.size() <= 80, qPrintable(line));
        QVERIFY2(!line.contains(QChar::ReplacementCharacter) && !line.contains(QLatin1Char('?')), qPrintable(line));
        const auto wide = line.count(QChar(0x6f22)) + line.count(QChar(0x5b57)); // two columns each; and half of
        QVERIFY2(line.size() + wide <= 80, qPrintable(line)); // the two units of an emoji is one
        isThere = isThere || (line.startsWith(QLatin1String("test/count")) && line.contains(QLatin1String(" 3 ")));
    }
    QVERIFY2(isThere, run.output);
}

void tst_InspectorTool::list_asJson()
{
    const auto count = atom(3).named("test/count");
    const Inspector inspector(editing());
    const Run run = inspect({QStringLiteral("list"), QStringLiteral("--json"), QStringLiteral("test/*")});
    const QJsonObject row = inspecting::object(run.output);
    QCOMPARE(row.value(QLatin1String("name")).toString(), QStringLiteral("test/count"));
    QCOMPARE(row.value(QLatin1String("value")).toString(), QStringLiteral("3"));
}

void tst_InspectorTool::list_filters()
{
    const auto seen = atom(1).named("test/seen");
    const auto unseen = atom(1).named("test/unseen");
    const auto isOdd = computed(seen, [](int value) { return value % 2 == 1; }).named("test/isOdd");
    const Inspector inspector(editing());
    const auto end = isOdd.listen([](bool) {});
    seen.set(3);
    const Run unobserved = inspect({QStringLiteral("list"), QStringLiteral("--unobserved"), QStringLiteral("test/*")});
    QVERIFY2(unobserved.output.contains("test/unseen") && !unobserved.output.contains("test/seen"), unobserved.output);
    const Run wasted = inspect({QStringLiteral("list"), QStringLiteral("--wasted"), QStringLiteral("test/*")});
    QVERIFY2(wasted.output.contains("test/isOdd") && !wasted.output.contains("test/seen"), wasted.output);
}

void tst_InspectorTool::list_valuesDoNotSteerTheTerminal()
{
    const auto text = atom(std::string("\x1b[31mred\x07\xc2\x9b")).named("test/\x1b]0;title\x07");
    const auto other = atom(1).named("test/\xc2\x9b"
                                     "31m\x7f");
    const auto next = computed(other, [](int value) { return value + 1; }).named("test/next");
    const Inspector inspector(editing());
    const auto end = next.listen([](int) {});
    for (const char *const arguments : {"list", "list --json", "graph", "graph --json", "graph --dot"}) {
        const Run run = inspect(QString::fromLatin1(arguments).split(QLatin1Char(' ')));
        QVERIFY2(run.output.contains("next"), run.output);
        for (const char c : run.output) {
            QVERIFY2(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != '\x7f'), arguments);
        }
        QVERIFY2(!run.output.contains("\xc2\x9b"), arguments);
    }
    const Run row = inspect({QStringLiteral("list"), QStringLiteral("--json"), QStringLiteral("test/*31m*")});
    QCOMPARE(inspecting::object(row.output).value(QLatin1String("name")).toString(), // it is JSON all the same
             QString::fromUtf8("test/\xc2\x9b"
                               "31m\x7f"));
}

void tst_InspectorTool::get_numbersInWhole()
{
    const auto share = atom(0.1 + 0.2).named("test/share");
    const auto big = atom(9007199254740993LL).named("test/big");
    const Inspector inspector(editing());
    QCOMPARE(inspect({QStringLiteral("get"), QStringLiteral("test/share")}).output,
             QByteArray("0.30000000000000004\n"));
    QCOMPARE(inspect({QStringLiteral("get"), QStringLiteral("test/big")}).output, QByteArray("9007199254740993\n"));
}

/// As head(1) ends when it has its lines.
void tst_InspectorTool::watch_endsWithItsReader()
{
    const auto count = atom(0).named("test/count");
    const Inspector inspector(editing());
    QTimer writes;
    QObject::connect(&writes, &QTimer::timeout, &writes, [&count] { count.set(count.get() + 1); });
    writes.start(1);
    const Run run = inPipe(QStringLiteral("watch 'test/*' | head -1"));
    QCOMPARE(run.exitCode, 0);
    QVERIFY2(run.output.contains("test/count"), run.output);
    QCOMPARE(run.errors, QByteArray());
}

void tst_InspectorTool::list_whereNothingCanBePrinted()
{
    if (!QFile::exists(QStringLiteral("/dev/full"))) {
        QSKIP("there is no full device"); // which Linux and some others have, and macOS has not
    }
    const Inspector inspector(editing());
    const Run run = inPipe(QStringLiteral("list >/dev/full"));
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.errors.contains("standard output cannot be written: "), run.errors);
}

void tst_InspectorTool::get_andSet()
{
    const auto stock = map<std::string, int>({{"mug", 1}}).named("test/stock");
    const auto theme = atom(std::string("light")).named("test/theme");
    allowEdits(stock);
    const Inspector inspector(editing());
    QCOMPARE(inspect({QStringLiteral("get"), QStringLiteral("test/stock")}).output,
             QByteArray("{\n    \"mug\": 1\n}\n"));
    QCOMPARE(inspect({QStringLiteral("get"), QStringLiteral("test/theme")}).output, QByteArray("\"light\"\n"));
    QCOMPARE(inspect({QStringLiteral("set"), QStringLiteral("test/theme"), QStringLiteral("\"dark\"")}).exitCode, 0);
    QCOMPARE(theme.get(), std::string("dark"));
    const Run key = inspect({QStringLiteral("set"), QStringLiteral("test/stock"), QStringLiteral("--key"),
                             QStringLiteral("cup"), QStringLiteral("5")});
    QCOMPARE(key.exitCode, 0);
    QCOMPARE(stock.get().size(), decltype(stock.get().size())(2));
}

void tst_InspectorTool::set_whatIsRefused()
{
    const auto count = atom(3).named("test/count");
    {
        const Inspector inspector(editing());
        const Run run = inspect({QStringLiteral("set"), QStringLiteral("test/count"), QStringLiteral("\"four\"")});
        QCOMPARE(run.exitCode, 1);
        QCOMPARE(run.errors, QByteArray("nanostores-inspect: \"four\" is no int\n"));
    }
    const Inspector inspector({.name = QStringLiteral("shop")});
    const Run run = inspect({QStringLiteral("set"), QStringLiteral("test/count"), QStringLiteral("4")});
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.errors.contains("may not set stores"), run.errors);
    QCOMPARE(count.get(), 3);
}

void tst_InspectorTool::why_givesTheChain()
{
    const auto count = atom(3).named("test/count");
    const Inspector inspector(editing());
    count.set(4);
    QCOMPARE(inspect({QStringLiteral("why"), QStringLiteral("test/count")}).output, QByteArray("test/count: 3 -> 4\n"));
}

void tst_InspectorTool::graph_asText()
{
    const auto a = atom(1).named("test/a");
    const auto b = computed(a, [](int v) { return v; }).named("test/b");
    const Inspector inspector(editing());
    const auto end = b.listen([](int) {});
    QCOMPARE(inspect({QStringLiteral("graph"), QStringLiteral("test/a")}).output, QByteArray("test/a -> test/b\n"));
}

void tst_InspectorTool::graph_asDot()
{
    const auto a = atom(1).named("test/a");
    const Inspector inspector(editing());
    QCOMPARE(inspect({QStringLiteral("graph"), QStringLiteral("test/a"), QStringLiteral("--dot")}).output,
             QByteArray::fromStdString(graphDot(a)));
}

void tst_InspectorTool::watch_printsWhatHappens()
{
    const auto count = atom(0).named("test/count");
    const auto twice = computed(count, [](int value) { return 2 * value; }).named("test/twice");
    const auto end = twice.listen([](int) {});
    const Inspector inspector(editing());
    QTimer writes;
    QObject::connect(&writes, &QTimer::timeout, &writes, [&count] { count.set(count.get() + 1); });
    writes.start(1);
    const Run run =
        inspect({QStringLiteral("watch"), QStringLiteral("test/*"), QStringLiteral("--count"), QStringLiteral("2")});
    writes.stop();
    QCOMPARE(run.exitCode, 0);
    const QStringList lines = QString::fromUtf8(run.output).trimmed().split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), 2);
    QVERIFY2(lines.at(0).contains(QLatin1String("] test/count: ")), qPrintable(lines.at(0)));
    QVERIFY2(lines.at(1).contains(QLatin1String("]   test/twice: ")), qPrintable(lines.at(1)));
}

void tst_InspectorTool::usage_isExplained_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("none") << QStringList() << QByteArray("Usage:");
    QTest::newRow("unknown") << QStringList{QStringLiteral("eval")} << QByteArray("there is no command \"eval\"");
    QTest::newRow("no store") << QStringList{QStringLiteral("get")} << QByteArray("get takes the name of one store");
    QTest::newRow("no value") << QStringList{QStringLiteral("set"), QStringLiteral("a")}
                              << QByteArray("a value in JSON");
    QTest::newRow("no JSON") << QStringList{QStringLiteral("set"), QStringLiteral("a"), QStringLiteral("dark")}
                             << QByteArray("a text has quotes");
    QTest::newRow("no number") << QStringList{QStringLiteral("watch"), QStringLiteral("--count"), QStringLiteral("x")}
                               << QByteArray("--count takes a number from 1 on");
    QTest::newRow("no option") << QStringList{QStringLiteral("test"), QStringLiteral("--igor")}
                               << QByteArray("Unknown option 'igor'");
    QTest::newRow("no kind") << QStringList{QStringLiteral("list"), QStringLiteral("--kind"), QStringLiteral("atom")}
                             << QByteArray("--kind takes one of store, computed, batched, effect");
}

void tst_InspectorTool::usage_isExplained()
{
    QFETCH(QStringList, arguments);
    QFETCH(QByteArray, says);
    const Run run = inspect(arguments);
    QCOMPARE(run.exitCode, 2);
    QVERIFY2(run.errors.contains(says), run.errors);
}

void tst_InspectorTool::program_thatIsNone()
{
    const Inspector inspector(editing());
    const Run run = inspect({QStringLiteral("--program"), QStringLiteral("till"), QStringLiteral("list")});
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.errors.contains("no program \"till\""), run.errors);
}

void tst_InspectorTool::program_byTheWayToItsSocket()
{
    const Inspector inspector(editing());
    const QString path = QDir::current().relativeFilePath(inspector.socket());
    const Run run = inspect({QStringLiteral("--program"), path, QStringLiteral("list")});
    QVERIFY2(run.exitCode == 0, run.errors);
}

QTEST_GUILESS_MAIN(tst_InspectorTool)
#include "tst_inspectortool.moc"

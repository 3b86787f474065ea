// SPDX-License-Identifier: MIT

// Sessions on the command line: recorded, replayed, tested, exported.

#include "talk.h"
#include "toolrun.h"

#include <nanostores/core.h>
#include <nanostores/recorder.h>

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <memory>

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

/// What the program that is tested has, too.
struct Shop
{
    explicit Shop(int delivery = 5)
        : total(computed(price, [delivery](int value) { return value + delivery; }).named("shop/total"))
        , observing(total.listen([](int) {}))
    {
    }

    const Atom<int> price = atom(0).named("shop/price");
    const Computed<int> total;
    const Subscription observing;
};

} // namespace

class tst_InspectorSessionTool : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void record_endsAfterSoManyEvents();
    void record_untilItIsStopped();
    void record_untilTheProgramEnds();
    void record_intoAFileThatCannotBe();
    void replay_findsNoDifference();
    void replay_namesTheFirstDifference();
    void replay_asJson();
    void replay_ofStoresThatMayDiffer();
    void replay_whereItIsNotAllowed();
    void test_ofTheSameProgram();
    void test_ofAnotherOne();
    void test_whatCannotBeTested_data();
    void test_whatCannotBeTested();
    void run_recordsAndSaysHowTheProgramEnded();
    void run_letsItBeInspected();
    void run_writesBeforeItIsIdle();
    void run_whatIsNoProgram();
    void export_forReduxDevTools();
    void export_forPerfetto();
    void export_forGraphviz();
    void export_asATest();
    void export_intoAFile();
    void export_isNotRecorded();
    void export_whatIsNoSession();
    void usage_isExplained_data();
    void usage_isExplained();
    void completion_offersWhatThereIs_data();
    void completion_offersWhatThereIs();
    void completion_runsNothingOfAName();

private:
    QString path(const char *name) const { return m_folder.filePath(QLatin1String(name)); }

    QTemporaryDir m_folder;
    QString m_session;
};

void tst_InspectorSessionTool::initTestCase()
{
    m_session = path("run.jsonl");
    const Shop shop;
    const Recorder recorder;
    shop.price.set(10);
    shop.price.set(20);
    recorder.save(QFile::encodeName(m_session).toStdString());
}

void tst_InspectorSessionTool::record_endsAfterSoManyEvents()
{
    const auto count = atom(0).named("test/count");
    const Inspector inspector(editing());
    QTimer writes;
    QObject::connect(&writes, &QTimer::timeout, &writes, [&count] { count.set(count.get() + 1); });
    writes.start(1);
    const QString file = path("recorded.jsonl");
    const Run run =
        inspect({QStringLiteral("record"), QStringLiteral("-o"), file, QStringLiteral("--count"), QStringLiteral("5")});
    QVERIFY2(run.exitCode == 0, run.errors);
    const Session session = Session::read(QFile::encodeName(file).toStdString());
    QCOMPARE(session.events().size(), std::size_t(5));
    QVERIFY(session.textOf(session.events().front()).starts_with("test/count: "));
}

void tst_InspectorSessionTool::record_untilItIsStopped()
{
    const auto count = atom(0).named("test/count");
    const Inspector inspector(editing());
    QProcess process;
    process.start(QStringLiteral(INSPECT_TOOL), {QStringLiteral("record")});
    QByteArray lines;
    const auto hasLine = [&](const char *part) {
        return QTest::qWaitFor([&] { return (lines += process.readAllStandardOutput()).contains(part); }, 60'000);
    };
    QVERIFY(hasLine("\"nanostores\":1"));
    count.set(7);
    QVERIFY(hasLine("\"v\":7"));
    process.terminate();
    QVERIFY(QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 60'000));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    lines += process.readAllStandardOutput();
    QVERIFY(!Session::parse(lines.toStdString()).isCut());
}

void tst_InspectorSessionTool::record_untilTheProgramEnds()
{
    const auto count = atom(0).named("test/count");
    auto inspector = std::make_unique<Inspector>(editing());
    QProcess process;
    process.start(QStringLiteral(INSPECT_TOOL), {QStringLiteral("record")});
    QByteArray lines;
    const auto hasLine = [&](const char *part) {
        return QTest::qWaitFor([&] { return (lines += process.readAllStandardOutput()).contains(part); }, 60'000);
    };
    QVERIFY(hasLine("\"nanostores\":1"));
    count.set(1);
    QVERIFY(hasLine("\"v\":1"));
    inspector.reset();
    QVERIFY(QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 60'000));
    QCOMPARE(process.exitCode(), 0);
    const QByteArray errors = process.readAllStandardError();
    QVERIFY2(errors.contains("1 events were recorded"), errors);
}

void tst_InspectorSessionTool::record_intoAFileThatCannotBe()
{
    const Inspector inspector(editing());
    const Run run = inspect({QStringLiteral("record"), QStringLiteral("-o"), path("none/run.jsonl")});
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.errors.contains("none/run.jsonl"), run.errors);
}

void tst_InspectorSessionTool::replay_findsNoDifference()
{
    const Shop shop;
    const Inspector inspector(editing());
    const Run run = inspect({QStringLiteral("replay"), m_session});
    QVERIFY2(run.exitCode == 0, run.errors + run.output);
    QVERIFY2(run.output.startsWith("no difference\n2 writes, 4 values compared\n"), run.output);
    QCOMPARE(shop.total.get(), 25);
}

void tst_InspectorSessionTool::replay_namesTheFirstDifference()
{
    const Shop shop(6);
    const Inspector inspector(editing());
    const Run run = inspect({QStringLiteral("replay"), m_session});
    QCOMPARE(run.exitCode, 1);
    const QList<QByteArray> lines = run.output.split('\n');
    for (const QByteArray &line : lines) {
        QVERIFY2(line.size() <= 80, line);
    }
    const QByteArray text = run.output.simplified();
    QVERIFY2(text.contains("shop/total is 16, recorded 15; it changed because shop/price: 0 -> 10"), text);
}

void tst_InspectorSessionTool::replay_asJson()
{
    const Shop shop(6);
    const Inspector inspector(editing());
    const Run run = inspect({QStringLiteral("replay"), QStringLiteral("--json"), m_session});
    QCOMPARE(run.exitCode, 1);
    const QJsonObject found = inspecting::object(run.output);
    QCOMPARE(found.value(QLatin1String("same")).toBool(true), false);
    QVERIFY(found.value(QLatin1String("difference")).toString().contains(QLatin1String("shop/total is 16")));
}

void tst_InspectorSessionTool::replay_ofStoresThatMayDiffer()
{
    const Shop shop(6);
    const Inspector inspector(editing());
    const Run run =
        inspect({QStringLiteral("replay"), m_session, QStringLiteral("--ignore"), QStringLiteral("*/total")});
    QVERIFY2(run.exitCode == 0, run.output);
}

void tst_InspectorSessionTool::replay_whereItIsNotAllowed()
{
    const Shop shop;
    const Inspector inspector({.name = QStringLiteral("shop")});
    const Run run = inspect({QStringLiteral("replay"), m_session});
    QCOMPARE(run.exitCode, 3);
    QVERIFY2(run.errors.contains("may not set stores"), run.errors);
    QCOMPARE(shop.price.get(), 0);
}

void tst_InspectorSessionTool::test_ofTheSameProgram()
{
    const Run run =
        inspect({QStringLiteral("test"), m_session, QStringLiteral("--"), QStringLiteral(INSPECTED_PROGRAM)});
    QVERIFY2(run.exitCode == 0, run.errors + run.output);
    QVERIFY2(run.output.startsWith("no difference\n"), run.output); // and nothing that the program says
    QVERIFY2(run.errors.contains("the shop is open"), run.errors);
}

void tst_InspectorSessionTool::test_ofAnotherOne()
{
    const Run run = inspect({QStringLiteral("test"), m_session, QStringLiteral("--"), QStringLiteral(INSPECTED_PROGRAM),
                             QStringLiteral("other")});
    QVERIFY2(run.exitCode == 1, run.errors + run.output);
    QVERIFY2(run.output.simplified().contains("shop/total is 16, recorded 15; it changed because shop/price: 0 -> 10"),
             run.output);
}

void tst_InspectorSessionTool::test_whatCannotBeTested_data()
{
    QTest::addColumn<QStringList>("program");
    QTest::addColumn<QByteArray>("says");
    const QString program = QStringLiteral(INSPECTED_PROGRAM);
    QTest::newRow("no edits") << QStringList{program, QStringLiteral("reader")} << QByteArray("may not set stores");
    QTest::newRow("no inspector") << QStringList{program, QStringLiteral("deaf")}
                                  << QByteArray("has no inspector after 1 seconds");
    QTest::newRow("an end") << QStringList{program, QStringLiteral("quits")} << QByteArray("exit code 7");
    QTest::newRow("no program") << QStringList{path("none")} << path("none").toUtf8();
}

void tst_InspectorSessionTool::test_whatCannotBeTested()
{
    QFETCH(QStringList, program);
    QFETCH(QByteArray, says);
    const bool isDeaf = program.contains(QLatin1String("deaf"));
    const QStringList command{QStringLiteral("test"), m_session, QStringLiteral("--within"),
                              isDeaf ? QStringLiteral("1") : QStringLiteral("60"), QStringLiteral("--")};
    const Run run = inspect(command + program);
    QVERIFY2(run.exitCode == 3, run.errors + run.output);
    QVERIFY2(run.errors.contains(says), run.errors);
    QCOMPARE(run.output, QByteArray());
}

void tst_InspectorSessionTool::run_recordsAndSaysHowTheProgramEnded()
{
    const QString file = path("whole.jsonl");
    const Run run = inspect({QStringLiteral("run"), QStringLiteral("-o"), file, QStringLiteral("--"),
                             QStringLiteral(INSPECTED_PROGRAM), QStringLiteral("quits")});
    QVERIFY2(run.exitCode == 7, run.errors);
    QCOMPARE(run.output, QByteArray("the shop is open\n"));
    QVERIFY2(run.errors.contains(file.toUtf8()), run.errors);
    const Session session = Session::read(QFile::encodeName(file).toStdString());
    QVERIFY(!session.events().empty());
    const Run tested = inspect({QStringLiteral("test"), file, QStringLiteral("--"), QStringLiteral(INSPECTED_PROGRAM)});
    QVERIFY2(tested.exitCode == 0, tested.errors + tested.output);
}

void tst_InspectorSessionTool::run_letsItBeInspected()
{
    QProcess process;
    process.start(QStringLiteral(INSPECT_TOOL),
                  {QStringLiteral("run"), QStringLiteral("-o"), path("inspected.jsonl"), QStringLiteral("--allow"),
                   QStringLiteral("edit"), QStringLiteral("--"), QStringLiteral(INSPECTED_PROGRAM)});
    const QString pid = QString::number(process.processId()); // it stays that of the command
    QString reason;
    QVERIFY(QTest::qWaitFor([&] { return findInspectorEndpoint(pid, &reason).has_value(); }, 60'000));
    const Run run = inspect(
        {QStringLiteral("--program"), pid, QStringLiteral("set"), QStringLiteral("shop/price"), QStringLiteral("3")});
    QVERIFY2(run.exitCode == 0, run.errors);
    QCOMPARE(run.output, QByteArray("3\n"));
    process.kill();
    process.waitForFinished();
}

/// Also a few events: a program that waits may be ended by a signal, as by Ctrl+C.
void tst_InspectorSessionTool::run_writesBeforeItIsIdle()
{
    const QString file = path("idle.jsonl");
    QProcess process;
    process.start(QStringLiteral(INSPECT_TOOL),
                  {QStringLiteral("run"), QStringLiteral("-o"), file, QStringLiteral("--"),
                   QStringLiteral(INSPECTED_PROGRAM), QStringLiteral("idle")});
    const auto isWritten = [&file] {
        QFile written(file);
        return written.open(QIODevice::ReadOnly) && written.readAll().contains("\"v\":25,\"old\":15");
    };
    QTRY_VERIFY_WITH_TIMEOUT(isWritten(), 60'000);
    process.kill();
    QVERIFY(process.waitForFinished());
}

void tst_InspectorSessionTool::run_whatIsNoProgram()
{
    const Run run = inspect({QStringLiteral("run"), QStringLiteral("-o"), path("no.jsonl"), path("none")});
    QCOMPARE(run.exitCode, 127);
    QVERIFY2(run.errors.contains("No such file"), run.errors);
}

void tst_InspectorSessionTool::export_forReduxDevTools()
{
    const Run run = inspect({QStringLiteral("export"), m_session, QStringLiteral("--as"), QStringLiteral("redux")});
    QVERIFY2(run.exitCode == 0, run.errors);
    QCOMPARE(inspecting::object(run.output).value(QLatin1String("computedStates")).toArray().size(), 3);
    const Run last = inspect({QStringLiteral("export"), m_session, QStringLiteral("--as"), QStringLiteral("redux"),
                              QStringLiteral("--turns"), QStringLiteral("1")});
    QCOMPARE(inspecting::object(last.output).value(QLatin1String("computedStates")).toArray().size(), 2);
}

void tst_InspectorSessionTool::export_forPerfetto()
{
    const Run run = inspect({QStringLiteral("export"), m_session, QStringLiteral("--as"), QStringLiteral("perfetto")});
    QVERIFY2(run.exitCode == 0, run.errors);
    QVERIFY(inspecting::object(run.output).value(QLatin1String("traceEvents")).toArray().size() > 4);
}

void tst_InspectorSessionTool::export_forGraphviz()
{
    const Run run = inspect({QStringLiteral("export"), m_session, QStringLiteral("--as"), QStringLiteral("dot")});
    QVERIFY2(run.exitCode == 0, run.errors);
    QVERIFY2(run.output.startsWith("digraph session {\n") && run.output.endsWith("}\n"), run.output);
    QVERIFY2(run.output.contains("[label=\"shop/price\\n20\", shape=box]"), run.output);
    QVERIFY2(run.output.contains("[label=\"shop/total\\n25\", shape=ellipse]"), run.output);
    QVERIFY2(run.output.contains("[label=\"2\"];"), run.output);
}

void tst_InspectorSessionTool::export_asATest()
{
    const Run run = inspect({QStringLiteral("export"), m_session, QStringLiteral("--as"), QStringLiteral("qttest")});
    QVERIFY2(run.exitCode == 0, run.errors);
    QVERIFY2(run.output.contains("class tst_Run : public QObject"), run.output);
    const Run named = inspect({QStringLiteral("export"), m_session, QStringLiteral("--as"), QStringLiteral("qttest"),
                               QStringLiteral("--name"), QStringLiteral("tst_Shop")});
    QVERIFY2(named.output.contains("QTEST_GUILESS_MAIN(tst_Shop)"), named.output);
}

void tst_InspectorSessionTool::export_intoAFile()
{
    const QString file = path("run.dot");
    const Run run = inspect({QStringLiteral("export"), m_session, QStringLiteral("--as"), QStringLiteral("dot"),
                             QStringLiteral("-o"), file});
    QVERIFY2(run.exitCode == 0, run.errors);
    QCOMPARE(run.output, QByteArray());
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    QVERIFY(written.readAll().startsWith("digraph"));
}

/// With the environment that the program has which is recorded.
void tst_InspectorSessionTool::export_isNotRecorded()
{
    qputenv("NANOSTORES_RECORD", QFile::encodeName(m_session));
    const Run run = inspect({QStringLiteral("export"), m_session, QStringLiteral("--as"), QStringLiteral("dot")});
    qunsetenv("NANOSTORES_RECORD");
    QVERIFY2(run.output.contains("shop/total"), run.output + run.errors);
}

void tst_InspectorSessionTool::export_whatIsNoSession()
{
    const QString file = path("notes.txt");
    QFile notes(file);
    QVERIFY(notes.open(QIODevice::WriteOnly));
    notes.write("{\"nanostores\":1}\nnotes\n");
    notes.close();
    const Run run = inspect({QStringLiteral("export"), file, QStringLiteral("--as"), QStringLiteral("dot")});
    QCOMPARE(run.exitCode, 1);
    QVERIFY2(run.errors.contains("notes.txt: line 2"), run.errors);
    QCOMPARE(inspect({QStringLiteral("replay"), path("missing")}).exitCode, 3);
}

void tst_InspectorSessionTool::usage_isExplained_data()
{
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("record") << QStringLiteral("record run.jsonl") << QByteArray("record takes a file by --output");
    QTest::newRow("replay") << QStringLiteral("replay") << QByteArray("replay takes one file");
    QTest::newRow("test") << QStringLiteral("test run.jsonl") << QByteArray("test takes a session and a program");
    QTest::newRow("run") << QStringLiteral("run") << QByteArray("run takes a program");
    QTest::newRow("allow") << QStringLiteral("run --allow eval ./app") << QByteArray("--allow takes read, edit");
    QTest::newRow("no form") << QStringLiteral("export run.jsonl") << QByteArray("one of redux, perfetto, dot, qttest");
    QTest::newRow("form") << QStringLiteral("export run.jsonl --as svg") << QByteArray("one of redux");
    QTest::newRow("name") << QStringLiteral("export run.jsonl --as qttest --name a;b")
                          << QByteArray("--name takes the name of a class");
    QTest::newRow("turns") << QStringLiteral("export run.jsonl --as redux --turns -1")
                           << QByteArray("--turns takes a number from 0 on");
    QTest::newRow("within") << QStringLiteral("test --within 0 run.jsonl ./app")
                            << QByteArray("--within takes a number from 1 on");
}

void tst_InspectorSessionTool::usage_isExplained()
{
    QFETCH(QString, arguments);
    QFETCH(QByteArray, says);
    const Run run = inspect(arguments.split(QLatin1Char(' ')));
    QCOMPARE(run.exitCode, 2);
    QVERIFY2(run.errors.contains(says), run.errors);
}

void tst_InspectorSessionTool::completion_offersWhatThereIs_data()
{
    QTest::addColumn<QString>("words");
    QTest::addColumn<QByteArray>("offered");
    QTest::newRow("commands") << QStringLiteral("re") << QByteArray("record replay");
    QTest::newRow("forms") << QStringLiteral("export --as ") << QByteArray("redux perfetto dot qttest");
    QTest::newRow("of export") << QStringLiteral("export --t") << QByteArray("--turns");
    QTest::newRow("of test") << QStringLiteral("test --i") << QByteArray("--ignore");
    QTest::newRow("of run") << QStringLiteral("run --a") << QByteArray("--allow");
    QTest::newRow("of record") << QStringLiteral("record --o") << QByteArray("--output");
}

void tst_InspectorSessionTool::completion_offersWhatThereIs()
{
    QFETCH(QString, words);
    QFETCH(QByteArray, offered);
    const QString script = QStringLiteral("source '%1'; COMP_WORDS=(nanostores-inspect); "
                                          "for word in \"$@\"; do COMP_WORDS+=(\"$word\"); done; COMP_CWORD=$#; "
                                          "_nanostores_inspect; echo \"${COMPREPLY[@]}\"")
                               .arg(QStringLiteral(COMPLETION));
    QProcess bash;
    bash.start(QStringLiteral("bash"),
               QStringList{QStringLiteral("-c"), script, QStringLiteral("bash")} + words.split(QLatin1Char(' ')));
    if (!bash.waitForStarted()) {
        QSKIP("there is no bash");
    }
    QVERIFY(bash.waitForFinished(60'000));
    QCOMPARE(bash.readAllStandardOutput().trimmed(), offered);
}

/// Names come from a program, which may be on another machine.
void tst_InspectorSessionTool::completion_runsNothingOfAName()
{
    const QString made = path("made");
    const auto hostile = atom(0).named("x$(touch${IFS}" + QFile::encodeName(made).toStdString() + ")");
    const Inspector inspector(editing());
    const QString script = QStringLiteral("PATH=%1:$PATH; source '%2'; COMP_WORDS=(nanostores-inspect get x); "
                                          "COMP_CWORD=2; _nanostores_inspect; echo \"${COMPREPLY[@]}\"")
                               .arg(QFileInfo(QStringLiteral(INSPECT_TOOL)).path(), QStringLiteral(COMPLETION));
    if (QStandardPaths::findExecutable(QStringLiteral("bash")).isEmpty()) {
        QSKIP("there is no bash"); // whose completion this is; a system need not have it
    }
    const Run run = inspecting::runProgram(QStringLiteral("bash"), {QStringLiteral("-c"), script});
    QVERIFY(!QFile::exists(made));
    QVERIFY2(run.output.startsWith("x\\$\\(touch"), run.errors);
}

QTEST_GUILESS_MAIN(tst_InspectorSessionTool)
#include "tst_inspectorsessiontool.moc"

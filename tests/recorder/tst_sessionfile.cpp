// SPDX-License-Identifier: MIT

// Sessions as a whole: read from a file, refused with the line, written by a program as its environment says.

#include <nanostores/core.h>
#include <nanostores/recorder.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <string>
#include <vector>

#ifdef Q_OS_UNIX
#include <sys/file.h>
#endif

using namespace nanostores;

namespace {

const std::string Header = R"({"nanostores":1,"app":"shop","pid":1,"started":"","lib":"0.1.0"})"
                           "\n";

QByteArray refusal(const std::string &lines, const SessionLimits &limits = {})
{
    try {
        static_cast<void>(Session::parse(lines, limits));
        return "taken";
    } catch (const SessionError &error) {
        return error.what();
    }
}

std::string recordedSession()
{
    const auto count = atom(0).named("count");
    const auto twice = computed(count, [](int value) { return 2 * value; }).named("twice");
    const auto copy = atom(0).named("copy");
    const Subscription end = twice.listen([=](int value) { copy.set(value); });
    const Recorder recorder;
    for (int i = 1; i <= 60; ++i) {
        batch([&] { count.set(i); });
    }
    return recorder.toJsonLines();
}

} // namespace

class tst_SessionFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parse_readsWhatARecorderHasWritten()
    {
        const Session session = Session::parse(recordedSession());
        QCOMPARE(session.header().version, 1U);
        QVERIFY(!session.isCut());
        QCOMPARE(session.stores().size(), std::size_t(3));
        const SessionEvent *run = nullptr;
        for (const SessionEvent &event : session.events()) {
            run = !run && event.kind == SessionEvent::Kind::Run ? &event : run;
        }
        QVERIFY(run);
        QCOMPARE(session.textOf(*run), "twice: 0 -> 2");
        const std::string cause = session.causeOf(*run);
        QVERIFY2(cause.find("because count: 0 -> 1 (event 2") == 0, cause.c_str());
        QVERIFY2(cause.find("recordedSession") != cause.npos, cause.c_str());
    }

    void parse_refusesWithTheLine()
    {
        QCOMPARE(refusal(""), "line 1, byte 0: the session is empty");
        QCOMPARE(refusal("{\"a\":1}\n"),
                 "line 1, byte 0: a session begins with a line that has \"nanostores\": this is another file");
        QCOMPARE(refusal("hello\n"), "line 1, byte 0: '{' is expected here");
        QCOMPARE(refusal(Header + "{\"e\":1,\"w\":3}\n"),
                 "line 2, byte 0: event 1 is of store 3, which no line before it has");
        const std::string store = "{\"s\":3,\"name\":\"x\"}\n";
        QCOMPARE(refusal(Header + store + "{\"e\":2,\"w\":3}\n{\"e\":2,\"w\":3}\n"),
                 "line 4, byte 0: event 2 comes after event 2: their numbers have to grow");
        QCOMPARE(refusal(Header + store + Header), "line 3, byte 0: a session has one header");
        QCOMPARE(refusal(Header + store + "{\"e\":\n"), "line 3, byte 5: a digit is expected here");
        QCOMPARE(refusal(Header + store + store, {.lines = 2}), "line 3, byte 0: the session has more than 2 lines");
        QCOMPARE(refusal(Header, {.bytes = 10}), "line 1, byte 0: the session has more than 10 bytes");
    }

    /// As a program leaves it that is killed.
    void parse_leavesAnUnfinishedLineOut()
    {
        const std::string whole = recordedSession();
        const std::size_t lastLine = whole.rfind('\n', whole.size() - 2) + 1;
        for (std::size_t size = lastLine + 1; size + 2 < whole.size(); ++size) {
            const Session session = Session::parse(whole.substr(0, size));
            QVERIFY(session.isCut());
        }
        QVERIFY(!Session::parse(whole.substr(0, lastLine)).isCut());
    }

    void read_namesTheFile()
    {
        try {
            static_cast<void>(Session::read("/no/such/file.jsonl"));
            QFAIL("a file that is not there was read");
        } catch (const std::runtime_error &error) {
            QVERIFY(QByteArray(error.what()).contains("/no/such/file.jsonl"));
        }
    }

    void save_andRead()
    {
        const QTemporaryDir folder;
        const std::string path = folder.filePath(QStringLiteral("a.jsonl")).toStdString();
        const auto count = atom(0).named("count");
        const Recorder recorder;
        count.set(1);
        recorder.save(path);
        QCOMPARE(Session::read(path).events().size(), std::size_t(1));
    }

    /// Slices lie within one another, and arrows go from what is there.
    void chromeTrace_nestsStrictly()
    {
        const std::string trace = toChromeTrace(Session::parse(recordedSession()));
        QJsonParseError error;
        const QJsonDocument document = QJsonDocument::fromJson(QByteArray::fromStdString(trace), &error);
        QCOMPARE(error.error, QJsonParseError::NoError);
        const QJsonArray events = document.object().value(QStringLiteral("traceEvents")).toArray();
        QVERIFY(events.size() > 400);
        int depth = 0;
        int arrows = 0;
        int deepest = 0;
        double last = 0;
        QSet<QString> open;
        for (const QJsonValue &event : events) {
            const QString phase = event[QStringLiteral("ph")].toString();
            if (phase == QStringLiteral("B")) {
                deepest = qMax(deepest, ++depth);
            } else if (phase == QStringLiteral("E")) {
                --depth;
                QVERIFY(depth >= 0);
            } else if (phase == QStringLiteral("s")) {
                open.insert(event[QStringLiteral("id")].toVariant().toString());
                continue; // it begins in the past
            } else if (phase == QStringLiteral("f")) {
                QVERIFY(open.remove(event[QStringLiteral("id")].toVariant().toString()));
                ++arrows;
            }
            if (phase != QStringLiteral("M")) {
                const double time = event[QStringLiteral("ts")].toDouble();
                QVERIFY(time >= last);
                last = time;
            }
        }
        QCOMPARE(depth, 0);
        QVERIFY(deepest >= 2);
        QCOMPARE(arrows, 60);
    }

    void reduxState_hasTheLastTurns()
    {
        const Session session = Session::parse(recordedSession());
        const QJsonObject state =
            QJsonDocument::fromJson(QByteArray::fromStdString(toReduxDevTools(session, {.turns = 10}))).object();
        const QJsonArray states = state.value(QStringLiteral("computedStates")).toArray();
        QCOMPARE(states.size(), 11);
        QCOMPARE(states[0][QStringLiteral("state")][QStringLiteral("count")].toInt(), 50);
        QCOMPARE(states[10][QStringLiteral("state")][QStringLiteral("count")].toInt(), 60);
        QCOMPARE(states[10][QStringLiteral("state")][QStringLiteral("twice")].toInt(), 120);
        QCOMPARE(states[10][QStringLiteral("state")][QStringLiteral("copy")].toInt(), 120);
        const QJsonObject action = state.value(QStringLiteral("actionsById"))[QStringLiteral("10")].toObject();
        QCOMPARE(action[QStringLiteral("action")][QStringLiteral("type")].toString(), QStringLiteral("count"));
        QVERIFY(action[QStringLiteral("stack")].toString().contains(QStringLiteral("recordedSession")));
        const QJsonArray all =
            QJsonDocument::fromJson(QByteArray::fromStdString(toReduxDevTools(session, {.turns = 0, .stores = "c*"})))
                .object()
                .value(QStringLiteral("computedStates"))
                .toArray();
        QCOMPARE(all.size(), 61);
        QVERIFY(!all[3][QStringLiteral("state")].toObject().contains(QStringLiteral("twice")));
    }

    void graphViz_hasWhatSetOffWhat()
    {
        const std::string dot = toGraphViz(Session::parse(recordedSession()));
        const auto has = [&dot](const char *line) { return dot.find(line) != dot.npos; };
        QVERIFY2(dot.starts_with("digraph session {\n") && dot.ends_with("}\n"), dot.c_str());
        QVERIFY2(has("n1 [label=\"count\\n60\", shape=box];\n"), dot.c_str());
        QVERIFY2(has("n2 [label=\"twice\\n120\", shape=ellipse];\n"), dot.c_str());
        QVERIFY2(has("n1 -> n2 [label=\"60\"];\n"), dot.c_str());
        QVERIFY2(has("n2 -> n3 [label=\"60\", style=dashed];\n"), dot.c_str());
        QVERIFY2(!has("n1 -> n3"), dot.c_str());
    }

    void qtTest_isSourceWithTheSession()
    {
        const std::string source = toQtTest(recordedSession(), "tst_Counting");
        QVERIFY(source.find("class tst_Counting : public QObject") != source.npos);
        QVERIFY(source.find("#include \"tst_counting.moc\"") != source.npos);
        QVERIFY(source.find("R\"~session~({\"nanostores\":1") != source.npos);
    }

    void environment_recordsAProgram()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("run.jsonl"));
        QProcess program;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("NANOSTORES_RECORD"), path);
        environment.insert(QStringLiteral("NANOSTORES_INSPECT_REDACT"), QStringLiteral("token,auth/*"));
        program.setProcessEnvironment(environment);
        program.start(QStringLiteral(RECORDED_PROGRAM), {});
        QVERIFY(program.waitForFinished());
        QCOMPARE(program.exitCode(), 0);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray lines = file.readAll();
        const Session session = Session::parse(lines.toStdString());
        QVERIFY(!session.isCut());
        QCOMPARE(session.header().app, std::string("recorded_program"));
        QVERIFY(!lines.contains("secret"));
        SessionValues values(session.stores());
        std::uint64_t counter = 0;
        for (const SessionStore &store : session.stores()) {
            counter = store.name == "counter" ? store.id : counter;
        }
        QCOMPARE(values.of(counter).toJson(), "0");
        std::uint64_t last = 0;
        for (const SessionEvent &event : session.events()) {
            values.apply(event);
            QCOMPARE(event.id, ++last); // nothing is lost
        }
        QCOMPARE(values.of(counter).toJson(), "5000");
    }

    /// What a program that was started by another one would write there would be mixed with that.
    void environment_ofTwoPrograms()
    {
#ifdef Q_OS_UNIX
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("run.jsonl"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.write("of the first one\n") > 0 && file.flush());
        QCOMPARE(::flock(file.handle(), LOCK_EX), 0); // as the first one has it
        QProcess program;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("NANOSTORES_RECORD"), path);
        program.setProcessEnvironment(environment);
        program.start(QStringLiteral(RECORDED_PROGRAM), {});
        QVERIFY(program.waitForFinished());
        QCOMPARE(program.exitCode(), 0);
        QVERIFY(program.readAllStandardError().contains("another program writes its session into"));
        QCOMPARE(file.size(), qint64(17));
#endif
    }

    void test_sourceHoldsWhateverTheSessionHas()
    {
        const auto text = atom(std::string()).named("text");
        const Recorder recorder;
        text.set(")~session~");
        const std::string source = toQtTest(recorder.toJsonLines(), "tst_Text");
        QCOMPARE(source.find("R\"~session~("), std::string::npos);
        QVERIFY2(source.find("R\"~s2~(") != std::string::npos, source.c_str());
    }

    void environment_saysWhereItCannotWrite()
    {
        QProcess program;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("NANOSTORES_RECORD"), QStringLiteral("/no/such/folder/run.jsonl"));
        program.setProcessEnvironment(environment);
        program.start(QStringLiteral(RECORDED_PROGRAM), {});
        QVERIFY(program.waitForFinished());
        QCOMPARE(program.exitCode(), 0);
        QVERIFY(program.readAllStandardError().contains("/no/such/folder/run.jsonl"));
    }
};

QTEST_GUILESS_MAIN(tst_SessionFile)
#include "tst_sessionfile.moc"

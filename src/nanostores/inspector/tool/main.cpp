// SPDX-License-Identifier: MIT

// nanostores-inspect: what the stores of a running program hold, do, and why; and sessions of what they did.

#include "commands.h"
#include "output.h"
#include "recording.h"
#include "replaying.h"
#include "sessions.h"
#include "stopsignals.h"
#include "testing.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

namespace {

const char *const description = R"(Looks at the stores of a running program that has an inspector.

  programs                  which programs can be inspected
  list [PATTERN...]         their stores: value, observers, writes, runs, time
  watch [PATTERN...]        what stores do, as it happens
  why NAME                  why a store has its value
  get NAME                  the whole value
  set NAME JSON             another value; the program has to allow it
  graph [NAME]              what depends on what, around a store or all of it
  record [-o FILE]          what stores do, as a session, until Ctrl+C
  replay FILE               a session in a running program: the first difference
  test FILE -- PROGRAM...   the same in a program that is started for it
  run -- PROGRAM...         starts a program that is recorded and inspected
  export FILE --as FORM     a session for other tools: redux, perfetto, dot,
                            qttest

NAME is the name of a store, or #number. PATTERN may have * and ?.)";

/// Empty, or what is wrong with the arguments.
QString problemOf(const Wish &wish)
{
    const QString &command = wish.command;
    const auto count = wish.arguments.size();
    if (Commands::knows(command)) {
        return Commands::problemOf(wish);
    }
    if (command == QLatin1String("export")) {
        return problemOfExport(wish);
    }
    if (command == QLatin1String("run")) {
        return problemOfRun(wish);
    }
    if (command == QLatin1String("record")) {
        return count == 0 ? QString() : QStringLiteral("record takes a file by --output");
    }
    if (command == QLatin1String("replay")) {
        return count == 1 ? QString() : QStringLiteral("replay takes one file with a session");
    }
    if (command == QLatin1String("test")) {
        return count >= 2 ? QString() : QStringLiteral("test takes a session and a program: test run.jsonl -- ./app");
    }
    return QStringLiteral("there is no command \"%1\"; there are programs, list, watch, why, get, set, graph, record, "
                          "replay, test, run and export")
        .arg(command);
}

void finish(int exitCode)
{
    QCoreApplication::exit(exitCode);
}

/// Runs the event loop for a command that talks with a program that runs.
int talk(Talking &talking, const Wish &wish)
{
    QString reason;
    const auto endpoint = nanostores::findInspectorEndpoint(wish.program, &reason);
    if (!endpoint) {
        printError(reason);
        return wish.command == QLatin1String("replay") ? exitcode::Untested : exitcode::Bad;
    }
    QTimer::singleShot(0, qApp, [&talking, &endpoint] { talking.start(*endpoint); });
    return QCoreApplication::exec();
}

int record(const Wish &wish)
{
    Recording recording(wish, finish);
    const StopSignals stopping([&recording] { recording.stop(); });
    return talk(recording, wish);
}

int replayOrTest(const Wish &wish)
{
    std::string lines;
    if (const QString problem = Replaying::read(wish.arguments.at(0), lines); !problem.isEmpty()) {
        printError(problem);
        return exitcode::Untested;
    }
    if (wish.command == QLatin1String("replay")) {
        Replaying replaying(wish, std::move(lines), finish);
        return talk(replaying, wish);
    }
    Testing testing(wish, std::move(lines), finish);
    const StopSignals stopping([&testing] { testing.stop(); });
    QTimer::singleShot(0, qApp, [&testing] { testing.start(); });
    return QCoreApplication::exec();
}

int act(const Wish &wish)
{
    if (wish.command == QLatin1String("programs")) {
        return printPrograms(wish.isJson);
    }
    if (const QString problem = problemOf(wish); !problem.isEmpty()) {
        printError(problem);
        return exitcode::Usage;
    }
    if (wish.command == QLatin1String("export")) {
        return exportSession(wish);
    }
    if (wish.command == QLatin1String("run")) {
        return runProgram(wish);
    }
    if (wish.command == QLatin1String("record")) {
        return record(wish);
    }
    if (wish.command == QLatin1String("replay") || wish.command == QLatin1String("test")) {
        return replayOrTest(wish);
    }
    Commands commands(wish, finish);
    return talk(commands, wish);
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("nanostores-inspect"));
    QCoreApplication::setApplicationVersion(QStringLiteral(NANOSTORES_VERSION));

    const QCommandLineOption program({QStringLiteral("p"), QStringLiteral("program")},
                                     QStringLiteral("The program: its name, its pid, a socket or a .tcp file. Without "
                                                    "it, the only one there is."),
                                     QStringLiteral("which"));
    const QCommandLineOption json(QStringLiteral("json"), QStringLiteral("Print JSON, an object a line."));
    const QCommandLineOption width(QStringLiteral("width"),
                                   QStringLiteral("Print lines of so many characters; as wide as the terminal, or 80."),
                                   QStringLiteral("columns"));
    const QCommandLineOption unobserved(QStringLiteral("unobserved"),
                                        QStringLiteral("list: only stores without observers."));
    const QCommandLineOption wasted(QStringLiteral("wasted"),
                                    QStringLiteral("list: only those with runs that gave the same value, most first."));
    const QCommandLineOption kind(QStringLiteral("kind"),
                                  QStringLiteral("list: only store, computed, batched or effect."),
                                  QStringLiteral("kind"));
    const QCommandLineOption count(QStringLiteral("count"), QStringLiteral("watch, record: end after so many events."),
                                   QStringLiteral("n"));
    const QCommandLineOption dot(QStringLiteral("dot"), QStringLiteral("graph: for Graphviz."));
    const QCommandLineOption steps(QStringLiteral("steps"),
                                   QStringLiteral("graph: so far from the store, 2; -1 for all of it."),
                                   QStringLiteral("n"));
    const QCommandLineOption key(QStringLiteral("key"), QStringLiteral("set: only this key of a map."),
                                 QStringLiteral("key"));
    const QCommandLineOption removal(QStringLiteral("remove"), QStringLiteral("set: remove the key."));
    const QCommandLineOption output({QStringLiteral("o"), QStringLiteral("output")},
                                    QStringLiteral("record, run, export: the file to write."), QStringLiteral("file"));
    const QCommandLineOption form(QStringLiteral("as"), QStringLiteral("export: redux, perfetto, dot or qttest."),
                                  QStringLiteral("form"));
    const QCommandLineOption turns(QStringLiteral("turns"),
                                   QStringLiteral("export --as redux: the last so many, 50; 0 for all."),
                                   QStringLiteral("n"));
    const QCommandLineOption name(QStringLiteral("name"),
                                  QStringLiteral("export --as qttest: of the test, tst_Run of run.jsonl."),
                                  QStringLiteral("class"));
    const QCommandLineOption values(QStringLiteral("values"),
                                    QStringLiteral("replay, test: make all writes, with effects and listeners muted."));
    const QCommandLineOption ignored(QStringLiteral("ignore"),
                                     QStringLiteral("replay, test: stores of this pattern may differ."),
                                     QStringLiteral("pattern"));
    const QCommandLineOption seconds(QStringLiteral("within"),
                                     QStringLiteral("test: how long the program may take to begin, 30."),
                                     QStringLiteral("seconds"));
    const QCommandLineOption allow(QStringLiteral("allow"),
                                   QStringLiteral("run: read, or with commas edit, travel, tcp."),
                                   QStringLiteral("words"), QStringLiteral("read"));
    QCommandLineParser parser;
    parser.setApplicationDescription(QString::fromUtf8(description));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions({program, json, width, unobserved, wasted, kind, count, dot, steps, key, removal, output, form,
                       turns, name, values, ignored, seconds, allow});
    parser.addPositionalArgument(QStringLiteral("command"), QStringLiteral("What to do, see above."));
    parser.addPositionalArgument(QStringLiteral("arguments"), QStringLiteral("Of the command."),
                                 QStringLiteral("[arguments...]"));
    if (!parser.parse(QCoreApplication::arguments())) {
        printError(parser.errorText());
        return exitcode::Usage; // process() would end with 1, which says of a test that something differs
    }
    parser.process(app);

    Wish wish;
    wish.arguments = parser.positionalArguments();
    if (wish.arguments.isEmpty()) {
        std::fputs(parser.helpText().toUtf8().constData(), stderr);
        return exitcode::Usage;
    }
    wish.command = wish.arguments.takeFirst();
    wish.isJson = parser.isSet(json);
    wish.isUnobserved = parser.isSet(unobserved);
    wish.isWasted = parser.isSet(wasted);
    wish.isDot = parser.isSet(dot);
    wish.isRemoval = parser.isSet(removal);
    wish.kind = parser.value(kind);
    wish.key = parser.value(key);
    wish.program = parser.value(program);
    wish.output = parser.value(output);
    wish.form = parser.value(form);
    wish.name = parser.value(name);
    wish.isOfValues = parser.isSet(values);
    wish.ignored = parser.values(ignored);
    wish.allow = parser.value(allow);
    wish.width = widthOfTerminal();
    const auto number = [&parser](const QCommandLineOption &option, int least, int &value) {
        bool isNumber = true;
        if (parser.isSet(option)) {
            value = parser.value(option).toInt(&isNumber);
            isNumber = isNumber && value >= least;
        }
        if (!isNumber) {
            printError(QStringLiteral("--%1 takes a number from %2 on").arg(option.names().constFirst()).arg(least));
        }
        return isNumber;
    };
    const bool areNumbers = number(width, 40, wish.width) && number(count, 1, wish.count)
                            && number(steps, -1, wish.steps) && number(turns, 0, wish.turns)
                            && number(seconds, 1, wish.seconds);
    if (!areNumbers) {
        return exitcode::Usage;
    }
    const int exitCode = act(wish);
    return exitCode == exitcode::Good && hasFailedToPrint() ? exitcode::Bad : exitCode;
}

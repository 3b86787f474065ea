// SPDX-License-Identifier: MIT

// nanostores-inspect: what the stores of a running program hold, do, and why.

#include "commands.h"
#include "output.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

namespace {

constexpr int UsageError = 2;

const char *const description = R"(Looks at the stores of a running program that has an inspector.

  programs                  which programs can be inspected
  list [PATTERN...]         their stores: value, observers, writes, runs, time
  watch [PATTERN...]        what stores do, as it happens
  why NAME                  why a store has its value
  get NAME                  the whole value
  set NAME JSON             another value; the program has to allow it
  graph [NAME]              what depends on what, around a store or all of it

NAME is the name of a store, or #number. PATTERN may have * and ?.)";

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
    const QCommandLineOption count(QStringLiteral("count"), QStringLiteral("watch: end after so many events."),
                                   QStringLiteral("n"));
    const QCommandLineOption dot(QStringLiteral("dot"), QStringLiteral("graph: for Graphviz."));
    const QCommandLineOption steps(QStringLiteral("steps"),
                                   QStringLiteral("graph: so far from the store, 2; -1 for all of it."),
                                   QStringLiteral("n"));
    const QCommandLineOption key(QStringLiteral("key"), QStringLiteral("set: only this key of a map."),
                                 QStringLiteral("key"));
    const QCommandLineOption removal(QStringLiteral("remove"), QStringLiteral("set: remove the key."));
    QCommandLineParser parser;
    parser.setApplicationDescription(QString::fromUtf8(description));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOptions({program, json, width, unobserved, wasted, kind, count, dot, steps, key, removal});
    parser.addPositionalArgument(QStringLiteral("command"), QStringLiteral("What to do, see above."));
    parser.addPositionalArgument(QStringLiteral("arguments"), QStringLiteral("Of the command."),
                                 QStringLiteral("[arguments...]"));
    parser.process(app);

    Wish wish;
    wish.arguments = parser.positionalArguments();
    if (wish.arguments.isEmpty()) {
        std::fputs(parser.helpText().toUtf8().constData(), stderr);
        return UsageError;
    }
    wish.command = wish.arguments.takeFirst();
    wish.isJson = parser.isSet(json);
    wish.isUnobserved = parser.isSet(unobserved);
    wish.isWasted = parser.isSet(wasted);
    wish.isDot = parser.isSet(dot);
    wish.isRemoval = parser.isSet(removal);
    wish.kind = parser.value(kind);
    wish.key = parser.value(key);
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
    if (!number(width, 40, wish.width) || !number(count, 1, wish.count) || !number(steps, -1, wish.steps)) {
        return UsageError;
    }
    if (wish.command == QLatin1String("programs")) {
        return printPrograms(wish.isJson);
    }
    if (const QString problem = Commands::problemOf(wish); !problem.isEmpty()) {
        printError(problem);
        return UsageError;
    }
    QString reason;
    const auto endpoint = nanostores::findInspectorEndpoint(parser.value(program), &reason);
    if (!endpoint) {
        printError(reason);
        return 1;
    }
    Commands commands(wish, [](int exitCode) { QCoreApplication::exit(exitCode); });
    QTimer::singleShot(0, &app, [&commands, &endpoint] { commands.start(*endpoint); });
    return QCoreApplication::exec();
}

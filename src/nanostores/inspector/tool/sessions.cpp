// SPDX-License-Identifier: MIT
#include "sessions.h"

#include "output.h"
#include "replaying.h"

#include <nanostores/logger/detail/file.h>
#include <nanostores/recorder/exports.h>

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QProcess>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace {

constexpr int NotStarted = 127; ///< As a shell says it.

const QStringList forms{QStringLiteral("redux"), QStringLiteral("perfetto"), QStringLiteral("dot"),
                        QStringLiteral("qttest")};

/// `tst_Run` of `run.jsonl`.
std::string testName(const Wish &wish)
{
    QString name = wish.name;
    if (name.isEmpty()) {
        const QString base = QFileInfo(wish.arguments.at(0)).completeBaseName();
        for (const QChar c : base) {
            name += c.isLetterOrNumber() && c.unicode() < 0x80 ? c : QLatin1Char('_');
        }
        name = QStringLiteral("tst_") + name.left(1).toUpper() + name.mid(1);
    }
    return name.toStdString();
}

bool isClassName(const QString &name)
{
    for (const QChar c : name) {
        if (c.unicode() >= 0x80 || !(c.isLetterOrNumber() || c == QLatin1Char('_'))) {
            return false;
        }
    }
    return name.isEmpty() || !name.front().isDigit();
}

std::string exported(const Wish &wish, const std::string &lines)
{
    if (wish.form == QLatin1String("qttest")) {
        return nanostores::toQtTest(lines, testName(wish));
    }
    const auto session = nanostores::Session::parse(lines);
    if (wish.form == QLatin1String("redux")) {
        nanostores::ReduxOptions options;
        options.turns = std::size_t(wish.turns);
        return nanostores::toReduxDevTools(session, options);
    }
    return wish.form == QLatin1String("dot") ? nanostores::toGraphViz(session) : nanostores::toChromeTrace(session);
}

} // namespace

QString problemOfExport(const Wish &wish)
{
    if (wish.arguments.size() != 1) {
        return QStringLiteral("export takes one file with a session");
    }
    if (!forms.contains(wish.form)) {
        return QStringLiteral("export --as takes one of ") + forms.join(QStringLiteral(", "));
    }
    return isClassName(wish.name) ? QString() : QStringLiteral("--name takes the name of a class");
}

int exportSession(const Wish &wish)
{
    std::string lines;
    if (const QString problem = Replaying::read(wish.arguments.at(0), lines); !problem.isEmpty()) {
        printError(problem);
        return exitcode::Bad;
    }
    try {
        const std::string text = exported(wish, lines);
        if (!wish.output.isEmpty()) {
            nanostores::detail::LogFile(QFile::encodeName(wish.output).toStdString(), "wb", "export").write(text);
        } else if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
            printError(QStringLiteral("standard output cannot be written"));
            return exitcode::Bad;
        }
    } catch (const std::exception &error) {
        printError(QString::fromUtf8(error.what()));
        return exitcode::Bad;
    }
    return exitcode::Good;
}

QString problemOfRun(const Wish &wish)
{
    if (wish.arguments.isEmpty()) {
        return QStringLiteral("run takes a program, and what it is started with: run -- ./app --its-option");
    }
    const QStringList words = wish.allow.split(QLatin1Char(','));
    for (const QString &word : words) {
        if (!QStringList{QStringLiteral("read"), QStringLiteral("edit"), QStringLiteral("travel"),
                         QStringLiteral("tcp")}
                 .contains(word)) {
            return QStringLiteral("--allow takes read, edit, travel and tcp, with commas between them");
        }
    }
    return {};
}

int runProgram(const Wish &wish)
{
    const qint64 pid = QCoreApplication::applicationPid(); // it stays the same
    const QString program = wish.arguments.at(0);
    const QString file =
        QFileInfo(wish.output.isEmpty() ? QStringLiteral("%1-%2.jsonl").arg(QFileInfo(program).fileName()).arg(pid)
                                        : wish.output)
            .absoluteFilePath();
    qputenv("NANOSTORES_INSPECT", wish.allow.toLocal8Bit());
    qputenv("NANOSTORES_RECORD", QFile::encodeName(file));
    qputenv("QV4_FORCE_INTERPRETER", "1"); // compiled QML says the lines of its code only once
#ifdef Q_OS_UNIX
    std::fputs(
        QStringLiteral("nanostores-inspect: records into %1; look at it by nanostores-inspect --program %2 list\n")
            .arg(printable(file))
            .arg(pid)
            .toUtf8()
            .constData(),
        stderr);
    std::vector<QByteArray> words;
    for (const QString &word : wish.arguments) {
        words.push_back(QFile::encodeName(word));
    }
    std::vector<char *> pointers;
    for (QByteArray &word : words) {
        pointers.push_back(word.data());
    }
    pointers.push_back(nullptr);
    ::execvp(pointers.front(), pointers.data());
    printError(program + QStringLiteral(": ") + QString::fromLocal8Bit(std::strerror(errno)));
    return NotStarted;
#else
    const int result = QProcess::execute(program, wish.arguments.mid(1));
    return result < 0 ? NotStarted : result;
#endif
}

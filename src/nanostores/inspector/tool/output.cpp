// SPDX-License-Identifier: MIT
#include "output.h"

#include <algorithm>
#include <cstdio>

#ifdef Q_OS_UNIX
#include <sys/ioctl.h>
#include <unistd.h>
#endif

int widthOfTerminal()
{
#ifdef Q_OS_UNIX
    winsize size{};
    if (::isatty(STDOUT_FILENO) && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) {
        return size.ws_col;
    }
#endif
    return 80;
}

QString printable(const QString &text)
{
    QString result;
    for (const QChar c : text) {
        if (c == QLatin1Char('\n')) {
            result += QLatin1String("\\n");
        } else if (c.category() == QChar::Other_Control || c.category() == QChar::Other_Format) {
            result += QStringLiteral("\\u%1").arg(int(c.unicode()), 4, 16, QLatin1Char('0'));
        } else {
            result += c;
        }
    }
    return result;
}

QString shortened(const QString &text, int width)
{
    return text.size() <= width ? text : text.left(std::max(width - 1, 0)) + QChar(0x2026);
}

QString endOf(const QString &text, int width)
{
    return text.size() <= width ? text : QChar(0x2026) + text.right(std::max(width - 1, 0));
}

QStringList wrapped(const QString &text, int width)
{
    QStringList lines;
    QString line;
    const QStringList words = printable(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString &word : words) {
        if (!line.trimmed().isEmpty() && line.size() + 1 + word.size() > width) {
            lines.append(line);
            line = QStringLiteral(" ");
        }
        line += (line.isEmpty() ? QString() : QStringLiteral(" ")) + word;
    }
    return lines << line;
}

void printLine(const QString &line)
{
    std::puts(line.toUtf8().constData());
    std::fflush(stdout); // also into a pipe, line by line
}

void printError(const QString &line)
{
    std::fputs(QStringLiteral("nanostores-inspect: %1\n").arg(printable(line)).toUtf8().constData(), stderr);
}

namespace {

QString timeText(double microseconds)
{
    return microseconds <= 0     ? QString()
           : microseconds < 1000 ? QString::number(microseconds, 'f', microseconds < 10 ? 1 : 0) + QStringLiteral(" us")
           : microseconds < 1'000'000 ? QString::number(microseconds / 1000, 'f', 1) + QStringLiteral(" ms")
                                      : QString::number(microseconds / 1'000'000, 'f', 1) + QStringLiteral(" s");
}

QString countText(int count)
{
    return count > 0 ? QString::number(count) : QString();
}

} // namespace

QStringList storeTable(const QList<nanostores::InspectedStore> &stores, int width)
{
    constexpr int Numbers = 4 + 7 + 7 + 7 + 9; // observers, writes, runs, wasted, time
    qsizetype longest = 8;
    for (const nanostores::InspectedStore &store : stores) {
        longest = std::max(longest, printable(store.name).size());
    }
    const int name = int(std::min<qsizetype>(longest, std::max(16, (width - Numbers) * 6 / 10)));
    const int value = std::max(8, width - Numbers - name - 2);
    QStringList lines;
    const auto line = [&](const QString &title, const QString &shown, const QStringList &numbers) {
        QString text =
            endOf(title, name).leftJustified(name) + QLatin1String("  ") + shortened(shown, value).leftJustified(value);
        text += numbers.at(0).rightJustified(4);
        for (int i = 1; i < 4; ++i) {
            text += numbers.at(i).rightJustified(7);
        }
        text += numbers.at(4).rightJustified(9);
        while (text.endsWith(QLatin1Char(' '))) {
            text.chop(1);
        }
        lines.append(text);
    };
    line(QStringLiteral("STORE"), QStringLiteral("VALUE"),
         {QStringLiteral("OBS"), QStringLiteral("WRITES"), QStringLiteral("RUNS"), QStringLiteral("WASTED"),
          QStringLiteral("TIME")});
    for (const nanostores::InspectedStore &store : stores) {
        const QString shown = store.kind == QLatin1String("effect") ? QStringLiteral("(effect)")
                              : store.isStale                       ? store.value + QStringLiteral(" (stale)")
                                                                    : store.value;
        line(printable(store.name), printable(shown),
             {QString::number(store.observers), countText(store.writes), countText(store.runs), countText(store.wasted),
              timeText(store.time)});
    }
    return lines;
}

QString eventLine(const nanostores::InspectedEvent &event, int depth, int width)
{
    if (event.lost > 0) {
        return QStringLiteral("(%1 events are missing here)").arg(event.lost);
    }
    QString text = QString(2 * std::min(depth, 10), QLatin1Char(' '));
    const QString name = event.name.isEmpty() ? event.action : event.name;
    if (event.kind == QLatin1String("batch")) {
        text += QStringLiteral("batch");
    } else if (event.kind == QLatin1String("change") || event.kind == QLatin1String("run")) {
        const QString change = event.changeText(std::max(20, width - 10));
        text += name
                + (change.startsWith(QLatin1Char('.')) || change.startsWith(QLatin1Char('[')) || change.isEmpty()
                       ? change
                       : QStringLiteral(": ") + change);
        if (event.outcome != QLatin1String("changed")) {
            text += QStringLiteral(" (") + event.outcome + QLatin1Char(')');
        }
    } else if (event.kind == QLatin1String("effect")) {
        text += name + QStringLiteral(": ran");
    } else {
        text += name + QStringLiteral(": ") + event.kind;
    }
    if (!event.error.isEmpty()) {
        text += QStringLiteral("  ") + event.error;
    }
    if (!event.by.isEmpty()) {
        text += QStringLiteral("  ") + event.by.mid(0, 2).join(QStringLiteral(" <- "));
    }
    const QString turn = event.turn > 0 ? QStringLiteral("[%1] ").arg(event.turn) : QString();
    return shortened(turn + printable(text), width);
}

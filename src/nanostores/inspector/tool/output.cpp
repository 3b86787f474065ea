// SPDX-License-Identifier: MIT
#include "output.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iterator>

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

namespace {

bool hasFailed = false;

bool steers(QChar c)
{
    const QChar::Category category = c.category();
    return category == QChar::Other_Control || category == QChar::Other_Format || category == QChar::Separator_Line
           || category == QChar::Separator_Paragraph;
}

QString byNumber(QChar c)
{
    return QStringLiteral("\\u%1").arg(int(c.unicode()), 4, 16, QLatin1Char('0'));
}

/// How many columns a terminal shows the character in.
int columnsOf(char32_t code)
{
    static constexpr char32_t wide[][2] = {
        {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},   {0x2e80, 0x303e},
        {0x3041, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe6f},
        {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18cff}, {0x1aff0, 0x1b2ff}, {0x1f18e, 0x1f18e},
        {0x1f191, 0x1f19a}, {0x1f200, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f7e0, 0x1f7f0}, {0x1f900, 0x1f9ff},
        {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}};
    const QChar::Category category = QChar::category(code);
    if (category == QChar::Mark_NonSpacing || category == QChar::Mark_Enclosing) {
        return 0;
    }
    const bool isWide = std::any_of(std::begin(wide), std::end(wide),
                                    [code](const auto &range) { return code >= range[0] && code <= range[1]; });
    return isWide ? 2 : 1;
}

/// The characters of a text, those of two halves as one.
struct Character
{
    qsizetype size;
    int columns;
};

Character characterAt(const QString &text, qsizetype at)
{
    const bool isPair = text.at(at).isHighSurrogate() && at + 1 < text.size() && text.at(at + 1).isLowSurrogate();
    return isPair ? Character{2, columnsOf(QChar::surrogateToUcs4(text.at(at), text.at(at + 1)))}
                  : Character{1, columnsOf(text.at(at).unicode())};
}

int columnsOf(const QString &text)
{
    int columns = 0;
    for (qsizetype at = 0; at < text.size();) {
        const Character next = characterAt(text, at);
        at += next.size;
        columns += next.columns;
    }
    return columns;
}

QString filledUp(const QString &text, int columns)
{
    return text + QString(std::max(columns - columnsOf(text), 0), QLatin1Char(' '));
}

} // namespace

QString printable(const QString &text)
{
    QString result;
    for (const QChar c : text) {
        result += c == QLatin1Char('\n') ? QStringLiteral("\\n") : steers(c) ? byNumber(c) : QString(c);
    }
    return result;
}

QString printableJson(const QByteArray &json)
{
    QString result;
    const QString text = QString::fromUtf8(json);
    for (const QChar c : text) { // they are in texts, where this means the same
        steers(c) ? result += byNumber(c) : result += c;
    }
    return result;
}

QString shortened(const QString &text, int width)
{
    if (columnsOf(text) <= width) {
        return text;
    }
    qsizetype end = 0;
    for (int columns = 1; end < text.size();) {
        const Character next = characterAt(text, end);
        columns += next.columns;
        if (columns > width) {
            break;
        }
        end += next.size;
    }
    return text.left(end) + QChar(0x2026);
}

QString endOf(const QString &text, int width)
{
    const int columns = columnsOf(text);
    if (columns <= width) {
        return text;
    }
    qsizetype begin = 0;
    for (int left = columns; left > std::max(width - 1, 0) && begin < text.size();) {
        const Character next = characterAt(text, begin);
        begin += next.size;
        left -= next.columns;
    }
    return QChar(0x2026) + text.mid(begin);
}

QStringList wrapped(const QString &text, int width)
{
    QStringList lines;
    QString line;
    const QStringList words = printable(text).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    for (const QString &word : words) {
        if (!line.trimmed().isEmpty() && columnsOf(line) + 1 + columnsOf(word) > width) {
            lines.append(line);
            line = QStringLiteral(" ");
        }
        line += (line.isEmpty() ? QString() : QStringLiteral(" ")) + word;
    }
    return lines << line;
}

void printLine(const QString &line)
{
    if (hasFailed) {
        return;
    }
    const bool isPrinted =
        std::puts(line.toUtf8().constData()) >= 0 && std::fflush(stdout) == 0; // also into a pipe, line by line
    const int error = errno;
    hasFailed = !isPrinted;
    if (hasFailed && error != EPIPE) {
        printError(QStringLiteral("standard output cannot be written: ")
                   + QString::fromLocal8Bit(std::strerror(error)));
    }
}

bool hasFailedToPrint()
{
    return hasFailed;
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
    int longest = 8;
    for (const nanostores::InspectedStore &store : stores) {
        longest = std::max(longest, columnsOf(printable(store.name)));
    }
    const int name = std::min(longest, std::max(16, (width - Numbers) * 6 / 10));
    const int value = std::max(8, width - Numbers - name - 2);
    QStringList lines;
    const auto line = [&](const QString &title, const QString &shown, const QStringList &numbers) {
        QString text =
            filledUp(endOf(title, name), name) + QLatin1String("  ") + filledUp(shortened(shown, value), value);
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

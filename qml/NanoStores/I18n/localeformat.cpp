// SPDX-License-Identifier: MIT
#include <NanoStores/I18n/localeformat.h>

#include <QLoggingCategory>

#include <cmath>

namespace nanostores {

namespace {

Q_LOGGING_CATEGORY(formatLog, "nanostores.i18n", QtWarningMsg)

/// The place of the word in the list; -1, after a warning, if it is not there. An empty one is the first.
qsizetype placeOf(const QString &word, const QStringList &words)
{
    const qsizetype place = word.isEmpty() ? 0 : words.indexOf(word);
    if (place < 0) {
        qCWarning(formatLog).noquote()
            << QStringLiteral("format: \"%1\" is none of %2").arg(word, words.join(QStringLiteral(", ")));
    }
    return place;
}

QLocale::FormatType formatType(const QString &type)
{
    const bool isLong = placeOf(type, {QStringLiteral("short"), QStringLiteral("long")}) == 1;
    return isLong ? QLocale::LongFormat : QLocale::ShortFormat;
}

} // namespace

QString LocaleFormat::bytes(double count) const
{
    constexpr double most = 9e18;
    return std::abs(count) < most ? m_format.bytes(std::llround(count)) : QString();
}

QString LocaleFormat::date(const QDateTime &moment, const QString &type) const
{
    return m_format.date(moment.date(), formatType(type));
}

QString LocaleFormat::time(const QDateTime &moment, const QString &type) const
{
    return m_format.time(moment.time(), formatType(type));
}

QString LocaleFormat::dateTime(const QDateTime &moment, const QString &type) const
{
    return m_format.dateTime(moment, formatType(type));
}

QString LocaleFormat::relativeTime(double count, const QString &unit, const QString &style) const
{
    static const QStringList units{QStringLiteral("second"),  QStringLiteral("minute"), QStringLiteral("hour"),
                                   QStringLiteral("day"),     QStringLiteral("week"),   QStringLiteral("month"),
                                   QStringLiteral("quarter"), QStringLiteral("year")};
    const qsizetype place = placeOf(unit, units);
    const qsizetype words = placeOf(style, {QStringLiteral("words"), QStringLiteral("numbers")});
    return place < 0 || words < 0
               ? QString()
               : m_format.relativeTime(count, static_cast<TimeUnit>(place), static_cast<RelativeTime>(words));
}

QString LocaleFormat::list(const QStringList &items, const QString &kind) const
{
    const qsizetype place = placeOf(kind, {QStringLiteral("and"), QStringLiteral("or"), QStringLiteral("unit")});
    return place < 0 ? QString() : m_format.list(items, static_cast<ListKind>(place));
}

} // namespace nanostores

// SPDX-License-Identifier: MIT

// As ICU does it: of the patterns that a locale has, the one with the same fields is taken whose widths are nearest,
// and its fields then get the widths that are wanted. A date and a time are put together, if there is no pattern for
// both.

#include <nanostores/scripti18n/detail/dateformat.h>

#include <nanostores/i18n/detail/localetag.h>
#include <nanostores/i18n/format.h>
#include <nanostores/scripti18n/detail/cldrdates.h>
#include <nanostores/scripti18n/detail/numberformat.h>

#include <QByteArray>
#include <QHash>
#include <QLocale>
#include <QMap>
#include <QMutex>
#include <QMutexLocker>
#include <QStringList>
#include <QTimeZone>

#include <cmath>
#include <cstdlib>
#include <utility>
#include <vector>

namespace nanostores::detail {

namespace {

using Patterns = QHash<QString, QString>; // by name

Patterns readPatterns(const QString &locale)
{
    std::vector<QByteArray> names = LocaleTag::of(locale).names();
    if (names.empty()) {
        names.push_back("en"); // as Format has it
    }
    names.push_back("root");
    Patterns all;
    for (const QByteArray &name : names) {
        for (const DatePatterns &entry : datePatterns()) {
            if (name != entry.locale) {
                continue;
            }
            for (const QString &line : QString::fromUtf8(entry.patterns).split(u'|')) {
                const qsizetype at = line.indexOf(u'=');
                if (const QString key = line.left(at); !all.contains(key)) {
                    all.insert(key, line.mid(at + 1));
                }
            }
        }
    }
    return all;
}

/// Those of the last locales; programs have a few.
Patterns patternsOf(const QString &locale)
{
    constexpr qsizetype most = 64;
    static QMutex mutex;
    static QHash<QString, Patterns> known;
    const QMutexLocker lock(&mutex);
    if (const auto found = known.constFind(locale); found != known.constEnd()) {
        return *found;
    }
    if (known.size() >= most) {
        known.clear();
    }
    return *known.insert(locale, readPatterns(locale));
}

/// A letter for each field, as names of patterns have it, with how often it stands there.
using Fields = QMap<char16_t, int>;

char16_t fieldOf(QChar letter)
{
    switch (letter.unicode()) {
    case u'L':
        return u'M';
    case u'c':
    case u'e':
        return u'E';
    case u'K':
        return u'h';
    case u'k':
        return u'H';
    default:
        return letter.unicode();
    }
}

Fields fieldsIn(const QString &skeleton)
{
    Fields fields;
    for (const QChar letter : skeleton) {
        ++fields[fieldOf(letter)];
    }
    return fields;
}

/// A run of one letter, or text between such.
struct Part
{
    QString text;
    bool isField = false;
};

std::vector<Part> partsOf(const QString &pattern)
{
    std::vector<Part> parts;
    bool isQuoted = false;
    const auto add = [&](QChar c, bool isField) {
        if (parts.empty() || parts.back().isField != isField || (isField && parts.back().text.back() != c)) {
            parts.push_back({QString(), isField});
        }
        parts.back().text += c;
    };
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        const QChar c = pattern[i];
        if (c == u'\'') {
            if (i + 1 < pattern.size() && pattern[i + 1] == u'\'') {
                add(c, false);
                ++i;
            } else {
                isQuoted = !isQuoted;
            }
        } else {
            const bool isLetter = (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
            add(c, isLetter && !isQuoted);
        }
    }
    return parts;
}

/// The fields of a pattern that it may be chosen for; empty if it has others.
Fields fieldsOfPattern(const QString &pattern)
{
    Fields fields;
    for (const Part &part : partsOf(pattern)) {
        if (part.isField) {
            const char16_t field = fieldOf(part.text[0]);
            if (!QStringView(u"yMEd").contains(QChar(field))) {
                return {};
            }
            fields[field] = static_cast<int>(part.text.size());
        }
    }
    return fields;
}

bool isNumeric(char16_t field, int width)
{
    return field != u'E' && (field != u'M' || width < ShortName);
}

int distanceOf(const Fields &wanted, const Fields &fields)
{
    constexpr int other = 100; // a number in place of words
    int distance = 0;
    for (auto field = wanted.begin(); field != wanted.end(); ++field) {
        const int width = fields.value(field.key());
        distance += std::abs(field.value() - width);
        distance += isNumeric(field.key(), field.value()) != isNumeric(field.key(), width) ? other : 0;
    }
    return distance;
}

/// The pattern with fields of the widths that are wanted, where the name of the pattern says otherwise.
QString adjusted(const QString &pattern, const Fields &wanted, const Fields &named)
{
    QString text;
    for (const Part &part : partsOf(pattern)) {
        if (!part.isField) {
            QString literal = part.text;
            text += u'\'' + literal.replace(u'\'', QStringLiteral("''")) + u'\'';
            continue;
        }
        const char16_t field = fieldOf(part.text[0]);
        const auto width = static_cast<int>(part.text.size());
        const int wish = wanted.value(field);
        const int own = named.value(field);
        const bool isKept = !wanted.contains(field) || field == u'm' || field == u's' || own == wish
                            || isNumeric(field, own) != isNumeric(field, width);
        text += isKept ? part.text : QString(wish, part.text[0]);
    }
    return text;
}

/// Empty if no pattern has just these fields.
QString patternFor(const Fields &wanted, const Patterns &patterns)
{
    QString best;
    Fields bestFields;
    int least = -1;
    const auto consider = [&](const QString &pattern, const Fields &fields) {
        if (fields.keys() != wanted.keys()) {
            return;
        }
        const int distance = distanceOf(wanted, fields);
        if (least < 0 || distance < least || (distance == least && pattern < best)) {
            best = pattern;
            bestFields = fields;
            least = distance;
        }
    };
    for (auto entry = patterns.begin(); entry != patterns.end(); ++entry) {
        if (!entry.key().contains(u'-')) {
            consider(*entry, fieldsIn(entry.key()));
        }
    }
    for (const auto *length : {"date-full", "date-long", "date-medium", "date-short"}) {
        const QString pattern = patterns.value(QLatin1String(length));
        const Fields fields = fieldsOfPattern(pattern);
        if (!fields.isEmpty() && (least < 0 || distanceOf(wanted, fields) < least)) {
            consider(pattern, fields);
        }
    }
    return best.isEmpty() ? best : adjusted(best, wanted, bestFields);
}

QString joined(const QString &pattern, const QString &time, const QString &date)
{
    QString text = pattern;
    return text.replace(QStringLiteral("{0}"), QStringLiteral("\1"))
        .replace(QStringLiteral("{1}"), date)
        .replace(QStringLiteral("\1"), time);
}

/// Of fields that no pattern has, one by one.
QString patternOrParts(const Fields &wanted, const Patterns &patterns)
{
    QString whole = patternFor(wanted, patterns);
    if (!whole.isEmpty() || wanted.isEmpty()) {
        return whole;
    }
    if (wanted.contains(u'E') && wanted.size() > 1) {
        Fields rest = wanted;
        rest.remove(u'E');
        return patternOrParts({{u'E', wanted[u'E']}}, patterns) + QStringLiteral(", ") + patternOrParts(rest, patterns);
    }
    QStringList parts;
    for (const QChar letter : QStringLiteral("dMyhHms")) { // none has a pattern of its own for all of them
        if (const int width = wanted.value(letter.unicode())) {
            const QString own = patternFor({{letter.unicode(), width}}, patterns);
            parts += own.isEmpty() ? QString(width, letter) : own;
        }
    }
    return parts.join(wanted.contains(u'm') ? u':' : u' ');
}

QString paddedNumber(int number, qsizetype width, const QLocale &locale)
{
    return localDigits(QByteArray::number(number).rightJustified(width, '0'), locale);
}

QString offsetName(const QDateTime &moment, bool isLong)
{
    const int minutes = moment.offsetFromUtc() / 60;
    if (minutes == 0 && !isLong) {
        return QStringLiteral("GMT");
    }
    const int size = std::abs(minutes);
    const QString hours = QString::number(size / 60).rightJustified(isLong ? 2 : 1, u'0');
    const QString rest = QString::number(size % 60).rightJustified(2, u'0');
    return QStringLiteral("GMT") + (minutes < 0 ? u'-' : u'+') + hours
           + (isLong || size % 60 != 0 ? u':' + rest : QString());
}

QString zoneName(const QDateTime &moment, const QString &kind, const QLocale &locale)
{
    if (kind.endsWith(QStringLiteral("Offset"))) {
        return offsetName(moment, kind.startsWith(QStringLiteral("long")));
    }
    const QTimeZone zone = moment.timeZone();
    const bool isLong = kind.startsWith(QStringLiteral("long"));
    const QString name = zone.displayName(moment, isLong ? QTimeZone::LongName : QTimeZone::ShortName, locale);
    return name.isEmpty() ? offsetName(moment, isLong) : name;
}

QLocale::FormatType nameFormat(qsizetype width)
{
    return width == LongName ? QLocale::LongFormat : width == NarrowName ? QLocale::NarrowFormat : QLocale::ShortFormat;
}

QString hourText(const QTime &time, QChar letter, qsizetype width, const QLocale &locale)
{
    const int hour = time.hour();
    const int shown = letter == u'H'   ? hour
                      : letter == u'k' ? (hour == 0 ? 24 : hour)
                      : letter == u'K' ? hour % 12
                                       : (hour + 11) % 12 + 1;
    return paddedNumber(shown, width, locale);
}

QString fieldText(const QString &field, const QDateTime &moment, const DateOptions &options, const QLocale &locale)
{
    const QDate date = moment.date();
    const QTime time = moment.time();
    const qsizetype width = field.size();
    switch (field[0].unicode()) {
    case u'y':
        return width == 2 ? paddedNumber(std::abs(date.year()) % 100, 2, locale)
                          : paddedNumber(date.year(), width, locale);
    case u'M':
        return width < ShortName ? paddedNumber(date.month(), width, locale)
                                 : locale.monthName(date.month(), nameFormat(width));
    case u'L':
        return width < ShortName ? paddedNumber(date.month(), width, locale)
                                 : locale.standaloneMonthName(date.month(), nameFormat(width));
    case u'd':
        return paddedNumber(date.day(), width, locale);
    case u'E':
        return locale.dayName(date.dayOfWeek(), nameFormat(width));
    case u'c':
    case u'e':
        return locale.standaloneDayName(date.dayOfWeek(), nameFormat(width));
    case u'h':
    case u'H':
    case u'K':
    case u'k':
        return hourText(time, field[0], width, locale);
    case u'm':
        return paddedNumber(time.minute(), width, locale);
    case u's':
        return paddedNumber(time.second(), width, locale);
    case u'S':
        return localDigits(QByteArray::number(time.msec()).rightJustified(3, '0').left(width), locale);
    case u'a':
    case u'B':
    case u'b':
        return time.hour() < 12 ? locale.amText() : locale.pmText();
    case u'z':
    case u'v':
        return zoneName(moment,
                        !options.zoneName.isEmpty() ? options.zoneName
                        : width == LongName         ? QStringLiteral("long")
                                                    : QStringLiteral("short"),
                        locale);
    default:
        return {};
    }
}

bool hasTwelveHours(const QString &pattern)
{
    for (const Part &part : partsOf(pattern)) {
        if (part.isField && fieldOf(part.text[0]) == u'h') {
            return true;
        }
    }
    return false;
}

bool wantsTwelve(const DateOptions &options, const Patterns &patterns)
{
    return options.hourCycle == 0 ? hasTwelveHours(patterns.value(QStringLiteral("time-short")))
                                  : options.hourCycle == 'a' || options.hourCycle == 'h' || options.hourCycle == 'K';
}

QString stylePattern(const DateOptions &options, const Patterns &patterns)
{
    const QString date = patterns.value(QStringLiteral("date-") + options.dateStyle);
    QString time = patterns.value(QStringLiteral("time-") + options.timeStyle);
    if (const bool isTwelve = wantsTwelve(options, patterns); !time.isEmpty() && isTwelve != hasTwelveHours(time)) {
        Fields fields;
        QString zone;
        for (const Part &part : partsOf(time)) {
            const char16_t field = part.isField ? fieldOf(part.text[0]) : u' ';
            if (field == u'h' || field == u'H') {
                fields[isTwelve ? u'h' : u'H'] = static_cast<int>(part.text.size());
            } else if (field == u'm' || field == u's') {
                fields[field] = 1;
            } else if (field == u'z') {
                zone = u' ' + part.text;
            }
        }
        time = patternFor(fields, patterns) + zone;
    }
    if (date.isEmpty() || time.isEmpty()) {
        return date + time;
    }
    return joined(patterns.value(QStringLiteral("both-") + options.dateStyle), time, date);
}

QString fieldsPattern(const DateOptions &options, const Patterns &patterns)
{
    Fields date;
    Fields time;
    const auto put = [](Fields &fields, char16_t field, FieldWidth width, bool inWords = false) {
        if (width != NoField) {
            fields[field] = inWords && width == ShortName ? 1 : static_cast<int>(width);
        }
    };
    put(date, u'E', options.weekday, true);
    put(date, u'y', options.year);
    put(date, u'M', options.month);
    put(date, u'd', options.day);
    put(time, wantsTwelve(options, patterns) ? u'h' : u'H', options.hour);
    put(time, u'm', options.minute);
    put(time, u's', options.second);
    if (date.isEmpty() && time.isEmpty() && options.fractionDigits == 0) {
        date = {{u'y', Numeric}, {u'M', Numeric}, {u'd', Numeric}};
    }
    Fields whole = date;
    whole.insert(time);
    QString text = patternFor(whole, patterns);
    if (text.isEmpty()) {
        const QString datePart = patternOrParts(date, patterns);
        const QString timePart = patternOrParts(time, patterns);
        text = datePart.isEmpty() || timePart.isEmpty()
                   ? datePart + timePart
                   : joined(patterns.value(QStringLiteral("both-medium")), timePart, datePart);
    }
    return options.zoneName.isEmpty() ? text : text + QStringLiteral(" z");
}

} // namespace

QString formattedDate(const QString &locale, const QDateTime &moment, const DateOptions &options)
{
    const Patterns patterns = patternsOf(locale);
    const bool hasStyle = !options.dateStyle.isEmpty() || !options.timeStyle.isEmpty();
    const QString pattern = hasStyle ? stylePattern(options, patterns) : fieldsPattern(options, patterns);
    const Format format(locale);
    const QLocale &qt = format.qtLocale();
    const QString fraction(options.fractionDigits, u'S');
    QString text;
    for (Part &part : partsOf(pattern)) {
        if (!part.isField) {
            text += part.text;
            continue;
        }
        const char16_t field = part.text[0].unicode();
        if ((field == u'H' && options.hourCycle == 'k') || (field == u'h' && options.hourCycle == 'K')) {
            part.text.fill(QLatin1Char(options.hourCycle));
        }
        text += fieldText(part.text, moment, options, qt);
        if (field == u's' && options.fractionDigits > 0) {
            text += qt.decimalPoint() + fieldText(fraction, moment, options, qt);
        }
    }
    if (options.fractionDigits > 0 && options.second == NoField) {
        text += (text.isEmpty() ? QString() : QStringLiteral(" ")) + fieldText(fraction, moment, options, qt);
    }
    return text;
}

} // namespace nanostores::detail

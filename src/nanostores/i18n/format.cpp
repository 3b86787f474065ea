// SPDX-License-Identifier: MIT
#include <nanostores/i18n/detail/cldr.h>
#include <nanostores/i18n/detail/localetag.h>
#include <nanostores/i18n/format.h>

#include <QHash>
#include <QMutex>
#include <QMutexLocker>
#include <QTimeZone>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

namespace nanostores {

namespace detail {

struct FormatData
{
    explicit FormatData(const QString &tag)
        : name(tag)
        , qt(qtLocale(tag))
        , plurals(tag)
        , phrases(phrasesOf(tag))
    {
    }

    QString name;
    QLocale qt;
    PluralRules plurals;
    QStringList phrases; ///< As LocalePhrases has them.

private:
    static QStringList phrasesOf(const QString &tag)
    {
        const char *texts = nullptr;
        std::vector<QByteArray> names = LocaleTag::of(tag).names();
        names.push_back("en");
        for (const QByteArray &name : names) {
            for (const LocalePhrases &entry : localePhrases()) {
                if (!texts && name == entry.locale) {
                    texts = entry.texts;
                }
            }
        }
        return QString::fromUtf8(texts).split(u'|');
    }
};

int currencyDigitsOf(const QString &currency)
{
    for (const CurrencyDigits &entry : currencyDigits()) {
        if (currency == QLatin1String(entry.currency)) {
            return entry.digits;
        }
    }
    return 2;
}

namespace {

/// What the table has for a locale of this name; null: nothing of its own.
QString symbolIn(const QByteArray &locale, const QByteArray &currency)
{
    const auto all = currencySymbols();
    const auto found =
        std::lower_bound(all.begin(), all.end(), locale, [](const LocaleSymbols &entry, const QByteArray &name) {
            return std::string_view(entry.locale) < std::string_view(name);
        });
    if (found == all.end() || locale != found->locale) {
        return {};
    }
    const QByteArray symbols = QByteArray::fromRawData(found->symbols, static_cast<qsizetype>(qstrlen(found->symbols)));
    for (const QByteArray &symbol : symbols.split('|')) {
        if (symbol.startsWith(currency + '=')) {
            return QString::fromUtf8(symbol.mid(currency.size() + 1));
        }
    }
    return {};
}

} // namespace

QString currencySymbolIn(const QString &currency, const QString &locale)
{
    const QByteArray code = currency.toLatin1();
    for (const QByteArray &name : LocaleTag::of(locale).names()) {
        if (const QString symbol = symbolIn(name, code); !symbol.isNull()) {
            return symbol;
        }
    }
    const QLocale qt = qtLocale(locale);
    if (qt.currencySymbol(QLocale::CurrencyIsoCode) == currency) {
        return qt.currencySymbol();
    }
    const QString international = symbolIn("root", code);
    return international.isNull() ? currency : international;
}

QString spacedAmount(const QString &amount, const QString &symbol, const QLocale &locale)
{
    constexpr QChar leftToRightMark(0x200e);
    constexpr QChar rightToLeftMark(0x200f);
    constexpr QChar arabicMark(0x061c);
    const qsizetype at = symbol.isEmpty() ? -1 : amount.indexOf(symbol);
    if (at < 0) {
        return amount;
    }
    const auto isOfDigit = [](QChar c) { return c.isDigit() || c.isSurrogate(); };
    const auto isOfWord = [](QChar c) { return !c.isSymbol() && !c.isSpace(); };
    const auto isLeftToRight = [](QChar c) { return c.direction() == QChar::DirL; };

    QString before = amount.left(at);
    QString shown = symbol;
    QString after = amount.mid(at + symbol.size());
    const bool isBehindDigits = std::any_of(before.cbegin(), before.cend(), isOfDigit);
    if (isBehindDigits && isOfDigit(before.back()) && isOfWord(symbol.front())) {
        before += QChar(QChar::Nbsp);
    }
    if (!after.isEmpty() && isOfDigit(after.front()) && isOfWord(symbol.back())) {
        after.prepend(QChar(QChar::Nbsp));
    }
    if (isBehindDigits && locale.textDirection() == Qt::RightToLeft) {
        if (before.front() != rightToLeftMark && before.front() != arabicMark) {
            before.prepend(rightToLeftMark);
        }
        if (std::any_of(symbol.cbegin(), symbol.cend(), isLeftToRight) && !isLeftToRight(symbol.back())) {
            shown += leftToRightMark; // "US$": the last sign would be drawn before the letters
        }
    }
    return before + shown + after;
}

} // namespace detail

namespace {

constexpr int wordsOfUnit = 7; // the names of -2 to 2, the future, the past
constexpr int unitCount = 8;
constexpr int partsOfList = 4; // start, middle, end, two
constexpr int listCount = 3;
constexpr int percentPlace = wordsOfUnit * unitCount + partsOfList * listCount;
constexpr int rangePlace = percentPlace + 1;

/// Those of the last locales; programs have a few.
std::shared_ptr<const detail::FormatData> formatDataOf(const QString &locale)
{
    constexpr qsizetype most = 64;
    static QMutex mutex;
    static QHash<QString, std::shared_ptr<const detail::FormatData>> known;
    const QMutexLocker lock(&mutex);
    if (const auto found = known.constFind(locale); found != known.constEnd()) {
        return *found;
    }
    if (known.size() >= most) {
        known.clear();
    }
    auto data = std::make_shared<const detail::FormatData>(locale);
    known.insert(locale, data);
    return data;
}

/// The pattern with what it is about, in one pass: values may have braces.
QString filledPattern(const QString &pattern, const QString &first, const QString &second = {})
{
    QString text;
    for (qsizetype i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == u'{' && i + 2 < pattern.size() && pattern[i + 2] == u'}') {
            text += pattern[i + 1] == u'0' ? first : second;
            i += 2;
        } else {
            text += pattern[i];
        }
    }
    return text;
}

/// "one=...;other=...": the text of the form.
QString formIn(const QString &forms, PluralForm wanted)
{
    QString other;
    for (const QString &form : forms.split(u';')) {
        const qsizetype at = form.indexOf(u'=');
        const QString name = form.left(at);
        if (name == pluralKeyword(wanted)) {
            return form.mid(at + 1);
        }
        if (name == u"other") {
            other = form.mid(at + 1);
        }
    }
    return other;
}

/// The digits that people write moved by two places: a product would be 14.499999999999998 for 0.145.
double inPercent(double fraction)
{
    if (!std::isfinite(fraction)) {
        return fraction;
    }
    const QByteArray text = QByteArray::number(fraction, 'e', QLocale::FloatingPointShortest);
    const qsizetype at = text.indexOf('e');
    return (text.left(at) + 'e' + QByteArray::number(text.mid(at + 1).toInt() + 2)).toDouble();
}

/// Half up, as PluralNumber does it.
double rounded(double amount, int digits)
{
    constexpr double most = 1e15; // of more there is no fraction
    if (!(amount < most)) {
        return amount;
    }
    const PluralNumber number(amount, digits, digits);
    const QByteArray fraction = QByteArray::number(static_cast<qulonglong>(number.fraction()));
    return (QByteArray::number(static_cast<qulonglong>(number.whole())) + '.' + fraction.rightJustified(digits, '0'))
        .toDouble();
}

/// The date in the time zone of `now`. That of the system may have no entry in the database of time zones, and needs
/// none.
QDate dateThere(const QDateTime &moment, const QDateTime &now)
{
    return (now.timeSpec() == Qt::LocalTime ? moment.toLocalTime() : moment.toTimeZone(now.timeZone())).date();
}

} // namespace

Format::Format(const QString &locale)
    : m_data(formatDataOf(locale))
{
}

const QString &Format::locale() const noexcept
{
    return m_data->name;
}

const QLocale &Format::qtLocale() const noexcept
{
    return m_data->qt;
}

QString Format::number(const PluralNumber &number) const
{
    return number.toText(m_data->qt);
}

QString Format::percent(double fraction, int maxDigits) const
{
    const QString text = number(PluralNumber(inPercent(fraction), 0, maxDigits));
    QString pattern = m_data->phrases.at(percentPlace);
    return filledPattern(pattern.replace(u'%', m_data->qt.percent()), text);
}

QString Format::currency(double amount, const QString &code) const
{
    const QString symbol = detail::currencySymbolIn(code, m_data->name);
    const QString sign = amount < 0 ? m_data->qt.negativeSign() : QString(); // QLocale has the brackets of accountants
    const int digits = detail::currencyDigitsOf(code);
    return detail::spacedAmount(sign + m_data->qt.toCurrencyString(rounded(std::abs(amount), digits), symbol, digits),
                                symbol, m_data->qt);
}

QString Format::bytes(qint64 count) const
{
    return m_data->qt.formattedDataSize(count, 1, QLocale::DataSizeSIFormat);
}

QString Format::date(const QDate &date, QLocale::FormatType type) const
{
    return m_data->qt.toString(date, type);
}

QString Format::time(const QTime &time, QLocale::FormatType type) const
{
    return m_data->qt.toString(time, type);
}

QString Format::dateTime(const QDateTime &moment, QLocale::FormatType type) const
{
    return m_data->qt.toString(moment, type);
}

QString Format::relativeTime(double count, TimeUnit unit, RelativeTime style) const
{
    const qsizetype first = static_cast<qsizetype>(unit) * wordsOfUnit;
    if (style == RelativeTime::Words && (count == -2 || count == -1 || count == 0 || count == 1 || count == 2)) {
        const QString word = m_data->phrases.at(first + 2 + static_cast<int>(count));
        if (!word.isEmpty()) {
            return word;
        }
    }
    const bool isPast = std::signbit(count);
    const PluralNumber number(std::abs(count));
    return filledPattern(formIn(m_data->phrases.at(first + (isPast ? 6 : 5)), m_data->plurals.cardinal(number)),
                         number.toText(m_data->qt));
}

QString Format::relativeTime(const QDateTime &moment, const QDateTime &now, RelativeTime style) const
{
    if (!moment.isValid() || !now.isValid()) {
        return {};
    }
    constexpr qint64 minute = 60;
    constexpr qint64 hour = 60 * minute;
    constexpr qint64 day = 24 * hour;
    const qint64 seconds = now.secsTo(moment);
    const qint64 size = std::abs(seconds);
    const auto in = [&](qint64 count, TimeUnit unit) { return relativeTime(static_cast<double>(count), unit, style); };
    if (size < minute) {
        return in(seconds, TimeUnit::Second);
    }
    if (size < hour) {
        return in(seconds / minute, TimeUnit::Minute);
    }
    const QDate from = now.date();
    const QDate to = dateThere(moment, now);
    const qint64 days = from.daysTo(to);
    if (size < day || days == 0) { // the day on which clocks are set back is longer
        return in(seconds / hour, TimeUnit::Hour);
    }
    // A month is over on the same day of the next one, or after its last day.
    qint64 months = (to.year() - from.year()) * 12LL + to.month() - from.month();
    const QDate reached = from.addMonths(static_cast<int>(months));
    if (months > 0 && reached > to) {
        --months;
    } else if (months < 0 && reached < to) {
        ++months;
    }
    if (std::abs(months) >= 12) {
        return in(months / 12, TimeUnit::Year);
    }
    if (months != 0) {
        return in(months, TimeUnit::Month);
    }
    return std::abs(days) >= 7 ? in(days / 7, TimeUnit::Week) : in(days, TimeUnit::Day);
}

QString Format::list(const QStringList &items, ListKind kind) const
{
    const qsizetype first = wordsOfUnit * unitCount + static_cast<qsizetype>(kind) * partsOfList;
    if (items.size() < 2) {
        return items.isEmpty() ? QString() : items.front();
    }
    if (items.size() == 2) {
        return filledPattern(m_data->phrases.at(first + 3), items[0], items[1]);
    }
    QString text = filledPattern(m_data->phrases.at(first), items[0], items[1]);
    for (qsizetype i = 2; i < items.size(); ++i) {
        text = filledPattern(m_data->phrases.at(first + (i + 1 < items.size() ? 1 : 2)), text, items[i]);
    }
    return text;
}

QString Format::range(const QString &from, const QString &to) const
{
    return filledPattern(m_data->phrases.at(rangePlace), from, to);
}

QString Format::range(const PluralNumber &from, const PluralNumber &to) const
{
    return range(number(from), number(to));
}

} // namespace nanostores

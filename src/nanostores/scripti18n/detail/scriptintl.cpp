// SPDX-License-Identifier: MIT
#include <nanostores/scripti18n/detail/scriptintl.h>

#include <nanostores/i18n/detail/cldr.h>
#include <nanostores/i18n/format.h>
#include <nanostores/i18n/locale.h>
#include <nanostores/i18n/plural.h>
#include <nanostores/script/store.h>
#include <nanostores/scripti18n/detail/dateformat.h>
#include <nanostores/scripti18n/detail/numberformat.h>

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>
#include <cmath>
#include <optional>

namespace nanostores::detail {

namespace {

constexpr auto ObjectName = "nanostores.intl";

/// Of a locale that there is none of, the system's, as Intl has it.
QString localeOr(const QString &locale)
{
    return locale.isEmpty() ? QLocale::system().bcp47Name() : locale;
}

/// Reads options, and keeps what is wrong with the first that is.
class Options
{
public:
    Options(QJSEngine *engine, const QJSValue &options, const char *where)
        : m_engine(engine)
        , m_options(options)
        , m_where(QLatin1String(where))
    {
        if (!options.isUndefined() && !options.isObject()) {
            fail(QJSValue::TypeError, QStringLiteral("options must be an object"));
        }
    }

    /// Whether all of them are fine. Otherwise the first error is thrown now, since reading of QJSValues forgets it.
    bool finish() const
    {
        if (!m_reason.isEmpty()) {
            m_engine->throwError(m_type, m_where + QStringLiteral("(): ") + m_reason);
        }
        return m_reason.isEmpty();
    }

    void fail(QJSValue::ErrorType type, const QString &reason)
    {
        if (m_reason.isEmpty()) {
            m_type = type;
            m_reason = reason;
        }
    }
    QJSValue value(const char *name) const { return m_options.property(QLatin1String(name)); }
    bool has(const char *name) const { return !value(name).isUndefined(); }

    QString text(const char *name, const QStringList &allowed, const QString &fallback = {})
    {
        if (!has(name)) {
            return fallback;
        }
        const QString given = value(name).toString();
        if (!allowed.contains(given)) {
            fail(QJSValue::RangeError,
                 QStringLiteral("%1 cannot be \"%2\": make it %3")
                     .arg(QLatin1String(name), given, Format(QStringLiteral("en")).list(allowed, ListKind::Or)));
            return fallback;
        }
        return given;
    }
    int number(const char *name, int least, int most, int fallback)
    {
        if (!has(name)) {
            return fallback;
        }
        const double given = value(name).toNumber();
        if (!(given >= least && given <= most)) {
            fail(QJSValue::RangeError, QStringLiteral("%1 must be a number from %2 to %3, not %4")
                                           .arg(QLatin1String(name))
                                           .arg(least)
                                           .arg(most)
                                           .arg(value(name).toString()));
            return fallback;
        }
        return static_cast<int>(given);
    }
    /// What Intl knows, and this library does not.
    void refuse(const char *name, const QStringList &known, const char *remedy)
    {
        if (has(name) && !known.contains(value(name).toString())) {
            fail(QJSValue::RangeError, QStringLiteral("the option %1 \"%2\" is not there: %3")
                                           .arg(QLatin1String(name), value(name).toString(), QLatin1String(remedy)));
        }
    }

private:
    QJSEngine *m_engine;
    QJSValue m_options;
    QString m_where;
    QJSValue::ErrorType m_type = QJSValue::GenericError;
    QString m_reason;
};

void readCurrency(Options &options, NumberOptions &read)
{
    options.refuse("currencyDisplay",
                   {QStringLiteral("symbol"), QStringLiteral("narrowSymbol"), QStringLiteral("code")},
                   "take symbol or code");
    options.refuse("currencySign", {QStringLiteral("standard")}, "take standard");
    read.currency = options.value("currency").toString().toUpper();
    read.currencyIsCode = options.value("currencyDisplay").toString() == QStringLiteral("code");
    const bool isCode =
        read.currency.size() == 3
        && std::all_of(read.currency.begin(), read.currency.end(), [](QChar c) { return c >= u'A' && c <= u'Z'; });
    if (read.style != NumberOptions::Style::Currency) {
        return;
    }
    if (!options.has("currency")) {
        options.fail(QJSValue::TypeError, QStringLiteral("style \"currency\" needs a currency, such as \"EUR\""));
    } else if (!isCode) {
        options.fail(QJSValue::RangeError,
                     QStringLiteral("currency must be a code of three letters, not \"%1\"").arg(read.currency));
    }
}

void readDigits(Options &options, NumberOptions &read)
{
    constexpr int mostInteger = 21;
    constexpr int mostFraction = 100;
    read.minInteger = options.number("minimumIntegerDigits", 1, mostInteger, 1);
    if (options.has("minimumSignificantDigits") || options.has("maximumSignificantDigits")) {
        read.minSignificant = options.number("minimumSignificantDigits", 1, mostInteger, 1);
        read.maxSignificant = options.number("maximumSignificantDigits", read.minSignificant, mostInteger, mostInteger);
        return;
    }
    const int usual = read.style == NumberOptions::Style::Currency ? currencyDigitsOf(read.currency) : 0;
    const int usualMost = read.style == NumberOptions::Style::Decimal ? 3 : usual;
    const int least = options.number("minimumFractionDigits", 0, mostFraction, -1);
    const int most = options.number("maximumFractionDigits", 0, mostFraction, -1);
    if (least > most && most >= 0) {
        options.fail(
            QJSValue::RangeError,
            QStringLiteral("maximumFractionDigits %1 is less than minimumFractionDigits %2").arg(most).arg(least));
    }
    read.maxFraction = most >= 0 ? most : std::max(least, usualMost);
    read.minFraction = least >= 0 ? least : std::min(usual, read.maxFraction);
}

NumberOptions readNumberOptions(Options &options)
{
    const auto text = [](const char *latin) { return QString::fromLatin1(latin); };
    NumberOptions read;
    options.refuse("style", {text("decimal"), text("percent"), text("currency")}, "take decimal, percent or currency");
    options.refuse("notation", {text("standard")}, "take standard");
    const QString style = options.value("style").toString();
    read.style = style == QStringLiteral("percent")    ? NumberOptions::Style::Percent
                 : style == QStringLiteral("currency") ? NumberOptions::Style::Currency
                                                       : NumberOptions::Style::Decimal;
    const QStringList signs{text("auto"), text("always"), text("never"), text("exceptZero"), text("negative")};
    read.sign = static_cast<NumberOptions::Sign>(signs.indexOf(options.text("signDisplay", signs, signs[0])));
    if (options.has("useGrouping")) {
        const QJSValue grouping = options.value("useGrouping");
        const QString name = grouping.toString();
        read.grouping = !grouping.toBool() || name == QStringLiteral("false") ? NumberOptions::Grouping::Off
                        : name == QStringLiteral("min2")                      ? NumberOptions::Grouping::Min2
                                                                              : NumberOptions::Grouping::Auto;
    }
    readCurrency(options, read);
    readDigits(options, read);
    return read;
}

DateOptions readDateOptions(Options &options)
{
    const auto text = [](const char *latin) { return QString::fromLatin1(latin); };
    const QStringList numbers{text("numeric"), text("2-digit")};
    const QStringList words{text("short"), text("long"), text("narrow")};
    const auto field = [&](const char *name, const QStringList &allowed) {
        static const QStringList widths{QString(),     text("numeric"), text("2-digit"),
                                        text("short"), text("long"),    text("narrow")};
        return static_cast<FieldWidth>(std::max<qsizetype>(0, widths.indexOf(options.text(name, allowed))));
    };
    options.refuse("era", {}, "leave it out");
    options.refuse("dayPeriod", {}, "leave it out");
    options.refuse("calendar", {text("gregory"), text("iso8601")}, "dates are those of gregory");
    DateOptions read;
    read.weekday = field("weekday", words);
    read.year = field("year", numbers);
    read.month = field("month", numbers + words);
    read.day = field("day", numbers);
    read.hour = field("hour", numbers);
    read.minute = field("minute", numbers);
    read.second = field("second", numbers);
    read.fractionDigits = options.number("fractionalSecondDigits", 1, 3, 0);
    read.zoneName = options.text("timeZoneName", {text("short"), text("long"), text("shortOffset"), text("longOffset"),
                                                  text("shortGeneric"), text("longGeneric")});
    const QString cycle = options.text("hourCycle", {text("h11"), text("h12"), text("h23"), text("h24")});
    read.hourCycle = cycle.isEmpty()                  ? '\0'
                     : cycle == QStringLiteral("h11") ? 'K'
                     : cycle == QStringLiteral("h12") ? 'h'
                     : cycle == QStringLiteral("h23") ? 'H'
                                                      : 'k';
    if (options.has("hour12")) {
        read.hourCycle = options.value("hour12").toBool() ? 'a' : 'A';
    }
    const QStringList styles{text("full"), text("long"), text("medium"), text("short")};
    read.dateStyle = options.text("dateStyle", styles);
    read.timeStyle = options.text("timeStyle", styles);
    const bool hasFields = read.weekday != NoField || read.year != NoField || read.month != NoField
                           || read.day != NoField || read.hour != NoField || read.minute != NoField
                           || read.second != NoField || read.fractionDigits > 0 || !read.zoneName.isEmpty();
    if (hasFields && (!read.dateStyle.isEmpty() || !read.timeStyle.isEmpty())) {
        options.fail(
            QJSValue::TypeError,
            QStringLiteral("dateStyle and timeStyle do not go with fields such as year: take one or the other"));
    }
    return read;
}

std::optional<TimeUnit> unitOf(QString name)
{
    static const QStringList units{QStringLiteral("second"),  QStringLiteral("minute"), QStringLiteral("hour"),
                                   QStringLiteral("day"),     QStringLiteral("week"),   QStringLiteral("month"),
                                   QStringLiteral("quarter"), QStringLiteral("year")};
    if (name.endsWith(u's')) {
        name.chop(1);
    }
    const qsizetype at = units.indexOf(name);
    return at < 0 ? std::nullopt : std::optional(static_cast<TimeUnit>(at));
}

} // namespace

ScriptIntl::ScriptIntl(QJSEngine *engine)
    : QObject(engine)
    , m_engine(engine)
{
    setObjectName(QLatin1String(ObjectName));
}

bool ScriptIntl::isIn(const QJSEngine *engine)
{
    return engine->findChild<QObject *>(QLatin1String(ObjectName), Qt::FindDirectChildrenOnly) != nullptr;
}

QString ScriptIntl::plural(const QString &locale, double number) const
{
    return pluralKeyword(pluralForm(localeOr(locale), number));
}

QString ScriptIntl::number(const QString &locale, double number, const QJSValue &options) const
{
    Options given(m_engine, options, "number");
    const NumberOptions read = readNumberOptions(given);
    return given.finish() ? formattedNumber(localeOr(locale), number, read) : QString();
}

QString ScriptIntl::relativeTime(const QString &locale, double count, const QString &unit,
                                 const QJSValue &options) const
{
    Options given(m_engine, options, "relativeTime");
    const auto known = unitOf(unit);
    if (!std::isfinite(count)) {
        given.fail(QJSValue::RangeError, QStringLiteral("the number must be finite, not %1").arg(count));
    }
    if (!known) {
        given.fail(
            QJSValue::RangeError,
            QStringLiteral("unit cannot be \"%1\": make it second, minute, hour, day, week, month, quarter or year")
                .arg(unit));
    }
    const QString numeric =
        given.text("numeric", {QStringLiteral("always"), QStringLiteral("auto")}, QStringLiteral("always"));
    given.text("style", {QStringLiteral("long"), QStringLiteral("short"), QStringLiteral("narrow")});
    if (!given.finish()) {
        return {};
    }
    return Format(localeOr(locale))
        .relativeTime(count, *known, numeric == QStringLiteral("auto") ? RelativeTime::Words : RelativeTime::Numbers);
}

QString ScriptIntl::time(const QString &locale, double moment, const QJSValue &options) const
{
    constexpr double most = 8.64e15; // of JavaScript's Date
    Options given(m_engine, options, "time");
    const DateOptions read = readDateOptions(given);
    const bool isMoment = std::abs(moment) <= most;
    if (!isMoment) {
        given.fail(QJSValue::RangeError, QStringLiteral("the date is none"));
    }
    // Of the system's time zone, which need not be in the database of them.
    QDateTime local = QDateTime::fromMSecsSinceEpoch(isMoment ? static_cast<qint64>(moment) : 0);
    if (given.has("timeZone")) {
        const QString name = given.value("timeZone").toString();
        const QTimeZone zone(name.toUtf8());
        if (!zone.isValid()) {
            given.fail(QJSValue::RangeError,
                       QStringLiteral("timeZone \"%1\" is not known: take a name such as \"Europe/Paris\" or \"UTC\"")
                           .arg(name));
        } else {
            local = local.toTimeZone(zone);
        }
    }
    return given.finish() ? formattedDate(localeOr(locale), local, read) : QString();
}

QJSValue ScriptIntl::systemLocale(const QStringList &available, const QString &fallback) const
{
    return toScript(m_engine, nanostores::systemLocale(available, fallback));
}

} // namespace nanostores::detail

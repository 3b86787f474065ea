// SPDX-License-Identifier: MIT
#include <nanostores/scripti18n/detail/numberformat.h>

#include <nanostores/i18n/detail/cldr.h>
#include <nanostores/i18n/format.h>

#include <QLocale>

#include <algorithm>
#include <cmath>

namespace nanostores::detail {

namespace {

/// 0.digits * 10^point, with the digits that the number is read from.
struct Decimal
{
    QByteArray digits;
    qsizetype point = 0;

    bool isZero() const { return digits.count('0') == digits.size(); }

    /// Half up, to so many of the digits.
    void round(qsizetype kept)
    {
        if (kept >= digits.size()) {
            return;
        }
        const bool isUp = kept >= 0 && digits[kept] >= '5';
        digits.truncate(std::max<qsizetype>(kept, 0));
        if (!isUp) {
            return;
        }
        for (qsizetype i = digits.size(); i > 0; --i) {
            if (digits[i - 1] != '9') {
                digits[i - 1] = static_cast<char>(digits[i - 1] + 1);
                return;
            }
            digits[i - 1] = '0';
        }
        digits.prepend('1');
        ++point;
    }
};

Decimal decimalOf(double magnitude)
{
    QByteArray text = QByteArray::number(magnitude, 'e', QLocale::FloatingPointShortest);
    const qsizetype at = text.indexOf('e');
    const int exponent = text.mid(at + 1).toInt();
    text.truncate(at);
    text.remove(1, 1); // the point, if there is one
    return {text, exponent + 1};
}

/// The whole part in groups. QLocale has no sizes of groups: they are taken from what it writes.
QString groupedDigits(const QByteArray &digits, const QLocale &locale, NumberOptions::Grouping grouping)
{
    constexpr qsizetype most = 18; // of a qulonglong
    if (grouping == NumberOptions::Grouping::Off || (grouping == NumberOptions::Grouping::Min2 && digits.size() < 5)) {
        return localDigits(digits, locale);
    }
    if (digits.size() > most) {
        QString text;
        for (qsizetype i = 0; i < digits.size(); ++i) {
            if (i > 0 && (digits.size() - i) % 3 == 0) {
                text += locale.groupSeparator();
            }
            text += localDigits(digits.mid(i, 1), locale);
        }
        return text;
    }
    if (digits.size() == 1 || digits[0] != '0') {
        return locale.toString(digits.toULongLong());
    }
    const QString zero = locale.zeroDigit();
    return zero + locale.toString(('1' + digits.mid(1)).toULongLong()).mid(zero.size());
}

QString magnitudeText(double magnitude, const QLocale &locale, const NumberOptions &options, bool &isZero)
{
    Decimal decimal = decimalOf(magnitude);
    if (options.style == NumberOptions::Style::Percent && !decimal.isZero()) {
        decimal.point += 2;
    }
    qsizetype least = options.minFraction;
    if (options.maxSignificant > 0) {
        decimal.round(options.maxSignificant);
        least = std::max<qsizetype>(0, options.minSignificant - decimal.point);
    } else {
        decimal.round(decimal.point + options.maxFraction);
    }
    isZero = decimal.isZero();
    const QByteArray &digits = decimal.digits;
    const qsizetype point = decimal.point;
    QByteArray whole = point > 0 ? digits.left(point).leftJustified(point, '0') : QByteArray("0");
    whole = whole.rightJustified(options.minInteger, '0');
    QByteArray fraction = point < 0 ? QByteArray(-point, '0') + digits : digits.mid(point);
    while (fraction.size() > least && fraction.endsWith('0')) {
        fraction.chop(1);
    }
    fraction = fraction.leftJustified(least, '0');
    const QString text = groupedDigits(whole, locale, options.grouping);
    return fraction.isEmpty() ? text : text + locale.decimalPoint() + localDigits(fraction, locale);
}

/// The text of 1 with this number in its place.
QString inPlaceOfOne(QString text, const QString &number, const QLocale &locale)
{
    const QString one = localDigits("1", locale);
    const qsizetype at = text.indexOf(one);
    return at < 0 ? number : text.replace(at, one.size(), number);
}

QString signOf(bool isNegative, bool isZero, NumberOptions::Sign sign, const QLocale &locale)
{
    using Sign = NumberOptions::Sign;
    const bool isHidden = sign == Sign::Never || (isZero && (sign == Sign::ExceptZero || sign == Sign::Negative));
    if (isHidden) {
        return {};
    }
    if (isNegative) {
        return locale.negativeSign();
    }
    return sign == Sign::Always || sign == Sign::ExceptZero ? locale.positiveSign() : QString();
}

} // namespace

QString localDigits(const QByteArray &digits, const QLocale &locale)
{
    const QString zero = locale.zeroDigit();
    QString text;
    for (const char digit : digits) {
        QString local = zero; // of two code units in some scripts
        local.back() = QChar(static_cast<char16_t>(local.back().unicode() + (digit - '0')));
        text += local;
    }
    return text;
}

QString formattedNumber(const QString &locale, double number, const NumberOptions &options)
{
    const Format format(locale);
    const QLocale &qt = format.qtLocale();
    bool isZero = false;
    QString text;
    if (std::isnan(number)) {
        text = QStringLiteral("NaN");
        isZero = true; // as for its sign
    } else if (std::isinf(number)) {
        text = QChar(0x221e);
    } else {
        text = magnitudeText(std::abs(number), qt, options, isZero);
    }
    const bool isNegative = std::signbit(number) && !std::isnan(number);
    const QString sign = signOf(isNegative, isZero, options.sign, qt);
    if (options.style == NumberOptions::Style::Percent) {
        return sign + inPlaceOfOne(format.percent(0.01), text, qt);
    }
    if (options.style == NumberOptions::Style::Currency) {
        const QString symbol = options.currencyIsCode ? options.currency : currencySymbolIn(options.currency, locale);
        return spacedAmount(sign + inPlaceOfOne(qt.toCurrencyString(1.0, symbol, 0), text, qt), symbol, qt);
    }
    return sign + text;
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

#include <cstdint>

class QLocale;

namespace nanostores::detail {

/// The options of JavaScript's Intl.NumberFormat that there are.
struct NumberOptions
{
    enum class Style : std::uint8_t { Decimal, Percent, Currency };
    enum class Sign : std::uint8_t { Auto, Always, Never, ExceptZero, Negative };
    enum class Grouping : std::uint8_t { Auto, Min2, Off };

    Style style = Style::Decimal;
    Sign sign = Sign::Auto;
    Grouping grouping = Grouping::Auto;
    QString currency = {};
    bool currencyIsCode = false;
    int minInteger = 1;
    int minFraction = 0;
    int maxFraction = 3;
    int minSignificant = 0;
    int maxSignificant = 0; ///< Instead of the fraction's digits; 0: those count.
};

QString formattedNumber(const QString &locale, double number, const NumberOptions &options);

/// A text of ASCII digits with those of the locale.
QString localDigits(const QByteArray &digits, const QLocale &locale);

} // namespace nanostores::detail

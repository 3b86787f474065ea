// SPDX-License-Identifier: MIT
#pragma once

#include <QDateTime>
#include <QString>

#include <array>
#include <cstdint>

namespace nanostores::detail {

/// How wide a field of a date is shown, as the patterns of the CLDR count it.
enum FieldWidth : std::uint8_t { NoField, Numeric, TwoDigits, ShortName, LongName, NarrowName };

/// The options of JavaScript's Intl.DateTimeFormat that there are. A weekday is in words, the others but the month in
/// numbers.
struct DateOptions
{
    FieldWidth weekday = NoField;
    FieldWidth year = NoField;
    FieldWidth month = NoField;
    FieldWidth day = NoField;
    FieldWidth hour = NoField;
    FieldWidth minute = NoField;
    FieldWidth second = NoField;
    int fractionDigits = 0;
    char hourCycle = 0; ///< 'h', 'H', 'K' or 'k', 'a' for that of 12 hours, 'A' for that of 24; 0: the locale's.
    QString zoneName = {}; ///< "short", "long" or their like; empty: none.
    QString dateStyle = {}; ///< "full", "long", "medium", "short", instead of fields.
    QString timeStyle = {};
};

/// The moment is in the time zone that it is shown in.
QString formattedDate(const QString &locale, const QDateTime &moment, const DateOptions &options);

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/detail/wholenumber.h>
#include <nanostores/qt/export.h>

#include <QByteArray>
#include <QDateTime>
#include <QJsonValue>
#include <QMetaType>
#include <QString>
#include <QVariant>
#include <QVariantList>
#include <QVariantMap>

#include <optional>
#include <string_view>

// What conversions between a QVariant and the types of C++ are made of; docs/conversions.md has the table. The rule:
// what does not fit is refused, never wrapped, cut or replaced by a default. All functions that return an optional
// refuse by none.

namespace nanostores::detail {

/// How far a floating-point number is trusted as an integer. JavaScript knows no other numbers, and there every integer
/// from 2^53 on may be a neighbour of the one that was meant.
enum class Doubles {
    Safe, ///< Below 2^53.
    Exact, ///< Each is the integer that it is: of a number field, which shows just that.
};

/// A floating-point number without a fraction as an integer.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<WholeNumber> wholeOfDouble(double number, Doubles doubles);
/// An integer as a floating-point number, if there is one.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<double> doubleOfWhole(WholeNumber integer);
/// The nearest float; none beyond its range, and none where only 0 would be left.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<float> floatOfDouble(double number);
/// The shortest decimal number that gives this float, which is what people mean by it: 0.3, not 0.30000001192092896.
[[nodiscard]] NANOSTORES_QT_EXPORT double decimalOf(float number);

/// The integer in a variant whose type is an integer, an enumeration or a set of flags.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<WholeNumber> integerIn(const QVariant &value);

[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<WholeNumber> wholeOf(const QVariant &value,
                                                                      Doubles doubles = Doubles::Safe);
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<double> realOf(const QVariant &value);
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<float> floatOf(const QVariant &value);
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<bool> boolOf(const QVariant &value);
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QString> stringOf(const QVariant &value);
/// UTF-8; none for text with half a surrogate pair, which UTF-8 has not.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QByteArray> utf8Of(const QString &text);
[[nodiscard]] NANOSTORES_QT_EXPORT QString textOfUtf8(std::string_view utf8); ///< Warns of what is no UTF-8.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QByteArray> bytesOf(const QVariant &value);
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QDate> dateOf(const QVariant &value);
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QTime> timeOf(const QVariant &value);
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QDateTime> momentOf(const QVariant &value);
/// Milliseconds since 1970.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<qint64> millisecondsOf(const QVariant &value);
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QJsonValue> jsonOf(const QVariant &value);
/// The items of any list or set; a text is none.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QVariantList> itemsOf(const QVariant &value);
/// The entries of any map; their keys as keyTextOf() has them.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QVariantMap> entriesOf(const QVariant &value);

/// The value as one of the type, which is known only now.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QVariant> fit(const QVariant &value, QMetaType type);
/// The same for types that have no rule of their own here: what Qt, or a registered converter, makes of it without
/// loss.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QVariant> fitByQt(const QVariant &value, QMetaType type);
/// Whether there are values of the one type of which fit() makes some of the other.
[[nodiscard]] NANOSTORES_QT_EXPORT bool mayFit(QMetaType from, QMetaType to);
/// A value as readers expect it: what is opaque in a QVariant, such as a std::optional, as what is in it.
[[nodiscard]] NANOSTORES_QT_EXPORT QVariant shown(const QVariant &value);
[[nodiscard]] NANOSTORES_QT_EXPORT bool isEnumeration(QMetaType type);

/// The value as a text field shows it, which is how people write it: 10000000000, 0.3, true, 2026-03-10, Dark.
[[nodiscard]] NANOSTORES_QT_EXPORT QString textOf(const QVariant &value);
[[nodiscard]] NANOSTORES_QT_EXPORT QString textOf(double number);
[[nodiscard]] NANOSTORES_QT_EXPORT QString textOf(float number);
/// Numbers as a text field takes them: 12, +12, 1.5, 1e3. "nan" and "inf" are no numbers.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<double> realOfText(const QString &text);
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<WholeNumber> wholeOfText(const QString &text);
/// What a text field holds as a value of the type.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QVariant> valueFromText(const QString &text, QMetaType type);

/// A key as the name of an entry in a QVariantMap or a JavaScript object; none if it has no text.
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<QString> keyTextOf(const QVariant &key);

/// Why the value was not taken, and what would be: `the text "abc" is no int: it takes whole numbers from ...`.
[[nodiscard]] NANOSTORES_QT_EXPORT QString refusal(const QVariant &value, QMetaType type);
/// A type and what it takes, for messages: `int (whole numbers from ...)`.
[[nodiscard]] NANOSTORES_QT_EXPORT QString describedType(QMetaType type);
/// Says so in the category nanostores.qt.convert; the store is named if it has a name.
NANOSTORES_QT_EXPORT void warnRefused(std::string_view store, const QVariant &value, QMetaType type);
NANOSTORES_QT_EXPORT void warnShownOtherwise(const QVariant &value, QMetaType type);
NANOSTORES_QT_EXPORT void warnKeyWithoutText(QMetaType type);
NANOSTORES_QT_EXPORT void warnRounded(std::string_view store, const QVariant &value);

/// How a type that is opaque to Qt is read and written.
struct Bridge
{
    QVariant (*shown)(const void *value);
    bool (*take)(const QVariant &from, void *value);
};
void knowUsualTypes();
NANOSTORES_QT_EXPORT void addBridge(QMetaType type, Bridge bridge);
[[nodiscard]] NANOSTORES_QT_EXPORT std::optional<Bridge> bridgeOf(QMetaType type);
/// Whether shown() makes something else of values of the type.
[[nodiscard]] NANOSTORES_QT_EXPORT bool isOpaque(QMetaType type);

[[nodiscard]] NANOSTORES_QT_EXPORT bool isNumberType(QMetaType type); ///< bool is none.
[[nodiscard]] NANOSTORES_QT_EXPORT bool isSequence(QMetaType type);
[[nodiscard]] NANOSTORES_QT_EXPORT bool isAssociative(QMetaType type);

/// What stands in a QJSValue; Qt Core knows no such type, so the layers that do set it.
NANOSTORES_QT_EXPORT void setUnwrapper(QMetaType type, QVariant (*unwrap)(const QVariant &value));
[[nodiscard]] NANOSTORES_QT_EXPORT QVariant unwrapped(const QVariant &value);

} // namespace nanostores::detail

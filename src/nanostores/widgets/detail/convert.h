// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/qt/convert.h>
#include <nanostores/widgets/export.h>

#include <QMetaType>
#include <QString>
#include <QVariant>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

/// How values of stores become values of widgets, and back.
namespace nanostores::detail {

template<typename T>
inline constexpr bool isStdString = std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>;

/// The type that a store's value has inside a QVariant: what widgets speak.
template<typename V>
struct VariantType
{
    using type = V;
};
template<typename V>
requires(isStdString<V> || isStdText<V>)
struct VariantType<V>
{
    using type = QString;
};
template<typename V>
requires isSystemTime<V>
struct VariantType<V>
{
    using type = QDateTime;
};
template<>
struct VariantType<std::optional<bool>>
{
    using type = Qt::CheckState;
};
template<>
struct VariantType<float>
{
    using type = double;
};
template<typename V>
requires(std::is_integral_v<V> && !std::is_same_v<V, bool> && sizeof(V) <= sizeof(int))
struct VariantType<V>
{
    using type = std::conditional_t<std::is_signed_v<V> || sizeof(V) < sizeof(int), int, unsigned>;
};
template<typename V>
requires(std::is_integral_v<V> && sizeof(V) > sizeof(int))
struct VariantType<V>
{
    using type = std::conditional_t<std::is_signed_v<V>, qlonglong, qulonglong>;
};

template<typename V>
QVariant toVariant(const V &value)
{
    using Type = typename VariantType<V>::type;
    if constexpr (std::is_same_v<V, QVariant>) {
        return value;
    } else if constexpr (isStdString<V>) {
        return textOfUtf8(value);
    } else if constexpr (std::is_same_v<V, std::optional<bool>>) {
        return QVariant::fromValue(!value ? Qt::PartiallyChecked : *value ? Qt::Checked : Qt::Unchecked);
    } else if constexpr (isOptional<V>) {
        return value ? toVariant(*value) : QVariant();
    } else if constexpr (std::is_same_v<V, float>) {
        return decimalOf(value); // as people write it
    } else if constexpr (std::is_enum_v<V> || std::is_arithmetic_v<V>) {
        return QVariant::fromValue(static_cast<Type>(value));
    } else {
        return convertTo<QVariant>(value);
    }
}

template<typename V>
QMetaType variantType()
{
    if constexpr (isOptional<V> && !std::is_same_v<V, std::optional<bool>>) {
        return variantType<typename V::value_type>();
    } else {
        return QMetaType::fromType<typename VariantType<V>::type>();
    }
}

/// The value in the variant, or none if it is no V: as valueOf(), with what only widgets have. Check boxes know three
/// states, and what a number field shows is the very number that the user means, however large.
template<typename V>
std::optional<V> fromVariant(const QVariant &variant)
{
    if constexpr (std::is_same_v<V, std::optional<bool>>) {
        if (variant.typeId() == qMetaTypeId<Qt::CheckState>()) {
            const auto state = variant.value<Qt::CheckState>();
            return state == Qt::PartiallyChecked ? V() : V(state == Qt::Checked);
        }
        return valueOf<V>(variant);
    } else if constexpr (std::is_integral_v<V> && !std::is_same_v<V, bool>) {
        const auto integer = wholeOf(variant, Doubles::Exact);
        return integer ? toInteger<V>(*integer) : std::nullopt;
    } else if constexpr (isOptional<V>) {
        if (!variant.isValid()) {
            return std::optional<V>(std::in_place);
        }
        auto value = fromVariant<typename V::value_type>(variant);
        return value ? std::optional<V>(std::in_place, *std::move(value)) : std::nullopt;
    } else {
        return valueOf<V>(variant);
    }
}

template<typename V>
QString toText(const V &value)
{
    if constexpr (std::is_same_v<V, std::string_view>) {
        return textOfUtf8(value);
    } else if constexpr (isOptional<V>) {
        return value ? toText(*value) : QString();
    } else if constexpr (std::is_floating_point_v<V>) {
        return textOf(value);
    } else if constexpr (isNumber<V>) {
        return textOf(QVariant::fromValue(value));
    } else if constexpr (Convertible<QString, V>) {
        return Convert<QString, V>::convert(value);
    } else {
        return textOf(convertTo<QVariant>(value));
    }
}

/// Only QVariant may know how, which shows when the program runs.
template<typename To, typename V>
inline constexpr bool isByVariant = !std::is_same_v<To, V> && !std::is_arithmetic_v<V> && !isStdString<V>
                                    && !isOptional<V> && !std::is_same_v<V, QVariant> && !Convertible<To, V>;
NANOSTORES_WIDGETS_EXPORT void warnUnlessConvertible(QMetaType from, QMetaType to);

/// The value as the parameter of a setter takes it, to be shown: of a number, the nearest that there is.
template<typename To, typename V>
decltype(auto) forSetter(const V &value)
{
    if constexpr (std::is_same_v<To, V>) {
        return (value);
    } else if constexpr (std::is_same_v<To, QString>) {
        return toText(value);
    } else if constexpr (isNumber<To> && isNumber<V>) {
        return nearestNumber<To>(value);
    } else if constexpr (isOptional<V> && !std::is_convertible_v<const V &, To>) {
        return value ? To(forSetter<To>(*value)) : To{};
    } else if constexpr (!std::is_same_v<V, QVariant> && Convertible<To, V>) {
        return static_cast<To>(Convert<To, V>::convert(value));
    } else {
        return fromVariant<To>(toVariant(value)).value_or(To{});
    }
}

} // namespace nanostores::detail

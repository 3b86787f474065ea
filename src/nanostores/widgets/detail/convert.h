#pragma once

#include <nanostores/qt/convert.h>
#include <nanostores/widgets/export.h>

#include <QLocale>
#include <QMetaType>
#include <QString>
#include <QVariant>
#include <QtMath>

#include <concepts>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

/// How values of stores become values of widgets, and back.
namespace nanostores::detail {

template<typename T>
inline constexpr bool isOptionalValue = false;
template<typename T>
inline constexpr bool isOptionalValue<std::optional<T>> = true;

template<typename T>
inline constexpr bool isStdString = std::is_same_v<T, std::string> || std::is_same_v<T, std::string_view>;

/// The type that a store's value has inside a QVariant: what widgets speak.
template<typename V>
struct VariantType
{
    using type = V;
};
template<typename V>
requires isStdString<V>
struct VariantType<V>
{
    using type = QString;
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
requires(std::is_integral_v<V> && !std::is_same_v<V, bool> && sizeof(V) <= sizeof(int)) struct VariantType<V>
{
    using type = std::conditional_t<std::is_signed_v<V> || sizeof(V) < sizeof(int), int, unsigned>;
};
template<typename V>
requires(std::is_integral_v<V> && sizeof(V) > sizeof(int)) struct VariantType<V>
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
        return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
    } else if constexpr (std::is_same_v<V, std::optional<bool>>) {
        return QVariant::fromValue(!value ? Qt::PartiallyChecked : *value ? Qt::Checked : Qt::Unchecked);
    } else if constexpr (isOptionalValue<V>) {
        return value ? toVariant(*value) : QVariant();
    } else {
        return QVariant::fromValue(static_cast<Type>(value));
    }
}

template<typename V>
QMetaType variantType()
{
    if constexpr (isOptionalValue<V> && !std::is_same_v<V, std::optional<bool>>) {
        return variantType<typename V::value_type>();
    } else {
        return QMetaType::fromType<typename VariantType<V>::type>();
    }
}

/// Whole numbers from text or numbers, rounded; none where they do not fit.
template<typename V>
std::optional<V> toInteger(const QVariant &variant)
{
    using Limits = std::numeric_limits<V>;
    bool ok = false;
    if (variant.typeId() == QMetaType::Double || variant.typeId() == QMetaType::Float) {
        const double number = variant.toDouble();
        if (number > static_cast<double>(Limits::min()) - 0.5 && number < static_cast<double>(Limits::max()) + 0.5) {
            return static_cast<V>(qRound64(number));
        }
        return std::nullopt;
    }
    if constexpr (std::is_unsigned_v<V>) {
        const qulonglong number = variant.toULongLong(&ok);
        const bool negative = variant.toLongLong() < 0 && variant.typeId() != QMetaType::ULongLong;
        return ok && !negative && number <= Limits::max() ? std::optional<V>(static_cast<V>(number)) : std::nullopt;
    } else {
        const qlonglong number = variant.toLongLong(&ok);
        return ok && number >= Limits::min() && number <= Limits::max() ? std::optional<V>(static_cast<V>(number))
                                                                        : std::nullopt;
    }
}

/// The value in the variant, or none if it is no V.
template<typename V>
std::optional<V> fromVariant(const QVariant &variant)
{
    if constexpr (std::is_same_v<V, QVariant>) {
        return variant;
    } else if constexpr (std::is_same_v<V, std::string>) {
        return variant.canConvert<QString>() ? std::optional<V>(variant.toString().toStdString()) : std::nullopt;
    } else if constexpr (std::is_same_v<V, std::optional<bool>>) {
        if (variant.typeId() == qMetaTypeId<Qt::CheckState>()) {
            const auto state = variant.value<Qt::CheckState>();
            return state == Qt::PartiallyChecked ? V() : V(state == Qt::Checked);
        }
        return variant.isValid() ? V(variant.toBool()) : V();
    } else if constexpr (isOptionalValue<V>) {
        if (!variant.isValid()) {
            return V();
        }
        const auto value = fromVariant<typename V::value_type>(variant);
        return value ? std::optional<V>(V(*value)) : std::nullopt;
    } else if constexpr (std::is_same_v<V, bool>) {
        return variant.canConvert<bool>() ? std::optional<V>(variant.toBool()) : std::nullopt;
    } else if constexpr (std::is_integral_v<V>) {
        return toInteger<V>(variant);
    } else if constexpr (std::is_floating_point_v<V>) {
        bool ok = false;
        const double number = variant.toDouble(&ok);
        return ok ? std::optional<V>(static_cast<V>(number)) : std::nullopt;
    } else {
        if (variant.metaType() == QMetaType::fromType<V>()) {
            return variant.value<V>();
        }
        if constexpr (std::is_enum_v<V>) {
            if (const auto number = toInteger<std::underlying_type_t<V>>(variant)) {
                return static_cast<V>(*number);
            }
        }
        QVariant converted = variant;
        return converted.convert(QMetaType::fromType<V>()) ? std::optional<V>(converted.value<V>()) : std::nullopt;
    }
}

template<typename V>
QString toText(const V &value)
{
    if constexpr (isStdString<V>) {
        return QString::fromUtf8(value.data(), static_cast<qsizetype>(value.size()));
    } else if constexpr (std::is_same_v<V, bool>) {
        return value ? QStringLiteral("true") : QStringLiteral("false");
    } else if constexpr (std::is_floating_point_v<V>) {
        return QString::number(static_cast<double>(value), 'g', QLocale::FloatingPointShortest);
    } else if constexpr (std::is_integral_v<V>) {
        return QString::number(static_cast<typename VariantType<V>::type>(value));
    } else if constexpr (isOptionalValue<V>) {
        return value ? toText(*value) : QString();
    } else if constexpr (Convertible<QString, V>) {
        return Convert<QString, V>::convert(value);
    } else {
        return QVariant::fromValue(value).toString();
    }
}

/// Only QVariant may know how; it cannot be told before the program runs.
template<typename To, typename V>
inline constexpr bool isByVariant =
    !std::is_same_v<
        To,
        V> && !std::is_arithmetic_v<V> && !isStdString<V> && !isOptionalValue<V> && !std::is_same_v<V, QVariant> && !Convertible<To, V>;
NANOSTORES_WIDGETS_EXPORT void warnUnlessConvertible(QMetaType from, QMetaType to);

/// The value as the parameter of a setter takes it.
template<typename To, typename V>
decltype(auto) forSetter(const V &value)
{
    if constexpr (std::is_same_v<To, V>) {
        return (value);
    } else if constexpr (std::is_same_v<To, QString>) {
        return toText(value);
    } else if constexpr (std::is_floating_point_v<V> && std::is_integral_v<To> && !std::is_same_v<To, bool>) {
        return fromVariant<To>(QVariant(static_cast<double>(value))).value_or(To{});
    } else if constexpr (isOptionalValue<V> && !std::is_convertible_v<const V &, To>) {
        return value ? To(forSetter<To>(*value)) : To{};
    } else if constexpr (!std::is_same_v<V, QVariant> && Convertible<To, V>) {
        return static_cast<To>(Convert<To, V>::convert(value));
    } else {
        return fromVariant<To>(toVariant(value)).value_or(To{});
    }
}

} // namespace nanostores::detail

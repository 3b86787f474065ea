// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/dictionary.h>
#include <nanostores/qt/detail/values.h>
#include <nanostores/qt/detail/variantequal.h>

#include <QByteArray>
#include <QFlags>
#include <QJsonArray>
#include <QJsonObject>
#include <QMetaType>
#include <QString>
#include <QVariant>

#include <chrono>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace nanostores {

/// How a value of a store becomes one that Qt shows, and back; docs/conversions.md has the table of what is known.
/// Specialise it for types of your own, once for each direction:
///
///     template<>
///     struct nanostores::Convert<QString, Money>
///     {
///         static QString convert(const Money &money);
///     };
///
/// A conversion that not every value has gives an optional, none for a value that is refused:
///
///     template<>
///     struct nanostores::Convert<std::optional<Money>, QString>
///     {
///         static std::optional<Money> convert(const QString &text);
///     };
template<typename To, typename From>
struct Convert;

/// There is a Convert<To, From>, of the library or of the application.
template<typename To, typename From>
concept Convertible = requires(const From &value) { Convert<To, From>::convert(value); };

namespace detail {

template<typename T>
inline constexpr bool isFlags = false;
template<typename T>
inline constexpr bool isFlags<QFlags<T>> = true;
template<typename T>
inline constexpr bool isSystemTime = false;
template<typename D>
inline constexpr bool isSystemTime<std::chrono::time_point<std::chrono::system_clock, D>> = true;
template<typename T>
inline constexpr bool isStdText = std::is_same_v<T, std::string> || std::is_same_v<T, std::u16string>;
template<typename T>
inline constexpr bool isNumber = std::is_arithmetic_v<T> || std::is_enum_v<T>;

template<typename C>
inline constexpr bool isText = std::is_convertible_v<C, std::string_view> || std::is_convertible_v<C, QString>
                               || isStdText<C> || std::is_same_v<C, QByteArray>;
/// std::ranges::range without its header, which takes long to compile.
template<typename C>
concept Iterable = requires(C &container) {
    std::begin(container);
    std::end(container);
};
template<typename C>
concept Appendable = Iterable<C> && requires(C container, typename C::value_type value) { container.push_back(value); };
template<typename C>
concept Sequence = Appendable<C> && !isText<C>;
/// QSet, std::set and their like.
template<typename C>
concept SetLike = Iterable<C> && requires(C set, const typename C::value_type &value) {
    requires std::is_same_v<typename C::key_type, typename C::value_type>;
    set.insert(value);
    set.contains(value);
} && !requires { typename C::mapped_type; };
/// QMap, QHash, std::map and their like.
template<typename T>
concept Associative = !isDictionary<T> && !std::is_same_v<T, QJsonObject> && requires(T entries) {
    entries[std::declval<typename T::key_type>()] = std::declval<typename T::mapped_type>();
    entries.begin() == entries.end();
} && !requires(T entries) {
    entries.uniqueKeys(); // a QMultiHash
};
template<typename T>
concept EntriesLike = isDictionary<T> || Associative<T>;

/// The value in the variant, or none if it is no T: what does not fit is refused.
template<typename T>
std::optional<T> valueOf(const QVariant &value);

/// Calls f(key, value) for each entry.
template<typename M, typename F>
void eachEntry(const M &map, F f)
{
    if constexpr (requires { map.begin().key(); }) {
        for (auto entry = map.begin(); entry != map.end(); ++entry) {
            f(entry.key(), entry.value());
        }
    } else {
        for (const auto &[key, value] : map) {
            f(key, value);
        }
    }
}
template<typename M>
void insertEntry(M &map, typename M::key_type key, typename M::mapped_type value)
{
    if constexpr (isDictionary<M>) {
        map.insert(std::move(key), std::move(value));
    } else {
        map[std::move(key)] = std::move(value);
    }
}
template<typename C>
void insertItem(C &items, typename C::value_type item)
{
    if constexpr (SetLike<C>) {
        items.insert(std::move(item));
    } else {
        items.push_back(std::move(item));
    }
}

/// Whether a value stands in a QVariant as it is, as Qt and QML know it there.
template<typename T>
constexpr bool isTransparent()
{
    if constexpr (std::is_same_v<T, QVariantMap> || std::is_same_v<T, QVariantHash>) {
        return true;
    } else if constexpr (isOptional<T> || isStdText<T> || isSystemTime<T> || EntriesLike<T> || SetLike<T>) {
        return false;
    } else if constexpr (Sequence<T>) {
        return isTransparent<typename T::value_type>();
    } else {
        return true;
    }
}

/// Numbers, bool and enumerations into each other.
template<typename To, typename From>
std::optional<To> fitNumber(From value)
{
    if constexpr (std::is_enum_v<To>) {
        const auto number = fitNumber<std::underlying_type_t<To>>(value);
        return number ? std::optional(static_cast<To>(*number)) : std::nullopt;
    } else if constexpr (std::is_floating_point_v<From>) {
        if constexpr (std::is_same_v<To, float>) {
            return floatOfDouble(static_cast<double>(value));
        } else if constexpr (std::is_floating_point_v<To>) {
            return static_cast<To>(std::is_same_v<From, float> ? static_cast<To>(decimalOf(static_cast<float>(value)))
                                                               : static_cast<To>(value));
        } else {
            const auto integer = wholeOfDouble(static_cast<double>(value), Doubles::Safe);
            if constexpr (std::is_same_v<To, bool>) {
                return integer && integer->magnitude <= 1 && !integer->negative ? std::optional(integer->magnitude == 1)
                                                                                : std::nullopt;
            } else {
                return integer ? toInteger<To>(*integer) : std::nullopt;
            }
        }
    } else if constexpr (std::is_same_v<To, bool>) {
        const WholeNumber integer = integerOf(value);
        return integer.magnitude <= 1 && !integer.negative ? std::optional(integer.magnitude == 1) : std::nullopt;
    } else if constexpr (std::is_floating_point_v<To>) {
        const auto number = doubleOfWhole(integerOf(value));
        if constexpr (std::is_same_v<To, float>) {
            const auto near = number ? floatOfDouble(*number) : std::nullopt;
            return near && static_cast<double>(*near) == *number ? near : std::nullopt;
        } else {
            return number ? std::optional(static_cast<To>(*number)) : std::nullopt;
        }
    } else {
        return toInteger<To>(integerOf(value));
    }
}

/// The number that is nearest to one that does not fit; for what is shown only.
template<typename To, typename From>
To nearestNumber(From value)
{
    if (const auto number = fitNumber<To>(value)) {
        return *number;
    }
    if constexpr (std::is_enum_v<To> || std::is_enum_v<From>) {
        return static_cast<To>(value);
    } else if constexpr (std::is_same_v<To, bool>) {
        return value != From(0);
    } else if constexpr (std::is_floating_point_v<To>) {
        return static_cast<To>(value);
    } else {
        if constexpr (std::is_floating_point_v<From>) {
            if (std::isnan(value)) {
                return To(0);
            }
            value = std::round(value);
        }
        constexpr auto Bits = std::numeric_limits<To>::digits;
        const auto number = static_cast<long double>(value);
        if (number >= std::ldexp(1.0L, Bits)) {
            return std::numeric_limits<To>::max();
        }
        return number < static_cast<long double>(std::numeric_limits<To>::min()) ? std::numeric_limits<To>::min()
                                                                                 : static_cast<To>(value);
    }
}

/// Where the compiler knows the way, and every value has one.
template<typename To, typename From>
inline constexpr bool isCast = std::is_convertible_v<const From &, To> || (isNumber<To> && isNumber<From>);

} // namespace detail

template<typename To, typename From>
requires detail::isCast<To, From>
struct Convert<To, From>
{
    static constexpr bool isOurs = true;
    static To convert(const From &value)
    {
        if constexpr (detail::isNumber<To> && detail::isNumber<From>) {
            if (const auto number = detail::fitNumber<To>(value)) {
                return *number;
            }
            detail::warnShownOtherwise(QVariant::fromValue(value), QMetaType::fromType<To>());
            return detail::nearestNumber<To>(value);
        } else {
            return static_cast<To>(value);
        }
    }
};

template<>
struct Convert<QString, std::string>
{
    static QString convert(const std::string &text) { return detail::textOfUtf8(text); }
};
template<>
struct Convert<std::string, QString>
{
    static std::string convert(const QString &text)
    {
        const QByteArray bytes = text.toUtf8();
        return std::string(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    }
};
template<>
struct Convert<std::optional<std::string>, QString>
{
    static std::optional<std::string> convert(const QString &text)
    {
        const auto bytes = detail::utf8Of(text);
        return bytes ? std::optional(std::string(bytes->constData(), static_cast<std::size_t>(bytes->size())))
                     : std::nullopt;
    }
};
template<>
struct Convert<QString, std::u16string>
{
    static QString convert(const std::u16string &text) { return QString::fromStdU16String(text); }
};
template<>
struct Convert<std::u16string, QString>
{
    static std::u16string convert(const QString &text) { return text.toStdU16String(); }
};
template<>
struct Convert<QByteArray, std::string>
{
    static QByteArray convert(const std::string &bytes)
    {
        return QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size()));
    }
};
template<>
struct Convert<std::string, QByteArray>
{
    static std::string convert(const QByteArray &bytes)
    {
        return std::string(bytes.constData(), static_cast<std::size_t>(bytes.size()));
    }
};
template<typename D>
struct Convert<QDateTime, std::chrono::time_point<std::chrono::system_clock, D>>
{
    static QDateTime convert(std::chrono::time_point<std::chrono::system_clock, D> time)
    {
        const auto since = std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch();
        return QDateTime::fromMSecsSinceEpoch(static_cast<qint64>(since.count())).toUTC();
    }
};
/// None for a moment that the time point cannot hold: between two of its ticks, or out of its range.
template<typename D>
struct Convert<std::optional<std::chrono::time_point<std::chrono::system_clock, D>>, QDateTime>
{
    using Time = std::chrono::time_point<std::chrono::system_clock, D>;
    static std::optional<Time> convert(const QDateTime &moment)
    {
        using Milliseconds = std::chrono::milliseconds;
        if (!moment.isValid()) {
            return std::nullopt;
        }
        const Milliseconds since(moment.toMSecsSinceEpoch());
        const auto limit = std::chrono::duration<long double, std::milli>(D::max());
        if (std::abs(static_cast<long double>(since.count())) >= limit.count()) {
            return std::nullopt;
        }
        const auto ticks = std::chrono::floor<D>(since);
        return std::chrono::floor<Milliseconds>(ticks) == since ? std::optional(Time(ticks)) : std::nullopt;
    }
};
/// Flags of their bits; none for a number that is beyond the flags' own.
template<typename E, typename From>
requires(std::is_integral_v<From> && !std::is_same_v<From, bool>)
struct Convert<std::optional<QFlags<E>>, From>
{
    static std::optional<QFlags<E>> convert(From bits)
    {
        const auto number = detail::fitNumber<typename QFlags<E>::Int>(bits);
        return number ? std::optional(QFlags<E>::fromInt(*number)) : std::nullopt;
    }
};

template<typename To, typename From>
[[nodiscard]] To convertTo(const From &value);

template<detail::Sequence To, detail::Sequence From>
requires(!std::is_convertible_v<const From &, To>)
struct Convert<To, From>
{
    static constexpr bool isOurs = true;
    static To convert(const From &values)
    {
        To result;
        result.reserve(values.size());
        for (const auto &value : values) {
            result.push_back(convertTo<typename To::value_type>(value));
        }
        return result;
    }
};

namespace detail {

/// Makes a type that is opaque to Qt known to readers and writers that know it only by its meta type.
template<typename T>
void known()
{
    static const bool once = [] {
        addBridge(QMetaType::fromType<T>(),
                  Bridge{[](const void *value) { return convertTo<QVariant>(*static_cast<const T *>(value)); },
                         [](const QVariant &from, void *value) {
                             auto taken = valueOf<T>(from);
                             if (taken) {
                                 *static_cast<T *>(value) = *std::move(taken);
                             }
                             return taken.has_value();
                         }});
        return true;
    }();
    (void)once;
}
/// The same, if it is opaque and can be known.
template<typename T>
void knownIfOpaque()
{
    if constexpr (!isTransparent<T>() && std::is_copy_constructible_v<T> && std::is_default_constructible_v<T>) {
        known<T>();
    }
}

template<typename K>
std::optional<QString> nameOfKey(const K &key)
{
    if constexpr (std::is_same_v<K, QString>) {
        return key;
    } else if constexpr (isNumber<K> || isFlags<K>) {
        return keyTextOf(QVariant::fromValue(key));
    } else if constexpr (Convertible<QString, K>) {
        return Convert<QString, K>::convert(key);
    } else {
        return keyTextOf(convertTo<QVariant>(key));
    }
}

template<typename M>
QVariant variantOfEntries(const M &map)
{
    QVariantMap result;
    bool isNamed = true;
    eachEntry(map, [&](const auto &key, const auto &value) {
        if (const auto name = nameOfKey(key)) {
            result.insert(*name, convertTo<QVariant>(value));
        } else {
            isNamed = false;
        }
    });
    if (!isNamed) {
        warnKeyWithoutText(QMetaType::fromType<typename M::key_type>());
        return {};
    }
    return result;
}

} // namespace detail

/// Standard text is shown as QString, a time point as QDateTime, an optional as its value or as an invalid QVariant,
/// and dictionaries as QVariantMap.
template<typename From>
requires(!std::is_convertible_v<const From &, QVariant>)
struct Convert<QVariant, From>
{
    static constexpr bool isOurs = true;
    static QVariant convert(const From &value)
    {
        using namespace detail;
        knownIfOpaque<From>();
        if constexpr (isStdText<From>) {
            return QVariant(convertTo<QString>(value));
        } else if constexpr (isOptional<From>) {
            return value ? convertTo<QVariant>(*value) : QVariant();
        } else if constexpr (isSystemTime<From>) {
            return QVariant(convertTo<QDateTime>(value));
        } else if constexpr (isFlags<From>) {
            const QVariant flags = QVariant::fromValue(value);
            return isEnumeration(flags.metaType()) ? flags : QVariant(static_cast<typename From::Int>(value));
        } else if constexpr (isTransparent<From>()) {
            return QVariant::fromValue(value);
        } else if constexpr (EntriesLike<From>) {
            return variantOfEntries(value);
        } else if constexpr (Sequence<From> || SetLike<From>) {
            QVariantList list;
            for (const auto &item : value) {
                list.append(convertTo<QVariant>(static_cast<const typename From::value_type &>(item)));
            }
            return QVariant(list);
        } else {
            return QVariant::fromValue(value);
        }
    }
};

/// What is shown only: a value that does not fit is warned of, and shown as a To of its own making.
template<typename To>
requires(!std::is_convertible_v<const QVariant &, To> && !detail::isOptional<To>)
struct Convert<To, QVariant>
{
    static constexpr bool isOurs = true;
    static To convert(const QVariant &value)
    {
        if (auto taken = detail::valueOf<To>(value)) {
            return *std::move(taken);
        }
        if (value.isValid()) {
            detail::warnShownOtherwise(value, QMetaType::fromType<To>());
        }
        return To();
    }
};

namespace detail {

/// Specialised by the application.
template<typename To, typename From>
inline constexpr bool isSpecialised = false;
template<typename To, typename From>
requires(Convertible<To, From> && !requires { Convert<To, From>::isOurs; })
inline constexpr bool isSpecialised<To, From> = true;

} // namespace detail

/// The value as a To, to be shown.
template<typename To, typename From>
[[nodiscard]] To convertTo(const From &value)
{
    if constexpr (std::is_same_v<To, From>) {
        return value;
    } else {
        static_assert(Convertible<To, From> || !detail::isOptional<From>,
                      "an empty std::optional has no value of the property's type: declare the property as QVariant, "
                      "which is undefined then");
        static_assert(Convertible<To, From>,
                      "no conversion between the type of the property and that of the store: specialise "
                      "nanostores::Convert<To, From>");
        return Convert<To, From>::convert(value);
    }
}

/// Makes a type known that is opaque to Qt, so that a property of a Q_GADGET that has it is shown by what is in it and
/// can be written: `registerOpaque<std::optional<Mine>>()`, once and from any thread. The usual types are known.
template<typename T>
void registerOpaque()
{
    detail::known<T>();
}

/// The value as a To, to be kept: none where it does not fit, or would become another one.
template<typename To, typename From>
[[nodiscard]] std::optional<To> tryConvert(const From &value)
{
    using namespace detail;
    if constexpr (std::is_same_v<To, From>) {
        return value;
    } else if constexpr (std::is_same_v<From, QVariant>) {
        return valueOf<To>(value);
    } else if constexpr (isNumber<To> && isNumber<From>) {
        return fitNumber<To>(value);
    } else if constexpr (isSpecialised<std::optional<To>, From>) {
        return Convert<std::optional<To>, From>::convert(value);
    } else if constexpr (isOptional<From>) {
        return value ? tryConvert<To>(*value) : std::nullopt;
    } else if constexpr (isOptional<To>) {
        auto inner = tryConvert<typename To::value_type>(value);
        return inner ? std::optional<To>(std::in_place, *std::move(inner)) : std::nullopt;
    } else if constexpr (Sequence<To> && Sequence<From> && !std::is_convertible_v<const From &, To>) {
        To result;
        for (const auto &item : value) {
            auto taken = tryConvert<typename To::value_type>(item);
            if (!taken) {
                return std::nullopt;
            }
            result.push_back(*std::move(taken));
        }
        return result;
    } else {
        return convertTo<To>(value);
    }
}

namespace detail {

template<typename K>
std::optional<K> keyOfName(const QString &name)
{
    if constexpr (isSpecialised<std::optional<K>, QString>) {
        return Convert<std::optional<K>, QString>::convert(name);
    } else if constexpr (isSpecialised<K, QString>) {
        return Convert<K, QString>::convert(name);
    } else {
        return valueOf<K>(QVariant(name));
    }
}

template<typename M>
std::optional<M> mapOfVariant(const QVariant &value)
{
    const auto entries = entriesOf(value);
    if (!entries) {
        return std::nullopt;
    }
    M map;
    for (auto entry = entries->begin(); entry != entries->end(); ++entry) {
        auto key = keyOfName<typename M::key_type>(entry.key());
        auto mapped = valueOf<typename M::mapped_type>(entry.value());
        if (!key || !mapped || map.contains(*key)) {
            return std::nullopt;
        }
        insertEntry(map, *std::move(key), *std::move(mapped));
    }
    return map;
}
template<typename C>
std::optional<C> listOfVariant(const QVariant &value)
{
    const auto list = itemsOf(value);
    if (!list) {
        return std::nullopt;
    }
    C items;
    for (const QVariant &each : *list) {
        auto item = valueOf<typename C::value_type>(each);
        if (!item) {
            return std::nullopt;
        }
        if constexpr (SetLike<C>) {
            if (items.contains(*item)) {
                return std::nullopt;
            }
        }
        insertItem(items, *std::move(item));
    }
    return items;
}

template<typename T>
std::optional<T> valueOf(const QVariant &value)
{
    if constexpr (std::is_same_v<T, QVariant>) {
        return value;
    } else if constexpr (isSpecialised<std::optional<T>, QVariant>) {
        return Convert<std::optional<T>, QVariant>::convert(value);
    } else if constexpr (isSpecialised<T, QVariant>) {
        return Convert<T, QVariant>::convert(value);
    } else {
        knownIfOpaque<T>();
        if (value.metaType() == QMetaType::fromType<T>()) {
            return *static_cast<const T *>(value.constData());
        }
        if constexpr (std::is_same_v<T, bool>) {
            return boolOf(value);
        } else if constexpr (std::is_integral_v<T>) {
            const auto integer = wholeOf(value);
            return integer ? toInteger<T>(*integer) : std::nullopt;
        } else if constexpr (std::is_same_v<T, float>) {
            return floatOf(value);
        } else if constexpr (std::is_floating_point_v<T>) {
            const auto number = realOf(value);
            return number ? std::optional<T>(static_cast<T>(*number)) : std::nullopt;
        } else if constexpr (isFlags<T>) {
            const auto bits = valueOf<typename T::Int>(value);
            return bits ? std::optional<T>(T::fromInt(*bits)) : std::nullopt;
        } else if constexpr (isStdText<T>) {
            const auto text = stringOf(value);
            return text ? tryConvert<T>(*text) : std::nullopt;
        } else if constexpr (isSystemTime<T>) {
            const auto moment = momentOf(value);
            return moment ? tryConvert<T>(*moment) : std::nullopt;
        } else if constexpr (isOptional<T>) {
            const QVariant inner = shown(unwrapped(value));
            if (!inner.isValid() || inner.typeId() == QMetaType::Nullptr) {
                return std::optional<T>(std::in_place);
            }
            auto present = valueOf<typename T::value_type>(inner);
            return present ? std::optional<T>(std::in_place, *std::move(present)) : std::nullopt;
        } else if constexpr (EntriesLike<T> && !std::is_same_v<T, QVariantMap>) {
            return mapOfVariant<T>(value);
        } else if constexpr ((Sequence<T> || SetLike<T>)&&!std::is_same_v<T, QVariantList>
                             && !std::is_same_v<T, QJsonArray>) {
            return listOfVariant<T>(value);
        } else {
            const auto fitting = fit(value, QMetaType::fromType<T>());
            return fitting ? std::optional<T>(fitting->template value<T>()) : std::nullopt;
        }
    }
}

/// Whether the store, which holds `present`, was asked for what JavaScript makes of that: an integer from 2^53 on reads
/// as a neighbour there.
template<typename T>
bool isRoundedFrom(const T &asked, const T &present)
{
    if constexpr (std::is_integral_v<T> && sizeof(T) == sizeof(qint64)) {
        return isRounded(integerOf(asked), integerOf(present));
    } else {
        return false;
    }
}

} // namespace detail
} // namespace nanostores

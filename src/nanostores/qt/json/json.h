// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/dictionary.h>
#include <nanostores/qt/convert.h>
#include <nanostores/qt/export.h>

#include <QByteArray>
#include <QDateTime>
#include <QFlags>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QMetaType>
#include <QObject>
#include <QString>
#include <QUrl>
#include <QUuid>
#include <QVariant>

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

// How values become JSON and come back. What the compiler knows is written here; the properties of a Q_GADGET, which
// are known at run time, by their meta types in jsonvalue.cpp. Writing throws std::invalid_argument where something
// would be lost, reading gives none where the JSON is not of the type.

namespace nanostores::detail::json {

using JsonInteger = WholeNumber;

NANOSTORES_QT_EXPORT QJsonValue integerToJson(JsonInteger integer);
NANOSTORES_QT_EXPORT std::optional<JsonInteger> integerOfJson(const QJsonValue &json);
NANOSTORES_QT_EXPORT std::optional<JsonInteger> integerOfText(const QString &text); ///< As it is written, no other way.
NANOSTORES_QT_EXPORT QJsonValue numberToJson(double number);
NANOSTORES_QT_EXPORT std::optional<double> numberOfJson(const QJsonValue &json);
/// What an optional holds, which must not be taken for none.
NANOSTORES_QT_EXPORT QJsonValue present(const QJsonValue &json);
NANOSTORES_QT_EXPORT QString checkedText(std::string_view utf8);
/// By name, if there is one: Q_ENUM, Q_ENUM_NS.
NANOSTORES_QT_EXPORT QJsonValue enumToJson(QMetaType type, JsonInteger value);
NANOSTORES_QT_EXPORT std::optional<JsonInteger> enumOfJson(QMetaType type, const QJsonValue &json);
/// Of the types that JSON writes as text, and all that have a meta type and are known there.
NANOSTORES_QT_EXPORT QJsonValue valueToJson(QMetaType type, const void *value, int depth);
NANOSTORES_QT_EXPORT bool valueOfJson(const QJsonValue &json, QMetaType type, void *value);
NANOSTORES_QT_EXPORT int deeper(int depth); ///< Throws where no parser would follow.
NANOSTORES_QT_EXPORT std::string jsonText(const QJsonValue &json);
NANOSTORES_QT_EXPORT std::optional<QJsonValue> parseJson(std::string_view text);
[[noreturn]] NANOSTORES_QT_EXPORT void failJson(const QString &message);

template<typename T>
QJsonValue toJson(const T &value, int depth);
template<typename T>
std::optional<T> fromJson(const QJsonValue &json);

template<typename T>
inline constexpr bool isJson =
    std::is_same_v<T, QJsonValue> || std::is_same_v<T, QJsonObject> || std::is_same_v<T, QJsonArray>;
template<typename T>
inline constexpr bool isUnicode =
    std::is_same_v<T, QString> || std::is_same_v<T, std::string> || std::is_same_v<T, std::u16string>;
template<typename T>
inline constexpr bool isPair = false;
template<typename A, typename B>
inline constexpr bool isPair<std::pair<A, B>> = true;
template<typename T>
inline constexpr bool isArray = false;
template<typename T, std::size_t n>
inline constexpr bool isArray<std::array<T, n>> = true;

/// Specialised for JSON by the application.
template<typename T>
concept ConvertedToJson = std::is_class_v<T> && !std::is_same_v<T, QVariant> && Convertible<QJsonValue, T>
                          && Convertible<std::optional<T>, QJsonValue>;
template<typename T>
concept JsonMap = requires(T &map, const typename T::key_type &key) {
    typename T::mapped_type;
    map[key]; // no multimap
} && !requires(T &map) {
    map.uniqueKeys(); // no QMultiHash
};
template<typename T>
concept JsonSet = Iterable<T> && requires(T &set, const typename T::value_type &value) {
    requires std::is_same_v<typename T::key_type, typename T::value_type>;
    set.insert(value);
    set.contains(value);
} && !requires { typename T::mapped_type; };
template<typename K>
inline constexpr bool isNameLike =
    isUnicode<K> || std::is_enum_v<K> || (std::is_integral_v<K> && !std::is_same_v<K, bool>);
template<typename T, typename... Ts>
inline constexpr bool isOneOf = (std::is_same_v<T, Ts> || ...);
/// What jsonvalue.cpp knows better. QObject is no gadget.
template<typename T>
concept ByMetaType = isOneOf<T, QVariant, QByteArray, QDate, QTime, QDateTime, QUrl, QUuid> || requires {
    T::staticMetaObject;
    requires !std::derived_from<T, QObject>;
};

template<typename T>
std::optional<T> toEnum(std::optional<JsonInteger> integer)
{
    const auto value = integer ? toInteger<std::underlying_type_t<T>>(*integer) : std::nullopt;
    return value ? std::optional<T>(static_cast<T>(*value)) : std::nullopt;
}

/// A key as the name in an object.
template<typename K>
QString nameOf(const K &key)
{
    if constexpr (std::is_same_v<K, std::string>) {
        return checkedText(key);
    } else if constexpr (isUnicode<K>) {
        return convertTo<QString>(key);
    } else {
        QJsonValue json;
        if constexpr (std::is_enum_v<K>) {
            json = enumToJson(QMetaType::fromType<K>(), integerOf(key));
        } else {
            json = integerToJson(integerOf(key));
        }
        return json.isString() ? json.toString() : QString::number(json.toInteger());
    }
}
template<typename K>
std::optional<K> keyOf(const QString &name)
{
    if constexpr (isUnicode<K>) {
        return tryConvert<K>(name);
    } else {
        const auto integer = integerOfText(name);
        if constexpr (std::is_enum_v<K>) {
            return toEnum<K>(integer ? integer : enumOfJson(QMetaType::fromType<K>(), QJsonValue(name)));
        } else {
            return integer ? toInteger<K>(*integer) : std::nullopt;
        }
    }
}

template<typename C>
QJsonArray listToJson(const C &items, int depth)
{
    QJsonArray array;
    for (const auto &item : items) {
        array.append(toJson<typename C::value_type>(item, depth));
    }
    return array;
}
template<typename C>
std::optional<C> listOfJson(const QJsonValue &json)
{
    if (!json.isArray()) {
        return std::nullopt;
    }
    const QJsonArray array = json.toArray();
    C result{};
    if constexpr (isArray<C>) {
        if (array.size() != static_cast<qsizetype>(result.size())) {
            return std::nullopt;
        }
    }
    std::size_t place = 0;
    for (const auto item : array) {
        auto value = fromJson<typename C::value_type>(item);
        if (!value) {
            return std::nullopt;
        }
        if constexpr (isArray<C>) {
            result[place++] = *std::move(value);
        } else if constexpr (JsonSet<C>) {
            result.insert(*std::move(value));
        } else {
            result.push_back(*std::move(value));
        }
    }
    return result;
}

/// Maps without an order of their own are objects, if their keys can be names.
template<typename M>
inline constexpr bool isObject = !isDictionary<M> && isNameLike<typename M::key_type>;

template<typename M>
QJsonValue mapToJson(const M &map, int depth)
{
    using V = typename M::mapped_type;
    if constexpr (isObject<M>) {
        QJsonObject object;
        eachEntry(map,
                  [&](const auto &key, const auto &value) { object.insert(nameOf(key), toJson<V>(value, depth)); });
        return object;
    } else {
        QJsonArray array;
        eachEntry(map, [&](const auto &key, const auto &value) {
            array.append(QJsonArray{toJson<typename M::key_type>(key, depth), toJson<V>(value, depth)});
        });
        return array;
    }
}
template<typename M>
std::optional<M> mapOfJson(const QJsonValue &json)
{
    using K = typename M::key_type;
    using V = typename M::mapped_type;
    M result;
    const auto add = [&result](std::optional<K> key, const QJsonValue &mapped) {
        auto value = key ? fromJson<V>(mapped) : std::nullopt;
        if (!value || result.contains(*key)) {
            return false;
        }
        if constexpr (isDictionary<M>) {
            result.insert(*std::move(key), *std::move(value));
        } else {
            result[*key] = *std::move(value);
        }
        return true;
    };
    if constexpr (isNameLike<K>) {
        if (json.isObject()) { // dictionaries take them as well, in the order that JSON has: none
            const QJsonObject object = json.toObject();
            for (auto entry = object.begin(); entry != object.end(); ++entry) {
                if (!add(keyOf<K>(entry.key()), entry.value())) {
                    return std::nullopt;
                }
            }
            return result;
        }
    }
    if (isObject<M> || !json.isArray()) {
        return std::nullopt;
    }
    const QJsonArray array = json.toArray();
    for (const auto entry : array) {
        const QJsonArray pair = entry.toArray();
        if (pair.size() != 2 || !add(fromJson<K>(pair[0]), pair[1])) {
            return std::nullopt;
        }
    }
    return result;
}

template<ListsItsFields T>
QJsonObject structToJson(const T &value, int depth)
{
    QJsonObject object;
    T::visitFields([&]<typename M>(const char *name, M T::*member) {
        object.insert(QString::fromUtf8(name), toJson<M>(value.*member, depth));
    });
    return object;
}
template<ListsItsFields T>
std::optional<T> structOfJson(const QJsonValue &json)
{
    if (!json.isObject()) {
        return std::nullopt;
    }
    const QJsonObject object = json.toObject();
    std::optional<T> result(std::in_place);
    T::visitFields([&]<typename M>(const char *name, M T::*member) {
        const auto entry = object.constFind(QString::fromUtf8(name));
        if (!result || entry == object.constEnd()) {
            return;
        }
        if (auto field = fromJson<M>(*entry)) {
            (*result).*member = *std::move(field);
        } else {
            result.reset();
        }
    });
    return result;
}

#define NANOSTORES_PRIVATE_NO_JSON \
    "JsonCodec does not know this type. Declare a struct with NANOSTORES_STRUCT or as a Q_GADGET with properties; " \
    "for " \
    "other types specialise nanostores::Convert<QJsonValue, T> and nanostores::Convert<std::optional<T>, QJsonValue>"

template<typename T>
QJsonValue toJson(const T &value, int depth)
{
    if constexpr (isJson<T>) {
        return value;
    } else if constexpr (std::is_same_v<T, bool>) {
        return QJsonValue(value);
    } else if constexpr (std::is_integral_v<T>) {
        return integerToJson(integerOf(value));
    } else if constexpr (std::is_same_v<T, double> || std::is_same_v<T, float>) {
        return numberToJson(value);
    } else if constexpr (std::is_enum_v<T>) {
        return enumToJson(QMetaType::fromType<T>(), integerOf(value));
    } else if constexpr (isFlags<T>) {
        return integerToJson(integerOf(static_cast<typename T::Int>(value)));
    } else if constexpr (isUnicode<T>) {
        return nameOf(value);
    } else if constexpr (ConvertedToJson<T>) {
        return Convert<QJsonValue, T>::convert(value);
    } else if constexpr (isOptional<T>) {
        static_assert(!isOptional<typename T::value_type>,
                      "JSON has one null, and cannot distinguish an empty std::optional in "
                      "another one from that");
        return value ? present(toJson<typename T::value_type>(*value, depth)) : QJsonValue(QJsonValue::Null);
    } else if constexpr (isPair<T>) {
        const int inside = deeper(depth);
        return QJsonArray{toJson<std::remove_cv_t<typename T::first_type>>(value.first, inside),
                          toJson<typename T::second_type>(value.second, inside)};
    } else if constexpr (ListsItsFields<T>) {
        return structToJson(value, deeper(depth));
    } else if constexpr (ByMetaType<T>) {
        return valueToJson(QMetaType::fromType<T>(), &value, depth);
    } else if constexpr (isDictionary<T> || JsonMap<T>) {
        return mapToJson(value, deeper(depth));
    } else if constexpr (Sequence<T> || isArray<T> || JsonSet<T>) {
        return listToJson(value, deeper(depth));
    } else {
        static_assert(!sizeof(T), NANOSTORES_PRIVATE_NO_JSON);
    }
}

template<typename T>
std::optional<T> fromJson(const QJsonValue &json)
{
    if constexpr (std::is_same_v<T, QJsonValue>) {
        return json;
    } else if constexpr (std::is_same_v<T, QJsonObject>) {
        return json.isObject() ? std::optional(json.toObject()) : std::nullopt;
    } else if constexpr (std::is_same_v<T, QJsonArray>) {
        return json.isArray() ? std::optional(json.toArray()) : std::nullopt;
    } else if constexpr (std::is_same_v<T, bool>) {
        return json.isBool() ? std::optional(json.toBool()) : std::nullopt;
    } else if constexpr (std::is_integral_v<T>) {
        const auto integer = integerOfJson(json);
        return integer ? toInteger<T>(*integer) : std::nullopt;
    } else if constexpr (std::is_same_v<T, double>) {
        return numberOfJson(json);
    } else if constexpr (std::is_same_v<T, float>) {
        const auto number = numberOfJson(json);
        return number ? floatOfDouble(*number) : std::nullopt;
    } else if constexpr (std::is_enum_v<T>) {
        return toEnum<T>(enumOfJson(QMetaType::fromType<T>(), json));
    } else if constexpr (isFlags<T>) {
        const auto flags = fromJson<typename T::Int>(json);
        return flags ? std::optional(T::fromInt(*flags)) : std::nullopt;
    } else if constexpr (isUnicode<T>) {
        return json.isString() ? tryConvert<T>(json.toString()) : std::nullopt;
    } else if constexpr (ConvertedToJson<T>) {
        return Convert<std::optional<T>, QJsonValue>::convert(json);
    } else if constexpr (isOptional<T>) {
        if (json.isNull()) {
            return std::optional<T>(std::in_place);
        }
        auto value = fromJson<typename T::value_type>(json);
        return value ? std::optional<T>(std::in_place, std::move(value)) : std::nullopt;
    } else if constexpr (isPair<T>) {
        const QJsonArray pair = json.toArray();
        auto first = fromJson<typename T::first_type>(pair.at(0));
        auto second = fromJson<typename T::second_type>(pair.at(1));
        return pair.size() == 2 && first && second ? std::optional<T>(T(*std::move(first), *std::move(second)))
                                                   : std::nullopt;
    } else if constexpr (ListsItsFields<T>) {
        return structOfJson<T>(json);
    } else if constexpr (ByMetaType<T>) {
        T value{};
        return valueOfJson(json, QMetaType::fromType<T>(), &value) ? std::optional<T>(std::move(value)) : std::nullopt;
    } else if constexpr (isDictionary<T> || JsonMap<T>) {
        return mapOfJson<T>(json);
    } else if constexpr (Sequence<T> || isArray<T> || JsonSet<T>) {
        return listOfJson<T>(json);
    } else {
        static_assert(!sizeof(T), NANOSTORES_PRIVATE_NO_JSON);
    }
}

#undef NANOSTORES_PRIVATE_NO_JSON

} // namespace nanostores::detail::json

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/qt/convert.h>
#include <nanostores/script/detail/ownproperty.h>

#include <QDateTime>
#include <QJSEngine>
#include <QJSValue>
#include <QJSValueIterator>
#include <QString>
#include <QVariant>

#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

// Values of C++ as those of JavaScript and back; docs/conversions.md has the table. Inline, for two libraries that do
// not know each other. Containers are built here, item by item: what QJSEngine makes of them is an array in some
// versions of Qt and a wrapper in others.

namespace nanostores::detail {

/// A day as JavaScript has it: the Date at its midnight here, or at the first moment where a clock is put forward then.
inline QJSValue scriptOfDate(QJSEngine *engine, const QDate &date)
{
    return engine->toScriptValue(date.isValid() ? date.startOfDay() : QDateTime());
}

/// A time of day as the Date on the 1st of January 1970, here; Qt's own properties choose another day.
inline QJSValue scriptOfTime(QJSEngine *engine, const QTime &time)
{
    return engine->toScriptValue(time.isValid() ? QDateTime(QDate(1970, 1, 1), time) : QDateTime());
}

inline QJSValue scriptOfVariant(QJSEngine *engine, const QVariant &variant)
{
    if (variant.metaType() == QMetaType::fromType<QJSValue>()) {
        return variant.value<QJSValue>();
    }
    const QVariant value = shown(variant);
    switch (value.typeId()) {
    case QMetaType::UnknownType:
        return {};
    case QMetaType::QDate:
        return scriptOfDate(engine, value.toDate());
    case QMetaType::QTime:
        return scriptOfTime(engine, value.toTime());
    case QMetaType::Float:
        return decimalOf(value.toFloat());
    case QMetaType::QJsonValue:
    case QMetaType::QJsonObject:
    case QMetaType::QJsonArray:
        return engine->toScriptValue(value);
    default:
        break;
    }
    if (const auto integer = integerIn(value)) {
        const auto number = static_cast<double>(integer->magnitude);
        return integer->negative ? -number : number;
    }
    if (isSequence(value.metaType())) {
        const QVariantList items = itemsOf(value).value_or(QVariantList());
        QJSValue array = engine->newArray(static_cast<uint>(items.size()));
        for (qsizetype i = 0; i < items.size(); ++i) {
            array.setProperty(static_cast<quint32>(i), scriptOfVariant(engine, items[i]));
        }
        return array;
    }
    if (isAssociative(value.metaType())) {
        if (const auto entries = entriesOf(value)) {
            QJSValue object = engine->newObject();
            for (auto entry = entries->begin(); entry != entries->end(); ++entry) {
                setOwnProperty(engine, object, entry.key(), scriptOfVariant(engine, entry.value()));
            }
            return object;
        }
    }
    return engine->toScriptValue(value);
}

/// The JavaScript value that a QML user would expect: numbers, strings and bool as they are, gadgets as gadgets, lists
/// as arrays, dictionaries as objects.
template<typename T>
QJSValue toScriptValue(QJSEngine *engine, const T &value)
{
    if constexpr (std::is_same_v<T, QJSValue>) {
        return value;
    } else if constexpr (std::is_same_v<T, QVariant>) {
        return scriptOfVariant(engine, value);
    } else if constexpr (std::is_same_v<T, bool>) {
        return QJSValue(value);
    } else if constexpr (std::is_same_v<T, float>) {
        return QJSValue(decimalOf(value));
    } else if constexpr (isNumber<T>) {
        return QJSValue(static_cast<double>(value));
    } else if constexpr (isFlags<T>) {
        return QJSValue(static_cast<double>(static_cast<typename T::Int>(value)));
    } else if constexpr (isStdText<T>) {
        return QJSValue(convertTo<QString>(value));
    } else if constexpr (isOptional<T>) {
        return value ? toScriptValue(engine, *value) : QJSValue();
    } else if constexpr (isSystemTime<T>) {
        return engine->toScriptValue(convertTo<QDateTime>(value));
    } else if constexpr (std::is_same_v<T, QDate>) {
        return scriptOfDate(engine, value);
    } else if constexpr (std::is_same_v<T, QTime>) {
        return scriptOfTime(engine, value);
    } else if constexpr (EntriesLike<T>) {
        QJSValue object = engine->newObject();
        bool isNamed = true;
        eachEntry(value, [&](const auto &key, const auto &item) {
            if (const auto name = nameOfKey(key)) {
                setOwnProperty(engine, object, *name, toScriptValue(engine, item));
            } else {
                isNamed = false;
            }
        });
        if (!isNamed) {
            warnKeyWithoutText(QMetaType::fromType<typename T::key_type>());
            return {};
        }
        return object;
    } else if constexpr ((Sequence<T> || SetLike<T>)&&!std::is_same_v<T, QJsonArray>) {
        QJSValue array = engine->newArray(static_cast<uint>(value.size()));
        quint32 place = 0;
        for (const auto &item : value) {
            array.setProperty(place++, toScriptValue(engine, static_cast<const typename T::value_type &>(item)));
        }
        return array;
    } else if constexpr (isSpecialised<QString, T> && !std::is_convertible_v<T, QString>) {
        return QJSValue(convertTo<QString>(value));
    } else {
        return engine->toScriptValue(value);
    }
}

/// An object that is no more than its properties.
inline bool isPlainObject(const QJSValue &value)
{
    if (!value.isObject() || value.isArray() || value.isCallable() || value.isDate() || value.isRegExp()
        || value.isQObject() || value.isError()) {
        return false;
    }
    const QString maker =
        value.prototype().property(QStringLiteral("constructor")).property(QStringLiteral("name")).toString();
    for (const char *other : {"Map", "Set", "WeakMap", "WeakSet", "Promise", "Proxy", "DataView", "Symbol", "URL"}) {
        if (maker == QLatin1String(other)) {
            return false;
        }
    }
    return true;
}
/// Whether the object has symbols as keys, which C++ does not know; Qt's iterator leaves them out.
inline bool hasSymbols(const QJSValue &object)
{
    QJSValue last = object.prototype();
    while (last.prototype().isObject()) {
        last = last.prototype();
    }
    const QJSValue symbols =
        last.property(QStringLiteral("constructor")).property(QStringLiteral("getOwnPropertySymbols"));
    return symbols.isCallable() && symbols.call({object}).property(QStringLiteral("length")).toInt() > 0;
}
/// An array, a typed one, or a list of Qt; not what has no more than a property of that name, which may be any number.
inline bool isArrayLike(const QJSValue &value)
{
    if (value.isArray()) {
        return true;
    }
    const QJSValue proto = value.prototype();
    return value.isObject() && !value.isCallable() && !value.isQObject() && !value.isRegExp() && proto.isObject()
           && proto.prototype().isObject() && value.property(QStringLiteral("length")).isNumber();
}

/// A value that C++ knows in a QVariant, or none: a function, a symbol, a Map, and what has one of these in it, or for
/// a key.
inline std::optional<QVariant> variantOfScript(const QJSValue &value, int depth = 0)
{
    constexpr int MaxDepth = 200; // also of those that hold themselves
    const bool isPrimitive =
        value.isUndefined() || value.isNull() || value.isBool() || value.isNumber() || value.isString();
    if (isPrimitive || value.isDate() || value.isRegExp() || value.isQObject()) {
        return value.toVariant();
    }
    if (!value.isObject() || depth == MaxDepth) {
        return std::nullopt;
    }
    if (value.isArray()) {
        QVariantList items;
        const auto length = static_cast<quint32>(value.property(QStringLiteral("length")).toUInt());
        for (quint32 i = 0; i < length; ++i) {
            const auto item = variantOfScript(value.property(i), depth + 1);
            if (!item) {
                return std::nullopt;
            }
            items.append(*item);
        }
        return items;
    }
    if (!isPlainObject(value)) {
        return std::nullopt;
    }
    const QVariant whole = value.toVariant(QJSValue::RetainJSObjects);
    if (whole.metaType() != QMetaType::fromType<QJSValue>() && whole.typeId() != QMetaType::QVariantMap) {
        return value.toVariant(); // a gadget, a list of Qt, bytes
    }
    if (hasSymbols(value)) {
        return std::nullopt;
    }
    QVariantMap entries;
    QJSValueIterator property(value);
    while (property.next()) {
        const auto item = variantOfScript(property.value(), depth + 1);
        if (!item) {
            return std::nullopt;
        }
        entries.insert(property.name(), *item);
    }
    return entries;
}

template<typename T>
std::optional<T> fromScriptValue(const QJSValue &value);

/// The entries of a JavaScript object, or none: an array has none, and a primitive neither.
template<typename T>
std::optional<T> entriesOfScript(const QJSValue &value)
{
    if (!isPlainObject(value) || hasSymbols(value)) {
        return std::nullopt;
    }
    T entries;
    QJSValueIterator property(value);
    while (property.next()) {
        auto key = keyOfName<typename T::key_type>(property.name());
        auto item = fromScriptValue<typename T::mapped_type>(property.value());
        if (!key || !item || entries.contains(*key)) {
            return std::nullopt;
        }
        insertEntry(entries, *std::move(key), *std::move(item));
    }
    return entries;
}

template<typename T>
std::optional<T> itemsOfScript(const QJSValue &value)
{
    if (!isArrayLike(value)) {
        return std::nullopt;
    }
    T items;
    const auto length = static_cast<quint32>(value.property(QStringLiteral("length")).toUInt());
    for (quint32 i = 0; i < length; ++i) {
        auto item = fromScriptValue<typename T::value_type>(value.property(i));
        if (!item) {
            return std::nullopt;
        }
        if constexpr (SetLike<T>) {
            if (items.contains(*item)) {
                return std::nullopt;
            }
        }
        insertItem(items, *std::move(item));
    }
    return items;
}

/// A T of the value of JavaScript, or none: JavaScript has its types, and no text is taken for a number, nor a number
/// for a text. Only integers from 2^53 on, which are no numbers there, are taken as text.
template<typename T>
std::optional<T> fromScriptValue(const QJSValue &value)
{
    if constexpr (std::is_same_v<T, QJSValue>) {
        return value;
    } else if constexpr (isSpecialised<std::optional<T>, QVariant> || isSpecialised<T, QVariant>) {
        return valueOf<T>(value.toVariant());
    } else if constexpr (std::is_same_v<T, bool>) {
        return value.isBool() ? std::optional<T>(value.toBool()) : std::nullopt;
    } else if constexpr (std::is_floating_point_v<T>) {
        return value.isNumber() ? fitNumber<T>(value.toNumber()) : std::nullopt;
    } else if constexpr (std::is_integral_v<T>) {
        if (value.isString() && sizeof(T) == sizeof(qint64)) {
            const auto integer = wholeOfText(value.toString());
            const bool isBeyond = integer && integer->magnitude >= (quint64(1) << 53);
            return isBeyond ? toInteger<T>(*integer) : std::nullopt;
        }
        return value.isNumber() ? fitNumber<T>(value.toNumber()) : std::nullopt;
    } else if constexpr (std::is_enum_v<T> || isFlags<T>) {
        return value.isNumber() || value.isString() ? valueOf<T>(value.toVariant()) : std::nullopt;
    } else if constexpr (std::is_same_v<T, QString> || isStdText<T>) {
        return value.isString() ? tryConvert<T>(value.toString()) : std::nullopt;
    } else if constexpr (isOptional<T>) {
        if (value.isUndefined() || value.isNull()) {
            return std::optional<T>(std::in_place);
        }
        auto present = fromScriptValue<typename T::value_type>(value);
        return present ? std::optional<T>(std::in_place, *std::move(present)) : std::nullopt;
    } else if constexpr (std::is_same_v<T, QVariant>) {
        return variantOfScript(value);
    } else if constexpr (EntriesLike<T>) {
        return entriesOfScript<T>(value);
    } else if constexpr ((Sequence<T> || SetLike<T>)&&!std::is_same_v<T, QJsonArray>) {
        return itemsOfScript<T>(value);
    } else if constexpr (std::is_same_v<T, QJsonValue> || std::is_same_v<T, QJsonObject>
                         || std::is_same_v<T, QJsonArray>) {
        const auto variant = variantOfScript(value);
        return variant ? valueOf<T>(*variant) : std::nullopt;
    } else {
        return value.isNumber() || value.isBool() ? std::nullopt : valueOf<T>(value.toVariant());
    }
}

/// What is in a QVariant that holds a value of JavaScript, for readers that know none. What C++ does not know stays as
/// it is.
inline QVariant unwrappedScript(const QVariant &wrapped)
{
    return variantOfScript(wrapped.value<QJSValue>()).value_or(wrapped);
}
inline void knowScriptValues()
{
    setUnwrapper(QMetaType::fromType<QJSValue>(), unwrappedScript);
}

} // namespace nanostores::detail

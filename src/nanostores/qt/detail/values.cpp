// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/values.h>

#include <nanostores/qt/detail/qtversion.h>
#include <nanostores/qt/detail/valueparts.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QMetaEnum>
#include <QUrl>
#include <QUuid>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace nanostores::detail {

namespace {

template<typename T>
std::optional<QVariant> some(const std::optional<T> &value)
{
    return value ? std::optional(QVariant::fromValue(*value)) : std::nullopt;
}

std::optional<QVariant> fitInteger(const QVariant &value, QMetaType type, bool isSigned)
{
    std::optional<WholeNumber> integer;
    const QVariant from = plain(value);
    if (isEnumeration(type) && from.typeId() == QMetaType::QString) {
        if (const auto known = enumOf(type)) {
            bool ok = false;
            const QByteArray name = from.toString().toUtf8();
            const int number =
                known->isFlag() ? known->keysToValue(name.constData(), &ok) : known->keyToValue(name.constData(), &ok);
            if (ok) {
                integer = integerOf(number);
            }
        }
    }
    if (isEnumeration(type) && from.typeId() == QMetaType::Bool) {
        return std::nullopt;
    }
    if (!integer) {
        integer = wholeOf(from);
    }
    if (integer && integer->negative && !isSigned && isEnumeration(type)) {
        return std::nullopt;
    }
    QVariant result = into(type);
    return integer && storeInteger(*integer, result.data(), type.sizeOf(), isSigned) ? std::optional(result)
                                                                                     : std::nullopt;
}

std::optional<QVariant> fitSequence(const QVariant &value, QMetaType type)
{
    const auto from = itemsOf(value);
    if (!from) {
        return std::nullopt;
    }
    QVariant result = into(type);
    auto items = result.view<SequentialIterable>();
    const QMetaType element = items.metaContainer().valueMetaType();
    for (const QVariant &item : *from) {
        const auto fitting = fit(item, element);
        if (!fitting) {
            return std::nullopt;
        }
        addItem(items, *fitting);
    }
    return result;
}

std::optional<QVariant> fitAssociative(const QVariant &value, QMetaType type)
{
    const auto from = entriesOf(value);
    if (!from) {
        return std::nullopt;
    }
    QVariant result = into(type);
    auto entries = result.view<AssociativeIterable>();
    const QMetaType key = entries.metaContainer().keyMetaType();
    const QMetaType mapped = entries.metaContainer().mappedMetaType();
    for (auto entry = from->begin(); entry != from->end(); ++entry) {
        const auto fittingKey = fit(QVariant(entry.key()), key);
        const auto fitting = fit(entry.value(), mapped);
        if (!fittingKey || !fitting) {
            return std::nullopt;
        }
        entries.setValue(*fittingKey, *fitting);
    }
    return result;
}

} // namespace

QVariant plain(const QVariant &value)
{
    const QVariant inner = shown(unwrapped(value));
    if (inner.typeId() == QMetaType::QJsonValue) {
        const QJsonValue json = inner.toJsonValue();
        return json.isArray() || json.isObject() ? inner : json.toVariant();
    }
    return inner;
}

std::optional<QJsonValue> jsonOf(const QVariant &variant)
{
    const QVariant value = shown(unwrapped(variant));
    switch (value.typeId()) {
    case QMetaType::UnknownType:
    case QMetaType::Nullptr:
        return QJsonValue(QJsonValue::Null);
    case QMetaType::Bool:
        return QJsonValue(value.toBool());
    case QMetaType::QString:
        return QJsonValue(value.toString());
    case QMetaType::QJsonValue:
        return value.toJsonValue();
    case QMetaType::QJsonObject:
        return value.toJsonObject();
    case QMetaType::QJsonArray:
        return value.toJsonArray();
    default:
        break;
    }
    if (isNumberType(value.metaType())) {
        const auto integer = integerIn(value);
        if (const auto whole = integer ? toInteger<qint64>(*integer) : std::nullopt) {
            return QJsonValue(*whole);
        }
        const auto number = realOf(value);
        return number && std::isfinite(*number) ? std::optional(QJsonValue(*number)) : std::nullopt;
    }
    if (const auto items = itemsOf(value)) {
        QJsonArray array;
        for (const QVariant &item : *items) {
            const auto json = jsonOf(item);
            if (!json) {
                return std::nullopt;
            }
            array.append(*json);
        }
        return QJsonValue(array);
    }
    if (const auto entries = entriesOf(value)) {
        QJsonObject object;
        for (auto entry = entries->begin(); entry != entries->end(); ++entry) {
            const auto json = jsonOf(entry.value());
            if (!json) {
                return std::nullopt;
            }
            object.insert(entry.key(), *json);
        }
        return QJsonValue(object);
    }
    return std::nullopt;
}

std::optional<QVariantList> itemsOf(const QVariant &variant)
{
    const QVariant value = unwrapped(variant);
    switch (value.typeId()) {
    case QMetaType::QVariantList:
        return value.toList();
    case QMetaType::QJsonArray:
        return value.toJsonArray().toVariantList();
    case QMetaType::QJsonValue:
        return value.toJsonValue().isArray() ? std::optional(value.toJsonValue().toArray().toVariantList())
                                             : std::nullopt;
    default:
        break;
    }
    if (!isSequence(value.metaType())) {
        return std::nullopt;
    }
    QVariantList items;
    const auto all = value.value<SequentialIterable>();
    for (const QVariant &item : all) {
        items.append(item);
    }
    return items;
}

std::optional<QVariantMap> entriesOf(const QVariant &variant)
{
    const QVariant value = unwrapped(variant);
    switch (value.typeId()) {
    case QMetaType::QVariantMap:
        return value.toMap();
    case QMetaType::QJsonObject:
        return value.toJsonObject().toVariantMap();
    case QMetaType::QJsonValue:
        return value.toJsonValue().isObject() ? std::optional(value.toJsonValue().toObject().toVariantMap())
                                              : std::nullopt;
    default:
        break;
    }
    if (!isAssociative(value.metaType())) {
        return std::nullopt;
    }
    QVariantMap entries;
    const auto all = value.value<AssociativeIterable>();
    for (auto entry = all.begin(); entry != all.end(); ++entry) {
        const auto key = keyTextOf(entry.key());
        if (!key) {
            return std::nullopt;
        }
        entries.insert(*key, entry.value());
    }
    return entries;
}

std::optional<QVariant> fitByQt(const QVariant &variant, QMetaType type)
{
    const QVariant value = unwrapped(variant);
    if (value.metaType() == type) {
        return value;
    }
    if (value.typeId() == QMetaType::Nullptr) {
        const bool isPointer = (type.flags() & (QMetaType::IsPointer | QMetaType::PointerToQObject)) != 0;
        return isPointer ? std::optional(into(type)) : std::nullopt;
    }
    QVariant converted = value;
    if (!value.isValid() || !converted.convert(type)) {
        return std::nullopt;
    }
    if (value.typeId() != QMetaType::QString && value.metaType().isEqualityComparable()) {
        QVariant back = converted; // a point of fractions would be rounded, say
        if (back.convert(value.metaType()) && !value.metaType().equals(back.constData(), value.constData())) {
            return std::nullopt;
        }
    }
    return converted;
}

std::optional<QVariant> fit(const QVariant &value, QMetaType type)
{
    if (!type.isValid() || type == QMetaType::fromType<QVariant>()) {
        return value;
    }
    if (const auto bridge = bridgeOf(type)) {
        QVariant result = into(type);
        return bridge->take(value, result.data()) ? std::optional(result) : std::nullopt;
    }
    if (value.metaType() == type) {
        return value;
    }
    if (const auto isSigned = signOf(type)) {
        return fitInteger(value, type, *isSigned);
    }
    switch (type.id()) {
    case QMetaType::Bool:
        return some(boolOf(value));
    case QMetaType::Double:
        return some(realOf(value));
    case QMetaType::Float:
        return some(floatOf(value));
    case QMetaType::QString:
        return some(stringOf(value));
    case QMetaType::QByteArray:
        return some(bytesOf(value));
    case QMetaType::QDate:
        return some(dateOf(value));
    case QMetaType::QTime:
        return some(timeOf(value));
    case QMetaType::QDateTime:
        return some(momentOf(value));
    case QMetaType::QJsonValue:
        return some(jsonOf(value));
    case QMetaType::QVariantList:
        return some(itemsOf(value));
    case QMetaType::QVariantMap:
        return some(entriesOf(value));
    case QMetaType::QJsonArray: {
        const auto json = jsonOf(value);
        return json && json->isArray() ? std::optional(QVariant(json->toArray())) : std::nullopt;
    }
    case QMetaType::QJsonObject: {
        const auto json = jsonOf(value);
        return json && json->isObject() ? std::optional(QVariant(json->toObject())) : std::nullopt;
    }
    case QMetaType::QUuid: {
        const auto text = plain(value);
        const QUuid id = text.typeId() == QMetaType::QString ? QUuid::fromString(text.toString().trimmed()) : QUuid();
        const bool isOne = id.toString(QUuid::WithoutBraces)
                               .compare(text.toString().trimmed().remove(u'{').remove(u'}'), Qt::CaseInsensitive)
                           == 0;
        return isOne ? std::optional(QVariant(id)) : std::nullopt;
    }
    case QMetaType::QUrl: {
        const auto text = plain(value);
        const QUrl url = text.typeId() == QMetaType::QString ? QUrl(text.toString()) : QUrl();
        const bool isOne = text.typeId() == QMetaType::QString && text.toString().isValidUtf16()
                           && (url.isValid() || text.toString().isEmpty());
        return isOne ? std::optional(QVariant(url)) : std::nullopt;
    }
    default:
        break;
    }
    if (isSequence(type)) {
        return fitSequence(value, type);
    }
    if (isAssociative(type)) {
        return fitAssociative(value, type);
    }
    return fitByQt(plain(value), type);
}

bool mayFit(QMetaType from, QMetaType to)
{
    const auto isAnything = [](QMetaType type) {
        return !type.isValid() || type == QMetaType::fromType<QVariant>() || bridgeOf(type);
    };
    const auto isOneOf = [from](std::initializer_list<QMetaType::Type> types) {
        return std::find(types.begin(), types.end(), from.id()) != types.end();
    };
    const bool isOfApplication = from.id() >= QMetaType::User && !isEnumeration(from) && !isOpaque(from);
    if (from == to || isAnything(from) || isAnything(to) || isOneOf({QMetaType::QJsonValue})) {
        return true;
    }
    if (isOfApplication && QMetaType::canConvert(from, to)) {
        return true;
    }
    if (isNumberType(to) || isEnumeration(to) || to.id() == QMetaType::Bool) {
        return isNumberType(from) || isEnumeration(from) || isOneOf({QMetaType::QString})
               || (isOneOf({QMetaType::Bool}) && !isEnumeration(to));
    }
    switch (to.id()) {
    case QMetaType::QString:
        return isScalar(from) || isOneOf({QMetaType::QByteArray})
               || (!isSequence(from) && !isAssociative(from) && QMetaType::canConvert(from, to));
    case QMetaType::QByteArray:
    case QMetaType::QUuid:
    case QMetaType::QUrl:
        return isOneOf({QMetaType::QString});
    case QMetaType::QDate:
    case QMetaType::QTime:
        return isOneOf({QMetaType::QDateTime, QMetaType::QString});
    case QMetaType::QDateTime:
        return isOneOf({QMetaType::QDate, QMetaType::QString});
    case QMetaType::QJsonValue:
        return isNumberType(from) || isSequence(from) || isAssociative(from)
               || isOneOf({QMetaType::Bool, QMetaType::QString, QMetaType::QJsonObject, QMetaType::QJsonArray});
    default:
        break;
    }
    if (isSequence(to) || to.id() == QMetaType::QJsonArray) {
        return isSequence(from) || isOneOf({QMetaType::QJsonArray});
    }
    if (isAssociative(to) || to.id() == QMetaType::QJsonObject) {
        return isAssociative(from) || isOneOf({QMetaType::QJsonObject});
    }
    return QMetaType::canConvert(from, to);
}

QVariant shown(const QVariant &value)
{
    if (value.typeId() < QMetaType::User) {
        return value;
    }
    if (const auto bridge = bridgeOf(value.metaType())) {
        return bridge->shown(value.constData());
    }
    if (!isOpaque(value.metaType())) {
        return value;
    }
    if (auto items = itemsOf(value)) {
        for (QVariant &item : *items) {
            item = shown(item);
        }
        return *items;
    }
    auto entries = entriesOf(value);
    if (!entries) {
        return value;
    }
    for (QVariant &entry : *entries) {
        entry = shown(entry);
    }
    return *entries;
}

} // namespace nanostores::detail

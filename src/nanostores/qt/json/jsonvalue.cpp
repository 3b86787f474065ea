// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/qtversion.h>
#include <nanostores/qt/detail/valueparts.h>
#include <nanostores/qt/json/json.h>

#include <QMetaObject>
#include <QMetaProperty>

// Values whose type is known at run time: what a QVariant holds, and the properties of gadgets.

namespace nanostores::detail::json {

namespace {

bool store(QMetaType type, void *data, bool isSigned, std::optional<JsonInteger> integer)
{
    return integer && storeInteger(*integer, data, type.sizeOf(), isSigned);
}

template<typename T>
bool assign(std::optional<T> from, void *to)
{
    if (!from) {
        return false;
    }
    *static_cast<T *>(to) = *std::move(from);
    return true;
}

QString checked(const QString &text, const char *what)
{
    if (text.isEmpty()) {
        failJson(
            QStringLiteral("JsonCodec cannot write this %1: its year has not four digits").arg(QLatin1String(what)));
    }
    return text;
}

QString urlText(const QUrl &url)
{
    const QString text = url.toString(QUrl::FullyEncoded);
    if (QUrl(text, QUrl::StrictMode) != url) {
        failJson(
            QStringLiteral("JsonCodec cannot write this QUrl, which would not be read back as it is: it has half a "
                           "surrogate pair in it, or is not valid"));
    }
    return text;
}

/// Types of Qt that JSON has as text.
std::optional<QJsonValue> textOf(QMetaType type, const void *value)
{
    switch (type.id()) {
    case QMetaType::QByteArray:
        return QString::fromLatin1(static_cast<const QByteArray *>(value)->toBase64());
    case QMetaType::QDate: {
        const QDate &date = *static_cast<const QDate *>(value);
        return date.isValid() ? checked(date.toString(Qt::ISODate), "date") : QJsonValue();
    }
    case QMetaType::QTime: {
        const QTime &time = *static_cast<const QTime *>(value);
        return time.isValid() ? time.toString(Qt::ISODateWithMs) : QJsonValue();
    }
    case QMetaType::QDateTime: {
        const QDateTime &time = *static_cast<const QDateTime *>(value);
        if (!time.isValid()) {
            return QJsonValue();
        }
        // With its offset, so that it is the same moment wherever it is read. One of before time zones has seconds,
        // which ISO 8601 has not.
        const int offset = time.offsetFromUtc();
        const bool isUtc = time.timeSpec() == Qt::UTC || offset % 60 != 0;
        const QDateTime moment = isUtc ? time.toUTC() : time.toOffsetFromUtc(offset);
        return checked(moment.toString(Qt::ISODateWithMs), "time");
    }
    case QMetaType::QUrl:
        return urlText(*static_cast<const QUrl *>(value));
    case QMetaType::QUuid:
        return static_cast<const QUuid *>(value)->toString(QUuid::WithoutBraces);
    default:
        return std::nullopt;
    }
}
template<typename T>
std::optional<T> valid(T value)
{
    return value.isValid() ? std::optional<T>(std::move(value)) : std::nullopt;
}
/// Whether it is one of these types and could be read.
std::optional<bool> ofText(const QJsonValue &json, QMetaType type, void *value)
{
    const QString text = json.toString();
    const auto orNone = [&json](auto read) { // null is an invalid one
        using T = typename decltype(read())::value_type;
        return json.isNull() ? std::optional<T>(T()) : json.isString() ? read() : std::nullopt;
    };
    switch (type.id()) {
    case QMetaType::QByteArray: {
        auto bytes = QByteArray::fromBase64Encoding(text.toLatin1(), QByteArray::AbortOnBase64DecodingErrors);
        return json.isString() && bytes && assign(std::optional(*bytes), value);
    }
    case QMetaType::QDate:
        return assign(orNone([&] { return valid(QDate::fromString(text, Qt::ISODate)); }), value);
    case QMetaType::QTime:
        return assign(orNone([&] { return valid(QTime::fromString(text, Qt::ISODateWithMs)); }), value);
    case QMetaType::QDateTime:
        return assign(orNone([&] { return valid(QDateTime::fromString(text, Qt::ISODateWithMs)); }), value);
    case QMetaType::QUrl: {
        const QUrl url(text, QUrl::StrictMode);
        return json.isString() && (text.isEmpty() || url.isValid()) && assign(std::optional(url), value);
    }
    case QMetaType::QUuid: {
        const QUuid id = QUuid::fromString(text);
        const bool isOne = id.toString(QUuid::WithoutBraces).compare(text, Qt::CaseInsensitive) == 0;
        return json.isString() && isOne && assign(std::optional(id), value);
    }
    default:
        return std::nullopt;
    }
}

/// What a QVariant may hold: what JSON has as well, so that it comes back as what it was.
QJsonValue variantToJson(const QVariant &value, int depth)
{
    switch (value.typeId()) {
    case QMetaType::UnknownType:
    case QMetaType::Nullptr:
        return QJsonValue();
    case QMetaType::Bool:
        return value.toBool();
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::UChar:
    case QMetaType::Short:
    case QMetaType::UShort:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::Long:
    case QMetaType::LongLong:
        return QJsonValue(value.toLongLong());
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        if (const quint64 number = value.toULongLong(); number <= quint64(std::numeric_limits<qint64>::max())) {
            return QJsonValue(static_cast<qint64>(number));
        }
        failJson(QStringLiteral("JsonCodec cannot write an integer beyond 2^63 in a QVariant: use a quint64"));
    case QMetaType::Float:
    case QMetaType::Double:
        if (!numberToJson(value.toDouble()).isDouble()) {
            failJson(QStringLiteral("JsonCodec cannot write infinity, NaN or -0 in a QVariant: use a double"));
        }
        if (const auto whole = wholeOfDouble(value.toDouble(), Doubles::Exact)) {
            if (const auto integer = toInteger<qint64>(*whole)) {
                return QJsonValue(*integer); // all its digits, as it is read as an integer
            }
        }
        return QJsonValue(value.toDouble());
    case QMetaType::QString:
        return value.toString();
    case QMetaType::QStringList:
        return listToJson(value.toStringList(), deeper(depth));
    case QMetaType::QVariantList:
        return listToJson(value.toList(), deeper(depth));
    case QMetaType::QVariantMap:
        return mapToJson(value.toMap(), deeper(depth));
    case QMetaType::QVariantHash:
        return mapToJson(value.toHash(), deeper(depth));
    case QMetaType::QJsonValue:
        return value.toJsonValue();
    case QMetaType::QJsonObject:
        return value.toJsonObject();
    case QMetaType::QJsonArray:
        return value.toJsonArray();
    default:
        failJson(
            QStringLiteral("JsonCodec cannot write a %1 in a QVariant, as it would not come back as one: put it into a "
                           "struct with NANOSTORES_STRUCT, or convert it to text before")
                .arg(QString::fromLatin1(value.typeName())));
    }
}
QVariant variantOfJson(const QJsonValue &json)
{
    switch (json.type()) {
    case QJsonValue::Array:
        return listOfJson<QVariantList>(json).value_or(QVariantList());
    case QJsonValue::Object:
        return mapOfJson<QVariantMap>(json).value_or(QVariantMap());
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        return QVariant();
    default:
        return json.toVariant();
    }
}

QJsonValue elementToJson(const QVariant &element, QMetaType type, int depth)
{
    return type == QMetaType::fromType<QVariant>() ? variantToJson(element, depth)
                                                   : valueToJson(type, element.constData(), depth);
}
std::optional<QVariant> elementOfJson(const QJsonValue &json, QMetaType type);

QJsonObject gadgetToJson(const QMetaObject &meta, const void *gadget, int depth)
{
    QJsonObject object;
    bool hasUnwritable = false;
    for (int i = 0; i < meta.propertyCount(); ++i) {
        const QMetaProperty property = meta.property(i);
        if (!property.isStored()) {
            continue;
        }
        if (property.isReadable() && property.isWritable()) {
            object.insert(QString::fromUtf8(property.name()),
                          elementToJson(property.readOnGadget(gadget), property.metaType(), depth));
        } else {
            hasUnwritable = true;
        }
    }
    if (object.isEmpty() && hasUnwritable) {
        failJson(
            QStringLiteral("all properties of %1 are read-only, so that nothing of it would come back. Take CONSTANT "
                           "off those with MEMBER, or declare the struct with NANOSTORES_STRUCT")
                .arg(QLatin1String(meta.className())));
    }
    return object;
}
bool gadgetOfJson(const QJsonValue &json, const QMetaObject &meta, void *gadget)
{
    if (!json.isObject()) {
        return false;
    }
    const QJsonObject object = json.toObject();
    for (int i = 0; i < meta.propertyCount(); ++i) {
        const QMetaProperty property = meta.property(i);
        const auto entry = object.constFind(QString::fromUtf8(property.name()));
        if (entry == object.constEnd() || !property.isWritable() || !property.isStored()) {
            continue;
        }
        const auto value = elementOfJson(*entry, property.metaType());
        if (!value || !property.writeOnGadget(gadget, *value)) {
            return false;
        }
    }
    return true;
}

bool isNameType(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::QString:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::Long:
    case QMetaType::ULong:
    case QMetaType::LongLong:
    case QMetaType::ULongLong:
        return true;
    default:
        return type == QMetaType::fromType<std::string>() || (type.flags() & QMetaType::IsEnumeration);
    }
}

std::optional<QJsonValue> containerToJson(QMetaType type, const void *value, int depth)
{
    if (QMetaType::canView(type, QMetaType::fromType<AssociativeIterable>())) {
        const QVariant holder(type, value);
        const auto entries = holder.value<AssociativeIterable>();
        const QMetaType key = entries.metaContainer().keyMetaType();
        const QMetaType mapped = entries.metaContainer().mappedMetaType();
        if (!isNameType(key)) {
            return std::nullopt;
        }
        QJsonObject object;
        for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
            const QJsonValue name = valueToJson(key, entry.key().constData(), depth);
            object.insert(name.isString() ? name.toString() : QString::number(name.toInteger()),
                          elementToJson(entry.value(), mapped, deeper(depth)));
        }
        return object;
    }
    if (QMetaType::canView(type, QMetaType::fromType<SequentialIterable>())) {
        const QVariant holder(type, value);
        const auto items = holder.value<SequentialIterable>();
        QJsonArray array;
        for (const QVariant &item : items) {
            array.append(elementToJson(item, items.metaContainer().valueMetaType(), deeper(depth)));
        }
        return array;
    }
    return std::nullopt;
}
std::optional<QVariant> containerOfJson(const QJsonValue &json, QMetaType type)
{
    QVariant holder(type);
    if (json.isObject() && QMetaType::canView(type, QMetaType::fromType<AssociativeIterable>())) {
        auto entries = holder.view<AssociativeIterable>();
        const QMetaType key = entries.metaContainer().keyMetaType();
        const QMetaType mapped = entries.metaContainer().mappedMetaType();
        const bool isText = key.id() == QMetaType::QString || key == QMetaType::fromType<std::string>();
        const QJsonObject object = json.toObject();
        for (auto entry = object.begin(); entry != object.end(); ++entry) {
            const auto integer = isText ? std::nullopt : integerOfText(entry.key());
            const auto name = elementOfJson(integer ? integerToJson(*integer) : QJsonValue(entry.key()), key);
            const auto element = elementOfJson(entry.value(), mapped);
            if (!name || !element) {
                return std::nullopt;
            }
            entries.setValue(*name, *element);
        }
        return isNameType(key) ? std::optional(holder) : std::nullopt;
    }
    if (json.isArray() && QMetaType::canView(type, QMetaType::fromType<SequentialIterable>())) {
        auto items = holder.view<SequentialIterable>();
        const QMetaType value = items.metaContainer().valueMetaType();
        const QJsonArray array = json.toArray();
        for (const auto item : array) {
            const auto element = elementOfJson(item, value);
            if (!element) {
                return std::nullopt;
            }
            addItem(items, *element);
        }
        return holder;
    }
    return std::nullopt;
}

std::optional<QVariant> elementOfJson(const QJsonValue &json, QMetaType type)
{
    if (type == QMetaType::fromType<QVariant>()) {
        return variantOfJson(json);
    }
    QVariant element(type);
    return valueOfJson(json, type, element.data()) ? std::optional(element) : containerOfJson(json, type);
}

} // namespace

QJsonValue valueToJson(QMetaType type, const void *value, int depth)
{
    if (type == QMetaType::fromType<QVariant>()) {
        return variantToJson(*static_cast<const QVariant *>(value), depth);
    }
    if (auto text = textOf(type, value)) {
        return *std::move(text);
    }
    switch (type.id()) { // also registers what a container can do
    case QMetaType::Bool:
        return *static_cast<const bool *>(value);
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::Short:
    case QMetaType::Int:
    case QMetaType::Long:
    case QMetaType::LongLong:
        return integerToJson(loadInteger(value, type.sizeOf(), true));
    case QMetaType::UChar:
    case QMetaType::UShort:
    case QMetaType::UInt:
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        return integerToJson(loadInteger(value, type.sizeOf(), false));
    case QMetaType::Float:
        return numberToJson(*static_cast<const float *>(value));
    case QMetaType::Double:
        return numberToJson(*static_cast<const double *>(value));
    case QMetaType::QString:
        return *static_cast<const QString *>(value);
    case QMetaType::QJsonValue:
        return *static_cast<const QJsonValue *>(value);
    case QMetaType::QJsonObject:
        return *static_cast<const QJsonObject *>(value);
    case QMetaType::QJsonArray:
        return *static_cast<const QJsonArray *>(value);
    default:
        break;
    }
    if (type == QMetaType::fromType<std::string>()) {
        return checkedText(*static_cast<const std::string *>(value));
    }
    if (type.flags() & QMetaType::IsEnumeration) {
        return enumToJson(type, loadInteger(value, type.sizeOf(), !(type.flags() & QMetaType::IsUnsignedEnumeration)));
    }
    if ((type.flags() & QMetaType::IsGadget) && type.metaObject()) {
        return gadgetToJson(*type.metaObject(), value, deeper(depth));
    }
    if (auto container = containerToJson(type, value, deeper(depth))) {
        return *std::move(container);
    }
    failJson(QStringLiteral("JsonCodec cannot write the %1 of a Q_GADGET: declare that one with NANOSTORES_STRUCT, or "
                            "the property STORED false")
                 .arg(QString::fromLatin1(type.name())));
}

bool valueOfJson(const QJsonValue &json, QMetaType type, void *value)
{
    if (type == QMetaType::fromType<QVariant>()) {
        *static_cast<QVariant *>(value) = variantOfJson(json);
        return true;
    }
    if (const auto read = ofText(json, type, value)) {
        return *read;
    }
    switch (type.id()) {
    case QMetaType::Bool:
        return assign(fromJson<bool>(json), value);
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::Short:
    case QMetaType::Int:
    case QMetaType::Long:
    case QMetaType::LongLong:
        return store(type, value, true, integerOfJson(json));
    case QMetaType::UChar:
    case QMetaType::UShort:
    case QMetaType::UInt:
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        return store(type, value, false, integerOfJson(json));
    case QMetaType::Float:
        return assign(fromJson<float>(json), value);
    case QMetaType::Double:
        return assign(fromJson<double>(json), value);
    case QMetaType::QString:
        return assign(fromJson<QString>(json), value);
    case QMetaType::QJsonValue:
        return assign(fromJson<QJsonValue>(json), value);
    case QMetaType::QJsonObject:
        return assign(fromJson<QJsonObject>(json), value);
    case QMetaType::QJsonArray:
        return assign(fromJson<QJsonArray>(json), value);
    default:
        break;
    }
    if (type == QMetaType::fromType<std::string>()) {
        return assign(fromJson<std::string>(json), value);
    }
    if (type.flags() & QMetaType::IsEnumeration) {
        return store(type, value, !(type.flags() & QMetaType::IsUnsignedEnumeration), enumOfJson(type, json));
    }
    if ((type.flags() & QMetaType::IsGadget) && type.metaObject()) {
        return gadgetOfJson(json, *type.metaObject(), value);
    }
    return false;
}

} // namespace nanostores::detail::json

// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/values.h>

#include <nanostores/qt/detail/qtversion.h>

#include <QDebug>
#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QMetaEnum>
#include <QReadWriteLock>
#include <QStringDecoder>
#include <QUrl>
#include <QUuid>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <initializer_list>
#include <limits>

namespace nanostores::detail {

namespace {

Q_LOGGING_CATEGORY(convertLog, "nanostores.qt.convert", QtWarningMsg)

constexpr double Safe = 9007199254740992.0; ///< 2^53.

// Types that are opaque to Qt. There are few, and each is added once.
struct Bridges
{
    QReadWriteLock lock;
    QHash<int, Bridge> known;
};
Bridges &bridges()
{
    static Bridges all;
    return all;
}

std::atomic<int> wrapperType{0};
std::atomic<QVariant (*)(const QVariant &)> unwrap{nullptr};

/// The bytes of an integer or enumeration, as wide as its type.
WholeNumber loadInteger(const void *data, qsizetype size, bool isSigned)
{
    quint64 bits = 0;
    const auto load = [&]<typename Signed, typename Unsigned>(Signed, Unsigned) {
        Unsigned value = 0;
        std::memcpy(&value, data, sizeof value);
        bits = isSigned ? static_cast<quint64>(static_cast<qint64>(static_cast<Signed>(value))) : value;
    };
    switch (size) {
    case 1:
        load(qint8(), quint8());
        break;
    case 2:
        load(qint16(), quint16());
        break;
    case 4:
        load(qint32(), quint32());
        break;
    default:
        load(qint64(), quint64());
        break;
    }
    return isSigned ? integerOf(static_cast<qint64>(bits)) : integerOf(bits);
}

template<typename T>
bool store(WholeNumber integer, void *data)
{
    const auto value = toInteger<T>(integer);
    if (value) {
        std::memcpy(data, &*value, sizeof *value);
    }
    return value.has_value();
}
bool storeInteger(WholeNumber integer, void *data, qsizetype size, bool isSigned)
{
    switch (size) {
    case 1:
        return isSigned ? store<qint8>(integer, data) : store<quint8>(integer, data);
    case 2:
        return isSigned ? store<qint16>(integer, data) : store<quint16>(integer, data);
    case 4:
        return isSigned ? store<qint32>(integer, data) : store<quint32>(integer, data);
    default:
        return isSigned ? store<qint64>(integer, data) : store<quint64>(integer, data);
    }
}

std::optional<bool> signOf(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::Char:
        return std::numeric_limits<char>::is_signed;
    case QMetaType::SChar:
    case QMetaType::Short:
    case QMetaType::Int:
    case QMetaType::Long:
    case QMetaType::LongLong:
        return true;
    case QMetaType::UChar:
    case QMetaType::UShort:
    case QMetaType::UInt:
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        return false;
    default:
        return isEnumeration(type) ? std::optional(!(type.flags() & QMetaType::IsUnsignedEnumeration)) : std::nullopt;
    }
}

std::optional<QMetaEnum> enumOf(QMetaType type)
{
    const QMetaObject *scope = type.metaObject();
    if (!scope) {
        return std::nullopt;
    }
    const QByteArray name = type.name();
    const QMetaEnum found =
        scope->enumerator(scope->indexOfEnumerator(name.mid(name.lastIndexOf(':') + 1).constData()));
    return found.isValid() ? std::optional(found) : std::nullopt;
}

/// What stands in the variant when wrappers are taken off.
QVariant plain(const QVariant &value)
{
    const QVariant inner = shown(unwrapped(value));
    if (inner.typeId() == QMetaType::QJsonValue) {
        const QJsonValue json = inner.toJsonValue();
        return json.isArray() || json.isObject() ? inner : json.toVariant();
    }
    return inner;
}

bool isScalar(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::Bool:
    case QMetaType::QChar:
    case QMetaType::QDate:
    case QMetaType::QTime:
    case QMetaType::QDateTime:
    case QMetaType::QUrl:
    case QMetaType::QUuid:
        return true;
    default:
        return isNumberType(type) || isEnumeration(type);
    }
}

QVariant into(QMetaType type)
{
    return QVariant(type, nullptr);
}

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

QString described(const QVariant &value)
{
    constexpr qsizetype Long = 120;
    QString text;
    const QVariant inner = unwrapped(value);
    switch (inner.typeId()) {
    case QMetaType::UnknownType:
        return QStringLiteral("undefined");
    case QMetaType::Nullptr:
        return QStringLiteral("null");
    case QMetaType::QString:
        text = QStringLiteral("the text \"%1\"").arg(inner.toString());
        break;
    default:
        if (isNumberType(inner.metaType()) || inner.typeId() == QMetaType::Bool) {
            text = textOf(inner);
        } else {
            QDebug(&text).noquote().nospace() << inner;
        }
    }
    return text.size() > Long ? text.left(Long) + QStringLiteral("...") : text;
}

QString range(QMetaType type, bool isSigned)
{
    const auto bits = static_cast<unsigned>(type.sizeOf()) * 8;
    const quint64 max = (~quint64(0) >> (64 - bits)) >> (isSigned ? 1 : 0);
    QString text = QStringLiteral("whole numbers from %1 to %2")
                       .arg(isSigned ? QStringLiteral("-") + QString::number(max + 1) : QStringLiteral("0"))
                       .arg(max);
    if (bits == 64) {
        text += QStringLiteral(", those from 2^53 on as text or as an integer of C++, as JavaScript rounds them");
    }
    return text;
}

QString taken(QMetaType type)
{
    if (const auto isSigned = signOf(type)) {
        return isEnumeration(type) ? QStringLiteral("its values as numbers, or by name") : range(type, *isSigned);
    }
    switch (type.id()) {
    case QMetaType::Bool:
        return QStringLiteral("true and false");
    case QMetaType::Float:
        return QStringLiteral("numbers that a float can be near to");
    case QMetaType::Double:
        return QStringLiteral("numbers");
    case QMetaType::QDate:
        return QStringLiteral("a QDate, or a Date at midnight of the local time, such as new Date(2026, 0, 31)");
    case QMetaType::QTime:
        return QStringLiteral("a QTime, or a Date on the 1st of January 1970, such as new Date(1970, 0, 1, 12, 30)");
    case QMetaType::QDateTime:
        return QStringLiteral("a QDateTime, or a Date");
    case QMetaType::QString:
        return QStringLiteral("text");
    case QMetaType::QByteArray:
        return QStringLiteral("a QByteArray, or text without half surrogate pairs");
    case QMetaType::QJsonValue:
    case QMetaType::QJsonObject:
    case QMetaType::QJsonArray:
        return QStringLiteral("what JSON has: no NaN, no infinity, no types of other kinds");
    default:
        break;
    }
    if (isSequence(type)) {
        return QStringLiteral("lists of which each item fits");
    }
    if (isAssociative(type)) {
        return QStringLiteral("objects and maps of which each key and value fits");
    }
    return QStringLiteral("what fits without loss: convert it before, or specialise nanostores::Convert");
}

} // namespace

void addBridge(QMetaType type, Bridge bridge)
{
    const QWriteLocker locker(&bridges().lock);
    bridges().known.insert(type.id(), bridge);
}

std::optional<Bridge> bridgeOf(QMetaType type)
{
    if (type.id() < QMetaType::User) {
        return std::nullopt;
    }
    static const bool once = (knowUsualTypes(), true);
    Q_UNUSED(once)
    const QReadLocker locker(&bridges().lock);
    const auto found = bridges().known.constFind(type.id());
    return found == bridges().known.constEnd() ? std::nullopt : std::optional(*found);
}

bool isOpaque(QMetaType type)
{
    if (type.id() < QMetaType::User) {
        return false;
    }
    if (bridgeOf(type)) {
        return true;
    }
    if (isSequence(type)) {
        return isOpaque(into(type).view<SequentialIterable>().metaContainer().valueMetaType());
    }
    return isAssociative(type) && isOpaque(into(type).view<AssociativeIterable>().metaContainer().mappedMetaType());
}

void setUnwrapper(QMetaType type, QVariant (*function)(const QVariant &value))
{
    unwrap.store(function, std::memory_order_relaxed);
    wrapperType.store(type.id(), std::memory_order_release);
}

QVariant unwrapped(const QVariant &value)
{
    const int type = value.typeId();
    if (type < QMetaType::User) {
        return value;
    }
    if (type == wrapperType.load(std::memory_order_acquire)) {
        return unwrap.load(std::memory_order_relaxed)(value);
    }
    return value;
}

bool isEnumeration(QMetaType type)
{
    return (type.flags() & QMetaType::IsEnumeration) != 0;
}

bool isNumberType(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::Float:
    case QMetaType::Double:
        return true;
    default:
        return !isEnumeration(type) && signOf(type).has_value();
    }
}

bool isSequence(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::QVariantList:
    case QMetaType::QStringList:
    case QMetaType::QByteArrayList:
        return true;
    default:
        return type.id() > QMetaType::LastCoreType
               && QMetaType::canView(type, QMetaType::fromType<SequentialIterable>());
    }
}

bool isAssociative(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::QVariantMap:
    case QMetaType::QVariantHash:
        return true;
    default:
        return type.id() > QMetaType::LastCoreType
               && QMetaType::canView(type, QMetaType::fromType<AssociativeIterable>());
    }
}

std::optional<WholeNumber> wholeOfDouble(double number, Doubles doubles)
{
    const bool isWhole = std::trunc(number) == number; // NaN is not, infinity is
    const double limit = doubles == Doubles::Safe ? Safe : 18446744073709551616.0;
    if (!isWhole || std::abs(number) >= limit) {
        return std::nullopt;
    }
    return WholeNumber{static_cast<quint64>(std::abs(number)), number < 0};
}

std::optional<double> doubleOfWhole(WholeNumber integer)
{
    const auto number = static_cast<double>(integer.magnitude);
    if (number < 18446744073709551616.0 && static_cast<quint64>(number) == integer.magnitude) {
        return integer.negative ? -number : number;
    }
    return std::nullopt;
}

std::optional<float> floatOfDouble(double number)
{
    constexpr double Beyond = 0x1.ffffffp127; // from there on the nearest one is infinite
    constexpr float Max = std::numeric_limits<float>::max();
    if (std::isfinite(number) && std::abs(number) >= Beyond) {
        return std::nullopt;
    }
    if (std::isfinite(number) && std::abs(number) > double(Max)) { // its shortest text is greater than it
        return number < 0 ? -Max : Max;
    }
    const auto near = static_cast<float>(number);
    return near == 0 && number != 0 ? std::nullopt : std::optional(near);
}

double decimalOf(float number)
{
    return std::isfinite(number) && number != 0 ? textOf(number).toDouble() : double(number);
}

std::optional<WholeNumber> integerIn(const QVariant &value)
{
    const QMetaType type = value.metaType();
    const auto isSigned = signOf(type);
    return isSigned ? std::optional(loadInteger(value.constData(), type.sizeOf(), *isSigned)) : std::nullopt;
}

std::optional<WholeNumber> wholeOf(const QVariant &variant, Doubles doubles)
{
    const QVariant value = plain(variant);
    switch (value.typeId()) {
    case QMetaType::Bool:
        return WholeNumber{value.toBool() ? 1U : 0U, false};
    case QMetaType::Double:
    case QMetaType::Float:
        return wholeOfDouble(value.toDouble(), doubles);
    case QMetaType::QString:
        return wholeOfText(value.toString());
    default:
        return integerIn(value);
    }
}

std::optional<double> realOf(const QVariant &variant)
{
    const QVariant value = plain(variant);
    switch (value.typeId()) {
    case QMetaType::Bool:
        return value.toBool() ? 1.0 : 0.0;
    case QMetaType::Double:
        return value.toDouble();
    case QMetaType::Float:
        return decimalOf(value.toFloat());
    case QMetaType::QString:
        return realOfText(value.toString());
    default:
        break;
    }
    const auto integer = integerIn(value);
    return integer ? doubleOfWhole(*integer) : std::nullopt;
}

std::optional<float> floatOf(const QVariant &value)
{
    if (value.typeId() == QMetaType::Float) {
        return value.toFloat();
    }
    const auto number = realOf(value);
    return number ? floatOfDouble(*number) : std::nullopt;
}

std::optional<bool> boolOf(const QVariant &variant)
{
    const QVariant value = plain(variant);
    switch (value.typeId()) {
    case QMetaType::Bool:
        return value.toBool();
    case QMetaType::QString: {
        const QString text = value.toString().trimmed();
        return text == QLatin1String("true")    ? std::optional(true)
               : text == QLatin1String("false") ? std::optional(false)
                                                : std::nullopt;
    }
    default:
        break;
    }
    const auto integer = isNumberType(value.metaType()) ? wholeOf(value) : std::nullopt;
    return integer && integer->magnitude <= 1 && !integer->negative ? std::optional(integer->magnitude == 1)
                                                                    : std::nullopt;
}

std::optional<QString> stringOf(const QVariant &variant)
{
    const QVariant value = plain(variant);
    switch (value.typeId()) {
    case QMetaType::QString:
        return value.toString();
    case QMetaType::QByteArray: {
        const QByteArray bytes = value.toByteArray();
        QStringDecoder decode(QStringDecoder::Utf8,
                              QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
        QString text = decode(bytes);
        return decode.hasError() ? std::nullopt : std::optional(text);
    }
    default:
        break;
    }
    if (isScalar(value.metaType())) {
        QString text = textOf(value);
        const bool isNoDate = text.isEmpty() && value.typeId() != QMetaType::QUrl; // an invalid one, which has no text
        return isNoDate ? std::nullopt : std::optional(std::move(text));
    }
    if (isSequence(value.metaType()) || isAssociative(value.metaType()) || value.typeId() == QMetaType::Nullptr) {
        return std::nullopt;
    }
    const auto text = fitByQt(value, QMetaType::fromType<QString>());
    return text ? std::optional(text->toString()) : std::nullopt;
}

std::optional<QByteArray> utf8Of(const QString &text)
{
    return text.isValidUtf16() ? std::optional(text.toUtf8()) : std::nullopt;
}

QString textOfUtf8(std::string_view utf8)
{
    QStringDecoder decode(QStringDecoder::Utf8,
                          QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    QString text = decode(QByteArrayView(utf8.data(), static_cast<qsizetype>(utf8.size())));
    if (decode.hasError()) {
        qCWarning(convertLog) << "a std::string that is not UTF-8 is shown with replacement characters: use a "
                                 "QByteArray for bytes";
    }
    return text;
}

std::optional<QByteArray> bytesOf(const QVariant &variant)
{
    const QVariant value = plain(variant);
    switch (value.typeId()) {
    case QMetaType::QByteArray:
        return value.toByteArray();
    case QMetaType::QString:
        return utf8Of(value.toString());
    default:
        return std::nullopt;
    }
}

std::optional<QDate> dateOf(const QVariant &variant)
{
    const QVariant value = plain(variant);
    if (value.typeId() == QMetaType::QDate) {
        return value.toDate();
    }
    if (value.typeId() == QMetaType::QString) {
        const QDate date = QDate::fromString(value.toString().trimmed(), Qt::ISODate);
        return date.isValid() ? std::optional(date) : std::nullopt;
    }
    if (value.typeId() != QMetaType::QDateTime) {
        return std::nullopt;
    }
    const QDateTime moment = value.toDateTime();
    if (!moment.isValid()) {
        return QDate();
    }
    // Our own dates are midnight here, or what comes after it where a clock is put forward then; those of Qt's
    // properties, and new Date("2026-05-01"), are midnight in Greenwich.
    const QDate here = moment.toLocalTime().date();
    if (here.startOfDay() == moment) {
        return here;
    }
    const QDateTime greenwich = moment.toUTC();
    if (greenwich.time().msecsSinceStartOfDay() == 0) {
        return greenwich.date();
    }
    const bool isElsewhere = moment.timeSpec() == Qt::OffsetFromUTC || moment.timeSpec() == Qt::TimeZone;
    return isElsewhere && moment.time().msecsSinceStartOfDay() == 0 ? std::optional(moment.date()) : std::nullopt;
}

std::optional<QTime> timeOf(const QVariant &variant)
{
    const QVariant value = plain(variant);
    switch (value.typeId()) {
    case QMetaType::QTime:
        return value.toTime();
    case QMetaType::QString: {
        const QString text = value.toString().trimmed();
        const QTime time = QTime::fromString(text, Qt::ISODateWithMs); // which takes "10" for ten o'clock
        return time.isValid() && text.contains(u':') ? std::optional(time) : std::nullopt;
    }
    case QMetaType::QDateTime: {
        const QDateTime moment = value.toDateTime();
        if (!moment.isValid()) {
            return QTime();
        }
        const QDateTime here = moment.toLocalTime();
        const bool isTimeOnly = here.date() == QDate(1970, 1, 1) || here.date() == QDate(1971, 4, 1); // ours, Qt's own
        return isTimeOnly ? std::optional(here.time()) : std::nullopt;
    }
    default:
        return std::nullopt;
    }
}

std::optional<QDateTime> momentOf(const QVariant &variant)
{
    const QVariant value = plain(variant);
    switch (value.typeId()) {
    case QMetaType::QDateTime:
        return value.toDateTime();
    case QMetaType::QDate:
        return value.toDate().startOfDay();
    case QMetaType::QString: {
        const QDateTime moment = QDateTime::fromString(value.toString().trimmed(), Qt::ISODateWithMs);
        return moment.isValid() ? std::optional(moment) : std::nullopt;
    }
    default:
        return std::nullopt;
    }
}

std::optional<qint64> millisecondsOf(const QVariant &value)
{
    const auto moment = momentOf(value);
    return moment && moment->isValid() ? std::optional(moment->toMSecsSinceEpoch()) : std::nullopt;
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

QString describedType(QMetaType type)
{
    return QStringLiteral("%1 (%2)").arg(QString::fromUtf8(type.name()), taken(type));
}

QString refusal(const QVariant &value, QMetaType type)
{
    return QStringLiteral("%1 is no %2, which takes %3")
        .arg(described(value), QString::fromUtf8(type.name()), taken(type));
}

void warnRefused(std::string_view store, const QVariant &value, QMetaType type)
{
    const QString name = store.empty()
                             ? QStringLiteral("the store")
                             : QStringLiteral("the store \"%1\"")
                                   .arg(QString::fromUtf8(store.data(), static_cast<qsizetype>(store.size())));
    qCWarning(convertLog).noquote() << name + QStringLiteral(" keeps its value:") << refusal(value, type);
}

void warnShownOtherwise(const QVariant &value, QMetaType type)
{
    qCWarning(convertLog).noquote() << "a property shows something else than its store holds:" << refusal(value, type)
                                    << "- declare the property with the type of the store";
}

void warnKeyWithoutText(QMetaType type)
{
    qCWarning(convertLog).noquote() << "a map by" << type.name()
                                    << "cannot be shown as a whole, as its keys have no text: specialise "
                                       "nanostores::Convert<QString, Key> and nanostores::Convert<std::optional<Key>, "
                                       "QString>, or use its keys one by one";
}

void warnRounded(std::string_view store, const QVariant &value)
{
    const QString name = store.empty()
                             ? QStringLiteral("the store")
                             : QStringLiteral("the store \"%1\"")
                                   .arg(QString::fromUtf8(store.data(), static_cast<qsizetype>(store.size())));
    qCWarning(convertLog).noquote() << name + QStringLiteral(" keeps its value:") << described(value)
                                    << "is what JavaScript rounds it to. Integers from 2^53 on are set from C++, or as "
                                       "text through a property of type QVariant";
}

} // namespace nanostores::detail

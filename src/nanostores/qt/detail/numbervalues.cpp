// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/values.h>

#include <nanostores/qt/detail/valueparts.h>

#include <cmath>
#include <cstring>
#include <limits>

namespace nanostores::detail {

namespace {

constexpr double Safe = 9007199254740992.0; ///< 2^53.

template<typename T>
bool store(WholeNumber integer, void *data)
{
    const auto value = toInteger<T>(integer);
    if (value) {
        std::memcpy(data, &*value, sizeof *value);
    }
    return value.has_value();
}

} // namespace

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

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/qt/json/json.h>

#include <QJsonDocument>
#include <QMetaEnum>
#include <QMetaObject>
#include <QStringDecoder>

#include <cmath>
#include <stdexcept>

namespace nanostores::detail::json {

namespace {

/// The greatest integer that every reader of JSON keeps: those that know doubles only have no 2^53 + 1.
constexpr quint64 MaxSafe = (quint64(1) << 53) - 1;

/// QJsonDocument follows 1024 levels; some are left to what the text may stand in.
constexpr int MaxDepth = 1000;

/// A byte order mark is written as an escape, since Qt leaves it out where a text begins with it.
void escapeMarks(QByteArray &text)
{
    text.replace("\xef\xbb\xbf", "\\ufeff");
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
    return found.isValid() && !found.isFlag() ? std::optional(found) : std::nullopt;
}

} // namespace

QJsonValue integerToJson(JsonInteger integer)
{
    if (integer.magnitude <= MaxSafe) {
        const auto number = static_cast<qint64>(integer.magnitude);
        return QJsonValue(integer.negative ? -number : number);
    }
    return QString(integer.negative ? QStringLiteral("-") : QString()) + QString::number(integer.magnitude);
}

std::optional<JsonInteger> integerOfText(const QString &text)
{
    const bool negative = text.startsWith(QLatin1Char('-'));
    bool ok = false;
    const JsonInteger integer{QStringView(text).mid(negative ? 1 : 0).toULongLong(&ok), negative};
    const QString asWritten = (negative ? QStringLiteral("-") : QString()) + QString::number(integer.magnitude);
    return ok && asWritten == text && !(negative && integer.magnitude == 0) ? std::optional(integer) : std::nullopt;
}

std::optional<JsonInteger> integerOfJson(const QJsonValue &json)
{
    if (json.isString()) {
        const auto integer = integerOfText(json.toString());
        return integer && integer->magnitude > MaxSafe ? integer : std::nullopt;
    }
    if (!json.isDouble()) {
        return std::nullopt;
    }
    const QVariant number = json.toVariant();
    if (number.typeId() == QMetaType::LongLong) {
        return integerOf(number.toLongLong());
    }
    const double value = number.toDouble();
    const bool isExact = std::trunc(value) == value && std::abs(value) <= double(MaxSafe);
    return isExact ? std::optional(integerOf(static_cast<qint64>(value))) : std::nullopt;
}

QJsonValue numberToJson(double number)
{
    if (std::isnan(number)) {
        return QStringLiteral("NaN");
    }
    if (std::isinf(number)) {
        return number > 0 ? QStringLiteral("Infinity") : QStringLiteral("-Infinity");
    }
    return number == 0 && std::signbit(number) ? QJsonValue(QStringLiteral("-0")) : QJsonValue(number);
}

std::optional<double> numberOfJson(const QJsonValue &json)
{
    if (json.isDouble()) {
        return json.toDouble();
    }
    for (const double special : {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
                                 -std::numeric_limits<double>::infinity(), -0.0}) {
        if (json == numberToJson(special)) {
            return special;
        }
    }
    return std::nullopt;
}

QJsonValue present(const QJsonValue &json)
{
    if (json.isNull() || json.isUndefined()) {
        failJson(QStringLiteral("JsonCodec cannot write a std::optional that holds null or an invalid value: it would "
                                "come back empty. Use an empty one"));
    }
    return json;
}

QString checkedText(std::string_view utf8)
{
    QStringDecoder decode(QStringDecoder::Utf8,
                          QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    QString text = decode(QByteArrayView(utf8.data(), static_cast<qsizetype>(utf8.size())));
    if (decode.hasError()) {
        failJson(QStringLiteral("JsonCodec cannot write a std::string that is not UTF-8: use a QByteArray for bytes"));
    }
    return text;
}

QJsonValue enumToJson(QMetaType type, JsonInteger value)
{
    const auto known = enumOf(type);
    const auto number = toInteger<int>(value);
    const char *name = known && number ? known->valueToKey(*number) : nullptr;
    return name ? QJsonValue(QString::fromUtf8(name)) : integerToJson(value);
}

std::optional<JsonInteger> enumOfJson(QMetaType type, const QJsonValue &json)
{
    const auto known = enumOf(type);
    if (known && json.isString()) {
        bool ok = false;
        const int value = known->keyToValue(json.toString().toUtf8().constData(), &ok);
        if (ok) {
            return integerOf(value);
        }
    }
    return integerOfJson(json);
}

int deeper(int depth)
{
    if (depth >= MaxDepth) {
        failJson(QStringLiteral("JsonCodec cannot write a value nested deeper than %1: no parser would read it")
                     .arg(MaxDepth));
    }
    return depth + 1;
}

// QJsonDocument has arrays and objects only, so values stand in an array of one.
std::string jsonText(const QJsonValue &json)
{
    QByteArray text = QJsonDocument(QJsonArray{json}).toJson(QJsonDocument::Compact);
    escapeMarks(text);
    return std::string(text.constData() + 1, static_cast<std::size_t>(text.size()) - 2);
}

std::optional<QJsonValue> parseJson(std::string_view text)
{
    QByteArray whole("[");
    whole.append(text.data(), static_cast<qsizetype>(text.size())).append(']');
    escapeMarks(whole);
    QJsonParseError error;
    const QJsonArray array = QJsonDocument::fromJson(whole, &error).array();
    return error.error == QJsonParseError::NoError && array.size() == 1 ? std::optional(QJsonValue(array.at(0)))
                                                                        : std::nullopt;
}

void failJson(const QString &message)
{
    throw std::invalid_argument("nanostores: " + message.toStdString());
}

} // namespace nanostores::detail::json

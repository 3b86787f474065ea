// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/values.h>

#include <QLocale>
#include <QMetaEnum>
#include <QMetaObject>

#include <array>
#include <charconv>
#include <cmath>

// Values as text fields show and take them.

namespace nanostores::detail {

namespace {

/// The digits of a number and where its decimal point stands, written as JavaScript writes numbers.
QString spelled(const char *first, const char *last)
{
    QByteArray text(first, last - first); // -1.25e+07
    const bool negative = text.startsWith('-');
    const qsizetype mark = text.indexOf('e');
    const int exponent = text.mid(mark + 1).toInt();
    QByteArray digits = text.mid(negative ? 1 : 0, mark - (negative ? 1 : 0));
    digits.remove(1, 1); // the point, if there is one
    const int count = static_cast<int>(digits.size());
    const int point = exponent + 1;
    if (point > 21 || point < -5) {
        if (count > 1) {
            digits.insert(1, '.');
        }
        digits.append(exponent < 0 ? "e-" : "e+").append(QByteArray::number(std::abs(exponent)));
    } else if (point <= 0) {
        digits.prepend("0." + QByteArray(-point, '0'));
    } else if (point >= count) {
        digits.append(point - count, '0');
    } else {
        digits.insert(point, '.');
    }
    return QString::fromLatin1(negative ? '-' + digits : digits);
}

template<typename T>
QString textOfReal(T number)
{
    if (std::isnan(number)) {
        return QStringLiteral("NaN");
    }
    if (std::isinf(number)) {
        return number > 0 ? QStringLiteral("Infinity") : QStringLiteral("-Infinity");
    }
    if (number == 0) {
        return std::signbit(number) ? QStringLiteral("-0") : QStringLiteral("0");
    }
    std::array<char, 64> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific);
    return spelled(text.data(), end.ptr);
}

bool isDecimal(const QString &text)
{
    for (const QChar c : text) {
        if (!(c >= u'0' && c <= u'9') && c != u'.' && c != u'-' && c != u'+' && c != u'e' && c != u'E') {
            return false;
        }
    }
    return !text.isEmpty();
}

QString textOfEnum(const QVariant &value)
{
    const QMetaType type = value.metaType();
    const auto integer = integerIn(value);
    const QMetaObject *scope = type.metaObject();
    if (scope && integer) {
        const QByteArray name = type.name();
        const QMetaEnum known =
            scope->enumerator(scope->indexOfEnumerator(name.mid(name.lastIndexOf(':') + 1).constData()));
        const auto number = toInteger<int>(*integer);
        const char *key = known.isValid() && !known.isFlag() && number ? known.valueToKey(*number) : nullptr;
        if (key) {
            return QString::fromUtf8(key);
        }
    }
    if (!integer) {
        return {};
    }
    return (integer->negative ? QStringLiteral("-") : QString()) + QString::number(integer->magnitude);
}

} // namespace

QString textOf(double number)
{
    return textOfReal(number);
}

QString textOf(float number)
{
    return textOfReal(number);
}

QString textOf(const QVariant &variant)
{
    const QVariant value = shown(variant);
    if (isEnumeration(value.metaType())) {
        return textOfEnum(value);
    }
    switch (value.typeId()) {
    case QMetaType::Double:
        return textOf(value.toDouble());
    case QMetaType::Float:
        return textOf(value.toFloat());
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::UChar:
        return textOfEnum(value); // a number, no letter
    case QMetaType::QDateTime: {
        const QDateTime moment = value.toDateTime();
        return moment.isValid() ? moment.toString(Qt::ISODateWithMs) : QString();
    }
    case QMetaType::QTime: {
        const QTime time = value.toTime();
        return time.msec() == 0 ? time.toString(Qt::ISODate) : time.toString(Qt::ISODateWithMs);
    }
    case QMetaType::Nullptr:
        return {};
    default:
        return value.toString();
    }
}

std::optional<double> realOfText(const QString &text)
{
    const QString trimmed = text.trimmed();
    bool ok = false;
    const double number = isDecimal(trimmed) ? QLocale::c().toDouble(trimmed, &ok) : 0;
    return ok && std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<WholeNumber> wholeOfText(const QString &text)
{
    const QString trimmed = text.trimmed();
    const bool negative = trimmed.startsWith(u'-');
    const QString digits = negative || trimmed.startsWith(u'+') ? trimmed.mid(1) : trimmed;
    bool isInteger = !digits.isEmpty();
    for (const QChar c : digits) {
        isInteger = isInteger && c >= u'0' && c <= u'9';
    }
    if (isInteger) {
        bool ok = false;
        const quint64 magnitude = digits.toULongLong(&ok);
        return ok ? std::optional(WholeNumber{magnitude, negative && magnitude != 0}) : std::nullopt;
    }
    const auto number = realOfText(trimmed);
    return number ? wholeOfDouble(*number, Doubles::Safe) : std::nullopt;
}

std::optional<QVariant> valueFromText(const QString &text, QMetaType type)
{
    return fit(QVariant(text), type);
}

std::optional<QString> keyTextOf(const QVariant &variant)
{
    const QVariant key = shown(variant);
    if (isEnumeration(key.metaType())) { // a number, as QML has it: map[Theme.Dark]
        const auto integer = integerIn(key);
        return integer ? std::optional((integer->negative ? QStringLiteral("-") : QString())
                                       + QString::number(integer->magnitude))
                       : std::nullopt;
    }
    switch (key.typeId()) {
    case QMetaType::UnknownType:
    case QMetaType::Nullptr:
    case QMetaType::QStringList:
    case QMetaType::QVariantList:
        return std::nullopt;
    case QMetaType::QUuid:
        return key.toUuid().toString(QUuid::WithoutBraces);
    case QMetaType::QUrl:
        return key.toUrl().toString(QUrl::FullyEncoded);
    case QMetaType::QDateTime: // the moment, wherever it is read
        return key.toDateTime().toUTC().toString(Qt::ISODateWithMs);
    default:
        return key.canConvert<QString>() ? std::optional(textOf(key)) : std::nullopt;
    }
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include "support/faces.h"

#include <QTimeZone>

#include <algorithm>
#include <cmath>

namespace support {

using namespace nanostores::detail;

int warnings = 0;

void count(QtMsgType type, const QMessageLogContext &, const QString &)
{
    warnings += type == QtWarningMsg ? 1 : 0;
}

namespace {

/// An integer, or a floating-point number that is one; integers have one zero.
std::optional<WholeNumber> whole(const QVariant &value)
{
    if (value.typeId() == QMetaType::Bool) {
        return WholeNumber{value.toBool() ? 1U : 0U, false};
    }
    const bool isReal = value.typeId() == QMetaType::Double || value.typeId() == QMetaType::Float;
    return isReal ? wholeOfDouble(value.toDouble(), Doubles::Safe) : integerIn(value);
}

bool meansBool(const QVariant &asked, bool held)
{
    if (asked.typeId() == QMetaType::QString) {
        return asked.toString().trimmed() == (held ? QLatin1String("true") : QLatin1String("false"));
    }
    const auto number = isEnumeration(asked.metaType()) ? std::nullopt : whole(asked);
    return number && *number == WholeNumber{held ? 1U : 0U, false};
}

/// Where clocks are put back over midnight there are two of it, and Qt gives either.
bool isStartOf(QDate date, const QDateTime &moment)
{
    const QDateTime here = moment.toLocalTime();
    return date.startOfDay() == moment || (here.date() == date && here.time() == QTime(0, 0));
}

bool meansDate(const QVariant &asked, QDate held)
{
    if (asked.typeId() != QMetaType::QDateTime) {
        return textOf(asked).trimmed() == textOf(held);
    }
    const QDateTime moment = asked.toDateTime(); // midnight here, or in Greenwich
    return (!moment.isValid() && !held.isValid()) || isStartOf(held, moment)
           || QDateTime(held, QTime(0, 0), QTimeZone::utc()) == moment
           || (moment.date() == held && moment.time() == QTime(0, 0));
}

bool meansTime(const QVariant &asked, QTime held)
{
    if (asked.typeId() != QMetaType::QDateTime) {
        return textOf(asked).trimmed() == textOf(held);
    }
    const QDateTime here = asked.toDateTime().toLocalTime();
    return (!here.isValid() && !held.isValid()) || here == QDateTime(QDate(1970, 1, 1), held)
           || here == QDateTime(QDate(1971, 4, 1), held);
}

bool meansNumber(const QVariant &asked, const QVariant &held)
{
    if (const auto integer = integerIn(held)) {
        const auto text = asked.typeId() == QMetaType::QString ? wholeOfText(asked.toString()) : whole(asked);
        return text == integer || (isEnumeration(held.metaType()) && asked.toString() == textOf(held));
    }
    if (asked.typeId() == QMetaType::Bool) {
        return held.toDouble() == asked.toInt();
    }
    const double number = asked.typeId() == QMetaType::QString ? asked.toString().toDouble()
                          : asked.typeId() == QMetaType::Float ? decimalOf(asked.toFloat())
                                                               : asked.toDouble();
    if (held.typeId() == QMetaType::Float) {
        return float(number) == held.toFloat() && (number == 0) == (held.toFloat() == 0)
               && std::isinf(number) == std::isinf(held.toFloat());
    }
    const bool isFinite = std::isfinite(number) || asked.typeId() != QMetaType::QString; // texts are no others
    return isFinite && number == held.toDouble() && std::signbit(number) == std::signbit(held.toDouble());
}

} // namespace

bool means(const QVariant &asked, const QVariant &held)
{
    if (sameVariant(asked, held)) {
        return true;
    }
    if (const auto items = itemsOf(asked)) {
        const auto others = itemsOf(held);
        return others && items->size() == others->size()
               && std::equal(items->begin(), items->end(), others->begin(), means);
    }
    if (const auto entries = entriesOf(asked)) {
        const auto others = entriesOf(held);
        return others && entries->keys() == others->keys()
               && std::equal(entries->begin(), entries->end(), others->begin(), means);
    }
    if (isNumberType(held.metaType()) || isEnumeration(held.metaType())) {
        return meansNumber(asked, held);
    }
    switch (held.typeId()) {
    case QMetaType::Bool:
        return meansBool(asked, held.toBool());
    case QMetaType::QDate:
        return meansDate(asked, held.toDate());
    case QMetaType::QTime:
        return meansTime(asked, held.toTime());
    case QMetaType::QDateTime:
        return asked.toDateTime() == held.toDateTime()
               || (asked.typeId() == QMetaType::QDate && isStartOf(asked.toDate(), held.toDateTime()));
    case QMetaType::QUrl:
        return QUrl(asked.toString()) == held.toUrl();
    case QMetaType::QByteArray:
        return asked.toString().toUtf8() == held.toByteArray();
    case QMetaType::QString:
        return asked.typeId() == QMetaType::QByteArray ? asked.toByteArray() == held.toString().toUtf8()
                                                       : textOf(asked) == held.toString();
    default:
        return textOf(asked).trimmed() == textOf(held);
    }
}

} // namespace support

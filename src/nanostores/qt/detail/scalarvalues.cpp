// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/values.h>

#include <nanostores/qt/detail/valueparts.h>

#include <QLoggingCategory>
#include <QStringDecoder>
#include <QUrl>
#include <QUuid>

namespace nanostores::detail {

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
    // Our own dates are midnight here, or what comes after it where a clock is put forward then, or either one where it
    // is put back over midnight; those of Qt's properties, and new Date("2026-05-01"), are midnight in Greenwich.
    const QDateTime here = moment.toLocalTime();
    if (here.time().msecsSinceStartOfDay() == 0 || here.date().startOfDay() == moment) {
        return here.date();
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

} // namespace nanostores::detail

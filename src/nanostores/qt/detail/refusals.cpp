// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/values.h>

#include <nanostores/qt/detail/valueparts.h>

#include <QDebug>
#include <QJsonArray>
#include <QJsonObject>
#include <QLoggingCategory>

namespace nanostores::detail {

Q_LOGGING_CATEGORY(convertLog, "nanostores.qt.convert", QtWarningMsg)

namespace {

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

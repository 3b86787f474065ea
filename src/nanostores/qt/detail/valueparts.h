// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/detail/values.h>

#include <QLoggingCategory>
#include <QMetaEnum>

#include <optional>

/// What the sources of values.h share.
namespace nanostores::detail {

Q_DECLARE_LOGGING_CATEGORY(convertLog)

/// Whether the type is an integer or an enumeration, and if so, whether it is a signed one.
std::optional<bool> signOf(QMetaType type);
/// An integer or an enumeration in memory, of so many bytes.
WholeNumber loadInteger(const void *data, qsizetype size, bool isSigned);
/// False: it does not fit, and nothing is stored.
bool storeInteger(WholeNumber integer, void *data, qsizetype size, bool isSigned);
/// The values and names of an enumeration that Qt's meta-object system knows.
std::optional<QMetaEnum> enumOf(QMetaType type);
/// What stands in the variant when wrappers are taken off.
QVariant plain(const QVariant &value);
/// Whether values of the type have a text of their own: numbers, enumerations, dates, URLs and their like.
bool isScalar(QMetaType type);
/// An empty value of the type, which a view may fill.
inline QVariant into(QMetaType type)
{
    return QVariant(type, nullptr);
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>
#include <QStringView>
#include <QVariant>
#include <QVariantList>
#include <QVariantMap>

#include <optional>

/// Parts of nested maps and lists, by the keys that lead to them.
namespace nanostores::detail {

/// Deeper than any parser of JSON follows, and than functions should call themselves.
constexpr qsizetype MaxPathDepth = 1000;
/// By how many empty items lists are filled up at once, all those of a path together.
constexpr qsizetype MaxPathGrowth = 100000;

/// "a.b[0][1].c": a, b, 0, 1, c.
QStringList keysOfPath(const QString &path);
/// The key as an index, or -1: digits as a number is written, no sign, no space, no zero before it.
qsizetype indexOfKey(QStringView key);

/// What the keys lead to, from the given one on, or an invalid QVariant.
QVariant partOf(const QVariantMap &map, const QStringList &keys);
QVariant partOf(QVariant value, const QStringList &keys, qsizetype from);

/// A copy of the value at this depth of the path, in which the rest of the keys lead to another part. There has to be
/// room for it.
QVariant withPart(const QVariant &value, const QStringList &keys, qsizetype depth, const QVariant &newPart);
/// The same of the whole value: none, with a warning, where the path leads nowhere.
std::optional<QVariant> withPartOrWarning(const QVariant &value, const QStringList &keys, const QVariant &newPart);

/// What it would be to give the keys of a document another part.
enum class PartEffect {
    None,
    Changes,
    Impossible, ///< withPartOrWarning() says why.
};
PartEffect effectOfPart(const QVariantMap &map, const QStringList &keys, const QVariant &newPart);

/// A missing value, in the place of which a map or a list may be made.
bool isNoValue(const QVariant &value);

} // namespace nanostores::detail

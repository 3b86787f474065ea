// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/export.h>

#include <QString>
#include <QStringList>
#include <QVariant>
#include <QVariantMap>

namespace nanostores {

/// The value that a path like "a.b[0].c" leads to, or an invalid QVariant. Maps are entered by key, lists by index, and
/// gadgets by the name of a property.
[[nodiscard]] NANOSTORES_QT_EXPORT QVariant getPath(const QVariant &value, const QString &path);

/// A copy of the value in which the path leads to another one. Maps and lists on the way are made where they are
/// missing: a list where the next key is a number. An invalid QVariant removes the key, or the item from its list.
/// A path that leads nowhere is warned of, and the value is returned as it is: a name on a list, a part of a number or
/// text, a property that does not take the value, an index more than 100 000 beyond the end of its list, more than 1000
/// steps.
[[nodiscard]] NANOSTORES_QT_EXPORT QVariant setPath(const QVariant &value, const QString &path,
                                                    const QVariant &newValue);
/// The same with the path split into keys.
[[nodiscard]] NANOSTORES_QT_EXPORT QVariant setByKey(const QVariant &value, const QStringList &keys,
                                                     const QVariant &newValue);

/// A path into nested maps and lists, as text.
class NANOSTORES_QT_EXPORT VariantPath
{
public:
    using IsVariantPath = VariantPath;

    VariantPath(QString path); // NOLINT: meant to convert
    VariantPath(const char *path); // NOLINT: meant to convert

    const QString &text() const noexcept { return m_text; }
    const QStringList &keys() const noexcept { return m_keys; } ///< Of "a.b[0]": a, b, 0.
    bool differs(const QVariantMap &a, const QVariantMap &b) const;

    friend bool operator==(const VariantPath &a, const VariantPath &b) { return a.m_text == b.m_text; }

private:
    QString m_text;
    QStringList m_keys;
};

} // namespace nanostores

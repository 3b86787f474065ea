// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/deepmap.h>
#include <nanostores/qt/detail/variantequal.h>
#include <nanostores/qt/export.h>

#include <QString>
#include <QStringList>
#include <QVariant>
#include <QVariantList>
#include <QVariantMap>

#include <string>
#include <utility>

namespace nanostores {

/// The value that a path like "a.b[0].c" leads to, or an invalid QVariant. Maps are entered by key, lists by index.
[[nodiscard]] NANOSTORES_QT_EXPORT QVariant getPath(const QVariant &value, const QString &path);

/// A copy of the value in which the path leads to another one. Maps and lists on the way are made where they are
/// missing: a list where the next key is a number. An invalid QVariant removes the key, or the item from its list.
/// A path that leads nowhere is warned of, and the value is returned as it is: a name on a list, a part of a number or
/// text, an index more than 100 000 beyond the end of its list, more than 1000 steps.
[[nodiscard]] NANOSTORES_QT_EXPORT QVariant setPath(const QVariant &value, const QString &path,
                                                    const QVariant &newValue);
/// The same with the path split into keys.
[[nodiscard]] NANOSTORES_QT_EXPORT QVariant setByKey(const QVariant &value, const QStringList &keys,
                                                     const QVariant &newValue);

/// A path into nested maps and lists, as text.
class NANOSTORES_QT_EXPORT VariantPath
{
public:
    VariantPath(QString path); // NOLINT: meant to convert
    VariantPath(const char *path); // NOLINT: meant to convert

    const QString &text() const noexcept { return m_text; }
    bool differs(const QVariantMap &a, const QVariantMap &b) const;

    friend bool operator==(const VariantPath &a, const VariantPath &b) { return a.m_text == b.m_text; }

private:
    QString m_text;
};

/// A store of nested maps and lists, like a JSON document, changed by path. From nanostores' deepMap().
///
/// `settings.setKey("users[3].name", "Ada")`. A listener may be f(value, oldValue, changedPath) with a
/// const VariantPath *, null when the whole value was set or in a batch; listenKeys() takes paths. Where the shape is
/// known, prefer a struct in a DeepMap: the compiler checks its paths.
class NANOSTORES_QT_EXPORT VariantDeepMap : public Store<detail::RecordNode<QVariantMap, VariantPath>>
{
    using Node = detail::RecordNode<QVariantMap, VariantPath>;
    using Base = Store<Node>;

public:
    using changed_key = VariantPath;

    explicit VariantDeepMap(QVariantMap initial = {});
    explicit VariantDeepMap(detail::Ref<Node> node) noexcept;

    void set(QVariantMap newValue) const;
    /// Sets what the path leads to, as setPath() does; an invalid QVariant removes it. A value that is the same as the
    /// present one is no change; 1, true and "1" are three.
    void setKey(const VariantPath &path, const QVariant &newValue) const;
    void removeKey(const VariantPath &path) const { setKey(path, QVariant()); }
    /// What the path leads to, or an invalid QVariant. Neither tracks nor mounts.
    QVariant getKey(const VariantPath &path) const;
    VariantDeepMap named(std::string name) const;
};

/// deepMap(QVariantMap{...}): a VariantDeepMap.
[[nodiscard]] NANOSTORES_QT_EXPORT VariantDeepMap deepMap(QVariantMap initial);

} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/detail/documentnode.h>
#include <nanostores/qt/variantpath.h>

#include <QVariant>
#include <QVariantList>
#include <QVariantMap>

#include <string>
#include <utility>

namespace nanostores {

/// A store of nested maps and lists, like a JSON document, changed by path. From nanostores' deepMap().
///
/// `settings.setKey("users[3].name", "Ada")`. A listener may be f(value, oldValue, changedPath) with a
/// const VariantPath *, null when the whole value was set or in a batch, or f(value, change) with a DocumentChange;
/// listenKeys() takes paths. Where the shape is known, prefer a struct in a DeepMap: the compiler checks its paths.
class NANOSTORES_QT_EXPORT VariantDeepMap : public Store<detail::DocumentNode>
{
    using Node = detail::DocumentNode;
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

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/detail/values.h>

#include <QQmlProperty>
#include <QVariant>

namespace nanostores::detail {

// QQmlProperty takes a list of values for one of objects: Qt 6.4 crashes when it reads one, and writes none.

inline QVariant readTarget(const QQmlProperty &target)
{
    return isSequence(target.propertyMetaType()) ? target.property().read(target.object()) : target.read();
}

inline void writeTarget(const QQmlProperty &target, const QVariant &value)
{
    const QMetaType type = target.propertyMetaType();
    if (!isSequence(type)) {
        target.write(value);
    } else if (const auto list = fit(value, type)) {
        target.property().write(target.object(), *list);
    }
}

} // namespace nanostores::detail

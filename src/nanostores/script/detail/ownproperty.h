// SPDX-License-Identifier: MIT
#pragma once

#include <QJSEngine>
#include <QJSValue>
#include <QString>

namespace nanostores::detail {

/// Sets an own property of a JavaScript object. QJSValue::setProperty() assigns: to `__proto__` that sets the
/// prototype, and to `constructor` and its like it fails in a QQmlEngine from Qt 6.8 on, which makes the prototypes
/// read-only.
inline void setOwnProperty(QJSEngine *engine, QJSValue &object, const QString &key, const QJSValue &value)
{
    if (!object.hasProperty(key) || object.hasOwnProperty(key)) {
        object.setProperty(key, value);
        return;
    }
    QJSValue description = engine->newObject();
    description.setProperty(QStringLiteral("value"), value);
    for (const char *flag : {"configurable", "enumerable", "writable"}) {
        description.setProperty(QLatin1String(flag), QJSValue(true));
    }
    engine->globalObject()
        .property(QStringLiteral("Object"))
        .property(QStringLiteral("defineProperty"))
        .call({object, QJSValue(key), description});
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/script/detail/value.h>

#include <QtCore/QMetaType>
#include <QtCore/QVariant>
#include <QtQml/QJSEngine>
#include <QtQml/QJSValue>
#include <QtQml/QQmlListReference>

namespace nanostores::detail {

/// Of QML's value types: colours, fonts, points, gadgets.
inline bool isValueType(QMetaType type)
{
    const int id = type.id();
    return (type.flags() & QMetaType::IsGadget) || (id >= QMetaType::QRect && id <= QMetaType::QPointF)
           || id == QMetaType::QColor || id == QMetaType::QFont || id == QMetaType::QPalette
           || (id >= QMetaType::QMatrix4x4 && id <= QMetaType::QQuaternion);
}

/// For detached() of an object, whose variant has JavaScript's objects retained.
inline QJSValue detached(const QJSValue &value, const QVariant &variant, QJSEngine *engine)
{
    const QMetaType type = variant.metaType();
    if (type == QMetaType::fromType<QJSValue>()) {
        return value;
    }
    if (isValueType(type)) {
        return engine->toScriptValue(variant);
    }
    if (type == QMetaType::fromType<QQmlListReference>()) {
        const auto length = value.property(QStringLiteral("length")).toUInt();
        QJSValue array = engine->newArray(length);
        for (quint32 i = 0; i < length; ++i) {
            array.setProperty(i, value.property(i));
        }
        return array;
    }
    return type.id() != QMetaType::QByteArray && isSequence(type) ? scriptOfVariant(engine, variant) : value;
}

/// A value of its own of what QML has read from a property of such a type, or of a list: JavaScript has a reference to
/// the property there, which gives another value when the property has changed. Anything else is the value itself.
inline QJSValue detached(const QJSValue &value, QJSEngine *engine)
{
    if (!engine || !value.isObject() || value.isArray() || value.isQObject() || value.isCallable() || value.isDate()) {
        return value;
    }
    return detached(value, value.toVariant(QJSValue::RetainJSObjects), engine);
}

} // namespace nanostores::detail

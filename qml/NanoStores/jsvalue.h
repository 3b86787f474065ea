// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/export.h>

#include <QJSEngine>
#include <QJSValue>
#include <QJsonValue>
#include <QVariant>

#include <memory>

namespace nanostores {

namespace detail {
class Describer;
}

/// A JavaScript value in a store. What was set is what is read, objects included; a store that outlives its engine, or
/// is shared by several, hands the others a copy of plain objects, arrays and dates, and `undefined` for what cannot be
/// copied, with a warning. A QML object that has been destroyed is read as null.
class NANOSTORES_QML_EXPORT JsValue
{
public:
    JsValue() = default;
    /// With a copy for when the engine is gone, or for others, if asked for.
    JsValue(const QJSValue &value, QJSEngine *engine, bool keepCopy);
    /// Of no engine: each has a copy.
    static JsValue ofJson(const QJsonValue &json);

    QJSValue in(QJSEngine *engine) const;
    QVariant toVariant() const;
    void describeTo(detail::Describer &to) const;
    bool isObject() const { return m_object != nullptr; } ///< Or a symbol.
    bool isQObject() const; ///< Or was one that has been destroyed.
    bool isDestroyed() const;

    friend NANOSTORES_QML_EXPORT bool operator==(const JsValue &a, const JsValue &b);

private:
    struct Object;

    QJSValue m_primitive;
    std::shared_ptr<const Object> m_object;
};

} // namespace nanostores

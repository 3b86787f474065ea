// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QMetaType>
#include <QtCore/QString>
#include <QtCore/QVariant>
#include <QtQml/QJSEngine>
#include <QtQml/QJSValue>

#include <algorithm>
#include <vector>

namespace nanostores::detail {

/// QJSValue::toVariant() of values that are any: that one crashes at a Symbol and in what is a long chain, and leaves
/// the error of a getter to whatever the engine runs next.
class PlainVariant
{
public:
    explicit PlainVariant(QJSEngine *engine)
        : m_engine(engine)
    {
    }

    QVariant of(const QJSValue &value)
    {
        if (!value.isObject()) {
            const bool isKnown = value.isUndefined() || value.isNull() || value.isBool() || value.isNumber();
            return isKnown || value.isString() ? value.toVariant() : value.toString(); // of a Symbol
        }
        if (value.isQObject() || value.isCallable()) {
            return value.toVariant();
        }
        QVariant whole = value.toVariant(QJSValue::RetainJSObjects);
        if (whole.metaType() != QMetaType::fromType<QJSValue>() && !value.isArray()) {
            return whole; // a date, a gadget, a list of Qt, bytes
        }
        const auto isValue = [&value](const QJSValue &outer) { return outer.strictlyEquals(value); };
        if (m_around.size() == MaxDepth || std::any_of(m_around.begin(), m_around.end(), isValue)) {
            return value.isArray() ? QVariant(QVariantList()) : QVariant(QVariantMap());
        }
        m_around.push_back(value);
        QVariant made = value.isArray() ? ofArray(value) : ofObject(value);
        m_around.pop_back();
        return made;
    }

private:
    static constexpr std::size_t MaxDepth = 100;

    QVariant ofArray(const QJSValue &array)
    {
        QVariantList items;
        const auto length = array.property(QStringLiteral("length")).toUInt();
        for (quint32 i = 0; i < length; ++i) {
            items.append(of(partOf(array.property(i))));
        }
        return items;
    }

    QVariant ofObject(const QJSValue &object)
    {
        QVariantMap entries;
        const QJSValue global = m_engine ? m_engine->globalObject() : QJSValue();
        const QJSValue keys = global.property(QStringLiteral("Object")).property(QStringLiteral("keys")).call({object});
        const auto length = keys.isArray() ? keys.property(QStringLiteral("length")).toUInt() : 0u; // a proxy may throw
        for (quint32 i = 0; i < length; ++i) {
            const QString key = keys.property(i).toString();
            entries.insert(key, of(partOf(object.property(key))));
        }
        return entries;
    }

    QJSValue partOf(QJSValue part) const
    {
        if (m_engine && m_engine->hasError()) {
            m_engine->catchError();
            return {};
        }
        return part;
    }

    QJSEngine *m_engine;
    std::vector<QJSValue> m_around; ///< What the value is in, from the outermost on.
};

} // namespace nanostores::detail

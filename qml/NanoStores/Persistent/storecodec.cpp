// SPDX-License-Identifier: MIT
#include "storecodec.h"

#include <NanoStores/detail/jscaller.h>

#include <QJSValue>
#include <QJsonValue>
#include <QLatin1String>
#include <QString>
#include <QVariant>

#include <stdexcept>

namespace nanostores {

namespace {

QJSValue callJson(QJSEngine *engine, const QString &function, const QJSValue &argument)
{
    const QJSValue json = engine->globalObject().property(QStringLiteral("JSON"));
    return json.property(function).call({argument});
}

[[noreturn]] void fail(const QString &message)
{
    throw std::invalid_argument(message.toStdString());
}

std::string textOf(const QString &text)
{
    if (!text.isValidUtf16()) {
        fail(QStringLiteral("nanostores: a text with half a surrogate pair cannot be kept"));
    }
    return text.toStdString();
}

/// By Qt alone, for a store that has outlived its engine.
std::string withoutEngine(const JsValue &value)
{
    const QVariant variant = value.toVariant();
    if (!variant.isValid()) {
        fail(QStringLiteral(
            "nanostores: a value has gone with its QML engine, and is not written. Delete the objects of "
            "the engine before it, or give the store a name"));
    }
    return detail::json::jsonText(QJsonValue::fromVariant(variant));
}

/// What it is, without its value: that may be a secret, and messages are shown and logged.
QString kindOf(const QJSValue &value)
{
    return value.isNumber()   ? QStringLiteral("a number")
           : value.isBool()   ? QStringLiteral("a bool")
           : value.isString() ? QStringLiteral("a text")
                              : detail::described(value);
}

} // namespace

std::optional<std::string> ValueCodec<JsValue>::encode(const JsValue &value) const
{
    const QJSValue present = value.in(m_engine);
    if (present.isUndefined() && !(value.isObject() && !m_engine)) {
        return std::nullopt;
    }
    if (m_isText) {
        if (!present.isString()) {
            fail(QStringLiteral("nanostores: %1 is to be kept as a text. Give the store a text, or set its format to "
                                "Persistent.Json.")
                     .arg(kindOf(present)));
        }
        return textOf(present.toString());
    }
    if (value.isQObject() || present.isCallable()) {
        fail(QStringLiteral("nanostores: %1 cannot be kept, as JSON has none").arg(kindOf(present)));
    }
    if (!m_engine) {
        return withoutEngine(value);
    }
    const QJSValue json = callJson(m_engine, QStringLiteral("stringify"), present);
    if (json.isError()) {
        fail(QStringLiteral("nanostores: %1 cannot be kept: %2").arg(kindOf(present), json.toString()));
    }
    if (!json.isString()) {
        fail(QStringLiteral("nanostores: %1 cannot be kept, as JSON has none").arg(kindOf(present)));
    }
    return textOf(json.toString());
}

std::optional<JsValue> ValueCodec<JsValue>::decode(std::string_view raw) const
{
    auto text = TextCodec{}.decodeTo<QString>(raw);
    if (!text) {
        return std::nullopt; // no UTF-8
    }
    if (m_isText) {
        return JsValue(QJSValue(*text), m_engine, false);
    }
    if (m_engine) {
        const QJSValue value = callJson(m_engine, QStringLiteral("parse"), QJSValue(*text));
        return value.isError() ? std::nullopt : std::optional(JsValue(value, m_engine, true));
    }
    const auto json = detail::json::parseJson(text->replace(QChar(0xfeff), QLatin1String("\\ufeff")).toStdString());
    return json ? std::optional(JsValue::ofJson(*json)) : std::nullopt; // Qt would take the mark away from texts
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include "storecodec.h"

#include <NanoStores/detail/jscaller.h>

#include <QJSValue>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonParseError>
#include <QString>

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
    const QJsonArray wrapped{QJsonValue::fromVariant(value.toVariant())};
    const QByteArray text = QJsonDocument(wrapped).toJson(QJsonDocument::Compact);
    return text.mid(1, text.size() - 2).toStdString();
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
                     .arg(detail::described(present)));
        }
        return textOf(present.toString());
    }
    if (value.isQObject() || present.isCallable()) {
        fail(QStringLiteral("nanostores: %1 cannot be kept, as JSON has none").arg(detail::described(present)));
    }
    if (!m_engine) {
        return withoutEngine(value);
    }
    const QJSValue json = callJson(m_engine, QStringLiteral("stringify"), present);
    if (json.isError()) {
        fail(QStringLiteral("nanostores: %1 cannot be kept: %2").arg(detail::described(present), json.toString()));
    }
    if (!json.isString()) {
        fail(QStringLiteral("nanostores: %1 cannot be kept, as JSON has none").arg(detail::described(present)));
    }
    return textOf(json.toString());
}

std::optional<JsValue> ValueCodec<JsValue>::decode(std::string_view raw) const
{
    const QByteArray bytes(raw.data(), static_cast<qsizetype>(raw.size()));
    const QString text = QString::fromUtf8(bytes);
    if (text.toUtf8() != bytes) {
        return std::nullopt; // no UTF-8
    }
    if (m_isText) {
        return JsValue(QJSValue(text), m_engine, false);
    }
    if (m_engine) {
        const QJSValue value = callJson(m_engine, QStringLiteral("parse"), QJSValue(text));
        return value.isError() ? std::nullopt : std::optional(JsValue(value, m_engine, true));
    }
    QJsonParseError error{};
    const QJsonDocument document = QJsonDocument::fromJson('[' + bytes + ']', &error);
    if (error.error != QJsonParseError::NoError || document.array().size() != 1) {
        return std::nullopt;
    }
    return JsValue::ofJson(document.array().at(0));
}

} // namespace nanostores

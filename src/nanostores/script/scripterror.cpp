// SPDX-License-Identifier: MIT
#include <nanostores/script/scripterror.h>

#include <string>

namespace nanostores {

namespace {

QString messageOf(const QJSValue &thrown)
{
    return thrown.isError() ? thrown.property(QStringLiteral("message")).toString() : thrown.toString();
}

std::string describe(const QJSValue &thrown)
{
    QString text = thrown.toString();
    const QString file = thrown.property(QStringLiteral("fileName")).toString();
    if (thrown.isError() && !file.isEmpty()) {
        text += QStringLiteral(" (%1:%2)").arg(file, thrown.property(QStringLiteral("lineNumber")).toString());
    }
    return text.toStdString();
}

} // namespace

ScriptError::ScriptError(const QJSValue &thrown)
    : std::runtime_error(describe(thrown))
    , m_value(thrown)
{
}

ScriptError::~ScriptError() = default;

QString ScriptError::message() const
{
    return messageOf(m_value);
}

QString ScriptError::fileName() const
{
    return m_value.isError() ? m_value.property(QStringLiteral("fileName")).toString() : QString();
}

int ScriptError::lineNumber() const
{
    return m_value.isError() ? m_value.property(QStringLiteral("lineNumber")).toInt() : 0;
}

} // namespace nanostores

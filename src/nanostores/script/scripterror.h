// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/script/export.h>

#include <QJSValue>
#include <QString>

#include <stdexcept>

namespace nanostores {

/// What JavaScript threw, where C++ sees it: out of a set() whose listeners are JavaScript, or a read of a computed
/// store that is.
///
/// what() is the message, with file and line where there are any.
class NANOSTORES_SCRIPT_EXPORT ScriptError : public std::runtime_error
{
public:
    explicit ScriptError(const QJSValue &thrown);
    ~ScriptError() override;

    /// The very value that was thrown; back in JavaScript it is thrown again as it is.
    const QJSValue &value() const noexcept { return m_value; }
    QString message() const;
    /// Where an Error was made; empty and 0 for other values.
    QString fileName() const;
    int lineNumber() const;

private:
    QJSValue m_value;
};

} // namespace nanostores

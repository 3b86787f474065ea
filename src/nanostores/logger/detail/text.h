// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/export.h>
#include <nanostores/logger/logvalue.h>

#include <exception>
#include <string>
#include <string_view>

/// How a log writes text. What it writes is always valid UTF-8, and a line is a line whatever values it shows.
namespace nanostores::detail {

/// Bytes as text in a line: what would end or steer it is escaped, and so are bytes that are not UTF-8.
NANOSTORES_LOGGER_EXPORT void appendEscaped(std::string &to, std::string_view bytes, bool quoted);
NANOSTORES_LOGGER_EXPORT std::string escaped(std::string_view bytes);
/// A value, until the text is limit bytes long or more; true: it is there in whole.
bool appendText(std::string &to, const LogValue &value, std::size_t limit);

/// A JSON string. Text of other encodings than UTF-8 is written as appendJson() writes it.
NANOSTORES_LOGGER_EXPORT void appendJsonText(std::string &to, std::string_view bytes);
NANOSTORES_LOGGER_EXPORT void appendJson(std::string &to, const LogValue &value);

/// Whether it is UTF-8, in which halves of surrogates may stand alone, as in the texts of Qt and of JavaScript.
NANOSTORES_LOGGER_EXPORT bool isWellFormed(std::string_view bytes) noexcept;

/// What an error says: its type and what().
NANOSTORES_LOGGER_EXPORT std::string errorText(const std::exception_ptr &error);
/// The type alone.
NANOSTORES_LOGGER_EXPORT std::string errorType(const std::exception_ptr &error);

} // namespace nanostores::detail

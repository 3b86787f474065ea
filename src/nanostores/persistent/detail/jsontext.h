// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/export.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

// JSON as text: values stay as they were written, with the order of their members and the digits of their numbers, so
// that raw values come back byte by byte. QJsonDocument, which sorts and rounds, could not do that.

namespace nanostores::detail {

/// Text that is no JSON, and where.
class NANOSTORES_PERSISTENT_EXPORT JsonTextError : public std::runtime_error
{
public:
    JsonTextError(const std::string &message, std::size_t offset);
    ~JsonTextError() override;

    std::size_t offset() const noexcept { return m_offset; }

private:
    std::size_t m_offset;
};

/// Reads from the beginning to the end of a text, which has to live as long. What does not fit is a JsonTextError. That
/// the text is UTF-8 is for the caller to check.
class NANOSTORES_PERSISTENT_EXPORT JsonReader
{
public:
    explicit JsonReader(std::string_view text) noexcept
        : m_text(text)
    {
    }

    /// Takes the next character, after white space, if it is this one.
    bool next(char character) noexcept;
    void require(char character);
    bool isAtEnd() noexcept; ///< But for white space.
    char peek() noexcept; ///< The next character after white space; 0 at the end.
    std::string string(); ///< A string, decoded.
    std::string value(); ///< Any value, as it stands, without white space between its parts.
    std::size_t offset() const noexcept { return m_offset; }
    [[noreturn]] void fail(const std::string &message) const;

private:
    std::string_view stringToken();
    std::string_view scalarToken();

    std::string_view m_text;
    std::size_t m_offset = 0;
};

/// Whether it is one JSON value without white space between its parts.
NANOSTORES_PERSISTENT_EXPORT bool isCompactJson(std::string_view text);

NANOSTORES_PERSISTENT_EXPORT bool isUtf8(std::string_view text);

/// Adds text in UTF-8 as a JSON string.
NANOSTORES_PERSISTENT_EXPORT void appendJsonString(std::string &out, std::string_view text);

/// Adds compact JSON for people: what is short on one line, the rest indented by four spaces more than its start.
NANOSTORES_PERSISTENT_EXPORT void appendJsonIndented(std::string &out, std::string_view compact, std::size_t indent);

/// "line 3, column 7" of a place in a text.
NANOSTORES_PERSISTENT_EXPORT std::string placeInText(std::string_view text, std::size_t offset);

} // namespace nanostores::detail

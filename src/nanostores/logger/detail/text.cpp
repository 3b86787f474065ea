// SPDX-License-Identifier: MIT
#include <nanostores/logger/detail/text.h>

#include <nanostores/core/graph/naming.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <typeinfo>
#include <unordered_set>

#if defined(__GNUC__)
#include <cxxabi.h>
#endif

namespace nanostores::detail {

namespace {

constexpr std::string_view Hex = "0123456789abcdef";

struct Character
{
    std::uint32_t code = 0;
    std::size_t bytes = 0; ///< 0: this is no UTF-8.
};

/// The character that the bytes begin with.
Character characterAt(std::string_view bytes) noexcept
{
    const auto first = static_cast<unsigned char>(bytes[0]);
    if (first < 0x80) {
        return {first, 1};
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 0;
    if (length == 0 || first > 0xf4 || length > bytes.size()) {
        return {};
    }
    std::uint32_t code = first & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(bytes[i]);
        if ((next & 0xc0u) != 0x80u) {
            return {};
        }
        code = (code << 6u) | (next & 0x3fu);
    }
    constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < smallest[length] || code > 0x10ffff) {
        return {};
    }
    return {code, length};
}

bool isSurrogate(std::uint32_t code) noexcept
{
    return code >= 0xd800 && code < 0xe000;
}

/// Ends a line, steers a terminal, or changes the direction of what follows.
bool isControl(std::uint32_t code) noexcept
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x200e || code == 0x200f
           || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) || code == 0xfeff;
}

void appendHex(std::string &to, std::uint32_t number, unsigned digits)
{
    for (unsigned i = digits; i-- > 0;) {
        to += Hex[(number >> (4 * i)) & 0xfu];
    }
}

template<typename T>
void appendNumber(std::string &to, T value)
{
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof(digits), value);
    to.append(digits, end.ptr);
}

void appendFloat(std::string &to, const LogValue &value)
{
    if (value.text.empty()) {
        appendNumber(to, value.number);
    } else {
        to += value.text;
    }
}

} // namespace

bool isWellFormed(std::string_view bytes) noexcept
{
    while (!bytes.empty()) {
        const Character next = characterAt(bytes);
        if (next.bytes == 0) {
            return false;
        }
        bytes.remove_prefix(next.bytes);
    }
    return true;
}

void appendEscaped(std::string &to, std::string_view bytes, bool quoted)
{
    while (!bytes.empty()) {
        const Character next = characterAt(bytes);
        const char first = bytes[0];
        if (next.bytes == 0) {
            to += "\\x";
            appendHex(to, static_cast<unsigned char>(first), 2);
        } else if (first == '\n') {
            to += "\\n";
        } else if (first == '\t') {
            to += "\\t";
        } else if (quoted && (first == '"' || first == '\\')) {
            to += '\\';
            to += first;
        } else if (isControl(next.code) || isSurrogate(next.code)) {
            to += "\\u";
            appendHex(to, next.code, 4);
        } else {
            to.append(bytes.substr(0, next.bytes));
        }
        bytes.remove_prefix(next.bytes == 0 ? 1 : next.bytes);
    }
}

std::string escaped(std::string_view bytes)
{
    std::string text;
    appendEscaped(text, bytes, false);
    return text;
}

namespace {

/// Writes a value until the text is too long.
class TextWriter
{
public:
    TextWriter(std::string &to, std::size_t limit)
        : m_to(to)
        , m_limit(limit)
    {
    }

    bool write(const LogValue &value)
    {
        switch (value.kind) {
        case LogValue::Kind::Absent:
            m_to += '-';
            break;
        case LogValue::Kind::None:
            m_to += "none";
            break;
        case LogValue::Kind::Bool:
            m_to += value.boolean ? "true" : "false";
            break;
        case LogValue::Kind::Integer:
            appendNumber(m_to, value.integer);
            break;
        case LogValue::Kind::Unsigned:
            appendNumber(m_to, value.natural);
            break;
        case LogValue::Kind::Float:
            appendFloat(m_to, value);
            break;
        case LogValue::Kind::Text:
            return writeText(value);
        case LogValue::Kind::Opaque:
            m_to += '<';
            appendEscaped(m_to, value.text, false);
            m_to += '>';
            break;
        case LogValue::Kind::Hidden:
            m_to += "***";
            break;
        case LogValue::Kind::List:
        case LogValue::Kind::Map:
        case LogValue::Kind::Struct:
            return writeContainer(value);
        }
        return true;
    }

private:
    bool isFull() const noexcept { return m_to.size() >= m_limit; }

    bool writeText(const LogValue &value)
    {
        std::string_view bytes = value.text;
        const std::size_t room = m_limit > m_to.size() ? m_limit - m_to.size() : 0;
        bool whole = !value.isCut();
        if (bytes.size() > room) {
            std::size_t end = room;
            while (end > 0 && (static_cast<unsigned char>(bytes[end]) & 0xc0u) == 0x80u) {
                --end; // not within a character
            }
            bytes = bytes.substr(0, end);
            whole = false;
        }
        m_to += '"';
        appendEscaped(m_to, bytes, true);
        m_to += '"';
        if (!whole) {
            m_to += "...";
        }
        return whole;
    }
    bool writeContainer(const LogValue &value)
    {
        const bool isList = value.kind == LogValue::Kind::List;
        const std::size_t step = value.kind == LogValue::Kind::Map ? 2 : 1;
        m_to += isList ? '[' : '{';
        bool whole = !value.isCut();
        for (std::size_t i = 0; i < value.items.size(); i += step) {
            if (isFull()) {
                whole = false;
                break;
            }
            if (i > 0) {
                m_to += ", ";
            }
            if (value.kind == LogValue::Kind::Struct) {
                appendEscaped(m_to, value.names[i], false);
                m_to += ": ";
            } else if (step == 2) {
                whole = write(value.items[i]) && whole;
                m_to += ": ";
            }
            whole = write(value.items[i + step - 1]) && whole;
        }
        if (!whole && (isFull() || value.isCut())) {
            m_to += m_to.size() >= 3 && m_to.compare(m_to.size() - 3, 3, "...") == 0 ? "" : " ...";
        }
        m_to += isList ? ']' : '}';
        return whole;
    }

    std::string &m_to;
    const std::size_t m_limit;
};

} // namespace

bool appendText(std::string &to, const LogValue &value, std::size_t limit)
{
    return TextWriter(to, to.size() + limit).write(value);
}

// JSON

/// A half of a surrogate pair that stands alone is escaped; two that follow one another would be read as one character,
/// so they are kept apart as bytes by appendJson().
void appendJsonText(std::string &to, std::string_view bytes)
{
    to += '"';
    while (!bytes.empty()) {
        const Character next = characterAt(bytes);
        const char first = bytes[0];
        if (next.bytes == 0) {
            to += "\\ufffd";
        } else if (first == '"' || first == '\\') {
            to += '\\';
            to += first;
        } else if (isControl(next.code) || isSurrogate(next.code)) {
            to += "\\u";
            appendHex(to, next.code, 4);
        } else {
            to.append(bytes.substr(0, next.bytes));
        }
        bytes.remove_prefix(next.bytes == 0 ? 1 : next.bytes);
    }
    to += '"';
}

namespace {

/// Text that a reader of JSON gets back byte for byte.
bool isJsonText(std::string_view bytes) noexcept
{
    bool wasHigh = false;
    while (!bytes.empty()) {
        const Character next = characterAt(bytes);
        if (next.bytes == 0 || (wasHigh && next.code >= 0xdc00 && next.code < 0xe000)) {
            return false;
        }
        wasHigh = next.code >= 0xd800 && next.code < 0xdc00;
        bytes.remove_prefix(next.bytes);
    }
    return true;
}

void appendBytes(std::string &to, std::string_view bytes)
{
    to += "{\"$bytes\":\"";
    for (const char c : bytes) {
        appendHex(to, static_cast<unsigned char>(c), 2);
    }
    to += "\"}";
}

void appendAnyText(std::string &to, std::string_view bytes)
{
    isJsonText(bytes) ? appendJsonText(to, bytes) : appendBytes(to, bytes);
}

/// Whether keys can be those of a JSON object: texts that are there in whole, each once, none of which could be taken
/// for one of the marks.
bool areJsonKeys(const LogValue &map)
{
    std::unordered_set<std::uint64_t> seen;
    for (std::size_t i = 0; i < map.items.size(); i += 2) {
        const LogValue &key = map.items[i];
        if (key.kind != LogValue::Kind::Text || key.isCut() || !isJsonText(key.text)
            || (!key.text.empty() && key.text[0] == '$') || !seen.insert(key.digest).second) {
            return false;
        }
    }
    return true;
}

bool areJsonNames(const LogValue &value)
{
    std::unordered_set<std::string_view> seen;
    for (const std::string &name : value.names) {
        if (!isJsonText(name) || (!name.empty() && name[0] == '$') || !seen.insert(name).second) {
            return false;
        }
    }
    return true;
}

void appendItems(std::string &to, const LogValue &value)
{
    to += '[';
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (i > 0) {
            to += ',';
        }
        appendJson(to, value.items[i]);
    }
    to += ']';
}

/// An object, or the pairs of one whose keys JSON cannot have.
void appendEntries(std::string &to, const LogValue &value)
{
    const bool isMap = value.kind == LogValue::Kind::Map;
    const std::size_t step = isMap ? 2 : 1;
    const bool asObject = isMap ? areJsonKeys(value) : areJsonNames(value);
    to += asObject ? "{" : "{\"$map\":[";
    for (std::size_t i = 0; i < value.items.size(); i += step) {
        if (i > 0) {
            to += ',';
        }
        if (!asObject) {
            to += '[';
        }
        if (isMap) {
            appendJson(to, value.items[i]);
        } else {
            appendAnyText(to, value.names[i]);
        }
        to += asObject ? ':' : ',';
        appendJson(to, value.items[i + step - 1]);
        if (!asObject) {
            to += ']';
        }
    }
    to += asObject ? "}" : "]}";
}

} // namespace

void appendJson(std::string &to, const LogValue &value)
{
    constexpr std::int64_t Safe = 9007199254740991; // every reader has whole numbers up to here
    if (value.isCut()) {
        to += "{\"$cut\":";
        if (value.kind == LogValue::Kind::Text) {
            appendAnyText(to, value.text);
        } else if (value.kind == LogValue::Kind::List) {
            appendItems(to, value);
        } else {
            appendEntries(to, value);
        }
        to += ",\"$size\":";
        appendNumber(to, value.kind == LogValue::Kind::Map ? value.size / 2 : value.size);
        to += '}';
        return;
    }
    switch (value.kind) {
    case LogValue::Kind::Absent:
    case LogValue::Kind::None:
        to += "null";
        break;
    case LogValue::Kind::Bool:
        to += value.boolean ? "true" : "false";
        break;
    case LogValue::Kind::Integer:
    case LogValue::Kind::Unsigned: {
        std::string digits;
        bool isSafe = false;
        if (value.kind == LogValue::Kind::Integer) {
            appendNumber(digits, value.integer);
            isSafe = value.integer >= -Safe && value.integer <= Safe;
        } else {
            appendNumber(digits, value.natural);
            isSafe = value.natural <= static_cast<std::uint64_t>(Safe);
        }
        to += isSafe ? digits : "{\"$int\":\"" + digits + "\"}";
        break;
    }
    case LogValue::Kind::Float:
        if (value.text.empty() && std::isfinite(value.number) && !(value.number == 0 && std::signbit(value.number))) {
            appendNumber(to, value.number);
        } else { // not even -0 comes back from all readers
            to += "{\"$float\":\"";
            appendFloat(to, value);
            to += "\"}";
        }
        break;
    case LogValue::Kind::Text:
        appendAnyText(to, value.text);
        break;
    case LogValue::Kind::Opaque:
        to += "{\"$type\":";
        appendAnyText(to, value.text);
        to += '}';
        break;
    case LogValue::Kind::Hidden:
        to += "\"***\"";
        break;
    case LogValue::Kind::List:
        appendItems(to, value);
        break;
    case LogValue::Kind::Map:
    case LogValue::Kind::Struct:
        appendEntries(to, value);
        break;
    }
}

// Errors

std::string errorType(const std::exception_ptr &error)
{
    try {
        std::rethrow_exception(error);
    } catch (const std::exception &e) {
        return typeName(typeid(e));
    } catch (...) {
#if defined(__GNUC__)
        if (const std::type_info *const type = abi::__cxa_current_exception_type()) {
            return typeName(*type);
        }
#endif
        return "an error of unknown type";
    }
}

std::string errorText(const std::exception_ptr &error)
{
    try {
        std::rethrow_exception(error);
    } catch (const std::exception &e) {
        return typeName(typeid(e)) + ": " + e.what();
    } catch (const std::string &text) {
        return text;
    } catch (const char *text) {
        return text ? text : "";
    } catch (...) {
        return errorType(error);
    }
}

} // namespace nanostores::detail

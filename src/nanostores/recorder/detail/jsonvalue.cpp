// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/jsonvalue.h>

#include <nanostores/logger/detail/text.h>
#include <nanostores/logger/detail/valuereader.h>
#include <nanostores/recorder/session.h>

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

namespace nanostores::detail {

namespace {

bool isSpace(char c) noexcept
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool isDigit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

int hexDigit(char c) noexcept
{
    return isDigit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Halves of surrogates are encoded, too: texts of JavaScript may have them.
void appendUtf8(std::string &to, unsigned code)
{
    if (code < 0x80) {
        to += static_cast<char>(code);
    } else if (code < 0x800) {
        to += static_cast<char>(0xc0u | (code >> 6u));
        to += static_cast<char>(0x80u | (code & 0x3fu));
    } else if (code < 0x10000) {
        to += static_cast<char>(0xe0u | (code >> 12u));
        to += static_cast<char>(0x80u | ((code >> 6u) & 0x3fu));
        to += static_cast<char>(0x80u | (code & 0x3fu));
    } else {
        to += static_cast<char>(0xf0u | (code >> 18u));
        to += static_cast<char>(0x80u | ((code >> 12u) & 0x3fu));
        to += static_cast<char>(0x80u | ((code >> 6u) & 0x3fu));
        to += static_cast<char>(0x80u | (code & 0x3fu));
    }
}

} // namespace

/// It is not the digest that a live value has.
void renewDigest(LogValue &value)
{
    std::string parts;
    const auto add = [&parts](std::uint64_t digest) {
        char bytes[sizeof(digest)];
        std::memcpy(bytes, &digest, sizeof(digest));
        parts.append(bytes, sizeof(bytes));
    };
    switch (value.kind) {
    case LogValue::Kind::List:
    case LogValue::Kind::Map:
        for (const LogValue &item : value.items) {
            add(item.digest);
        }
        break;
    case LogValue::Kind::Text:
    case LogValue::Kind::Opaque:
        parts = value.text;
        break;
    default:
        appendJson(parts, value);
        break;
    }
    if (value.isCut()) {
        parts += "... of " + std::to_string(value.size);
    }
    // 1 and 1.0 are written alike
    const bool isNumber = value.kind == LogValue::Kind::Unsigned || value.kind == LogValue::Kind::Float;
    value.digest = digestOf(parts, isNumber ? LogValue::Kind::Integer : value.kind);
}

void JsonValueReader::fail(const std::string &reason) const
{
    throw SessionError(reason, m_line, m_at);
}

void JsonValueReader::enter()
{
    if (m_depth-- == 0) {
        m_depth = 0;
        fail("values lie in values deeper than the limit");
    }
}

char JsonValueReader::peek() noexcept
{
    while (m_at < m_text.size() && isSpace(m_text[m_at])) {
        ++m_at;
    }
    return m_at < m_text.size() ? m_text[m_at] : '\0';
}

bool JsonValueReader::next(char character) noexcept
{
    if (peek() != character || m_at >= m_text.size()) {
        return false;
    }
    ++m_at;
    return true;
}

void JsonValueReader::require(char character)
{
    if (!next(character)) {
        std::string missing = "'' is expected here";
        missing.insert(1, 1, character);
        fail(missing);
    }
}

void JsonValueReader::requireEnd()
{
    peek();
    if (m_at != m_text.size()) {
        fail("there is something behind the end of the value");
    }
}

void JsonValueReader::word(std::string_view expected)
{
    if (m_text.substr(m_at, expected.size()) != expected) {
        fail("no JSON value begins so");
    }
    m_at += expected.size();
}

bool JsonValueReader::boolean()
{
    const bool isTrue = peek() == 't';
    word(isTrue ? "true" : "false");
    return isTrue;
}

unsigned JsonValueReader::hex4()
{
    unsigned code = 0;
    for (int i = 0; i < 4; ++i) {
        const int digit = m_at < m_text.size() ? hexDigit(m_text[m_at]) : -1;
        if (digit < 0) {
            fail("four hexadecimal digits are expected behind \\u");
        }
        code = code * 16 + static_cast<unsigned>(digit);
        ++m_at;
    }
    return code;
}

void JsonValueReader::escape(std::string &to)
{
    static constexpr std::string_view letters = "\"\\/bfnrt";
    static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    const char c = m_at < m_text.size() ? m_text[m_at] : '\0';
    ++m_at;
    if (c == 'u') {
        unsigned code = hex4();
        if (code >= 0xd800 && code < 0xdc00 && m_text.substr(m_at, 2) == "\\u") {
            const std::size_t before = m_at;
            m_at += 2;
            const unsigned low = hex4();
            if (low >= 0xdc00 && low < 0xe000) {
                code = 0x10000 + ((code - 0xd800) << 10u) + (low - 0xdc00);
            } else {
                m_at = before;
            }
        }
        appendUtf8(to, code);
        return;
    }
    const auto which = letters.find(c);
    if (c == '\0' || which == letters.npos) {
        fail("no character is escaped so");
    }
    to += meanings[which];
}

std::string JsonValueReader::string()
{
    require('"');
    std::string made;
    while (true) {
        const auto end = m_text.find_first_of("\"\\", m_at);
        if (end == m_text.npos) {
            fail("the text has no end");
        }
        const std::string_view part = m_text.substr(m_at, end - m_at);
        for (const char c : part) {
            if (static_cast<unsigned char>(c) < 0x20) {
                fail("a control character in a text has to be escaped");
            }
        }
        made += part;
        m_at = end + 1;
        if (m_text[end] == '"') {
            break;
        }
        escape(made);
    }
    if (!isWellFormed(made)) {
        fail("the text before this is not UTF-8");
    }
    return made;
}

std::string_view JsonValueReader::numberToken()
{
    peek();
    const std::size_t from = m_at;
    const auto digits = [this] {
        const std::size_t first = m_at;
        while (m_at < m_text.size() && isDigit(m_text[m_at])) {
            ++m_at;
        }
        if (m_at == first) {
            fail("a digit is expected here");
        }
        return first;
    };
    const auto take = [this](std::string_view any) {
        const bool is = m_at < m_text.size() && any.find(m_text[m_at]) != any.npos;
        m_at += is ? 1 : 0;
        return is;
    };
    take("-");
    const std::size_t first = digits();
    if (m_text[first] == '0' && m_at - first > 1) {
        fail("a number does not begin with 0");
    }
    if (take(".")) {
        digits();
    }
    if (take("eE")) {
        take("+-");
        digits();
    }
    return m_text.substr(from, m_at - from);
}

std::uint64_t JsonValueReader::count()
{
    const std::string_view token = numberToken();
    std::uint64_t made = 0;
    const auto end = std::from_chars(token.data(), token.data() + token.size(), made);
    if (end.ec != std::errc() || end.ptr != token.data() + token.size()) {
        fail("a whole number from 0 is expected here");
    }
    return made;
}

std::int64_t JsonValueReader::integer()
{
    const std::string_view token = numberToken();
    std::int64_t made = 0;
    const auto end = std::from_chars(token.data(), token.data() + token.size(), made);
    if (end.ec != std::errc() || end.ptr != token.data() + token.size()) {
        fail("a whole number is expected here");
    }
    return made;
}

namespace {

bool readInteger(std::string_view token, LogValue &to)
{
    const char *const end = token.data() + token.size();
    const auto asInteger = std::from_chars(token.data(), end, to.integer);
    if (asInteger.ec == std::errc() && asInteger.ptr == end && !token.empty()) {
        to.kind = LogValue::Kind::Integer;
        return true;
    }
    const auto asNatural = std::from_chars(token.data(), end, to.natural);
    if (asNatural.ec == std::errc() && asNatural.ptr == end && !token.empty()) {
        to.kind = LogValue::Kind::Unsigned;
        return true;
    }
    return false;
}

bool readFloat(std::string_view token, LogValue &to)
{
    const char *const end = token.data() + token.size();
    const auto read = std::from_chars(token.data(), end, to.number);
    to.kind = LogValue::Kind::Float;
    return read.ec == std::errc() && read.ptr == end;
}

} // namespace

LogValue JsonValueReader::number()
{
    const std::string_view token = numberToken();
    constexpr std::int64_t Safe = 9007199254740991; // a larger one is a double: whole numbers are marked then
    LogValue made;
    if (token.find_first_of(".eE") == token.npos && readInteger(token, made) && made.kind == LogValue::Kind::Integer
        && made.integer >= -Safe && made.integer <= Safe) {
        return made;
    }
    made = LogValue();
    if (!readFloat(token, made)) {
        fail("the number is larger than a double can be");
    }
    return made;
}

void JsonValueReader::skip()
{
    switch (peek()) {
    case '{':
        members([this](const std::string &) { skip(); });
        break;
    case '[':
        items([this] { skip(); });
        break;
    case '"':
        string();
        break;
    case 't':
    case 'f':
        boolean();
        break;
    case 'n':
        word("null");
        break;
    default:
        numberToken();
        break;
    }
}

LogValue JsonValueReader::value()
{
    LogValue made;
    switch (peek()) {
    case '{':
        made = object();
        break;
    case '[':
        made = list();
        break;
    case '"':
        made.kind = LogValue::Kind::Text;
        made.text = string();
        if (made.text == "***") {
            made = LogValue(LogValue::Kind::Hidden);
        }
        made.size = made.text.size();
        break;
    case 't':
    case 'f':
        made.kind = LogValue::Kind::Bool;
        made.boolean = boolean();
        break;
    case 'n':
        word("null");
        made.kind = LogValue::Kind::None;
        break;
    default:
        made = number();
        break;
    }
    renewDigest(made);
    return made;
}

LogValue JsonValueReader::list()
{
    LogValue made(LogValue::Kind::List);
    items([&] { made.items.push_back(value()); });
    made.size = made.items.size();
    return made;
}

/// An object whose first key begins with `$` is a mark. One that has another form is refused: nothing writes it.
LogValue JsonValueReader::object()
{
    LogValue made(LogValue::Kind::Map);
    std::string mark;
    bool isFirst = true;
    members([&](const std::string &name) {
        if (std::exchange(isFirst, false) && !name.empty() && name[0] == '$') {
            mark = name;
            made = marked(name);
            return;
        }
        if (!mark.empty()) {
            if (mark != "$cut" || name != "$size") {
                fail("a mark has no member of this name");
            }
            made.size = static_cast<std::size_t>(count()) * (made.kind == LogValue::Kind::Map ? 2 : 1);
            return;
        }
        LogValue key(LogValue::Kind::Text);
        key.text = name;
        key.size = name.size();
        renewDigest(key);
        made.items.push_back(std::move(key));
        made.items.push_back(value());
    });
    if (mark.empty()) {
        made.size = made.items.size();
    }
    return made;
}

LogValue JsonValueReader::marked(const std::string &mark)
{
    LogValue made;
    if (mark == "$int") {
        if (!readInteger(string(), made)) {
            fail("no whole number of 64 bits");
        }
    } else if (mark == "$float") {
        const std::string digits = string();
        if (!readFloat(digits, made)) {
            fail("no floating-point number");
        }
        LogValue plain(LogValue::Kind::Float);
        plain.number = made.number;
        std::string shortest;
        appendJson(shortest, plain);
        if (shortest != digits && shortest != "{\"$float\":\"" + digits + "\"}") {
            made.text = digits; // more of them than a double has
        }
    } else if (mark == "$bytes") {
        made.kind = LogValue::Kind::Text;
        made.text = bytes();
        made.size = made.text.size();
    } else if (mark == "$map") {
        made = pairs();
    } else if (mark == "$type") {
        made.kind = LogValue::Kind::Opaque;
        made.text = peek() == '{' ? value().text : string();
    } else if (mark == "$cut") {
        made = cut();
    } else {
        fail("a mark of this name is not known: the file is of a later version");
    }
    return made;
}

/// Its size follows.
LogValue JsonValueReader::cut()
{
    LogValue made = value();
    if (made.kind == LogValue::Kind::Hidden) {
        made = LogValue::ofText("***");
    }
    if (made.kind != LogValue::Kind::Text && !made.isContainer()) {
        fail("only texts, lists and maps are cut");
    }
    return made;
}

LogValue JsonValueReader::pairs()
{
    LogValue made(LogValue::Kind::Map);
    items([&] {
        std::size_t parts = 0;
        items([&] {
            made.items.push_back(value());
            ++parts;
        });
        if (parts != 2) {
            fail("an entry of a map is a key and a value");
        }
    });
    made.size = made.items.size();
    return made;
}

std::string JsonValueReader::bytes()
{
    const std::string digits = string();
    std::string made;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
        const int high = hexDigit(digits[i]);
        const int low = hexDigit(digits[i + 1]);
        if (high < 0 || low < 0) {
            fail("bytes are hexadecimal digits");
        }
        made += static_cast<char>(high * 16 + low);
    }
    if (digits.size() % 2 != 0) {
        fail("bytes are pairs of hexadecimal digits");
    }
    return made;
}

} // namespace nanostores::detail

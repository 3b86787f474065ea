// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/jsontext.h>

#include <QByteArrayView>
#include <QString>
#include <QStringDecoder>

#include <algorithm>
#include <cstdint>

namespace nanostores::detail {

namespace {

constexpr std::size_t deepest = 256;
constexpr std::size_t shortLine = 80;

bool isSpace(char character) noexcept
{
    return character == ' ' || character == '\n' || character == '\t' || character == '\r';
}

bool isDigit(char character) noexcept
{
    return character >= '0' && character <= '9';
}

int hexDigit(char character) noexcept
{
    if (isDigit(character)) {
        return character - '0';
    }
    if (character >= 'a' && character <= 'f') {
        return character - 'a' + 10;
    }
    return character >= 'A' && character <= 'F' ? character - 'A' + 10 : -1;
}

std::uint32_t unitOf(std::string_view fourDigits) noexcept
{
    std::uint32_t unit = 0;
    for (const char digit : fourDigits) {
        unit = unit * 16 + static_cast<std::uint32_t>(hexDigit(digit));
    }
    return unit;
}

void appendUtf8(std::string &out, std::uint32_t point)
{
    const auto byte = [&out](std::uint32_t value) { out.push_back(static_cast<char>(value)); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xc0 | (point >> 6));
        byte(0x80 | (point & 0x3f));
    } else if (point < 0x10000) {
        byte(0xe0 | (point >> 12));
        byte(0x80 | ((point >> 6) & 0x3f));
        byte(0x80 | (point & 0x3f));
    } else {
        byte(0xf0 | (point >> 18));
        byte(0x80 | ((point >> 12) & 0x3f));
        byte(0x80 | ((point >> 6) & 0x3f));
        byte(0x80 | (point & 0x3f));
    }
}

/// The token with its quotes, which is right. Halves of pairs that stand alone become U+FFFD.
std::string decoded(std::string_view token)
{
    std::string text;
    text.reserve(token.size());
    for (std::size_t i = 1; i + 1 < token.size(); ++i) {
        if (token[i] != '\\') {
            text.push_back(token[i]);
            continue;
        }
        switch (token[++i]) {
        case 'b':
            text.push_back('\b');
            break;
        case 'f':
            text.push_back('\f');
            break;
        case 'n':
            text.push_back('\n');
            break;
        case 'r':
            text.push_back('\r');
            break;
        case 't':
            text.push_back('\t');
            break;
        case 'u': {
            std::uint32_t point = unitOf(token.substr(i + 1, 4));
            i += 4;
            if (point >= 0xd800 && point < 0xdc00 && token.substr(i + 1, 2) == "\\u") {
                const std::uint32_t low = unitOf(token.substr(i + 3, 4));
                if (low >= 0xdc00 && low < 0xe000) {
                    point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
                    i += 6;
                }
            }
            appendUtf8(text, point >= 0xd800 && point < 0xe000 ? 0xfffd : point);
            break;
        }
        default:
            text.push_back(token[i]);
        }
    }
    return text;
}

} // namespace

JsonTextError::JsonTextError(const std::string &message, std::size_t offset)
    : std::runtime_error(message)
    , m_offset(offset)
{
}

JsonTextError::~JsonTextError() = default;

void JsonReader::fail(const std::string &message) const
{
    throw JsonTextError(message, m_offset);
}

char JsonReader::peek() noexcept
{
    while (m_offset < m_text.size() && isSpace(m_text[m_offset])) {
        ++m_offset;
    }
    return m_offset < m_text.size() ? m_text[m_offset] : '\0';
}

bool JsonReader::isAtEnd() noexcept
{
    peek();
    return m_offset == m_text.size();
}

bool JsonReader::next(char character) noexcept
{
    if (peek() != character || m_offset == m_text.size()) {
        return false;
    }
    ++m_offset;
    return true;
}

void JsonReader::require(char character)
{
    if (!next(character)) {
        fail(m_offset == m_text.size() ? std::string("the text ends early") : std::string("no ") + character);
    }
}

std::string_view JsonReader::stringToken()
{
    const std::size_t start = m_offset;
    require('"');
    for (; m_offset < m_text.size(); ++m_offset) {
        const char character = m_text[m_offset];
        if (character == '"') {
            ++m_offset;
            return m_text.substr(start, m_offset - start);
        }
        if (static_cast<unsigned char>(character) < 0x20) {
            fail("a line break or control character in a string");
        }
        if (character != '\\') {
            continue;
        }
        const char escape = m_offset + 1 < m_text.size() ? m_text[m_offset + 1] : '\0';
        if (escape == 'u') {
            const auto digits = m_text.substr(m_offset + 2, 4);
            if (digits.size() != 4
                || !std::all_of(digits.begin(), digits.end(), [](char digit) { return hexDigit(digit) >= 0; })) {
                fail("\\u without four hexadecimal digits");
            }
            m_offset += 4;
        } else if (escape == '\0' || std::string_view("\"\\/bfnrt").find(escape) == std::string_view::npos) {
            fail("an unknown escape in a string");
        }
        ++m_offset;
    }
    fail("a string without end");
}

std::string_view JsonReader::scalarToken()
{
    const auto rest = m_text.substr(m_offset);
    for (const std::string_view name : {"true", "false", "null"}) {
        if (rest.substr(0, name.size()) == name) {
            m_offset += name.size();
            return name;
        }
    }
    std::size_t length = 0;
    const auto at = [&] { return length < rest.size() ? rest[length] : '\0'; };
    const auto digits = [&] {
        const std::size_t start = length;
        while (isDigit(at())) {
            ++length;
        }
        return length > start;
    };
    length += at() == '-' ? 1 : 0;
    bool isNumber = true;
    if (at() == '0') {
        ++length;
    } else {
        isNumber = digits();
    }
    if (isNumber && at() == '.') {
        ++length;
        isNumber = digits();
    }
    if (isNumber && (at() == 'e' || at() == 'E')) {
        ++length;
        length += at() == '-' || at() == '+' ? 1 : 0;
        isNumber = digits();
    }
    if (!isNumber || isDigit(at())) {
        fail(rest.empty() ? "the text ends early" : "no value");
    }
    m_offset += length;
    return rest.substr(0, length);
}

std::string JsonReader::string()
{
    peek();
    return decoded(stringToken());
}

std::string JsonReader::value()
{
    std::string out;
    std::string open; // the brackets around this place
    const auto name = [&] {
        peek();
        out += stringToken();
        require(':');
        out.push_back(':');
    };
    for (;;) {
        const char first = peek();
        if (first == '{' || first == '[') {
            if (open.size() == deepest) {
                fail("nested too deeply");
            }
            ++m_offset;
            out.push_back(first);
            open.push_back(first);
            if (peek() != (first == '{' ? '}' : ']')) {
                if (first == '{') {
                    name();
                }
                continue;
            }
        } else {
            out += first == '"' ? stringToken() : scalarToken();
        }
        bool isContinued = false;
        while (!open.empty() && !isContinued) {
            const bool isObject = open.back() == '{';
            if (next(isObject ? '}' : ']')) {
                out.push_back(isObject ? '}' : ']');
                open.pop_back();
            } else if (next(',')) {
                out.push_back(',');
                if (isObject) {
                    name();
                }
                isContinued = true;
            } else {
                fail(m_offset == m_text.size() ? "the text ends early" : isObject ? "no , or }" : "no , or ]");
            }
        }
        if (!isContinued) {
            return out;
        }
    }
}

bool isCompactJson(std::string_view text)
{
    if (text.empty() || (!isDigit(text.front()) && std::string_view("{[\"-tfn").find(text.front()) == text.npos)) {
        return false;
    }
    try {
        JsonReader reader(text);
        return reader.value() == text;
    } catch (const JsonTextError &) {
        return false;
    }
}

bool isUtf8(std::string_view text)
{
    QStringDecoder decode(QStringDecoder::Utf8,
                          QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    [[maybe_unused]] const QString decodedText =
        decode(QByteArrayView(text.data(), static_cast<qsizetype>(text.size())));
    return !decode.hasError();
}

void appendJsonString(std::string &out, std::string_view text)
{
    constexpr std::string_view digits = "0123456789abcdef";
    out.push_back('"');
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        switch (character) {
        case '"':
            out += "\\\"";
            break;
        case '\\':
            out += "\\\\";
            break;
        case '\n':
            out += "\\n";
            break;
        case '\r':
            out += "\\r";
            break;
        case '\t':
            out += "\\t";
            break;
        default:
            if (code < 0x20 || code == 0x7f) {
                out += "\\u00";
                out.push_back(digits[code >> 4]);
                out.push_back(digits[code & 15]);
            } else {
                out.push_back(character);
            }
        }
    }
    out.push_back('"');
}

namespace {

/// Behind the bracket that closes the one at `start`; none if that is farther than a short line.
std::size_t endOfShort(std::string_view compact, std::size_t start)
{
    std::size_t depth = 0;
    bool isInString = false;
    const std::size_t last = std::min(compact.size(), start + shortLine);
    for (std::size_t i = start; i < last; ++i) {
        const char character = compact[i];
        if (isInString) {
            i += character == '\\' ? 1 : 0;
            isInString = character != '"';
        } else if (character == '"') {
            isInString = true;
        } else if (character == '{' || character == '[') {
            ++depth;
        } else if ((character == '}' || character == ']') && --depth == 0) {
            return i + 1;
        }
    }
    return std::string_view::npos;
}

} // namespace

void appendJsonIndented(std::string &out, std::string_view compact, std::size_t indent)
{
    std::size_t level = 0; // of what is indented
    std::size_t lineEnd = 0; // up to here it stays on one line
    const auto newLine = [&] {
        out.push_back('\n');
        out.append(indent + level * 4, ' ');
    };
    for (std::size_t i = 0; i < compact.size(); ++i) {
        const char character = compact[i];
        const bool isShort = i < lineEnd;
        switch (character) {
        case '"': {
            const std::size_t start = i++;
            while (compact[i] != '"') {
                i += compact[i] == '\\' ? 2 : 1;
            }
            out += compact.substr(start, i + 1 - start);
            break;
        }
        case ':':
            out += ": ";
            break;
        case ',':
            out.push_back(',');
            if (isShort) {
                out.push_back(' ');
            } else {
                newLine();
            }
            break;
        case '{':
        case '[':
            out.push_back(character);
            if (isShort) {
                break;
            }
            if (const auto end = endOfShort(compact, i); end != std::string_view::npos) {
                lineEnd = end;
            } else {
                ++level;
                newLine();
            }
            break;
        case '}':
        case ']':
            if (!isShort) {
                --level;
                newLine();
            }
            out.push_back(character);
            break;
        default:
            out.push_back(character);
        }
    }
}

std::string placeInText(std::string_view text, std::size_t offset)
{
    const auto before = text.substr(0, offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto lineStart = before.rfind('\n');
    const auto column = lineStart == before.npos ? before.size() + 1 : before.size() - lineStart;
    return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

} // namespace nanostores::detail

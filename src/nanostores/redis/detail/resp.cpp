// SPDX-License-Identifier: MIT
#include <nanostores/redis/detail/resp.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr std::size_t CompactAbove = 4096;

std::string shown(std::string_view text)
{
    std::string result;
    for (const char byte : text.substr(0, 20)) {
        result += byte >= ' ' && byte <= '~' ? byte : '?';
    }
    return '"' + result + '"';
}

bool isBigNumber(std::string_view text)
{
    const std::string_view digits = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
    return !digits.empty()
           && std::all_of(digits.begin(), digits.end(), [](char digit) { return digit >= '0' && digit <= '9'; });
}

std::optional<std::int64_t> integerOf(std::string_view text)
{
    if (!isBigNumber(text)) {
        return std::nullopt;
    }
    text.remove_prefix(text.starts_with('+') ? 1 : 0);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

bool isDouble(std::string_view text)
{
    const std::string_view unsignedText = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
    if (unsignedText == "inf" || text == "nan") {
        return true;
    }
    return !unsignedText.empty() && std::all_of(text.begin(), text.end(), [](char character) {
        return std::string_view("0123456789+-.eE").find(character) != std::string_view::npos;
    });
}

} // namespace

RespError::RespError(const std::string &message, bool isTooLarge)
    : std::runtime_error(message)
    , m_isTooLarge(isTooLarge)
{
}

RespError::~RespError() = default;

RespReader::RespReader(RespLimits limits)
    : m_limits(limits)
{
}

void RespReader::feed(std::string_view bytes)
{
    if (!m_error) {
        m_buffer.append(bytes);
    }
}

void RespReader::reset()
{
    m_buffer.clear();
    m_read = 0;
    m_searched = 0;
    m_bulk.reset();
    m_lists.clear();
    m_done.reset();
    m_spentBytes = 0;
    m_spentValues = 0;
    m_error.reset();
}

std::optional<RespValue> RespReader::next()
{
    if (m_error) {
        throw RespError(*m_error);
    }
    while (!m_done && step()) {}
    compact();
    if (!m_done) {
        return std::nullopt;
    }
    m_spentBytes = 0;
    m_spentValues = 0;
    return std::exchange(m_done, std::nullopt);
}

/// One line, or one bulk. False: it has not come yet.
bool RespReader::step()
{
    compact();
    if (m_bulk) {
        return readBulk();
    }
    std::string_view line;
    if (!readLine(line)) {
        return false;
    }
    if (line.empty()) {
        fail("an empty line stands where a value should begin");
    }
    begin(line.front(), line.substr(1));
    closeLists();
    return true;
}

bool RespReader::readLine(std::string_view &line)
{
    const std::size_t end = m_buffer.find("\r\n", std::max(m_searched, m_read));
    const std::size_t known = end != std::string::npos ? end : m_buffer.size() - (m_buffer.ends_with('\r') ? 1 : 0);
    const std::size_t length = std::max(known, m_read) - m_read;
    if (length > m_limits.line) {
        fail("a line is longer than " + std::to_string(m_limits.line) + " bytes", true);
    }
    if (end == std::string::npos) {
        m_searched = std::max(known, m_read); // the first half of the end may be there
        return false;
    }
    line = std::string_view(m_buffer).substr(m_read, length);
    m_read = end + 2;
    m_searched = m_read;
    spend(length);
    return true;
}

bool RespReader::readBulk()
{
    const std::size_t size = *m_bulk;
    if (m_buffer.size() - m_read < size + 2) {
        return false;
    }
    if (m_buffer.compare(m_read + size, 2, "\r\n") != 0) {
        fail("a bulk is longer than it was announced");
    }
    RespValue value;
    value.type = m_bulkType;
    value.text = m_buffer.substr(m_read, size);
    m_read += size + 2;
    m_searched = m_read;
    m_bulk.reset();
    if (m_bulkType == RespType::Verbatim) {
        if (size < 4 || value.text[3] != ':') {
            fail("a verbatim text does not say its format");
        }
        value.text.erase(0, 4);
    } else if (m_bulkType == RespType::Error && value.text.empty()) {
        fail("an error is empty");
    }
    add(std::move(value));
    closeLists();
    return true;
}

void RespReader::begin(char kind, std::string_view rest)
{
    const auto simple = [&](RespType type) {
        RespValue value;
        value.type = type;
        value.text = rest;
        add(std::move(value));
    };
    const auto number = [&](RespType type, std::int64_t integer) {
        RespValue value;
        value.type = type;
        value.integer = integer;
        add(std::move(value));
    };
    const auto bulk = [&](RespType type) {
        m_bulk = length(rest, m_limits.bulk, "a bulk");
        m_bulkType = type;
        spend(*m_bulk);
    };
    switch (kind) {
    case '+':
        return simple(RespType::Text);
    case '-':
        return simple(RespType::Error);
    case ':':
        if (const auto integer = integerOf(rest)) {
            return number(RespType::Integer, *integer);
        }
        fail("an integer is " + shown(rest));
    case '$':
        return rest == "-1" ? add(RespValue()) : bulk(RespType::Bulk);
    case '=':
        return bulk(RespType::Verbatim);
    case '!':
        return bulk(RespType::Error);
    case '_':
        if (rest.empty()) {
            return add(RespValue());
        }
        fail("a null has a value");
    case '#':
        if (rest == "t" || rest == "f") {
            return number(RespType::Boolean, rest == "t" ? 1 : 0);
        }
        fail("a boolean is " + shown(rest));
    case ',':
        if (isDouble(rest)) {
            return simple(RespType::Double);
        }
        fail("a double is " + shown(rest));
    case '(':
        if (isBigNumber(rest)) {
            return simple(RespType::BigNumber);
        }
        fail("a big number is " + shown(rest));
    case '*':
        if (rest == "-1") {
            return add(RespValue());
        }
        return beginList(RespType::Array, length(rest, m_limits.values, "a list"), false);
    case '~':
        return beginList(RespType::Set, length(rest, m_limits.values, "a set"), false);
    case '>':
        return beginList(RespType::Push, length(rest, m_limits.values, "a push"), false);
    case '%':
        return beginList(RespType::Map, 2 * length(rest, m_limits.values / 2, "a map"), false);
    case '|':
        return beginList(RespType::Map, 2 * length(rest, m_limits.values / 2, "an attribute"), true);
    default:
        fail("a value begins with " + shown(std::string_view(&kind, 1)));
    }
}

void RespReader::beginList(RespType type, std::size_t count, bool isAttribute)
{
    if (m_lists.size() >= m_limits.depth) {
        fail("lists are nested deeper than " + std::to_string(m_limits.depth), true);
    }
    m_spentValues += count;
    if (m_spentValues > m_limits.values) {
        fail("an answer has more than " + std::to_string(m_limits.values) + " values", true);
    }
    List list;
    list.value.type = type;
    list.missing = count;
    list.isAttribute = isAttribute;
    m_lists.push_back(std::move(list));
}

void RespReader::add(RespValue value)
{
    if (m_lists.empty()) {
        m_done = std::move(value);
        return;
    }
    --m_lists.back().missing;
    m_lists.back().value.items.push_back(std::move(value));
}

/// Lists that are complete become values of those around them. What follows an attribute is the value itself.
void RespReader::closeLists()
{
    while (!m_lists.empty() && m_lists.back().missing == 0) {
        List list = std::move(m_lists.back());
        m_lists.pop_back();
        if (list.isAttribute) {
            return;
        }
        add(std::move(list.value));
    }
}

void RespReader::spend(std::size_t bytes)
{
    m_spentBytes += bytes;
    if (m_spentBytes > m_limits.answer) {
        fail("an answer has more than " + std::to_string(m_limits.answer) + " bytes", true);
    }
}

std::size_t RespReader::length(std::string_view digits, std::size_t most, const char *what)
{
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error == std::errc::result_out_of_range || (error == std::errc() && value > most)) {
        fail(std::string(what) + " is announced with " + shown(digits) + ", and may have " + std::to_string(most),
             true);
    }
    if (error != std::errc() || end != digits.data() + digits.size()) {
        fail(std::string("the length of ") + what + " is " + shown(digits));
    }
    return value;
}

void RespReader::fail(const std::string &message, bool isTooLarge)
{
    reset();
    m_error.emplace("the server does not speak the protocol of Redis, or is not ours: " + message, isTooLarge);
    throw RespError(*m_error);
}

void RespReader::compact()
{
    if (m_read == m_buffer.size() || (m_read > CompactAbove && m_read > m_buffer.size() / 2)) {
        m_buffer.erase(0, m_read);
        m_searched -= std::min(m_searched, m_read);
        m_read = 0;
    }
}

void appendCommand(std::string &to, std::span<const std::string_view> words)
{
    const auto line = [&to](char kind, std::size_t number) {
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
        to += kind;
        to.append(digits, end);
        to += "\r\n";
    };
    line('*', words.size());
    for (const std::string_view word : words) {
        line('$', word.size());
        to += word;
        to += "\r\n";
    }
}

} // namespace nanostores::detail

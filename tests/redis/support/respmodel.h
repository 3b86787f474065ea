// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/redis/detail/resp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// What a RespReader gives for some bytes.
struct RespResult
{
    std::vector<nanostores::detail::RespValue> values;
    bool isError = false; ///< After these values. Otherwise the rest has not come yet.

    friend bool operator==(const RespResult &, const RespResult &) = default;
};

/// The same, read by functions that call each other, from bytes that are all there.
class RespModel
{
public:
    RespModel(std::string_view bytes, const nanostores::detail::RespLimits &limits)
        : m_bytes(bytes)
        , m_limits(limits)
    {
    }

    RespResult all()
    {
        RespResult result;
        for (;;) {
            m_spentBytes = 0;
            m_spentValues = 0;
            Value value;
            const End end = read(value, 0);
            if (end != End::Complete) {
                result.isError = end == End::Error;
                return result;
            }
            result.values.push_back(std::move(value));
        }
    }

private:
    using Value = nanostores::detail::RespValue;
    using Type = nanostores::detail::RespType;
    enum class End { Complete, Missing, Error };

    End readLine(std::string_view &line)
    {
        const std::string_view rest = m_bytes.substr(m_place);
        const auto end = rest.find("\r\n");
        if (end == std::string_view::npos) {
            const std::size_t length = rest.size() - (rest.ends_with('\r') ? 1 : 0);
            return length > m_limits.line ? End::Error : End::Missing;
        }
        if (end > m_limits.line || !spend(end)) {
            return End::Error;
        }
        line = rest.substr(0, end);
        m_place += end + 2;
        return End::Complete;
    }
    bool spend(std::size_t bytes)
    {
        m_spentBytes += bytes;
        return m_spentBytes <= m_limits.answer;
    }
    static bool digitsOf(std::string_view text, std::size_t most, std::size_t &value)
    {
        value = 0;
        for (const char digit : text) {
            if (digit < '0' || digit > '9' || value > most) {
                return false;
            }
            value = value * 10 + static_cast<std::size_t>(digit - '0');
        }
        return !text.empty() && value <= most;
    }
    static bool isInteger(std::string_view text, std::int64_t &value)
    {
        const bool isNegative = text.starts_with('-');
        if (isNegative || text.starts_with('+')) {
            text.remove_prefix(1);
        }
        if (text.empty()) {
            return false;
        }
        const std::uint64_t most = (std::uint64_t{1} << 63U) - (isNegative ? 0 : 1);
        std::uint64_t sum = 0;
        for (const char digit : text) {
            if (digit < '0' || digit > '9') {
                return false;
            }
            const auto number = static_cast<std::uint64_t>(digit - '0');
            if (sum > (most - number) / 10) {
                return false;
            }
            sum = sum * 10 + number;
        }
        value = static_cast<std::int64_t>(isNegative ? ~sum + 1 : sum);
        return true;
    }
    static bool isBig(std::string_view text)
    {
        text.remove_prefix(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
        return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
    }
    static bool isDouble(std::string_view text)
    {
        const std::string_view all = text.substr(text.starts_with('-') || text.starts_with('+') ? 1 : 0);
        return all == "inf" || text == "nan"
               || (!all.empty() && text.find_first_not_of("0123456789+-.eE") == std::string_view::npos);
    }

    End readBulk(Value &value, Type type, std::string_view length)
    {
        std::size_t size = 0;
        if (!digitsOf(length, m_limits.bulk, size) || !spend(size)) {
            return End::Error;
        }
        const std::string_view rest = m_bytes.substr(m_place);
        if (rest.size() < size + 2) {
            return End::Missing;
        }
        if (rest.substr(size, 2) != "\r\n") {
            return End::Error;
        }
        m_place += size + 2;
        value.type = type;
        value.text = rest.substr(0, size);
        if (type == Type::Verbatim) {
            if (size < 4 || value.text[3] != ':') {
                return End::Error;
            }
            value.text.erase(0, 4);
        }
        return type == Type::Error && size == 0 ? End::Error : End::Complete;
    }
    End readList(Value &value, Type type, std::string_view length, std::size_t factor, std::size_t depth)
    {
        std::size_t count = 0;
        if (!digitsOf(length, m_limits.values / factor, count) || depth >= m_limits.depth) {
            return End::Error;
        }
        m_spentValues += count * factor;
        if (m_spentValues > m_limits.values) {
            return End::Error;
        }
        value.type = type;
        for (std::size_t i = 0; i < count * factor; ++i) {
            Value item;
            if (const End end = read(item, depth + 1); end != End::Complete) {
                return end;
            }
            value.items.push_back(std::move(item));
        }
        return End::Complete;
    }
    End read(Value &value, std::size_t depth)
    {
        std::string_view line;
        if (const End end = readLine(line); end != End::Complete) {
            return end;
        }
        if (line.empty()) {
            return End::Error;
        }
        const std::string_view rest = line.substr(1);
        const auto text = [&](Type type, bool isRight) {
            value.type = type;
            value.text = rest;
            return isRight ? End::Complete : End::Error;
        };
        switch (line.front()) {
        case '+':
            return text(Type::Text, true);
        case '-':
            return text(Type::Error, true);
        case ',':
            return text(Type::Double, isDouble(rest));
        case '(':
            return text(Type::BigNumber, isBig(rest));
        case ':':
            value.type = Type::Integer;
            return isInteger(rest, value.integer) ? End::Complete : End::Error;
        case '#':
            value.type = Type::Boolean;
            value.integer = rest == "t" ? 1 : 0;
            return rest == "t" || rest == "f" ? End::Complete : End::Error;
        case '_':
            return rest.empty() ? End::Complete : End::Error;
        case '$':
            return rest == "-1" ? End::Complete : readBulk(value, Type::Bulk, rest);
        case '=':
            return readBulk(value, Type::Verbatim, rest);
        case '!':
            return readBulk(value, Type::Error, rest);
        case '*':
            return rest == "-1" ? End::Complete : readList(value, Type::Array, rest, 1, depth);
        case '~':
            return readList(value, Type::Set, rest, 1, depth);
        case '>':
            return readList(value, Type::Push, rest, 1, depth);
        case '%':
            return readList(value, Type::Map, rest, 2, depth);
        case '|': {
            Value attribute;
            const End end = readList(attribute, Type::Map, rest, 2, depth);
            return end == End::Complete ? read(value, depth) : end;
        }
        default:
            return End::Error;
        }
    }

    const std::string_view m_bytes;
    const nanostores::detail::RespLimits m_limits;
    std::size_t m_place = 0;
    std::size_t m_spentBytes = 0;
    std::size_t m_spentValues = 0;
};

/// What the reader gives when the bytes come in pieces; pieceOf() says how long the next one is.
template<typename F>
RespResult readInPieces(std::string_view bytes, const nanostores::detail::RespLimits &limits, F pieceOf)
{
    nanostores::detail::RespReader reader(limits);
    RespResult result;
    try {
        do {
            const std::size_t size = std::min<std::size_t>(bytes.size(), pieceOf());
            reader.feed(bytes.substr(0, size));
            bytes.remove_prefix(size);
            while (auto value = reader.next()) {
                result.values.push_back(std::move(*value));
            }
        } while (!bytes.empty());
    } catch (const nanostores::detail::RespError &) {
        result.isError = true;
    }
    return result;
}

} // namespace support

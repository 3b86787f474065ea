// SPDX-License-Identifier: MIT
#include <nanostores/mqtt/detail/mqttformat.h>

#include <charconv>
#include <cstddef>
#include <limits>

namespace nanostores::detail {

namespace {

constexpr std::string_view Mark = "ns1 ";
constexpr std::size_t LongestHead = 96; ///< bytes
/// No clock that counts from 1 comes here; one of a hostile neighbour does.
constexpr std::uint64_t LastClock = std::numeric_limits<std::uint64_t>::max() / 2;

bool isPlain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
           || c == '_' || c == '~';
}

/// 16: it is no digit.
unsigned digitOf(char c)
{
    if (c >= '0' && c <= '9') {
        return static_cast<unsigned>(c - '0');
    }
    return c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A') + 10 : 16;
}

/// Takes a number and the character after it; false: they are not there, or are written in another way.
template<typename T>
bool take(std::string_view &text, T &value, char end)
{
    const auto [place, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const auto length = static_cast<std::size_t>(place - text.data());
    if (error != std::errc() || length == text.size() || *place != end || (text.front() == '0' && length > 1)) {
        return false;
    }
    text.remove_prefix(length + 1);
    return true;
}

/// What a payload begins with, without the mark.
MqttReading readMark(std::string_view &payload)
{
    if (payload.starts_with(Mark)) {
        payload.remove_prefix(Mark.size());
        return MqttReading::Read;
    }
    std::string_view rest = payload.substr(0, LongestHead);
    std::uint32_t format = 0;
    if (rest.starts_with("ns")) {
        rest.remove_prefix(2);
        return take(rest, format, ' ') && format > 1 ? MqttReading::Newer : MqttReading::Foreign;
    }
    return MqttReading::Foreign;
}

} // namespace

std::string percentEncoded(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string level;
    level.reserve(bytes.size());
    for (const char c : bytes) {
        if (isPlain(c)) {
            level += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            level += '%';
            level += digits[byte >> 4U];
            level += digits[byte & 15U];
        }
    }
    return level;
}

std::optional<std::string> percentDecoded(std::string_view level)
{
    std::string bytes;
    bytes.reserve(level.size());
    for (std::size_t i = 0; i < level.size(); ++i) {
        if (isPlain(level[i])) {
            bytes += level[i];
            continue;
        }
        if (level[i] != '%' || level.size() - i < 3) {
            return std::nullopt;
        }
        const unsigned high = digitOf(level[i + 1]);
        const unsigned low = digitOf(level[i + 2]);
        const char byte = static_cast<char>(static_cast<unsigned char>(high * 16 + low));
        if (high > 15 || low > 15 || isPlain(byte)) {
            return std::nullopt;
        }
        bytes += byte;
        i += 2;
    }
    return bytes;
}

std::uint64_t nextClock(std::uint64_t clock)
{
    return clock < LastClock ? clock + 1 : LastClock;
}

std::string encodeValue(const MqttHead &head, std::string_view value)
{
    std::string payload(Mark);
    payload += std::to_string(head.schema) + ' ' + std::to_string(head.writer) + ' ' + std::to_string(head.clock);
    payload += '\n';
    payload += value;
    return payload;
}

MqttReading decodeValue(std::string_view payload, MqttHead &head, std::string_view &value)
{
    if (const MqttReading reading = readMark(payload); reading != MqttReading::Read) {
        return reading;
    }
    const bool isRead = take(payload, head.schema, ' ') && take(payload, head.writer, ' ')
                        && take(payload, head.clock, '\n') && head.clock <= LastClock;
    value = payload;
    return isRead ? MqttReading::Read : MqttReading::Foreign;
}

std::string encodeMeta(const MqttMeta &meta)
{
    return std::string(Mark) + std::to_string(meta.epoch) + ' ' + std::to_string(meta.clock) + ' '
           + std::to_string(meta.before) + ' ' + std::to_string(meta.left) + '\n';
}

MqttReading decodeMeta(std::string_view payload, MqttMeta &meta)
{
    if (const MqttReading reading = readMark(payload); reading != MqttReading::Read) {
        return reading;
    }
    const bool isRead = take(payload, meta.epoch, ' ') && take(payload, meta.clock, ' ')
                        && take(payload, meta.before, ' ') && take(payload, meta.left, '\n') && payload.empty()
                        && meta.epoch != 0 && meta.clock <= LastClock;
    return isRead ? MqttReading::Read : MqttReading::Foreign;
}

} // namespace nanostores::detail

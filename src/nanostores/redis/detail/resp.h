// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/redis/export.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// RESP, the protocol of Redis and Valkey: versions 2 and 3 of what a server sends, and the commands of a client. Free
/// of Qt.
namespace nanostores::detail {

/// Bytes that are no RESP, or more of it than the limits allow. The connection cannot be used any more.
class NANOSTORES_REDIS_EXPORT RespError : public std::runtime_error
{
public:
    /// isTooLarge: it is correct so far as it goes.
    explicit RespError(const std::string &message, bool isTooLarge = false);
    ~RespError() override;

    bool isTooLarge() const noexcept { return m_isTooLarge; }

private:
    bool m_isTooLarge;
};

enum class RespType : std::uint8_t {
    Null,
    Text, ///< text: a line
    Error, ///< text: "CODE message"
    Integer, ///< integer
    Bulk, ///< text: any bytes
    Boolean, ///< integer: 0 or 1
    Double, ///< text, as it was sent
    BigNumber, ///< text
    Verbatim, ///< text, without its format
    Array, ///< items
    Map, ///< items: key, value, key, value
    Set, ///< items
    Push, ///< items: not an answer
};

struct RespValue
{
    RespType type = RespType::Null;
    std::int64_t integer = 0;
    std::string text;
    std::vector<RespValue> items;

    friend bool operator==(const RespValue &, const RespValue &) = default;

    bool isNull() const noexcept { return type == RespType::Null; }
    bool isError() const noexcept { return type == RespType::Error; }
    bool isText() const noexcept { return type == RespType::Bulk || type == RespType::Text; }
    bool isList() const noexcept { return type >= RespType::Array; }
};

/// What one answer may have. A server that sends more is not one of ours.
struct RespLimits
{
    std::size_t line = std::size_t{64} * 1024; ///< bytes, of all that is no bulk
    std::size_t bulk = std::size_t{2} * 1024 * 1024; ///< bytes
    std::size_t answer = std::size_t{32} * 1024 * 1024; ///< bytes, of all its lines and bulks
    std::size_t values = std::size_t{256} * 1024; ///< in all lists together
    std::size_t depth = 8; ///< lists in lists
};

/// Reads answers from bytes that come in pieces. Each byte is looked at once, and memory is taken for bytes that have
/// come, not for those that were announced.
class NANOSTORES_REDIS_EXPORT RespReader
{
public:
    explicit RespReader(RespLimits limits = {});

    /// More bytes from the server.
    void feed(std::string_view bytes);
    /// The next answer; none: it has not come yet. Throws RespError, again each time it is called after that. What may
    /// come with RESP3 beside the answers is left out: attributes.
    std::optional<RespValue> next();
    /// Begins anew, as with another connection.
    void reset();
    std::size_t buffered() const noexcept { return m_buffer.size() - m_read; } ///< bytes that are not read yet

private:
    struct List
    {
        RespValue value;
        std::size_t missing = 0;
        bool isAttribute = false;
    };

    bool step();
    bool readBulk();
    bool readLine(std::string_view &line);
    void begin(char kind, std::string_view rest);
    void beginList(RespType type, std::size_t count, bool isAttribute);
    void add(RespValue value);
    void closeLists();
    void spend(std::size_t bytes);
    std::size_t length(std::string_view digits, std::size_t most, const char *what);
    [[noreturn]] void fail(const std::string &message, bool isTooLarge = false);
    void compact();

    const RespLimits m_limits;
    std::string m_buffer;
    std::size_t m_read = 0; ///< So much of the buffer is done.
    std::size_t m_searched = 0; ///< Up to here there is no end of a line.
    std::optional<std::size_t> m_bulk; ///< A bulk of that length is being read.
    RespType m_bulkType = RespType::Bulk;
    std::vector<List> m_lists; ///< Those that are not complete, the outermost first.
    std::optional<RespValue> m_done;
    std::size_t m_spentBytes = 0; ///< Of the present answer.
    std::size_t m_spentValues = 0;
    std::optional<RespError> m_error;
};

/// Appends a command, with its arguments, as it is sent.
NANOSTORES_REDIS_EXPORT void appendCommand(std::string &to, std::span<const std::string_view> words);

} // namespace nanostores::detail

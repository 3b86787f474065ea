// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/naming.h>
#include <nanostores/logger/logvalue.h>
#include <nanostores/recorder/export.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a session file consists of: a header, stores, and what happened to them, each a line of JSON. An inspector
/// sends the same lines.
namespace nanostores {

/// The version of session files that this library writes. It reads this one and older ones.
inline constexpr unsigned SessionVersion = 1;

/// The first line of a session.
struct SessionHeader
{
    unsigned version = SessionVersion;
    std::string app;
    std::int64_t pid = 0;
    std::string started; ///< The time of the clock, as ISO 8601 in UTC.
    std::string library; ///< The version of Nano Stores.

    friend bool operator==(const SessionHeader &, const SessionHeader &) = default;
};

/// A store or an effect, before its first event. A later line of the same id says what has become known since, such as
/// a name.
struct SessionStore
{
    std::uint64_t id = 0; ///< Never 0, and never used again in the session.
    std::string name; ///< Never empty: one without a name has its type and its number.
    bool isNamed = false; ///< The name was given or found, so that it is the same in the next run.
    std::string kind; ///< `store`, `computed`, `batched`, `effect`.
    std::string type; ///< Of the value.
    LogValue value; ///< When the recording began, or when the store was made. Absent: not known.
    bool isHidden = false; ///< It is redacted: there are no values.

    friend bool operator==(const SessionStore &, const SessionStore &) = default;
};

/// Something that happened.
struct SessionEvent
{
    enum class Kind : std::uint8_t {
        Gone, ///< The store has ended.
        Write,
        Run, ///< The function of a computed store or an effect was called.
        Notify, ///< The listeners of the store are called.
        Observed, ///< Its first observer came...
        Unobserved, ///< ...and its last one left.
        Mounted,
        Unmounted,
        Batch,
        Error, ///< One without a caller: text.
        Lost, ///< So many events before this place are not there: count.
    };
    enum class Outcome : std::uint8_t {
        Changed,
        Equal, ///< The value is what it was. A run of an effect that has ended is Equal, too.
        Aborted, ///< By an onSet hook.
        Notified, ///< notify(): the same value.
        Threw,
        Underway, ///< It had not ended yet.
    };
    /// In what a write was made, or a store read.
    enum class Place : std::uint8_t {
        Outside, ///< Of all that stores call: by a user, a timer, the network.
        Function, ///< The function of the run `within`.
        Listener, ///< A listener of the store of the event `within`.
        Hook, ///< A hook that the write `within` has called.
    };

    Kind kind = Kind::Write;
    Outcome outcome = Outcome::Changed;
    Place place = Place::Outside;
    std::uint64_t id = 0; ///< Counts the events, in the order in which they began.
    std::uint64_t turn = 0; ///< Counts the outermost writes and batches, each with all that it sets off; 0: at rest.
    std::chrono::nanoseconds time{}; ///< Since the recording began.
    std::chrono::nanoseconds took{}; ///< From its beginning to its end, where it has one.
    std::uint64_t store = 0; ///< 0: it concerns none, or one that is not known any more.
    std::uint64_t within = 0; ///< The event in which it happened; 0: none that is known.
    std::vector<std::uint64_t> because; ///< Of a run: the events that changed what the function had read.
    std::optional<LogValue> value; ///< The new value as a whole, if it changed and is known.
    std::optional<LogValue> old;
    std::vector<LogChange> changes; ///< In place of the two: where the value changed.
    std::uint64_t count = 0;
    std::string text;
    std::vector<Frame> by; ///< The functions that made a write, the innermost first.

    bool isOutsideWrite() const noexcept { return kind == Kind::Write && place == Place::Outside; }
};

/// A line of a session. std::monostate: a line of a kind that a later version may have, to be passed over.
using SessionLine = std::variant<std::monostate, SessionHeader, SessionStore, SessionEvent>;

/// How much of a session is read: what is larger is refused.
struct SessionLimits
{
    std::size_t lineBytes = 1u << 20u;
    std::size_t depth = 64; ///< Of values in values.
    std::size_t lines = 4'000'000;
    std::size_t bytes = std::size_t(1) << 30u; ///< Of the whole.
};

/// What is no session, or more than the limits: in which line, and why.
class NANOSTORES_RECORDER_EXPORT SessionError : public std::runtime_error
{
public:
    SessionError(const std::string &reason, std::size_t lineNumber, std::size_t offsetInLine);
    ~SessionError() override;

    std::size_t line() const noexcept { return m_line; } ///< From 1; 0: a line that stands alone.
    std::size_t offset() const noexcept { return m_offset; } ///< In bytes from the beginning of the line.

private:
    std::size_t m_line;
    std::size_t m_offset;
};

/// One line, without its end.
[[nodiscard]] NANOSTORES_RECORDER_EXPORT std::string toJsonLine(const SessionHeader &header);
[[nodiscard]] NANOSTORES_RECORDER_EXPORT std::string toJsonLine(const SessionStore &store);
[[nodiscard]] NANOSTORES_RECORDER_EXPORT std::string toJsonLine(const SessionEvent &event);

/// Reads a line. Members that are not known are passed over. Throws SessionError; lineNumber stands in its message.
[[nodiscard]] NANOSTORES_RECORDER_EXPORT SessionLine fromJsonLine(std::string_view line,
                                                                  const SessionLimits &limits = {},
                                                                  std::size_t lineNumber = 0);

/// A value as LogValue::toJson() writes it. Throws SessionError. A struct comes back as a map with texts for keys.
[[nodiscard]] NANOSTORES_RECORDER_EXPORT LogValue valueFromJson(std::string_view json,
                                                                const SessionLimits &limits = {});

namespace detail {

/// The members of a line that say which value it was, and which one it became: `"v":2,"old":1`.
NANOSTORES_RECORDER_EXPORT std::string valueMembers(const SessionEvent &event);
NANOSTORES_RECORDER_EXPORT void readValueMembers(std::string_view members, SessionEvent &to);

} // namespace detail

} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspect/symbols.h>
#include <nanostores/logger/logger.h>
#include <nanostores/recorder/export.h>
#include <nanostores/recorder/session.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nanostores {

/// What a Recorder keeps.
struct RecorderOptions
{
    /// For events, with their values and origins: then the oldest ones go. Each store that has had an event takes some
    /// 200 bytes more.
    std::size_t bytes = std::size_t(4) << 20u;
    bool values = true; ///< Without them an event takes some nanoseconds, and it is known that a store changed alone.
    std::size_t valueBytes = 4096; ///< Of one value, or of what changed in it. A longer one is cut.
    bool origins = true; ///< Notes who writes. That takes about a microsecond.
    std::vector<Redaction> redact{}; ///< What is not recorded; its writes are, without values.
    std::vector<LoggedStore> stores{}; ///< Those alone; empty: all stores and effects of this thread.
    /// The time of events since some fixed point. Empty: the processor's.
    std::function<std::chrono::nanoseconds()> clock{};
};

/// Records what the stores of its thread do, as long as it lives. It changes neither what runs nor in which order, and
/// keeps no store alive. Made, used and destroyed on the thread of the stores.
class NANOSTORES_RECORDER_EXPORT Recorder
{
public:
    Recorder();
    explicit Recorder(RecorderOptions options);
    Recorder(const Recorder &) = delete;
    Recorder &operator=(const Recorder &) = delete;
    ~Recorder();

    [[nodiscard]] SessionHeader header() const;
    /// The stores of the events that are kept, and all others that are there, with their values before these events.
    [[nodiscard]] std::vector<SessionStore> stores() const;
    /// Those that came after the event of this number and are kept, in the order in which they began. If some before
    /// them were lost, the first one says how many.
    [[nodiscard]] std::vector<SessionEvent> events(std::uint64_t after = 0) const;
    /// What happens next is after this event.
    [[nodiscard]] std::uint64_t lastEvent() const noexcept;

    /// The lines of a session with what is kept.
    [[nodiscard]] std::string toJsonLines() const;
    /// Writes them to a file, which is replaced. Throws std::runtime_error if it cannot be written.
    void save(const std::string &path) const;
    /// The lines of what has come since the last call, each with its end: the first ones are those of the session and
    /// of its stores. What was lost in between is a line, too. Stores that have changed while no lines were taken are
    /// written with the value before that.
    [[nodiscard]] std::string takeLines();
    /// How many bytes of memory what waits for takeLines() takes.
    [[nodiscard]] std::size_t waitingBytes() const noexcept;
    /// Has the function called each time when an outermost write, run or batch has ended. It may call takeLines(), and
    /// may neither write stores nor read them through handles.
    void setWhenAtRest(std::function<void()> call);

    /// The number that the store has in the events; 0: it has had none.
    [[nodiscard]] std::uint64_t idOf(const detail::Node &node) const noexcept;
    /// How much memory the events take: never more than the options say.
    [[nodiscard]] std::size_t bytes() const noexcept;
    /// How many events are not kept any more.
    [[nodiscard]] std::uint64_t lost() const noexcept;
    void clear();

private:
    class Private;
    std::unique_ptr<Private> d;
};

namespace detail {

/// Begins what NANOSTORES_RECORD asks for, when the library is loaded.
NANOSTORES_RECORDER_EXPORT bool recordAsEnvironmentSays() noexcept;

/// A program that includes this header has the library loaded before its stores are made.
inline const bool recorderIsLoaded = recordAsEnvironmentSays();

} // namespace detail

} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/naming.h>
#include <nanostores/logger/export.h>
#include <nanostores/logger/logvalue.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nanostores {

/// Something that happened to a store, an effect or an action.
struct LogEvent
{
    enum class Kind : std::uint8_t {
        Mount,
        Unmount,
        Change, ///< A write.
        Run, ///< A computed store's function was called.
        Effect, ///< An effect ran.
        Batch,
        Action, ///< An action was called.
        ActionEnd, ///< It has ended; an asynchronous one in a later turn.
        Error, ///< One without a caller.
        LeftOut, ///< So many events were left out, for the rate.
        Build, ///< A store was made by a map creator, whose name is in creator.
    };
    enum class Outcome : std::uint8_t {
        Changed,
        Equal, ///< The store held the value already.
        Aborted, ///< By a hook.
        Notified, ///< notify(): the value is the same.
        Threw, ///< The value may have changed all the same: see changes.
        Unfinished, ///< The logger was ended in the midst of it.
    };

    Kind kind = Kind::Change;
    Outcome outcome = Outcome::Changed;
    std::uint64_t id = 0; ///< Counts the events of a logger on a thread.
    std::uint64_t parent = 0; ///< The event in which it happened, or 0.
    unsigned depth = 0;
    std::uint64_t turn = 0; ///< Counts the outermost writes and batches of the thread; 0: outside of one.
    std::chrono::nanoseconds began{};
    std::chrono::nanoseconds ended{};

    std::string name; ///< Of the store or the effect.
    std::uint64_t store = 0; ///< Its number: the same for all events of one store.
    std::uintptr_t node = 0; ///< Where its node is, to be compared only: the store may have ended since.
    LogValuePtr oldValue; ///< Null: not known.
    LogValuePtr newValue;
    std::vector<LogChange> changes; ///< Where the two differ, if both are known.

    std::uint64_t actionId = 0; ///< The action that this belongs to, or 0.
    std::string actionName;
    std::vector<LogValue> arguments; ///< Of an Action.
    bool isInAction = false; ///< It happened within the event of that action.
    bool isAsync = false; ///< Of an Action and its ActionEnd: it went on after it had returned.
    std::string error; ///< Its type and what it says; the type alone where something is redacted.

    std::vector<Frame> by; ///< Of a write: the functions that made it, the innermost first. Empty: not known.

    std::uint64_t leftOut = 0;

    std::string creator; ///< Of a Build.
};

/// The events of one turn, or of one action, each followed by those that happened in it.
struct LogTree
{
    std::uint64_t turn = 0; ///< Of the first event that has one. In an action there may be several.
    std::uint64_t thread = 0; ///< Counts the threads that log.
    std::vector<LogEvent> events;
};

/// Where a logger writes to. It may be shared by loggers, also of several threads.
class NANOSTORES_LOGGER_EXPORT LogSink
{
public:
    LogSink() = default;
    LogSink(const LogSink &) = delete;
    LogSink &operator=(const LogSink &) = delete;
    virtual ~LogSink();

    /// Whether it would write anything now. While no sink would, nothing is formatted. From any thread.
    virtual bool isOn() const noexcept;
    /// Called in the midst of what is logged, from each thread that logs: it may not write stores of this thread, but
    /// post() to them. What it does to stores all the same is not logged. What it throws goes to the error handler.
    virtual void write(const LogTree &tree) = 0;
};

/// A sink that several loggers may share.
using LogSinkPtr = std::shared_ptr<LogSink>;

/// An event in one line, without its indentation and its turn: `cart["mug"].quantity: 1 -> 2`.
NANOSTORES_LOGGER_EXPORT std::string lineOf(const LogEvent &event, std::size_t valueLimit = 200);

} // namespace nanostores

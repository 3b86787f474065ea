// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/export.h>
#include <nanostores/logger/logger.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace nanostores {

/// What the functions of a buildLogger() are called with.
struct LogMountEvent
{
    std::string storeName;
};

/// A change of a store, as LoggerEvents::change gets it.
struct LogChangeEvent
{
    std::string storeName;
    std::uint64_t actionId = 0; ///< 0: no action.
    std::string actionName;
    std::string changed; ///< Where it has changed, if it is one place: `["mug"].quantity`. Empty: the whole value.
    LogValuePtr newValue;
    LogValuePtr oldValue; ///< Null: not known.
    std::string valueMessage; ///< "1 -> 2", of what has changed.
};

/// The start, the error or the end of an action, as LoggerEvents::action gets it.
struct LogActionEvent
{
    std::string storeName;
    std::uint64_t actionId = 0;
    std::string actionName;
    std::vector<LogValue> args;
    std::string error; ///< Of error.
};

/// What a logger of one's own calls, each if it is set. Called at the end of what is logged, in its order; as to what
/// they may do, see LogSink::write().
struct LoggerEvents
{
    std::function<void(const LogMountEvent &)> mount{};
    std::function<void(const LogMountEvent &)> unmount{};
    std::function<void(const LogChangeEvent &)> change{};
    /// What is called for actions.
    struct Action
    {
        std::function<void(const LogActionEvent &)> start{};
        std::function<void(const LogActionEvent &)> error{};
        std::function<void(const LogActionEvent &)> end{};
    };
    Action action{};
};

/// A logger of one's own: the events of a store as data. From @nanostores/logger. The sinks of the options are written
/// to as well.
[[nodiscard]] NANOSTORES_LOGGER_EXPORT Logger buildLogger(const std::vector<LoggedStore> &stores, LoggerEvents events,
                                                          LoggerOptions options = {});
template<NodeHandle S>
[[nodiscard]] Logger buildLogger(const S &store, std::string name, LoggerEvents events, LoggerOptions options = {})
{
    return buildLogger({LoggedStore(std::move(name), store)}, std::move(events), std::move(options));
}

} // namespace nanostores

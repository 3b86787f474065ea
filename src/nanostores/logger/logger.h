// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/inspect/symbols.h>
#include <nanostores/logger/detail/valuereader.h>
#include <nanostores/logger/export.h>
#include <nanostores/logger/logevent.h>
#include <nanostores/logger/redaction.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nanostores {

/// Which events a logger writes.
struct LoggerMessages
{
    bool mount = true;
    bool unmount = true;
    bool change = true; ///< Writes, and computed stores that have another value.
    bool action = true; ///< Actions. Without them, what actions change is not written either.
    bool effect = true; ///< Runs of effects, by a logger of all stores.
    bool equal = false; ///< Writes of an equal value, and runs that gave the same one.
    bool error = true; ///< Errors without a caller.
    bool build = true; ///< Stores that map creators make: see creatorLogger().
};

/// What a logger writes, leaves out and hides.
struct LoggerOptions
{
    LoggerMessages messages{};
    std::vector<std::string> ignoreActions{}; ///< Names of actions that are not written, nor what they change.
    std::vector<Redaction> redact{}; ///< What is written as `***`.
    std::vector<std::string> except{}; ///< Of a logger of all stores: names of stores that it leaves out; `*` and `?`.
    std::string category = "log"; ///< Of the QLoggingCategory `nanostores.<category>`, if there are no sinks.
    std::vector<LogSinkPtr> sinks{}; ///< Where it writes to; without one, to the category.
    bool origins = true; ///< Whether writes are written with the functions that made them, and their files and lines.
    unsigned maxRate = 0; ///< Events a second; what is more is counted and left out. 0: there is no bound.
    LogLimits limits{};
    /// The time of events since some fixed point. Empty: std::chrono::steady_clock.
    std::function<std::chrono::nanoseconds()> clock{};
    /// Of a creatorLogger(): what a store is called that the creator of that name has made for the id. Empty:
    /// "creator:id".
    std::function<std::string(const std::string &creator, const std::string &id)> nameGetter{};
};

/// A store and the name that a log calls it by.
struct LoggedStore
{
    template<NodeHandle S>
    LoggedStore(std::string storeName, const S &store)
        : name(std::move(storeName))
        , node(detail::Ref<detail::Node>::share(store.node().get()))
    {
    }
    /// By the name of the store.
    template<NodeHandle S>
    LoggedStore(const S &store) // NOLINT: meant to convert
        : LoggedStore(std::string(), store)
    {
    }
    LoggedStore(std::string storeName, detail::Ref<detail::Node> store)
        : name(std::move(storeName))
        , node(std::move(store))
    {
    }

    std::string name;
    detail::Ref<detail::Node> node;
};

namespace detail {
class LoggerCore;
}
struct LoggedCreator;

/// Logs until it is destroyed, on the thread that made it. Move-only.
///
/// Logging changes neither what runs nor in which order, and keeps no store alive. Stores that no logger follows cost
/// as much as without one.
class NANOSTORES_LOGGER_EXPORT Logger
{
public:
    Logger() noexcept = default;
    explicit Logger(std::shared_ptr<detail::LoggerCore> core) noexcept;
    Logger(Logger &&other) noexcept;
    Logger &operator=(Logger &&other) noexcept;
    ~Logger();

    /// Ends it now. In the midst of a turn, what has happened so far is written. Waits for a sink that another thread
    /// is in; after that, nothing is written any more.
    void reset() noexcept;
    /// As nanostores' destroy functions are called.
    void operator()() noexcept { reset(); }
    explicit operator bool() const noexcept { return m_core != nullptr; }

    /// Logs one more store, or calls it by another name.
    void add(const LoggedStore &store) const;
    /// Logs a store no more, until it is added again. A rule that hides it stays.
    template<NodeHandle S>
    void remove(const S &store) const
    {
        removeNode(*store.node());
    }

private:
    friend NANOSTORES_LOGGER_EXPORT Logger creatorLogger(const std::vector<LoggedCreator> &creators,
                                                         LoggerOptions options);
    void follow(const std::vector<LoggedCreator> &creators) const;
    void removeNode(detail::Node &node) const;

    std::shared_ptr<detail::LoggerCore> m_core;
};

/// Logs some stores: logger({{"cart", cartItems}, {"user", user}}). A store of another thread is logged there, as soon
/// as that thread's scheduler runs what is posted to it, until the logger ends.
[[nodiscard]] NANOSTORES_LOGGER_EXPORT Logger logger(const std::vector<LoggedStore> &stores,
                                                     LoggerOptions options = {});

/// Logs all stores and effects of this thread, those that are there and those that are made later.
[[nodiscard]] NANOSTORES_LOGGER_EXPORT Logger logAll(LoggerOptions options = {});

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include <nanostores/inspect/origin.h>
#include <nanostores/logger/detail/lines.h>
#include <nanostores/logger/detail/text.h>
#include <nanostores/logger/sinks.h>

#include <algorithm>
#include <mutex>
#include <utility>

/// Events as lines of text.
namespace nanostores {

namespace {

std::string oldText(const LogValuePtr &value, std::size_t limit)
{
    return value ? value->toText(limit) : std::string();
}

void appendChanges(std::string &line, const LogEvent &event, std::size_t limit)
{
    constexpr std::size_t MaxChanges = 8;
    if (event.changes.size() == 1) {
        const LogChange &only = event.changes.front();
        line += pathText(only.path) + ": " + only.oldValue.toText(limit) + " -> " + only.newValue.toText(limit);
        return;
    }
    line += ": ";
    for (std::size_t i = 0; i < std::min(event.changes.size(), MaxChanges); ++i) {
        const LogChange &change = event.changes[i];
        line += (i > 0 ? ", " : "") + pathText(change.path) + ' ' + change.oldValue.toText(limit) + " -> "
                + change.newValue.toText(limit);
    }
    if (event.changes.size() > MaxChanges) {
        line += ", and " + std::to_string(event.changes.size() - MaxChanges) + " more";
    }
}

void appendDuration(std::string &line, const LogEvent &event)
{
    const auto duration = event.ended - event.began;
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
    if (micros >= 10000) {
        line += " (" + std::to_string(micros / 1000) + " ms)";
    } else if (micros > 0) {
        line += " (" + std::to_string(micros) + " us)";
    }
}

void appendAction(std::string &line, const LogEvent &event)
{
    if (event.actionId != 0 && !event.isInAction) {
        line += "  by " + detail::escaped(event.actionName) + " #" + std::to_string(event.actionId);
    }
}

std::string changeLine(const LogEvent &event, std::size_t limit)
{
    std::string line = detail::escaped(event.name);
    switch (event.outcome) {
    case LogEvent::Outcome::Equal:
        line += event.kind == LogEvent::Kind::Run ? ": ran, the same value" : ": equal";
        break;
    case LogEvent::Outcome::Aborted:
        line += ": aborted by a hook";
        break;
    case LogEvent::Outcome::Notified:
        line += ": notified";
        break;
    default:
        if (!event.changes.empty()) {
            appendChanges(line, event, limit);
        } else if (event.outcome == LogEvent::Outcome::Changed) {
            line += ": -> " + oldText(event.newValue, limit);
        }
        if (event.outcome == LogEvent::Outcome::Threw) {
            line += event.changes.empty() ? ": threw" : ", threw";
            line += event.error.empty() ? "" : ' ' + detail::escaped(event.error);
        } else if (event.outcome == LogEvent::Outcome::Unfinished) {
            line += event.changes.empty() ? ": not finished" : ", not finished";
        }
    }
    if (event.kind == LogEvent::Kind::Run) {
        appendDuration(line, event);
    }
    appendAction(line, event);
    constexpr std::size_t MaxFrames = 2;
    for (std::size_t i = 0; i < std::min(event.by.size(), MaxFrames); ++i) {
        line += (i == 0 ? "  " : " <- ") + detail::escaped(detail::textOf(event.by[i]));
    }
    return line;
}

std::string actionLine(const LogEvent &event, std::size_t limit)
{
    std::string line = detail::escaped(event.actionName) + '(';
    for (std::size_t i = 0; i < event.arguments.size(); ++i) {
        line += (i > 0 ? ", " : "") + event.arguments[i].toText(limit);
    }
    line += ") on " + detail::escaped(event.name) + " #" + std::to_string(event.actionId);
    if (event.isAsync) {
        line += ", goes on";
    }
    return line;
}

} // namespace

std::string lineOf(const LogEvent &event, std::size_t valueLimit)
{
    switch (event.kind) {
    case LogEvent::Kind::Mount:
        return detail::escaped(event.name) + ": mounted";
    case LogEvent::Kind::Build:
        return detail::escaped(event.name) + ": built by " + detail::escaped(event.creator);
    case LogEvent::Kind::Unmount:
        return detail::escaped(event.name) + ": unmounted";
    case LogEvent::Kind::Change:
    case LogEvent::Kind::Run:
        return changeLine(event, valueLimit);
    case LogEvent::Kind::Effect: {
        std::string line = detail::escaped(event.name);
        if (event.outcome == LogEvent::Outcome::Threw) {
            line += ": threw " + detail::escaped(event.error);
        } else {
            line += event.outcome == LogEvent::Outcome::Unfinished ? ": not finished" : ": ran";
        }
        appendDuration(line, event);
        return line;
    }
    case LogEvent::Kind::Batch:
        return "batch";
    case LogEvent::Kind::Action:
        return actionLine(event, valueLimit);
    case LogEvent::Kind::ActionEnd: {
        std::string line =
            detail::escaped(event.actionName) + " #" + std::to_string(event.actionId)
            + (event.outcome == LogEvent::Outcome::Threw ? " failed: " + detail::escaped(event.error) : " ended");
        return line;
    }
    case LogEvent::Kind::Error:
        return "error without a caller: " + detail::escaped(event.error);
    case LogEvent::Kind::LeftOut:
        return std::to_string(event.leftOut) + (event.leftOut == 1 ? " event" : " events")
               + " left out: more than the rate of the logger";
    }
    return {};
}

namespace detail {

bool hasLine(const LogEvent &event) noexcept
{
    return event.kind != LogEvent::Kind::ActionEnd || event.isAsync || event.outcome == LogEvent::Outcome::Threw;
}

bool isFailure(const LogEvent &event) noexcept
{
    return event.kind == LogEvent::Kind::Error
           || (event.outcome == LogEvent::Outcome::Threw && event.kind != LogEvent::Kind::Action);
}

std::string fullLine(const LogTree &tree, const LogEvent &event)
{
    std::string line;
    if (tree.turn != 0) {
        line = '[' + std::to_string(tree.turn) + "] ";
    }
    line.append(2 * std::size_t{event.depth}, ' ');
    return line + lineOf(event);
}

} // namespace detail

namespace {

/// Calls a function of the user's, from one thread at a time. A thread that waits for the function on another one, as
/// by a blocking call, goes on after a while all the same.
template<typename F>
class CallingSink final : public LogSink
{
public:
    CallingSink(F function, void (*caller)(const F &function, const LogTree &tree))
        : m_function(std::move(function))
        , m_write(caller)
    {
    }
    void write(const LogTree &tree) override
    {
        const detail::PatientLock lock(m_mutex);
        m_write(m_function, tree);
    }

private:
    detail::PatientMutex m_mutex;
    const F m_function;
    void (*const m_write)(const F &, const LogTree &);
};

template<typename F>
LogSinkPtr callingSink(F function, void (*write)(const F &, const LogTree &))
{
    return std::make_shared<CallingSink<F>>(std::move(function), write);
}

} // namespace

LogSinkPtr lineSink(std::function<void(const std::string &)> write)
{
    using Function = std::function<void(const std::string &)>;
    return callingSink<Function>(std::move(write), [](const Function &function, const LogTree &tree) {
        for (const LogEvent &event : tree.events) {
            if (detail::hasLine(event)) {
                function(detail::fullLine(tree, event));
            }
        }
    });
}

LogSinkPtr eventSink(std::function<void(const LogEvent &)> write)
{
    using Function = std::function<void(const LogEvent &)>;
    return callingSink<Function>(std::move(write), [](const Function &function, const LogTree &tree) {
        for (const LogEvent &event : tree.events) {
            function(event);
        }
    });
}

LogSinkPtr jsonLines(std::function<void(std::string_view)> write)
{
    using Function = std::function<void(std::string_view)>;
    return callingSink<Function>(std::move(write), [](const Function &function, const LogTree &tree) {
        for (const LogEvent &event : tree.events) {
            function(detail::jsonLine(tree, event));
        }
    });
}

} // namespace nanostores

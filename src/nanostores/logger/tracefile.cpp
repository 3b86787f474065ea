// SPDX-License-Identifier: MIT
#include <nanostores/logger/detail/file.h>
#include <nanostores/logger/detail/lines.h>
#include <nanostores/logger/detail/text.h>
#include <nanostores/logger/sinks.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

/// A trace in Chrome's JSON.
namespace nanostores {

namespace {

/// Whether it took time: then it is a slice, otherwise a mark.
bool isSlice(const LogEvent &event) noexcept
{
    switch (event.kind) {
    case LogEvent::Kind::Change:
    case LogEvent::Kind::Run:
    case LogEvent::Kind::Effect:
    case LogEvent::Kind::Batch:
    case LogEvent::Kind::Action:
        return true;
    default:
        return false;
    }
}

const char *categoryOf(const LogEvent &event) noexcept
{
    switch (event.kind) {
    case LogEvent::Kind::Change:
        return "write";
    case LogEvent::Kind::Run:
        return "computed";
    case LogEvent::Kind::Effect:
        return "effect";
    case LogEvent::Kind::Batch:
        return "batch";
    case LogEvent::Kind::Action:
    case LogEvent::Kind::ActionEnd:
        return "action";
    case LogEvent::Kind::Mount:
    case LogEvent::Kind::Unmount:
    case LogEvent::Kind::Build:
        return "mount";
    default:
        return "log";
    }
}

std::string titleOf(const LogEvent &event)
{
    switch (event.kind) {
    case LogEvent::Kind::Change:
        return "set " + event.name;
    case LogEvent::Kind::Action:
        return event.actionName;
    case LogEvent::Kind::Run:
    case LogEvent::Kind::Effect:
        return event.name;
    default:
        return lineOf(event, 60);
    }
}

std::optional<double> countOf(const LogEvent &event) noexcept
{
    if ((event.kind != LogEvent::Kind::Change && event.kind != LogEvent::Kind::Run) || !event.newValue) {
        return std::nullopt;
    }
    const LogValue &value = *event.newValue;
    switch (value.kind) {
    case LogValue::Kind::Bool:
        return value.boolean ? 1 : 0;
    case LogValue::Kind::Integer:
        return static_cast<double>(value.integer);
    case LogValue::Kind::Unsigned:
        return static_cast<double>(value.natural);
    case LogValue::Kind::Float:
        return std::isfinite(value.number) ? std::optional<double>(value.number) : std::nullopt;
    default:
        return std::nullopt;
    }
}

class TraceFile final : public LogSink
{
public:
    explicit TraceFile(const std::string &path)
        : m_file(path, "wb", "traceFile()")
    {
        m_file.write("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
        add("{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":\"Nano Stores\"}}");
        flush();
    }
    ~TraceFile() override
    {
        try {
            m_file.write("\n]}\n");
        } catch (...) {
            // a file that cannot be written was reported
        }
    }

    void write(const LogTree &tree) override
    {
        const std::lock_guard lock(m_mutex);
        if (m_threads.insert(tree.thread).second) {
            add("{\"ph\":\"M\",\"pid\":1,\"tid\":" + std::to_string(tree.thread)
                + ",\"name\":\"thread_name\",\"args\":{\"name\":\"stores of thread " + std::to_string(tree.thread)
                + "\"}}");
        }
        m_thread = tree.thread;
        m_last = m_lasts[tree.thread];
        for (const LogEvent &event : tree.events) {
            while (!m_open.empty() && m_open.back().depth >= event.depth) {
                endSlice();
            }
            beginEvent(event);
        }
        while (!m_open.empty()) {
            endSlice();
        }
        m_lasts[tree.thread] = m_last;
        flush();
    }

private:
    struct Open
    {
        unsigned depth;
        std::chrono::nanoseconds end;
        std::optional<double> count;
        std::string store;
    };

    /// Times of a track never go back, so slices lie within one another.
    std::string stamp(std::chrono::nanoseconds time)
    {
        m_last = std::max(m_last, time);
        const std::int64_t ns = m_last.count();
        const std::string rest = std::to_string(ns % 1000);
        return std::to_string(ns / 1000) + '.' + std::string(3 - std::min<std::size_t>(rest.size(), 3), '0') + rest;
    }
    std::string head(const char *phase, std::chrono::nanoseconds time)
    {
        return "{\"ph\":\"" + std::string(phase) + "\",\"pid\":1,\"tid\":" + std::to_string(m_thread)
               + ",\"ts\":" + stamp(time);
    }
    void beginEvent(const LogEvent &event)
    {
        std::string text =
            head(isSlice(event) ? "B" : "i", event.began) + ",\"cat\":\"" + categoryOf(event) + "\",\"name\":";
        detail::appendJsonText(text, titleOf(event));
        text += isSlice(event) ? "" : ",\"s\":\"t\"";
        text += ",\"args\":{\"turn\":" + std::to_string(event.turn) + ",\"line\":";
        detail::appendJsonText(text, lineOf(event));
        add(text + "}}");
        if (isSlice(event)) {
            m_open.push_back({event.depth, event.ended, countOf(event), event.name});
        }
    }
    void endSlice()
    {
        const Open open = m_open.back();
        m_open.pop_back();
        add(head("E", open.end) + '}');
        if (open.count) {
            LogValue count(LogValue::Kind::Float);
            count.number = *open.count;
            std::string text = head("C", open.end) + ",\"name\":";
            detail::appendJsonText(text, open.store);
            text += ",\"args\":{\"value\":";
            detail::appendJson(text, count);
            add(text + "}}");
        }
    }
    void add(const std::string &event)
    {
        m_text += std::exchange(m_isFirst, false) ? "\n" : ",\n";
        m_text += event;
    }
    void flush() { m_file.write(std::exchange(m_text, {})); }

    std::mutex m_mutex;
    detail::LogFile m_file;
    std::string m_text;
    bool m_isFirst = true;
    std::unordered_set<std::uint64_t> m_threads;
    std::unordered_map<std::uint64_t, std::chrono::nanoseconds> m_lasts;
    std::uint64_t m_thread = 0;
    std::chrono::nanoseconds m_last{};
    std::vector<Open> m_open;
};

} // namespace

LogSinkPtr traceFile(const std::string &path)
{
    return std::make_shared<TraceFile>(path);
}

} // namespace nanostores

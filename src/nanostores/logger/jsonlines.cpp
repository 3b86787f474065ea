// SPDX-License-Identifier: MIT
#include <nanostores/logger/detail/file.h>
#include <nanostores/logger/detail/lines.h>
#include <nanostores/logger/detail/text.h>
#include <nanostores/logger/sinks.h>

#include <mutex>
#include <utility>

/// Events as lines of JSON.
namespace nanostores {

namespace detail {

namespace {

/// Members of an object, one after the other.
class JsonObject
{
public:
    void raw(const char *name, const std::string &json)
    {
        m_text += m_text.size() > 1 ? ",\"" : "\"";
        m_text += name;
        m_text += "\":";
        m_text += json;
    }
    void number(const char *name, std::uint64_t number) { raw(name, std::to_string(number)); }
    void text(const char *name, const std::string &bytes)
    {
        std::string json;
        appendJsonText(json, bytes);
        raw(name, json);
    }
    void value(const char *name, const LogValue &value)
    {
        std::string json;
        appendJson(json, value);
        raw(name, json);
    }
    std::string take() { return std::move(m_text) + '}'; }

private:
    std::string m_text = "{";
};

const char *nameOf(LogEvent::Kind kind) noexcept
{
    static constexpr const char *names[] = {"mount",  "unmount",   "change", "run",     "effect", "batch",
                                            "action", "actionEnd", "error",  "leftOut", "build"};
    return names[static_cast<std::size_t>(kind)];
}

const char *nameOf(LogEvent::Outcome outcome) noexcept
{
    static constexpr const char *names[] = {"changed", "equal", "aborted", "notified", "threw", "unfinished"};
    return names[static_cast<std::size_t>(outcome)];
}

std::string pathJson(const std::vector<LogStep> &path)
{
    std::string json = "[";
    for (const LogStep &step : path) {
        json += json.size() > 1 ? "," : "";
        switch (step.kind) {
        case LogStep::Kind::Member:
            appendJsonText(json, step.name);
            break;
        case LogStep::Kind::Key:
            appendJson(json, step.key);
            break;
        case LogStep::Kind::Index:
            json += std::to_string(step.index);
            break;
        }
    }
    return json + ']';
}

std::string changesJson(const std::vector<LogChange> &changes)
{
    std::string json = "[";
    for (const LogChange &change : changes) {
        JsonObject object;
        object.raw("at", pathJson(change.path));
        if (change.oldValue.kind != LogValue::Kind::Absent) {
            object.value("old", change.oldValue);
        }
        if (change.newValue.kind != LogValue::Kind::Absent) {
            object.value("new", change.newValue);
        }
        json += (json.size() > 1 ? "," : "") + object.take();
    }
    return json + ']';
}

std::string framesJson(const std::vector<Frame> &frames)
{
    std::string json = "[";
    for (const Frame &frame : frames) {
        JsonObject object;
        object.text("function", frame.function);
        if (!frame.file.empty()) {
            object.text("file", frame.file);
            object.raw("line", std::to_string(frame.line));
        }
        json += (json.size() > 1 ? "," : "") + object.take();
    }
    return json + ']';
}

/// A value that has changed in parts is written as these.
void addValues(JsonObject &object, const LogEvent &event)
{
    const bool inParts = !event.changes.empty() && !event.changes.front().path.empty();
    if (inParts) {
        object.raw("changes", changesJson(event.changes));
        return;
    }
    if (event.outcome == LogEvent::Outcome::Equal || event.outcome == LogEvent::Outcome::Aborted
        || event.outcome == LogEvent::Outcome::Notified) {
        return;
    }
    if (event.oldValue && !event.changes.empty()) {
        object.value("old", *event.oldValue);
    }
    if (event.newValue && (!event.changes.empty() || event.outcome == LogEvent::Outcome::Changed)) {
        object.value("new", *event.newValue);
    }
}

} // namespace

std::string jsonLine(const LogTree &tree, const LogEvent &event)
{
    JsonObject object;
    object.number("e", event.id);
    if (event.parent != 0) {
        object.number("in", event.parent);
    }
    if (event.turn != 0) {
        object.number("turn", event.turn);
    }
    object.number("thread", tree.thread);
    object.raw("t", std::to_string(event.began.count()));
    if (event.ended != event.began) {
        object.raw("ns", std::to_string((event.ended - event.began).count()));
    }
    object.raw("kind", '"' + std::string(nameOf(event.kind)) + '"');
    if (event.store != 0) {
        object.number("s", event.store);
    }
    if (!event.name.empty()) {
        object.text("store", event.name);
    }
    if (event.kind == LogEvent::Kind::Build) {
        object.text("creator", event.creator);
    }
    if (event.kind == LogEvent::Kind::Change || event.kind == LogEvent::Kind::Run
        || event.kind == LogEvent::Kind::Effect) {
        object.raw("outcome", '"' + std::string(nameOf(event.outcome)) + '"');
    }
    if (event.kind == LogEvent::Kind::Change || event.kind == LogEvent::Kind::Run) {
        addValues(object, event);
    }
    if (event.actionId != 0) {
        object.number("action", event.actionId);
        object.text("actionName", event.actionName);
    }
    if (event.kind == LogEvent::Kind::Action) {
        LogValue arguments(LogValue::Kind::List);
        arguments.items = event.arguments;
        arguments.size = arguments.items.size();
        object.value("args", arguments);
    }
    if (event.isAsync) {
        object.raw("async", "true");
    }
    if (!event.error.empty()) {
        object.text("error", event.error);
    }
    if (!event.by.empty()) {
        object.raw("by", framesJson(event.by));
    }
    if (event.leftOut != 0) {
        object.number("events", event.leftOut);
    }
    return object.take();
}

namespace {

class JsonFile final : public LogSink
{
public:
    JsonFile(const std::string &path, bool append)
        : m_file(path, append ? "ab" : "wb", "jsonLines()")
    {
    }
    void write(const LogTree &tree) override
    {
        std::string text;
        for (const LogEvent &event : tree.events) {
            text += jsonLine(tree, event) + '\n';
        }
        const std::lock_guard lock(m_mutex);
        m_file.write(text);
    }

private:
    std::mutex m_mutex;
    LogFile m_file;
};

} // namespace

} // namespace detail

LogSinkPtr jsonLines(const std::string &path, bool append)
{
    return std::make_shared<detail::JsonFile>(path, append);
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include <nanostores/recorder/session.h>

#include <nanostores/logger/detail/text.h>
#include <nanostores/recorder/detail/sessionnames.h>

#include <charconv>
#include <utility>

/// Lines of a session, written. Their reader is in sessionreading.cpp.
namespace nanostores {

SessionError::SessionError(const std::string &reason, std::size_t lineNumber, std::size_t offsetInLine)
    : std::runtime_error((lineNumber > 0 ? "line " + std::to_string(lineNumber) + ", " : std::string()) + "byte "
                         + std::to_string(offsetInLine) + ": " + reason)
    , m_line(lineNumber)
    , m_offset(offsetInLine)
{
}

SessionError::~SessionError() = default;

namespace {

/// Members of one object. Numbers are written by hand: a recorder writes many lines.
class LineWriter
{
public:
    LineWriter() { m_text.reserve(160); }

    void name(const char *memberName)
    {
        m_text += m_text.empty() ? "{\"" : ",\"";
        m_text += memberName;
        m_text += "\":";
    }
    template<typename N>
    void number(const char *memberName, N value)
    {
        name(memberName);
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof(digits), value);
        m_text.append(digits, end.ptr);
    }
    void text(const char *memberName, const std::string &bytes)
    {
        name(memberName);
        detail::appendJsonText(m_text, bytes);
    }
    void value(const char *memberName, const LogValue &value)
    {
        name(memberName);
        detail::appendJson(m_text, value);
    }
    void raw(const char *memberName, std::string_view json)
    {
        name(memberName);
        m_text += json;
    }
    std::string &buffer() noexcept { return m_text; }
    std::string take()
    {
        m_text += m_text.empty() ? "{}" : "}";
        return std::move(m_text);
    }

private:
    std::string m_text;
};

void appendStep(std::string &to, const LogStep &step)
{
    switch (step.kind) {
    case LogStep::Kind::Member:
        detail::appendJsonText(to, step.name);
        break;
    case LogStep::Kind::Key:
        detail::appendJson(to, step.key);
        break;
    case LogStep::Kind::Index:
        to += std::to_string(step.index);
        break;
    }
}

/// `"v"` and `"old"`: none of a part that was not there.
void appendSides(LineWriter &line, const LogValue &oldValue, const LogValue &newValue)
{
    if (newValue.kind != LogValue::Kind::Absent) {
        line.value("v", newValue);
    }
    if (oldValue.kind != LogValue::Kind::Absent) {
        line.value("old", oldValue);
    }
}

void appendChanges(LineWriter &line, const std::vector<LogChange> &changes)
{
    if (changes.size() == 1 && changes[0].path.size() == 1 && changes[0].path[0].kind != LogStep::Kind::Index) {
        line.name("key");
        appendStep(line.buffer(), changes[0].path[0]);
        appendSides(line, changes[0].oldValue, changes[0].newValue);
        return;
    }
    std::string json = "[";
    for (const LogChange &change : changes) {
        LineWriter one;
        one.raw("at", "[");
        for (std::size_t i = 0; i < change.path.size(); ++i) {
            one.buffer() += i > 0 ? "," : "";
            appendStep(one.buffer(), change.path[i]);
        }
        one.buffer() += ']';
        appendSides(one, change.oldValue, change.newValue);
        json += (json.size() > 1 ? "," : "") + one.take();
    }
    line.raw("changes", json + ']');
}

void appendFrames(LineWriter &line, const std::vector<Frame> &frames)
{
    std::string json = "[";
    for (const Frame &frame : frames) {
        LineWriter one;
        one.text("function", frame.function);
        if (!frame.file.empty()) {
            one.text("file", frame.file);
            one.number("line", frame.line);
        }
        json += (json.size() > 1 ? "," : "") + one.take();
    }
    line.raw("by", json + ']');
}

void appendValues(LineWriter &line, const SessionEvent &event)
{
    if (!event.changes.empty()) {
        appendChanges(line, event.changes);
        return;
    }
    if (event.value) {
        line.value("v", *event.value);
    }
    if (event.old) {
        line.value("old", *event.old);
    }
}

} // namespace

std::string detail::valueMembers(const SessionEvent &event)
{
    LineWriter line;
    appendValues(line, event);
    return line.buffer().empty() ? std::string() : line.buffer().substr(1);
}

std::string toJsonLine(const SessionHeader &header)
{
    LineWriter line;
    line.number("nanostores", header.version);
    line.text("app", header.app);
    line.number("pid", header.pid);
    line.text("started", header.started);
    line.text("lib", header.library);
    return line.take();
}

std::string toJsonLine(const SessionStore &store)
{
    LineWriter line;
    line.number("s", store.id);
    line.text("name", store.name);
    if (!store.isNamed) {
        line.raw("named", "false");
    }
    line.text("kind", store.kind);
    line.text("type", store.type);
    if (store.isHidden) {
        line.raw("hidden", "true");
    } else if (store.value.kind != LogValue::Kind::Absent) {
        line.value("v", store.value);
    }
    return line.take();
}

std::string toJsonLine(const SessionEvent &event)
{
    using Kind = SessionEvent::Kind;
    LineWriter line;
    line.number("e", event.id);
    if (event.turn != 0) {
        line.number("turn", event.turn);
    }
    line.number("t", event.time.count());
    const char *const kind = detail::nameIn(detail::KindNames, event.kind);
    if (event.kind == Kind::Error) {
        line.text(kind, event.text);
    } else if (event.kind == Kind::Lost) {
        line.number(kind, event.count);
    } else {
        line.number(kind, event.store);
    }
    if (event.outcome != SessionEvent::Outcome::Changed) {
        line.text("outcome", detail::nameIn(detail::OutcomeNames, event.outcome));
    }
    if (event.place != SessionEvent::Place::Outside) {
        line.text("place", detail::nameIn(detail::PlaceNames, event.place));
    }
    if (event.within != 0) {
        line.number("in", event.within);
    }
    if (!event.because.empty()) {
        line.name("because");
        for (std::size_t i = 0; i < event.because.size(); ++i) {
            line.buffer() += (i == 0 ? "[" : ",") + std::to_string(event.because[i]);
        }
        line.buffer() += ']';
    }
    if (event.took.count() != 0) {
        line.number("ns", event.took.count());
    }
    appendValues(line, event);
    if (event.kind != Kind::Lost && event.count != 0) {
        line.number("n", event.count);
    }
    if (event.kind != Kind::Error && !event.text.empty()) {
        line.text("text", event.text);
    }
    if (!event.by.empty()) {
        appendFrames(line, event.by);
    }
    return line.take();
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include <nanostores/recorder/session.h>

#include <nanostores/logger/detail/text.h>
#include <nanostores/recorder/detail/jsonvalue.h>

#include <array>
#include <charconv>
#include <utility>

/// Lines of a session: written, and read again.
namespace nanostores {

using detail::JsonValueReader;

SessionError::SessionError(const std::string &reason, std::size_t lineNumber, std::size_t offsetInLine)
    : std::runtime_error((lineNumber > 0 ? "line " + std::to_string(lineNumber) + ", " : std::string()) + "byte "
                         + std::to_string(offsetInLine) + ": " + reason)
    , m_line(lineNumber)
    , m_offset(offsetInLine)
{
}

SessionError::~SessionError() = default;

namespace {

// Writing

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

constexpr std::array<const char *, 11> KindNames = {"gone",    "w",         "run",   "tell",  "observed", "unobserved",
                                                    "mounted", "unmounted", "batch", "error", "lost"};
constexpr std::array<const char *, 6> OutcomeNames = {"changed", "equal", "aborted", "notified", "threw", "underway"};
constexpr std::array<const char *, 4> PlaceNames = {"outside", "function", "listener", "hook"};

template<typename E, std::size_t N>
const char *nameOf(const std::array<const char *, N> &names, E which) noexcept
{
    return names[static_cast<std::size_t>(which)];
}

template<typename E, std::size_t N>
bool readName(const std::array<const char *, N> &names, const std::string &name, E &to)
{
    for (std::size_t i = 0; i < N; ++i) {
        if (name == names[i]) {
            to = static_cast<E>(i);
            return true;
        }
    }
    return false;
}

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

void detail::readValueMembers(std::string_view members, SessionEvent &to)
{
    std::string line = "{\"e\":1,\"w\":1,";
    line += members;
    line += '}';
    SessionLimits limits;
    limits.lineBytes = line.size();
    SessionLine read = fromJsonLine(line, limits);
    auto &event = std::get<SessionEvent>(read);
    to.value = std::move(event.value);
    to.old = std::move(event.old);
    to.changes = std::move(event.changes);
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
    const char *const kind = nameOf(KindNames, event.kind);
    if (event.kind == Kind::Error) {
        line.text(kind, event.text);
    } else if (event.kind == Kind::Lost) {
        line.number(kind, event.count);
    } else {
        line.number(kind, event.store);
    }
    if (event.outcome != SessionEvent::Outcome::Changed) {
        line.text("outcome", nameOf(OutcomeNames, event.outcome));
    }
    if (event.place != SessionEvent::Place::Outside) {
        line.text("place", nameOf(PlaceNames, event.place));
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

// Reading

namespace {

/// The members of a line of whichever kind. Which kind it is, one of them says.
class LineReader
{
public:
    LineReader(std::string_view text, const SessionLimits &limits, std::size_t lineNumber)
        : m_reader(text, limits.depth, lineNumber)
    {
    }

    SessionLine read()
    {
        m_reader.members([this](const std::string &name) { member(name); });
        m_reader.requireEnd();
        const int kinds = (m_isHeader ? 1 : 0) + (m_isStore ? 1 : 0) + (m_isEvent ? 1 : 0);
        if (kinds > 1) {
            m_reader.fail("a line is a header, a store or an event: one of \"nanostores\", \"s\" and \"e\"");
        }
        if (m_isHeader) {
            return header();
        }
        if (m_isStore) {
            return store();
        }
        return m_isEvent && m_hasKind ? SessionLine(event()) : SessionLine();
    }

private:
    void member(const std::string &name)
    {
        if (name == "nanostores") {
            m_isHeader = true;
            const std::uint64_t version = m_reader.count();
            if (version == 0 || version > SessionVersion) {
                m_reader.fail("the session is of version " + std::to_string(version) + ", and this library reads up to "
                              + std::to_string(SessionVersion) + ": open it with a newer one");
            }
            m_header.version = static_cast<unsigned>(version);
        } else if (name == "s") {
            m_isStore = true;
            m_store.id = id();
        } else if (name == "e") {
            m_isEvent = true;
            m_event.id = id();
        } else if (!headerMember(name) && !storeMember(name) && !eventMember(name)) {
            m_reader.skip();
        }
    }
    std::uint64_t id()
    {
        const std::uint64_t made = m_reader.count();
        if (made == 0) {
            m_reader.fail("numbers of stores and of events begin with 1");
        }
        return made;
    }
    bool headerMember(const std::string &name)
    {
        if (name == "app") {
            m_header.app = m_reader.string();
        } else if (name == "pid") {
            m_header.pid = m_reader.integer();
        } else if (name == "started") {
            m_header.started = m_reader.string();
        } else if (name == "lib") {
            m_header.library = m_reader.string();
        } else {
            return false;
        }
        return true;
    }
    bool storeMember(const std::string &name)
    {
        if (name == "name") {
            m_store.name = m_reader.string();
        } else if (name == "named") {
            m_isNamed = m_reader.boolean();
        } else if (name == "kind") {
            m_store.kind = m_reader.string();
        } else if (name == "type") {
            m_store.type = m_reader.string();
        } else if (name == "hidden") {
            m_store.isHidden = m_reader.boolean();
        } else {
            return false;
        }
        return true;
    }
    bool eventMember(const std::string &name)
    {
        if (name == "v") {
            m_value = m_reader.value();
        } else if (name == "old") {
            m_event.old = m_reader.value();
        } else if (name == "turn") {
            m_event.turn = m_reader.count();
        } else if (name == "t") {
            m_event.time = std::chrono::nanoseconds(m_reader.integer());
        } else if (name == "ns") {
            m_event.took = std::chrono::nanoseconds(m_reader.integer());
        } else if (name == "outcome") {
            m_isKnown = readName(OutcomeNames, m_reader.string(), m_event.outcome) && m_isKnown;
        } else if (name == "place") {
            m_isKnown = readName(PlaceNames, m_reader.string(), m_event.place) && m_isKnown;
        } else if (name == "in") {
            m_event.within = m_reader.count();
        } else if (name == "because") {
            m_reader.items([this] { m_event.because.push_back(m_reader.count()); });
        } else if (name == "n") {
            m_event.count = m_reader.count();
        } else if (name == "text") {
            m_event.text = m_reader.string();
        } else if (name == "key") {
            m_key = m_reader.value();
        } else if (name == "changes") {
            m_reader.items([this] { m_event.changes.push_back(change()); });
        } else if (name == "by") {
            m_reader.items([this] { m_event.by.push_back(frame()); });
        } else {
            return kindMember(name);
        }
        return true;
    }
    bool kindMember(const std::string &name)
    {
        using Kind = SessionEvent::Kind;
        Kind kind{};
        if (!readName(KindNames, name, kind)) {
            return false;
        }
        if (std::exchange(m_hasKind, true)) {
            m_reader.fail("an event is of one kind");
        }
        m_event.kind = kind;
        if (kind == Kind::Error) {
            m_event.text = m_reader.string();
        } else if (kind == Kind::Lost) {
            m_event.count = m_reader.count();
        } else {
            m_event.store = m_reader.count();
        }
        return true;
    }
    static LogStep stepOf(LogValue key)
    {
        LogStep step;
        step.kind = LogStep::Kind::Key;
        step.key = std::move(key);
        return step;
    }
    LogChange change()
    {
        LogChange made;
        m_reader.members([&](const std::string &name) {
            if (name == "at") {
                m_reader.items([&] { made.path.push_back(stepOf(m_reader.value())); });
            } else if (name == "v") {
                made.newValue = m_reader.value();
            } else if (name == "old") {
                made.oldValue = m_reader.value();
            } else {
                m_reader.skip();
            }
        });
        return made;
    }
    Frame frame()
    {
        Frame made;
        if (m_reader.peek() == '"') {
            made.function = m_reader.string();
            return made;
        }
        m_reader.members([&](const std::string &name) {
            if (name == "function") {
                made.function = m_reader.string();
            } else if (name == "file") {
                made.file = m_reader.string();
            } else if (name == "line") {
                const std::int64_t line = m_reader.integer();
                made.line = line > 0 && line < 100'000'000 ? static_cast<int>(line) : 0;
            } else {
                m_reader.skip();
            }
        });
        return made;
    }

    SessionLine header() { return std::move(m_header); }
    SessionLine store()
    {
        if (m_store.name.empty()) {
            m_reader.fail("the store has no \"name\"");
        }
        m_store.isNamed = m_isNamed;
        if (m_value && !m_store.isHidden) {
            m_store.value = std::move(*m_value);
        }
        return std::move(m_store);
    }
    SessionLine event()
    {
        if (!m_isKnown) { // of a later version
            return {};
        }
        if (m_key) {
            LogChange change;
            change.path.push_back(stepOf(std::move(*m_key)));
            if (m_value) {
                change.newValue = std::move(*m_value);
            }
            if (m_event.old) {
                change.oldValue = std::move(*m_event.old);
            }
            m_event.old.reset();
            m_event.changes.push_back(std::move(change));
        } else if (m_event.changes.empty()) {
            m_event.value = std::move(m_value);
        }
        return std::move(m_event);
    }

    JsonValueReader m_reader;
    bool m_isHeader = false;
    bool m_isStore = false;
    bool m_isEvent = false;
    bool m_hasKind = false;
    bool m_isKnown = true;
    bool m_isNamed = true;
    SessionHeader m_header;
    SessionStore m_store;
    SessionEvent m_event;
    std::optional<LogValue> m_value;
    std::optional<LogValue> m_key;
};

} // namespace

SessionLine fromJsonLine(std::string_view line, const SessionLimits &limits, std::size_t lineNumber)
{
    if (line.size() > limits.lineBytes) {
        throw SessionError("the line has more than " + std::to_string(limits.lineBytes) + " bytes", lineNumber,
                           limits.lineBytes);
    }
    return LineReader(line, limits, lineNumber).read();
}

LogValue valueFromJson(std::string_view json, const SessionLimits &limits)
{
    if (json.size() > limits.lineBytes) {
        throw SessionError("the value has more than " + std::to_string(limits.lineBytes) + " bytes", 0,
                           limits.lineBytes);
    }
    JsonValueReader reader(json, limits.depth, 0);
    LogValue made = reader.value();
    reader.requireEnd();
    return made;
}

} // namespace nanostores

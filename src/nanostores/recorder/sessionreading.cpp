// SPDX-License-Identifier: MIT
#include <nanostores/recorder/session.h>

#include <nanostores/recorder/detail/jsonvalue.h>
#include <nanostores/recorder/detail/sessionnames.h>

#include <string_view>
#include <type_traits>
#include <utility>

/// Lines of a session, read.
namespace nanostores {

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
        return takes(name, "app", m_header.app) || takes(name, "pid", m_header.pid)
               || takes(name, "started", m_header.started) || takes(name, "lib", m_header.library);
    }
    bool storeMember(const std::string &name)
    {
        return takes(name, "name", m_store.name) || takes(name, "named", m_isNamed) || takes(name, "kind", m_store.kind)
               || takes(name, "type", m_store.type) || takes(name, "hidden", m_store.isHidden);
    }
    /// False: it is another member.
    template<typename T>
    bool takes(std::string_view name, std::string_view wanted, T &to)
    {
        if (name != wanted) {
            return false;
        }
        if constexpr (std::is_same_v<T, std::string>) {
            to = m_reader.string();
        } else if constexpr (std::is_same_v<T, bool>) {
            to = m_reader.boolean();
        } else {
            to = m_reader.integer();
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
            m_isKnown = detail::readName(detail::OutcomeNames, m_reader.string(), m_event.outcome) && m_isKnown;
        } else if (name == "place") {
            m_isKnown = detail::readName(detail::PlaceNames, m_reader.string(), m_event.place) && m_isKnown;
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
        if (!detail::readName(detail::KindNames, name, kind)) {
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

    detail::JsonValueReader m_reader;
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

LogValue valueFromJson(std::string_view json, const SessionLimits &limits)
{
    if (json.size() > limits.lineBytes) {
        throw SessionError("the value has more than " + std::to_string(limits.lineBytes) + " bytes", 0,
                           limits.lineBytes);
    }
    detail::JsonValueReader reader(json, limits.depth, 0);
    LogValue made = reader.value();
    reader.requireEnd();
    return made;
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include <nanostores/recorder/sessionfile.h>

#include <nanostores/inspect/origin.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

namespace nanostores {

Session Session::parse(std::string_view lines, const SessionLimits &limits)
{
    Session made;
    if (lines.size() > limits.bytes) {
        throw SessionError("the session has more than " + std::to_string(limits.bytes) + " bytes", 1, 0);
    }
    std::size_t number = 0;
    bool hasHeader = false;
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        std::string_view line = lines.substr(0, end);
        const bool isWhole = end != lines.npos;
        lines.remove_prefix(isWhole ? end + 1 : lines.size());
        if (++number > limits.lines) {
            throw SessionError("the session has more than " + std::to_string(limits.lines) + " lines", number, 0);
        }
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (line.empty()) {
            continue;
        }
        SessionLine read;
        try {
            read = fromJsonLine(line, limits, number);
        } catch (const SessionError &) {
            if (isWhole || !hasHeader) {
                throw;
            }
            made.m_isCut = true;
            break;
        }
        if (!std::exchange(hasHeader, true) && !std::holds_alternative<SessionHeader>(read)) {
            throw SessionError("a session begins with a line that has \"nanostores\": this is another file", number, 0);
        }
        made.addLine(std::move(read), number);
    }
    if (!hasHeader) {
        throw SessionError("the session is empty", 1, 0);
    }
    return made;
}

void Session::addLine(SessionLine line, std::size_t number)
{
    if (auto *const header = std::get_if<SessionHeader>(&line)) {
        if (number > 1 && !m_stores.empty()) {
            throw SessionError("a session has one header", number, 0);
        }
        m_header = std::move(*header);
    } else if (auto *const store = std::get_if<SessionStore>(&line)) {
        const auto [place, isNew] = m_places.try_emplace(store->id, m_stores.size());
        if (isNew) {
            m_stores.push_back(std::move(*store));
        } else { // with the value that it has come with
            SessionStore &known = m_stores[place->second];
            store->value =
                known.value.kind == LogValue::Kind::Absent ? std::move(store->value) : std::move(known.value);
            known = std::move(*store);
        }
    } else if (auto *const event = std::get_if<SessionEvent>(&line)) {
        if (!m_events.empty() && event->id <= m_events.back().id) {
            throw SessionError("event " + std::to_string(event->id) + " comes after event "
                                   + std::to_string(m_events.back().id) + ": their numbers have to grow",
                               number, 0);
        }
        if (event->store != 0 && !m_places.contains(event->store)) {
            throw SessionError("event " + std::to_string(event->id) + " is of store " + std::to_string(event->store)
                                   + ", which no line before it has",
                               number, 0);
        }
        m_events.push_back(std::move(*event));
    }
}

Session Session::read(const std::string &path, const SessionLimits &limits)
{
    struct Close
    {
        void operator()(std::FILE *file) const noexcept { std::fclose(file); }
    };
    const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
    const auto fail = [&path] {
        const int error = errno;
        throw std::runtime_error("the session \"" + path
                                 + "\" cannot be read: " + std::generic_category().message(error));
    };
    if (!file) {
        fail();
    }
    std::string text;
    char buffer[65536];
    while (const std::size_t count = std::fread(buffer, 1, sizeof(buffer), file.get())) {
        text.append(buffer, count);
        if (text.size() > limits.bytes) {
            break;
        }
    }
    if (std::ferror(file.get())) {
        fail();
    }
    return parse(text, limits);
}

const SessionStore *Session::store(std::uint64_t id) const noexcept
{
    const auto found = m_places.find(id);
    return found == m_places.end() ? nullptr : &m_stores[found->second];
}

const SessionEvent *Session::event(std::uint64_t id) const noexcept
{
    const auto found =
        std::lower_bound(m_events.begin(), m_events.end(), id,
                         [](const SessionEvent &event, std::uint64_t number) { return event.id < number; });
    return found != m_events.end() && found->id == id ? &*found : nullptr;
}

const std::string &Session::nameOf(std::uint64_t id) const noexcept
{
    static const std::string none;
    const SessionStore *const found = store(id);
    return found ? found->name : none;
}

namespace {

std::string sides(const LogValue &before, const LogValue &after, std::size_t valueBytes)
{
    return before.toText(valueBytes) + " -> " + after.toText(valueBytes);
}

std::string originText(const SessionEvent &event)
{
    std::string text;
    for (std::size_t i = 0; i < event.by.size() && i < 3; ++i) {
        text += (i > 0 ? " <- " : "") + detail::textOf(event.by[i]);
    }
    return text;
}

} // namespace

std::string Session::textOf(const SessionEvent &event, std::size_t valueBytes) const
{
    using Kind = SessionEvent::Kind;
    using Outcome = SessionEvent::Outcome;
    static constexpr const char *outcomes[] = {"",         "the same value", "aborted by a hook",
                                               "notified", "threw",          "underway"};
    static constexpr const char *kinds[] = {"ended",    "written",    "ran",     "listeners called",
                                            "observed", "unobserved", "mounted", "unmounted",
                                            "batch",    "error",      "lost"};
    std::string text = nameOf(event.store);
    if (event.kind == Kind::Lost) {
        return std::to_string(event.count) + " events are lost";
    }
    if (!event.changes.empty()) {
        std::string all;
        for (const LogChange &change : event.changes) {
            all += (all.empty() ? "" : "; ") + text + pathText(change.path) + ": "
                   + sides(change.oldValue, change.newValue, valueBytes);
        }
        return all;
    }
    if (event.value) {
        return text + ": "
               + (event.old ? sides(*event.old, *event.value, valueBytes) : event.value->toText(valueBytes));
    }
    text += text.empty() ? "" : ": ";
    text += kinds[static_cast<std::size_t>(event.kind)];
    if (event.outcome != Outcome::Changed && !(event.kind == Kind::Run && event.outcome == Outcome::Equal)) {
        text += std::string(", ") + outcomes[static_cast<std::size_t>(event.outcome)];
    }
    return event.text.empty() ? text : text + ": " + event.text;
}

/// Goes to the first cause of each, and not round in circles: numbers become smaller.
std::string Session::causeOf(const SessionEvent &event) const
{
    std::string text;
    const SessionEvent *at = &event;
    for (int lines = 0; at && lines < 20; ++lines) {
        const std::uint64_t next = !at->because.empty() ? at->because.front() : at->within;
        const bool isCause = !at->because.empty() || at->place != SessionEvent::Place::Outside;
        const SessionEvent *const cause = isCause && next < at->id ? this->event(next) : nullptr;
        if (cause) {
            text += text.empty() ? "because " : ", because ";
            text += textOf(*cause) + " (event " + std::to_string(cause->id);
            const std::string origin = originText(*cause);
            text += (origin.empty() ? "" : ", " + origin) + ')';
        }
        at = cause;
    }
    return text;
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include <nanostores/recorder/exports.h>

#include <nanostores/core/graph/graphpart.h>
#include <nanostores/logger/detail/text.h>
#include <nanostores/logger/redaction.h>
#include <nanostores/recorder/sessionvalues.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace nanostores {

namespace {

std::string inQuotes(std::string_view text)
{
    std::string json;
    detail::appendJsonText(json, text);
    return json;
}

// Redux DevTools

/// One action of theirs, with the values after it.
struct ReduxStep
{
    std::string type;
    std::string members; ///< Of the action.
    std::string stack;
    std::int64_t time = 0; ///< In milliseconds.
    std::string state;
};

std::string stateOf(const Session &session, const SessionValues &values, const std::string &pattern)
{
    std::string json = "{";
    for (const SessionStore &store : session.stores()) {
        const LogValue &value = values.of(store.id);
        if (store.kind == "effect" || value.kind == LogValue::Kind::Absent || !detail::matches(pattern, store.name)) {
            continue;
        }
        json += json.size() > 1 ? "," : "";
        json += inQuotes(store.name) + ':' + value.toJson();
    }
    return json + '}';
}

std::string typeOf(const Session &session, const SessionEvent &event)
{
    std::string type = session.nameOf(event.store);
    if (event.changes.size() == 1 && !event.changes[0].path.empty()) {
        type += '/' + pathText({event.changes[0].path.front()});
    }
    return type;
}

std::string stackOf(const SessionEvent &event)
{
    std::string stack = "Error";
    for (const Frame &frame : event.by) {
        stack += "\n    at " + (frame.function.empty() ? std::string("?") : frame.function) + " (" + frame.file + ':'
                 + std::to_string(frame.line) + ":1)";
    }
    return event.by.empty() ? std::string() : stack;
}

std::vector<ReduxStep> stepsOf(const Session &session, const ReduxOptions &options)
{
    SessionValues values(session.stores());
    std::vector<ReduxStep> steps;
    steps.push_back({"@@INIT", {}, {}, 0, stateOf(session, values, options.stores)});
    std::size_t turns = 0;
    for (std::uint64_t last = 0; const SessionEvent &event : session.events()) {
        turns += event.turn != last && event.kind == SessionEvent::Kind::Write ? 1 : 0;
        last = event.kind == SessionEvent::Kind::Write ? event.turn : last;
    }
    const std::size_t passedOver = options.turns > 0 && turns > options.turns ? turns - options.turns : 0;
    std::size_t turn = 0;
    std::uint64_t last = 0;
    bool isOpen = false;
    const auto close = [&] {
        if (std::exchange(isOpen, false)) {
            steps.back().state = stateOf(session, values, options.stores);
        }
    };
    for (const SessionEvent &event : session.events()) {
        if (event.kind == SessionEvent::Kind::Write && event.turn != last) {
            last = event.turn;
            close();
            if (++turn > passedOver) {
                if (turn == passedOver + 1) {
                    steps.front().state = stateOf(session, values, options.stores);
                }
                ReduxStep step;
                step.type = typeOf(session, event);
                step.members =
                    "\"turn\":" + std::to_string(event.turn) + ",\"line\":" + inQuotes(session.textOf(event));
                step.stack = stackOf(event);
                step.time = std::chrono::duration_cast<std::chrono::milliseconds>(event.time).count();
                steps.push_back(std::move(step));
                isOpen = true;
            }
        }
        values.apply(event);
    }
    close();
    return steps;
}

} // namespace

std::string toReduxDevTools(const Session &session, const ReduxOptions &options)
{
    const std::vector<ReduxStep> steps = stepsOf(session, options);
    std::string actions;
    std::string states;
    std::string staged;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const ReduxStep &step = steps[i];
        const std::string comma = i > 0 ? "," : "";
        actions += comma + '"' + std::to_string(i) + R"(":{"type":"PERFORM_ACTION","action":{"type":)"
                   + inQuotes(step.type) + (step.members.empty() ? "" : ",") + step.members + R"(},"timestamp":)"
                   + std::to_string(step.time) + (step.stack.empty() ? "" : ",\"stack\":" + inQuotes(step.stack)) + '}';
        states += comma + "{\"state\":" + step.state + '}';
        staged += comma + std::to_string(i);
    }
    return "{\"actionsById\":{" + actions + "},\"computedStates\":[" + states
           + "],\"currentStateIndex\":" + std::to_string(steps.size() - 1)
           + ",\"nextActionId\":" + std::to_string(steps.size()) + ",\"skippedActionIds\":[],\"stagedActionIds\":["
           + staged + "],\"committedState\":" + steps.front().state + ",\"isLocked\":false,\"isPaused\":false}\n";
}

// Chrome

namespace {

class ChromeTrace
{
public:
    explicit ChromeTrace(const Session &session)
        : m_session(session)
    {
    }

    std::string write()
    {
        add(R"({"ph":"M","pid":1,"tid":1,"name":"process_name","args":{"name":)" + inQuotes(m_session.header().app)
            + "}}");
        for (const SessionEvent &event : m_session.events()) {
            while (!m_open.empty() && !isWithin(event)) {
                endSlice();
            }
            begin(event);
        }
        while (!m_open.empty()) {
            endSlice();
        }
        return "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[" + m_text + "\n]}\n";
    }

private:
    static bool isSlice(const SessionEvent &event) noexcept
    {
        return event.kind == SessionEvent::Kind::Write || event.kind == SessionEvent::Kind::Run
               || event.kind == SessionEvent::Kind::Batch;
    }
    /// An event that began before the end of the slice happened in it.
    bool isWithin(const SessionEvent &event) const noexcept
    {
        const SessionEvent &open = *m_open.back();
        return open.outcome == SessionEvent::Outcome::Underway || event.time < open.time + open.took
               || event.within == open.id;
    }
    std::string stamp(std::chrono::nanoseconds time)
    {
        m_last = std::max(m_last, time); // so slices lie within one another
        const std::int64_t ns = std::max<std::int64_t>(0, m_last.count());
        const std::string rest = std::to_string(ns % 1000);
        return std::to_string(ns / 1000) + '.' + std::string(3 - std::min<std::size_t>(rest.size(), 3), '0') + rest;
    }
    std::string head(const char *phase, std::chrono::nanoseconds time)
    {
        return std::string("{\"ph\":\"") + phase + "\",\"pid\":1,\"tid\":1,\"ts\":" + stamp(time);
    }
    void begin(const SessionEvent &event)
    {
        const bool slice = isSlice(event);
        std::string title = m_session.nameOf(event.store);
        if (event.kind == SessionEvent::Kind::Write) {
            title = "set " + title;
        } else if (!slice || title.empty()) {
            title = m_session.textOf(event);
        }
        std::string text = head(slice ? "B" : "i", event.time) + ",\"cat\":\"stores\",\"name\":" + inQuotes(title);
        text += slice ? "" : ",\"s\":\"t\"";
        text += ",\"args\":{\"event\":" + std::to_string(event.id) + ",\"turn\":" + std::to_string(event.turn)
                + ",\"line\":" + inQuotes(m_session.textOf(event));
        add(text + "}}");
        if (!slice) {
            return;
        }
        m_open.push_back(&event);
        m_begins[event.id] = m_last;
        for (const std::uint64_t cause : event.because) {
            const auto from = m_begins.find(cause);
            if (from != m_begins.end()) {
                const std::string id = std::to_string(++m_arrows);
                const std::chrono::nanoseconds now = m_last;
                m_last = std::chrono::nanoseconds(0);
                const std::string begun = stamp(from->second);
                m_last = now;
                add(R"({"ph":"s","pid":1,"tid":1,"ts":)" + begun + R"(,"cat":"cause","name":"because","id":)" + id
                    + '}');
                add(head("f", event.time) + R"(,"bp":"e","cat":"cause","name":"because","id":)" + id + '}');
            }
        }
    }
    void endSlice()
    {
        const SessionEvent &event = *m_open.back();
        m_open.pop_back();
        add(head("E", event.time + event.took) + '}');
        const LogValue *const value = event.value ? &*event.value : nullptr;
        if (value && (value->kind == LogValue::Kind::Integer || value->kind == LogValue::Kind::Float)) {
            const std::string number = value->toJson();
            if (number[0] != '{') {
                add(head("C", event.time + event.took) + ",\"name\":" + inQuotes(m_session.nameOf(event.store))
                    + ",\"args\":{\"value\":" + number + "}}");
            }
        }
    }
    void add(const std::string &line)
    {
        m_text += m_text.empty() ? "\n" : ",\n";
        m_text += line;
    }

    const Session &m_session;
    std::string m_text;
    std::vector<const SessionEvent *> m_open;
    std::map<std::uint64_t, std::chrono::nanoseconds> m_begins;
    std::chrono::nanoseconds m_last{};
    std::uint64_t m_arrows = 0;
};

} // namespace

std::string toChromeTrace(const Session &session)
{
    return ChromeTrace(session).write();
}

// Graphviz

namespace {

/// How often one store has set off another, by their numbers; second: by a write in a function.
using CauseCounts = std::map<std::pair<std::uint64_t, std::uint64_t>, std::pair<std::size_t, std::size_t>>;

CauseCounts causesIn(const Session &session)
{
    CauseCounts counts;
    for (const SessionEvent &event : session.events()) {
        for (const std::uint64_t number : event.because) {
            const SessionEvent *const cause = session.event(number);
            if (cause && cause->store != 0 && event.store != 0) {
                ++counts[{cause->store, event.store}].first;
            }
        }
        const SessionEvent *const within = session.event(event.within);
        const bool isMadeWithin =
            event.kind == SessionEvent::Kind::Write && event.place != SessionEvent::Place::Outside;
        if (isMadeWithin && within && within->store != 0 && event.store != 0) {
            ++counts[{within->store, event.store}].second;
        }
    }
    return counts;
}

} // namespace

std::string toGraphViz(const Session &session)
{
    constexpr std::size_t ValueBytes = 40;
    const CauseCounts counts = causesIn(session);
    std::map<std::uint64_t, bool> takesPart;
    for (const auto &[ends, count] : counts) {
        takesPart[ends.first] = true;
        takesPart[ends.second] = true;
    }
    SessionValues values(session.stores());
    for (const SessionEvent &event : session.events()) {
        values.apply(event);
        takesPart[event.store] = takesPart[event.store] || event.kind == SessionEvent::Kind::Write;
    }
    std::string text = "digraph session {\n    rankdir=LR;\n";
    for (const SessionStore &store : session.stores()) {
        if (takesPart[store.id]) {
            const bool isEffect = store.kind == "effect";
            const std::string value = values.of(store.id).toText(ValueBytes);
            text += "    n" + std::to_string(store.id) + " [label="
                    + detail::dotText(isEffect ? store.name : store.name + '\n' + (store.isHidden ? "***" : value))
                    + ", shape="
                    + (isEffect                ? "hexagon"
                       : store.kind == "store" ? "box"
                                               : "ellipse")
                    + "];\n";
        }
    }
    const auto arrow = [&text](const auto &ends, std::size_t count, const char *style) {
        if (count > 0) {
            text += "    n" + std::to_string(ends.first) + " -> n" + std::to_string(ends.second) + " [label=\""
                    + std::to_string(count) + '"' + style + "];\n";
        }
    };
    for (const auto &[ends, count] : counts) {
        arrow(ends, count.first, "");
        arrow(ends, count.second, ", style=dashed");
    }
    return text + "}\n";
}

// Qt Test

std::string toQtTest(const std::string &sessionLines, const std::string &className)
{
    std::string file;
    for (const char c : className) {
        file += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    std::string source = "// Replays a session that was recorded: nanostores::replay().\n"
                         "\n"
                         "#include <nanostores/core.h>\n"
                         "#include <nanostores/recorder.h>\n"
                         "\n"
                         "#include <QTest>\n"
                         "\n"
                         "#include <string>\n"
                         "\n"
                         "namespace {\n"
                         "\n"
                         "const std::string lines =\n";
    std::string mark = "session"; // which no text in it ends with
    for (int i = 2; sessionLines.find(")~" + mark + "~\"") != std::string::npos; ++i) {
        mark = 's' + std::to_string(i);
    }
    for (std::size_t from = 0; from < sessionLines.size();) {
        const std::size_t to = std::min(sessionLines.find('\n', from), sessionLines.size());
        // a literal of its own for each few kilobytes: compilers have limits
        for (std::size_t at = from; at < to; at += 8000) {
            source += "    R\"~" + mark + "~(" + sessionLines.substr(at, std::min<std::size_t>(8000, to - at)) + ")~"
                      + mark + "~\"\n";
        }
        source += "    \"\\n\"\n";
        from = to + 1;
    }
    source +=
        "    \"\";\n"
        "\n"
        "} // namespace\n"
        "\n"
        "class "
        + className
        + " : public QObject\n"
          "{\n"
          "    Q_OBJECT\n"
          "\n"
          "private Q_SLOTS:\n"
          "    void replay_findsNoDifference()\n"
          "    {\n"
          "        // Make here what makes the stores, unless they are variables of the program. Stores of types\n"
          "        // of your own are set by the replay after nanostores::editable(store).\n"
          "        nanostores::ManualScheduler time;\n"
          "        nanostores::setScheduler(&time);\n"
          "        const auto result = nanostores::replay(nanostores::Session::parse(lines), {.time = &time});\n"
          "        nanostores::setScheduler(nullptr);\n"
          "        QVERIFY2(result, result.report().c_str());\n"
          "    }\n"
          "};\n"
          "\n"
          "QTEST_GUILESS_MAIN("
        + className + ")\n#include \"" + file + ".moc\"\n";
    return source;
}

} // namespace nanostores

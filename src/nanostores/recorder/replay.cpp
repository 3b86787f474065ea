// SPDX-License-Identifier: MIT
#include <nanostores/recorder/replay.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/recorder/detail/muting.h>
#include <nanostores/recorder/detail/valuesource.h>
#include <nanostores/recorder/recorder.h>
#include <nanostores/recorder/sessionvalues.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace nanostores {

std::string ReplayResult::report() const
{
    std::string text = difference.empty() ? "no difference" : difference;
    if (difference.empty() && compared == 0) {
        text = "nothing was compared";
    }
    text += ": " + std::to_string(written) + " writes, " + std::to_string(compared) + " values compared\n";
    for (const std::string &note : notes) {
        text += "note: " + note + '\n';
    }
    return text;
}

namespace {

using detail::Node;
using ReplayedKind = SessionEvent::Kind;
using ReplayedOutcome = SessionEvent::Outcome;

class Replayer
{
public:
    Replayer(const Session &session, ReplayOptions options)
        : m_session(session)
        , m_options(std::move(options))
        , m_rules(m_options.redact)
        , m_recorded(session.stores())
    {
        findStores();
    }

    ReplayResult run()
    {
        setInitialValues();
        const std::vector<SessionEvent> &events = m_session.events();
        if (m_options.mode == ReplayOptions::Values) {
            m_muting.emplace();
        } else {
            RecorderOptions options;
            options.bytes = std::size_t(16) << 20u;
            options.origins = false;
            m_live.emplace(options);
        }
        for (std::size_t at = 0; at < events.size() && m_result.difference.empty();) {
            at = step(at);
        }
        if (m_result.difference.empty() && m_options.mode == ReplayOptions::Live) {
            passTime(events.empty() ? std::chrono::nanoseconds(0) : events.back().time);
            takeLive();
            reportUnexpected();
        }
        return std::move(m_result);
    }

private:
    /// A write that the program made by itself, outside of what the replay has written.
    struct OwnWrite
    {
        std::uint64_t store; ///< Of the session.
        LogValue value;
    };

    // Stores

    void findStores()
    {
        std::map<std::string, std::vector<Node *>> byName;
        const detail::NodeNames names;
        detail::forEachNode([&](Node &node) {
            if (std::string name = names.of(node); !name.empty()) {
                byName[std::move(name)].push_back(&node);
            }
        });
        for (const LoggedStore &store : m_options.stores) {
            byName[store.name.empty() ? names.of(*store.node) : store.name] = {store.node.get()};
        }
        for (const SessionStore &store : m_session.stores()) {
            const bool isIgnored =
                store.name == "nanostores/inspecting" // it says what is shown, and is no part of what is done
                || std::any_of(m_options.ignore.begin(), m_options.ignore.end(),
                               [&](const std::string &pattern) { return detail::matches(pattern, store.name); });
            if (isIgnored) {
                continue;
            }
            const auto found = byName.find(store.name);
            if (found == byName.end()) {
                if (store.isNamed) {
                    m_result.notes.push_back(store.kind + ' ' + store.name + " is not there");
                }
            } else if (found->second.size() > 1) {
                m_result.notes.push_back("there are several stores of the name " + store.name
                                         + ": give them names of their own");
            } else if (Node &node = *found->second.front();
                       !store.type.empty() && store.type != detail::valueTypeOf(node)) {
                m_result.notes.push_back(store.name + " was of type " + store.type + ", and is of type "
                                         + detail::valueTypeOf(node));
            } else if (m_rules.hidesStore(reinterpret_cast<std::uintptr_t>(&node), store.name)) {
                note(store.id, "is redacted");
            } else {
                m_nodes.emplace(store.id, detail::Ref<Node>::share(&node));
                m_ids.emplace(&node, store.id);
            }
        }
    }
    Node *nodeOf(std::uint64_t store) const
    {
        const auto found = m_nodes.find(store);
        return found == m_nodes.end() ? nullptr : found->second.get();
    }
    void note(std::uint64_t store, const std::string &what)
    {
        if (m_noted.insert(store).second) {
            m_result.notes.push_back(m_session.nameOf(store) + ' ' + what);
        }
    }

    // Values

    /// With gaps where it is redacted.
    LogValue liveValue(const Node &node)
    {
        LogLimits limits;
        limits.textBytes = std::size_t(1) << 20u;
        limits.parts = 1'000'000;
        const auto id = m_ids.find(&node);
        const std::string name = id == m_ids.end() ? std::string() : m_session.nameOf(id->second);
        detail::ValueReader reader(limits, m_rules, name, false, m_secrets);
        detail::describe(node, reader);
        const std::string json = reader.take().toJson();
        return valueFromJson(json, {.lineBytes = json.size() + 1, .depth = 1000});
    }
    /// A computed store runs for it.
    std::optional<LogValue> freshValue(const Node &node)
    {
        try {
            node.fresh();
            return liveValue(node);
        } catch (...) {
            return std::nullopt;
        }
    }

    /// What an error says may be what is redacted.
    std::string whatOf(const std::exception &error) const
    {
        return m_rules.empty() ? std::string(": ") + error.what() : std::string();
    }

    void put(std::uint64_t store, const LogValue &value)
    {
        Node *const node = nodeOf(store);
        if (!node || node->has(detail::Computing | detail::Effecting)) {
            return;
        }
        if (value.kind == LogValue::Kind::Absent) {
            note(store, "cannot be written: its value was not recorded, or events before it are lost");
            return;
        }
        if (detail::hasGaps(value)) {
            note(store,
                 "cannot be written: a part of its value was redacted or cut, or is of a type that is not known");
            return;
        }
        if (detail::isSameValue(value, liveValue(*node))) {
            return;
        }
        if (!detail::assign(*node, detail::LogValueSource(value))) {
            note(store, "cannot be written: call nanostores::editable() with it, and see which types that takes");
        }
    }
    void setInitialValues()
    {
        if (!m_options.setInitialValues) {
            return;
        }
        try {
            batch([this] {
                for (const SessionStore &store : m_session.stores()) {
                    if (store.kind == "store" && !store.isHidden && store.value.kind != LogValue::Kind::Absent) {
                        put(store.id, store.value);
                    }
                }
            });
        } catch (const std::exception &error) {
            m_result.notes.push_back("setting the first values threw" + whatOf(error));
        }
    }

    // Steps

    void passTime(std::chrono::nanoseconds to)
    {
        const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(to);
        if (m_options.time && time > m_passed) {
            m_options.time->advance(time - m_passed);
            m_passed = time;
        }
    }

    /// An event, or a turn: what is written from outside, and what comes of it. Returns where the next one begins.
    std::size_t step(std::size_t at)
    {
        const std::vector<SessionEvent> &events = m_session.events();
        const SessionEvent &first = events[at];
        if (first.kind == ReplayedKind::Lost && at > 0) {
            m_result.notes.push_back(m_session.textOf(first) + " before event " + std::to_string(first.id + 1)
                                     + ": what was written in them is not written again");
        }
        std::size_t end = at + 1;
        while (first.turn != 0 && end < events.size() && events[end].turn == first.turn) {
            ++end;
        }
        if (m_options.mode == ReplayOptions::Live) {
            passTime(first.time);
            takeLive();
        }
        writeTurn(at, end);
        std::map<std::uint64_t, const SessionEvent *> changed; // the last change of each store, or run that gave none
        std::map<std::uint64_t, std::size_t> runs;
        for (std::size_t i = at; i < end; ++i) {
            const SessionEvent &event = events[i];
            m_recorded.apply(event);
            const bool isRun = event.kind == ReplayedKind::Run;
            if (hasChanged(event) || (isRun && event.outcome == ReplayedOutcome::Equal)) {
                changed[event.store] = &event;
            }
            const SessionStore *const store = m_session.store(event.store);
            if (isRun && store && store->kind == "effect") {
                ++runs[event.store];
            }
        }
        compare(changed);
        if (m_options.mode == ReplayOptions::Live && m_result.difference.empty()) {
            compareLive(first, changed, runs);
        }
        return end;
    }

    /// Also if a listener has thrown: the store has its value then.
    static bool hasChanged(const SessionEvent &event) noexcept
    {
        const bool isWrite = event.kind == ReplayedKind::Write;
        const bool hasThrown = event.outcome == ReplayedOutcome::Threw && (event.value || !event.changes.empty());
        return event.outcome == ReplayedOutcome::Changed ? isWrite || event.kind == ReplayedKind::Run
                                                         : isWrite && hasThrown;
    }

    bool isFed(const SessionEvent &event) const noexcept
    {
        return event.kind == ReplayedKind::Write && hasChanged(event)
               && (event.place == SessionEvent::Place::Outside || m_options.mode == ReplayOptions::Values);
    }

    void writeTurn(std::size_t at, std::size_t end)
    {
        const std::vector<SessionEvent> &events = m_session.events();
        SessionValues values = m_recorded;
        const bool isBatch = events[at].kind == ReplayedKind::Batch || m_options.mode == ReplayOptions::Values;
        const auto writeAll = [&] {
            for (std::size_t i = at; i < end; ++i) {
                values.apply(events[i]);
                if (isFed(events[i]) && !isOwn(events[i], values.of(events[i].store))) {
                    ++m_result.written;
                    put(events[i].store, values.of(events[i].store));
                }
            }
        };
        try {
            if (isBatch) {
                batch(writeAll);
            } else {
                writeAll();
            }
        } catch (const std::exception &error) {
            m_result.notes.push_back("event " + std::to_string(events[at].id) + " threw" + whatOf(error));
        } catch (...) {
            m_result.notes.push_back("event " + std::to_string(events[at].id) + " threw");
        }
    }

    /// Whether the program has made the write by itself, as by a timer. If it has written something else, that is a
    /// difference.
    bool isOwn(const SessionEvent &event, const LogValue &recorded)
    {
        const auto own =
            std::find_if(m_own.begin(), m_own.end(), [&](const OwnWrite &write) { return write.store == event.store; });
        if (own == m_own.end()) {
            return false;
        }
        const LogValue value = std::move(own->value);
        m_own.erase(own);
        ++m_result.compared;
        if (!detail::isSameValue(recorded, value)) {
            differ(event, value, recorded);
        }
        return true;
    }

    /// What the program has done since the last step: its own writes wait for those of the session.
    void takeLive()
    {
        for (const SessionEvent &event : liveEvents()) {
            const std::uint64_t store = idOf(event.store);
            if (event.isOutsideWrite() && hasChanged(event) && store != 0) {
                m_own.push_back({store, liveValue(*nodeOf(store))});
            }
        }
    }
    std::vector<SessionEvent> liveEvents()
    {
        std::vector<SessionEvent> events = m_live->events(m_liveTaken);
        m_liveTaken = m_live->lastEvent();
        return events;
    }
    /// In the session, of what the live recorder calls so.
    std::uint64_t idOf(std::uint64_t live)
    {
        auto found = m_liveIds.find(live);
        if (found == m_liveIds.end()) {
            m_liveIds.clear();
            for (const auto &[node, id] : m_ids) {
                if (const std::uint64_t number = m_live->idOf(*node)) {
                    m_liveIds.emplace(number, id);
                }
            }
            found = m_liveIds.emplace(live, 0).first;
        }
        return found->second;
    }

    void differ(const SessionEvent &event, const LogValue &now, const LogValue &recorded)
    {
        m_result.event = event.id;
        std::string text = "event " + std::to_string(event.id) + ": " + m_session.nameOf(event.store) + " is "
                           + now.toText() + ", recorded " + recorded.toText();
        const std::string cause = m_session.causeOf(event);
        m_result.difference = text + (cause.empty() ? "" : "; it changed " + cause);
    }

    void compare(const std::map<std::uint64_t, const SessionEvent *> &changed)
    {
        std::vector<const SessionEvent *> inOrder;
        for (const auto &[store, event] : changed) {
            inOrder.push_back(event);
        }
        std::sort(inOrder.begin(), inOrder.end(),
                  [](const SessionEvent *a, const SessionEvent *b) { return a->id < b->id; });
        for (const SessionEvent *const event : inOrder) {
            Node *const node = nodeOf(event->store);
            const LogValue &recorded = m_recorded.of(event->store);
            if (!node || recorded.kind == LogValue::Kind::Absent || node->has(detail::Effecting)
                || m_noted.contains(event->store)) {
                continue;
            }
            const std::optional<LogValue> now = freshValue(*node);
            if (!now) {
                note(event->store, "has no value: its function threw");
                continue;
            }
            ++m_result.compared;
            if (!detail::isSameValue(recorded, *now)) {
                differ(*event, *now, recorded);
                return;
            }
        }
    }

    /// What has happened and is not in the session, and the other way round.
    void compareLive(const SessionEvent &first, const std::map<std::uint64_t, const SessionEvent *> &changed,
                     std::map<std::uint64_t, std::size_t> runs)
    {
        std::set<std::uint64_t> ran;
        for (const SessionEvent &event : liveEvents()) {
            const std::uint64_t store = idOf(event.store);
            Node *const node = store != 0 ? nodeOf(store) : nullptr;
            if (!node || (event.kind != ReplayedKind::Write && event.kind != ReplayedKind::Run)) {
                continue;
            }
            if (node->has(detail::Effecting)) {
                ran.insert(store);
                std::size_t &expected = runs[store];
                if (expected == 0) {
                    m_result.event = first.id;
                    m_result.difference = "event " + std::to_string(first.id) + ", " + m_session.textOf(first)
                                          + ": the effect " + m_session.nameOf(store)
                                          + " ran, and in the session it did not";
                    return;
                }
                --expected;
            } else if (hasChanged(event) && !changed.contains(store) && !m_noted.contains(store)) {
                const LogValue now = liveValue(*node);
                if (!detail::isSameValue(m_recorded.of(store), now)) {
                    m_result.event = first.id;
                    m_result.difference = "event " + std::to_string(first.id) + ", " + m_session.textOf(first) + ": "
                                          + m_session.nameOf(store) + " became " + now.toText()
                                          + ", and in the session it stayed " + m_recorded.of(store).toText();
                    return;
                }
            }
        }
        for (const auto &[store, missing] : runs) {
            Node *const node = nodeOf(store);
            if (missing > 0 && node && !ran.contains(store) && m_result.written > 0) {
                m_result.event = first.id;
                m_result.difference = "event " + std::to_string(first.id) + ", " + m_session.textOf(first)
                                      + ": the effect " + m_session.nameOf(store)
                                      + " did not run, and in the session it did";
                return;
            }
        }
    }

    void reportUnexpected()
    {
        if (!m_own.empty()) {
            const OwnWrite &write = m_own.front();
            m_result.event = m_session.events().empty() ? 0 : m_session.events().back().id;
            m_result.difference = m_session.nameOf(write.store) + " was set to " + write.value.toText()
                                  + " by the program itself, as by a timer, and not so in the session";
        }
    }

    const Session &m_session;
    const ReplayOptions m_options;
    const detail::RedactionRules m_rules;
    detail::Secrets m_secrets;
    ReplayResult m_result;
    SessionValues m_recorded; ///< What the stores have after the last step, by the session.
    std::unordered_map<std::uint64_t, detail::Ref<Node>> m_nodes;
    std::unordered_map<const Node *, std::uint64_t> m_ids;
    std::set<std::uint64_t> m_noted;
    std::optional<Recorder> m_live;
    std::unordered_map<std::uint64_t, std::uint64_t> m_liveIds;
    std::uint64_t m_liveTaken = 0;
    std::deque<OwnWrite> m_own;
    std::optional<detail::Muting> m_muting;
    std::chrono::milliseconds m_passed{};
};

} // namespace

ReplayResult replay(const Session &session, ReplayOptions options)
{
    return Replayer(session, std::move(options)).run();
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/sessionprobe.h>

#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/logger/detail/text.h>
#include <nanostores/recorder/detail/muting.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

namespace nanostores::detail {

namespace {

using EventKind = SessionEvent::Kind;
using Where = SessionEvent::Place;

/// Writes a value that has no parts as JSON. One that has is looked at no further.
class LeafWriter final : public Describer
{
public:
    LeafWriter(std::string &to, std::size_t most)
        : m_to(to)
        , m_most(most)
    {
    }
    bool isLeaf() const noexcept { return m_isLeaf; }

    bool whole(const std::type_info &type, const void *value) override
    {
        m_isLeaf = number<int>(type, value) || number<long long>(type, value) || number<long>(type, value)
                   || number<unsigned>(type, value) || number<unsigned long>(type, value)
                   || number<unsigned long long>(type, value) || boolean(type, value) || text(type, value);
        return true;
    }
    void unknown(const std::type_info &) override { m_isLeaf = false; }
    void none() override
    {
        m_to = "null";
        m_isLeaf = true;
    }
    void beginList() override {}
    void endList() override {}
    void beginMap() override {}
    void endMap() override {}
    void beginStruct() override {}
    void member(const char *) override {}
    void endStruct() override {}

private:
    template<typename N>
    bool number(const std::type_info &type, const void *value)
    {
        if (type != typeid(N)) {
            return false;
        }
        constexpr std::int64_t Safe = 9007199254740991;
        const N given = *static_cast<const N *>(value);
        if constexpr (sizeof(N) > 4) {
            if (given > static_cast<N>(Safe) || (std::is_signed_v<N> && given < static_cast<N>(-Safe))) {
                return false;
            }
        }
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof(digits), given);
        m_to.assign(digits, end.ptr);
        return true;
    }
    bool boolean(const std::type_info &type, const void *value)
    {
        if (type != typeid(bool)) {
            return false;
        }
        m_to = *static_cast<const bool *>(value) ? "true" : "false";
        return true;
    }
    bool text(const std::type_info &type, const void *value)
    {
        if (type != typeid(std::string)) {
            return false;
        }
        const auto &given = *static_cast<const std::string *>(value);
        const bool isPlain = given.size() <= m_most && std::all_of(given.begin(), given.end(), [](char c) {
                                 return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
                             });
        if (isPlain) {
            m_to = '"';
            m_to += given;
            m_to += '"';
        }
        return isPlain;
    }

    std::string &m_to;
    std::size_t m_most;
    bool m_isLeaf = false;
};

/// What stands for a value that is too long.
std::string cutJson(const std::string &text, std::size_t size)
{
    LogValue cut = LogValue::ofText(text);
    cut.size = std::max(size, cut.text.size() + 1);
    return cut.toJson();
}

bool isNoStore(const Node &node) noexcept
{
    return node.has(Effecting) && std::strcmp(kindOf(node), "scope") == 0;
}

} // namespace

SessionProbe::SessionProbe(RecorderOptions options)
    : m_options(std::move(options))
    , m_rules(m_options.redact)
    , m_ring(m_options.origins ? m_options.bytes / 2 : m_options.bytes)
    , m_mostOriginBytes(m_options.origins ? m_options.bytes / 2 : 0)
{
    m_open.reserve(16);
    if (m_options.clock) {
        m_began = static_cast<std::uint64_t>(m_options.clock().count());
    }
    if (!m_rules.empty()) {
        const NodeNames names;
        forEachNode([&](const Node &node) {
            if (!isNoStore(node)) {
                Known &made = known(node);
                made.line.name = names.of(node);
                decideHiding(made, node);
            }
        });
    }
    if (m_options.values) {
        forEachNode([&](const Node &node) {
            if (!node.has(Computing | Effecting) && std::strstr(typeid(node).name(), "12ScriptSignal") != nullptr) {
                Known &made = known(node);
                if (recordsValuesOf(made, node)) {
                    made.last = valueOf(node, made).toJson();
                }
            }
        });
    }
    if (m_options.stores.empty()) {
        attachProbe(*this);
        return;
    }
    attachProbe(*this, Follow::Chosen);
    for (const LoggedStore &store : m_options.stores) {
        follow(*this, *store.node);
        Known &chosen = known(*store.node);
        if (!store.name.empty()) {
            chosen.line.name = store.name;
            decideHiding(chosen, *store.node);
        }
    }
    m_options.stores.clear(); // it keeps no store alive
}

SessionProbe::~SessionProbe()
{
    detachProbe(*this);
}

/// Without memory an event is lost, and nothing else.
template<typename F>
void SessionProbe::guarded(F &&f) noexcept
{
    try {
        f();
    } catch (...) {
        return;
    }
}

void SessionProbe::clear() noexcept
{
    m_ring.clear();
    m_origins.clear();
    m_originBytes = 0;
    for (auto &[node, known] : m_known) {
        known->hasWhole = false;
    }
}

// Stores

SessionProbe::Known &SessionProbe::known(const Node &node)
{
    auto &place = m_recent[(reinterpret_cast<std::uintptr_t>(&node) >> 4u) % m_recent.size()];
    if (place.first == &node) {
        return *place.second;
    }
    Known &found = knownSlowly(node);
    place = {&node, &found};
    return found;
}

SessionProbe::Known &SessionProbe::knownSlowly(const Node &node)
{
    std::unique_ptr<Known> &made = m_known[&node];
    if (!made) {
        try {
            made = std::make_unique<Known>();
        } catch (...) {
            m_known.erase(&node);
            throw;
        }
        made->node = const_cast<Node *>(&node);
        made->id = ++m_lastStore;
    }
    return *made;
}

/// Once the node has its type.
void SessionProbe::lookAt(Known &known, const Node &node)
{
    if (known.type) [[likely]] {
        return;
    }
    known.type = &typeid(node);
    known.isSetFirst = std::strstr(known.type->name(), "12ScriptSignal") != nullptr;
    if (!m_rules.empty() && known.line.name.empty()) {
        known.line.name = nameOf(node);
        decideHiding(known, node);
    }
}

void SessionProbe::decideHiding(Known &known, const Node &node)
{
    known.isHidden = !m_rules.empty() && m_rules.hidesStore(reinterpret_cast<std::uintptr_t>(&node), known.line.name);
}

std::vector<std::reference_wrapper<SessionProbe::Known>> SessionProbe::allKnown()
{
    if (m_options.stores.empty() && isAttached(*this)) {
        const bool followsEach = followsAll();
        forEachNode([&](const Node &node) {
            if (followsEach && !isNoStore(node)) {
                known(node);
            }
        });
    }
    std::vector<std::reference_wrapper<Known>> all;
    all.reserve(m_known.size());
    for (const auto &[node, one] : m_known) {
        if (!isNoStore(*node)) {
            all.push_back(*one);
        }
    }
    std::sort(all.begin(), all.end(), [](const Known &a, const Known &b) { return a.id < b.id; });
    return all;
}

SessionStore SessionProbe::lineOf(Known &known, const NodeNames &names)
{
    const Node &node = *known.node;
    lookAt(known, node);
    if (!known.hasName) {
        SessionStore &line = known.line;
        line.id = known.id;
        line.kind = kindOf(node);
        line.type = valueTypeOf(node);
        if (line.name.empty()) {
            line.name = names.of(node);
        }
        line.isNamed = !line.name.empty();
        if (line.isNamed) {
            const unsigned count = ++m_names[line.name];
            line.name += count > 1 ? '#' + std::to_string(count) : std::string();
        } else {
            line.name = line.kind + (line.type.empty() ? std::string() : '<' + line.type + '>') + '#'
                        + std::to_string(known.id);
        }
        known.hasName = true;
    }
    SessionStore made = known.line;
    made.isHidden = known.isHidden;
    if (recordsValuesOf(known, node)) {
        const std::string json = valueOf(node, known).toJson();
        constexpr std::size_t Most = std::size_t(1) << 20u;
        made.value = valueFromJson(json.size() <= Most ? json : cutJson(json.substr(0, 60), json.size()),
                                   {.lineBytes = 2 * Most, .depth = 1000});
        if (!m_secrets.empty()) {
            m_secrets.scrub(made.value);
        }
    }
    return made;
}

void SessionProbe::created(Node &) noexcept {}

/// What is known of it goes into the ring, and leaves with its last event.
void SessionProbe::destroyed(Node &node) noexcept
{
    const auto found = m_known.find(&node);
    if (found == m_known.end()) {
        return;
    }
    Known &known = *found->second;
    guarded([&] {
        if (isNoStore(node) || (!known.hasName && !known.type)) {
            return;
        }
        if (!known.hasName) {
            SessionStore &line = known.line;
            line.id = known.id;
            line.kind = kindOf(node);
            if (line.name.empty()) {
                const Extra *const extra = node.extraOrNull();
                line.name = extra ? extra->name : std::string();
            }
            if (line.name.empty()) {
                line.name = nameInType(demangled(known.type->name()));
            }
            line.isNamed = !line.name.empty();
            if (!line.isNamed) {
                line.name = line.kind + '#' + std::to_string(known.id);
            }
        }
        known.line.isHidden = known.isHidden;
        std::uint64_t place = 0;
        const std::uint64_t event = begin(EventKind::Gone, &known, place).event;
        m_ring.add(RingEntry::GoneStore, event, toJsonLine(known.line));
    });
    auto &recent = m_recent[(reinterpret_cast<std::uintptr_t>(&node) >> 4u) % m_recent.size()];
    if (recent.first == &node) {
        recent = {};
    }
    for (Open &open : m_open) {
        if (open.node == &node) {
            open.node = nullptr;
        }
    }
    m_rules.forget(reinterpret_cast<std::uintptr_t>(&node));
    m_known.erase(found);
}

/// A name that was given later is one to hide by, too.
void SessionProbe::named(Node &node) noexcept
{
    guarded([&] {
        const auto found = m_known.find(&node);
        if (found != m_known.end() && !found->second->hasName) {
            const Extra *const extra = node.extraOrNull();
            found->second->line.name = extra ? extra->name : std::string();
            decideHiding(*found->second, node);
        }
    });
}

// Events

std::uint64_t SessionProbe::now() const noexcept
{
    if (!m_options.clock) [[likely]] {
        return ticks() - m_clock.first();
    }
    try {
        return static_cast<std::uint64_t>(m_options.clock().count()) - m_began;
    } catch (...) {
        return 0;
    }
}

/// In which function the program is. A notice counts as long as its turn goes on.
void SessionProbe::findPlace(EventEntry &entry) noexcept
{
    const Open *outer = nullptr;
    for (std::size_t i = m_open.size(); i-- > 0 && !outer;) {
        outer = m_open[i].kind == EventKind::Batch ? nullptr : &m_open[i];
    }
    Where place = Where::Outside;
    if (m_notice.event != 0 && m_notice.turn == entry.turn) {
        place = Where::Listener;
        entry.within = m_notice.event;
    } else if (outer) {
        place = outer->kind == EventKind::Run ? Where::Function : Where::Hook;
        entry.within = outer->event;
    } else if (!m_open.empty()) {
        entry.within = m_open.back().event; // a batch
    }
    entry.place = static_cast<std::uint8_t>(place);
}

EventEntry &SessionProbe::begin(EventKind kind, const Known *known, std::uint64_t &place) noexcept
{
    const bool isOfTurn = !m_open.empty() || kind == EventKind::Write || kind == EventKind::Batch || !idle();
    EventEntry &entry = m_ring.add(place);
    entry.what = static_cast<std::uint8_t>(kind);
    entry.store = known ? known->id : 0;
    entry.time = now();
    entry.turn = isOfTurn ? turn() : 0;
    findPlace(entry);
    return entry;
}

void SessionProbe::instant(EventKind kind, const Node &node, std::uint64_t count) noexcept
{
    guarded([&] {
        if (isMuted() || isNoStore(node)) {
            return;
        }
        Known &store = known(node);
        lookAt(store, node);
        std::uint64_t place = 0;
        begin(kind, &store, place).count = count;
    });
}

/// False: its beginning found no memory.
bool SessionProbe::endOpen(EventKind kind, const Node *node, Open &ended) noexcept
{
    if (m_open.empty() || m_open.back().kind != kind || m_open.back().node != node) {
        return false;
    }
    ended = std::move(m_open.back());
    m_open.pop_back();
    m_notice = ended.outer;
    return true;
}

void SessionProbe::finish(const Open &open, SessionEvent::Outcome outcome, bool tookTime) noexcept
{
    if (EventEntry *const entry = m_ring.find(open.place)) {
        entry->outcome = static_cast<std::uint8_t>(outcome);
        entry->took = tookTime ? now() - entry->time : 0;
    }
}

void SessionProbe::rest() noexcept
{
    if (m_open.empty() && m_whenAtRest) {
        guarded(m_whenAtRest);
    }
}

/// A write of the same store in which the one that stands there is made.
SessionProbe::Open *SessionProbe::enclosingWrite(const Node &node, std::size_t below) noexcept
{
    while (below-- > 0) {
        if (m_open[below].kind == EventKind::Write && m_open[below].node == &node) {
            return &m_open[below];
        }
    }
    return nullptr;
}

/// A write that is made while listeners of an earlier write of the store are called gives that one its new value; one
/// that is made in its hooks gives it another old one.
void SessionProbe::writeBegan(Node &node) noexcept
{
    guarded([&] {
        if (isMuted()) [[unlikely]] {
            return; // of time travel: nothing happens
        }
        Known &store = known(node);
        lookAt(store, node);
        const bool hasValues = recordsValuesOf(store, node);
        Open *const outer = hasValues && !m_open.empty() ? enclosingWrite(node, m_open.size()) : nullptr;
        if (outer && !outer->isNewTaken && node.version != outer->version) [[unlikely]] {
            noteNew(*outer, store, node);
        }
        std::uint64_t place = 0;
        EventEntry &entry = begin(EventKind::Write, &store, place); // before it is open itself
        entry.outcome = static_cast<std::uint8_t>(SessionEvent::Outcome::Underway);
        const std::uint64_t event = entry.event;
        Open &open = m_open.emplace_back();
        open.node = &node;
        open.event = event;
        open.place = place;
        open.outer = std::exchange(m_notice, {});
        open.changeBefore = std::exchange(store.lastChange, event);
        open.version = node.version;
        if (hasValues) {
            noteOld(open, store, node);
        }
        if (m_options.origins) {
            addOrigin(event);
        }
    });
}

void SessionProbe::writeEnded(Node &node, Outcome outcome) noexcept
{
    static constexpr SessionEvent::Outcome outcomes[] = {
        SessionEvent::Outcome::Threw,   SessionEvent::Outcome::Changed,  SessionEvent::Outcome::Equal,
        SessionEvent::Outcome::Aborted, SessionEvent::Outcome::Notified, SessionEvent::Outcome::Threw};
    const SessionEvent::Outcome shown = outcomes[static_cast<std::size_t>(outcome)];
    const bool tookTime = node.sinks != nullptr || node.has(HooksSet | HooksNotify);
    if (!m_options.values && outcome == Outcome::Changed) { // nothing else is to be noted
        if (!m_open.empty() && m_open.back().kind == EventKind::Write && m_open.back().node == &node) {
            finish(m_open.back(), shown, tookTime);
            m_notice = m_open.back().outer;
            m_open.pop_back();
            rest();
        }
        return;
    }
    Open open;
    if (!endOpen(EventKind::Write, &node, open)) {
        return;
    }
    finish(open, shown, tookTime);
    const bool isNew = outcome == Outcome::Changed || (outcome == Outcome::Threw && node.version != open.version);
    guarded([&] {
        Known &store = known(node);
        if (!isNew && outcome != Outcome::Notified && store.lastChange == open.event) {
            store.lastChange = open.changeBefore;
        }
        if (!recordsValuesOf(store, node)) {
            return;
        }
        if (isNew && !open.isNewTaken) {
            noteNew(open, store, node);
        }
        Open *const outer = m_open.empty() ? nullptr : enclosingWrite(node, m_open.size());
        if (outer && !outer->isNewTaken) {
            outer->version = node.version;
            noteOld(*outer, store, node);
        }
    });
    rest();
}

void SessionProbe::runBegan(Sink &sink) noexcept
{
    guarded([&] {
        if (isMuted() || isNoStore(sink)) {
            return;
        }
        Known &store = known(sink);
        lookAt(store, sink);
        const bool isFirst = !sink.has(Evaluated);
        const bool isEffect = sink.has(Effecting);
        Open made;
        made.kind = EventKind::Run;
        made.isEffect = isEffect;
        made.node = &sink;
        // An effect that runs again has its turn in the queue: what was notified before it is done.
        made.outer = isEffect && !isFirst ? Notice() : m_notice;
        if (isEffect && !isFirst) {
            m_notice = {};
        }
        EventEntry &entry = begin(EventKind::Run, &store, made.place);
        entry.outcome = static_cast<std::uint8_t>(SessionEvent::Outcome::Underway);
        const Where place = static_cast<Where>(entry.place);
        if (place == Where::Hook) { // in the drain of that write
            entry.place = static_cast<std::uint8_t>(Where::Outside);
        }
        made.event = entry.event;
        made.changeBefore = std::exchange(store.lastRun, entry.event);
        m_notice = {};
        m_causes.clear();
        if (!isFirst) {
            findCauses(sink, made.changeBefore);
        }
        if (!m_causes.empty()) {
            m_ring.add(RingEntry::Causes, made.event,
                       {reinterpret_cast<const char *>(m_causes.data()), m_causes.size() * sizeof(m_causes[0])});
            made.changeBefore = std::numeric_limits<std::uint64_t>::max();
        } else if (isFirst) {
            made.changeBefore = std::numeric_limits<std::uint64_t>::max();
        }
        if (!isEffect && recordsValuesOf(store, sink)) {
            noteOld(made, store, sink);
        }
        m_open.push_back(std::move(made));
    });
}

/// The sources that have changed since the run before, by what is recorded.
void SessionProbe::findCauses(Sink &sink, std::uint64_t since)
{
    const auto look = [&](const Edge *edge) {
        const auto found = m_known.find(edge->source);
        if (found != m_known.end() && found->second->lastChange > since) {
            const std::uint64_t change = found->second->lastChange;
            if (std::find(m_causes.begin(), m_causes.end(), change) == m_causes.end()) {
                m_causes.push_back(change);
            }
        }
    };
    for (const Edge *edge = sink.has(Listed) ? sink.listedEdges() : sink.sources; edge; edge = edge->nextSource) {
        look(edge);
    }
}

void SessionProbe::runEnded(Sink &sink, RunEnd end) noexcept
{
    Open open;
    if (!endOpen(EventKind::Run, &sink, open)) {
        return;
    }
    finish(open, end == RunEnd::Changed ? SessionEvent::Outcome::Changed
                 : end == RunEnd::Threw ? SessionEvent::Outcome::Threw
                                        : SessionEvent::Outcome::Equal);
    guarded([&] {
        Known &store = known(sink);
        if (end == RunEnd::Changed || end == RunEnd::Threw) {
            store.lastChange = open.event;
        }
        if (open.changeBefore != std::numeric_limits<std::uint64_t>::max()) {
            m_causes.clear();
            findCauses(sink, open.changeBefore); // a tracked function reads what has changed while it runs
            if (!m_causes.empty()) {
                m_ring.add(RingEntry::Causes, open.event,
                           {reinterpret_cast<const char *>(m_causes.data()), m_causes.size() * sizeof(m_causes[0])});
            }
        }
        if (end == RunEnd::Changed && !open.isEffect && recordsValuesOf(store, sink)) {
            noteNew(open, store, sink);
        }
        if (end == RunEnd::Threw) {
            const std::exception_ptr error = std::current_exception();
            m_ring.add(RingEntry::Text, open.event, m_rules.empty() ? errorText(error) : errorType(error));
        }
    });
    rest();
}

void SessionProbe::notifying(Node &node) noexcept
{
    m_notice = {};
    guarded([&] {
        if (isMuted()) {
            return;
        }
        std::uint64_t listeners = 0;
        for (const Link *link = node.sinks; link; link = link->next) {
            listeners += (link->kind & (Link::IsListener | Link::Dead)) == Link::IsListener ? 1 : 0;
        }
        instant(EventKind::Notify, node, listeners);
        m_notice = {known(node).lastChange, turn()};
    });
}

void SessionProbe::observed(Node &node) noexcept
{
    instant(EventKind::Observed, node);
}

void SessionProbe::unobserved(Node &node) noexcept
{
    instant(EventKind::Unobserved, node);
}

void SessionProbe::mounted(Node &node) noexcept
{
    instant(EventKind::Mounted, node);
}

void SessionProbe::unmounted(Node &node) noexcept
{
    instant(EventKind::Unmounted, node);
}

void SessionProbe::batchBegan() noexcept
{
    guarded([&] {
        if (isMuted()) {
            return;
        }
        Open made;
        made.kind = EventKind::Batch;
        made.outer = m_notice;
        EventEntry &entry = begin(EventKind::Batch, nullptr, made.place);
        entry.outcome = static_cast<std::uint8_t>(SessionEvent::Outcome::Underway);
        made.event = entry.event;
        m_open.push_back(std::move(made));
    });
}

void SessionProbe::batchEnded() noexcept
{
    Open open;
    if (endOpen(EventKind::Batch, nullptr, open)) {
        finish(open, SessionEvent::Outcome::Changed);
        rest();
    }
}

void SessionProbe::errorReported(const std::exception_ptr &error) noexcept
{
    guarded([&] {
        std::uint64_t place = 0;
        const std::uint64_t event = begin(EventKind::Error, nullptr, place).event;
        m_ring.add(RingEntry::Text, event, m_rules.empty() ? errorText(error) : errorType(error));
    });
}

// Values

bool SessionProbe::recordsValuesOf(const Known &known, const Node &node) const noexcept
{
    return m_options.values && !known.isHidden && !node.has(Effecting);
}

LogValue SessionProbe::valueOf(const Node &node, const Known &known)
{
    LogLimits limits;
    limits.textBytes = std::size_t(1) << 20u;
    limits.parts = 100'000;
    ValueReader reader(limits, m_rules, known.line.name, known.isHidden, m_secrets);
    describe(node, reader);
    LogValue value = reader.take();
    if (!m_secrets.empty()) {
        m_secrets.scrub(value);
    }
    return value;
}

/// Into m_json. What rules may hide is read by the reader that asks them.
bool SessionProbe::readLeaf(const Node &node)
{
    if (!m_rules.empty()) {
        return false;
    }
    LeafWriter writer(m_json, m_options.valueBytes / 2);
    describe(node, writer);
    return writer.isLeaf();
}

void SessionProbe::noteOld(Open &open, const Known &known, const Node &node)
{
    auto old = std::make_unique<Former>();
    if (known.isSetFirst) {
        old->json = known.last;
    } else if (readLeaf(node)) {
        old->json = m_json;
    } else {
        old->value = std::make_unique<LogValue>(valueOf(node, known));
    }
    open.old = std::move(old);
}

void SessionProbe::addWhole(std::uint64_t event, const std::string &oldJson, const std::string &newJson)
{
    std::string members = "\"v\":" + newJson;
    if (!oldJson.empty()) {
        members += ",\"old\":" + oldJson;
    }
    m_ring.add(RingEntry::Values, event, members);
}

void SessionProbe::noteNew(Open &open, Known &known, const Node &node)
{
    open.isNewTaken = true;
    Former none;
    Former &old = open.old ? *open.old : none;
    if (!old.value && readLeaf(node)) {
        addWhole(open.event, old.json, m_json);
        known.last = known.isSetFirst ? m_json : std::string();
        return;
    }
    const LogValue value = valueOf(node, known);
    if (known.isSetFirst && !old.json.empty()) {
        old.value = std::make_unique<LogValue>(valueFromJson(old.json, {.depth = 1000}));
    }
    std::string json = value.toJson();
    std::string oldJson = old.value ? old.value->toJson() : old.json;
    const bool isContainer = value.isContainer() && old.value && old.value->isContainer();
    const bool isLong = json.size() + oldJson.size() > m_options.valueBytes;
    const bool isWholeNear = known.hasWhole && known.whole + m_ring.capacity() / 2 > m_ring.end();
    if (isContainer && (isWholeNear || isLong)) {
        SessionEvent event;
        event.changes = known.isSetFirst ? changesOf(*old.value, valueFromJson(json, {.depth = 1000}))
                                         : changesOf(*old.value, value);
        const std::string members =
            event.changes.empty() || event.changes.front().path.empty() ? std::string() : valueMembers(event);
        if (!members.empty() && members.size() <= m_options.valueBytes
            && m_ring.add(RingEntry::Values, open.event, members)) {
            known.last = known.isSetFirst ? std::move(json) : std::string();
            return;
        }
    }
    known.last = known.isSetFirst ? json : std::string();
    if (isLong) {
        const std::size_t most = m_options.valueBytes / 4;
        json = json.size() > 2 * most ? cutJson(value.toText(most / 4), json.size()) : json;
        oldJson =
            oldJson.size() > 2 * most && old.value ? cutJson(old.value->toText(most / 4), oldJson.size()) : oldJson;
    }
    known.whole = m_ring.end();
    known.hasWhole = !isLong;
    addWhole(open.event, oldJson, json);
}

// Origins

void SessionProbe::addOrigin(std::uint64_t event)
{
    Origin origin = Origin::here();
    const std::size_t bytes = sizeof(m_origins[0]) + origin.extraBytes();
    while (!m_origins.empty()
           && (m_originBytes + bytes > m_mostOriginBytes || m_origins.front().first < m_ring.firstEvent())) {
        m_originBytes -= sizeof(m_origins[0]) + m_origins.front().second.extraBytes();
        m_origins.pop_front();
    }
    if (bytes <= m_mostOriginBytes) {
        m_origins.emplace_back(event, std::move(origin));
        m_originBytes += bytes;
    }
}

// Reading

std::vector<SessionEvent> SessionProbe::events(std::uint64_t after, std::uint64_t fromPlace) const
{
    std::vector<SessionEvent> events;
    const std::uint64_t first = m_ring.firstEvent();
    const double scale = m_options.clock ? 1 : m_clock.scale();
    const auto time = [scale](std::uint64_t count) {
        return std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(count) * scale));
    };
    if (first > after + 1) {
        SessionEvent lost;
        lost.kind = EventKind::Lost;
        lost.id = first - 1;
        lost.count = first - 1 - after;
        events.push_back(std::move(lost));
    }
    const std::size_t offset = events.size();
    std::uint64_t firstHere = 0;
    m_ring.forEach(fromPlace, [&](const RingEntry &entry) {
        if (entry.kind == RingEntry::Event) {
            if (entry.event <= after) {
                return;
            }
            const auto &from = static_cast<const EventEntry &>(entry);
            firstHere = firstHere == 0 ? from.event : firstHere;
            SessionEvent &event = events.emplace_back();
            event.id = from.event;
            event.kind = static_cast<EventKind>(from.what);
            event.outcome = static_cast<SessionEvent::Outcome>(from.outcome);
            event.place = static_cast<Where>(from.place);
            event.turn = from.turn;
            event.time = time(from.time);
            event.took = time(from.took);
            event.store = from.store;
            event.within = from.within;
            event.count = from.count;
            return;
        }
        if (firstHere == 0 || entry.event < firstHere) {
            return; // of an event that is not there any more
        }
        SessionEvent &event = events[offset + static_cast<std::size_t>(entry.event - firstHere)];
        const std::string_view payload = EventRing::payloadOf(entry);
        switch (entry.kind) {
        case RingEntry::Values:
            readValueMembers(payload, event);
            break;
        case RingEntry::Text:
            event.text = payload;
            break;
        case RingEntry::Causes:
            event.because.resize(payload.size() / sizeof(std::uint64_t));
            std::memcpy(event.because.data(), payload.data(), payload.size());
            break;
        default:
            break;
        }
    });
    for (const auto &[number, origin] : m_origins) {
        if (firstHere != 0 && number >= firstHere) {
            events[offset + static_cast<std::size_t>(number - firstHere)].by = origin.frames();
        }
    }
    if (!m_secrets.empty()) {
        for (SessionEvent &event : events) {
            m_secrets.scrub(event.text);
            if (event.value) {
                m_secrets.scrub(*event.value);
            }
            if (event.old) {
                m_secrets.scrub(*event.old);
            }
            for (LogChange &change : event.changes) {
                m_secrets.scrub(change.oldValue);
                m_secrets.scrub(change.newValue);
            }
        }
    }
    return events;
}

std::vector<SessionStore> SessionProbe::goneStores(std::uint64_t fromPlace) const
{
    std::vector<SessionStore> stores;
    m_ring.forEach(fromPlace, [&](const RingEntry &entry) {
        if (entry.kind == RingEntry::GoneStore) {
            SessionLine line = fromJsonLine(EventRing::payloadOf(entry));
            stores.push_back(std::move(std::get<SessionStore>(line)));
        }
    });
    return stores;
}

} // namespace nanostores::detail

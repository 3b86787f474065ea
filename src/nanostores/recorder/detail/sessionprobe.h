// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/probe.h>
#include <nanostores/inspect/origin.h>
#include <nanostores/logger/detail/valuereader.h>
#include <nanostores/logger/redaction.h>
#include <nanostores/recorder/detail/eventring.h>
#include <nanostores/recorder/detail/ticks.h>
#include <nanostores/recorder/recorder.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// Fills the ring of a Recorder.
///
/// m_open are the writes, runs and batches under way, as they are inside of one another. What is expensive, that is
/// names, lines of code and reading JSON, is done when the events are asked for.
class SessionProbe final : public Probe
{
public:
    /// A store or an effect that has had an event, or that was asked about.
    struct Known
    {
        Node *node = nullptr;
        std::uint32_t id = 0;
        const std::type_info *type = nullptr; ///< Of the node; null: not known yet.
        bool isHidden = false;
        bool isSetFirst = false; ///< Of JavaScript, which has the new value when a write begins.
        bool hasWhole = false; ///< A value was recorded as a whole: later ones may be changes.
        bool hasName = false;
        std::uint64_t whole = 0; ///< The place in the ring of that.
        std::uint64_t lastChange = 0; ///< What its sinks run for.
        std::uint64_t lastRun = 0;
        std::string last; ///< Of JavaScript: the value as JSON.
        SessionStore line; ///< With hasName.
    };

    explicit SessionProbe(RecorderOptions options);
    ~SessionProbe() override;

    const RecorderOptions &options() const noexcept { return m_options; }
    const EventRing &ring() const noexcept { return m_ring; }
    EventRing &ring() noexcept { return m_ring; }
    std::size_t bytes() const noexcept
    {
        return static_cast<std::size_t>(m_ring.end() - m_ring.begin()) + m_originBytes;
    }
    std::uint64_t lost() const noexcept { return m_ring.firstEvent() - 1; }
    void clear() noexcept;
    bool isAtRest() const noexcept { return m_open.empty(); }
    /// Called at the end of each outermost write, run or batch.
    void setWhenAtRest(std::function<void()> call) { m_whenAtRest = std::move(call); }

    std::uint64_t idOf(const Node &node) const noexcept
    {
        const auto found = m_known.find(&node);
        return found == m_known.end() ? 0 : found->second->id;
    }

    /// The events from a place in the ring on.
    std::vector<SessionEvent> events(std::uint64_t after, std::uint64_t fromPlace) const;
    /// All that there are; nodes that have no Known get one.
    std::vector<std::reference_wrapper<Known>> allKnown();
    /// With the value that the store has now.
    SessionStore lineOf(Known &known, const NodeNames &names);
    /// The lines of stores that have ended, whose events are kept.
    std::vector<SessionStore> goneStores(std::uint64_t fromPlace) const;

    void created(Node &node) noexcept override;
    void destroyed(Node &node) noexcept override;
    void named(Node &node) noexcept override;
    void writeBegan(Node &node) noexcept override;
    void writeEnded(Node &node, Outcome outcome) noexcept override;
    void runBegan(Sink &sink) noexcept override;
    void runEnded(Sink &sink, RunEnd end) noexcept override;
    void notifying(Node &node) noexcept override;
    void observed(Node &node) noexcept override;
    void unobserved(Node &node) noexcept override;
    void mounted(Node &node) noexcept override;
    void unmounted(Node &node) noexcept override;
    void batchBegan() noexcept override;
    void batchEnded() noexcept override;
    void errorReported(const std::exception_ptr &error) noexcept override;

private:
    struct Notice
    {
        std::uint64_t event = 0;
        std::uint64_t turn = 0;
    };
    /// The value before.
    struct Former
    {
        std::unique_ptr<LogValue> value; ///< One that may change in parts.
        std::string json; ///< Another one; empty: not known.
    };
    struct Open
    {
        SessionEvent::Kind kind = SessionEvent::Kind::Write;
        bool isEffect = false;
        const Node *node = nullptr;
        std::uint64_t event = 0;
        std::uint64_t place = 0; ///< In the ring.
        Notice outer; ///< What was being notified when it began.
        std::uint64_t changeBefore = 0; ///< A run: the run before.
        bool isNewTaken = false; ///< A write: its new value is in the ring.
        std::uint32_t version = 0; ///< A write: of the node before the assignment.
        std::unique_ptr<Former> old; ///< Null: no values are recorded.
    };

    template<typename F>
    void guarded(F &&f) noexcept;
    Known &known(const Node &node);
    Known &knownSlowly(const Node &node);
    void lookAt(Known &known, const Node &node);
    void decideHiding(Known &known, const Node &node);
    std::uint64_t now() const noexcept;
    EventEntry &begin(SessionEvent::Kind kind, const Known *known, std::uint64_t &place) noexcept;
    void findPlace(EventEntry &entry) noexcept;
    void instant(SessionEvent::Kind kind, const Node &node, std::uint64_t count = 0) noexcept;
    bool endOpen(SessionEvent::Kind kind, const Node *node, Open &ended) noexcept;
    void finish(const Open &open, SessionEvent::Outcome outcome, bool tookTime = true) noexcept;
    void rest() noexcept;

    bool recordsValuesOf(const Known &known, const Node &node) const noexcept;
    Open *enclosingWrite(const Node &node, std::size_t below) noexcept;
    LogValue valueOf(const Node &node, const Known &known);
    bool readLeaf(const Node &node);
    void noteOld(Open &open, const Known &known, const Node &node);
    void noteNew(Open &open, Known &known, const Node &node);
    void addWhole(std::uint64_t event, const std::string &oldJson, const std::string &newJson);
    void findCauses(Sink &sink, std::uint64_t since);
    void addOrigin(std::uint64_t event);

    RecorderOptions m_options;
    RedactionRules m_rules;
    Secrets m_secrets;
    TickClock m_clock;
    std::uint64_t m_began = 0; ///< By the clock of the options.
    EventRing m_ring;
    std::size_t m_mostOriginBytes;
    std::size_t m_originBytes = 0;
    std::deque<std::pair<std::uint64_t, Origin>> m_origins; ///< By event.
    std::unordered_map<const Node *, std::unique_ptr<Known>> m_known;
    /// Those that were looked for last, by address.
    std::array<std::pair<const Node *, Known *>, 64> m_recent{};
    std::uint32_t m_lastStore = 0;
    std::vector<Open> m_open;
    Notice m_notice;
    std::string m_json;
    std::vector<std::uint64_t> m_causes;
    std::unordered_map<std::string, unsigned> m_names; ///< How many stores of a name there were.
    std::function<void()> m_whenAtRest;
};

} // namespace nanostores::detail

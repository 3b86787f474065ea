// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/probe.h>
#include <nanostores/recorder/detail/eventring.h>
#include <nanostores/recorder/detail/originlog.h>
#include <nanostores/recorder/detail/storebook.h>
#include <nanostores/recorder/detail/ticks.h>
#include <nanostores/recorder/detail/valuenotes.h>
#include <nanostores/recorder/recorder.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace nanostores::detail {

/// Fills the ring of a Recorder.
///
/// m_open are the writes, runs and batches under way, as they are inside of one another. What is expensive, that is
/// names, lines of code and reading JSON, is done when the events are asked for.
class SessionProbe final : public Probe
{
public:
    explicit SessionProbe(RecorderOptions options);
    ~SessionProbe() override;

    const RecorderOptions &options() const noexcept { return m_options; }
    const EventRing &ring() const noexcept { return m_ring; }
    EventRing &ring() noexcept { return m_ring; }
    std::size_t bytes() const noexcept
    {
        return static_cast<std::size_t>(m_ring.end() - m_ring.begin()) + m_origins.bytes();
    }
    std::uint64_t lost() const noexcept { return m_ring.firstEvent() - 1; }
    void clear() noexcept;
    /// The next change of each store is written with its whole value.
    void forgetWholes() noexcept { m_book.forgetWholes(); }
    bool isAtRest() const noexcept { return m_open.empty(); }
    /// Called at the end of each outermost write, run or batch.
    void setWhenAtRest(std::function<void()> call) { m_whenAtRest = std::move(call); }

    std::uint64_t idOf(const Node &node) const noexcept
    {
        const KnownStore *const known = m_book.find(node);
        return known ? known->id : 0;
    }

    /// The events from a place in the ring on.
    std::vector<SessionEvent> events(std::uint64_t after, std::uint64_t fromPlace) const;
    /// All that there are, also those that have had no event.
    std::vector<std::reference_wrapper<KnownStore>> allKnown();
    /// With the value that the store has now.
    SessionStore lineOf(KnownStore &known, const NodeNames &names);
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
        std::unique_ptr<ValueNotes::Former> old; ///< Null: no values are recorded.
    };

    /// Without memory an event is lost, and nothing else.
    template<typename F>
    static void guarded(F &&f) noexcept
    {
        try {
            f();
        } catch (...) {
            return;
        }
    }
    void followWhatIsChosen();
    void readScriptStores();
    std::uint64_t now() const noexcept;
    EventEntry &begin(SessionEvent::Kind kind, const KnownStore *known, std::uint64_t &place) noexcept;
    void findPlace(EventEntry &entry) noexcept;
    void instant(SessionEvent::Kind kind, const Node &node, std::uint64_t count = 0) noexcept;
    bool endOpen(SessionEvent::Kind kind, const Node *node, Open &ended) noexcept;
    void finish(const Open &open, SessionEvent::Outcome outcome, bool tookTime = true) noexcept;
    void rest() noexcept;

    Open *enclosingWrite(const Node &node, std::size_t below) noexcept;
    void noteOld(Open &open, const KnownStore &known, const Node &node) { open.old = m_values.before(node, known); }
    void noteNew(Open &open, KnownStore &known, const Node &node);
    bool addCauses(Sink &sink, const Open &open);
    KnownStore &noteRun(const Open &open, Sink &sink, bool isChange);
    void addError(std::uint64_t event, const std::exception_ptr &error);

    RecorderOptions m_options;
    StoreBook m_book;
    TickClock m_clock;
    std::uint64_t m_began = 0; ///< By the clock of the options.
    EventRing m_ring;
    ValueNotes m_values;
    OriginLog m_origins;
    std::vector<Open> m_open;
    Notice m_notice;
    std::vector<std::uint64_t> m_causes;
    std::function<void()> m_whenAtRest;
};

} // namespace nanostores::detail

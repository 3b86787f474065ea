// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/graph/foreign.h>
#include <nanostores/core/subscription.h>
#include <nanostores/history/detail/track.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace nanostores {

/// What a history keeps, and what it makes one step of.
struct HistoryOptions
{
    std::size_t limit = 100; ///< So many steps at most; the oldest go. 0: no limit.
    std::size_t bytes = std::size_t{64} << 20; ///< So much memory for their values, roughly. 0: no limit.
    /// A write of what the last step has written joins it, if it comes within this time after the last one: typing, or
    /// a slider. 0: each turn is a step of its own.
    std::chrono::milliseconds mergeWithin{0};
    std::string text{}; ///< What steps are called that are given no text.
};

/// A step of a history, for views.
struct HistoryStep
{
    std::uint64_t id = 0; ///< Stays with the step, whatever becomes of the others.
    std::string text;
    bool done = true; ///< False: it was undone.

    template<typename F>
    static void visitFields(F &&visit)
    {
        visit("id", &HistoryStep::id);
        visit("text", &HistoryStep::text);
        visit("done", &HistoryStep::done);
    }
    friend bool operator==(const HistoryStep &, const HistoryStep &) = default;
};

/// A store that a step has changed, and of a map the keys.
struct HistoryTouch
{
    std::string store; ///< Its name; empty if it has none.
    std::vector<std::string> keys; ///< Empty: the whole store.

    friend bool operator==(const HistoryTouch &, const HistoryTouch &) = default;
};

namespace detail {

struct HistoryPart
{
    Track *track;
    std::unique_ptr<Delta> delta;
};

struct RecordedStep
{
    Delta &deltaOf(Track &track);

    std::uint64_t id = 0;
    std::string text;
    std::vector<HistoryPart> parts; ///< In the order of the first writes.
    std::vector<HistoryPart> blanks; ///< Of a former step.
    std::size_t bytes = 0;
};

/// Who else keeps the order of a history's steps: then it moves when that says so.
class NANOSTORES_HISTORY_EXPORT HistoryKeeper
{
public:
    HistoryKeeper() = default;
    HistoryKeeper(const HistoryKeeper &) = delete;
    HistoryKeeper &operator=(const HistoryKeeper &) = delete;
    virtual ~HistoryKeeper();

    virtual bool undo() = 0;
    virtual bool redo() = 0;
};

/// The steps of a history.
///
/// Writes are noted at once, by the recorders of the stores, in the step that is open. The turn ends with settle(),
/// after all effects; only then the step is looked at: dropped if all of it was taken back, merged with the one before,
/// and announced. What is written in the same turn after that still goes into the same step.
class NANOSTORES_HISTORY_EXPORT Timeline : public std::enable_shared_from_this<Timeline>, private ForeignAware
{
public:
    using Step = std::unique_ptr<RecordedStep>;

    explicit Timeline(HistoryOptions options);
    Timeline(const Timeline &) = delete;
    Timeline &operator=(const Timeline &) = delete;
    ~Timeline() override;

    void add(std::unique_ptr<Track> track);
    bool tracks(const Node &node) const noexcept;
    void dropTracks(); ///< With all steps.
    const HistoryOptions &options() const noexcept { return m_options; }
    void setOptions(HistoryOptions options);
    void start(); ///< Once, when it is shared.

    void note(Track &track, OldValue *past) noexcept;
    void queued();
    void ended();

    bool undo();
    bool redo();
    bool goTo(std::size_t position);
    void clear();
    void setClean();
    void beginGroup(std::string text);
    void endGroup() noexcept;
    void beginUntracked();
    void endUntracked() noexcept;
    /// The next step is not merged with the last one.
    void seal() noexcept { m_sealed = true; }

    // For a keeper.
    void setKeeper(HistoryKeeper *keeper) noexcept { m_keeper = keeper; }
    HistoryKeeper *keeper() const noexcept { return m_keeper; }
    /// The step goes: if it was undone with those that follow it, otherwise with those before it.
    void forget(std::uint64_t id);
    bool undoOwn();
    bool redoOwn();

    // What it is at now; settles nothing.
    const Atom<std::uint64_t> &revision() const noexcept { return m_revision; }
    bool canUndo() const noexcept { return !m_past.empty() && !m_group; }
    bool canRedo() const noexcept { return !m_future.empty() && !m_group; }
    bool isClean() const noexcept;
    std::string undoText() const { return m_past.empty() ? std::string() : m_past.back()->text; }
    std::string redoText() const { return m_future.empty() ? std::string() : m_future.back()->text; }
    std::size_t position() const noexcept { return m_past.size(); }
    std::size_t size() const noexcept { return m_past.size() + m_future.size(); }
    std::size_t bytes() const noexcept { return m_bytes; }
    std::vector<HistoryStep> steps() const;
    std::vector<HistoryTouch> touched(std::size_t index) const;
    bool isGrouping() const noexcept { return m_group != nullptr; }

private:
    void foreignBegan() noexcept override;
    void foreignEnded() noexcept override;
    const RecordedStep *step(std::size_t index) const noexcept;
    RecordedStep *target();
    void settle();
    bool closeTurn();
    void lookAtTarget();
    template<typename F>
    void orDropAll(F f);
    void closeOpen();
    void keep(Step step, bool sealed);
    void keepChanged(Step step, bool sealed);
    bool mergeIntoLast(RecordedStep &step);
    void dropReverted(RecordedStep &step) const;
    void count(RecordedStep &step) noexcept;
    void applyLimits();
    void popLast() noexcept;
    void dropPast(std::size_t count) noexcept;
    void dropFuture(std::size_t count) noexcept;
    void dropAll() noexcept;
    void dropUnfit(const RecordedStep &foreign);
    bool meets(const RecordedStep &step, const RecordedStep &foreign) const;
    bool canMove() const noexcept { return !m_group && !m_recording && m_untracked == 0; }
    bool move(std::size_t position);
    bool apply(const RecordedStep &step, bool asks);
    void announce();
    std::uint64_t lastId() const noexcept { return m_past.empty() ? m_base : m_past.back()->id; }

    HistoryOptions m_options;
    std::vector<std::unique_ptr<Track>> m_tracks;
    std::deque<Step> m_past;
    std::deque<Step> m_future; ///< The last one is the next to be redone.
    std::size_t m_bytes = 0; ///< Of all of them.
    Step m_open; ///< Of this turn, not settled yet.
    Step m_spare; ///< One that has ended, empty.
    Step m_group;
    std::size_t m_groups = 0; ///< Nested in one another.
    Step m_foreign; ///< What is written untracked.
    std::size_t m_untracked = 0;
    bool m_hasForeign = false; ///< foreignEnded() ends it.
    RecordedStep *m_recording = nullptr; ///< While steps are applied: the one that leads back.
    RecordedStep *m_target = nullptr; ///< Where writes of m_turn belong.
    std::uint64_t m_turn = 0;
    std::uint64_t m_queuedTurn = 0;
    bool m_isQueued = false;
    bool m_targetChanged = false; ///< Since it was settled.
    bool m_sealed = true;
    bool m_isLost = false; ///< A write could not be noted: no step fits any more.
    std::chrono::milliseconds m_lastTime{0}; ///< When the last step was written.
    std::uint64_t m_lastGivenId = 0;
    std::uint64_t m_base = 0; ///< The id of the step that has dropped out before the first one.
    std::optional<std::uint64_t> m_clean = 0; ///< After this step.
    HistoryKeeper *m_keeper = nullptr;
    Atom<std::uint64_t> m_revision{0};
    Atom<std::uint64_t> m_noted{0}; ///< Changes in each turn that has something noted.
    Subscription m_settling;
};

} // namespace detail
} // namespace nanostores

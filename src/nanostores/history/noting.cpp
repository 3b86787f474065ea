// SPDX-License-Identifier: MIT
#include <nanostores/history/detail/timeline.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/scheduler.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

/// What is noted of a turn, and the step that becomes of it.
namespace nanostores::detail {

namespace {

/// The time of the stores; real time in a program without a scheduler.
std::chrono::milliseconds now()
{
    if (const Scheduler *const present = scheduler()) {
        return present->now();
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

} // namespace

Track::Track(Timeline &timeline)
    : m_timeline(timeline)
{
}

Track::~Track() = default;

void Track::changed(Node &, OldValue *past) noexcept
{
    m_timeline.note(*this, past);
}

void Track::queued()
{
    m_timeline.queued();
}

void Track::ended()
{
    m_timeline.ended();
}

Delta &RecordedStep::deltaOf(Track &track)
{
    for (const HistoryPart &part : parts) {
        if (part.track == &track) {
            return *part.delta;
        }
    }
    if (!blanks.empty() && blanks.back().track == &track) {
        parts.push_back(std::move(blanks.back()));
        blanks.pop_back();
    } else {
        parts.push_back({&track, track.blank()});
    }
    return *parts.back().delta;
}

/// The step that a write of now belongs to.
RecordedStep *Timeline::target()
{
    if (m_recording) {
        return m_recording;
    }
    if (m_untracked > 0) {
        return m_foreign.get();
    }
    if (m_group) {
        return m_group.get();
    }
    const std::uint64_t present = turn();
    if (!m_target || m_turn != present) {
        closeOpen();
        m_open = m_spare ? std::move(m_spare) : std::make_unique<RecordedStep>();
        m_target = m_open.get();
        m_turn = present;
    }
    m_targetChanged = true;
    return m_target;
}

void Timeline::note(Track &track, OldValue *past) noexcept
{
    if (m_tracks.empty()) {
        return; // the track is about to end
    }
    try {
        track.record(target()->deltaOf(track), past);
    } catch (...) { // there is no memory for it, or a value cannot be copied
        m_isLost = true;
    }
}

void Timeline::queued()
{
    if (m_recording && !m_isLost) {
        return;
    }
    const std::uint64_t present = turn();
    if (m_isQueued && m_queuedTurn == present) {
        return;
    }
    m_isQueued = true;
    m_queuedTurn = present;
    const auto noted = m_noted; // the history may end in what is called
    noted.set(noted.peek() + 1);
}

/// Observers of the history's stores are called in the turn, too.
void Timeline::ended()
{
    if (m_isLost || m_open || m_targetChanged) {
        settle();
    }
}

// The end of a turn

void Timeline::settle()
{
    m_isQueued = false;
    if (m_recording) {
        return;
    }
    const auto held = shared_from_this();
    if (closeTurn()) {
        announce();
    }
}

/// Whether there is something to announce.
bool Timeline::closeTurn()
{
    if (m_isLost) {
        dropAll();
    } else if (m_open) {
        closeOpen();
    } else if (m_target && std::exchange(m_targetChanged, false)) {
        lookAtTarget();
    } else {
        return false;
    }
    return true;
}

/// Its turn has written more.
void Timeline::lookAtTarget()
{
    if (!m_past.empty() && m_target == m_past.back().get()) {
        orDropAll([this] { dropReverted(*m_target); });
        if (m_target->parts.empty()) {
            popLast();
            m_target = nullptr;
            return;
        }
    }
    count(*m_target);
    applyLimits();
}

/// Where a comparison of the user's fails, or memory, what was written is not known any more.
template<typename F>
void Timeline::orDropAll(F f)
{
    try {
        f();
    } catch (...) {
        dropAll();
        throw;
    }
}

/// Sends what has changed to the stores of the history.
void Timeline::announce()
{
    const auto revision = m_revision;
    revision.set(revision.peek() + 1);
}

void Timeline::closeOpen()
{
    if (m_open) {
        m_targetChanged = false;
        keep(std::move(m_open), false);
    }
}

/// A step is complete. Nothing is left of one that was taken back.
void Timeline::keep(Step step, bool sealed)
{
    orDropAll([&] { keepChanged(std::move(step), sealed); });
}

void Timeline::keepChanged(Step step, bool sealed)
{
    dropReverted(*step);
    const bool isTarget = m_target == step.get();
    if (step->parts.empty()) {
        if (isTarget) {
            m_target = nullptr;
        }
        return;
    }
    if (m_options.mergeWithin.count() > 0) {
        const auto time = now();
        const bool isLate = time - m_lastTime > m_options.mergeWithin;
        m_lastTime = time;
        if (!sealed && !isLate && mergeIntoLast(*step)) {
            if (isTarget) {
                m_target = m_past.empty() ? nullptr : m_past.back().get();
            }
            return;
        }
    }
    dropFuture(m_future.size());
    step->id = ++m_lastGivenId;
    if (step->text.empty()) {
        step->text = m_options.text;
    }
    m_past.push_back(std::move(step));
    count(*m_past.back());
    m_sealed = sealed;
    applyLimits();
}

bool Timeline::mergeIntoLast(RecordedStep &step)
{
    if (m_sealed || m_past.empty() || !m_future.empty() || m_clean == lastId()) {
        return false;
    }
    RecordedStep &last = *m_past.back();
    if (last.parts.size() != step.parts.size()) {
        return false;
    }
    for (const HistoryPart &part : step.parts) {
        const auto same = std::find_if(last.parts.begin(), last.parts.end(),
                                       [&](const HistoryPart &other) { return other.track == part.track; });
        if (same == last.parts.end() || !part.track->isSamePlace(*same->delta, *part.delta)) {
            return false;
        }
    }
    for (const HistoryPart &part : step.parts) {
        part.track->absorb(last.deltaOf(*part.track), *part.delta);
    }
    dropReverted(last);
    if (last.parts.empty()) {
        popLast();
        m_sealed = true;
    } else {
        count(last);
    }
    return true;
}

void Timeline::dropReverted(RecordedStep &step) const
{
    std::erase_if(step.parts, [](const HistoryPart &part) { return part.track->isReverted(*part.delta); });
}

/// Of a step that is in the past or in the future.
void Timeline::count(RecordedStep &step) noexcept
{
    m_bytes -= step.bytes;
    step.bytes = 0;
    if (m_options.bytes > 0) {
        try {
            for (const HistoryPart &part : step.parts) {
                step.bytes += part.track->bytes(*part.delta);
            }
        } catch (...) {
            reportError(std::current_exception()); // of a function of the user's; the rest counts
        }
    }
    m_bytes += step.bytes;
}

void Timeline::popLast() noexcept
{
    m_bytes -= m_past.back()->bytes;
    m_past.pop_back();
}

/// The last step stays, however large it is.
void Timeline::applyLimits()
{
    std::size_t count = 0;
    if (m_options.limit > 0 && m_past.size() > m_options.limit) {
        count = m_past.size() - m_options.limit;
    }
    if (m_options.bytes > 0) {
        std::size_t sum = m_bytes;
        for (std::size_t i = 0; i < count; ++i) {
            sum -= m_past[i]->bytes;
        }
        while (sum > m_options.bytes && count + 1 < m_past.size()) {
            sum -= m_past[count++]->bytes;
        }
    }
    dropPast(count);
}

} // namespace nanostores::detail

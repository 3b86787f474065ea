// SPDX-License-Identifier: MIT
#include <nanostores/history/detail/timeline.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/scheduler.h>

#include <algorithm>
#include <exception>
#include <utility>

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

Delta::~Delta() = default;
HistoryKeeper::~HistoryKeeper() = default;

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

Timeline::Timeline(HistoryOptions options)
    : m_options(std::move(options))
{
}

Timeline::~Timeline() = default;

void Timeline::add(std::unique_ptr<Track> track)
{
    m_tracks.push_back(std::move(track));
}

/// No step may point to a track that has ended, so nothing is noted from the first line on, and observers are called
/// when all is done.
void Timeline::dropTracks()
{
    if (m_recording) {
        m_isLost = true; // they are being applied: the steps go after that
        return;
    }
    const auto held = shared_from_this();
    auto tracks = std::exchange(m_tracks, {});
    std::exception_ptr error;
    try {
        closeTurn(); // whether the state is the clean one depends on what it has written
    } catch (...) {
        error = std::current_exception();
    }
    dropAll();
    if (m_foreign) {
        m_foreign->parts.clear();
    }
    m_spare.reset();
    tracks.clear();
    announce();
    if (error) {
        std::rethrow_exception(error);
    }
}

void Timeline::setOptions(HistoryOptions options)
{
    m_options = std::move(options);
    if (!m_recording) {
        settle();
        for (auto *steps : {&m_past, &m_future}) {
            for (const Step &step : *steps) {
                count(*step);
            }
        }
        applyLimits();
        announce();
    }
}

bool Timeline::tracks(const Node &node) const noexcept
{
    return std::any_of(m_tracks.begin(), m_tracks.end(), [&](const auto &track) { return track->isOf(node); });
}

/// A computed store that waits until nothing else is queued, and a listener to it, which is called even if an effect
/// has thrown. It belongs to nothing that happens to run now.
void Timeline::start()
{
    const UntrackedScope untracked;
    const auto ended = computed([noted = m_noted] {
        runLate();
        return noted();
    });
    m_settling = ended.listen([this] { settle(); });
}

// Noting

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

// Dropping

void Timeline::dropPast(std::size_t count) noexcept
{
    for (; count > 0; --count) {
        Step ended = std::move(m_past.front()); // values end when the rest is whole
        m_past.pop_front();
        m_base = ended->id;
        m_bytes -= ended->bytes;
        m_target = m_target == ended.get() ? nullptr : m_target;
        for (const HistoryPart &part : ended->parts) {
            part.track->clear(*part.delta);
        }
        ended->blanks.clear();
        ended->blanks.swap(ended->parts);
        ended->text.clear();
        ended->bytes = 0;
        m_spare = std::move(ended); // at the limit, the next step is made of it
    }
}

/// The farthest ones.
void Timeline::dropFuture(std::size_t count) noexcept
{
    for (; count > 0; --count) {
        const Step ended = std::move(m_future.front());
        m_future.pop_front();
        m_bytes -= ended->bytes;
        m_target = m_target == ended.get() ? nullptr : m_target;
    }
}

/// Whether the state is the clean one stays as it is.
void Timeline::dropAll() noexcept
{
    const bool wasClean = isClean();
    m_open.reset();
    m_target = nullptr;
    dropPast(m_past.size());
    dropFuture(m_future.size());
    m_base = ++m_lastGivenId;
    m_clean = wasClean ? std::optional(m_base) : std::nullopt;
    m_sealed = true;
    m_isLost = false;
    if (m_group) {
        m_group->parts.clear();
    }
}

bool Timeline::meets(const RecordedStep &step, const RecordedStep &foreign) const
{
    return std::any_of(foreign.parts.begin(), foreign.parts.end(), [&](const HistoryPart &other) {
        return std::any_of(step.parts.begin(), step.parts.end(), [&](const HistoryPart &part) {
            return part.track == other.track && part.track->meets(*part.delta, *other.delta);
        });
    });
}

/// A step whose stores were given other values since cannot be applied, nor can those be that lie behind it.
void Timeline::dropUnfit(const RecordedStep &foreign)
{
    std::size_t past = m_past.size();
    while (past > 0 && !meets(*m_past[past - 1], foreign)) {
        --past;
    }
    const bool groupMeets = m_group && meets(*m_group, foreign);
    const bool openMeets = m_open && meets(*m_open, foreign);
    if (groupMeets) {
        m_group->parts.clear();
    }
    if (openMeets) {
        m_open->parts.clear();
    }
    if (groupMeets || openMeets) {
        past = m_past.size();
        m_clean.reset();
    }
    dropPast(past);
    std::size_t future = m_future.size();
    while (future > 0 && !meets(*m_future[future - 1], foreign)) {
        --future;
    }
    dropFuture(future);
    m_sealed = true;
}

void Timeline::forget(std::uint64_t id)
{
    if (m_recording) {
        m_isLost = true; // they are being applied
        return;
    }
    const auto hasId = [id](const Step &step) { return step->id == id; };
    const auto past = std::find_if(m_past.begin(), m_past.end(), hasId);
    if (past != m_past.end()) {
        dropPast(static_cast<std::size_t>(past - m_past.begin()) + 1);
        announce();
        return;
    }
    const auto future = std::find_if(m_future.begin(), m_future.end(), hasId);
    if (future != m_future.end()) {
        dropFuture(static_cast<std::size_t>(future - m_future.begin()) + 1);
        announce();
    }
}

void Timeline::clear()
{
    if (m_recording) {
        m_isLost = true; // they are being applied: it is done after that
        return;
    }
    settle();
    dropAll();
    announce();
}

// Moving

bool Timeline::undo()
{
    return m_keeper ? m_keeper->undo() : undoOwn();
}

bool Timeline::redo()
{
    return m_keeper ? m_keeper->redo() : redoOwn();
}

bool Timeline::undoOwn()
{
    if (!canMove()) {
        return false;
    }
    settle();
    return !m_past.empty() && move(m_past.size() - 1);
}

bool Timeline::redoOwn()
{
    if (!canMove()) {
        return false;
    }
    settle();
    return !m_future.empty() && move(m_past.size() + 1);
}

bool Timeline::goTo(std::size_t position)
{
    if (!canMove() || (m_keeper && position != m_past.size())) {
        return false;
    }
    settle();
    return position <= size() && (position == m_past.size() || move(position));
}

/// Undoing, the part that was written last goes first.
bool Timeline::apply(const RecordedStep &step, bool asks)
{
    for (auto part = step.parts.rbegin(); part != step.parts.rend(); ++part) {
        if (!part->track->apply(*part->delta, asks)) {
            return false;
        }
    }
    return true;
}

/// All steps in one batch. Each is recorded while it is applied, and that leads back: as what the step is from now on,
/// or, if a hook refuses one of its values, to where all began.
bool Timeline::move(std::size_t position)
{
    const auto held = shared_from_this();
    Batch batch;
    std::vector<Step> moved;
    bool isRefused = false;
    std::exception_ptr error;
    const bool isBack = position < m_past.size();
    const std::size_t count = isBack ? m_past.size() - position : position - m_past.size();
    std::deque<Step> &from = isBack ? m_past : m_future;
    std::deque<Step> &to = isBack ? m_future : m_past;
    moved.reserve(count);
    try {
        while (moved.size() < count && !isRefused) {
            const RecordedStep &next = *from[from.size() - 1 - moved.size()];
            auto way = std::make_unique<RecordedStep>();
            way->id = next.id;
            way->text = next.text;
            m_recording = way.get();
            moved.push_back(std::move(way));
            isRefused = !apply(next, true);
        }
    } catch (...) {
        isRefused = true;
        error = std::current_exception();
    }
    if (isRefused) {
        RecordedStep unused;
        m_recording = &unused;
        try {
            for (auto way = moved.rbegin(); way != moved.rend(); ++way) {
                apply(**way, false);
            }
        } catch (...) {
            m_isLost = true;
            error = std::current_exception();
        }
    } else {
        try {
            for (Step &way : moved) {
                to.push_back(std::move(way));
                m_bytes -= from.back()->bytes;
                from.pop_back();
                this->count(*to.back());
            }
            m_target = to.back().get();
            m_targetChanged = false;
            m_turn = turn();
        } catch (...) {
            m_isLost = true;
            error = std::current_exception();
        }
    }
    m_recording = nullptr;
    m_sealed = true;
    const bool isOver = m_isLost;
    if (isOver) {
        dropAll();
    }
    if (!isRefused || isOver) {
        announce();
    }
    if (error) {
        std::rethrow_exception(error);
    }
    batch.end();
    return !isRefused;
}

// Groups, and what is not recorded

void Timeline::beginGroup(std::string text)
{
    if (m_groups++ > 0) {
        return;
    }
    try {
        closeOpen();
        m_group = std::make_unique<RecordedStep>();
        m_group->text = std::move(text);
        m_target = nullptr;
        m_sealed = true;
        announce();
    } catch (...) {
        endGroup();
        throw;
    }
}

/// What its turn writes after it, such as effects that a batch has put off, belongs to it.
void Timeline::endGroup() noexcept
{
    if (m_groups == 0 || --m_groups > 0 || !m_group) {
        return;
    }
    const auto held = shared_from_this();
    try {
        m_target = m_group.get();
        m_turn = turn();
        keep(std::move(m_group), true);
        announce();
    } catch (...) { // its steps have gone, unless only the announcement has failed
        reportError(std::current_exception());
    }
}

void Timeline::beginUntracked()
{
    if (!m_foreign) {
        m_foreign = std::make_unique<RecordedStep>();
    }
    ++m_untracked;
}

void Timeline::endUntracked() noexcept
{
    if (--m_untracked > 0) {
        return;
    }
    const auto held = shared_from_this();
    const Step foreign = std::move(m_foreign);
    try {
        dropReverted(*foreign);
        if (!foreign->parts.empty()) {
            dropUnfit(*foreign);
            announce();
        }
    } catch (...) {
        dropAll(); // which steps fit is not known
        reportError(std::current_exception());
    }
}

// The clean state

bool Timeline::isClean() const noexcept
{
    return m_clean == lastId() && !m_group;
}

/// What the turn goes on to write is not saved: it is a step of its own.
void Timeline::setClean()
{
    settle();
    m_clean = lastId();
    m_target = nullptr;
    m_sealed = true;
    announce();
}

// What views show

const RecordedStep *Timeline::step(std::size_t index) const noexcept
{
    if (index < m_past.size()) {
        return m_past[index].get();
    }
    const std::size_t ahead = index - m_past.size();
    return ahead < m_future.size() ? m_future[m_future.size() - 1 - ahead].get() : nullptr;
}

std::vector<HistoryStep> Timeline::steps() const
{
    std::vector<HistoryStep> all;
    all.reserve(size());
    for (std::size_t i = 0; i < size(); ++i) {
        all.push_back({step(i)->id, step(i)->text, i < m_past.size()});
    }
    return all;
}

std::vector<HistoryTouch> Timeline::touched(std::size_t index) const
{
    std::vector<HistoryTouch> all;
    if (const RecordedStep *const found = step(index)) {
        for (const HistoryPart &part : found->parts) {
            all.push_back({part.track->name(), part.track->keys(*part.delta)});
        }
    }
    return all;
}

} // namespace nanostores::detail

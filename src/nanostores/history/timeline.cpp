// SPDX-License-Identifier: MIT
#include <nanostores/history/detail/timeline.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/errors.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

Delta::~Delta() = default;
HistoryKeeper::~HistoryKeeper() = default;

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

/// What another process has written is not the user's to undo.
void Timeline::foreignBegan() noexcept
{
    try {
        beginUntracked();
        m_hasForeign = true;
    } catch (...) { // without memory it is recorded, and all steps are dropped
        m_isLost = true;
    }
}

void Timeline::foreignEnded() noexcept
{
    if (std::exchange(m_hasForeign, false)) {
        endUntracked();
    }
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

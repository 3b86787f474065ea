// SPDX-License-Identifier: MIT
#include <nanostores/history/detail/timeline.h>

#include <nanostores/core/batch.h>

#include <algorithm>
#include <exception>
#include <utility>

/// Moving along the steps: undo, redo, and to any of them.
namespace nanostores::detail {

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

} // namespace nanostores::detail

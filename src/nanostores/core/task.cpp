// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/core/task.h>

namespace nanostores {

namespace {

struct Tasks
{
    std::uint64_t era = 1;
    std::size_t running = 0;
    std::vector<TaskSource<void>> waiting;
    detail::TaskWatch *watch = nullptr;
};

thread_local Tasks tasks;

void release()
{
    const auto waiting = std::exchange(tasks.waiting, {});
    for (const auto &source : waiting) {
        source.resolve();
    }
}

} // namespace

TaskAbandoned::~TaskAbandoned() = default;

namespace detail {

std::exception_ptr abandonedError()
{
    try {
        throw TaskAbandoned("nanostores: the task was given up: what was to end it has gone");
    } catch (...) {
        return std::current_exception(); // or that there was no memory for it
    }
}

TaskEnd::TaskEnd(std::uint64_t era, TaskPlace place)
try : m_era(std::make_shared<std::uint64_t>(era)) {
    if (tasks.watch) {
        tasks.watch->began(*this, place);
    }
} catch (...) {
    if (era == tasks.era && --tasks.running == 0) {
        release();
    }
}

void TaskEnd::operator()() const
{
    const std::uint64_t era = std::exchange(*m_era, 0);
    if (era != 0 && tasks.watch) {
        const TaskEnd self = *this; // the watch may hold the last other copy
        tasks.watch->ended(self);
    }
    if (era == tasks.era && --tasks.running == 0) {
        release();
    }
}

TaskWatch::~TaskWatch() = default;

TaskWatch *exchangeTaskWatch(TaskWatch *watch) noexcept
{
    return std::exchange(tasks.watch, watch);
}

std::uint64_t beginTask()
{
    ++tasks.running;
    return tasks.era;
}

} // namespace detail

Task<void> allTasks()
{
    TaskSource<void> source;
    if (tasks.running == 0) {
        source.resolve();
    } else {
        tasks.waiting.push_back(source);
    }
    return source.task();
}

void cleanTasks()
{
    if (tasks.watch) {
        tasks.watch->forgotten();
    }
    ++tasks.era;
    tasks.running = 0;
    release();
}

} // namespace nanostores

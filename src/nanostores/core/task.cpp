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

TaskEnd::TaskEnd(std::uint64_t era)
try : m_era(std::make_shared<std::uint64_t>(era)) {
} catch (...) {
    if (era == tasks.era && --tasks.running == 0) {
        release();
    }
}

void TaskEnd::operator()() const
{
    if (std::exchange(*m_era, 0) == tasks.era && --tasks.running == 0) {
        release();
    }
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
    ++tasks.era;
    tasks.running = 0;
    release();
}

} // namespace nanostores

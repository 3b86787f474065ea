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
    return std::make_exception_ptr(TaskAbandoned("nanostores: the task was given up by whoever was to end it"));
}

TaskEnd::TaskEnd(std::uint64_t era) noexcept
    : m_era(std::make_shared<std::uint64_t>(era))
{
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

void reportAsyncError(const std::exception_ptr &error)
{
    reportError(error);
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

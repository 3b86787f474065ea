// SPDX-License-Identifier: MIT
#include <nanostores/testkit/testtime.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/graph/testing.h>
#include <nanostores/testkit/detail/naming.h>
#include <nanostores/testkit/detail/timequeue.h>

#include <algorithm>
#include <exception>

namespace nanostores {

namespace detail {

namespace {

/// How many times the jobs of one moment may set off others until that counts as endless.
constexpr std::size_t Rounds = 10'000;
/// How many more are run to see which they are.
constexpr std::size_t NamingRounds = 50;

/// The unmount delays and the batched stores have a timer of the library each. It starts no work of the test.
bool isOfLibrary(const Scheduler::Job &job)
{
    const std::string name = typeName(typeOfJob(job));
    return name.starts_with("nanostores::detail::UnmountDelays::")
           || name.starts_with("nanostores::detail::BatchedStores::");
}

std::string kindOf(TimeQueue::Time delay)
{
    return "timer of " + std::to_string(delay.count()) + " ms";
}

} // namespace

void TimeQueue::post(Job job)
{
    const std::lock_guard lock(m_mutex);
    m_jobs.push_back(std::move(job));
    if (m_outer) {
        m_outer->post([weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->runFirstJob();
            }
        });
    }
}

TimeQueue::TimerId TimeQueue::add(Time delay, Job job)
{
    const Key key{now() + std::max(delay, Time{0}), ++m_lastId};
    const bool isOfTest = m_isOfTest && !isOfLibrary(job);
    Timer &timer = m_timers.emplace(key, Timer{std::move(job), delay, isOfTest}).first->second;
    m_moments.emplace(key.second, key.first);
    if (m_outer) {
        armOuter(key, timer);
    }
    return key.second;
}

void TimeQueue::armOuter(const Key &key, Timer &timer)
{
    const Time rest = std::max(key.first - now(), Time{0});
    timer.outer = m_outer->after(rest, [weak = weak_from_this(), id = key.second] {
        if (const auto self = weak.lock()) {
            self->fired(id);
        }
    });
}

TimeQueue::Timer TimeQueue::take(std::map<Key, Timer>::iterator place)
{
    Timer timer = std::move(place->second);
    m_moments.erase(place->first.second);
    m_timers.erase(place);
    return timer;
}

void TimeQueue::cancel(TimerId id)
{
    if (const auto moment = m_moments.find(id); moment != m_moments.end()) {
        const Timer ended = take(m_timers.find({moment->second, id})); // what it holds ends last
        if (m_outer && ended.outer) {
            m_outer->cancel(ended.outer);
        }
    }
}

TimeQueue::Time TimeQueue::now() const
{
    return m_outer ? m_outer->now() : m_now;
}

/// What a job throws is no reason to keep the others back.
void TimeQueue::run(const Job &job, const char *kind, Time delay)
{
    if (m_isNaming) {
        const std::string name = describedJob(kind ? kind : kindOf(delay), typeOfJob(job));
        if (std::find(m_endless.begin(), m_endless.end(), name) == m_endless.end()) {
            m_endless.push_back(name);
        }
    }
    try {
        job();
    } catch (...) {
        reportError(std::current_exception());
    }
}

void TimeQueue::runFirstJob()
{
    Job job;
    {
        const std::lock_guard lock(m_mutex);
        if (m_jobs.empty()) {
            return;
        }
        job = std::move(m_jobs.front());
        m_jobs.erase(m_jobs.begin());
    }
    run(job, "job", Time{0});
}

void TimeQueue::fired(TimerId id)
{
    if (const auto moment = m_moments.find(id); moment != m_moments.end()) {
        const Timer timer = take(m_timers.find({moment->second, id}));
        run(timer.job, nullptr, timer.delay);
    }
}

/// As ManualScheduler: jobs first, then timer by timer, with jobs between. A round is what the round before has added.
bool TimeQueue::runDue(bool withTimers)
{
    std::size_t rounds = 0;
    TimerId lastOfRound = m_lastId;
    m_endless.clear();
    const auto countRound = [&] {
        lastOfRound = m_lastId;
        m_isNaming = ++rounds >= Rounds;
        return rounds < Rounds + NamingRounds;
    };
    for (;;) {
        if (std::vector<Job> jobs = takeJobs(); !jobs.empty()) {
            if (!countRound()) {
                const std::lock_guard lock(m_mutex);
                m_jobs.insert(m_jobs.begin(), std::make_move_iterator(jobs.begin()),
                              std::make_move_iterator(jobs.end()));
                break;
            }
            for (const Job &job : jobs) {
                run(job, "job", Time{0});
            }
            continue;
        }
        if (!withTimers || !hasDueTimers()) {
            m_isNaming = false;
            return true;
        }
        if (m_timers.begin()->first.second > lastOfRound && !countRound()) {
            break;
        }
        const Timer timer = take(m_timers.begin());
        run(timer.job, nullptr, timer.delay);
    }
    m_isNaming = false;
    return false;
}

bool TimeQueue::advanceTo(Time end)
{
    if (!runDue()) {
        return false;
    }
    while (!m_timers.empty() && firstMoment() <= end) {
        m_now = std::max(m_now, firstMoment());
        if (!runDue()) {
            return false;
        }
    }
    m_now = end;
    return true;
}

bool TimeQueue::hasJobs() const
{
    const std::lock_guard lock(m_mutex);
    return !m_jobs.empty();
}

bool TimeQueue::hasDueTimers() const
{
    return !m_timers.empty() && firstMoment() <= now();
}

std::vector<std::string> TimeQueue::namesOfTimers() const
{
    std::vector<std::string> names;
    for (const auto &[key, timer] : m_timers) {
        if (timer.isOfTest) {
            names.push_back(describedJob(kindOf(timer.delay), typeOfJob(timer.job)));
        }
    }
    return names;
}

void TimeQueue::leaveTimers()
{
    for (auto &[key, timer] : m_timers) {
        timer.isOfTest = false;
    }
}

/// What a job holds may add and cancel timers when it ends.
void TimeQueue::dropTimers()
{
    std::vector<TimerId> ids;
    for (const auto &[key, timer] : m_timers) {
        if (timer.isOfTest) {
            ids.push_back(key.second);
        }
    }
    for (const TimerId id : ids) {
        if (const auto moment = m_moments.find(id); moment != m_moments.end()) {
            const Job job = m_timers.find({moment->second, id})->second.job;
            giveUpJob(job);
            cancel(id);
        }
    }
}

std::vector<TimeQueue::Job> TimeQueue::takeJobs()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_jobs, {});
}

std::vector<std::pair<TimeQueue::Time, TimeQueue::Job>> TimeQueue::takeTimers()
{
    std::vector<std::pair<Time, Job>> rest;
    while (!m_timers.empty()) {
        const Time moment = firstMoment();
        Timer timer = take(m_timers.begin());
        if (m_outer && timer.outer) {
            m_outer->cancel(timer.outer);
        }
        rest.emplace_back(std::max(moment - now(), Time{0}), std::move(timer.job));
    }
    return rest;
}

/// Moments are kept in the time of the new scheduler from now on.
void TimeQueue::useScheduler(Scheduler &scheduler)
{
    const Time difference = scheduler.now() - now();
    std::map<Key, Timer> moved;
    for (auto &[key, timer] : m_timers) {
        moved.emplace(Key{key.first + difference, key.second}, std::move(timer));
        m_moments[key.second] += difference;
    }
    m_timers = std::move(moved);
    {
        const std::lock_guard lock(m_mutex); // other threads post
        m_outer = &scheduler;
    }
    for (auto &[key, timer] : m_timers) {
        armOuter(key, timer);
    }
    for (Job &job : takeJobs()) {
        post(std::move(job));
    }
}

} // namespace detail

TestTime::TestTime()
    : d(std::make_shared<detail::TimeQueue>())
{
}

TestTime::~TestTime()
{
    if (scheduler() == this) {
        setScheduler(nullptr); // what remains of each delay is kept
    }
}

void TestTime::defer(Job job)
{
    d->post(std::move(job));
}

void TestTime::post(Job job)
{
    d->post(std::move(job));
}

Scheduler::TimerId TestTime::after(std::chrono::milliseconds delay, Job job)
{
    return d->add(delay, std::move(job));
}

void TestTime::cancel(TimerId timer)
{
    d->cancel(timer);
}

std::chrono::milliseconds TestTime::now() const
{
    return d->now();
}

void TestTime::advance(std::chrono::milliseconds time)
{
    d->advanceTo(d->now() + time);
}

std::size_t TestTime::pendingTimers() const
{
    return d->timers();
}

void TestTime::useScheduler(Scheduler &scheduler)
{
    d->useScheduler(scheduler);
}

bool TestTime::isManual() const noexcept
{
    return !d->outer();
}

} // namespace nanostores

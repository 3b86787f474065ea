// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/scheduler.h>
#include <nanostores/testkit/export.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// What waits for a TestTime: jobs, and timers by their moments; of one moment in the order in which they came.
class NANOSTORES_TESTKIT_EXPORT TimeQueue : public std::enable_shared_from_this<TimeQueue>
{
public:
    using Job = Scheduler::Job;
    using TimerId = Scheduler::TimerId;
    using Time = std::chrono::milliseconds;

    struct Timer
    {
        Job job;
        Time delay{0};
        bool isOfTest = true; ///< Not of the program around the test, nor of the library.
        TimerId outer = 0; ///< That of the other scheduler.
    };

    void post(Job job);
    TimerId add(Time delay, Job job);
    void cancel(TimerId id);
    Time now() const;

    /// Runs what is due at this moment, and what that adds to it. False: that has no end, and stays; see endless().
    bool runDue(bool withTimers = true);
    /// False: as runDue(). Otherwise the time is the one given.
    bool advanceTo(Time end);
    void useScheduler(Scheduler &scheduler);
    Scheduler *outer() const noexcept { return m_outer; }

    bool hasJobs() const;
    bool hasDueTimers() const;
    Time firstMoment() const noexcept { return m_timers.begin()->first.first; }
    std::size_t timers() const noexcept { return m_timers.size(); }
    /// Names of what waits, those of the test alone: "timer of 300 ms in toast::show()".
    std::vector<std::string> namesOfTimers() const;
    /// Names of what runDue() found without an end.
    const std::vector<std::string> &endless() const noexcept { return m_endless; }

    /// Timers that are added from now on are the test's, or not.
    void setOfTest(bool isOfTest) noexcept { m_isOfTest = isOfTest; }
    /// All that wait are not the test's.
    void leaveTimers();
    /// Takes the timers of the test out, for good.
    void dropTimers();
    /// Takes out what is left, to be handed to another scheduler: jobs, and timers with the rest of their delays.
    std::vector<Job> takeJobs();
    std::vector<std::pair<Time, Job>> takeTimers();

private:
    using Key = std::pair<Time, TimerId>;

    void armOuter(const Key &key, Timer &timer);
    void fired(TimerId id);
    void runFirstJob();
    void run(const Job &job, const char *kind, Time delay);
    Timer take(std::map<Key, Timer>::iterator place);

    mutable std::mutex m_mutex; ///< Of m_jobs.
    std::vector<Job> m_jobs;
    std::map<Key, Timer> m_timers;
    std::unordered_map<TimerId, Time> m_moments;
    TimerId m_lastId = 0;
    Time m_now{0};
    Scheduler *m_outer = nullptr;
    bool m_isOfTest = false;
    bool m_isNaming = false; ///< What runs is noted in m_endless.
    std::vector<std::string> m_endless;
};

} // namespace nanostores::detail

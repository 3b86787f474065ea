// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/scheduler.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <unordered_map>
#include <utility>

namespace nanostores::detail {

/// The timers of a scheduler: by the moment at which they are due, of one moment in the order in which they were added.
class TimerQueue
{
public:
    using Job = Scheduler::Job;
    using TimerId = Scheduler::TimerId;

    bool empty() const noexcept { return m_jobs.empty(); }
    std::size_t size() const noexcept { return m_jobs.size(); }
    /// Of the first one, which there has to be.
    std::chrono::milliseconds due() const noexcept { return m_jobs.begin()->first.first; }

    TimerId add(std::chrono::milliseconds due, Job job)
    {
        const TimerId id = ++m_lastId;
        const auto moment = m_moments.emplace(id, due).first;
        try {
            m_jobs.emplace(std::pair(due, id), std::move(job));
        } catch (...) {
            m_moments.erase(moment);
            throw;
        }
        return id;
    }
    /// Nothing, if it has been taken or cancelled before. What the job holds ends last: it may add and cancel others.
    void cancel(TimerId id)
    {
        if (const auto moment = m_moments.find(id); moment != m_moments.end()) {
            const auto ended = m_jobs.extract(std::pair(moment->second, id));
            m_moments.erase(moment);
        }
    }
    Job takeFirst()
    {
        const auto first = m_jobs.begin();
        Job job = std::move(first->second);
        m_moments.erase(first->first.second);
        m_jobs.erase(first);
        return job;
    }

private:
    std::map<std::pair<std::chrono::milliseconds, TimerId>, Job> m_jobs;
    std::unordered_map<TimerId, std::chrono::milliseconds> m_moments;
    TimerId m_lastId = 0;
};

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/logevent.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace nanostores::detail {

/// Whether text has a line for it: the end of an action that has returned is seen without one.
bool hasLine(const LogEvent &event) noexcept;
bool isFailure(const LogEvent &event) noexcept;
/// With the turn and the indentation.
std::string fullLine(const LogTree &tree, const LogEvent &event);
/// An event as JSON, without the end of the line.
std::string jsonLine(const LogTree &tree, const LogEvent &event);

/// A lock for calls of the program's own code, which may wait for another thread that logs: who waits for it too long
/// goes on without it. Then lines may mix, and the program does not hang. A thread may take it again.
class PatientMutex
{
public:
    /// False: it is not taken.
    bool lock()
    {
        std::unique_lock guard(m_mutex);
        if (m_depth > 0 && m_owner == std::this_thread::get_id()) {
            ++m_depth;
            return true;
        }
        // by the clock of the system: thread sanitizers know no other wait
        const auto end = std::chrono::system_clock::now() + std::chrono::milliseconds(500);
        if (!m_free.wait_until(guard, end, [this] { return m_depth == 0; })) {
            return false;
        }
        m_owner = std::this_thread::get_id();
        m_depth = 1;
        return true;
    }
    void unlock()
    {
        const std::lock_guard guard(m_mutex);
        if (--m_depth == 0) {
            m_free.notify_one();
        }
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_free;
    std::thread::id m_owner;
    unsigned m_depth = 0;
};

class PatientLock
{
public:
    explicit PatientLock(PatientMutex &mutex)
        : m_mutex(mutex)
        , m_isTaken(mutex.lock())
    {
    }
    PatientLock(const PatientLock &) = delete;
    PatientLock &operator=(const PatientLock &) = delete;
    ~PatientLock()
    {
        if (m_isTaken) {
            m_mutex.unlock();
        }
    }

private:
    PatientMutex &m_mutex;
    const bool m_isTaken;
};

} // namespace nanostores::detail

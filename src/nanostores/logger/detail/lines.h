// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/logevent.h>

#include <chrono>
#include <mutex>
#include <string>

namespace nanostores::detail {

/// Whether text has a line for it: the end of an action that has returned is seen without one.
bool hasLine(const LogEvent &event) noexcept;
bool isFailure(const LogEvent &event) noexcept;
/// With the turn and the indentation.
std::string fullLine(const LogTree &tree, const LogEvent &event);
/// An event as JSON, without the end of the line.
std::string jsonLine(const LogTree &tree, const LogEvent &event);

/// Waits for a mutex, but not for ever: what is called with it is code of the program, which may wait for another
/// thread that logs. Then lines may mix, and the program goes on.
class PatientLock
{
public:
    explicit PatientLock(std::recursive_timed_mutex &mutex)
        : m_lock(mutex, std::chrono::milliseconds(500))
    {
    }

private:
    std::unique_lock<std::recursive_timed_mutex> m_lock;
};

} // namespace nanostores::detail

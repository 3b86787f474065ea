// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/scheduler.h>

#include <QtCore/QtGlobal>

namespace support {

/// The thread's scheduler for the length of a test; its time passes by advance() alone.
class ManualTime
{
public:
    ManualTime() { nanostores::setScheduler(&m_scheduler); }
    ManualTime(const ManualTime &) = delete;
    ManualTime &operator=(const ManualTime &) = delete;
    ~ManualTime() { nanostores::setScheduler(nullptr); }

    void advance(int milliseconds) { m_scheduler.advance(std::chrono::milliseconds(milliseconds)); }
    nanostores::ManualScheduler &scheduler() { return m_scheduler; }

private:
    nanostores::ManualScheduler m_scheduler;
};

} // namespace support

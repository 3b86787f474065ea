// SPDX-License-Identifier: MIT
#pragma once

#include <QSocketNotifier>

#include <functional>
#include <memory>

/// Calls a function from the event loop when the user or the system wants the command to end: Ctrl+C, SIGTERM, SIGHUP.
/// One at a time. After the second signal the process ends.
class StopSignals
{
public:
    explicit StopSignals(std::function<void()> stop);
    StopSignals(const StopSignals &) = delete;
    StopSignals &operator=(const StopSignals &) = delete;
    ~StopSignals();

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

// SPDX-License-Identifier: MIT
#include "stopsignals.h"

#include <utility>

#ifdef Q_OS_UNIX
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace {

constexpr int Signals[] = {SIGINT, SIGTERM, SIGHUP};
int ends[2] = {-1, -1}; ///< Of a pipe, as a handler may do little but write.

void handle(int number)
{
    const char byte = 1;
    const ssize_t written = ::write(ends[1], &byte, 1);
    static_cast<void>(written); // a full pipe says as much
    std::signal(number, SIG_DFL);
}

} // namespace

StopSignals::StopSignals(std::function<void()> stop)
{
    if (::pipe(ends) != 0) {
        return; // a signal ends the process
    }
    for (const int end : ends) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    m_notifier = std::make_unique<QSocketNotifier>(ends[0], QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(), [stop = std::move(stop)] {
        char bytes[16];
        while (::read(ends[0], bytes, sizeof(bytes)) > 0) {}
        stop();
    });
    for (const int number : Signals) {
        std::signal(number, handle);
    }
}

StopSignals::~StopSignals()
{
    for (const int number : Signals) {
        std::signal(number, SIG_DFL);
    }
    m_notifier.reset();
    for (int &end : ends) {
        if (end >= 0) {
            ::close(end);
        }
        end = -1;
    }
}
#else
StopSignals::StopSignals(std::function<void()>) {}

StopSignals::~StopSignals() = default;
#endif

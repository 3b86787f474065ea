// SPDX-License-Identifier: MIT
#include <nanostores/qttestkit/storeguard.h>

#include <nanostores/core/scheduler.h>
#include <nanostores/qt/eventloopscheduler.h>

#include <QCoreApplication>
#include <QTest>

#include <utility>

namespace nanostores {

namespace {

/// The former scheduler of the guard has to be that of the event loop, if there is one.
TestGuard::Unread afterScheduler(TestGuard::Unread unread)
{
    if (!scheduler() && QCoreApplication::instance()) {
        installScheduler();
    }
    return unread;
}

} // namespace

StoreGuard::StoreGuard(Unread unread)
    : TestGuard(afterScheduler(std::move(unread)))
{
}

void StoreGuard::useEventLoop(std::chrono::milliseconds deadline)
{
    useEventLoop([] { QTest::qWait(1); }, deadline);
}

} // namespace nanostores

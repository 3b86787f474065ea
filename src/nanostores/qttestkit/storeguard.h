// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/duration.h>
#include <nanostores/qttestkit/export.h>
#include <nanostores/testkit/guard.h>

/// Fails the test function if settle() of the guard finds something that does not end, with its name.
#define QVERIFY_SETTLED(guard) \
    do { \
        const nanostores::Settlement nanostoresSettlement = (guard).settle(); \
        QVERIFY2(nanostoresSettlement, nanostoresSettlement.reason.c_str()); \
    } while (false)

namespace nanostores {

/// A TestGuard for a thread with Qt's event loop.
///
/// Timers of Qt are not the guard's: a QTimer, an animation and a queued call run when the event loop does.
class NANOSTORES_QTTESTKIT_EXPORT StoreGuard : public TestGuard
{
public:
    explicit StoreGuard(Unread unread = {});

    using TestGuard::useEventLoop;
    /// Time is that of the event loop from now on, and settle() runs the event loop until nothing of the stores is left
    /// to do, at most until the deadline has passed. For tests with QML, network or threads. advance() is not for
    /// these.
    void useEventLoop(std::chrono::milliseconds deadline = std::chrono::milliseconds(5000));
};

} // namespace nanostores

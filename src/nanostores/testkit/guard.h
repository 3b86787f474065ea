// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/duration.h>
#include <nanostores/core/store.h>
#include <nanostores/testkit/export.h>
#include <nanostores/testkit/report.h>
#include <nanostores/testkit/testtime.h>

#include <functional>
#include <memory>
#include <string>

namespace nanostores {

/// What TestGuard::settle() has come to: true if nothing is left to do.
struct Settlement
{
    std::string reason; ///< What has not ended; empty if all has.

    explicit operator bool() const noexcept { return reason.empty(); }
};

/// Stands around one test, for the stores of its thread: what the test does to them is undone by finish(), and what it
/// leaves behind is found.
///
/// From its construction on time is manual, and errors and misuse are collected. finish(), in this order:
///
/// 1. Runs the jobs that wait, but no timer, and ends the unmount delays that have begun. What then still runs or waits
///    is a leak, and is ended: tasks, timers, effects, listeners, lifecycle hooks, pins.
/// 2. Unmounts at once what these had mounted.
/// 3. Gives every store the value of before, in one batch. What observed the stores before is notified. Values are
///    compared, so a store that has its value is left alone.
/// 4. Gives time, errors and tasks back to whom they belonged.
///
/// The values of stores that the test has made are not restored. Those of other threads' stores are not, either.
/// Stores whose values cannot be copied stay as they are; if one was written, the report says so. Make the guard before
/// what the test makes, so that it ends after it. Guards may be nested. A guard changes neither what runs nor in which
/// order. To be used on the thread that made it.
class NANOSTORES_TESTKIT_EXPORT TestGuard
{
public:
    /// What the destructor does with a report that is not ok() and was not fetched by finish(). Empty: it is printed to
    /// standard error.
    using Unread = std::function<void(const Report &report)>;

    explicit TestGuard(Unread unread = {});
    TestGuard(const TestGuard &) = delete;
    TestGuard &operator=(const TestGuard &) = delete;
    /// Calls finish(), if that was not done.
    ~TestGuard();

    TestTime &time() noexcept { return m_time; }
    /// Moves time on, timer by timer; jobs run before, between and after them.
    void advance(std::chrono::milliseconds time);

    /// Runs jobs, batched stores and timers of 0 ms until nothing is left of them, and tasks until they have ended. For
    /// a task, time moves on from timer to timer, up to `within` in all: tasks wait for timers. Otherwise timers stay.
    ///
    /// If something does not end, the result names it, and so does the report: jobs and timers that set one another off
    /// for ever, with the functions that they stand in; tasks, with the lines that started them.
    Settlement settle(std::chrono::milliseconds within = std::chrono::milliseconds(60'000));

    /// Ends the guard and returns what it has found; a second call returns the same.
    const Report &finish();
    bool isFinished() const noexcept;

    /// What has been collected so far, which the report then does not have: what a test has caused on purpose.
    Recorded<std::string> takeErrors();
    Recorded<std::string> takeMisuse();

    /// These stores of the test are to stay: they are no leak. A store that is made once and for all by the first test
    /// that needs it is such a one.
    template<NodeHandle... Stores>
    void leave(const Stores &...stores)
    {
        (leaveNode(*stores.node()), ...);
    }
    /// All that the test has made until now is to stay. For fixtures that are made after their guard.
    void leaveAll();

    /// Whether stores that the test has made are no leaks. For languages with a garbage collector.
    void setStoresMayStay(bool newStoresMayStay) noexcept;

    /// Has settle() call the function, which runs the thread's event loop for a moment, until nothing is left or the
    /// deadline has passed; time is that of the thread's former scheduler. A test on Qt uses StoreGuard.
    void useEventLoop(std::function<void()> turn, std::chrono::milliseconds deadline);

    /// The guard of the thread that was made last, or null.
    static TestGuard *current() noexcept;
    /// For checks such as expectRuns(): makes the report not ok().
    void addFailure(std::string failure);

private:
    class Private;

    void leaveNode(detail::Node &node);

    TestTime m_time;
    std::unique_ptr<Private> d;
};

} // namespace nanostores

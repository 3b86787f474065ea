// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/testkit/export.h>
#include <nanostores/testkit/recorded.h>

#include <string>

namespace nanostores {

/// What a TestGuard has found. Each entry is one line for a person to read; the wording may change.
struct NANOSTORES_TESTKIT_EXPORT Report
{
    // Each of these is a fault of the test, or of what it tests.

    /// What the test has left behind: tasks, timers, effects, listeners, hooks, pins, stores. All but the stores, which
    /// something still refers to, were ended.
    Recorded<std::string> leaks;
    /// What never ended: see TestGuard::settle().
    Recorded<std::string> unsettled;
    /// Stores that do not have the value of before, and why.
    Recorded<std::string> notRestored;
    /// Errors without a caller, of all threads.
    Recorded<std::string> errors;
    /// Mistakes that the library would have aborted the program for, of all threads.
    Recorded<std::string> misuse;
    /// What expectRuns() did not find.
    Recorded<std::string> failures;

    // Hints: the program is right, and does more than it has to.

    /// Stores whose listeners were called twice or more in a turn, which is one write or batch with all that follows.
    Recorded<std::string> doubles;
    /// Computed stores that ran without another value.
    Recorded<std::string> wasted;

    /// Whether there is no fault. Hints are none.
    bool ok() const noexcept;
    /// All entries, each under what it is; empty if there are none.
    std::string text() const;
};

/// Writes the text.
template<typename Stream>
requires requires(Stream &stream) { stream << std::string(); }
Stream &operator<<(Stream &stream, const Report &report)
{
    stream << report.text();
    return stream;
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>

namespace nanostores {

/// Thrown by a read that would have to wait for itself. what() names the stores of the cycle in order.
class NANOSTORES_CORE_EXPORT CycleError : public std::logic_error
{
public:
    using std::logic_error::logic_error;
    ~CycleError() override;
};

/// Thrown by a write whose listeners and effects set one another off without end: see setFeedbackLimit(). what() names
/// them, the bound, and the remedy. What still waited is left out; it is notified of the next change.
class NANOSTORES_CORE_EXPORT FeedbackError : public std::logic_error
{
public:
    using std::logic_error::logic_error;
    ~FeedbackError() override;
};

/// How many rounds of listeners and effects a write or a batch may set off, each by what the round before has written,
/// before it ends with a FeedbackError. The default is 100 000; 0 means that there is no bound. One number for the
/// process. Thread-safe.
NANOSTORES_CORE_EXPORT void setFeedbackLimit(std::uint32_t rounds) noexcept;

/// Reported in debug builds, once: a computed store or an effect that lists no sources read stores by get() alone,
/// which never tracks, so it would not run again. what() names it, and the remedy. A read that is meant so goes in
/// untracked().
class NANOSTORES_CORE_EXPORT UntrackedReadError : public std::logic_error
{
public:
    using std::logic_error::logic_error;
    ~UntrackedReadError() override;
};

/// Called with errors that have no caller to go to: a second listener's error after the first was thrown, a cleanup's
/// error while a store is destroyed, an error in a timer, one of a task that is not awaited, an UntrackedReadError. The
/// default prints what() to standard error.
/// One handler for the process; an empty one restores the default. Thread-safe.
NANOSTORES_CORE_EXPORT void setErrorHandler(std::function<void(std::exception_ptr)> handler);

/// Called with a message that names a mistake of the program: a store touched from another thread than its own; or a
/// second runtime in the process, by a plugin that is linked to a static one, when that starts.
/// The default prints it, and aborts unless it is a second runtime. One handler for the process; an empty one restores
/// the default. Thread-safe.
NANOSTORES_CORE_EXPORT void setMisuseHandler(std::function<void(const std::string &)> handler);

namespace detail {
NANOSTORES_CORE_EXPORT void reportError(std::exception_ptr error) noexcept;
NANOSTORES_CORE_EXPORT void reportMisuse(const std::string &message);
/// Sets a handler, and returns the one before; an empty one is the default.
NANOSTORES_CORE_EXPORT std::function<void(std::exception_ptr)>
exchangeErrorHandler(std::function<void(std::exception_ptr)> handler);
NANOSTORES_CORE_EXPORT std::function<void(const std::string &)>
exchangeMisuseHandler(std::function<void(const std::string &)> handler);
} // namespace detail
} // namespace nanostores

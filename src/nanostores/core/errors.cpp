// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>

#include <nanostores/core/graph/probe.h>
#include <nanostores/core/graph/runtime.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <utility>

/// Where errors without a caller and misuse are reported. The handlers are those of the process.
namespace nanostores {

CycleError::~CycleError() = default;
FeedbackError::~FeedbackError() = default;
UntrackedReadError::~UntrackedReadError() = default;

namespace {

struct Handlers
{
    std::mutex mutex;
    std::function<void(std::exception_ptr)> error;
    std::function<void(const std::string &)> misuse;
};

/// Never destroyed: stores may be older than, and outlive, everything that is.
Handlers &handlers()
{
    static auto *const instance = new Handlers;
    return *instance;
}

/// Messages of the library begin with its name, as the line that they are printed in does.
const char *withoutPrefix(const char *message) noexcept
{
    constexpr std::string_view Prefix = "nanostores: ";
    return std::string_view(message).substr(0, Prefix.size()) == Prefix ? message + Prefix.size() : message;
}

} // namespace

void setErrorHandler(std::function<void(std::exception_ptr)> handler)
{
    detail::exchangeErrorHandler(std::move(handler)); // what the former one holds ends outside of the lock
}

void setMisuseHandler(std::function<void(const std::string &)> handler)
{
    detail::exchangeMisuseHandler(std::move(handler));
}

namespace detail {

std::function<void(std::exception_ptr)> exchangeErrorHandler(std::function<void(std::exception_ptr)> handler)
{
    const std::lock_guard lock(handlers().mutex);
    return std::exchange(handlers().error, std::move(handler));
}

std::function<void(const std::string &)> exchangeMisuseHandler(std::function<void(const std::string &)> handler)
{
    // A program that is linked to a static core, and makes no store, has a runtime by this: it is found by others.
    static_cast<void>(Runtime::existing());
    const std::lock_guard lock(handlers().mutex);
    return std::exchange(handlers().misuse, std::move(handler));
}

void reportError(std::exception_ptr error) noexcept
{
    const Runtime *const runtime = Runtime::existing();
    if (runtime && runtime->probe) {
        runtime->probe->errorReported(error);
    }
    try {
        std::function<void(std::exception_ptr)> handler;
        {
            const std::lock_guard lock(handlers().mutex);
            handler = handlers().error;
        }
        if (handler) {
            handler(error);
            return;
        }
        std::rethrow_exception(error);
    } catch (const std::exception &e) {
        std::fprintf(stderr, "nanostores: unhandled error: %s\n", withoutPrefix(e.what()));
    } catch (...) {
        std::fprintf(stderr, "nanostores: unhandled error of unknown type\n");
    }
}

bool callMisuseHandler(const std::string &message)
{
    std::function<void(const std::string &)> handler;
    {
        const std::lock_guard lock(handlers().mutex);
        handler = handlers().misuse;
    }
    if (handler) {
        handler(message);
    }
    return static_cast<bool>(handler);
}

void reportMisuse(const std::string &message)
{
    if (!callMisuseHandler(message)) {
        std::fprintf(stderr, "%s\n", message.c_str());
        std::abort();
    }
}

} // namespace detail
} // namespace nanostores

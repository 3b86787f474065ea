// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/environment.h>

#include <cerrno>
#include <cstdlib>

#if defined(_WIN32)
#include <process.h>
#else
#include <unistd.h>
#endif

namespace nanostores::detail {

std::string safeEnvironment(const char *name)
{
#if defined(__GLIBC__)
    const char *const value = ::secure_getenv(name);
#elif defined(_WIN32)
    const char *const value = std::getenv(name);
#else
    const char *const value = ::getuid() == ::geteuid() && ::getgid() == ::getegid() ? std::getenv(name) : nullptr;
#endif
    return value ? value : "";
}

std::vector<std::string> redactionsOfEnvironment()
{
    std::vector<std::string> patterns;
    std::string one;
    for (const char c : safeEnvironment("NANOSTORES_INSPECT_REDACT") + ',') {
        if (c != ',') {
            one += c;
        } else if (!one.empty()) {
            patterns.push_back(std::move(one));
            one.clear();
        }
    }
    return patterns;
}

std::string programName()
{
#if defined(__GLIBC__)
    return program_invocation_short_name;
#elif defined(__APPLE__)
    return ::getprogname();
#else
    return "program";
#endif
}

std::int64_t processNumber() noexcept
{
#if defined(_WIN32)
    return ::_getpid();
#else
    return ::getpid();
#endif
}

} // namespace nanostores::detail

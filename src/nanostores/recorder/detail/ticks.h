// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

namespace nanostores::detail {

/// The time by the counter of the processor, where it has one that goes on evenly: to read it takes some nanoseconds.
inline std::uint64_t ticks() noexcept
{
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
    return __builtin_ia32_rdtsc();
#elif defined(__GNUC__) && defined(__aarch64__)
    std::uint64_t count;
    asm volatile("mrs %0, cntvct_el0" : "=r"(count));
    return count;
#else
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// Ticks as time since it was made. How long a tick is, it finds by the clock of the system when it is asked.
class TickClock
{
public:
    TickClock() noexcept
        : m_began(std::chrono::steady_clock::now())
        , m_first(ticks())
    {
    }
    /// Nanoseconds of a tick, as far as is known now.
    double scale() const noexcept
    {
        const std::chrono::duration<double, std::nano> passed = std::chrono::steady_clock::now() - m_began;
        const std::uint64_t counted = ticks() - m_first;
        return counted > 0 ? passed.count() / static_cast<double>(counted) : 1;
    }
    std::uint64_t first() const noexcept { return m_first; }

private:
    std::chrono::steady_clock::time_point m_began;
    std::uint64_t m_first;
};

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

/// A chain of tracked computed stores is known only by running it, so at its first read each function calls the next.
/// Far down, the next function gets memory of the heap for its stack, so that a chain may be as deep as the heap.
namespace nanostores::detail {

/// Where the stack of this thread is nearly used up; 0 where it cannot be known, and chains are as deep as the stack.
std::uintptr_t endOfThreadStack() noexcept;

/// Calls the function with another stack, and returns when it has returned, on the same thread. What it throws is
/// thrown. limit is where the stack in use is nearly used up, here and within. False, and not called, where that cannot
/// be done.
bool callOnFreshStack(std::uintptr_t &limit, void (*function)(void *), void *argument);

/// Where the stack is by now, given a variable on it. (Sanitizers may have put that elsewhere.)
inline std::uintptr_t stackPosition(const void *local) noexcept
{
#if defined(__SANITIZE_ADDRESS__) && defined(__GNUC__)
    static_cast<void>(local);
    return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
#else
    return reinterpret_cast<std::uintptr_t>(local);
#endif
}

} // namespace nanostores::detail

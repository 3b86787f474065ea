// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// Memory for what the graph notes down in the midst of a change, where giving up would leave it half done: where the
/// system has none left, it comes from a reserve of the process.
NANOSTORES_CORE_EXPORT void *allocateNote(std::size_t bytes);
NANOSTORES_CORE_EXPORT void freeNote(void *memory, std::size_t bytes) noexcept;

template<typename T>
struct NoteAllocator
{
    using value_type = T;
    static constexpr std::size_t Size = sizeof(T); // NOLINT: of pointers too

    NoteAllocator() noexcept = default;
    template<typename U>
    NoteAllocator(const NoteAllocator<U> &) noexcept // NOLINT: allocators convert
    {
    }
    T *allocate(std::size_t count)
    {
        static_assert(alignof(T) <= alignof(std::max_align_t));
        return static_cast<T *>(allocateNote(count * Size));
    }
    void deallocate(T *memory, std::size_t count) noexcept { freeNote(memory, count * Size); }
    template<typename U>
    friend bool operator==(const NoteAllocator &, const NoteAllocator<U> &) noexcept
    {
        return true;
    }
};

template<typename T>
using Notes = std::vector<T, NoteAllocator<T>>;

} // namespace nanostores::detail

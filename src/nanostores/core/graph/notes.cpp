// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/notes.h>

#include <cstdint>
#include <mutex>
#include <new>

namespace nanostores::detail {

namespace {

/// Given out from its beginning to its end, and from the beginning again when all has come back.
struct Reserve
{
    static constexpr std::size_t Size = std::size_t{64} * 1024;

    std::mutex mutex;
    std::size_t used = 0;
    std::size_t blocks = 0;
    alignas(std::max_align_t) std::byte memory[Size];

    void *take(std::size_t bytes) noexcept
    {
        constexpr std::size_t Step = alignof(std::max_align_t);
        const std::lock_guard lock(mutex);
        if (bytes > Size - used) {
            return nullptr;
        }
        void *const given = memory + used;
        used += (bytes + Step - 1) / Step * Step;
        ++blocks;
        return given;
    }
    bool has(const void *given) const noexcept
    {
        const auto at = reinterpret_cast<std::uintptr_t>(given);
        const auto first = reinterpret_cast<std::uintptr_t>(memory);
        return at >= first && at < first + Size;
    }
    void giveBack() noexcept
    {
        const std::lock_guard lock(mutex);
        if (--blocks == 0) {
            used = 0;
        }
    }
};

/// In no need of memory itself, and never destroyed: stores outlive what is.
Reserve &reserve() noexcept
{
    alignas(Reserve) static std::byte place[sizeof(Reserve)];
    static auto *const instance = new (place) Reserve;
    return *instance;
}

} // namespace

void *allocateNote(std::size_t bytes)
{
    if (void *const memory = ::operator new(bytes, std::nothrow)) [[likely]] {
        return memory;
    }
    if (void *const memory = reserve().take(bytes)) {
        return memory;
    }
    throw std::bad_alloc();
}

void freeNote(void *memory, std::size_t) noexcept
{
    if (Reserve &spare = reserve(); spare.has(memory)) [[unlikely]] {
        spare.giveBack();
    } else {
        ::operator delete(memory, std::nothrow);
    }
}

} // namespace nanostores::detail

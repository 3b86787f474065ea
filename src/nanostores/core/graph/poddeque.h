// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/notes.h>

#include <algorithm>
#include <cstddef>
#include <type_traits>

namespace nanostores::detail {

/// A stack or a queue of plain values. It does not shrink by itself, so a drain or a walk that was as deep before
/// allocates nothing. Places that were taken from the front are used again after clear().
template<typename T>
class PodDeque
{
    static_assert(std::is_trivially_copyable_v<T>);

public:
    PodDeque() = default;
    PodDeque(const PodDeque &) = delete;
    PodDeque &operator=(const PodDeque &) = delete;
    ~PodDeque() { NoteAllocator<T>().deallocate(m_buffer, capacity()); }

    bool empty() const noexcept { return m_first == m_last; }
    std::size_t size() const noexcept { return static_cast<std::size_t>(m_last - m_first); }
    std::size_t bytes() const noexcept { return size() * sizeof(T); } ///< No more work than to ask whether it is empty.
    T *begin() noexcept { return m_first; }
    T *end() noexcept { return m_last; }
    T &operator[](std::size_t i) noexcept { return m_first[i]; }
    T &back() noexcept { return m_last[-1]; }
    /// A place at the end, to be filled.
    T &push()
    {
        if (m_last == m_limit) [[unlikely]] {
            grow();
        }
        return *m_last++;
    }
    void push(const T &value) { push() = value; }
    T pop() noexcept { return *--m_last; }
    /// A place before the first one.
    T &pushFirst()
    {
        if (m_first == m_buffer) [[unlikely]] {
            makeRoomInFront();
        }
        return *--m_first;
    }
    const T &popFirst() noexcept { return *m_first++; }
    void clear() noexcept { m_first = m_last = m_buffer; }
    bool isLong() const noexcept { return capacity() > LongCapacity; }
    /// Gives the memory back if it is much. There must be no elements.
    void giveBack() noexcept
    {
        if (isLong()) {
            NoteAllocator<T>().deallocate(m_buffer, capacity());
            m_buffer = m_first = m_last = m_limit = nullptr;
        }
    }
    void shrink(std::size_t size) noexcept { m_last = m_first + size; }

private:
    static constexpr std::size_t LongCapacity = std::size_t{64} * 1024; ///< More is not kept for another time.

    std::size_t capacity() const noexcept { return static_cast<std::size_t>(m_limit - m_buffer); }
    /// As much room as there are elements, so that each of them moves once for each that comes.
    [[gnu::noinline]] void makeRoomInFront()
    {
        const std::size_t used = size();
        const std::size_t room = std::max<std::size_t>(8, used);
        if (static_cast<std::size_t>(m_limit - m_last) >= room) {
            std::move_backward(m_first, m_last, m_last + room);
            m_first += room;
            m_last += room;
            return;
        }
        const std::size_t wanted = 2 * room + used;
        T *const moved = NoteAllocator<T>().allocate(wanted);
        std::copy(m_first, m_last, moved + room);
        NoteAllocator<T>().deallocate(m_buffer, capacity());
        m_buffer = moved;
        m_first = moved + room;
        m_last = m_first + used;
        m_limit = moved + wanted;
    }
    /// Elements move to the beginning of the room, or of twice as much if they take more than half of it.
    [[gnu::noinline]] void grow()
    {
        const std::size_t used = size();
        if (2 * used <= capacity() && used < capacity()) {
            std::copy(m_first, m_last, m_buffer);
            m_first = m_buffer;
            m_last = m_buffer + used;
            return;
        }
        const std::size_t wanted = std::max<std::size_t>(16, 2 * used);
        T *const moved = NoteAllocator<T>().allocate(wanted);
        std::copy(m_first, m_last, moved);
        NoteAllocator<T>().deallocate(m_buffer, capacity());
        m_buffer = m_first = moved;
        m_last = moved + used;
        m_limit = moved + wanted;
    }

    T *m_buffer = nullptr;
    T *m_first = nullptr;
    T *m_last = nullptr;
    T *m_limit = nullptr;
};

} // namespace nanostores::detail

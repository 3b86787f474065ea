// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/eventring.h>

#include <algorithm>
#include <new>

namespace nanostores::detail {

namespace {

constexpr std::size_t Smallest = 4096;

} // namespace

EventRing::EventRing(std::size_t bytes)
    : m_capacity(std::max(Smallest, (bytes + 1023) / 1024 * 1024))
    , m_bytes(new std::byte[m_capacity])
{
}

/// A filler may be smaller than an entry: it has a size and a kind alone.
void EventRing::fill(std::size_t size) noexcept
{
    makeRoom(size);
    const auto filled = static_cast<std::uint32_t>(size);
    std::memset(at(m_end), 0, 8);
    std::memcpy(at(m_end), &filled, sizeof(filled));
    m_end += size;
}

void EventRing::dropOldest() noexcept
{
    const auto *const oldest = reinterpret_cast<const RingEntry *>(at(m_begin));
    if (oldest->kind == RingEntry::Event) {
        m_firstEvent = oldest->event + 1;
    }
    m_begin += oldest->size;
}

bool EventRing::add(RingEntry::Kind kind, std::uint64_t event, std::string_view payload) noexcept
{
    if (payload.size() > largestPayload()) {
        return false;
    }
    const std::size_t size = (sizeof(RingEntry) + payload.size() + 7) / 8 * 8;
    auto *const entry = new (at(reserve(size))) RingEntry;
    entry->size = static_cast<std::uint32_t>(size);
    entry->payload = static_cast<std::uint32_t>(payload.size());
    entry->event = event;
    entry->kind = kind;
    std::memcpy(reinterpret_cast<std::byte *>(entry) + sizeof(RingEntry), payload.data(), payload.size());
    return true;
}

void EventRing::clear() noexcept
{
    m_begin = m_end = (m_end + m_capacity - 1) / m_capacity * m_capacity;
    m_firstEvent = m_lastEvent + 1;
}

} // namespace nanostores::detail

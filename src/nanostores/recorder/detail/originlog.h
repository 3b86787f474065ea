// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspect/origin.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

namespace nanostores::detail {

/// Who has made the events of a ring, in so many bytes: then the oldest ones go.
class OriginLog
{
public:
    explicit OriginLog(std::size_t mostBytes)
        : m_mostBytes(mostBytes)
    {
    }

    std::size_t bytes() const noexcept { return m_bytes; }
    /// Notes who calls. Those of events before firstKept go.
    void add(std::uint64_t event, std::uint64_t firstKept);
    void clear() noexcept;

    /// Calls f(event, origin) with each, the oldest first.
    template<typename F>
    void forEach(F f) const
    {
        for (const auto &[event, origin] : m_origins) {
            f(event, origin);
        }
    }

private:
    using Entry = std::pair<std::uint64_t, Origin>;
    static std::size_t bytesOf(const Origin &origin) noexcept { return sizeof(Entry) + origin.extraBytes(); }

    std::size_t m_mostBytes;
    std::size_t m_bytes = 0;
    std::deque<Entry> m_origins;
};

} // namespace nanostores::detail

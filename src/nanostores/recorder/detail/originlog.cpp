// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/originlog.h>

namespace nanostores::detail {

void OriginLog::add(std::uint64_t event, std::uint64_t firstKept)
{
    Origin origin = Origin::here();
    const std::size_t bytes = bytesOf(origin);
    while (!m_origins.empty() && (m_bytes + bytes > m_mostBytes || m_origins.front().first < firstKept)) {
        m_bytes -= bytesOf(m_origins.front().second);
        m_origins.pop_front();
    }
    if (bytes <= m_mostBytes) {
        m_origins.emplace_back(event, std::move(origin));
        m_bytes += bytes;
    }
}

void OriginLog::clear() noexcept
{
    m_origins.clear();
    m_bytes = 0;
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/inspector/detail/sessiontap.h>

#include <nanostores/inspector/detail/deskanswers.h>

#include <algorithm>
#include <string_view>

namespace nanostores::detail {

namespace {

constexpr std::size_t PieceBytes = std::size_t(256) << 10u; ///< In quotes, in a line of JSON, it is at most twice that.

RecorderOptions recordingWithout(const std::vector<Redaction> &redact)
{
    RecorderOptions options;
    options.bytes = std::size_t(2) << 20u;
    options.redact = redact;
    return options;
}

} // namespace

SessionTap::SessionTap(const std::vector<Redaction> &redact)
    : m_recorder(recordingWithout(redact))
{
}

WireDesk::Answer SessionTap::take()
{
    if (m_given == m_lines.size()) {
        m_lines = m_recorder.takeLines();
        m_given = 0;
    }
    const std::string_view rest = std::string_view(m_lines).substr(m_given);
    std::size_t size = rest.size();
    if (size > PieceBytes) {
        const std::size_t end = rest.rfind('\n', PieceBytes - 1);
        size = (end != rest.npos ? end : rest.find('\n')) + 1; // each line has its end
    }
    QJsonObject reply{{QStringLiteral("lines"), QString::fromUtf8(rest.data(), static_cast<qsizetype>(size))}};
    m_given += size;
    if (m_given < m_lines.size()) {
        reply.insert(QStringLiteral("more"), true);
    }
    return {reply, {}, {}};
}

} // namespace nanostores::detail

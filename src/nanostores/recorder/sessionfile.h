// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/recorder/session.h>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace nanostores {

/// A session that was recorded.
class NANOSTORES_RECORDER_EXPORT Session
{
public:
    Session() = default;

    /// Reads lines. Throws SessionError, with the line, for what is no session or more than the limits: the first line
    /// has to be a header, the numbers of events have to grow, and their stores have to stand before them. A last line
    /// that is not whole is left out, as that of a program that was killed: isCut() says so.
    [[nodiscard]] static Session parse(std::string_view lines, const SessionLimits &limits = {});
    /// Reads a file. Throws std::runtime_error as well, if it cannot be read.
    [[nodiscard]] static Session read(const std::string &path, const SessionLimits &limits = {});

    const SessionHeader &header() const noexcept { return m_header; }
    /// In the order in which they came.
    const std::vector<SessionStore> &stores() const noexcept { return m_stores; }
    const std::vector<SessionEvent> &events() const noexcept { return m_events; }
    bool isCut() const noexcept { return m_isCut; }

    /// Null: there is none of this number.
    const SessionStore *store(std::uint64_t id) const noexcept;
    const SessionEvent *event(std::uint64_t id) const noexcept;
    /// The name of the store; empty: there is none of this number.
    const std::string &nameOf(std::uint64_t store) const noexcept;
    /// An event in a line: `shop::count: 1 -> 2`.
    std::string textOf(const SessionEvent &event, std::size_t valueBytes = 60) const;
    /// What set the event off, in words, back to the write from outside; empty: nothing that is known.
    std::string causeOf(const SessionEvent &event) const;

private:
    void addLine(SessionLine line, std::size_t number);

    SessionHeader m_header;
    std::vector<SessionStore> m_stores;
    std::vector<SessionEvent> m_events;
    std::unordered_map<std::uint64_t, std::size_t> m_places; ///< Of the stores.
    bool m_isCut = false;
};

} // namespace nanostores

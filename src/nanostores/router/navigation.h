// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <cstdint>
#include <utility>

namespace nanostores {

/// How a request for another page ended.
enum class Navigated : std::uint8_t {
    Done, ///< The page is shown.
    Same, ///< It was shown already; nothing has moved.
    Waiting, ///< A guard has not answered yet; until it does nothing moves. See Router::pending().
    Stopped, ///< An onSet() hook or a guard said no; nothing has moved.
    Refused, ///< What was asked for is no page: reason() says why. Nothing has moved.
    NoEntry, ///< back(), forward() or go() past an end of the history.
};

/// The answer to open() and its like.
class Navigation
{
public:
    Navigation(Navigated outcome, QString reason = {})
        : m_outcome(outcome)
        , m_reason(std::move(reason))
    {
    }

    Navigated outcome() const noexcept { return m_outcome; }
    /// Of a refused one: what is wrong, and what would be taken.
    const QString &reason() const noexcept { return m_reason; }
    /// Whether the page that was asked for is shown now.
    explicit operator bool() const noexcept { return m_outcome == Navigated::Done || m_outcome == Navigated::Same; }

    friend bool operator==(const Navigation &navigation, Navigated outcome) noexcept
    {
        return navigation.m_outcome == outcome;
    }

private:
    Navigated m_outcome;
    QString m_reason;
};

} // namespace nanostores

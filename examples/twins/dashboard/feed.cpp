// SPDX-License-Identifier: MIT
#include "feed.h"

#include <algorithm>

QList<Reading> Feed::next()
{
    const auto random = [this](int below) {
        m_state = m_state * 1664525U + 1013904223U;
        return static_cast<int>((m_state >> 16U) % static_cast<std::uint32_t>(below));
    };
    if (m_all.isEmpty()) {
        for (int i = 1; i <= 30; ++i) {
            m_all.append({QStringLiteral("server-%1").arg(i, 2, 10, QLatin1Char('0')), random(90)});
        }
    }
    for (Reading &reading : m_all) {
        reading.load = std::clamp(reading.load + random(21) - 10, 0, 100);
    }
    QList<Reading> answers = m_all;
    answers.removeAt(7 * m_asked++ % answers.size());
    return answers;
}

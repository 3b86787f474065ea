// SPDX-License-Identifier: MIT
#include <nanostores/query/queryoptions.h>

#include <QRandomGenerator>

#include <algorithm>
#include <cmath>

namespace nanostores {

RetryPolicy backoff(Backoff delays)
{
    return [delays](const QueryFailure &failure) -> std::optional<std::chrono::milliseconds> {
        if (delays.attempts > 0 && failure.attempt >= delays.attempts) {
            return std::nullopt;
        }
        const auto longest = static_cast<double>(delays.longest.count());
        const double grown = static_cast<double>(delays.first.count()) * std::pow(delays.factor, failure.attempt - 1);
        const double chance = 1 + delays.jitter * (2 * QRandomGenerator::global()->generateDouble() - 1);
        constexpr double most = 1e15; // of what llround() takes
        return std::chrono::milliseconds(std::llround(std::clamp(std::min(grown, longest) * chance, 0.0, most)));
    };
}

RetryPolicy noRetry()
{
    return [](const QueryFailure &) { return std::optional<std::chrono::milliseconds>(); };
}

} // namespace nanostores

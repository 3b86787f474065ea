// SPDX-License-Identifier: MIT
#pragma once

#include "harness.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Registers `<name>@<n>/nanostores` for each size: an operation on n elements, from making them to their end. make(n)
/// gives what runs it once.
inline void addScaled(const std::string &name, std::function<std::function<void()>(std::size_t n)> make)
{
    for (const std::size_t n : {100u, 1000u, 10'000u, 100'000u, 1'000'000u}) {
        addCase(name + '@' + std::to_string(n) + "/nanostores", 1, [make, n] {
            return Program{.run = [round = make(n)](std::size_t count) {
                while (count-- > 0) {
                    round();
                }
            }};
        });
    }
}

/// The numbers below n in an order that has nothing to do with theirs; the same on each machine.
inline std::vector<std::size_t> shuffled(std::size_t n)
{
    std::vector<std::size_t> order(n);
    for (std::size_t i = 0; i < n; ++i) {
        order[i] = i;
    }
    std::uint64_t random = 1;
    for (std::size_t i = n; i > 1; --i) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        std::swap(order[i - 1], order[(random >> 33) % i]);
    }
    return order;
}

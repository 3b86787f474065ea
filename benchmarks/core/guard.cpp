// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>
#include <nanostores/testkit.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

using namespace nanostores;

/// A guard around a test that writes ten stores, while the thread has so many.

namespace {

struct Stores
{
    explicit Stores(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i) {
            all.push_back(atom(static_cast<int>(i)));
        }
    }
    void test(int value) const
    {
        for (std::size_t i = 0; i < 10; ++i) {
            all[i].set(value);
        }
    }

    std::vector<Atom<int>> all;
};

Program guarded(std::size_t count)
{
    const auto stores = std::make_shared<Stores>(count);
    return {[stores](std::size_t times) {
        for (std::size_t i = 0; i < times; ++i) {
            TestGuard guard;
            stores->test(-1);
            guard.finish();
        }
    }};
}

} // namespace

void addGuardCases()
{
    for (const std::size_t count : {std::size_t{100}, std::size_t{1000}, std::size_t{10000}, std::size_t{100000}}) {
        addCase("guard_" + std::to_string(count) + "/nanostores", 1, [count] { return guarded(count); });
    }
}

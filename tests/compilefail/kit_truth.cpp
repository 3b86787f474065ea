// SPDX-License-Identifier: MIT

// A container is neither true nor false.
#include <nanostores/kit.h>

#include <vector>

auto f()
{
    const auto items = nanostores::signal(std::vector<int>());
#ifdef MUST_NOT_COMPILE
    return nanostores::not_(items);
#else
    return nanostores::not_(nanostores::length(items));
#endif
}

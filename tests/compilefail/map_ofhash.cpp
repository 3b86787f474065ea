// SPDX-License-Identifier: MIT

// A map starts with a Dictionary, which keeps the order of its keys; other maps are no struct either.
#include <nanostores/core.h>

#include <string>
#include <unordered_map>

void f()
{
#ifdef MUST_NOT_COMPILE
    const auto prices = nanostores::map(std::unordered_map<std::string, int>{{"tea", 100}});
#else
    const auto prices = nanostores::map(nanostores::Dictionary<std::string, int>{{"tea", 100}});
#endif
}

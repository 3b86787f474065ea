// SPDX-License-Identifier: MIT

// A map takes only keys of its own type.
#include <nanostores/core.h>

#include <string>

void f()
{
    const auto prices = nanostores::map<std::string, int>();
#ifdef MUST_NOT_COMPILE
    prices.setKey(1.5, 100);
#else
    prices.setKey("tea", 100);
#endif
}

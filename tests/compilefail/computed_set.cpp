// SPDX-License-Identifier: MIT

// A computed store has no set().
#include <nanostores/core.h>

void f()
{
    const auto count = nanostores::atom(1);
    const auto twice = nanostores::computed(count, [](int value) { return 2 * value; });
#ifdef MUST_NOT_COMPILE
    twice.set(3);
#else
    count.set(3);
#endif
}

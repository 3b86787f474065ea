// SPDX-License-Identifier: MIT

// A subscription that nobody keeps ends at once, so the compiler objects.
#include <nanostores/core.h>

#ifdef __GNUC__
#pragma GCC diagnostic error "-Wunused-result"
#endif

void f()
{
    const auto count = nanostores::atom(1);
#ifdef MUST_NOT_COMPILE
    count.listen([](int) {});
#else
    const auto subscription = count.listen([](int) {});
#endif
}

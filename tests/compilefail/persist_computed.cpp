// SPDX-License-Identifier: MIT

// A computed store follows from others, which are kept.
#include <nanostores/core.h>
#include <nanostores/persistent.h>

void f()
{
    const auto count = nanostores::atom(1);
    const auto twice = nanostores::computed(count, [](int n) { return 2 * n; });
#ifdef MUST_NOT_COMPILE
    nanostores::persist(twice, "twice");
#else
    nanostores::persist(count, "count");
#endif
    static_cast<void>(twice);
}

// SPDX-License-Identifier: MIT

// What is computed cannot be undone.
#include <nanostores/history.h>

void f()
{
    const auto count = nanostores::atom(1);
    const auto twice = nanostores::computed(count, [](int value) { return 2 * value; });
#ifdef MUST_NOT_COMPILE
    const auto edits = nanostores::history(twice);
#else
    const auto edits = nanostores::history(count);
#endif
}

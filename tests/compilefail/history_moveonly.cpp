// SPDX-License-Identifier: MIT

// An old value is given back as a copy.
#include <nanostores/history.h>

#include <memory>
#include <utility>

void f()
{
    const auto pointer = nanostores::atom(std::unique_ptr<int>());
    const auto shared = nanostores::atom(std::shared_ptr<int>());
#ifdef MUST_NOT_COMPILE
    const auto edits = nanostores::history(pointer, shared);
#else
    const auto edits = nanostores::history(shared);
#endif
}

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>

namespace nanostores {

/// Mounts a store and keeps it mounted as long as it lives. From nanostores, where tests use it.
template<AnyStore S>
void keepMount(const S &store)
{
    store.listen([] {}).detach();
}

} // namespace nanostores

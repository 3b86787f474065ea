// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/core/task.h>

namespace nanostores {

/// Between tests: drops the stores' listeners, unmounts them at once, and forgets the tasks that run. Values stay.
/// From nanostores.
template<NodeHandle... Stores>
void cleanStores(const Stores &...stores)
{
    cleanTasks();
    (stores.node()->clean(), ...);
}

} // namespace nanostores

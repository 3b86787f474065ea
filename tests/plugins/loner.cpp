// SPDX-License-Identifier: MIT
#include "plugin.h"

#include <nanostores/core.h>

using namespace nanostores;

/// Has a store of its own, and shares none.
PLUGIN_EXPORT void act()
{
    const auto own = atom(1);
    own.set(2);
}

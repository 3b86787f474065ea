// SPDX-License-Identifier: MIT
// The kit's header comes before the core's and the adapters'.
#include <nanostores/kit.h>

#include <nanostores/core.h>
#include <nanostores/qt.h>

bool works()
{
    using namespace nanostores;
    const auto number = signal(1);
    const auto isOne = is(number, 1);
    return isOne() && kit::get(number) == 1;
}

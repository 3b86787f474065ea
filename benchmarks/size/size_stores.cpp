// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "thousand.h"

/// A thousand stores at namespace scope.

#define STORE(n) inline const auto store##n = nanostores::atom(1);
THOUSAND(STORE)

int main()
{
    long sum = 0;
#define READ(n) sum += store##n.get();
    THOUSAND(READ)
    return sum == 1000 ? 0 : 1;
}

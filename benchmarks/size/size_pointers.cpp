// SPDX-License-Identifier: MIT
#include <memory>

#include "thousand.h"

/// A thousand shared values at namespace scope: the least that stores could be.

#define POINTER(n) inline const auto pointer##n = std::make_shared<int>(1);
THOUSAND(POINTER)

int main()
{
    long sum = 0;
#define READ(n) sum += *pointer##n;
    THOUSAND(READ)
    return sum == 1000 ? 0 : 1;
}

// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

/// The smallest program with a store and a listener.

int main()
{
    const auto value = nanostores::atom(0);
    long sum = 0;
    const auto listener = value.listen([&sum](int next) { sum += next; });
    value.set(1);
    return sum == 1 ? 0 : 1;
}

// SPDX-License-Identifier: MIT

// Stands still where gdb looks at its stores.
#include <nanostores/core.h>

#include <string>

using namespace nanostores;

[[gnu::noinline]] void stopHere()
{
    asm volatile(""); // NOLINT: keeps the call
}

int main()
{
    const auto text = atom("Ada");
    const auto stock = map(Dictionary<std::string, int>{{"mug", 12}, {"gone", 1}, {"cup", 3}});
    stock.removeKey("gone");
    const auto twice = computed(atom(4), [](int value) { return 2 * value; });
    const int sum = twice.get() + *stock.getKey("mug");
    stopHere();
    return sum + static_cast<int>(text.get().size()) == 23 ? 0 : 1;
}

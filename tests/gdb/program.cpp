// SPDX-License-Identifier: MIT

// Stands still where gdb looks at its stores.
#include <nanostores/core.h>
#include <nanostores/inspect.h>

#include <string>

using namespace nanostores;

namespace shop {

const auto open = atom(true);
inline const auto count = computed(open, [](bool isOpen) { return isOpen ? 3 : 0; });

} // namespace shop

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
    const Trace trace;
    shop::open.set(false);
    shop::open.set(shop::count.get() == 0);
    const int shown = shop::count.get();
    stopHere();
    return shown == 3 && sum + static_cast<int>(text.get().size()) == 23 ? 0 : 1;
}

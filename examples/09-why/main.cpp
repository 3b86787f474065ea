// SPDX-License-Identifier: MIT

// Why a store has its value: what ran because of which write, and who wrote. Build it with -g to see lines.
#include <nanostores/core.h>
#include <nanostores/inspect.h>

#include <iostream>
#include <string>

namespace shop {

using namespace nanostores;

const auto items = map<std::string, int>();
const auto voucher = atom(false);
const auto count = computed(items, [](const auto &all) {
    int sum = 0;
    for (const auto &entry : all) {
        sum += entry.second;
    }
    return sum;
});
const auto label = computed([] { return std::to_string(count()) + (count() == 1 ? " item" : " items"); });

/// Three items or more bring a voucher.
const auto rewards = effect([] { voucher.set(count() >= 3); });

void add(const std::string &name, int number)
{
    items.setKey(name, number);
}

} // namespace shop

int main()
{
    const nanostores::Trace trace;
    const auto view = shop::label.listen([](const std::string &text) { std::cout << "view: " << text << '\n'; });

    shop::add("mug", 1);
    shop::add("cup", 2);

    std::cout << "\nWhy these two have their values:\n"
              << nanostores::why(shop::label) << nanostores::why(shop::voucher) << "\nAll stores:\n"
              << nanostores::dump() << "\nThe graph, for `dot -Tsvg`:\n"
              << nanostores::graphDot();
}

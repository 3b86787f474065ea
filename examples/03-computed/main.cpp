// SPDX-License-Identifier: MIT

// Computed stores derive their value from others, and effects react to it.

#include <nanostores/core.h>

#include <iostream>
#include <string>

using nanostores::atom;
using nanostores::computed;
using nanostores::effect;

int main()
{
    const auto price = atom(40);
    const auto quantity = atom(2);
    const auto isMember = atom(false);

    // Listed sources arrive as arguments.
    const auto sum = computed(price, quantity, [](int each, int count) { return each * count; });

    // Or read them with (), and they are found out: the discount is no source while there is no member.
    const auto discount = atom(10);
    const auto total = computed([=] { return isMember() ? sum() - discount() : sum(); });

    const auto printed = effect(total, [](int value) {
        std::cout << "to pay: " << value << '\n';
        return [value] { std::cout << "  (no longer " << value << ")\n"; }; // before the next run, and at the end
    });

    quantity.set(3);
    discount.set(20); // changes nothing yet
    isMember.set(true);

    // Two ways lead from `price` to `label`, and it is computed once.
    const auto label = computed(price, total, [](int each, int all) {
        return std::to_string(each) + " each, " + std::to_string(all) + " in all";
    });
    const auto shown = label.subscribe([](const std::string &text) { std::cout << text << '\n'; });
    price.set(50);
}

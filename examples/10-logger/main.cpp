// SPDX-License-Identifier: MIT

// A log of a small shop: each turn is a tree, an action gives what it writes a name, and the card's number is nowhere.
// With an argument, what happens is also written to that file as a trace for ui.perfetto.dev.

#include <nanostores/core.h>
#include <nanostores/logger.h>

#include <string>

using nanostores::action;
using nanostores::atom;
using nanostores::computed;
using nanostores::effect;

namespace shop {

const auto cart = nanostores::map<std::string, int>();
const auto card = atom(std::string());
const auto count = computed(cart, [](const auto &items) {
    int all = 0;
    for (const auto &[name, quantity] : items) {
        all += quantity;
    }
    return all;
});

const auto add = action(cart, "add", [](const auto &items, const std::string &name) {
    const int *present = items.getKey(name);
    items.setKey(name, present ? *present + 1 : 1);
});

} // namespace shop

int main(int argc, char **argv)
{
    nanostores::LoggerOptions options;
    options.redact = {nanostores::redact(shop::card)};
    options.sinks = {nanostores::categorySink("shop")};
    if (argc > 1) {
        options.sinks.push_back(nanostores::traceFile(argv[1]));
    }
    const nanostores::Logger log = nanostores::logAll(options); // names are those of the variables

    const auto badge = effect([] { static_cast<void>(shop::count()); });
    shop::add("mug");
    shop::add("mug");
    nanostores::batch([] {
        shop::cart.removeKey("mug");
        shop::card.set("4111 1111 1111 1111");
    });
}

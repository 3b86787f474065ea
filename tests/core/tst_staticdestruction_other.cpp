// SPDX-License-Identifier: MIT
#include "tst_staticdestruction.h"

using namespace nanostores;

namespace {

const auto name = atom(std::string("name"));
const auto twice = computed(sharedCount, [](int value) { return value * 2; });
const auto both = computed([] { return name() + std::to_string(twice()); });
const Subscription listener = both.listen([](const std::string &value) { require(!value.empty()); });
const Subscription running = effect(twice, name, [](int, const std::string &) { return [] { sharedCount.peek(); }; });

} // namespace

const Computed<int> &twiceOfOther()
{
    static const auto same = computed(sharedCount, [](int value) { return value * 2; });
    return same;
}

const Atom<std::string> &nameOfOther()
{
    static const auto same = atom(std::string("other"));
    return same;
}

// SPDX-License-Identifier: MIT
#include "plugin.h"

#include <nanostores/core.h>

#include <memory>

using namespace nanostores;
using namespace trade;

namespace {

struct Desk
{
    explicit Desk(int *heard)
        : offersHeard(offers.listen([heard] { ++*heard; }))
        , sumHeard(sum.listen([heard] { ++*heard; }))
    {
    }

    Atom<bool> isOpen = shared<Atom<bool>>("trade/isOpen", true);
    Map<QString, Offer> offers = shared<Map<QString, Offer>>("trade/offers");
    DeepMap<Terms> terms = shared<DeepMap<Terms>>("trade/terms", Terms{});
    Computed<int> sum = shared<Computed<int>>("trade/sum", [this] {
        return computed(offers, [](const Dictionary<QString, Offer> &all) {
            int total = 0;
            for (const auto &[id, offer] : all) {
                total += offer.price;
            }
            return total;
        });
    });
    Atom<QString> motto = shared<Atom<QString>>("trade/motto", QStringLiteral("buy low"));
    Subscription offersHeard;
    Subscription sumHeard;
};

std::unique_ptr<Desk> desk;

} // namespace

PLUGIN_EXPORT void start(int *heard)
{
    desk = std::make_unique<Desk>(heard);
}

PLUGIN_EXPORT void act()
{
    desk->offers.setKey(QStringLiteral("lamp"), {QStringLiteral("Moon lamp"), 90});
    desk->terms.setKey(&Terms::days, 14);
    desk->isOpen.set(false);
}

PLUGIN_EXPORT void stop()
{
    desk.reset();
}

/// Leaves a hook and a stale computed store behind, as careless plugins do.
PLUGIN_EXPORT void forget()
{
    onSet(desk->motto, [](auto &event) { event.replace(event.newValue() + QStringLiteral("!")); });
    onMount(desk->isOpen, [] {});
}

// SPDX-License-Identifier: MIT
#include "plugin.h"

#include <nanostores/core.h>

#include <optional>

using namespace nanostores;
using namespace trade;

namespace {

std::optional<Subscription> listening; // whoever unloads the plugin has forgotten stop()

Map<QString, Offer> offers()
{
    return shared<Map<QString, Offer>>("trade/offers");
}

} // namespace

PLUGIN_EXPORT void start(int *heard)
{
    listening = offers().listen([heard] { ++*heard; });
}

PLUGIN_EXPORT void act()
{
    offers().setKey(QStringLiteral("mug"), {QStringLiteral("Mug"), 12});
    shared<Atom<QString>>("trade/motto", QString()).set(QStringLiteral("sell high"));
}

PLUGIN_EXPORT void stop()
{
    listening.reset();
}

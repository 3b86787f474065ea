// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/persistent.h>

#include <nanostores/qt.h>

#include <QObject>

namespace shop {

#define SHOP_PLACE(FIELD) \
    FIELD(int, x) \
    FIELD(int, y) \
    FIELD(int, width) \
    FIELD(int, height)

/// Where a window is. Without a width: it has not been anywhere.
struct Place
{
    Q_GADGET
    NANOSTORES_STRUCT(Place, SHOP_PLACE)
};

inline const auto shopPlace = nanostores::atom(Place()).named("windows/shop");
inline const auto flyoutPlace = nanostores::atom(Place()).named("windows/flyout");
inline const auto tillPlace = nanostores::atom(Place()).named("windows/till");

/// What is kept, unless it was asked for in another way.
struct Kept
{
    bool cart = true;
    bool colours = true;
    bool language = true;
};

/// From now on the shop is what it was when it ended, and shares the cart, the colours and the switches with every
/// other shop on the same storage. Windows are remembered, and not shared.
void keepShop(const nanostores::StorageEngine &engine, Kept kept = {});
/// The cart alone, for shops on several machines: each has colours, a language and windows of its own.
void keepCart(const nanostores::StorageEngine &engine);

} // namespace shop

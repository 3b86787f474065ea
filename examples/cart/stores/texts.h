// SPDX-License-Identifier: MIT
#pragma once

#include "language.h"

namespace shop {

/// What steps back and forth in the cart are called.
inline const auto editTexts = nanostores::messages<"edits">(
    translations, nanostores::message::params<"add", "Add {name}">,
    nanostores::message::params<"remove", "Remove {name}">, nanostores::message::text<"quantity", "Change quantity">);

/// The texts of the till. Those of the QML windows are in Texts.qml.
inline const auto tillTexts = nanostores::messages<"till">(
    translations, nanostores::message::text<"window", "Small Orbit: till">, nanostores::message::text<"title", "Till">,
    nanostores::message::text<"pay", "Take payment">,
    nanostores::message::count<"items", "0: The cart is empty", "one: {count} item in the cart",
                               "other: {count} items in the cart">,
    nanostores::message::text<"edit", "&Edit">, nanostores::message::text<"language", "&Language">,
    nanostores::message::text<"undo", "Undo">, nanostores::message::params<"undoEdit", "Undo {what}">,
    nanostores::message::text<"redo", "Redo">, nanostores::message::params<"redoEdit", "Redo {what}">,
    nanostores::message::text<"cart", "Cart">, nanostores::message::text<"nothing", "Nothing to pay for yet">,
    nanostores::message::text<"item", "Item">, nanostores::message::text<"price", "Price">,
    nanostores::message::text<"quantity", "Quantity">, nanostores::message::text<"sum", "Sum">,
    nanostores::message::text<"remove", "Remove">, nanostores::message::params<"removeItem", "Remove {name}">,
    nanostores::message::text<"subtotal", "Subtotal">, nanostores::message::text<"shipping", "Shipping">,
    nanostores::message::text<"total", "Total">, nanostores::message::text<"free", "Free">,
    nanostores::message::text<"running", "The price feed is running">,
    nanostores::message::text<"asleep", "The price feed is asleep">,
    nanostores::message::text<"wakes", "It wakes up as soon as a window looks at it.">,
    nanostores::message::text<"firstPrice", "waiting for the first price">, nanostores::message::text<"watch", "Watch">,
    nanostores::message::text<"watchFeed", "Watch the price feed">,
    nanostores::message::text<"light", "Price feed light">, nanostores::message::text<"on", "on">,
    nanostores::message::text<"off", "off">);

} // namespace shop

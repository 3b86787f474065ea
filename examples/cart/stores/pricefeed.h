// SPDX-License-Identifier: MIT
#pragma once

#include "catalogue.h"

#include <nanostores/core.h>

#include <QList>
#include <QString>

#include <chrono>

namespace shop {

inline constexpr std::chrono::milliseconds PriceInterval{800};

/// Whether the feed's timer runs: the hook on priceFeed keeps it up to date.
inline const auto feedIsLive = nanostores::atom(false).named("feed/isLive");
/// The product whose price moved last.
inline const auto lastMoved = nanostores::atom(QString()).named("feed/lastMoved");

/// Prices by product, moving around those of the catalogue. The timer behind it runs only while it is observed, and
/// stops a second after the last one left; the prices stay as they are until then.
nanostores::Map<QString, int> makePriceFeed();
inline const auto priceFeed = makePriceFeed();

/// "Moon lamp $90.30 ▲", for the product given. Tracked.
QString quote(const nanostores::Dictionary<QString, int> &prices, const QString &productId);

/// The shop's switch: whether it shows the prices of the feed, or those of the catalogue.
inline const auto shopShowsFeed = nanostores::atom(false).named("shop/showsFeed");
/// The till's check box: whether it prints the feed.
inline const auto tillWatchesFeed = nanostores::atom(false).named("till/watchesFeed");

/// For what is derived from the feed and costs nothing to derive again: it lets go of the feed as soon as it is not
/// observed, and the feed alone waits its second.
template<typename Store>
Store withoutDelay(Store store)
{
    nanostores::setUnmountDelay(store, std::chrono::milliseconds(0));
    return store;
}

/// The products as the shop sells them. Reads the feed only while the shop shows it, and so lets go of it otherwise.
QList<Product> productsOnShelf();
inline const auto shelf = withoutDelay(nanostores::computed(productsOnShelf).named("shop/shelf"));

/// The product of that id as the shop sells it; one without an id when there is none.
Product findProduct(const QList<Product> &products, const QString &id);
/// The product whose page is open.
inline const auto currentProduct = withoutDelay(nanostores::computed(shelf, currentProductId, findProduct));

/// The line that the till prints: the price that moved last. Empty while the till does not watch.
inline const auto tape =
    withoutDelay(nanostores::computed([] { return tillWatchesFeed() ? quote(priceFeed(), lastMoved()) : QString(); }));

} // namespace shop

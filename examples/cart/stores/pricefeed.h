#pragma once

#include "catalogue.h"

#include <nanostores/core.h>

#include <QString>

#include <chrono>

namespace shop {

inline constexpr std::chrono::milliseconds PriceInterval{800};

/// Whether the feed's timer runs: the hook on priceFeed keeps it up to date.
inline const auto feedIsLive = nanostores::atom(false).named("feed/isLive");
/// The product whose price moved last.
inline const auto lastMoved = nanostores::atom(QString()).named("feed/lastMoved");

/// Prices by product, moving around those of the catalogue. The timer behind it runs only while somebody looks, and
/// stops a second after the last one left; the prices stay as they are until then.
nanostores::Map<QString, int> makePriceFeed();
inline const auto priceFeed = makePriceFeed();

/// "Moon lamp $90.30 ▲", for the product given.
QString quote(const nanostores::Dictionary<QString, int> &prices, const QString &productId);

/// The shop's switch: whether it shows the prices of the feed, or those of the catalogue.
inline const auto shopShowsFeed = nanostores::atom(false).named("shop/showsFeed");
/// The till's check box: whether it prints the feed.
inline const auto tillWatchesFeed = nanostores::atom(false).named("till/watchesFeed");

/// The products as the shop sells them. It reads the feed only while it shows it, and lets go of it otherwise.
inline const auto shelf = nanostores::computed([] {
                              Products products = catalogue();
                              if (!shopShowsFeed()) {
                                  return products;
                              }
                              for (const auto &[id, price] : priceFeed()) {
                                  if (const Product *product = products.find(id); product && product->price != price) {
                                      Product moved = *product;
                                      moved.price = price;
                                      products.insert(id, moved);
                                  }
                              }
                              return products;
                          }).named("shop/shelf");

/// The product whose page is open; one without an id when none is.
inline const auto currentProduct = nanostores::computed(
    shelf, currentProductId, [](const Products &products, const QString &id) { return products.value(id, Product()); });

/// The line that the till prints: the price that moved last. Empty while the till does not watch.
inline const auto tape =
    nanostores::computed([] { return tillWatchesFeed() ? quote(priceFeed(), lastMoved()) : QString(); });

} // namespace shop

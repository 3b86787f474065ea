// SPDX-License-Identifier: MIT
#include "saved.h"

#include "appearance.h"
#include "cart.h"
#include "language.h"
#include "pricefeed.h"

#include <chrono>

namespace shop {

namespace {

void keepPlace(const nanostores::StorageEngine &engine, const nanostores::Atom<Place> &place)
{
    nanostores::PersistentOptions<Place> options{.engine = engine};
    options.pace = nanostores::kit::debounce(std::chrono::milliseconds(500));
    options.listen = false;
    nanostores::persist(place, place.name(), std::move(options));
}

} // namespace

void keepCart(const nanostores::StorageEngine &engine)
{
    nanostores::persist(cartItems, "cart/items/", {.engine = engine});
}

void keepShop(const nanostores::StorageEngine &engine, Kept kept)
{
    if (kept.cart) {
        keepCart(engine);
    }
    nanostores::persist(shopShowsFeed, "shop/showsFeed", {.engine = engine});
    nanostores::persist(tillWatchesFeed, "till/watchesFeed", {.engine = engine});
    if (kept.colours) {
        nanostores::persist(isDark, "appearance/isDark", {.engine = engine});
    }
    if (kept.language) {
        nanostores::persist(chosenLanguage, "language/chosen", {.engine = engine});
    }
    keepPlace(engine, shopPlace);
    keepPlace(engine, flyoutPlace);
    keepPlace(engine, tillPlace);
}

} // namespace shop

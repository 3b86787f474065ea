// SPDX-License-Identifier: MIT
#include "pricefeed.h"

#include "money.h"
#include "texts.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <random>

namespace shop {
namespace {

using Prices = nanostores::Map<QString, int>;

/// The timer of the feed. It lives from mount to unmount.
class Ticker : public std::enable_shared_from_this<Ticker>
{
public:
    explicit Ticker(Prices prices)
        : m_prices(std::move(prices))
    {
    }

    void start()
    {
        m_timer = nanostores::scheduler()->after(PriceInterval, [ticker = weak_from_this()] {
            if (const auto self = ticker.lock()) {
                self->tick();
                self->start();
            }
        });
    }

    void stop() { nanostores::scheduler()->cancel(m_timer); }

private:
    void tick()
    {
        const Products &products = catalogue.get();
        if (products.empty()) {
            return;
        }
        const Product &product = std::next(products.begin(), random(0, static_cast<int>(products.size()) - 1))->second;
        const nanostores::Batch batch;
        lastMoved.set(product.productId);
        m_prices.setKey(product.productId, drift(product));
    }

    /// A step of some ten cents, never further than an eighth from what the catalogue says.
    int drift(const Product &product)
    {
        const int *last = m_prices.getKey(product.productId);
        const int reach = product.regularPrice / 8;
        const int step = std::max(1, product.regularPrice / 1000) * 10 * random(1, 3) * (random(0, 1) ? 1 : -1);
        return std::clamp((last ? *last : product.regularPrice) + step, product.regularPrice - reach,
                          product.regularPrice + reach);
    }

    int random(int from, int to) { return std::uniform_int_distribution<int>(from, to)(m_random); }

    Prices m_prices;
    std::mt19937 m_random{1961};
    nanostores::Scheduler::TimerId m_timer = 0;
};

} // namespace

Prices makePriceFeed()
{
    Prices feed = nanostores::map<QString, int>().named("feed/prices");
    nanostores::onMount(feed, [](nanostores::MountEvent<Prices> &event) {
        const auto ticker = std::make_shared<Ticker>(event.store());
        ticker->start();
        feedIsLive.set(true);
        return [ticker] {
            ticker->stop();
            feedIsLive.set(false);
        };
    });
    return feed;
}

using namespace nanostores;

QList<Product> productsOnShelf()
{
    QList<Product> products;
    const ProductTexts &texts = productTexts();
    for (const auto &[id, product] : catalogue()) {
        products.append(translated(product, texts));
        if (shopShowsFeed()) {
            products.last().price = priceFeed().value(id, product.price);
        }
    }
    return products;
}

Product findProduct(const QList<Product> &products, const QString &id)
{
    const auto found = std::find_if(products.begin(), products.end(),
                                    [&id](const Product &product) { return product.productId == id; });
    return found == products.end() ? Product() : *found;
}

QString quote(const nanostores::Dictionary<QString, int> &prices, const QString &productId)
{
    const int *price = prices.find(productId);
    const Product *product = catalogue.getKey(productId);
    if (!price || !product) {
        return tillTexts()["firstPrice"_t];
    }
    const int drift = *price - product->regularPrice;
    const QString mark = drift == 0  ? QStringLiteral("=")
                         : drift > 0 ? QStringLiteral("\u25b2")
                                     : QStringLiteral("\u25bc");
    return QStringLiteral("%1  %2  %3").arg(productName(productId), formatMoney(*price), mark);
}

} // namespace shop

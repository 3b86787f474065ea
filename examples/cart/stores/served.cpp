// SPDX-License-Identifier: MIT
#include "served.h"

#include <QFileInfo>

#include <utility>

namespace shop {

namespace {

const ServedShop *&currentShop()
{
    static const ServedShop *current = nullptr;
    return current;
}

/// What is on sale of what the server has sent. The pictures are the program's own.
Products productsOf(const QList<ServedProduct> &served)
{
    Products products;
    for (const ServedProduct &one : served) {
        if (one.id.isEmpty() || one.price < 1 || products.contains(one.id)) {
            qWarning("The server's product \"%s\" has no id or no price, or is there twice: it is left out.",
                     qPrintable(one.id));
            continue;
        }
        Product product;
        product.productId = one.id;
        product.name = one.name;
        product.category = one.category;
        product.tagline = one.tagline;
        product.description = one.description;
        product.details = one.details;
        product.tint = one.tint;
        product.illustration = QUrl(QStringLiteral("qrc:/catalogue/") + QFileInfo(one.illustration).fileName());
        product.price = product.regularPrice = one.price;
        products.insert(product.productId, product);
    }
    return products;
}

nanostores::Task<int> sendOrder(nanostores::RestClient api, QString id, SentOrder order)
{
    nanostores::RestRequest request;
    request.headers.append({"Idempotency-Key", id.toLatin1()});
    const auto task = api.post<int>(QStringLiteral("orders"), order, request);
    const int number = co_await task;
    const nanostores::Batch batch;
    orderNumber.set(number);
    if (const Order last = lastOrder.get(); last.isWaiting && last.total == order.total) {
        lastOrder.set({last.total, last.arrival, false, number});
    }
    co_return number;
}

} // namespace

ServedShop::ServedShop(const QUrl &server, const nanostores::StorageEngine &storage)
    : m_api({.baseUrl = server, .timeout = std::chrono::seconds(10)})
    , m_client({.retry = nanostores::restRetry({.first = std::chrono::seconds(2), .longest = std::chrono::seconds(30)}),
                .revalidateOn = {isOnline},
                .enabled = {isOnline}})
    , m_catalogue(m_client.query(catalogueKey,
                                 [api = m_api](nanostores::FetchContext context) {
                                     return api.get<QList<ServedProduct>>(QStringLiteral("catalogue"),
                                                                          {.context = std::move(context)});
                                 }))
    , m_orders(m_client, storage,
               {.onFailure =
                    nanostores::restVerdict({.first = std::chrono::seconds(2), .longest = std::chrono::seconds(30)})})
    , m_order(m_orders.mutation("order",
                                [api = m_api](nanostores::SendContext context, SentOrder order) {
                                    return sendOrder(api, context.id, std::move(order));
                                }))
    , m_waiting(m_orders.count())
{
    m_client.keep(catalogueKey, storage);
    m_ties.push_back(
        m_catalogue.subscribe([this](const nanostores::Fetched<QList<ServedProduct>> &fetched) { show(fetched); }));
    m_ties.push_back(m_waiting.subscribe([this](int) { showOrders(); }));
    m_ties.push_back(m_orders.state().subscribe([this](nanostores::QueueState) { showOrders(); }));
    setOrderTaker([this](const CartItems &items, int total) {
        SentOrder order;
        order.total = total;
        for (const auto &[id, item] : items) {
            OrderLine line;
            line.productId = id;
            line.quantity = item.quantity;
            line.price = item.price;
            order.lines.append(line);
        }
        orderNumber.set(0);
        m_order(order);
    });
    currentShop() = this;
}

ServedShop::~ServedShop()
{
    currentShop() = nullptr;
    setOrderTaker({});
}

const ServedShop *ServedShop::current()
{
    return currentShop();
}

void ServedShop::show(const nanostores::Fetched<QList<ServedProduct>> &fetched)
{
    const nanostores::Batch batch;
    isLoadingShelf.set(fetched.loading && !fetched.data);
    isRefreshing.set(fetched.loading && fetched.data);
    serverProblem.set(fetched.error.message());
    if (m_shown != fetched.data) {
        m_shown = fetched.data;
        catalogue.set(productsOf(fetched.data.value_or(QList<ServedProduct>())));
    }
}

void ServedShop::showOrders() const
{
    const nanostores::Batch batch;
    waitingOrders.set(m_waiting.get());
    isOrderHeld.set(m_orders.state().get() == nanostores::QueueState::Held);
}

} // namespace shop

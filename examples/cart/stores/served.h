// SPDX-License-Identifier: MIT
#pragma once

#include "cart.h"
#include "catalogue.h"

#include <nanostores/core.h>
#include <nanostores/persistent.h>
#include <nanostores/qt.h>
#include <nanostores/query.h>
#include <nanostores/rest.h>

#include <QList>
#include <QObject>
#include <QString>
#include <QUrl>

#include <optional>
#include <vector>

/// The shop whose catalogue a server has: `sh examples/run.sh cart --server`.
namespace shop {

#define SHOP_SERVED_PRODUCT(FIELD) \
    FIELD(QString, id) \
    FIELD(QString, name) \
    FIELD(QString, category) \
    FIELD(QString, tagline) \
    FIELD(QString, description) \
    FIELD(QString, details) \
    FIELD(int, price) \
    FIELD(QString, tint) \
    FIELD(QString, illustration)

/// A product as the server sends it.
struct ServedProduct
{
    Q_GADGET
    NANOSTORES_STRUCT(ServedProduct, SHOP_SERVED_PRODUCT)
};

#define SHOP_ORDER_LINE(FIELD) \
    FIELD(QString, productId) \
    FIELD(int, quantity) \
    FIELD(int, price)

struct OrderLine
{
    Q_GADGET
    NANOSTORES_STRUCT(OrderLine, SHOP_ORDER_LINE)
};

#define SHOP_SENT_ORDER(FIELD) \
    FIELD(QList<OrderLine>, lines) \
    FIELD(int, total)

struct SentOrder
{
    Q_GADGET
    NANOSTORES_STRUCT(SentOrder, SHOP_SENT_ORDER)
};

/// What is seen of the server. Each window follows it; without a server nothing changes it.
inline const auto isOnline = nanostores::atom(true).named("served/isOnline");
inline const auto serverMode = nanostores::atom(QStringLiteral("usual")).named("served/mode"); // or slow, or failing
inline const auto isLoadingShelf = nanostores::atom(false).named("served/isLoading"); // there is nothing to show yet
inline const auto isRefreshing = nanostores::atom(false).named("served/isRefreshing"); // there is
inline const auto serverProblem = nanostores::atom(QString()).named("served/problem");
inline const auto waitingOrders = nanostores::atom(0).named("served/waitingOrders");
inline const auto orderNumber = nanostores::atom(0).named("served/orderNumber"); // that was taken last; 0: none
inline const auto isOrderHeld = nanostores::atom(false).named("served/isOrderHeld"); // it needs a decision

inline const auto catalogueKey = nanostores::queryKey<QList<ServedProduct>>("catalogue");

/// Asks a server for the catalogue, and sends it the orders. Both are kept in the storage: without a network the shop
/// shows what it knew, and an order is sent when the network is back, in another run if need be.
class ServedShop
{
public:
    ServedShop(const QUrl &server, const nanostores::StorageEngine &storage);
    ServedShop(const ServedShop &) = delete;
    ServedShop &operator=(const ServedShop &) = delete;
    ~ServedShop();

    /// Asks for the catalogue now.
    void refresh() const { m_catalogue.revalidate(); }
    /// Sends now what waits for another attempt.
    void sendAgain() const { m_orders.retry(); }

    /// The one that there is; null without a server.
    static const ServedShop *current();

private:
    void show(const nanostores::Fetched<QList<ServedProduct>> &fetched);
    void showOrders() const;

    nanostores::RestClient m_api;
    nanostores::QueryClient m_client;
    nanostores::Query<QList<ServedProduct>> m_catalogue;
    nanostores::MutationQueue m_orders;
    nanostores::Mutation<int, SentOrder> m_order;
    nanostores::Computed<int> m_waiting;
    std::optional<QList<ServedProduct>> m_shown;
    std::vector<nanostores::Subscription> m_ties;
};

} // namespace shop

// SPDX-License-Identifier: MIT
#pragma once

#include "product.h"

#include <nanostores/core.h>
#include <nanostores/history.h>

#include <QString>
#include <QUrl>

#include <chrono>
#include <functional>

namespace shop {

/// One line of the cart: a product, at the price it had when it was added, and how many of it.
struct CartItem
{
    Q_GADGET
    Q_PROPERTY(QString productId MEMBER productId FINAL)
    Q_PROPERTY(QString name MEMBER name FINAL)
    Q_PROPERTY(QString tint MEMBER tint FINAL)
    Q_PROPERTY(QUrl illustration MEMBER illustration FINAL)
    Q_PROPERTY(int price MEMBER price FINAL)
    Q_PROPERTY(int quantity MEMBER quantity FINAL)
    Q_PROPERTY(int lineTotal READ lineTotal CONSTANT FINAL)

public:
    QString productId;
    QString name;
    QString tint;
    QUrl illustration;
    int price = 0;
    int quantity = 0;

    int lineTotal() const { return price * quantity; }
    friend bool operator==(const CartItem &, const CartItem &) = default;
};

inline constexpr int MaxQuantity = 99;
inline constexpr int FreeShippingFrom = 7500;
inline constexpr int ShippingFee = 590;

inline const auto isCartOpen = nanostores::atom(false).named("cart/isOpen");
inline const auto cartItems = nanostores::map<QString, CartItem>().named("cart/items");
inline const auto lastOrder = nanostores::atom(QString()).named("cart/lastOrder"); // thanks for it, until the next item

inline const auto cartCount = nanostores::computed(cartItems, [](const auto &items) {
    int count = 0;
    for (const auto &[id, item] : items) {
        count += item.quantity;
    }
    return count;
});
inline const auto cartSubtotal = nanostores::computed(cartItems, [](const auto &items) {
    int sum = 0;
    for (const auto &[id, item] : items) {
        sum += item.lineTotal();
    }
    return sum;
});
inline const auto cartShipping = nanostores::computed(
    cartSubtotal, [](int subtotal) { return subtotal == 0 || subtotal >= FreeShippingFrom ? 0 : ShippingFee; });
inline const auto cartTotal =
    nanostores::computed(cartSubtotal, cartShipping, [](int subtotal, int shipping) { return subtotal + shipping; });
/// How much more to buy until shipping is free.
inline const auto toFreeShipping = nanostores::computed(
    cartSubtotal, [](int subtotal) { return subtotal < FreeShippingFrom ? FreeShippingFrom - subtotal : 0; });

/// What was done to the cart, to be undone and redone. Stepping a quantity up or down at one go is one step. Windows
/// and the price feed are other stores, and payments are not recorded.
inline const auto cartEdits = nanostores::history(
    {.limit = 50, .mergeWithin = std::chrono::milliseconds(800), .text = "Change quantity"}, cartItems);

/// Puts the product into the cart, or one more of it.
void addCartItem(const Product &product);
/// Sets how many there are of a product in the cart, MaxQuantity at most; none removes it.
void setQuantity(const QString &productId, int quantity);
void removeCartItem(const QString &productId);
using CartItems = nanostores::Dictionary<QString, CartItem>;
/// Has checkOut() hand over what is sold, and its price; the text that it returns says thanks. An empty one is none.
void setOrderTaker(std::function<QString(const CartItems &, int)> taker);
/// Sells what is in the cart: it is empty afterwards, and lastOrder says thanks. What is paid cannot be undone.
void checkOut();

} // namespace shop

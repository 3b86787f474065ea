// SPDX-License-Identifier: MIT
#pragma once

#include "catalogue.h"
#include "product.h"
#include "texts.h"

#include <nanostores/core.h>
#include <nanostores/history.h>

#include <QDate>
#include <QString>
#include <QUrl>

#include <chrono>
#include <functional>
#include <string>

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

/// What was bought last; nothing once there is an item in the cart again.
struct Order
{
    int total = 0; // in cents; 0: none
    QDate arrival;
    bool isWaiting = false; // until the server has taken it
    int number = 0; // by which the server knows it

    friend bool operator==(const Order &, const Order &) = default;
};

nanostores::Dictionary<QString, CartItem> nameItems(const nanostores::Dictionary<QString, CartItem> &items,
                                                    const ProductTexts &texts);

inline constexpr int MaxQuantity = 99;
inline constexpr int FreeShippingFrom = 7500;
inline constexpr int ShippingFee = 590;
inline constexpr int DaysOfDelivery = 3;

inline const auto isCartOpen = nanostores::atom(false).named("cart/isOpen");
inline const auto cartItems = nanostores::map<QString, CartItem>().named("cart/items");
inline const auto lastOrder = nanostores::atom(Order()).named("cart/lastOrder");

/// The cart in the shop's language.
inline const auto shownItems = nanostores::computed(cartItems, productTexts, nameItems).named("cart/shownItems");

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
/// and the price feed are other stores, and payments are not recorded. Steps are named for editText().
inline const auto cartEdits =
    nanostores::history({.limit = 50, .mergeWithin = std::chrono::milliseconds(800), .text = "quantity"}, cartItems);

/// What the next step back, or forth, does, in the shop's language; empty if there is none.
QString editText(const std::string &text);
inline const auto undoText = nanostores::computed([] { return editText(cartEdits.undoText()); });
inline const auto redoText = nanostores::computed([] { return editText(cartEdits.redoText()); });

/// Puts the product into the cart, or one more of it.
void addCartItem(const Product &product);
/// Sets how many there are of a product in the cart, MaxQuantity at most; none removes it.
void setQuantity(const QString &productId, int quantity);
void removeCartItem(const QString &productId);
using CartItems = nanostores::Dictionary<QString, CartItem>;
/// Has checkOut() hand over what is sold, and its price: the order waits until it is taken.
void setOrderTaker(std::function<void(const CartItems &, int)> taker);
/// Sells what is in the cart: it is empty afterwards, and lastOrder says what it was. What is paid cannot be undone.
void checkOut();

} // namespace shop

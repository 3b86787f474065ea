// SPDX-License-Identifier: MIT
#include "cart.h"

#include "money.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>
#include <string>

namespace shop {

namespace {

std::string editText(const char *pattern, const QString &name)
{
    return QCoreApplication::translate("Cart", pattern).arg(name).toStdString();
}

std::function<QString(const CartItems &, int)> &orderTaker()
{
    static std::function<QString(const CartItems &, int)> taker;
    return taker;
}

} // namespace

void setOrderTaker(std::function<QString(const CartItems &, int)> taker)
{
    orderTaker() = std::move(taker);
}

void addCartItem(const Product &product)
{
    if (product.productId.isEmpty()) {
        return;
    }
    if (const CartItem *present = cartItems.getKey(product.productId)) {
        setQuantity(product.productId, present->quantity + 1);
        return;
    }
    const nanostores::Batch batch;
    const auto edit = cartEdits.group(editText(QT_TRANSLATE_NOOP("Cart", "Add %1"), product.name));
    lastOrder.set({});
    cartItems.setKey(product.productId,
                     CartItem{product.productId, product.name, product.tint, product.illustration, product.price, 1});
}

void setQuantity(const QString &productId, int quantity)
{
    const CartItem *present = cartItems.getKey(productId);
    if (!present) {
        return;
    }
    if (quantity <= 0) {
        removeCartItem(productId);
        return;
    }
    CartItem item = *present;
    item.quantity = std::min(quantity, MaxQuantity);
    cartItems.setKey(productId, item);
}

void removeCartItem(const QString &productId)
{
    if (const CartItem *present = cartItems.getKey(productId)) {
        const auto edit = cartEdits.group(editText(QT_TRANSLATE_NOOP("Cart", "Remove %1"), present->name));
        cartItems.removeKey(productId);
    }
}

void checkOut()
{
    const int count = cartCount.get();
    if (count == 0) {
        return;
    }
    const QString thanks =
        orderTaker()
            ? orderTaker()(cartItems.get(), cartTotal.get())
            : QCoreApplication::translate("Cart", "%1, paid with thanks. The countdown for your parcel has begun.")
                  .arg(formatMoney(cartTotal.get()));
    cartEdits.untracked([&thanks] {
        lastOrder.set(thanks);
        cartItems.set({});
    });
}

} // namespace shop

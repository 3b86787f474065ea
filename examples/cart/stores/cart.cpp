// SPDX-License-Identifier: MIT
#include "cart.h"

#include "money.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>

namespace shop {

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
    cartItems.removeKey(productId);
}

void checkOut()
{
    const int count = cartCount.get();
    if (count == 0) {
        return;
    }
    const nanostores::Batch batch;
    lastOrder.set(QCoreApplication::translate("Cart", "%1, paid with thanks. The countdown for your parcel has begun.")
                      .arg(formatMoney(cartTotal.get())));
    cartItems.set({});
}

} // namespace shop

// SPDX-License-Identifier: MIT
#include "cart.h"

#include <algorithm>
#include <optional>
#include <string>

namespace shop {

using namespace nanostores;

Dictionary<QString, CartItem> nameItems(const Dictionary<QString, CartItem> &items, const ProductTexts &texts)
{
    Dictionary<QString, CartItem> named = items;
    for (const auto &[id, item] : items) {
        if (const QString name = texts.value(id).value(QStringLiteral("name")).toString(); !name.isEmpty()) {
            CartItem changed = item;
            changed.name = name;
            named.insert(id, changed);
        }
    }
    return named;
}

namespace {

std::function<void(const CartItems &, int)> &orderTaker()
{
    static std::function<void(const CartItems &, int)> taker;
    return taker;
}

} // namespace

void setOrderTaker(std::function<void(const CartItems &, int)> taker)
{
    orderTaker() = std::move(taker);
}

QString editText(const std::string &text)
{
    const QString edit = QString::fromStdString(text); // "add/orbit-mug"
    const qsizetype slash = edit.indexOf(u'/');
    const auto &texts = editTexts();
    if (slash < 0) {
        return edit.isEmpty() ? edit : texts["quantity"_t];
    }
    const QString id = edit.mid(slash + 1);
    const QString known = productName(id);
    const QString &name = known.isEmpty() ? id : known; // of what is not on sale any more
    return edit.startsWith(QStringLiteral("add/")) ? texts["add"_t]("name"_t = name)
                                                   : texts["remove"_t]("name"_t = name);
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
    const Batch batch;
    const auto edit = cartEdits.group("add/" + product.productId.toStdString());
    lastOrder.set({});
    const Product *listed = catalogue.getKey(product.productId); // by the name that nameItems() translates
    cartItems.setKey(product.productId, CartItem{product.productId, listed ? listed->name : product.name, product.tint,
                                                 product.illustration, product.price, 1});
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
    if (cartItems.getKey(productId)) {
        const auto edit = cartEdits.group("remove/" + productId.toStdString());
        cartItems.removeKey(productId);
    }
}

void checkOut()
{
    const int count = cartCount.get();
    if (count == 0) {
        return;
    }
    Order order{cartTotal.get(), QDate::currentDate().addDays(DaysOfDelivery)};
    if (const auto &taker = orderTaker()) {
        order.isWaiting = true;
        taker(cartItems.get(), order.total);
    }
    cartEdits.untracked([&order] {
        lastOrder.set(order);
        cartItems.set({});
    });
}

} // namespace shop

// SPDX-License-Identifier: MIT

// cart.h: the stores, with no view in sight
#pragma once

#include <nanostores/core.h>

#include <QObject>
#include <QString>

#include <numeric>

struct CartItem
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name CONSTANT FINAL)
    Q_PROPERTY(int quantity MEMBER quantity CONSTANT FINAL)

public:
    QString name;
    int quantity = 0;
    friend bool operator==(const CartItem &, const CartItem &) = default;
};

inline const auto isCartOpen = nanostores::atom(false);
inline const auto cartItems = nanostores::map<QString, CartItem>();
inline const auto cartCount = nanostores::computed(cartItems, [](const auto &items) {
    const auto add = [](int sum, const auto &entry) { return sum + entry.second.quantity; };
    return std::accumulate(items.begin(), items.end(), 0, add);
});

inline void addToCart(const QString &id, const QString &name)
{
    const CartItem *present = cartItems.getKey(id);
    cartItems.setKey(id, {name, present ? present->quantity + 1 : 1});
}

// SPDX-License-Identifier: MIT

// cartadapter.h: what QML sees of the stores
#pragma once

#include "cart.h"

#include <nanostores/qt.h>

#include <QtQml/qqml.h>

class Cart : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(bool, isOpen, ::isCartOpen)
    NANOSTORES_READONLY(int, count, ::cartCount)
    NANOSTORES_MODEL(items, ::cartItems)

public:
    Q_INVOKABLE void add(const QString &id, const QString &name) { addToCart(id, name); }
};

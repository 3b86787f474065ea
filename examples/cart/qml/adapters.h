// SPDX-License-Identifier: MIT
#pragma once

#include "appearance.h"
#include "cart.h"
#include "catalogue.h"
#include "money.h"
#include "pricefeed.h"

#include <nanostores/qt.h>

#include <QObject>
#include <QString>
#include <QtQml/qqml.h>

/// The stores as QML sees them: typed properties, item models, and what can be done. Each engine makes its own; the
/// stores behind them are the same.

class Cart : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(bool, isOpen, shop::isCartOpen)
    NANOSTORES_READONLY(int, count, shop::cartCount)
    NANOSTORES_READONLY(int, subtotal, shop::cartSubtotal)
    NANOSTORES_READONLY(int, shipping, shop::cartShipping)
    NANOSTORES_READONLY(int, total, shop::cartTotal)
    NANOSTORES_READONLY(int, toFreeShipping, shop::toFreeShipping)
    NANOSTORES_READONLY(QString, lastOrder, shop::lastOrder)
    NANOSTORES_READONLY(bool, canUndo, shop::cartEdits.canUndo)
    NANOSTORES_READONLY(bool, canRedo, shop::cartEdits.canRedo)
    NANOSTORES_READONLY(QString, undoText, shop::cartEdits.undoText)
    NANOSTORES_READONLY(QString, redoText, shop::cartEdits.redoText)
    NANOSTORES_MODEL(items, shop::cartItems)

public:
    /// Adds one of the product, at the price the shop shows.
    Q_INVOKABLE void add(const QString &productId)
    {
        shop::addCartItem(shop::findProduct(shop::shelf.peek(), productId));
    }
    Q_INVOKABLE void setQuantity(const QString &productId, int quantity) { shop::setQuantity(productId, quantity); }
    Q_INVOKABLE void remove(const QString &productId) { shop::removeCartItem(productId); }
    Q_INVOKABLE void checkOut() { shop::checkOut(); }
    Q_INVOKABLE void undo() { shop::cartEdits.undo(); }
    Q_INVOKABLE void redo() { shop::cartEdits.redo(); }
};

class Catalogue : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_MODEL(products, shop::shelf, &shop::Product::productId)
    NANOSTORES_PROPERTY(QString, currentId, shop::currentProductId)
    NANOSTORES_READONLY(QString, address, shop::address)
    NANOSTORES_READONLY(shop::Product, current, shop::currentProduct)
    NANOSTORES_READONLY(QString, problem, shop::catalogueProblem)
};

class PriceFeed : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(bool, isShown, shop::shopShowsFeed)
    NANOSTORES_READONLY(bool, isLive, shop::feedIsLive)
};

class Appearance : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(bool, isDark, shop::isDark)
    NANOSTORES_READONLY(bool, isAnimated, shop::isAnimated)
};

class Money : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON

public:
    Q_INVOKABLE QString text(int cents) const { return shop::formatMoney(cents); }
    Q_INVOKABLE QString fee(int cents) const { return shop::formatFee(cents); }
};

/// Lets QML read the fields of a product.
struct ProductType
{
    Q_GADGET
    QML_FOREIGN(shop::Product)
    QML_VALUE_TYPE(product)
};

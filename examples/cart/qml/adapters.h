// SPDX-License-Identifier: MIT
#pragma once

#include "appearance.h"
#include "cart.h"
#include "catalogue.h"
#include "language.h"
#include "pricefeed.h"

#include <nanostores/qt.h>

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QStringList>
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
    NANOSTORES_READONLY(int, paid, m_paid)
    NANOSTORES_READONLY(QDateTime, arrival, m_arrival)
    NANOSTORES_READONLY(bool, isWaiting, m_isWaiting)
    NANOSTORES_READONLY(bool, canUndo, shop::cartEdits.canUndo)
    NANOSTORES_READONLY(bool, canRedo, shop::cartEdits.canRedo)
    NANOSTORES_READONLY(QString, undoText, shop::undoText)
    NANOSTORES_READONLY(QString, redoText, shop::redoText)
    NANOSTORES_MODEL(items, shop::shownItems)

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

private:
    const nanostores::Computed<int> m_paid =
        nanostores::computed(shop::lastOrder, [](const shop::Order &order) { return order.total; });
    const nanostores::Computed<bool> m_isWaiting =
        nanostores::computed(shop::lastOrder, [](const shop::Order &order) { return order.isWaiting; });
    const nanostores::Computed<QDateTime> m_arrival =
        nanostores::computed(shop::lastOrder, [](const shop::Order &order) { return order.arrival.startOfDay(); });
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

class Language : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    Q_PROPERTY(QStringList all READ all CONSTANT FINAL)
    NANOSTORES_READONLY(QString, current, shop::language)

public:
    QStringList all() const { return shop::languages; }
    Q_INVOKABLE void choose(const QString &tag) { shop::chosenLanguage.set(tag); }
    Q_INVOKABLE QString nameOf(const QString &tag) const { return shop::languageName(tag); }
};

/// Lets QML read the fields of a product.
struct ProductType
{
    Q_GADGET
    QML_FOREIGN(shop::Product)
    QML_VALUE_TYPE(product)
};

// SPDX-License-Identifier: MIT
#pragma once

#include <QMetaType>
#include <QString>
#include <QUrl>

namespace shop {

/// What the catalogue says about one thing on sale. Prices are in cents.
struct Product
{
    Q_GADGET
    Q_PROPERTY(QString productId MEMBER productId CONSTANT FINAL)
    Q_PROPERTY(QString name MEMBER name CONSTANT FINAL)
    Q_PROPERTY(QString category MEMBER category CONSTANT FINAL)
    Q_PROPERTY(QString tagline MEMBER tagline CONSTANT FINAL)
    Q_PROPERTY(QString description MEMBER description CONSTANT FINAL)
    Q_PROPERTY(QString details MEMBER details CONSTANT FINAL)
    Q_PROPERTY(QString tint MEMBER tint CONSTANT FINAL)
    Q_PROPERTY(QUrl illustration MEMBER illustration CONSTANT FINAL)
    Q_PROPERTY(int price MEMBER price CONSTANT FINAL)
    Q_PROPERTY(int regularPrice MEMBER regularPrice CONSTANT FINAL)

public:
    QString productId;
    QString name;
    QString category;
    QString tagline;
    QString description;
    QString details;
    QString tint; // the colour behind the illustration, "#rrggbb"
    QUrl illustration;
    int price = 0; // what it costs now
    int regularPrice = 0; // what the catalogue says

    friend bool operator==(const Product &, const Product &) = default;
};

} // namespace shop

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtQml/qqml.h>

inline const auto isCartOpen = nanostores::atom(false);
inline const auto prices = nanostores::map<QString, int>();

class Cart : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(bool, isOpen, ::isCartOpen)
    NANOSTORES_MODEL(prices, ::prices)
    NANOSTORES_STORE(byName, ::prices)

public:
    explicit Cart(QObject *parent = nullptr)
        : nanostores::StoreObject(parent)
    {
    }
};

#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtQml/qqml.h>

inline const auto isCartOpen = nanostores::atom(false);

class Cart : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(bool, isOpen, ::isCartOpen)

public:
    explicit Cart(QObject *parent = nullptr)
        : nanostores::StoreObject(parent)
    {
    }
};

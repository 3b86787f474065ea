// SPDX-License-Identifier: MIT
#pragma once

#include "synced.h"

#include <nanostores/persistent.h>

#include <QtQml/qqml.h>

/// What shares the cart with other machines, as QML sees it.
class CartSync : public nanostores::EngineObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON

public:
    CartSync()
        : EngineObject(shop::cartStorage())
    {
    }
};

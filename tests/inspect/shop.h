// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtQml/qqml.h>

namespace stores {
inline const auto isOpen = nanostores::atom(false);
}

class Shop : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(bool, isOpen, stores::isOpen)

public:
    Q_INVOKABLE void write(int value);
};

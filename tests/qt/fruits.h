// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QObject>
#include <QString>
#include <QtQml/qqml.h>

struct Fruit
{
    Q_GADGET
    Q_PROPERTY(int count MEMBER count FINAL)

public:
    int count = 0;

    friend bool operator==(const Fruit &, const Fruit &) = default;
};

namespace stores {
inline const auto fruits = nanostores::map<QString, Fruit>();
}

class Fruits : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_MODEL(items, stores::fruits)
};

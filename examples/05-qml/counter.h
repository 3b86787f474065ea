// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtQml/qqml.h>

/// The state: native stores that know nothing of QML.
inline const auto count = nanostores::atom(0);
inline const auto square = nanostores::computed(count, [](int value) { return value * value; });

/// What QML sees of it.
class Counter : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(int, count, ::count)
    NANOSTORES_READONLY(int, square, ::square)
};

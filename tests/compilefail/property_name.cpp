// SPDX-License-Identifier: MIT

// Inside the class, a store of the property's name is hidden by the property.
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QObject>

inline const auto count = nanostores::atom(1);

class Counter : public nanostores::StoreObject
{
    Q_OBJECT
#ifdef MUST_NOT_COMPILE
    NANOSTORES_PROPERTY(int, count, count)
#else
    NANOSTORES_PROPERTY(int, count, ::count)
#endif
};

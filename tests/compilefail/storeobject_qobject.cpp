// SPDX-License-Identifier: MIT

// An adapter whose Q_OBJECT was forgotten: moc passes it by, and QML alone would notice.
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QObject>

inline const auto count = nanostores::atom(1);

class Counter : public nanostores::StoreObject
{
#ifndef MUST_NOT_COMPILE
    Q_OBJECT
#endif
    NANOSTORES_PROPERTY(int, count, ::count)
};

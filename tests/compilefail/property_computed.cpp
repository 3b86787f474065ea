// SPDX-License-Identifier: MIT

// A property that can be written, of a store that cannot.
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QObject>

inline const auto count = nanostores::atom(1);
inline const auto twice = nanostores::computed(count, [](int value) { return 2 * value; });

class Counter : public nanostores::StoreObject
{
    Q_OBJECT
#ifdef MUST_NOT_COMPILE
    NANOSTORES_PROPERTY(int, twice, ::twice)
#else
    NANOSTORES_READONLY(int, twice, ::twice)
#endif
};

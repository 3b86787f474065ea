// SPDX-License-Identifier: MIT

// A property that has no value for an empty optional.
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QObject>
#include <QVariant>

#include <optional>

inline const auto zoom = nanostores::atom(std::optional<double>());

class View : public nanostores::StoreObject
{
    Q_OBJECT
#ifdef MUST_NOT_COMPILE
    NANOSTORES_READONLY(double, zoom, ::zoom)
#else
    NANOSTORES_READONLY(QVariant, zoom, ::zoom)
#endif
};

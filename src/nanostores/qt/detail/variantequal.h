// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/equal.h>
#include <nanostores/qt/export.h>

#include <QVariant>
#include <QVariantHash>
#include <QVariantList>
#include <QVariantMap>

namespace nanostores {

namespace detail {

/// Whether two values are the same when they are read from JavaScript, as Object.is decides: numbers by their value,
/// whatever their type, with NaN the same as NaN and -0 another one than 0; a number, a bool and a text are never the
/// same; lists and maps item by item; other types by their own ==.
[[nodiscard]] NANOSTORES_QT_EXPORT bool sameVariant(const QVariant &a, const QVariant &b);
[[nodiscard]] NANOSTORES_QT_EXPORT bool sameVariant(const QVariantMap &a, const QVariantMap &b);
[[nodiscard]] NANOSTORES_QT_EXPORT bool sameVariant(const QVariantHash &a, const QVariantHash &b);
[[nodiscard]] NANOSTORES_QT_EXPORT bool sameVariant(const QVariantList &a, const QVariantList &b);

struct SameVariant
{
    static constexpr bool comparable = true;
    template<typename T>
    bool operator()(const T &a, const T &b) const
    {
        return sameVariant(a, b);
    }
};

} // namespace detail

// QVariant's own == takes 1, true and "1" for the same, and NaN for a change.
template<>
struct Equal<QVariant> : detail::SameVariant
{
};
template<>
struct Equal<QVariantMap> : detail::SameVariant
{
};
template<>
struct Equal<QVariantHash> : detail::SameVariant
{
};
template<>
struct Equal<QVariantList> : detail::SameVariant
{
};

} // namespace nanostores

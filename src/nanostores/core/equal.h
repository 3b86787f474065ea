#pragma once

#include <cstddef> // first: Qt 6.4's moc stumbles over <concepts> alone

#include <concepts>
#include <type_traits>

namespace nanostores {

/// Whether two values of a store count as the same: then a set() is no change.
///
/// Floating point follows JavaScript's Object.is: NaN equals NaN, and +0 differs from -0. Other types use ==. A type
/// without == is never the same. Specialise it for a type, or give one store its own with setEqual().
template<typename T>
struct Equal
{
    static constexpr bool comparable = std::equality_comparable<T>;

    constexpr bool operator()(const T &a, const T &b) const
    {
        if constexpr (std::is_floating_point_v<T>) {
            if (a == b) {
                return a != T(0) || (T(1) / a > T(0)) == (T(1) / b > T(0));
            }
            return a != a && b != b;
        } else if constexpr (comparable) {
            return static_cast<bool>(a == b);
        } else {
            return false;
        }
    }
};

} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <bit>
#include <concepts>
#include <limits>
#include <optional>
#include <type_traits>

namespace nanostores::detail {

/// An integer of any type: what conversions between integers pass through.
struct WholeNumber
{
    quint64 magnitude = 0;
    bool negative = false;

    friend bool operator==(const WholeNumber &, const WholeNumber &) = default;
};

template<typename T>
requires(std::is_integral_v<T> || std::is_enum_v<T>)
constexpr WholeNumber integerOf(T value) noexcept
{
    if constexpr (std::is_enum_v<T>) {
        return integerOf(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::is_signed_v<T>) {
        if (value < 0) {
            return {quint64(0) - static_cast<quint64>(static_cast<qint64>(value)), true};
        }
        return {static_cast<quint64>(value), false};
    } else {
        return {static_cast<quint64>(value), false};
    }
}

/// The integer as a T, or none where it does not fit.
template<std::integral T>
constexpr std::optional<T> toInteger(WholeNumber integer) noexcept
{
    constexpr auto Max = static_cast<quint64>(std::numeric_limits<T>::max());
    if (integer.negative) {
        if (std::is_unsigned_v<T> || integer.magnitude > Max + 1) {
            return std::nullopt;
        }
        return static_cast<T>(quint64(0) - integer.magnitude);
    }
    return integer.magnitude <= Max ? std::optional<T>(static_cast<T>(integer.magnitude)) : std::nullopt;
}

/// Whether one integer may be what JavaScript makes of the other: from 2^53 on it knows some of them only.
constexpr bool isRounded(WholeNumber asked, WholeNumber held) noexcept
{
    constexpr quint64 Safe = quint64(1) << 53;
    return asked != held && asked.magnitude >= Safe && asked.negative == held.negative
           && static_cast<double>(asked.magnitude) == static_cast<double>(held.magnitude)
           && asked.magnitude % (std::bit_floor(asked.magnitude) / Safe * 2) == 0;
}

} // namespace nanostores::detail

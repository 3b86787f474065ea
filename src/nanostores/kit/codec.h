// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace nanostores::kit {

/// A type that can decode raw values of type E: encode(value) gives an E; decode(raw) gives the value, or an
/// std::optional of it that is empty where the raw value makes no sense.
///
/// Both are const. The core has NoopCodec and BooleanCodec; what is more needs a format, and is not the core's.
template<typename C, typename E = std::string>
concept AnyCodec = requires(const C &codec, const E &raw) { codec.decode(raw); };

/// A codec between values of type D and raw values of type E.
template<typename C, typename D, typename E = std::string>
concept Codec = AnyCodec<C, E> && requires(const C &codec, const D &value, const E &raw) {
    requires std::is_convertible_v<decltype(codec.encode(value)), E>;
    requires std::is_convertible_v<decltype(codec.decode(raw)), std::optional<D>>;
};

/// Whether it is a codec for raw values of type E.
template<typename E = std::string, typename C>
[[nodiscard]] constexpr bool isCodec(const C &) noexcept
{
    return AnyCodec<C, E>;
}

/// Leaves values as they are.
struct NoopCodec
{
    template<typename V>
    V encode(V value) const
    {
        return value;
    }
    template<typename V>
    V decode(V raw) const
    {
        return raw;
    }
};

/// true is "1", false is "0", and so is everything else.
struct BooleanCodec
{
    std::string encode(bool value) const { return value ? "1" : "0"; }
    bool decode(std::string_view raw) const { return raw == "1"; }
};

} // namespace nanostores::kit

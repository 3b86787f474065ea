// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/valuecodec.h>
#include <nanostores/qt/json/json.h>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

/// Keys of maps as the ends of names of entries.
namespace nanostores::detail {

/// Throws std::invalid_argument for a text with half a surrogate pair: its name would be that of another key.
template<typename K>
std::string rowNameOf(const K &key)
{
    static_assert(json::isNameLike<K>, "a Map whose keys are text, whole numbers or enums can be kept key by key; keep "
                                       "others in an Atom of a Dictionary");
    if constexpr (std::is_same_v<K, std::string>) {
        return key;
    } else {
        return TextCodec{}.encode(json::nameOf(key));
    }
}

/// None: it is no key of the type.
template<typename K>
std::optional<K> keyOfRowName(std::string_view name)
{
    if constexpr (std::is_same_v<K, std::string>) {
        return std::string(name);
    } else {
        const auto text = TextCodec{}.decodeTo<QString>(name);
        return text ? json::keyOf<K>(*text) : std::nullopt;
    }
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/json/json.h>

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

/// Keys of maps as the ends of names of entries.
namespace nanostores::detail {

template<typename K>
std::string rowNameOf(const K &key)
{
    static_assert(json::isNameLike<K>, "a Map whose keys are text, whole numbers or enums can be kept key by key; keep "
                                       "others in an Atom of a Dictionary");
    if constexpr (std::is_same_v<K, std::string>) {
        return key;
    } else {
        return json::nameOf(key).toStdString();
    }
}

/// None: it is no key of the type.
template<typename K>
std::optional<K> keyOfRowName(std::string_view name)
{
    if constexpr (std::is_same_v<K, std::string>) {
        return std::string(name);
    } else {
        return json::keyOf<K>(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
    }
}

} // namespace nanostores::detail

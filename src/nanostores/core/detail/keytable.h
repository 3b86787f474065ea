// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/equal.h>

#include <functional>
#include <unordered_map>
#include <unordered_set>

/// Tables by keys of the user's: keys are the same as in a Dictionary.
namespace nanostores::detail {

template<typename K, typename V>
using KeyTable = std::unordered_map<K, V, HashOfKey<K, std::hash<K>>, SameKey<K>>;
template<typename K>
using KeyTableSet = std::unordered_set<K, HashOfKey<K, std::hash<K>>, SameKey<K>>;

} // namespace nanostores::detail

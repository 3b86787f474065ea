// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/keytable.h>
#include <nanostores/qt/models/rowpatch.h>

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// The way between two lists of rows, which a key distinguishes, given by functions from index to key. Of rows with the
/// same key, the nth is the nth. So many at the beginning are known to be the same.
template<typename Key, typename OldKey, typename NewKey>
RowPatch patchByKey(int oldCount, int newCount, OldKey oldKey, NewKey newKey, int prefix = 0)
{
    const int shared = std::min(oldCount, newCount);
    while (prefix < shared && sameKey<Key>(oldKey(prefix), newKey(prefix))) {
        ++prefix;
    }
    int suffix = 0;
    while (suffix < shared - prefix && sameKey<Key>(oldKey(oldCount - suffix - 1), newKey(newCount - suffix - 1))) {
        ++suffix;
    }
    const int oldMiddle = oldCount - prefix - suffix;
    const int newMiddle = newCount - prefix - suffix;

    ByRow<int> newOfOld(oldMiddle, -1);
    ByRow<int> next(newMiddle, -1); // the next one with the same key
    KeyTable<Key, int> first;
    first.reserve(static_cast<std::size_t>(newMiddle));
    for (int j = newMiddle - 1; j >= 0; --j) {
        const auto [place, isNew] = first.try_emplace(newKey(prefix + j), j);
        if (!isNew) {
            next[j] = std::exchange(place->second, j);
        }
    }
    for (int i = 0; i < oldMiddle; ++i) {
        const auto place = first.find(oldKey(prefix + i));
        if (place != first.end() && place->second >= 0) {
            newOfOld[i] = place->second;
            place->second = next[place->second];
        }
    }
    return RowPatch(prefix, std::move(newOfOld), newMiddle, suffix);
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

namespace nanostores {

/// The items of a list that have one key in common; see grouped().
template<typename Key, typename Items>
struct Group
{
    Key key;
    Items items;

    friend bool operator==(const Group &, const Group &) = default;
};

} // namespace nanostores

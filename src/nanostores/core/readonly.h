// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>

namespace nanostores {

/// The same store behind a handle that cannot write. From nanostores' readonlyType() and nano_kit's readonly().
template<typename Node>
class Readonly : public Store<Node>
{
public:
    using Store<Node>::Store;
};

/// readonly(store): the same store, without ways to write.
template<AnyStore S>
[[nodiscard]] Readonly<typename S::node_type> readonly(const S &store)
{
    return Readonly<typename S::node_type>(store.node());
}

} // namespace nanostores

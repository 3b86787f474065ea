// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

namespace nanostores::detail {

struct Node;

/// Writes the store's value as JSON, if it has no parts: a number, a bool, nothing, or plain text of at most so many
/// bytes. False: it is another one, and `to` has no meaning.
bool writeLeaf(const Node &node, std::size_t most, std::string &to);

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graph.h>

#include <string>

/// What a log asks of the inspector: names of stores that were given none, and where a write is made.
namespace nanostores::detail {

struct LogOrigin
{
    std::string file;
    int line = 0;
    std::string function;
};

/// Where the write that is made now comes from; empty if that is not known.
LogOrigin originOfWrite();

/// The name given to a store or effect, or otherwise what it can be called; empty if nothing is known.
std::string loggedName(const Node &node);

} // namespace nanostores::detail

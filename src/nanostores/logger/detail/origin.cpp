// SPDX-License-Identifier: MIT
#include <nanostores/logger/detail/origin.h>

#include <nanostores/core/graph/lifecycle.h>

namespace nanostores::detail {

LogOrigin originOfWrite()
{
    return {};
}

std::string loggedName(const Node &node)
{
    const Extra *const extra = node.extraOrNull();
    return extra ? extra->name : std::string();
}

} // namespace nanostores::detail

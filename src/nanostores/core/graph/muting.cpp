// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/muting.h>

namespace nanostores::detail {

namespace {

thread_local unsigned mutings = 0;

} // namespace

bool isMuted() noexcept
{
    return mutings > 0;
}

void beginMuted() noexcept
{
    ++mutings;
}

void endMuted() noexcept
{
    --mutings;
}

} // namespace nanostores::detail

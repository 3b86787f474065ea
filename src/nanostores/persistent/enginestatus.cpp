// SPDX-License-Identifier: MIT
#include <nanostores/persistent/enginestatus.h>

namespace nanostores {

std::string_view nameOf(EngineState state) noexcept
{
    switch (state) {
    case EngineState::Loading:
        return "loading";
    case EngineState::Live:
        return "live";
    case EngineState::Offline:
        return "offline";
    case EngineState::ReadOnly:
        return "readOnly";
    case EngineState::Full:
        return "full";
    case EngineState::Newer:
        return "newer";
    case EngineState::Failed:
        return "failed";
    case EngineState::Stale:
        return "stale";
    }
    return "failed";
}

} // namespace nanostores

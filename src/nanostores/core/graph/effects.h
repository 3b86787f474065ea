// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>

/// What the chapters of effects, scopes and runs share.
namespace nanostores::detail {

/// Ends what a computed store's function has made: the effects and scopes that are there now, when it goes out of
/// scope.
class FormerNest
{
public:
    explicit FormerNest(Sink *computed) noexcept
    {
        if (computed->has(Nesting)) [[unlikely]] {
            take(computed);
        }
    }
    FormerNest(const FormerNest &) = delete;
    FormerNest &operator=(const FormerNest &) = delete;
    ~FormerNest()
    {
        if (m_nest) [[unlikely]] {
            end();
        }
    }
    explicit operator bool() const noexcept { return m_nest != nullptr; }

private:
    void take(Sink *computed) noexcept;
    void end() noexcept;

    NestNode *m_nest = nullptr;
};

/// Errors go to the handler: another one is on its way.
void stopAfterError(EffectNode &effect);

} // namespace nanostores::detail

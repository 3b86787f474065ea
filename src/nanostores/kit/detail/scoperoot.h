// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>
#include <nanostores/kit/detail/engine.h>

namespace nanostores::kit::internal {

class InjectionState;

/// What is made in a scope, or by the function of one of its values, belongs to it.
class ScopeRoot final : public ScopeNode
{
public:
    explicit ScopeRoot(InjectionState *state)
        : ScopeNode(false)
        , m_state(state)
    {
        flags &= ~Dirty;
    }
    void fill() override {}
    InjectionState *state() const noexcept { return m_state; }
    void setState(InjectionState *newState) noexcept { m_state = newState; }

private:
    InjectionState *m_state; ///< Null: it has ended.
};

/// Stops the effects.
void endRoot(Ref<ScopeRoot> root) noexcept;

} // namespace nanostores::kit::internal

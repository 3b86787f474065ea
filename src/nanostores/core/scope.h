// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/effect.h>
#include <nanostores/core/subscription.h>

#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

template<typename F>
struct ScopeOf final : ScopeNode
{
    ScopeOf(F f, bool deferred)
        : ScopeNode(deferred)
        , function(std::move(f))
    {
    }
    void fill() override { function(); }

    [[no_unique_address]] F function;
};

} // namespace detail

/// effectScope(f): runs f; the subscription stops all effects and scopes made in it, in order of creation.
///
/// Inside f let the effects go with detach(); they stay the scope's.
template<typename F>
[[nodiscard]] Subscription effectScope(F f)
{
    auto *node = new detail::ScopeOf<F>(std::move(f), false);
    Subscription subscription{static_cast<detail::EffectNode *>(node)};
    node->adoptByOwner();
    node->open();
    return subscription;
}

/// Starts a deferred scope when called. Nested scopes start first, then the scope's own effects.
class DeferredScope
{
public:
    explicit DeferredScope(detail::ScopeNode *node) noexcept
        : m_node(node)
        , m_owner(static_cast<detail::EffectNode *>(node))
    {
    }
    /// Starts what the scope holds; the subscription stops it. Under a scope that has not started it does nothing: the
    /// outer one's start reaches it. May be called once; later calls return an empty subscription.
    [[nodiscard]] Subscription operator()()
    {
        if (!m_node) {
            return {};
        }
        std::exchange(m_node, nullptr)->launch();
        return std::move(m_owner);
    }

private:
    detail::ScopeNode *m_node;
    Subscription m_owner;
};

/// deferScope(f): runs f, but its effects wait until the returned function is called. Dropping it unstarted stops them.
template<typename F>
[[nodiscard]] DeferredScope deferScope(F f)
{
    auto *node = new detail::ScopeOf<F>(std::move(f), true);
    DeferredScope scope(node);
    node->adoptByOwner();
    node->open();
    return scope;
}

} // namespace nanostores

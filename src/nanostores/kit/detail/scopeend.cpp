// SPDX-License-Identifier: MIT
#include <nanostores/kit/detail/currentscope.h>
#include <nanostores/kit/detail/injectionstate.h>
#include <nanostores/kit/detail/scoperoot.h>
#include <nanostores/kit/scope.h>

#include <algorithm>
#include <memory>
#include <utility>

/// What a scope keeps, and its end.
namespace nanostores::kit::internal {

Kept::~Kept() = default;

bool Kept::isOver() const noexcept
{
    return false;
}

void endRoot(Ref<ScopeRoot> root) noexcept
{
    ScopeRoot *const node = root.get();
    scopeNow().forgetRoot(node);
    node->setState(nullptr);
    node->retain();
    endEffect(node); // drops the reference
}

EffectNode *InjectionState::root()
{
    if (m_kind == Kind::Global) {
        return nullptr;
    }
    if (!m_hasRoot) {
        m_roots.insert(m_roots.begin(), Ref<ScopeRoot>::adopt(new ScopeRoot(this)));
        m_hasRoot = true;
    }
    return m_roots.front().get();
}

void InjectionState::keep(std::unique_ptr<Kept> thing)
{
    if (m_kept.size() >= m_forgetAt) {
        m_kept.erase(std::remove_if(m_kept.begin(), m_kept.end(), [](const auto &kept) { return kept->isOver(); }),
                     m_kept.end());
        m_forgetAt = std::max<std::size_t>(16, 2 * m_kept.size());
    }
    m_kept.push_back(std::move(thing));
}

void InjectionState::keepEffects(Ref<ScopeRoot> root)
{
    scopeNow().forgetRoot(root.get());
    root->setState(this);
    m_roots.push_back(std::move(root));
}

void InjectionState::expectAlive() const
{
    if (m_phase == Phase::Ended) {
        throw ScopeEnded("nanostores: the scope " + (m_name.empty() ? m_name : '"' + m_name + "\" ")
                         + "has ended; keep what needs it no longer than the scope, by Scope::keep() or onEnd()");
    }
}

/// All above count it, too: none of them ends meanwhile.
void InjectionState::enter() noexcept
{
    for (InjectionState *state = this; state; state = state->m_parent.get()) {
        ++state->m_running;
    }
}

void InjectionState::leave() noexcept
{
    std::shared_ptr<InjectionState> ending;
    for (auto state = shared_from_this(); state; state = state->m_parent) {
        if (--state->m_running == 0 && state->m_endAsked && state->m_phase == Phase::Alive) {
            ending = state; // those below end with it
        }
    }
    if (ending) {
        ending->endNow();
    }
}

void InjectionState::end() noexcept
{
    if (m_phase != Phase::Alive) {
        return;
    }
    if (m_running > 0) {
        m_endAsked = true;
        return;
    }
    endNow();
}

void InjectionState::endEffects() noexcept
{
    while (!m_roots.empty()) {
        auto first = std::move(m_roots.front());
        m_roots.erase(m_roots.begin());
        m_hasRoot = false;
        endRoot(std::move(first));
    }
}

void InjectionState::endKept() noexcept
{
    while (!m_kept.empty()) {
        const auto last = std::move(m_kept.back());
        m_kept.pop_back();
        last->end();
    }
}

/// What runs meanwhile finds the values that are left, as it did before, and may make new ones, which end as well.
void InjectionState::endNow() noexcept
{
    const auto self = shared_from_this();
    m_phase = Phase::Ending;
    enter();
    InjectionState *const state = std::exchange(scopeNow().inside, this);
    Sink *const owner = exchangeOwner(nullptr);
    Sink *const stateOwner = std::exchange(scopeNow().ownerInside, nullptr);
    MakingFrame *const frame = std::exchange(scopeNow().frame, nullptr);
    scopeNow().update();
    {
        const UntrackedScope untracked;
        while (true) {
            if (!m_children.empty()) {
                m_children.back()->endNow();
            } else if (!m_roots.empty()) {
                endEffects();
            } else if (!m_kept.empty()) {
                endKept();
            } else if (!m_entries.empty()) {
                scopeNow().forgetFound();
                const auto last = std::move(m_entries.back());
                m_entries.pop_back();
                m_index.erase(last->key);
            } else {
                break;
            }
        }
    }
    m_phase = Phase::Ended;
    scopeNow().forgetFound();
    leaveParent();
    scopeNow().frame = frame;
    scopeNow().ownerInside = stateOwner;
    exchangeOwner(owner);
    scopeNow().inside = state;
    scopeNow().update();
    leave();
}

void InjectionState::leaveParent() noexcept
{
    if (m_parent) {
        auto &siblings = m_parent->m_children;
        siblings.erase(std::remove(siblings.begin(), siblings.end(), this), siblings.end());
    }
}

InjectionState::~InjectionState()
{
    leaveParent();
    endEffects();
    endKept();
    while (!m_entries.empty()) {
        const auto last = std::move(m_entries.back());
        m_entries.pop_back();
        m_index.erase(last->key);
    }
    scopeNow().forgetFound();
}

} // namespace nanostores::kit::internal

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/tracking.h>
#include <nanostores/kit/detail/currentscope.h>
#include <nanostores/kit/detail/injectionstate.h>
#include <nanostores/kit/detail/scoperoot.h>

#include <memory>
#include <vector>

namespace nanostores::kit::internal {

/// While a value is made: notes what its function looks up, and takes what it makes.
struct MakingFrame
{
    MakingFrame(InjectionState *by, bool makesProvided)
        : here(by->shared_from_this())
        , asking(by)
        , isProvided(makesProvided)
        , root(by->isScope() ? Ref<ScopeRoot>::adopt(new ScopeRoot(by)) : Ref<ScopeRoot>())
        , exempt(exchangeExempt(nullptr))
        , owner(exchangeOwner(root.get()))
        , stateOwner(std::exchange(scopeNow().ownerInside, root.get()))
        , outer(std::exchange(scopeNow().frame, this))
    {
        scopeNow().update();
    }
    MakingFrame(const MakingFrame &) = delete;
    MakingFrame &operator=(const MakingFrame &) = delete;
    ~MakingFrame()
    {
        leave();
        if (root) {
            endRoot(std::exchange(root, {}));
        }
        while (!kept.empty()) {
            const auto last = std::move(kept.back());
            kept.pop_back();
            last->end();
        }
    }

    void leave() noexcept
    {
        if (isInside) {
            isInside = false;
            scopeNow().frame = outer;
            scopeNow().ownerInside = stateOwner;
            scopeNow().update();
            exchangeOwner(owner);
            exchangeExempt(exempt);
        }
    }
    /// Where what was made belongs.
    InjectionState *deepest() const noexcept
    {
        InjectionState *found = nullptr;
        for (const auto &dependency : dependencies) {
            if (dependency.owner && (!found || dependency.owner->depth() > found->depth())) {
                found = dependency.owner;
            }
        }
        return found ? found : const_cast<InjectionState *>(asking->topmost());
    }
    void handOver(InjectionState &to)
    {
        leave();
        for (auto &thing : kept) {
            to.keep(std::move(thing));
        }
        kept.clear();
        if (root && root->firstChild()) {
            to.keepEffects(std::exchange(root, {}));
        }
    }

    const InjectionScope here;
    const UntrackedScope untracked;
    InjectionState *const asking;
    const bool isProvided;
    Ref<ScopeRoot> root;
    Node *const exempt;
    Sink *const owner;
    Sink *const stateOwner;
    MakingFrame *const outer;
    std::vector<InjectionState::Dependency> dependencies;
    std::vector<std::unique_ptr<Kept>> kept;
    bool isInside = true;
};

} // namespace nanostores::kit::internal

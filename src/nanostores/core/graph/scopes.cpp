// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/effects.h>
#include <nanostores/core/graph/kindflags.h>
#include <nanostores/core/graph/runtime.h>

/// Scopes: they own what is made in their function, and run nothing (rule 29). A deferred scope is Lazy until it
/// starts, and the effects made in it wait for that.
namespace nanostores::detail {

ScopeNode::ScopeNode(bool deferred)
    : EffectNode(deferred ? std::uint32_t{Lazy} : 0u)
    , lazy(deferred)
{
}

ScopeNode::~ScopeNode() = default;

std::unique_ptr<Cleanup> ScopeNode::body()
{
    return nullptr;
}

/// Runs the function of the scope, with the scope as owner. Reads in it belong to the effect around it, and mount
/// nothing.
void ScopeNode::open()
{
    Runtime &runtime = Runtime::current();
    flags &= ~Dirty;
    if (parent() && hasFlag(*parent(), EffectFlag::Lazy)) {
        setFlag(*this, EffectFlag::Lazy); // it starts with the scope around it
    }
    const Restore<Sink *> owner(runtime.context.owner, this);
    const Restore<bool> passive(runtime.context.reads.passive, true);
    try {
        if (runtime.puller.runner.isFar(&owner)) {
            runtime.puller.runner.callFar([](void *scope) { static_cast<ScopeNode *>(scope)->fill(); }, this);
        } else {
            fill();
        }
    } catch (...) {
        stopAfterError(*this);
        throw;
    }
}

namespace {

/// Nested scopes start first, then the scope's own effects. All start although one throws.
void launchNow(ScopeNode *scope)
{
    clearFlag(*scope, EffectFlag::Lazy);
    Runtime &runtime = Runtime::current();
    std::exception_ptr error;
    perform(runtime, [&] {
        for (const bool scopes : {true, false}) {
            // Children may come and go while one starts.
            Notes<EffectNode *> children;
            for (EffectNode *child = scope->firstChild(); child; child = child->nextSibling()) {
                if ((dynamic_cast<ScopeNode *>(child) != nullptr) == scopes) {
                    child->retain();
                    children.push_back(child);
                }
            }
            for (EffectNode *child : children) {
                try {
                    if (auto *inner = dynamic_cast<ScopeNode *>(child)) {
                        inner->launch();
                    } else if (!child->has(Disposed | Evaluated)) {
                        if (child->has(Listed)) {
                            startListedEffect(*child);
                        } else {
                            child->start();
                        }
                    }
                } catch (...) {
                    collect(error);
                }
                child->release();
            }
        }
    });
    runtime.queue.drainIfIdle();
    if (error) {
        std::rethrow_exception(error);
    }
}

} // namespace

/// Does nothing under a parent that has not started: the parent starts this one.
void ScopeNode::launch()
{
    if (has(Disposed) || !hasFlag(*this, EffectFlag::Lazy) || (parent() && hasFlag(*parent(), EffectFlag::Lazy))) {
        return;
    }
    Runtime &runtime = Runtime::current();
    ScopeNode *const self = this;
    if (runtime.puller.runner.isFar(&self)) {
        runtime.puller.runner.callFar([](void *scope) { launchNow(static_cast<ScopeNode *>(scope)); }, this);
    } else {
        launchNow(this);
    }
}

// The owner in place of a computed store

NestNode::NestNode(Sink *owner)
    : EffectNode(OwnsNest)
    , computed(owner)
{
    flags &= ~Dirty;
    flags |= owner->flags & Late;
}

std::unique_ptr<Cleanup> NestNode::body()
{
    return nullptr;
}

} // namespace nanostores::detail

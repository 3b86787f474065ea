// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/effects.h>
#include <nanostores/core/graph/kindflags.h>
#include <nanostores/core/graph/owner.h>
#include <nanostores/core/graph/runtime.h>
#include <nanostores/core/graph/spying.h>

/// Effects: running, stopping, and owning what is made in them. Scopes are in scopes.cpp.
///
/// Effects form a tree: what is made while an effect, a scope or a computed store runs belongs to it, and ends with its
/// next run (rules 27 and 28). A computed store is no EffectNode; a NestNode owns in its place.
namespace nanostores::detail {

EffectNode::EffectNode(std::uint32_t effectFlags)
    : Sink(Effecting | Dirty | effectFlags)
{
    if (Node *const exempt = Runtime::current().context.exempt) {
        needTree().exempt = exempt;
    }
}

EffectNode::~EffectNode() = default;

namespace {

/// The node that owns for a computed store; made when first needed.
NestNode *nestOf(Sink *computed)
{
    Ref<NestNode> &nest = computed->extra().nest;
    if (!nest) {
        nest = Ref<NestNode>::adopt(new NestNode(computed));
        computed->flags |= Nesting;
    }
    return nest.get();
}

} // namespace

/// The store gets another nest in its next run. This one is about to end.
void FormerNest::take(Sink *computed) noexcept
{
    Extra &extra = *computed->extraOrNull();
    if (!extra.substitute) {
        computed->flags &= ~Nesting;
    }
    Ref<NestNode> &nest = extra.nest;
    if (!nest) {
        return;
    }
    m_nest = nest.get();
    m_nest->computed = nullptr;
    m_nest->retain();
    nest = {};
}

void FormerNest::end() noexcept
{
    endEffect(m_nest);
}

/// Puts the effect at the end of the list of the owner that runs now.
void EffectNode::adoptByOwner()
{
    Sink *const owner = Runtime::current().context.owner;
    if (!owner) {
        return;
    }
    EffectNode *const newParent = owner->has(Computing) ? nestOf(owner) : static_cast<EffectNode *>(owner);
    EffectTree &mine = needTree();
    EffectTree &theirs = newParent->needTree();
    retain();
    flags |= newParent->flags & Late; // behind its owner, whose next run ends it
    mine.parent = newParent;
    if (EffectNode *const first = theirs.firstChild) {
        mine.prevSibling = first->tree->prevSibling;
        mine.prevSibling->tree->nextSibling = this;
        first->tree->prevSibling = this;
    } else {
        theirs.firstChild = this;
        mine.prevSibling = this;
    }
}

namespace {

/// Takes the effect out of its owner's list; true when there was an owner, whose reference the caller then holds.
bool leaveOwner(EffectNode *effect)
{
    if (!effect->parent()) {
        return false;
    }
    EffectTree &tree = *effect->tree;
    EffectTree &parent = *std::exchange(tree.parent, nullptr)->tree;
    EffectNode *&first = hasFlag(*effect, EffectFlag::Former) ? parent.formerChild : parent.firstChild;
    if (first == effect) {
        first = tree.nextSibling;
        if (first) {
            first->tree->prevSibling = tree.prevSibling;
        }
    } else {
        tree.prevSibling->tree->nextSibling = tree.nextSibling;
        if (tree.nextSibling) {
            tree.nextSibling->tree->prevSibling = tree.prevSibling;
        } else {
            first->tree->prevSibling = tree.prevSibling;
        }
    }
    tree.nextSibling = nullptr;
    tree.prevSibling = nullptr;
    return true;
}

/// Runs the effect's own cleanup, untracked and outside of every owner.
void runCleanup(EffectNode *effect, std::exception_ptr &error)
{
    if (!effect->tree) {
        return;
    }
    if (const auto cleanup = std::move(effect->tree->cleanup)) {
        Runtime &runtime = Runtime::current();
        const UntrackedScope untracked;
        const Restore<Sink *> owner(runtime.context.owner, nullptr);
        try {
            cleanup->run();
        } catch (...) {
            collect(error);
        }
    }
}

/// The first scope in a list of siblings.
EffectNode *firstScope(EffectNode *child) noexcept
{
    while (child && !dynamic_cast<ScopeNode *>(child)) {
        child = child->nextSibling();
    }
    return child;
}

/// The next one of a list to stop; of a deferred scope nested scopes first.
EffectNode *nextToStop(EffectNode *first, bool &scopesFirst) noexcept
{
    EffectNode *const scope = scopesFirst ? firstScope(first) : nullptr;
    scopesFirst = scope != nullptr;
    return scope ? scope : first;
}

/// A scope that was made deferred, whether it has started or not.
bool stopsScopesFirst(EffectNode *effect) noexcept
{
    const auto *const scope = dynamic_cast<ScopeNode *>(effect);
    return scope && scope->lazy;
}

/// Takes the effect out of the lists of its sources. Hooks of these may throw.
void dropSources(EffectNode *effect, std::exception_ptr &error)
{
    try {
        Runtime::current().links.unlinkAll(effect);
    } catch (...) {
        collect(error);
    }
}

/// Stops the effects of a list, in order, each as stopNow() does: its own cleanup, its children, its sources. A loop
/// over a stack, so that effects may be nested deeply. The list is looked at anew after each child, as a cleanup may
/// stop others. A child that runs just now is only marked as Disposed; the end of its run does the rest.
void stopChildren(EffectNode *effect, EffectNode *EffectTree::*rootList, std::exception_ptr &error)
{
    if (!effect->tree || !((*effect->tree).*rootList)) {
        return;
    }
    struct Frame
    {
        EffectNode *effect;
        EffectNode *EffectTree::*list;
        bool scopesFirst;
    };
    Notes<Frame> stack;
    stack.push_back({effect, rootList, stopsScopesFirst(effect)});
    for (;;) {
        Frame &frame = stack.back();
        EffectNode *const first = frame.effect->tree ? (*frame.effect->tree).*(frame.list) : nullptr;
        if (!first) {
            if (stack.size() == 1) {
                return;
            }
            dropSources(frame.effect, error);
            frame.effect->release();
            stack.pop_back();
            continue;
        }
        EffectNode *const child = nextToStop(first, frame.scopesFirst);
        leaveOwner(child);
        child->flags |= Disposed;
        if (child->has(Running)) { // the end of its run does the rest
            child->release();
            continue;
        }
        runCleanup(child, error);
        stack.push_back({child, &EffectTree::firstChild, stopsScopesFirst(child)});
    }
}

/// Its own cleanup, then the inner effects, in order, then its sources.
void stopNow(EffectNode *effect, std::exception_ptr &error)
{
    runCleanup(effect, error);
    stopChildren(effect, &EffectTree::firstChild, error);
    dropSources(effect, error);
}

/// stopNow() on a fresh stack: what a cleanup holds may end another effect, whose cleanup ends a third, and so on.
void stopFar(Runtime &runtime, EffectNode *effect, std::exception_ptr &error)
{
    struct Call
    {
        EffectNode *effect;
        std::exception_ptr &error;
    } call{effect, error};
    runtime.puller.runner.callFar(
        [](void *argument) {
            const auto *const mine = static_cast<Call *>(argument);
            stopNow(mine->effect, mine->error);
        },
        &call);
}

} // namespace

/// The first run. If it throws, the effect is stopped (rule 35).
void EffectNode::start()
{
    if (parent() && hasFlag(*parent(), EffectFlag::Lazy)) {
        return; // its scope starts it
    }
    Runtime &runtime = Runtime::current();
    perform(runtime, [&] {
        try {
            runtime.puller.runner.runEffectInside(this);
        } catch (...) {
            stopAfterError(*this);
            throw;
        }
    });
}

Node *exchangeExempt(Node *node) noexcept
{
    return std::exchange(Runtime::current().context.exempt, node);
}

Sink *exchangeOwner(Sink *owner) noexcept
{
    return std::exchange(Runtime::current().context.owner, owner);
}

Sink *const &currentOwner() noexcept
{
    return Runtime::current().context.owner;
}

void stopAfterError(EffectNode &effect)
{
    try {
        effect.stop();
    } catch (...) {
        reportError(std::current_exception());
    }
}

/// The first run of an effect with listed sources: each source is mounted, linked and counted, in order, and then
/// brought up to date (rule 22). A hook may stop the effect on the way.
void startListedEffect(EffectNode &effect)
{
    if (effect.parent() && hasFlag(*effect.parent(), EffectFlag::Lazy)) {
        return;
    }
    Runtime &runtime = Runtime::current();
    performAndDrain(runtime, [&] {
        try {
            effect.flags |= Attached;
            effect.sources = effect.listedEdges();
            for (Edge *e = effect.sources; e; e = e->nextSource) {
                if (!e->source->observed()) {
                    runtime.observers.mount(e->source);
                }
                if (effect.has(Disposed)) {
                    return; // by a hook
                }
                runtime.links.append(e);
                runtime.observers.count(e);
            }
            runtime.puller.refresh(&effect);
            if (!effect.has(Disposed)) {
                runtime.puller.runner.runEffectInside(&effect);
            }
        } catch (...) {
            stopAfterError(effect);
            throw;
        }
    });
}

/// Stops the effect for good. If it runs just now, the end of its run does the rest.
void EffectNode::stop()
{
    if (has(Disposed)) {
        return;
    }
    checkThread();
    flags |= Disposed;
    Runtime &runtime = Runtime::current();
    const bool owned = leaveOwner(this);
    if (has(Running)) {
        if (owned) {
            release();
        }
        return; // the end of its run does the rest
    }
    std::exception_ptr error;
    retain();
    try {
        perform(runtime,
                [&] { runtime.puller.runner.isFar(&error) ? stopFar(runtime, this, error) : stopNow(this, error); });
    } catch (...) {
        collect(error); // of hooks that have waited
    }
    if (owned) {
        release();
    }
    release();
    if (error) {
        std::rethrow_exception(error);
    }
}

/// Stops the effect and drops the caller's reference. Errors go to the handler.
void endEffect(EffectNode *effect) noexcept
{
    try {
        effect->stop();
    } catch (...) {
        reportError(std::current_exception());
    }
    effect->release();
}

/// The handle is given up, and the effect goes on: its owner ends it, or else the end of the thread.
void detachEffect(EffectNode *effect) noexcept
{
    if (effect->parent() || effect->has(Disposed)) {
        effect->release();
        return;
    }
    Runtime::current().detachedEffects.push_back(effect);
}

namespace {

/// Runs the body far down in a chain of functions.
std::unique_ptr<Cleanup> bodyFar(Runtime &runtime, EffectNode *effect)
{
    struct Call
    {
        EffectNode *effect;
        std::unique_ptr<Cleanup> cleanup;
    } call{effect, nullptr};
    runtime.puller.runner.callFar(
        [](void *argument) {
            auto *const mine = static_cast<Call *>(argument);
            mine->cleanup = mine->effect->body();
        },
        &call);
    return std::move(call.cleanup);
}

} // namespace

/// Runs the effect inside a function that is being run: that function's context is put aside.
void Runner::runEffectInside(EffectNode *effect)
{
    const Restore<ExecutionContext> outside(runtime().context, {});
    runEffect(effect);
}

/// Runs an effect (rule 27). The caller is busy, so nothing is destroyed meanwhile, and outside of every function, so
/// the context is cleared at the end and not restored.
///
/// 1. The effect's own cleanup runs. It may stop the effect: that is all then.
/// 2. What the run before has made is set apart as former children. It ends after the body, so that stores which both
///    runs observe stay mounted.
/// 3. The body runs, with a serial of its own, as the owner, and as the observer unless its sources are listed.
/// 4. Links that were not used again are taken out, but not after an error. Former children end.
/// 5. If the body stopped the effect, the rest of the stop follows. If the effect is stale again, it wrote what it had
///    read: it stays stale, and is not queued (rule 9).
void Runner::runEffectNow(EffectNode *effect)
{
    std::exception_ptr error;
    const bool listed = effect->has(Listed);
    if (effect->tree) {
        runCleanup(effect, error);
        if (effect->has(Disposed)) {
            if (error) {
                std::rethrow_exception(error);
            }
            return;
        }
        effect->tree->formerChild = std::exchange(effect->tree->firstChild, nullptr); // they stop after the new run
        for (EffectNode *child = effect->tree->formerChild; child; child = child->nextSibling()) {
            setFlag(*child, EffectFlag::Former);
        }
    }
    effect->flags = (effect->flags & ~(Dirty | Stale | StaleNotQueued)) | Running;

    runtime().context.observer = listed ? nullptr : effect;
    runtime().context.owner = effect;
    if (listed) {
        for (Edge *e = effect->listedEdges(); e; e = e->nextSource) {
            e->seen = e->source->version;
        }
    } else {
        effect->sourcesTail = nullptr;
    }
    effect->run = ++m_serial;
    const Run self{effect, m_running};
    m_running = &self;
    bool threw = false;
    try {
        if (auto cleanup = isFar(&self) ? bodyFar(runtime(), effect) : effect->body()) {
            try {
                effect->needTree();
            } catch (...) {
                cleanup->run(); // there is no place to keep it
                throw;
            }
            effect->tree->cleanup = std::move(cleanup);
        }
    } catch (...) {
        threw = true;
        collect(error);
    }
    m_running = self.outer;
    runtime().context.observer = nullptr;
    runtime().context.owner = nullptr;
    effect->flags = (effect->flags & ~Running) | Evaluated;
    if (!listed && !threw && (!effect->sourcesTail || effect->sourcesTail->nextSource)) {
        runtime().links.unlinkRest(effect);
    }
    if (!listed && !threw && !effect->sources) [[unlikely]] {
        checkTracked(effect);
    }
    if (effect->tree) {
        stopChildren(effect, &EffectTree::formerChild, error);
    }
    if (effect->has(Disposed | Stale | Dirty)) {
        if (effect->has(Disposed)) {
            stopNow(effect, error);
        } else {
            runtime().marker.setStaleNotQueued(effect);
        }
    } else if (threw) {
        runtime().marker.setSourcesStaleNotQueued(effect);
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

void Runner::runEffect(EffectNode *effect)
{
    if (effect->has(Spied)) [[unlikely]] {
        runEffectSpied(effect);
    } else {
        runEffectNow(effect);
    }
}

/// A probe may keep the effect from a run that is not its first: it stays stale then, and the next change reaches it.
void Runner::runEffectSpied(EffectNode *effect)
{
    Probe *const probe = probeOf(*effect);
    if (probe && effect->has(Evaluated) && !probe->mayRun(*effect)) {
        effect->flags |= Stale;
        runtime().marker.setStaleNotQueued(effect);
        return;
    }
    runSpied(*effect, [&] {
        runEffectNow(effect);
        return false;
    });
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

/// Running, stopping, and owning: effects and scopes.
namespace nanostores::detail {

EffectNode::EffectNode(std::uint32_t effectFlags)
    : Sink(Effecting | Dirty | effectFlags)
{
    if (Node *const exempt = Runtime::current().exempt) {
        needTree().exempt = exempt;
    }
}

EffectNode::~EffectNode() = default;

NestNode::NestNode(Sink *owner) noexcept
    : EffectNode(OwnsNest)
    , computed(owner)
{
    flags &= ~Dirty;
}

std::unique_ptr<Cleanup> NestNode::body()
{
    return nullptr;
}

namespace {

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

void FormerNest::take(Sink *computed) noexcept
{
    computed->flags &= ~Nesting;
    Ref<NestNode> &nest = computed->extraOrNull()->nest;
    m_nest = nest.get();
    m_nest->computed = nullptr;
    m_nest->retain();
    nest = {};
}

void FormerNest::end() noexcept
{
    endEffect(m_nest);
}

void EffectNode::adoptByOwner()
{
    Sink *const owner = Runtime::current().owner;
    if (!owner) {
        return;
    }
    EffectNode *const newParent = owner->has(Computing) ? nestOf(owner) : static_cast<EffectNode *>(owner);
    EffectTree &mine = needTree();
    EffectTree &theirs = newParent->needTree();
    retain();
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
    EffectNode *&first = effect->has(Former) ? parent.formerChild : parent.firstChild;
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

void stopAfterError(EffectNode &effect);

void runCleanup(EffectNode *effect, std::exception_ptr &error)
{
    if (!effect->tree) {
        return;
    }
    if (const auto cleanup = std::move(effect->tree->cleanup)) {
        Runtime &runtime = Runtime::current();
        const UntrackedScope untracked;
        Sink *const outerOwner = std::exchange(runtime.owner, nullptr);
        try {
            cleanup->run();
        } catch (...) {
            collect(error);
        }
        runtime.owner = outerOwner;
    }
}

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

bool stopsScopesFirst(EffectNode *effect) noexcept
{
    const auto *const scope = dynamic_cast<ScopeNode *>(effect);
    return scope && scope->lazy;
}

void dropSources(EffectNode *effect, std::exception_ptr &error)
{
    try {
        Runtime::current().unlinkAll(effect);
    } catch (...) {
        collect(error);
    }
}

/// Stops the effects of a list, in order, each as stopNow() does, however deep they are nested.
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

/// The same where what cleanups hold ends others, and these more, till the stack is nearly used up.
void stopFar(Runtime &runtime, EffectNode *effect, std::exception_ptr &error)
{
    struct Call
    {
        EffectNode *effect;
        std::exception_ptr &error;
    } call{effect, error};
    runtime.callFar(
        [](void *argument) {
            const auto *const mine = static_cast<Call *>(argument);
            stopNow(mine->effect, mine->error);
        },
        &call);
}

} // namespace

void EffectNode::start()
{
    if (parent() && parent()->has(Lazy)) {
        return; // its scope starts it
    }
    Runtime &runtime = Runtime::current();
    perform(runtime, [&] {
        try {
            runtime.runEffectInside(this);
        } catch (...) {
            stopAfterError(*this);
            throw;
        }
    });
}

Node *exchangeExempt(Node *node) noexcept
{
    return std::exchange(Runtime::current().exempt, node);
}

Sink *exchangeOwner(Sink *owner) noexcept
{
    return std::exchange(Runtime::current().owner, owner);
}

namespace {

void stopAfterError(EffectNode &effect)
{
    try {
        effect.stop();
    } catch (...) {
        reportError(std::current_exception());
    }
}

} // namespace

void startListedEffect(EffectNode &effect)
{
    if (effect.parent() && effect.parent()->has(Lazy)) {
        return;
    }
    Runtime &runtime = Runtime::current();
    performAndDrain(runtime, [&] {
        try {
            effect.flags |= Attached;
            effect.sources = effect.listedEdges();
            for (Edge *e = effect.sources; e; e = e->nextSource) {
                if (!e->source->observed()) {
                    runtime.mount(e->source);
                }
                if (effect.has(Disposed)) {
                    return; // by a hook
                }
                runtime.append(e);
                runtime.count(e);
            }
            runtime.refresh(&effect);
            if (!effect.has(Disposed)) {
                runtime.runEffectInside(&effect);
            }
        } catch (...) {
            stopAfterError(effect);
            throw;
        }
    });
}

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
        perform(runtime, [&] { runtime.isFar(&error) ? stopFar(runtime, this, error) : stopNow(this, error); });
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

void endEffect(EffectNode *effect) noexcept
{
    try {
        effect->stop();
    } catch (...) {
        reportError(std::current_exception());
    }
    effect->release();
}

void detachEffect(EffectNode *effect) noexcept
{
    if (effect->parent() || effect->has(Disposed)) {
        effect->release();
        return;
    }
    Runtime::current().detachedEffects.push_back(effect);
}

namespace {

std::unique_ptr<Cleanup> bodyFar(Runtime &runtime, EffectNode *effect)
{
    struct Call
    {
        EffectNode *effect;
        std::unique_ptr<Cleanup> cleanup;
    } call{effect, nullptr};
    runtime.callFar(
        [](void *argument) {
            auto *const mine = static_cast<Call *>(argument);
            mine->cleanup = mine->effect->body();
        },
        &call);
    return std::move(call.cleanup);
}

} // namespace

/// The same inside a function that is being run.
void Runtime::runEffectInside(EffectNode *effect)
{
    const Restore<ExecutionContext> outside(context(), {});
    runEffect(effect);
}

/// The caller is busy: nothing is destroyed meanwhile. Outside of every function: it leaves no context behind.
void Runtime::runEffect(EffectNode *effect)
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
            child->flags |= Former;
        }
    }
    effect->flags = (effect->flags & ~(Dirty | Stale | StaleNotQueued)) | Running;

    observer = listed ? nullptr : effect;
    owner = effect;
    if (listed) {
        for (Edge *e = effect->listedEdges(); e; e = e->nextSource) {
            e->seen = e->source->version;
        }
    } else {
        effect->sourcesTail = nullptr;
    }
    effect->run = ++runSerial;
    const Run self{effect, running};
    running = &self;
    bool threw = false;
    try {
        if (auto cleanup = isFar(&self) ? bodyFar(*this, effect) : effect->body()) {
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
    running = self.outer;
    observer = nullptr;
    owner = nullptr;
    effect->flags = (effect->flags & ~Running) | Evaluated;
    if (!listed && !threw && (!effect->sourcesTail || effect->sourcesTail->nextSource)) {
        unlinkRest(effect);
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
            setStaleNotQueued(effect);
        }
    } else if (threw) {
        setSourcesStaleNotQueued(effect);
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

// Scopes

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

void ScopeNode::open()
{
    Runtime &runtime = Runtime::current();
    flags &= ~Dirty;
    if (parent() && parent()->has(Lazy)) {
        flags |= Lazy; // it starts with the scope around it
    }
    const Restore<Sink *> owner(runtime.owner, this);
    const Restore<bool> passive(runtime.reads.passive, true);
    try {
        if (runtime.isFar(&owner)) {
            runtime.callFar([](void *scope) { static_cast<ScopeNode *>(scope)->fill(); }, this);
        } else {
            fill();
        }
    } catch (...) {
        stopAfterError(*this);
        throw;
    }
}

namespace {

void launchNow(ScopeNode *scope)
{
    scope->flags &= ~Lazy;
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
    runtime.drainIfIdle();
    if (error) {
        std::rethrow_exception(error);
    }
}

} // namespace

void ScopeNode::launch()
{
    if (has(Disposed) || !has(Lazy) || (parent() && parent()->has(Lazy))) {
        return;
    }
    Runtime &runtime = Runtime::current();
    ScopeNode *const self = this;
    if (runtime.isFar(&self)) {
        runtime.callFar([](void *scope) { launchNow(static_cast<ScopeNode *>(scope)); }, this);
    } else {
        launchNow(this);
    }
}

} // namespace nanostores::detail

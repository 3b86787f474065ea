// SPDX-License-Identifier: MIT
#include <nanostores/kit/detail/currentscope.h>

#include <nanostores/core/graph/owner.h>
#include <nanostores/kit/detail/makingframe.h>
#include <nanostores/kit/scope.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <typeinfo>
#include <utility>

namespace nanostores::kit::internal {

constinit const FoundDeclarations noDeclarations{};
constinit Sink *const noOwner = nullptr;

#if defined(_WIN32)
CurrentScope &scopeNow() noexcept
{
    constinit static thread_local CurrentScope current;
    return current;
}
#else
NANOSTORES_KIT_THREAD_MODEL constinit thread_local CurrentScope currentScopeOfThread; // GCC forgets a declaration's
#endif

namespace {

constinit thread_local bool globalIsOver = false;

[[noreturn]] void throwInComputed()
{
    throw std::logic_error("nanostores: a value of a scope is looked up in the function of a computed store, which "
                           "serves all scopes. Look it up where the computed store is made, as in scoped([] { return "
                           "computed(draft(), f); }), or list it: computed(draft, f)");
}

struct Current
{
    InjectionState *state = nullptr; ///< Null: the global scope.
    bool isInComputed = false;
    bool hasEnded = false;
};

/// The scope of an effect is that in which it was made: its tree leads to a root.
Current scopeOfOwner(Sink *owner) noexcept
{
    if (owner->has(Computing)) {
        return {nullptr, true, false};
    }
    EffectNode *node = static_cast<EffectNode *>(owner);
    const bool hasEnded = node->has(Disposed);
    while (EffectNode *const parent = node->parent()) {
        node = parent;
    }
    if (node->has(OwnsNest)) {
        return {nullptr, true, false};
    }
    if (typeid(*node) != typeid(ScopeRoot)) {
        return {nullptr, false, hasEnded};
    }
    const ScopeRoot *const root = static_cast<ScopeRoot *>(node);
    InjectionState *const state = root->state();
    if (state) {
        scopeNow().noteRoot(root, state->number());
    }
    return {state, false, hasEnded || !state};
}

/// The innermost one counts: run(), an effect that runs in it, a listener that this has called...
Current current() noexcept
{
    Sink *const owner = currentOwner();
    if (owner == scopeNow().ownerInside) {
        return {scopeNow().inside, false, false};
    }
    const Current found = owner ? scopeOfOwner(owner) : Current();
    if (scopeNow().inside && !scopeNow().inside->isScope() && !found.state && !found.hasEnded) {
        return {scopeNow().inside, false, false};
    }
    return found;
}

InjectionState *currentOrGlobal()
{
    const Current now = current();
    if (now.isInComputed) {
        throwInComputed();
    }
    if (now.hasEnded) {
        throw ScopeEnded("nanostores: an effect looks something up after it or its scope has ended; look it up before");
    }
    return now.state;
}

struct GlobalScope
{
    std::shared_ptr<InjectionState> state;
    const std::unique_ptr<FoundDeclarations> found = std::make_unique<FoundDeclarations>(); ///< Until a scope ends.

    GlobalScope() = default;
    GlobalScope(const GlobalScope &) = delete;
    GlobalScope &operator=(const GlobalScope &) = delete;
    ~GlobalScope()
    {
        reset();
        globalIsOver = true;
        scopeNow().found = noDeclarations.data();
        scopeNow().owner = &noOwner;
    }
    void reset() noexcept
    {
        if (state) {
            state->end();
            scopeNow().global = nullptr;
            scopeNow().update();
            state.reset();
        }
    }
};

GlobalScope &globalHolder()
{
    static_cast<void>(currentOwner()); // the graph of the thread outlives what is made here
    static thread_local GlobalScope holder;
    return holder;
}

/// What destructors ask for when the thread has ended is made, and stays.
std::shared_ptr<InjectionState> &lateGlobal()
{
    constinit static thread_local std::shared_ptr<InjectionState> *late = nullptr;
    if (!late) {
        late = new std::shared_ptr<InjectionState>; // NOLINT(cppcoreguidelines-owning-memory)
    }
    return *late;
}

} // namespace

void CurrentScope::noteRoot(const ScopeRoot *ofScope, std::uint64_t numberOfScope) noexcept
{
    if (!frame) {
        root = ofScope;
        rootNumber = numberOfScope;
    }
}

void CurrentScope::forgetRoot(const ScopeRoot *ended) noexcept
{
    if (root == ended) {
        root = nullptr;
        rootNumber = 0;
    }
}

/// Not at the end of the thread, when the place of what owns may be gone.
void CurrentScope::remember(const FoundDeclaration &one)
{
    if (globalIsOver) {
        return;
    }
    FoundDeclarations &all = *globalHolder().found; // which takes them back at the end of the thread
    found = all.data();
    owner = &currentOwner();
    all[one.key % all.size()] = one;
}

void CurrentScope::forgetFound() noexcept
{
    if (owner != &noOwner) {
        globalHolder().found->fill({});
    }
}

InjectionScope::InjectionScope(std::shared_ptr<InjectionState> state)
    : m_state(std::move(state))
    , m_previous(scopeNow().inside)
    , m_previousOwner(scopeNow().ownerInside)
{
    m_state->expectAlive();
    if (m_state->isScope()) {
        scopeNow().ownerInside = m_state->root();
        m_owner = exchangeOwner(scopeNow().ownerInside);
        m_owns = true;
    } else {
        scopeNow().ownerInside = currentOwner();
    }
    scopeNow().inside = m_state.get();
    scopeNow().update();
    m_state->enter();
}

InjectionScope::~InjectionScope()
{
    if (m_owns) {
        exchangeOwner(m_owner);
    }
    scopeNow().inside = m_previous;
    scopeNow().ownerInside = m_previousOwner;
    scopeNow().update();
    m_state->leave();
}

InjectionState &currentInjection()
{
    InjectionState *const state = currentOrGlobal();
    if (!state) {
        throw std::logic_error("nanostores: inject() outside of an injection context; call it in run(context, f), or "
                               "pass the context");
    }
    return *state;
}

InjectionState *currentInjectionOrNull() noexcept
{
    return current().state;
}

InjectionState &currentScope()
{
    if (InjectionState *const state = currentOrGlobal()) {
        return *state;
    }
    return scopeNow().global ? *scopeNow().global : *globalScope();
}

std::shared_ptr<InjectionState> surroundingScope()
{
    InjectionState *const state = scopeNow().frame ? scopeNow().frame->asking : current().state;
    return state ? state->shared_from_this() : globalScope();
}

std::shared_ptr<InjectionState> globalScope()
{
    auto &state = globalIsOver ? lateGlobal() : globalHolder().state;
    if (!state) {
        state = std::make_shared<InjectionState>(nullptr, InjectionState::Kind::Global);
        scopeNow().global = state.get();
        scopeNow().update();
    }
    return state;
}

void resetGlobalScope() noexcept
{
    if (scopeNow().global && !globalIsOver) {
        globalHolder().reset();
    }
}

bool isMadeForGlobal() noexcept
{
    return scopeNow().frame && !scopeNow().frame->isProvided && scopeNow().frame->asking->isScope()
           && scopeNow().frame->asking->topmost()->kind() == InjectionState::Kind::Global;
}

std::uint64_t nextDeclaration() noexcept
{
    static constinit std::atomic<std::uint32_t> last{0};
    return ++last;
}

void *foundDeclared(std::uint64_t declaration)
{
    const CurrentScope &now = scopeNow();
    const FoundDeclaration &place = now.placeOf(declaration);
    if (now.frame || (place.key & 0xFFFFFFFFu) != declaration) {
        return nullptr;
    }
    if (const Sink *const owner = *now.owner; owner && owner != now.ownerInside && !owner->has(Computing)) {
        const EffectNode *effect = static_cast<const EffectNode *>(owner);
        while (effect && effect->parent() != now.root) {
            effect = effect->parent();
        }
        if (effect && place.key == now.rootNumber + declaration) {
            return place.value;
        }
    }
    const InjectionState *const found = currentOrGlobal();
    const InjectionState *const state = found ? found : now.global;
    return state && place.key == state->number() + declaration ? place.value : nullptr;
}

std::string nameInScope(const std::string &key)
{
    InjectionState *const asking = &currentScope();
    InjectionState *const named = asking->nearestNamed();
    if (scopeNow().frame && scopeNow().frame->asking == asking) {
        scopeNow().frame->dependencies.push_back({InjectionKey{typeid(void)}, nullptr, named});
    }
    std::string path;
    for (const InjectionState *state = named; state; state = state->m_parent.get()) {
        if (!state->m_name.empty()) {
            path.insert(0, state->m_name + '/');
        }
    }
    return path + key;
}

void keepInCurrent(std::unique_ptr<Kept> thing)
{
    InjectionState &state = currentScope();
    if (scopeNow().frame && scopeNow().frame->asking == &state) {
        scopeNow().frame->kept.push_back(std::move(thing));
    } else {
        state.keep(std::move(thing));
    }
}

} // namespace nanostores::kit::internal

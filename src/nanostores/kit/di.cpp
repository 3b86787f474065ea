// SPDX-License-Identifier: MIT
#include <nanostores/kit/di.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/owner.h>
#include <nanostores/kit/scope.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <stdexcept>
#include <typeinfo>

namespace nanostores::kit {

DependencyNotFound::DependencyNotFound(const std::string &token)
    : std::runtime_error(token + " dependency not found in context.")
{
}
DependencyNotFound::~DependencyNotFound() = default;

ScopeEnded::~ScopeEnded() = default;

namespace internal {

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

Kept::~Kept() = default;

bool Kept::isOver() const noexcept
{
    return false;
}

namespace {

constinit thread_local InjectionState *currentState = nullptr; ///< Of the innermost run(); null: none.
constinit thread_local Sink *currentStateOwner = nullptr; ///< What owned when that began.
constinit thread_local MakingFrame *currentFrame = nullptr; ///< Of the innermost function that makes a value.
constinit thread_local InjectionState *globalState = nullptr;
constinit thread_local bool globalIsOver = false;

/// What declarations were found to be, until a scope ends.
struct FoundDeclaration
{
    std::uint32_t number;
    InjectionState *state;
    void *value;
};
constinit thread_local std::array<FoundDeclaration, 64> foundDeclarations{};

FoundDeclaration &placeOf(std::uint32_t number) noexcept
{
    return foundDeclarations[number % foundDeclarations.size()];
}

void endRoot(Ref<ScopeRoot> root) noexcept
{
    ScopeRoot *const node = root.get();
    node->setState(nullptr);
    node->retain();
    endEffect(node); // drops the reference
}

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
    const std::type_info &type = typeid(*node);
    if (type != typeid(ScopeRoot)) {
        return {nullptr, false, hasEnded};
    }
    InjectionState *const state = static_cast<ScopeRoot *>(node)->state();
    return {state, false, hasEnded || !state};
}

/// The innermost one counts: run(), an effect that runs in it, a listener that this has called...
Current current() noexcept
{
    Sink *const owner = currentOwner();
    if (owner == currentStateOwner) {
        return {currentState, false, false};
    }
    const Current found = owner ? scopeOfOwner(owner) : Current();
    if (currentState && !currentState->isScope() && !found.state && !found.hasEnded) {
        return {currentState, false, false};
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

    GlobalScope() = default;
    GlobalScope(const GlobalScope &) = delete;
    GlobalScope &operator=(const GlobalScope &) = delete;
    ~GlobalScope()
    {
        reset();
        globalIsOver = true;
    }
    void reset() noexcept
    {
        if (state) {
            state->end();
            globalState = nullptr;
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
        , stateOwner(std::exchange(currentStateOwner, root.get()))
        , outer(std::exchange(currentFrame, this))
    {
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
            currentFrame = outer;
            currentStateOwner = stateOwner;
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

InjectionState::InjectionState(std::shared_ptr<InjectionState> parent, Kind kind, std::string name)
    : m_parent(std::move(parent))
    , m_name(std::move(name))
    , m_depth(m_parent ? m_parent->m_depth + 1 : 0)
    , m_kind(kind)
{
    if (m_parent) {
        m_parent->expectAlive();
        if (isScope() && m_parent->isScope()) {
            m_parent->m_children.push_back(this);
        }
    }
}

const InjectionState *InjectionState::topmost() const noexcept
{
    const InjectionState *state = this;
    while (state->m_parent) {
        state = state->m_parent.get();
    }
    return state;
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
    foundDeclarations.fill({});
}

InjectionState::Entry *InjectionState::entry(const InjectionKey &key) const noexcept
{
    const auto found = m_index.find(key);
    return found == m_index.end() ? nullptr : found->second;
}

InjectionState::Entry &InjectionState::addEntry(const InjectionKey &key)
{
    auto made = std::make_unique<Entry>(Entry{key, nullptr, {}, false, {}});
    Entry &added = *made;
    m_entries.push_back(std::move(made));
    m_index.emplace(key, &added);
    return added;
}

void InjectionState::set(const InjectionKey &key, std::shared_ptr<void> value)
{
    Entry *const known = entry(key);
    Entry &mine = known ? *known : addEntry(key);
    mine.value = std::move(value);
    mine.make = nullptr;
    mine.isProvided = true;
}

void InjectionState::setMaker(const InjectionKey &key, Maker make)
{
    set(key, nullptr);
    entry(key)->make = std::move(make);
}

bool InjectionState::has(const InjectionKey &key) const
{
    const Entry *const found = entry(key);
    return found && (found->value || found->make);
}

InjectionState *InjectionState::nearestNamed() noexcept
{
    InjectionState *state = this;
    while (state && state->m_name.empty()) {
        state = state->m_parent.get();
    }
    return state;
}

bool InjectionState::sees(const Dependency &dependency)
{
    if (!dependency.value) {
        return nearestNamed() == dependency.owner;
    }
    const Found found = visible(dependency.key);
    return found.entry && found.entry->value.get() == dependency.value;
}

/// The nearest entry, but of those that were not provided only one that is made of what is seen from here.
InjectionState::Found InjectionState::visible(const InjectionKey &key)
{
    for (InjectionState *state = this; state; state = state->m_parent.get()) {
        Entry *const found = state->entry(key);
        if (!found || (!found->value && !found->make)) {
            continue;
        }
        if (found->isProvided
            || std::all_of(found->dependencies.begin(), found->dependencies.end(),
                           [this](const Dependency &dependency) { return sees(dependency); })) {
            return {state, found};
        }
    }
    return {};
}

std::shared_ptr<void> InjectionState::makeHere(const InjectionKey &key, const Maker &make, MakingFrame &frame)
{
    if (std::find(m_making.begin(), m_making.end(), key) != m_making.end()) {
        throw CycleError("nanostores: an injected dependency needs itself; have one of the cycle inject the other "
                         "later, when it is used");
    }
    struct Making
    {
        std::vector<InjectionKey> &keys;
        ~Making() { keys.pop_back(); }
    };
    m_making.push_back(key);
    const Making making{m_making};
    auto value = make();
    frame.leave();
    return value;
}

std::shared_ptr<void> InjectionState::valueOf(const InjectionKey &key, const Maker &make)
{
    expectAlive();
    const Found found = visible(key);
    InjectionState *owner = found.owner;
    std::shared_ptr<void> value = found.entry ? found.entry->value : nullptr;
    if (!value && found.entry) { // provided, and not made yet
        owner->expectAlive();
        const Maker provided = found.entry->make;
        MakingFrame frame(owner, true);
        value = owner->makeHere(key, provided, frame);
        frame.handOver(*owner);
        found.entry->value = value;
        found.entry->make = nullptr;
        auto &entries = owner->m_entries; // they end in the reverse order of their making
        const auto at =
            std::find_if(entries.begin(), entries.end(), [&](const auto &entry) { return entry.get() == found.entry; });
        std::rotate(at, at + 1, entries.end());
    } else if (!value) {
        MakingFrame frame(this, false);
        value = makeHere(key, make, frame);
        owner = isScope() ? frame.deepest() : this;
        frame.handOver(*owner);
        Entry &made = owner->addEntry(key);
        made.value = value;
        made.isProvided = !isScope();
        made.dependencies = std::move(frame.dependencies);
    }
    if (m_kind == Kind::Context && owner != this) {
        set(key, value);
    }
    if (currentFrame && currentFrame->asking == this) {
        currentFrame->dependencies.push_back({key, value.get(), owner});
    }
    return value;
}

void *InjectionState::get(const InjectionKey &key, const Maker &make)
{
    return valueOf(key, make).get();
}

void *InjectionState::getDeclared(const InjectionKey &key, const Maker &make)
{
    FoundDeclaration &place = placeOf(key.number);
    if (!currentFrame && place.number == key.number && place.state == this) {
        return place.value;
    }
    void *const value = valueOf(key, make).get();
    place = {key.number, this, value};
    return value;
}

std::shared_ptr<InjectionState> InjectionState::ownerOf(const InjectionKey &key)
{
    const Found found = visible(key);
    return (found.owner ? found.owner : this)->shared_from_this();
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
    InjectionState *const state = std::exchange(currentState, this);
    Sink *const owner = exchangeOwner(nullptr);
    Sink *const stateOwner = std::exchange(currentStateOwner, nullptr);
    MakingFrame *const frame = std::exchange(currentFrame, nullptr);
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
                foundDeclarations.fill({});
                const auto last = std::move(m_entries.back());
                m_entries.pop_back();
                m_index.erase(last->key);
            } else {
                break;
            }
        }
    }
    m_phase = Phase::Ended;
    foundDeclarations.fill({});
    leaveParent();
    currentFrame = frame;
    currentStateOwner = stateOwner;
    exchangeOwner(owner);
    currentState = state;
    leave();
}

InjectionScope::InjectionScope(std::shared_ptr<InjectionState> state)
    : m_state(std::move(state))
    , m_previous(currentState)
    , m_previousOwner(currentStateOwner)
{
    m_state->expectAlive();
    if (m_state->isScope()) {
        currentStateOwner = m_state->root();
        m_owner = exchangeOwner(currentStateOwner);
        m_owns = true;
    } else {
        currentStateOwner = currentOwner();
    }
    currentState = m_state.get();
    m_state->enter();
}

InjectionScope::~InjectionScope()
{
    if (m_owns) {
        exchangeOwner(m_owner);
    }
    currentState = m_previous;
    currentStateOwner = m_previousOwner;
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
    return globalState ? *globalState : *globalScope();
}

std::shared_ptr<InjectionState> surroundingScope()
{
    InjectionState *const state = currentFrame ? currentFrame->asking : current().state;
    return state ? state->shared_from_this() : globalScope();
}

std::shared_ptr<InjectionState> globalScope()
{
    auto &state = globalIsOver ? lateGlobal() : globalHolder().state;
    if (!state) {
        state = std::make_shared<InjectionState>(nullptr, InjectionState::Kind::Global);
        globalState = state.get();
    }
    return state;
}

void resetGlobalScope() noexcept
{
    if (globalState && !globalIsOver) {
        globalHolder().reset();
    }
}

bool isMadeForGlobal() noexcept
{
    return currentFrame && !currentFrame->isProvided && currentFrame->asking->isScope()
           && currentFrame->asking->topmost()->kind() == InjectionState::Kind::Global;
}

std::uint32_t nextDeclaration() noexcept
{
    static constinit std::atomic<std::uint32_t> last{0};
    return ++last;
}

void *foundDeclared(std::uint32_t number)
{
    if (currentFrame) {
        return nullptr;
    }
    const FoundDeclaration &place = placeOf(number);
    if (place.number != number) {
        return nullptr;
    }
    InjectionState *const state = currentOrGlobal();
    return place.state == (state ? state : globalState) ? place.value : nullptr;
}

std::string nameInScope(const std::string &key)
{
    InjectionState *const asking = &currentScope();
    InjectionState *const named = asking->nearestNamed();
    if (currentFrame && currentFrame->asking == asking) {
        currentFrame->dependencies.push_back({InjectionKey{typeid(void)}, nullptr, named});
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
    if (currentFrame && currentFrame->asking == &state) {
        currentFrame->kept.push_back(std::move(thing));
    } else {
        state.keep(std::move(thing));
    }
}

} // namespace internal
} // namespace nanostores::kit

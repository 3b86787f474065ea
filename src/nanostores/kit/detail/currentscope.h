// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/kit/detail/injectionstate.h>
#include <nanostores/kit/export.h>

#include <array>
#include <cstdint>
#include <memory>
#include <tuple>

/// Which scope is the current one of the thread, and what was found in it.
namespace nanostores::kit::internal {

/// What a declaration was found to be in a scope.
struct FoundDeclaration
{
    std::uint64_t key = 0; ///< The numbers of the scope and of the declaration.
    void *value = nullptr;
};
using FoundDeclarations = std::array<FoundDeclaration, 64>;

NANOSTORES_KIT_EXPORT extern const FoundDeclarations noDeclarations;
NANOSTORES_KIT_EXPORT extern Sink *const noOwner;

/// The scope of the thread that counts now, and what was found in it and in others. A look-up that finds what an
/// earlier one has found makes no call.
struct CurrentScope
{
    std::uint64_t number = 0; ///< Of the scope of the innermost run(), else the global one; 0 while a value is made.
    std::uint64_t rootNumber = 0; ///< Of the scope of root; 0 while a value is made.
    const EffectNode *root = nullptr; ///< Owns effects of a scope that has not ended, and has run some.
    Sink *const *owner = &noOwner; ///< What owns now, once something has been found.
    Sink *ownerInside = nullptr; ///< What owned when the innermost run() began.
    const FoundDeclaration *found = noDeclarations.data();
    InjectionState *inside = nullptr; ///< Of the innermost run(); null: none.
    InjectionState *global = nullptr; ///< Null: not made yet.
    MakingFrame *frame = nullptr; ///< Of the innermost function that makes a value, and notes what it looks up.
    std::uint64_t lastNumber = 0;

    /// After a change of inside, global or frame.
    void update() noexcept
    {
        const InjectionState *const state = inside ? inside : global;
        number = state && !frame ? state->number() : 0;
        if (frame) {
            rootNumber = 0;
        }
    }
    void noteRoot(const ScopeRoot *ofScope, std::uint64_t numberOfScope) noexcept;
    void forgetRoot(const ScopeRoot *ended) noexcept;
    void remember(const FoundDeclaration &one);
    void forgetFound() noexcept;
    /// Where the declaration may stand.
    const FoundDeclaration &placeOf(std::uint64_t declaration) const noexcept
    {
        return found[declaration % std::tuple_size_v<FoundDeclarations>];
    }
    /// Null: it has to be looked up, or it takes longer to find out in which scope.
    const FoundDeclaration *find(std::uint64_t declaration) const noexcept
    {
        const FoundDeclaration &place = placeOf(declaration);
        const Sink *const now = *owner;
        if (now == ownerInside) {
            return place.key == number + declaration ? &place : nullptr;
        }
        if (!now || now->has(detail::Computing)) {
            return nullptr;
        }
        const auto &tree = static_cast<const EffectNode *>(now)->tree;
        return tree && tree->parent == root && place.key == rootNumber + declaration ? &place : nullptr;
    }
};

#if defined(_WIN32) // whose libraries export no variables of threads
NANOSTORES_KIT_EXPORT CurrentScope &scopeNow() noexcept;
#else
#if defined(__ELF__) && defined(__GNUC__)
#define NANOSTORES_KIT_THREAD_MODEL [[gnu::tls_model("initial-exec")]] // so that reading it takes no call
#else
#define NANOSTORES_KIT_THREAD_MODEL
#endif
/// Small, as what dlopen() loads may have little of this memory.
NANOSTORES_KIT_THREAD_MODEL NANOSTORES_KIT_EXPORT extern constinit thread_local CurrentScope currentScopeOfThread;

inline CurrentScope &scopeNow() noexcept
{
    return currentScopeOfThread;
}
#endif

/// Makes a context the thread's current one for a scope of C++.
class NANOSTORES_KIT_EXPORT InjectionScope
{
public:
    explicit InjectionScope(std::shared_ptr<InjectionState> state);
    InjectionScope(const InjectionScope &) = delete;
    InjectionScope &operator=(const InjectionScope &) = delete;
    ~InjectionScope();

private:
    std::shared_ptr<InjectionState> m_state;
    InjectionState *m_previous;
    Sink *m_previousOwner; ///< As the current context knows it.
    Sink *m_owner = nullptr; ///< Of the graph.
    bool m_owns = false;
};

/// The current context; throws where there is none.
NANOSTORES_KIT_EXPORT InjectionState &currentInjection();
NANOSTORES_KIT_EXPORT InjectionState *currentInjectionOrNull() noexcept;
/// The same, and the global scope where there is none.
NANOSTORES_KIT_EXPORT InjectionState &currentScope();
/// The scope whose value is being made, else the current or the global one; also in a computed store's function.
NANOSTORES_KIT_EXPORT std::shared_ptr<InjectionState> surroundingScope();
NANOSTORES_KIT_EXPORT std::shared_ptr<InjectionState> globalScope();
NANOSTORES_KIT_EXPORT void resetGlobalScope() noexcept;

/// Whether the value that is being made will be that of the thread's global scope, if its function looks nothing up.
NANOSTORES_KIT_EXPORT bool isMadeForGlobal() noexcept;

NANOSTORES_KIT_EXPORT std::uint64_t nextDeclaration() noexcept;
/// The same as CurrentScope::find(), wherever it is called.
NANOSTORES_KIT_EXPORT void *foundDeclared(std::uint64_t declaration);

} // namespace nanostores::kit::internal

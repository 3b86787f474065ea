// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graph.h>

#include <memory>

namespace nanostores::detail {

/// What an effect or a mount hook left behind to be called once.
struct NANOSTORES_CORE_EXPORT Cleanup
{
    Cleanup() = default;
    Cleanup(const Cleanup &) = delete;
    Cleanup &operator=(const Cleanup &) = delete;
    virtual ~Cleanup();
    virtual void run() = 0;
};

struct EffectNode;

/// What not all effects have: made when first needed.
struct EffectTree
{
    std::unique_ptr<Cleanup> cleanup;
    Node *exempt = nullptr; ///< The store it does not mount by reading it.
    EffectNode *parent = nullptr;
    EffectNode *firstChild = nullptr;
    EffectNode *formerChild = nullptr; ///< While running: what the last run made.
    EffectNode *nextSibling = nullptr;
    EffectNode *prevSibling = nullptr; ///< The first one's points to the last one.
};

/// A function that runs again when one of its sources has changed; owns the effects made while it runs.
struct NANOSTORES_CORE_EXPORT EffectNode : Sink
{
    explicit EffectNode(std::uint32_t flags = 0);
    ~EffectNode() override;

    /// Runs the user's function.
    virtual std::unique_ptr<Cleanup> body() = 0;

    void start(); ///< First run. On error the effect is stopped, and the error thrown.
    void stop(); ///< Own cleanup, then the inner effects, in order. A second call does nothing.
    void adoptByOwner(); ///< Ties it to the effect, scope or computed store that runs now, if any.

    EffectTree &needTree()
    {
        if (!tree) {
            tree = std::make_unique<EffectTree>();
        }
        return *tree;
    }
    EffectNode *parent() const noexcept { return tree ? tree->parent : nullptr; }
    EffectNode *firstChild() const noexcept { return tree ? tree->firstChild : nullptr; }
    EffectNode *nextSibling() const noexcept { return tree ? tree->nextSibling : nullptr; }

    std::unique_ptr<EffectTree> tree;
};

/// Owns the effects and scopes made while its function runs; reads in it belong to the effect around it.
struct NANOSTORES_CORE_EXPORT ScopeNode : EffectNode
{
    explicit ScopeNode(bool lazy);
    ~ScopeNode() override;
    std::unique_ptr<Cleanup> body() override;
    virtual void fill() = 0; ///< Runs the user's function.

    void open(); ///< Runs fill() with this as owner.
    void launch(); ///< Deferred: starts nested scopes, then own effects; nothing under an owner that has not started.
    bool lazy = false;
};

/// Owns the effects and scopes that a computed store's function makes: they end with its next run, or when it is no
/// longer observed.
struct NestNode final : EffectNode
{
    explicit NestNode(Sink *owner);
    std::unique_ptr<Cleanup> body() override;

    Sink *computed; ///< Null: they are about to end.
};

/// The node that effects made now do not mount; returns the one before.
NANOSTORES_CORE_EXPORT Node *exchangeExempt(Node *node) noexcept;
/// What effects and scopes made now belong to; returns the owner before.
NANOSTORES_CORE_EXPORT Sink *exchangeOwner(Sink *owner) noexcept;

NANOSTORES_CORE_EXPORT void startListedEffect(EffectNode &effect);
NANOSTORES_CORE_EXPORT void endEffect(EffectNode *effect) noexcept;
NANOSTORES_CORE_EXPORT void detachEffect(EffectNode *effect) noexcept;

} // namespace nanostores::detail

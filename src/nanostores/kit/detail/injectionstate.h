// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/kit/detail/engine.h>
#include <nanostores/kit/export.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <typeindex>
#include <unordered_map>
#include <utility>
#include <vector>

/// What injection contexts and scopes are made of.
namespace nanostores::kit {

/// Something that makes a dependency and stands for it: a function without parameters, or a lambda without captures.
template<typename T>
concept InjectionToken = std::is_invocable_v<const T &> && !std::is_void_v<std::invoke_result_t<const T &>>
                         && (std::is_pointer_v<T> || std::is_empty_v<T>);

namespace internal {

/// What a value is found by: a token, a class, or the number of a scoped() declaration.
struct InjectionKey
{
    std::type_index type;
    void (*address)() = nullptr;
    std::uint64_t number = 0;
    bool operator==(const InjectionKey &) const = default;
};

struct InjectionKeyHash
{
    std::size_t operator()(const InjectionKey &key) const noexcept
    {
        return key.type.hash_code() ^ std::hash<void (*)()>{}(key.address)
               ^ (static_cast<std::size_t>(key.number) << 7u);
    }
};

template<InjectionToken T>
InjectionKey keyOf(const T &token)
{
    if constexpr (std::is_pointer_v<T>) {
        return {typeid(T), reinterpret_cast<void (*)()>(token)};
    } else {
        return {typeid(T)};
    }
}
template<typename T>
InjectionKey keyOfClass()
{
    return {typeid(T *)}; // no token is of this type
}

/// A value made by a function, where it stays: it need not be movable.
template<typename Value>
struct MadeValue
{
    template<typename F>
    explicit MadeValue(F &&make)
        : value(std::forward<F>(make)())
    {
    }
    Value value;
};
template<typename Value, typename F>
std::shared_ptr<void> makeValue(F &&make)
{
    auto made = std::make_shared<MadeValue<Value>>(std::forward<F>(make));
    Value *const value = std::addressof(made->value);
    return std::shared_ptr<void>(std::move(made), const_cast<std::remove_cv_t<Value> *>(value));
}

/// Something that a scope keeps until it ends.
class NANOSTORES_KIT_EXPORT Kept
{
public:
    Kept() = default;
    Kept(const Kept &) = delete;
    Kept &operator=(const Kept &) = delete;
    virtual ~Kept();
    virtual void end() = 0; ///< Called once, before the destructor.
    virtual bool isOver() const noexcept; ///< It may be forgotten.
};

class ScopeRoot;
struct MakingFrame;

/// The values of one context: found by key, made when first asked for. Belongs to one thread.
///
/// A plain context is nano_kit's: what its parents have not, it makes itself. A scope hands on what it does not
/// provide: see get().
class NANOSTORES_KIT_EXPORT InjectionState : public std::enable_shared_from_this<InjectionState>
{
public:
    enum class Kind : std::uint8_t { Context, Scope, Global };
    using Maker = std::function<std::shared_ptr<void>()>;

    explicit InjectionState(std::shared_ptr<InjectionState> parent, Kind kind = Kind::Context, std::string name = {});
    InjectionState(const InjectionState &) = delete;
    InjectionState &operator=(const InjectionState &) = delete;
    ~InjectionState();

    void set(const InjectionKey &key, std::shared_ptr<void> value);
    void setMaker(const InjectionKey &key, Maker make);
    bool has(const InjectionKey &key) const;
    /// The value as it is seen from here, made if there is none.
    ///
    /// A context looks in its parents, and makes the rest itself. A scope makes what it provides. What no scope above
    /// provides belongs to the nearest scope that provides something that its function looks up. If there is none, it
    /// belongs to the topmost one.
    void *get(const InjectionKey &key, const Maker &make);
    /// The same for a scoped() declaration; remembers what was found.
    void *getDeclared(const InjectionKey &key, const Maker &make);

    /// Whose value that is; it has been found there.
    std::shared_ptr<InjectionState> ownerOf(const InjectionKey &key);

    Kind kind() const noexcept { return m_kind; }
    bool isScope() const noexcept { return m_kind != Kind::Context; }
    const std::string &name() const noexcept { return m_name; }
    const std::shared_ptr<InjectionState> &parent() const noexcept { return m_parent; }
    std::size_t depth() const noexcept { return m_depth; }
    /// Of no other state of the thread, and in the upper half: a declaration's number fits below. Not 0.
    std::uint64_t number() const noexcept { return m_number; }
    /// What is made in the scope belongs to this effect node; null for the global scope.
    EffectNode *root();
    void keep(std::unique_ptr<Kept> thing);
    void keepEffects(detail::Ref<ScopeRoot> root);

    /// Ends the scope: now, or when the last function that runs in it or below it has returned.
    void end() noexcept;
    bool hasEnded() const noexcept { return m_phase == Phase::Ended; }
    void expectAlive() const;
    void enter() noexcept;
    void leave() noexcept;

private:
    enum class Phase : std::uint8_t { Alive, Ending, Ended };
    /// What a value was made of: it serves those who see the same.
    struct Dependency
    {
        InjectionKey key;
        const void *value; ///< Null: the nearest scope with a name.
        InjectionState *owner; ///< Null: no scope has one.
    };
    struct Entry
    {
        InjectionKey key;
        std::shared_ptr<void> value;
        Maker make; ///< Of a provided one that is not made yet.
        bool isProvided = false;
        std::vector<Dependency> dependencies;
    };
    struct Found
    {
        InjectionState *owner = nullptr;
        Entry *entry = nullptr;
    };
    friend struct MakingFrame;
    friend std::string nameInScope(const std::string &key);
    friend bool isMadeForGlobal() noexcept;

    Entry *entry(const InjectionKey &key) const noexcept;
    Entry &addEntry(const InjectionKey &key);
    using Founds = std::unordered_map<InjectionKey, Found, InjectionKeyHash>;
    Found visible(const InjectionKey &key);
    Found visible(const InjectionKey &key, Founds &known);
    bool sees(const Dependency &dependency, Founds &known);
    InjectionState *nearestNamed() noexcept;
    std::shared_ptr<void> valueOf(const InjectionKey &key, const Maker &make);
    std::shared_ptr<void> makeHere(const InjectionKey &key, const Maker &make, MakingFrame &frame);
    void endNow() noexcept;
    void endKept() noexcept;
    void leaveParent() noexcept;
    const InjectionState *topmost() const noexcept;
    void endEffects() noexcept;

    std::shared_ptr<InjectionState> m_parent;
    std::uint64_t m_number;
    std::string m_name;
    std::vector<std::unique_ptr<Entry>> m_entries; ///< In the order of their making.
    std::unordered_map<InjectionKey, Entry *, InjectionKeyHash> m_index;
    std::vector<InjectionKey> m_making;
    std::vector<InjectionState *> m_children; ///< Scopes alone.
    std::vector<std::unique_ptr<Kept>> m_kept;
    std::vector<detail::Ref<ScopeRoot>> m_roots; ///< The effects made in it; the first is its root().
    std::size_t m_depth = 0;
    std::size_t m_forgetAt = 16; ///< How many are kept before those that are over are forgotten.
    std::size_t m_running = 0; ///< Functions that run in it or in a scope below.
    Kind m_kind;
    Phase m_phase = Phase::Alive;
    bool m_hasRoot = false;
    bool m_endAsked = false;
};

} // namespace internal
} // namespace nanostores::kit

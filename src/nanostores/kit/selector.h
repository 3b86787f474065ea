// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/detail/traits.h>
#include <nanostores/core/dictionary.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/signal.h>
#include <nanostores/core/tracking.h>
#include <nanostores/kit/detail/engine.h>

#include <algorithm>
#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores::kit {

namespace internal {

/// For a destructor, in which a key's hash may throw as anywhere.
template<typename Entries, typename Node>
void forgetEntry(Entries &entries, const typename Entries::key_type &key, const Node *node) noexcept
{
    try {
        entries.remove(key);
    } catch (...) {
        entries.removeIf([node](const auto &entry) { return entry.second == node; });
    }
}

/// What one key's readers read. Lives while it is read; then it leaves the selector's list.
template<typename Owner>
struct SelectorKey final : ComputedNode<typename Owner::value_type>
{
    SelectorKey(std::shared_ptr<Owner> o, typename Owner::key_type k)
        : ComputedNode<typename Owner::value_type>(0)
        , owner(std::move(o))
        , key(std::move(k))
    {
    }
    ~SelectorKey() override { forgetEntry(owner->keys, key, this); }
    typename Owner::value_type evaluate() override { return owner->answer(key); }

    std::shared_ptr<Owner> owner;
    typename Owner::key_type key;
};

/// The selector's only subscription to the source. On a change it marks the nodes of two keys: the old value and the
/// new one.
template<typename Owner>
struct SelectorGate final : Sink
{
    explicit SelectorGate(Owner *o)
        : Sink(Computing | Dirty | Barrier)
        , owner(o)
    {
    }
    bool compute(OldValue *&) override
    {
        if (!owner) {
            return false;
        }
        std::optional<typename Owner::key_type> next(owner->source());
        if (value && Equal<typename Owner::key_type>{}(*value, *next)) {
            return false;
        }
        value.swap(next);
        try {
            wakeReaders(next);
        } catch (...) { // of the keys: too many are woken rather than too few
            for (const auto &[key, node] : owner->keys) {
                invalidate(node);
            }
        }
        return false;
    }
    void wakeReaders(const std::optional<typename Owner::key_type> &former)
    {
        // Readers that were skipped when they were woken, because an effect before them threw, are woken again.
        std::erase_if(woken, [this](const auto &key) {
            auto *const *const node = owner->keys.find(key);
            return !node || !(*node)->has(Dirty);
        });
        if (former) {
            add(*former);
        }
        add(*value);
        for (const auto &key : woken) {
            if (auto *const *const node = owner->keys.find(key)) {
                invalidate(*node);
            }
        }
    }
    void add(const typename Owner::key_type &key)
    {
        if (owner->keys.find(key) && std::find(woken.begin(), woken.end(), key) == woken.end()) {
            woken.push_back(key);
        }
    }

    Owner *owner; ///< Null: gone.
    std::optional<typename Owner::key_type> value;
    std::vector<typename Owner::key_type> woken; ///< Keys whose readers may not have looked yet.
};

template<typename Source>
struct EqualSelector
{
    using key_type = AccessorValue<Source>;
    using value_type = bool;

    explicit EqualSelector(Source s)
        : source(std::move(s))
        , gate(Ref<SelectorGate<EqualSelector>>::adopt(new SelectorGate<EqualSelector>(this)))
    {
    }
    EqualSelector(const EqualSelector &) = delete;
    EqualSelector &operator=(const EqualSelector &) = delete;
    ~EqualSelector() { gate->owner = nullptr; }

    bool plainAnswer(const key_type &key) const { return sameKey(key, source()); }
    bool answer(const key_type &key)
    {
        gate->track();
        return sameKey(key, *gate->value);
    }
    void settle()
    {
        if (gate->sinks) {
            gate->fresh();
        }
    }

    Source source;
    Ref<SelectorGate<EqualSelector>> gate;
    Dictionary<key_type, SelectorKey<EqualSelector> *> keys;
};

template<typename Source, typename K, typename F>
struct DerivingSelector
{
    using key_type = K;
    using value_type = std::decay_t<std::invoke_result_t<F &, const K &, const AccessorValue<Source> &>>;

    DerivingSelector(Source source, F f)
        : value(computed([source = std::move(source)] { return AccessorValue<Source>(source()); }))
        , function(std::move(f))
    {
    }
    value_type plainAnswer(const K &key) { return answer(key); }
    value_type answer(const K &key)
    {
        const auto &now = value();
        return untracked([&]() -> value_type { return function(key, now); });
    }
    void settle() {}

    Computed<AccessorValue<Source>> value;
    F function;
    Dictionary<K, SelectorKey<DerivingSelector> *> keys;
};

/// The first parameter of a function that is no template.
template<typename F>
struct FirstParameter
{
};
template<typename F>
requires requires { &F::operator(); }
struct FirstParameter<F> : FirstParameter<decltype(&F::operator())>
{
};
template<typename R, typename K, typename... Rest>
struct FirstParameter<R (*)(K, Rest...)>
{
    using type = std::decay_t<K>;
};
template<typename R, typename C, typename K, typename... Rest>
struct FirstParameter<R (C::*)(K, Rest...)>
{
    using type = std::decay_t<K>;
};
template<typename R, typename C, typename K, typename... Rest>
struct FirstParameter<R (C::*)(K, Rest...) const>
{
    using type = std::decay_t<K>;
};

template<typename F, typename Otherwise>
struct SelectorKeyType
{
    using type = Otherwise;
};
template<typename F, typename Otherwise>
requires requires { typename FirstParameter<F>::type; }
struct SelectorKeyType<F, Otherwise> : FirstParameter<F>
{
};

} // namespace internal

/// A question that many ask about one value, each with a key of its own. See selector().
///
/// A handle, as stores are; a function, not a store: it has no value without a key.
template<typename Owner>
class Selector
{
public:
    using key_type = typename Owner::key_type;
    using value_type = typename Owner::value_type;

    explicit Selector(std::shared_ptr<Owner> owner) noexcept
        : m_owner(std::move(owner))
    {
    }

    /// The key's answer. Inside a computed store's function or an effect that one is tied to this key alone; elsewhere
    /// nothing is tied to anything.
    value_type operator()(const key_type &key) const
    {
        if (!internal::tracking()) {
            return m_owner->plainAnswer(key);
        }
        m_owner->settle();
        using Node = internal::SelectorKey<Owner>;
        Node *const *present = m_owner->keys.find(key);
        const auto node =
            present ? internal::Ref<Node>::share(*present) : internal::Ref<Node>::adopt(new Node(m_owner, key));
        if (!present) {
            m_owner->keys.insert(key, node.get());
        }
        node->track();
        return node->current();
    }

private:
    std::shared_ptr<Owner> m_owner;
};

/// selector(source): answers, key by key, whether the source's value is that key. `isSelected(3)` in an effect wakes it
/// when 3 becomes or ceases to be the value, and for nothing else: a change reaches two keys, however many there are.
///
/// The source, a store or any accessor, has one observer while any key is observed, and none otherwise. Keys that are
/// read no more are forgotten. In a batch, a computed store that reads keys but not the source follows when
/// the batch ends.
template<Accessor Source>
requires detail::Hashable<AccessorValue<Source>>
[[nodiscard]] auto selector(Source source)
{
    using Owner = internal::EqualSelector<Source>;
    return Selector<Owner>(std::make_shared<Owner>(std::move(source)));
}

/// selector(source, f): the answer for a key is f(key, value), of any type. After a change f runs for each key that is
/// observed, and only readers whose answer has changed are woken. What f reads is not tracked. The key's type is that
/// of f's first parameter, or Key, or the source's.
template<typename Key = void, Accessor Source, typename F>
[[nodiscard]] auto selector(Source source, F f)
{
    using K = typename std::conditional_t<std::is_void_v<Key>, internal::SelectorKeyType<F, AccessorValue<Source>>,
                                          std::type_identity<Key>>::type;
    static_assert(std::is_invocable_v<F &, const K &, const AccessorValue<Source> &>,
                  "the function of a selector takes a key and the source's value");
    static_assert(detail::Hashable<K>, "a selector's keys need std::hash and ==");
    using Owner = internal::DerivingSelector<Source, K, F>;
    return Selector<Owner>(std::make_shared<Owner>(std::move(source), std::move(f)));
}

} // namespace nanostores::kit

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/detail/traits.h>
#include <nanostores/core/dictionary.h>
#include <nanostores/core/signal.h>
#include <nanostores/kit/detail/engine.h>

#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

namespace nanostores::kit {

namespace internal {

template<typename T>
struct WritableComputed : ComputedNode<T>
{
    using ComputedNode<T>::ComputedNode;
    virtual void assign(T value) = 0;
    virtual T latest() const = 0; ///< Read from the parent; notifies no dependent.
};

template<typename T, typename Read, typename Write>
struct ChildNode final : WritableComputed<T>
{
    ChildNode(Read r, Write w)
        : WritableComputed<T>(0)
        , read(std::move(r))
        , write(std::move(w))
    {
    }
    T evaluate() override { return read(); }
    void assign(T next) override { write(std::move(next)); }
    T latest() const override
    {
        return untracked([this] { return read(); });
    }

    Read read;
    Write write;
};

template<typename K, typename P>
inline constexpr bool isMemberOf = false;
template<typename T, typename S, typename P>
inline constexpr bool isMemberOf<T S::*, P> = std::is_base_of_v<S, P>;

/// A member of a struct that may be missing.
template<typename K, typename P>
inline constexpr bool isMemberOfOptional = false;
template<typename K, typename P>
inline constexpr bool isMemberOfOptional<K, std::optional<P>> = isMemberOf<K, P>;

/// A key itself, or what a reactive key holds now.
template<typename K>
decltype(auto) keyNow(const K &key)
{
    if constexpr (Accessor<K>) {
        return key();
    } else {
        return (key);
    }
}

/// The part of a container that a key names: a member of a struct, or an optional element.
template<typename P, typename K>
auto partOf(const P &parent, const K &key)
{
    if constexpr (isMemberOf<K, P>) {
        return parent.*key;
    } else if constexpr (isMemberOfOptional<K, P>) {
        using T = std::decay_t<decltype((*parent).*key)>;
        using Part = std::conditional_t<isOptional<T>, T, std::optional<T>>;
        return parent ? Part((*parent).*key) : Part();
    } else if constexpr (requires { parent.find(key)->first; }) {
        using V = std::decay_t<decltype(parent.find(key)->second)>;
        const auto it = parent.find(key);
        return it == parent.end() ? std::optional<V>() : std::optional<V>(it->second);
    } else if constexpr (requires { typename P::mapped_type; }) {
        using V = typename P::mapped_type;
        const auto it = parent.find(key); // Dictionary's is a pointer, that of Qt's maps an iterator
        if constexpr (std::is_pointer_v<decltype(it)>) {
            return it ? std::optional<V>(*it) : std::optional<V>();
        } else {
            return it == parent.end() ? std::optional<V>() : std::optional<V>(*it);
        }
    } else {
        using V = std::decay_t<decltype(parent[static_cast<decltype(parent.size())>(key)])>;
        const bool inside = !(key < K{}) && static_cast<std::size_t>(key) < static_cast<std::size_t>(parent.size());
        return inside ? std::optional<V>(parent[static_cast<decltype(parent.size())>(key)]) : std::optional<V>();
    }
}

} // namespace internal

/// A part of another store, read and written by calling it. See child().
template<typename T>
class Child : public Computed<T>
{
public:
    static constexpr bool isKit = true;
    using node_type = internal::ComputedNode<T>;

    explicit Child(internal::Ref<internal::ComputedNode<T>> node) noexcept
        : Computed<T>(std::move(node))
    {
    }

    using Computed<T>::operator();
    /// Writes the parent with this part replaced, in the caller's context; an effect that does so does not run again.
    template<NextValue<T> Next = T>
    void operator()(Next &&next) const
    {
        const auto held = this->m_node; // the last handle may go in one of the functions
        auto *node = static_cast<internal::WritableComputed<T> *>(held.get());
        node->assign(nextValue<T>(node->latest(), std::forward<Next>(next)));
    }
    void set(T value) const { (*this)(std::move(value)); }
};

/// child(parent, key, setValue): the part of the parent that key names; key may be an accessor, then the part changes
/// with it. setValue(parentValue, key, value) returns the parent's next value. A parent that cannot be written gives a
/// Computed; so does a call without setValue.
template<Accessor P, typename K, typename SetValue>
[[nodiscard]] auto child(P parent, K key, SetValue setValue)
{
    using T = std::decay_t<decltype(internal::partOf(parent(), internal::keyNow(key)))>;
    auto read = [parent, key] { return internal::partOf(parent(), internal::keyNow(key)); };
    if constexpr (WritableSignal<P>) {
        auto write = [parent, key, setValue = std::move(setValue)](T value) {
            auto next = untracked([&] { return setValue(parent(), internal::keyNow(key), std::move(value)); });
            parent(std::move(next));
        };
        using Node = internal::ChildNode<T, decltype(read), decltype(write)>;
        return Child<T>(internal::Ref<internal::ComputedNode<T>>::adopt(new Node(std::move(read), std::move(write))));
    } else {
        return computed(std::move(read));
    }
}

/// A copy of the struct with the member replaced; for maps, with the key set, or removed by an empty optional; for
/// arrays, with the item at the index set, the array grown if need be. An optional struct that is missing is made.
template<typename P, typename K, typename V>
[[nodiscard]] P assignKey(P parent, const K &key, V value)
{
    if constexpr (internal::isMemberOf<K, P>) {
        parent.*key = std::move(value);
    } else if constexpr (internal::isMemberOfOptional<K, P>) {
        if (value) {
            if (!parent) {
                parent.emplace();
            }
            (*parent).*key = *std::move(value);
        } else if constexpr (internal::isOptional<std::decay_t<decltype((*parent).*key)>>) {
            if (parent) {
                (*parent).*key = std::nullopt;
            }
        }
    } else if constexpr (requires { typename P::mapped_type; }) {
        if (!value) {
            if constexpr (requires { parent.remove(key); }) { // Qt's: their erase() takes no key
                parent.remove(key);
            } else {
                parent.erase(key);
            }
        } else if constexpr (requires { parent.insert_or_assign(key, *value); }) {
            parent.insert_or_assign(key, *std::move(value));
        } else {
            parent.insert(key, *std::move(value));
        }
    } else {
        using Size = decltype(parent.size());
        if (value && !(key < K{})) {
            if (static_cast<std::size_t>(key) >= static_cast<std::size_t>(parent.size())) {
                parent.resize(static_cast<Size>(key) + 1);
            }
            parent[static_cast<Size>(key)] = *std::move(value);
        }
    }
    return parent;
}

/// child(parent, key): with assignKey() to write it.
template<Accessor P, typename K>
[[nodiscard]] auto child(P parent, K key)
{
    return child(std::move(parent), std::move(key), [](const auto &value, const auto &k, auto &&part) {
        return assignKey(value, k, std::forward<decltype(part)>(part));
    });
}

} // namespace nanostores::kit

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/nodes.h>
#include <nanostores/core/subscription.h>

#include <compare>
#include <concepts>
#include <cstddef>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

/// From g++ 14 on: a temporary handle is no owner of what its get() refers to, so there is no need to warn of
/// `for (const Row &row : model.rows().get())`, where the model has another handle of the same store.
#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(gnu::no_dangling)
#define NANOSTORES_NO_DANGLING [[gnu::no_dangling]]
#endif
#endif
#ifndef NANOSTORES_NO_DANGLING
#define NANOSTORES_NO_DANGLING
#endif

namespace nanostores {

/// What all stores have in common: a handle, cheap to copy, to one shared node, as a JavaScript variable is.
///
/// The node lives while a handle, a subscription or a dependent refers to it; handles may be dropped in any order and
/// on any thread. Everything else is to be called on the thread that made the store. Methods are const because they
/// change what the handle refers to, not the handle.
template<typename Node>
class Store
{
public:
    using value_type = typename Node::value_type;
    using node_type = Node;

    explicit Store(detail::Ref<Node> node) noexcept
        : m_node(std::move(node))
    {
    }

    /// The value. Never tracked: debug builds report an UntrackedReadError when a function that lists no sources reads
    /// by get() alone. If the store is unobserved and has mount hooks or sources, get() mounts it, reads it,
    /// and begins the unmount delay if none is running. Throws what a computed store's function throws. The reference
    /// holds until the next change.
    NANOSTORES_NO_DANGLING const value_type &get() const
    {
        Node *const node = m_node.get(); // this handle may end in what runs below
        node->checkRead();
        if (!node->plainRead()) [[unlikely]] {
            node->readMounting();
        }
        return node->current();
    }
    /// The value, tracked: read inside the function of a computed store or an effect it becomes one of its sources.
    /// Mounts nothing by itself.
    NANOSTORES_NO_DANGLING const value_type &operator()() const
    {
        Node *const node = m_node.get();
        node->track();
        return node->current();
    }
    /// The value, up to date, with neither tracking nor mounting. What property getters use.
    NANOSTORES_NO_DANGLING const value_type &peek() const
    {
        Node *const node = m_node.get();
        node->checkThread();
        node->fresh();
        return node->current();
    }

    /// Calls the function after each change: f(), f(value), or f(value, oldValue), the old value by const reference or
    /// as a const pointer. Listeners run in the order they were added, after all values have settled. An error thrown
    /// by one does not stop the others and leaves the set() (or the outermost batch) that caused the call.
    template<typename F>
    [[nodiscard]] Subscription listen(F f) const
    {
        return Subscription(detail::attachFunction(*m_node, std::move(f)));
    }
    /// As listen(), and calls the function once at once. There is no old value then: null, or the value itself. Throws
    /// what get() throws.
    template<typename F>
    [[nodiscard]] Subscription subscribe(F f) const
    {
        Node *const node = m_node.get();
        auto *listener = detail::attachFunction(*node, std::move(f));
        Subscription subscription{static_cast<detail::Listener *>(listener)};
        if constexpr (requires { node->hasValue(); }) {
            if (!node->hasValue()) [[unlikely]] {
                node->fresh(); // throws: its function has failed, or is running
            }
        }
        listener->call(*node, nullptr, true);
        return subscription;
    }
    /// Runs the listeners though nothing has changed. Computed stores see no new value and do not run.
    void notify() const { m_node->notifyNow(); }

    /// Whether two values count as the same; an empty function restores Equal<value_type>.
    void setEqual(std::function<bool(const value_type &, const value_type &)> equal) const
    {
        detail::setEqualFunction<value_type>(*m_node, std::move(equal));
    }
    void setName(std::string name) const { m_node->setName(std::move(name)); }
    /// The name given, or an empty one. It is what error messages, loggers and inspectors call the store.
    std::string name() const
    {
        const detail::Extra *extra = m_node->extraOrNull();
        return extra ? extra->name : std::string();
    }

    /// The same store, not an equal value.
    friend bool operator==(const Store &a, const Store &b) noexcept { return a.m_node.get() == b.m_node.get(); }
    /// An order of stores, not of values, for std::map and std::set: the same as long as both live.
    friend std::strong_ordering operator<=>(const Store &a, const Store &b) noexcept
    {
        return std::compare_three_way{}(a.m_node.get(), b.m_node.get());
    }

    const detail::Ref<Node> &node() const noexcept { return m_node; }

protected:
    detail::Ref<Node> m_node;
};

/// Anything that stands for a store's node, so that it can have lifecycle hooks.
template<typename S>
concept NodeHandle = requires(const S &store) { store.node()->refs; };

/// Any handle: something to read and to listen to.
template<typename S>
concept AnyStore = requires(const S &store) {
    typename S::value_type;
    typename S::node_type;
    {
        store.get()
    } -> std::convertible_to<const typename S::value_type &>;
    {
        store.peek()
    } -> std::convertible_to<const typename S::value_type &>;
    store.node();
};

/// A handle whose value may be replaced.
template<typename S>
concept WritableStore = AnyStore<S> && requires(const S &store, typename S::value_type value) { store.set(value); };

namespace detail {

/// What nano_kit's morph(), external() and stored() make: read and written by functions, and no store.
template<typename S>
concept AccessorOnly = !AnyStore<S> && requires(const S &accessor) {
    typename S::value_type;
    requires S::isKit;
    accessor.toStore();
};

} // namespace detail

/// A handle whose value is changed key by key.
template<typename S>
concept KeyedStore = WritableStore<S> && requires { typename S::changed_key; };

} // namespace nanostores

/// Which store it is, for std::unordered_map and std::unordered_set; as == does.
template<nanostores::AnyStore S>
struct std::hash<S>
{
    std::size_t operator()(const S &store) const noexcept
    {
        return std::hash<const void *>{}(static_cast<const void *>(store.node().get()));
    }
};

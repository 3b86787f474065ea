// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace nanostores {

/// A store of one value that can be read, replaced and listened to.
///
/// Setting a value equal to the current one does nothing; see Equal and setEqual(). From nanostores' atom().
template<typename T>
class Atom : public Store<detail::SignalNode<T>>
{
    using Base = Store<detail::SignalNode<T>>;

public:
    explicit Atom(T initial)
        : Base(detail::Ref<detail::SignalNode<T>>::adopt(new detail::SignalNode<T>(std::move(initial))))
    {
    }
    explicit Atom(detail::Ref<detail::SignalNode<T>> node) noexcept
        : Base(std::move(node))
    {
    }

    /// Replaces the value; listeners and dependents have been notified when it returns. Inside a batch, a listener or a
    /// computed store's function they are notified after that.
    void set(T newValue) const { this->m_node->set(std::move(newValue)); }
    /// Replaces the value by what the function makes of it: `count.update([](int n) { return n + 1; })`. Not tracked.
    template<typename F>
    requires std::is_invocable_r_v<T, F, const T &>
    void update(F &&f) const
    {
        this->m_node->checkThread();
        set(std::invoke(std::forward<F>(f), this->m_node->current()));
    }
    /// Changes the value by f(value), where it is: `names.edit([](auto &list) { list.push_back("Ann"); })`. Nothing is
    /// copied or compared, and observers are notified of a change, unless there are onSet() or onNotify() hooks, a
    /// setEqual(), or a listener that takes the old value: then f changes a copy, which is set. If f throws, observers
    /// see what it has done so far. f is not tracked, and does not write the store otherwise.
    template<typename F>
    requires std::is_invocable_v<F &, T &>
    void edit(F &&f) const
    {
        const auto node = this->m_node; // the last handle may go in the function
        node->edit([&f](T &value) { std::invoke(f, value); });
    }
    /// Has the store remember its present value as init(). Costs one copy, and only stores that ask for it.
    Atom keepInit() const
    {
        this->m_node->extra().initial = std::make_shared<T>(this->peek());
        return *this;
    }
    /// The value that keepInit() remembered, or null.
    const T *init() const
    {
        const detail::Extra *extra = this->m_node->extraOrNull();
        return extra ? static_cast<const T *>(extra->initial.get()) : nullptr;
    }
    /// Names the store, for messages: `auto count = atom(0).named("count");`
    Atom named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }
};

/// Makes an Atom. A string literal makes one of std::string.
template<typename T>
[[nodiscard]] Atom<std::decay_t<T>> atom(T &&initial)
{
    return Atom<std::decay_t<T>>(std::forward<T>(initial));
}
[[nodiscard]] inline Atom<std::string> atom(const char *initial)
{
    return Atom<std::string>(std::string(initial));
}
template<typename T>
[[nodiscard]] Atom<T> atom()
{
    return Atom<T>(T{});
}

} // namespace nanostores

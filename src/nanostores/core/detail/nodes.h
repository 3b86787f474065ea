#pragma once

#include <nanostores/core/detail/graph.h>
#include <nanostores/core/detail/lifecycle.h>
#include <nanostores/core/equal.h>

#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

/// Nodes that know the type of their value.
namespace nanostores::detail {

template<typename T>
struct PastOf : Past
{
    explicit PastOf(T oldValue)
        : value(std::move(oldValue))
    {
    }
    T value;
};

template<typename T>
using EqualFunction = std::function<bool(const T &, const T &)>;

template<typename T>
bool equalValues(const Node &node, const T &a, const T &b)
{
    if (node.has(CustomEqual)) [[unlikely]] {
        return (*static_cast<EqualFunction<T> *>(node.extraOrNull()->equal.get()))(a, b);
    }
    return Equal<T>{}(a, b);
}

template<typename T>
void setEqualFunction(Node &node, EqualFunction<T> equal)
{
    node.checkThread();
    if (equal) {
        node.extra().equal = std::make_shared<EqualFunction<T>>(std::move(equal));
        node.flags |= CustomEqual;
    } else {
        node.flags &= ~CustomEqual;
    }
}

/// What a set hook is told.
template<typename T>
struct SetCall : HookCall
{
    T *newValue = nullptr;
};

/// Listener functions take nothing, the value, or the value and the old one, which is null (a reference: the value
/// itself) where there is none.
template<typename N, typename F>
struct PlainCall
{
    using T = typename N::value_type;
    static constexpr bool old = std::is_invocable_v<F &, const T &, const T &>;
    static constexpr bool oldPointer = !old && std::is_invocable_v<F &, const T &, const T *>;
    static constexpr bool value = std::is_invocable_v<F &, const T &>;
    static constexpr bool none = std::is_invocable_v<F &>;
    static constexpr bool valid = old || oldPointer || value || none;
    static constexpr std::uint32_t wants = value || (none && !old && !oldPointer) ? 0u : std::uint32_t{WantsPast};

    static void invoke(F &f, N &node, const T *oldValue)
    {
        if constexpr (value) {
            f(node.current());
        } else if constexpr (old) {
            f(node.current(), oldValue ? *oldValue : node.current());
        } else if constexpr (oldPointer) {
            f(node.current(), oldValue);
        } else {
            f();
        }
    }
};

template<typename T>
struct SignalNode : Node
{
    using value_type = T;

    explicit SignalNode(T initial)
        : Node(0)
        , value(std::move(initial))
    {
    }

    const T &current() const noexcept { return value; }
    static const T *oldValue(const Past *past) { return past ? &static_cast<const PastOf<T> *>(past)->value : nullptr; }
    template<typename F>
    using Call = PlainCall<SignalNode, F>;
    template<typename F>
    void call(F &f, Past *past, bool)
    {
        Call<F>::invoke(f, *this, oldValue(past));
    }

    bool differs(const Past *seen) const override { return !seen || !equalValues(*this, *oldValue(seen), value); }

    void set(T newValue)
    {
        checkThread();
        if (has(HooksSet)) [[unlikely]] {
            SetCall<T> hookCall;
            hookCall.node = this;
            hookCall.newValue = &newValue;
            runHooks(*this, HookKind::Set, hookCall);
            if (hookCall.aborted) {
                return;
            }
        }
        if (equalValues(*this, value, newValue)) {
            return;
        }
        write(std::move(newValue));
    }
    void write(T &&newValue)
    {
        if (!sinks && !has(HooksNotify)) {
            value = std::move(newValue);
            ++version;
            return;
        }
        if (!has(WantsPast | HasEdges)) {
            value = std::move(newValue);
            changed(nullptr);
        } else if (has(WantsPast)) {
            Past *const past = new PastOf<T>(std::move(value));
            value = std::move(newValue);
            changed(past);
        } else {
            T old = std::exchange(value, std::move(newValue));
            changedBelow(&old, [](void *kept) -> Past * { return new PastOf<T>(std::move(*static_cast<T *>(kept))); });
        }
    }

    T value;
};

template<typename T>
struct ComputedNode : Sink
{
    using value_type = T;

    explicit ComputedNode(std::uint32_t sinkFlags)
        : Sink(Computing | Dirty | sinkFlags)
    {
    }

    const T &current() const { return *value; }
    static const T *oldValue(const Past *past) { return past ? &static_cast<const PastOf<T> *>(past)->value : nullptr; }
    template<typename F>
    using Call = PlainCall<ComputedNode, F>;
    template<typename F>
    void call(F &f, Past *past, bool)
    {
        Call<F>::invoke(f, *this, oldValue(past));
    }

    bool compute(Past *&past) override { return settle(evaluate(), past); }
    bool settle(T &&next, Past *&past)
    {
        if (value) {
            if (equalValues(*this, *value, next)) {
                return false;
            }
            if (has(WantsPast)) [[unlikely]] {
                past = keep();
            }
            *value = std::move(next);
        } else {
            value.emplace(std::move(next));
        }
        return true;
    }
    [[gnu::noinline]] Past *keep() { return new PastOf<T>(std::move(*value)); }
    virtual T evaluate() = 0;

    std::optional<T> value;
};

template<typename N, typename F>
struct ListenerOf final : Listener
{
    explicit ListenerOf(F f)
        : function(std::move(f))
    {
    }
    void call(Node &node, Past *past, bool keyed) override { static_cast<N &>(node).call(function, past, keyed); }
    std::string shownAs() const override
    {
        if constexpr (requires { std::string(function.shownAs()); }) {
            return function.shownAs();
        } else {
            return {};
        }
    }

    F function;
};

} // namespace nanostores::detail

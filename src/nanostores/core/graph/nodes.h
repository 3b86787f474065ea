// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/muting.h>
#include <nanostores/core/graph/write.h>

#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

/// Nodes that know the type of their value.
namespace nanostores::detail {

template<typename T>
struct OldValueOf : OldValue
{
    template<typename U>
    explicit OldValueOf(U &&oldValue)
        : value(std::forward<U>(oldValue))
    {
    }
    T value;
};

/// Whether two values change places without an error, so that neither can be lost.
template<typename T>
inline constexpr bool swapsSafely =
    std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T> && std::is_nothrow_swappable_v<T>;

/// Puts the next value in its place. Where it can, the former one goes to the place of the next, to end when the caller
/// is done with the node: what its destructor does may be the end of that.
template<typename T>
void replaceValue(T &value, T &next)
{
    if constexpr (swapsSafely<T>) {
        using std::swap;
        swap(value, next);
    } else {
        value = std::move(next);
    }
}

/// The same; the former value is handed out in a past. On error the value is as it was.
template<typename P, typename T>
P *replaceKeeping(T &value, T &next)
{
    if constexpr (swapsSafely<T>) {
        P *const past = new P(std::move(value));
        value = std::move(next);
        return past;
    } else if constexpr (std::is_copy_constructible_v<T>) {
        auto past = std::make_unique<P>(std::as_const(value));
        value = std::move(next);
        return past.release();
    } else {
        auto past = std::make_unique<P>(std::move(value));
        try {
            value = std::move(next);
        } catch (...) {
            value = std::move(past->value);
            throw;
        }
        return past.release();
    }
}

/// Makes a past of an old value that is wanted by those alone who compare: null if that fails, and then it differs.
template<typename T>
OldValue *keepOrForget(void *old) noexcept
{
    try {
        return new OldValueOf<T>(std::move(*static_cast<T *>(old)));
    } catch (...) {
        return nullptr;
    }
}

/// A copy of a store's value. Null: it cannot be copied.
template<typename P, typename T>
OldValue *keepCopy(const T &value)
{
    if constexpr (isCopyable<T>()) {
        return new P(value);
    } else {
        return nullptr;
    }
}

/// Exchanges the value with one that keepCopy() has made. If copying fails, the value is as it was.
template<typename P, typename T>
void swapKept(T &value, OldValue &kept)
{
    if constexpr (isCopyable<T>()) {
        T &other = static_cast<P &>(kept).value;
        if constexpr (swapsSafely<T>) {
            using std::swap;
            swap(value, other);
        } else {
            T next = std::as_const(other);
            other = std::as_const(value);
            value = std::move(next);
        }
    }
}

template<typename T>
using EqualFunction = std::function<bool(const T &, const T &)>;

template<typename T>
bool equalValues(const Node &node, const T &a, const T &b)
{
    if (node.has(CustomEqual)) [[unlikely]] {
        const auto equal = node.extraOrNull()->equal; // it may be replaced inside
        return (*static_cast<EqualFunction<T> *>(equal.get()))(a, b);
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

/// Runs the onSet hooks, if there are some.
inline Outcome askHooks(Node &node, HookCall &call)
{
    if (node.has(HooksSet)) {
        call.node = &node;
        runHooks(node, HookKind::Set, call);
    }
    return call.aborted ? Outcome::Aborted : Outcome::Undecided;
}

/// What a set hook is called with.
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
    static constexpr std::uint32_t wants = value || (none && !old && !oldPointer) ? 0u : std::uint32_t{WantsOldValue};

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
    static const T *oldValue(const OldValue *past)
    {
        return past ? &static_cast<const OldValueOf<T> *>(past)->value : nullptr;
    }
    template<typename F>
    using Call = PlainCall<SignalNode, F>;
    template<typename F>
    void call(F &f, OldValue *past, bool)
    {
        Call<F>::invoke(f, *this, oldValue(past));
    }

    bool differs(const OldValue *seen) const override { return !seen || !equalValues(*this, *oldValue(seen), value); }
    void describeTo(Describer &to) const override { describeValue(&value, to); }
    OldValue *keepValue() const override { return keepCopy<OldValueOf<T>>(value); }
    void swapValue(OldValue &kept) override { swapKept<OldValueOf<T>>(value, kept); }

    /// The former value may be left in newValue.
    struct Change
    {
        static constexpr bool endsSafely = swapsSafely<T>;

        SignalNode &node;
        T &newValue;

        bool asksUser() const noexcept { return node.has(HooksSet | CustomEqual | Spied); }
        Outcome ask()
        {
            SetCall<T> call;
            call.newValue = &newValue;
            return askHooks(node, call);
        }
        bool differs() const { return !Equal<T>{}(node.value, newValue); }
        bool differsAsUserSays() const { return !equalValues(node, node.value, newValue); }
        void assign() { replaceValue(node.value, newValue); }
        OldValue *assignKeeping() { return replaceKeeping<OldValueOf<T>>(node.value, newValue); }
        /// If no listener takes the old value, it is kept only if it is still needed after the mark.
        bool assignAndNotify()
        {
            if (node.has(WantsOldValue)) {
                return false;
            }
            if constexpr (swapsSafely<T>) {
                assign();
                node.changedBelow(&newValue, keepOrForget<T>);
                return true;
            } else if constexpr (std::is_copy_constructible_v<T>) {
                T old(std::as_const(node.value));
                node.value = std::move(newValue);
                node.changedBelow(&old, keepOrForget<T>);
                return true;
            }
            return false;
        }
    };
    void set(T newValue) { write(Change{*this, newValue}); }

    /// The value is changed where it is, and counts as another one.
    template<typename F>
    struct EditChange
    {
        static constexpr bool endsSafely = false;

        SignalNode &node;
        F &function;
        std::exception_ptr &error;

        bool asksUser() const noexcept { return node.has(Spied); }
        Outcome ask() { return Outcome::Undecided; }
        bool differs() const { return true; }
        bool differsAsUserSays() const { return true; }
        void assign()
        {
            try {
                function(node.value);
            } catch (...) { // observers are notified of what has become of it
                error = std::current_exception();
            }
        }
        OldValue *assignKeeping()
        {
            assign();
            return nullptr;
        }
    };
    /// Changes the value by f(value): in place, unless the old one, or a comparison with it, is asked for. Observers of
    /// a value that was changed in place are notified, whatever f has done.
    template<typename F>
    void edit(F f)
    {
        checkThread();
        if (has(HooksSet | CustomEqual | WantsOldValue)) { // onNotify hooks take the old value
            if constexpr (isCopyable<T>()) {
                T next = std::as_const(value);
                f(next);
                set(std::move(next));
                return;
            } else if (has(HooksSet)) {
                throw std::logic_error("nanostores: " + label()
                                       + " has an onSet hook, which cannot be asked about a change in place of a value "
                                         "that cannot be copied; set() another value");
            }
        }
        std::exception_ptr error;
        try {
            write(EditChange<F>{*this, f, error});
        } catch (...) {
            if (!error) {
                throw;
            }
            reportError(std::current_exception()); // the function's own error is the first one
        }
        if (error) {
            std::rethrow_exception(std::move(error));
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

    /// std::launder: optimized, g++ 14 takes the value of an optional that it has seen empty for read, though mounting
    /// has filled it, and warns in programs.
    const T &current() const { return *std::launder(std::addressof(*value)); }
    bool hasValue() const noexcept { return value.has_value(); } ///< Not before its function has ended once.
    static const T *oldValue(const OldValue *past)
    {
        return past ? &static_cast<const OldValueOf<T> *>(past)->value : nullptr;
    }
    template<typename F>
    using Call = PlainCall<ComputedNode, F>;
    template<typename F>
    void call(F &f, OldValue *past, bool)
    {
        Call<F>::invoke(f, *this, oldValue(past));
    }

    void describeTo(Describer &to) const override { describeValue(value ? &*value : nullptr, to); }

    bool compute(OldValue *&past) override { return settle(evaluate(), past); }
    bool settle(T &&next, OldValue *&past)
    {
        if (value) {
            if (equalValues(*this, *value, next)) {
                return false;
            }
            if (has(WantsOldValue)) [[unlikely]] {
                past = keep(next);
            } else {
                replaceValue(*value, next);
            }
        } else {
            value.emplace(std::move(next));
        }
        return true;
    }
    [[gnu::noinline]] OldValue *keep(T &next) { return replaceKeeping<OldValueOf<T>>(*value, next); }
    virtual T evaluate() = 0;

    std::optional<T> value;
};

template<typename N, typename F>
struct ListenerOf final : Listener
{
    explicit ListenerOf(F f)
        : function(std::move(f))
    {
        if constexpr (ShowsStores<F>) {
            kind |= ViewLink;
        }
    }
    void call(Node &node, OldValue *past, bool keyed) override { static_cast<N &>(node).call(function, past, keyed); }
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

/// Has the function called after each change of the node.
template<typename N, typename F>
ListenerOf<N, F> *attachFunction(N &node, F f)
{
    using Call = typename N::template Call<F>;
    static_assert(Call::valid,
                  "a listener is called with nothing, with (value), or with (value, oldValue); a map's also with "
                  "(value, oldValue, changedKey) or (value, change)");
    auto *listener = new ListenerOf<N, F>(std::move(f));
    attachListener(node, listener, Call::wants);
    return listener;
}

} // namespace nanostores::detail

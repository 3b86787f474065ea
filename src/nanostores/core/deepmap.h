// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/record.h>
#include <nanostores/core/store.h>

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

template<typename Step, typename T>
inline constexpr bool isMemberStep = false;
template<typename M, typename S, typename T>
inline constexpr bool isMemberStep<M S::*, T> = std::is_base_of_v<S, T> && std::is_object_v<M>;

template<typename Step, typename T>
concept MemberStep = isMemberStep<Step, T>;

/// Maps: found by a key, changed through insert().
template<typename Step, typename T>
concept KeyStep = !MemberStep<Step, T> && requires(T &map, const Step &key) {
    typename T::mapped_type;
    map.find(key);
};

/// Arrays: an index from 0.
template<typename Step, typename T>
concept IndexStep = !MemberStep<Step, T> && !KeyStep<Step, T> && std::integral<Step> && requires(T &array) {
    array.size();
    array[static_cast<decltype(array.size())>(0)];
};

template<typename T, typename Step>
struct StepResult;
template<typename T, typename Step>
requires MemberStep<Step, T>
struct StepResult<T, Step>
{
    using type = std::decay_t<decltype(std::declval<T &>().*std::declval<Step>())>;
};
template<typename T, typename Step>
requires KeyStep<Step, T>
struct StepResult<T, Step>
{
    using type = typename T::mapped_type;
};
template<typename T, typename Step>
requires IndexStep<Step, T>
struct StepResult<T, Step>
{
    using type = std::decay_t<decltype(std::declval<T &>()[0])>;
};

/// Whether a path leads through a type: each step has to be a member of it, a key of it, or an index into it.
template<typename T, typename... Steps>
struct PathTarget
{
    static constexpr bool valid = true;
    using type = T;
};
template<typename T, typename Step, typename... Rest>
struct PathTarget<T, Step, Rest...>
{
    static constexpr bool valid = false;
    using type = void; // so that nothing but the constraint is found to be wrong
};
template<typename T, typename Step, typename... Rest>
requires(MemberStep<Step, T> || KeyStep<Step, T> || IndexStep<Step, T>)
struct PathTarget<T, Step, Rest...> : PathTarget<typename StepResult<T, Step>::type, Rest...>
{
};

/// What is kept of a step: a key as the map has it, whatever it was given as.
template<typename Step, typename T>
struct KeptStep
{
    using type = Step;
};
template<typename Step, typename T>
requires KeyStep<Step, T>
struct KeptStep<Step, T>
{
    using type = typename T::key_type;
};
template<typename Step, typename T>
requires IndexStep<Step, T>
struct KeptStep<Step, T>
{
    using type = std::ptrdiff_t;
};

template<typename T, typename Kept, typename... Steps>
struct KeptSteps
{
    using type = Kept;
};
template<typename T, typename... Kept, typename Step, typename... Rest>
struct KeptSteps<T, std::tuple<Kept...>, Step, Rest...>
    : KeptSteps<typename StepResult<T, Step>::type, std::tuple<Kept..., typename KeptStep<Step, T>::type>, Rest...>
{
};

/// The value a step leads to, or null.
template<typename T, typename Step>
auto stepInto(const T *from, const Step &step) -> const typename StepResult<T, Step>::type *
{
    if (!from) {
        return nullptr;
    }
    if constexpr (MemberStep<Step, T>) {
        return &(from->*step);
    } else if constexpr (KeyStep<Step, T>) {
        const auto found = from->find(step);
        if constexpr (std::is_pointer_v<decltype(found)>) {
            return found;
        } else if constexpr (requires { found.key(); }) {
            return found == from->end() ? nullptr : &found.value(); // Qt's maps
        } else {
            return found == from->end() ? nullptr : &found->second;
        }
    } else {
        if (step < 0 || static_cast<std::size_t>(step) >= static_cast<std::size_t>(from->size())) {
            return nullptr;
        }
        return &(*from)[static_cast<decltype(from->size())>(step)];
    }
}

template<typename T>
const T *follow(const T *from)
{
    return from;
}
template<typename T, typename Step, typename... Rest>
auto follow(const T *from, const Step &step, const Rest &...rest)
{
    return follow(stepInto(from, step), rest...);
}

/// Changes what a path leads to; containers grow to hold it. None removes the key or the item.
template<typename T, typename V, typename Step>
void assignAt(T &in, std::optional<V> &&value, const Step &step)
{
    if constexpr (MemberStep<Step, T>) {
        if (value) {
            in.*step = *std::move(value);
        } else {
            in.*step = V{};
        }
    } else if constexpr (KeyStep<Step, T>) {
        if (!value) {
            if constexpr (requires { in.remove(step); }) {
                in.remove(step);
            } else {
                in.erase(step);
            }
        } else if constexpr (requires { in.insert_or_assign(step, *std::move(value)); }) {
            in.insert_or_assign(step, *std::move(value));
        } else {
            in.insert(step, *std::move(value));
        }
    } else {
        if (step < 0) {
            return;
        }
        const auto size = static_cast<std::size_t>(in.size());
        if (!value) {
            if (static_cast<std::size_t>(step) < size) {
                in.erase(in.begin() + static_cast<std::ptrdiff_t>(step));
            }
            return;
        }
        if (static_cast<std::size_t>(step) >= size) {
            in.resize(static_cast<decltype(in.size())>(step) + 1);
        }
        in[static_cast<decltype(in.size())>(step)] = *std::move(value);
    }
}
template<typename T, typename V, typename Step, typename Next, typename... Rest>
void assignAt(T &in, std::optional<V> &&value, const Step &step, const Next &next, const Rest &...rest)
{
    using Inner = typename StepResult<T, Step>::type;
    if constexpr (MemberStep<Step, T>) {
        assignAt(in.*step, std::move(value), next, rest...);
    } else {
        const Inner *present = stepInto(&in, step);
        if (!present && !value) {
            return;
        }
        Inner inner = present ? *present : Inner{};
        assignAt(inner, std::move(value), next, rest...);
        assignAt(in, std::optional<Inner>(std::move(inner)), step);
    }
}

} // namespace detail

/// Where a value lies inside a struct: member pointers, indexes and keys, in order. See path().
template<typename... Steps>
struct Path
{
    std::tuple<Steps...> steps;
};

/// `path(&Settings::users, 3, &User::name)`: the name of the fourth user.
template<typename... Steps>
requires(sizeof...(Steps) > 0)
[[nodiscard]] constexpr Path<std::decay_t<Steps>...> path(Steps &&...steps)
{
    return {{std::forward<Steps>(steps)...}};
}

/// Whether each step of the path P fits the type that the steps before it lead to; see PathInto.
template<typename S, typename P>
inline constexpr bool isPathInto = false;
template<typename S, typename... Steps>
inline constexpr bool isPathInto<S, Path<Steps...>> = detail::PathTarget<S, Steps...>::valid;

/// A path whose every step fits the type that the steps before it lead to, starting with S.
template<typename P, typename S>
concept PathInto = isPathInto<S, P>;

/// `PathValue<S, P>::type` is the type at the end of the path P, beginning with S.
template<typename S, typename P>
struct PathValue;
template<typename S, typename... Steps>
struct PathValue<S, Path<Steps...>>
{
    using type = typename detail::PathTarget<S, Steps...>::type;
};

/// Any path into S, as a key: what listeners of a DeepMap are called with, and what listenKeys() takes.
template<typename S>
class PathKey
{
    struct Base
    {
        Base() = default;
        Base(const Base &) = delete;
        Base &operator=(const Base &) = delete;
        virtual ~Base() = default;
        virtual bool differs(const S &a, const S &b) const = 0;
        virtual bool equals(const Base &other) const = 0;
    };
    template<typename Steps>
    struct Of final : Base
    {
        explicit Of(Steps s)
            : steps(std::move(s))
        {
        }
        bool differs(const S &a, const S &b) const override
        {
            const auto at = [this](const S &in) {
                return std::apply([&in](const auto &...step) { return detail::follow(&in, step...); }, steps);
            };
            const auto *x = at(a);
            const auto *y = at(b);
            using T = std::decay_t<decltype(*x)>;
            return !x || !y ? x != y : !Equal<T>{}(*x, *y);
        }
        bool equals(const Base &other) const override
        {
            const auto *same = dynamic_cast<const Of *>(&other);
            return same && same->steps == steps;
        }
        Steps steps;
    };
    template<typename... Steps>
    using Kept = typename detail::KeptSteps<S, std::tuple<>, Steps...>::type;

public:
    template<typename... Steps>
    requires PathInto<Path<Steps...>, S>
    PathKey(const Path<Steps...> &path) // NOLINT: meant to convert
        : m_path(std::make_shared<Of<Kept<Steps...>>>(Kept<Steps...>(path.steps)))
    {
    }
    template<typename T, detail::MemberOwner<S, T> C>
    PathKey(T C::*member) // NOLINT: meant to convert
        : PathKey(Path<T S::*>{{member}})
    {
    }

    /// Whether what the path leads to differs between two values; also if it leads nowhere in only one of them.
    bool differs(const S &a, const S &b) const { return m_path->differs(a, b); }

    friend bool operator==(const PathKey &a, const PathKey &b) { return a.m_path->equals(*b.m_path); }

private:
    std::shared_ptr<const Base> m_path;
};

/// A store of nested values, changed by path. From nanostores' deepMap().
///
/// `settings.setKey(path(&Settings::users, 3, &User::name), "Ada")`: the compiler checks every step and the value.
/// A listener may be f(value, oldValue, changedPath) with a const PathKey<S> *, null when the whole value was set or in
/// a batch. listenKeys() with paths is called for every change above, at and below them.
template<typename S>
class DeepMap : public Store<detail::RecordNode<S, PathKey<S>>>
{
    using Node = detail::RecordNode<S, PathKey<S>>;
    using Base = Store<Node>;

public:
    using changed_key = PathKey<S>;

    explicit DeepMap(S initial)
        : Base(detail::Ref<Node>::adopt(new Node(std::move(initial))))
    {
    }
    explicit DeepMap(detail::Ref<Node> node) noexcept
        : Base(std::move(node))
    {
    }

    void set(S newValue) const { this->m_node->set(std::move(newValue)); }
    /// Sets what the path leads to. An index beyond the end makes the array grow; a missing key is added. A value equal
    /// to the present one is no change.
    template<typename... Steps>
    requires PathInto<Path<Steps...>, S>
    void setKey(const Path<Steps...> &path,
                std::type_identity_t<typename PathValue<S, Path<Steps...>>::type> newValue) const
    {
        assign(path, std::optional(std::move(newValue)));
    }
    template<typename T, detail::MemberOwner<S, T> C>
    void setKey(T C::*member, std::type_identity_t<T> newValue) const
    {
        assign(nanostores::path(static_cast<T S::*>(member)), std::optional(std::move(newValue)));
    }
    /// Removes the key or the item; a member gets its default value.
    template<typename... Steps>
    requires PathInto<Path<Steps...>, S>
    void removeKey(const Path<Steps...> &path) const
    {
        using V = typename PathValue<S, Path<Steps...>>::type;
        assign(path, std::optional<V>());
    }
    /// What the path leads to, or null. Neither tracks nor mounts; holds until the next change.
    template<typename... Steps>
    requires PathInto<Path<Steps...>, S>
    const auto *getKey(const Path<Steps...> &path) const
    {
        return std::apply([this](const auto &...step) { return detail::follow(&this->peek(), step...); }, path.steps);
    }
    DeepMap named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }

private:
    template<typename P, typename V>
    void assign(const P &path, std::optional<V> newValue) const
    {
        const V *present = getKey(path);
        if (newValue
                ? present && Equal<V>{}(*present, *newValue) && !this->m_node->has(detail::HooksSet | detail::Spied)
                : !present) {
            return;
        }
        S next = this->peek();
        std::apply([&](const auto &...step) { detail::assignAt(next, std::move(newValue), step...); }, path.steps);
        this->m_node->setAt(PathKey<S>(path), std::move(next));
    }
};

/// deepMap(Settings{...}): a DeepMap.
template<typename S>
[[nodiscard]] DeepMap<S> deepMap(S initial)
{
    return DeepMap<S>(std::move(initial));
}

/// getPath(value, path(...)): what the path leads to in a value, or null. From nanostores.
template<typename S, typename... Steps>
requires PathInto<Path<Steps...>, S>
[[nodiscard]] const auto *getPath(const S &value, const Path<Steps...> &path)
{
    return std::apply([&value](const auto &...step) { return detail::follow(&value, step...); }, path.steps);
}

/// setPath(value, path(...), part): a copy of the value in which the path leads to the part. From nanostores.
template<typename S, typename... Steps>
requires PathInto<Path<Steps...>, S>
[[nodiscard]] S setPath(S value, const Path<Steps...> &path,
                        std::type_identity_t<typename PathValue<S, Path<Steps...>>::type> part)
{
    std::optional next(std::move(part));
    std::apply([&](const auto &...step) { detail::assignAt(value, std::move(next), step...); }, path.steps);
    return value;
}

/// getKey(store, path(...)): what the path leads to in the store's value, read with get(). Null if nothing is there.
template<AnyStore S, typename... Steps>
requires PathInto<Path<Steps...>, typename S::value_type>
[[nodiscard]] const auto *getKey(const S &store, const Path<Steps...> &path)
{
    return getPath(store.get(), path);
}

} // namespace nanostores

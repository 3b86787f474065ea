// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/record.h>
#include <nanostores/kit/child.h>
#include <nanostores/kit/detail/engine.h>
#include <nanostores/kit/values.h>

#include <memory>
#include <optional>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <vector>

namespace nanostores::kit {

namespace internal {

template<typename T>
struct StructOf
{
    using type = T;
};
template<typename T>
struct StructOf<std::optional<T>>
{
    using type = T;
};

/// The children made so far of one store, of whatever type each is.
template<typename S>
using RecordChildren = std::vector<std::pair<MemberKey<S>, std::shared_ptr<void>>>;

/// The object of this type that all handles to the node share; made when first asked for, gone with the last of them.
template<typename T>
std::shared_ptr<T> sharedOfNode(Node &node)
{
    auto &shared = node.extra().shared;
    for (auto &[type, object] : shared) {
        if (type == typeid(T)) {
            auto present = std::static_pointer_cast<T>(object.lock());
            if (!present) {
                present = std::make_shared<T>();
                object = present;
            }
            return present;
        }
    }
    auto made = std::make_shared<T>();
    shared.emplace_back(typeid(T), made);
    return made;
}

} // namespace internal

/// Whether deepRecord() goes on into a member of this type: plain structs, and optional ones, yes; strings and
/// containers no. Specialise it for a struct that has constructors.
template<typename T>
inline constexpr bool isDeepRecord =
    std::is_class_v<T> && std::is_aggregate_v<T> && !requires(const T &value) { value.size(); };
template<typename T>
inline constexpr bool isDeepRecord<std::optional<T>> = isDeepRecord<T>;

/// An accessor whose value is a struct, or an optional one.
template<typename S>
concept StructAccessor = Accessor<S> && std::is_class_v<typename internal::StructOf<AccessorValue<S>>::type>;

/// A signal of a struct that hands out its members as signals. See record() and deepRecord().
///
/// It is the signal itself, to be read, written and listened to; `user[&User::name]` is the member's, the same one each
/// time while a handle to the record exists.
template<StructAccessor S, bool deep>
class SignalRecord : public S
{
    using Struct = typename internal::StructOf<AccessorValue<S>>::type;
    struct Children
    {
        internal::RecordChildren<Struct> all;
    };

public:
    explicit SignalRecord(S signal)
        : S(std::move(signal))
        , m_children(makeChildren(*this))
    {
    }
    template<typename Node>
    requires std::constructible_from<S, internal::Ref<Node>>
    explicit SignalRecord(internal::Ref<Node> node)
        : SignalRecord(S(std::move(node)))
    {
    }

    using S::operator();

    /// The member as a signal: writable where the record is, a Computed where it is not. A deep record's member that is
    /// a struct is a deep record again.
    template<typename T, typename C>
    requires std::is_base_of_v<C, Struct> && std::is_object_v<T>
    [[nodiscard]] auto operator[](T C::*member) const
    {
        T Struct::*const own = member;
        const MemberKey<Struct> key(own);
        const auto made = [&] {
            auto part = child(static_cast<const S &>(*this), own);
            using Part = decltype(part);
            if constexpr (deep && isDeepRecord<AccessorValue<Part>>) {
                return SignalRecord<Part, true>(std::move(part));
            } else {
                return part;
            }
        };
        using Made = decltype(made());
        for (const auto &[present, object] : m_children->all) {
            if (present == key) {
                return *static_cast<const Made *>(object.get());
            }
        }
        auto object = std::make_shared<Made>(made());
        m_children->all.emplace_back(key, object);
        return Made(*object);
    }

private:
    static std::shared_ptr<Children> makeChildren(const S &signal)
    {
        if constexpr (NodeHandle<S>) {
            return internal::sharedOfNode<Children>(*signal.node());
        } else {
            return std::make_shared<Children>();
        }
    }

    std::shared_ptr<Children> m_children;
};

/// record(signal): the signal, whose members are signals too: `record(user)[&User::name]`. Of any accessor of a struct
/// the members are read-only; a struct itself is made a signal. An optional struct has optional members.
template<typename V>
requires StructAccessor<decltype(toAccessorOrSignal(std::declval<V>()))>
[[nodiscard]] auto record(V &&source)
{
    auto signal = toAccessorOrSignal(std::forward<V>(source));
    return SignalRecord<decltype(signal), false>(std::move(signal));
}

/// deepRecord(signal): as record(), and members that are structs are deep records themselves:
/// `deepRecord(user)[&User::address][&Address::city]`. See isDeepRecord.
template<typename V>
requires StructAccessor<decltype(toAccessorOrSignal(std::declval<V>()))>
[[nodiscard]] auto deepRecord(V &&source)
{
    auto signal = toAccessorOrSignal(std::forward<V>(source));
    return SignalRecord<decltype(signal), true>(std::move(signal));
}

} // namespace nanostores::kit

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/record.h>
#include <nanostores/qt/storeobject.h>

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

namespace nanostores::detail {

/// The member, or what the function makes of the struct. Tracked.
template<typename To, AnyStore S, typename M>
To readField(const S &store, M member) noexcept
{
    try {
        return convertTo<To>(std::invoke(member, store()));
    } catch (...) {
        reportError(std::current_exception());
        return To();
    }
}

/// Writes the field, converted to its type. True: it then holds that. See writeStore().
template<typename From, WritableStore S, typename M, MemberOwner<typename S::value_type, M> C>
bool writeField(const S &store, M C::*member, const From &value) noexcept
{
    try {
        const S held = store; // those who are notified may delete the object that has it
        const std::optional<M> next = tryConvert<M>(value);
        if (!next) {
            warnRefused(held.name(), convertTo<QVariant>(value), QMetaType::fromType<M>());
            return false;
        }
        if (isRoundedFrom(*next, held.peek().*member)) {
            warnRounded(held.name(), convertTo<QVariant>(*next));
            return false;
        }
        if constexpr (requires { store.setKey(member, std::declval<M>()); }) {
            held.setKey(member, *next);
        } else {
            auto whole = held.peek();
            whole.*member = *next;
            held.set(std::move(whole));
        }
        return Equal<M>{}(held.peek().*member, *next);
    } catch (...) {
        reportError(std::current_exception());
        return false;
    }
}

template<typename From, AnyStore S, typename M>
requires(!WritableStore<S>)
bool writeField(const S &, M, const From &)
{
    static_assert(WritableStore<S>, "this store cannot be written, it is computed or read-only: use "
                                    "NANOSTORES_READONLY_FIELD or NANOSTORES_READONLY_RECORD");
    return false;
}

template<typename S>
inline constexpr bool keyedByMember =
    requires { requires std::is_same_v<typename S::changed_key, MemberKey<typename S::value_type>>; };

/// Calls f when the field has changed, or may have.
template<typename T, typename M, typename F, bool keyed>
struct FieldListener
{
    using Field = std::decay_t<std::invoke_result_t<const M &, const T &>>;

    bool differs(const T &a, const T &b) const
    {
        return !Equal<Field>{}(std::invoke(member, a), std::invoke(member, b));
    }
    void operator()(const T &now, const T &before, const MemberKey<T> *changed) const
    requires keyed
    {
        if (changed ? *changed == member : &now == &before || differs(now, before)) {
            f();
        }
    }
    void operator()(const T &now, const T *before) const
    requires(!keyed)
    {
        if (!before || differs(now, *before)) {
            f();
        }
    }
    std::string shownAs() const { return f.shownAs(); }

    M member;
    F f;
};

/// A NANOSTORES_STRUCT itself.
template<typename T>
concept Visited = requires { requires std::is_same_v<typename T::VisitedStruct, T>; };

template<AnyStore S, typename M, typename F>
ObserverLink listenToField(const S &store, M member, F f)
{
    constexpr bool keyed = std::is_member_object_pointer_v<M> && keyedByMember<S>;
    using Observer = FieldListener<typename S::value_type, M, F, keyed>;
    return ObserverLink::to(store, Observer{std::move(member), std::move(f)});
}

} // namespace nanostores::detail

/// Field by field, by their own Equal.
template<nanostores::detail::Visited T>
struct nanostores::Equal<T>
{
    static constexpr bool comparable = true;
    static constexpr bool byFields = true; ///< Two values are equal when the fields are that are visited.

    bool operator()(const T &a, const T &b) const
    {
        bool same = true;
        T::visitFields([&](const char *, auto member) {
            same = same && Equal<std::remove_cvref_t<decltype(a.*member)>>{}(a.*member, b.*member);
        });
        return same;
    }
};

/// NANOSTORES_FIELD(type, name, store, member): a property of a StoreObject that shows one member of a store's struct,
/// `NANOSTORES_FIELD(QString, theme, ::profile, &Profile::theme)`. It signals a change when that member changes, and
/// not when another one does. Of a Record, or an Atom of a struct. See NANOSTORES_PROPERTY.
#if defined(Q_MOC_RUN)
#define NANOSTORES_FIELD(type, name, store, member) NANOSTORES_PROPERTY(type, name, store)
#else
#define NANOSTORES_FIELD(type, name, store, member) \
    NANOSTORES_PRIVATE_CHECK_NAME(name, #store) \
public: \
    type name() const \
    { \
        return nanostores::detail::readField<type>(store, member); \
    } \
    void set_##name(const std::type_identity_t<type> &newValue) \
    { \
        const QPointer<QObject> guard(this); /* those who are notified may delete it */ \
        if (!nanostores::detail::writeField<type>(store, member, newValue) && guard) { \
            notify_##name(); \
        } \
    } \
    Q_SIGNAL void name##Changed(); \
\
private: \
    nanostores::detail::ObserverLink listenTo_##name() \
    { \
        NANOSTORES_PRIVATE_LISTENER(name) \
        return nanostores::detail::listenToField(store, member, NanoStoresListener{this}); \
    } \
    NANOSTORES_PRIVATE_TIE(name)
#endif

/// NANOSTORES_READONLY_FIELD(type, name, store, member): a NANOSTORES_FIELD without a setter, as computed stores need
/// it. Instead of a member it may be what a function makes of the struct: `&Profile::isAdult`, or a lambda.
#if defined(Q_MOC_RUN)
#define NANOSTORES_READONLY_FIELD(type, name, ...) NANOSTORES_READONLY(type, name, )
#else
#define NANOSTORES_READONLY_FIELD(type, name, store, ...) \
    NANOSTORES_PRIVATE_CHECK_NAME(name, #store) \
public: \
    type name() const \
    { \
        return nanostores::detail::readField<type>(store, __VA_ARGS__); \
    } \
    Q_SIGNAL void name##Changed(); \
\
private: \
    nanostores::detail::ObserverLink listenTo_##name() \
    { \
        NANOSTORES_PRIVATE_LISTENER(name) \
        return nanostores::detail::listenToField(store, __VA_ARGS__, NanoStoresListener{this}); \
    } \
    NANOSTORES_PRIVATE_TIE(name)
#endif

/// One list of fields declares a struct for stores, models and QML, and its adapter:
///
///     #define PROFILE(FIELD) FIELD(QString, name) FIELD(int, age) FIELD(QString, theme)
///
///     struct Profile
///     {
///         Q_GADGET
///         NANOSTORES_STRUCT(Profile, PROFILE)
///     };
///     inline const auto profile = nanostores::map(Profile{});
///
///     class User : public nanostores::StoreObject
///     {
///         Q_OBJECT
///         QML_ELEMENT
///         NANOSTORES_RECORD(PROFILE, ::profile)
///     };
///
/// The struct has a public member and a property for each field, ==, and visitFields(f), which calls f(name,
/// &Struct::member) for each; the adapter has a property for each that changes by itself.
/// NANOSTORES_READONLY_RECORD(PROFILE, ::shownProfile) is the same for a computed store.
#if defined(Q_MOC_RUN)
#define NANOSTORES_PRIVATE_MEMBER(type, name) Q_PROPERTY(type name MEMBER name FINAL)
#define NANOSTORES_STRUCT(struct_, FIELDS) FIELDS(NANOSTORES_PRIVATE_MEMBER)
#define NANOSTORES_PRIVATE_FIELD(type, name) NANOSTORES_PROPERTY(type, name, store)
#define NANOSTORES_RECORD(FIELDS, store) FIELDS(NANOSTORES_PRIVATE_FIELD)
#define NANOSTORES_PRIVATE_READONLY_FIELD(type, name) NANOSTORES_READONLY(type, name, store)
#define NANOSTORES_READONLY_RECORD(FIELDS, store) FIELDS(NANOSTORES_PRIVATE_READONLY_FIELD)
#else
#define NANOSTORES_PRIVATE_MEMBER(type, name) type name = type();
#define NANOSTORES_PRIVATE_VISIT(type, name) visit(#name, &Visited::name);
/// Declares the listed fields as members and properties of the struct.
#define NANOSTORES_STRUCT(struct_, FIELDS) \
public: \
    FIELDS(NANOSTORES_PRIVATE_MEMBER) \
    template<typename F> \
    static constexpr void visitFields(F visit) \
    { \
        using Visited = struct_; \
        FIELDS(NANOSTORES_PRIVATE_VISIT) \
    } \
    using VisitedStruct = struct_; /* not that of what is derived from it */ \
    friend bool operator==(const struct_ &, const struct_ &) = default;
#define NANOSTORES_PRIVATE_FIELD(type, name) \
    NANOSTORES_FIELD(type, name, storeOfRecord(), &std::remove_cvref_t<decltype(storeOfRecord())>::value_type::name)
#define NANOSTORES_PRIVATE_READONLY_FIELD(type, name) \
    NANOSTORES_READONLY_FIELD(type, name, storeOfRecord(), \
                              &std::remove_cvref_t<decltype(storeOfRecord())>::value_type::name)
#define NANOSTORES_PRIVATE_RECORD(store) \
private: \
    decltype(auto) storeOfRecord() const \
    { \
        return (store); \
    }
/// A property for each listed field of the store's struct.
#define NANOSTORES_RECORD(FIELDS, store) \
    NANOSTORES_PRIVATE_RECORD(store) \
    FIELDS(NANOSTORES_PRIVATE_FIELD)
/// The same, read-only, for a computed store.
#define NANOSTORES_READONLY_RECORD(FIELDS, store) \
    NANOSTORES_PRIVATE_RECORD(store) \
    FIELDS(NANOSTORES_PRIVATE_READONLY_FIELD)
#endif

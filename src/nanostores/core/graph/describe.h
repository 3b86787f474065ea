// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/export.h>

#include <concepts>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

/// Values of any type, read by code that does not know the type: inspectors, session files, logs. edit.h writes them.
///
/// How a type is taken apart depends on the type alone, and not on the headers that a file includes, so all files of a
/// program agree on it. What cannot be taken apart is a leaf: the reader looks its type up when the program runs.
namespace nanostores::detail {

struct Node;
struct OldValue;

/// Is handed a value, part by part.
class NANOSTORES_CORE_EXPORT Describer
{
public:
    Describer() = default;
    Describer(const Describer &) = delete;
    Describer &operator=(const Describer &) = delete;
    virtual ~Describer();

    /// The type of the store's value, before the value.
    virtual void valueType(const std::type_info &type);
    /// A value of any type. False: its type is not known, and it is to be taken apart.
    virtual bool whole(const std::type_info &type, const void *value) = 0;
    /// It cannot be taken apart either.
    virtual void unknown(const std::type_info &type) = 0;
    /// There is none: an empty optional, or a computed store that has not run.
    virtual void none() = 0;
    virtual void beginList() = 0;
    virtual void endList() = 0;
    /// Keys and values follow in turn.
    virtual void beginMap() = 0;
    virtual void endMap() = 0;
    /// Each member follows its name.
    virtual void beginStruct() = 0;
    virtual void member(const char *name) = 0;
    virtual void endStruct() = 0;
};

/// Has values of a type that is not taken apart described by the function. For layers and programs with types of their
/// own, once for each type. Thread-safe.
NANOSTORES_CORE_EXPORT void setDescriber(const std::type_info &type,
                                         void (*describe)(const void *value, Describer &to));
/// A value that is not taken apart.
NANOSTORES_CORE_EXPORT void describeLeaf(const std::type_info &type, const void *value, Describer &to);

// Which types are taken apart

/// It hands its parts over itself.
template<typename T>
concept DescribesItself = requires(const T &value, Describer &to) { value.describeTo(to); };

/// Text of any library.
template<typename T>
concept DescribedAsText = requires(const T &text, const std::string &other) {
    {
        text.toStdString()
    } -> std::same_as<std::string>;
    {
        T::fromStdString(other)
    } -> std::same_as<T>;
};

template<typename T>
inline constexpr bool isMapOfValues = false;
template<typename T>
requires requires(const T &value) {
    typename T::key_type;
    typename T::mapped_type;
    value.begin() != value.end();
}
inline constexpr bool isMapOfValues<T> = !std::same_as<typename T::mapped_type, T>;

template<typename T>
inline constexpr bool isListOfValues = false;
template<typename T>
requires requires(const T &value) {
    typename T::value_type;
    value.begin() != value.end();
    requires std::same_as<std::remove_cvref_t<decltype(*value.begin())>, typename T::value_type>;
}
inline constexpr bool isListOfValues<T> =
    !std::same_as<typename T::value_type, T> && !requires { typename T::traits_type; };

template<typename T>
inline constexpr bool isTupleOfValues = false;
template<typename... T>
inline constexpr bool isTupleOfValues<std::tuple<T...>> = true;
template<typename A, typename B>
inline constexpr bool isTupleOfValues<std::pair<A, B>> = true;

template<typename T>
inline constexpr bool isTakenApart =
    std::is_enum_v<T> || DescribesItself<T> || DescribedAsText<T> || OptionalLike<T> || ListsItsFields<T>
    || isMapOfValues<T> || isListOfValues<T> || isTupleOfValues<T>;

template<typename T>
void describePart(const T &part, Describer &to);

/// Hands the parts of a value to the describer.
template<typename T>
void describeParts(const T &value, Describer &to)
{
    if constexpr (std::is_enum_v<T>) {
        describePart(static_cast<std::underlying_type_t<T>>(value), to);
    } else if constexpr (DescribesItself<T>) {
        value.describeTo(to);
    } else if constexpr (DescribedAsText<T>) {
        describePart(value.toStdString(), to);
    } else if constexpr (OptionalLike<T>) {
        value.has_value() ? describePart<typename T::value_type>(*value, to) : to.none();
    } else if constexpr (ListsItsFields<T>) {
        to.beginStruct();
        T::visitFields([&](const char *name, auto member) {
            to.member(name);
            describePart(value.*member, to);
        });
        to.endStruct();
    } else if constexpr (isMapOfValues<T>) {
        to.beginMap();
        for (auto entry = value.begin(); entry != value.end(); ++entry) {
            if constexpr (requires { entry.key(); }) {
                describePart<typename T::key_type>(entry.key(), to);
                describePart<typename T::mapped_type>(entry.value(), to);
            } else {
                describePart<typename T::key_type>(entry->first, to);
                describePart<typename T::mapped_type>(entry->second, to);
            }
        }
        to.endMap();
    } else if constexpr (isListOfValues<T>) {
        to.beginList();
        for (const auto &item : value) {
            describePart<typename T::value_type>(item, to);
        }
        to.endList();
    } else {
        to.beginList();
        std::apply([&](const auto &...part) { (describePart(part, to), ...); }, value);
        to.endList();
    }
}

/// Hands a value to the describer: whole if the describer knows the type, otherwise in parts.
template<typename T>
void describePart(const T &part, Describer &to)
{
    if (to.whole(typeid(T), &part)) {
        return;
    }
    if constexpr (isTakenApart<T>) {
        describeParts(part, to);
    } else {
        describeLeaf(typeid(T), &part, to);
    }
}

/// Hands the value of a store to the describer.
template<typename T>
void describeValue(const T *value, Describer &to)
{
    to.valueType(typeid(T));
    value ? describePart(*value, to) : to.none();
}

/// Hands the value of the store to the describer, without bringing it up to date. Nothing of the program runs.
NANOSTORES_CORE_EXPORT void describe(const Node &node, Describer &to);

/// A copy of a store's value, for restore(). It is not tied to the store.
class KeptValue
{
public:
    KeptValue() = default;
    explicit KeptValue(OldValue *value) noexcept
        : m_value(value)
    {
    }
    KeptValue(KeptValue &&other) noexcept
        : m_value(std::exchange(other.m_value, nullptr))
    {
    }
    KeptValue &operator=(KeptValue &&other) noexcept
    {
        std::swap(m_value, other.m_value);
        return *this;
    }
    KeptValue(const KeptValue &) = delete;
    KeptValue &operator=(const KeptValue &) = delete;
    NANOSTORES_CORE_EXPORT ~KeptValue();

    explicit operator bool() const noexcept { return m_value != nullptr; }
    OldValue *get() const noexcept { return m_value; }
    OldValue *take() noexcept { return std::exchange(m_value, nullptr); }

private:
    OldValue *m_value = nullptr;
};

/// Copies the value. Empty: the store cannot be set, or its value cannot be copied.
[[nodiscard]] NANOSTORES_CORE_EXPORT KeptValue keep(const Node &node);
/// Gives the store a value back that was kept of it, or of another store of the type: onSet hooks are not asked, and an
/// equal value is no change. The kept value is used up. False: it is empty.
NANOSTORES_CORE_EXPORT bool restore(Node &node, KeptValue kept);

} // namespace nanostores::detail

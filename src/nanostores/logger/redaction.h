// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/store.h>
#include <nanostores/logger/export.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// What a log shows as `***`. Nothing of it is formatted or written: no old value, no key, no argument. The last texts
/// that were hidden are remembered, to be hidden where a program repeats them.
struct NANOSTORES_LOGGER_EXPORT Redaction
{
    Redaction(const char *which) // NOLINT: meant to convert
        : pattern(which)
    {
    }
    Redaction(std::string which) // NOLINT: meant to convert
        : pattern(std::move(which))
    {
    }
    explicit Redaction(std::uintptr_t whole) noexcept
        : store(whole)
    {
    }

    /// "password": a store of that name, and each member and each key of that name in any store. "auth/*": stores whose
    /// names begin so. "user.password", "users/*.password": a member of certain stores. `*` stands for any text and `?`
    /// for any character; capitals and small letters are the same.
    std::string pattern;
    std::uintptr_t store = 0; ///< Or one whole store.
};

inline Redaction redact(std::string pattern)
{
    return Redaction(std::move(pattern));
}
/// The store, whatever its name is.
template<NodeHandle S>
Redaction redact(const S &store)
{
    return Redaction(reinterpret_cast<std::uintptr_t>(static_cast<const detail::Node *>(store.node().get())));
}
/// The member, in any store. The struct lists its members by NANOSTORES_STRUCT.
template<typename T, typename S>
Redaction redact(T S::*member)
{
    static_assert(detail::ListsItsFields<S>,
                  "redact(&S::member) takes the name of the member from NANOSTORES_STRUCT(S, ...). A struct without it "
                  "is not shown at all");
    std::string name;
    S::visitFields([&](const char *fieldName, auto field) {
        if constexpr (std::is_same_v<decltype(field), T S::*>) {
            if (field == member) {
                name = fieldName;
            }
        }
    });
    return Redaction(std::move(name));
}

namespace detail {

/// Whether the pattern stands for the text.
NANOSTORES_LOGGER_EXPORT bool matches(std::string_view pattern, std::string_view text) noexcept;

/// The names of members and keys that values of a type can have.
struct PossibleNames
{
    std::vector<std::string> names;
    bool isOpen = false; ///< And others: it holds keys, or what is known when the program runs.
};

template<typename T>
void addPossibleNames(PossibleNames &to)
{
    if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T> || DescribedAsText<T>
                  || std::is_convertible_v<const T &, std::string_view>) {
        // has no parts
    } else if constexpr (OptionalLike<T>) {
        addPossibleNames<typename T::value_type>(to);
    } else if constexpr (ListsItsFields<T>) {
        T::visitFields([&](const char *name, auto member) {
            to.names.emplace_back(name);
            using TypeOfMember = std::remove_cvref_t<decltype(std::declval<const T &>().*member)>;
            if constexpr (ListsItsFields<TypeOfMember> || requires { typename TypeOfMember::value_type; }) {
                to.isOpen = to.isOpen || !DescribedAsText<TypeOfMember>; // it may hold a T
            } else {
                addPossibleNames<TypeOfMember>(to);
            }
        });
    } else {
        to.isOpen = true;
    }
}

/// The rules of a logger.
class NANOSTORES_LOGGER_EXPORT RedactionRules
{
public:
    RedactionRules() = default;
    explicit RedactionRules(const std::vector<Redaction> &rules);

    /// Whether the logger was made without rules. Rules whose stores have ended count.
    bool empty() const noexcept { return !m_hasRules; }
    /// Whether the whole store is hidden.
    bool hidesStore(std::uintptr_t store, std::string_view name) const;
    /// Whether a part of the store of that name is hidden. path: the names and keys that lead there, its own last.
    bool hidesPart(std::string_view storeName, const std::vector<std::string> &path) const;
    /// Whether a part may be: then what a program says of it, in arguments and errors, is not shown either.
    bool concern(std::uintptr_t store, std::string_view name, const PossibleNames &parts) const;
    /// For a store that has ended: another one may come to lie where it was.
    void forget(std::uintptr_t store) { std::erase(m_stores, store); }

private:
    std::vector<std::string> m_names; ///< Patterns of names.
    std::vector<std::string> m_paths; ///< Patterns of paths.
    std::vector<std::uintptr_t> m_stores;
    bool m_hasRules = false;
};

} // namespace detail
} // namespace nanostores

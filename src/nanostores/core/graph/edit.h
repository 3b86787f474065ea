// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>
#include <nanostores/core/graph/describe.h>

#include <cstddef>
#include <type_traits>
#include <typeinfo>
#include <utility>

/// Setting stores by code that does not know their types: inspectors, session files.
///
/// A program pays for it by the type of store: makeEditable() compiles what sets stores of that type. The core has done
/// so for atoms of bool, int, unsigned, long long, double and std::string.
namespace nanostores::detail {

/// Gives a value, part by part.
class NANOSTORES_CORE_EXPORT ValueSource
{
public:
    ValueSource() = default;
    ValueSource(const ValueSource &) = delete;
    ValueSource &operator=(const ValueSource &) = delete;
    virtual ~ValueSource();

    /// Assigns to a value of the type. False: it cannot, and the value is to be put together.
    virtual bool whole(const std::type_info &type, void *value) const = 0;
    virtual bool isNone() const;
    /// Of a list or a map: how many items it has; 0 otherwise.
    virtual std::size_t size() const;
    /// Of a list or a map. Null: there is none.
    virtual const ValueSource *item(std::size_t index) const;
    /// Of a map.
    virtual const ValueSource *key(std::size_t index) const;
    /// Of a struct. Null: it keeps the value it has.
    virtual const ValueSource *member(const char *name) const;
    /// What it can be put together to.
    virtual bool isList() const;
    virtual bool isMap() const;
    virtual bool isStruct() const;
};

/// Assigns what the source gives, or null. False: it gives no such value, and the value may be changed in part.
template<typename T>
bool assignPart(T &part, const ValueSource *from);

/// Puts a value together of parts.
template<typename T>
bool assignParts(T &value, const ValueSource &from)
{
    if constexpr (std::is_enum_v<T>) {
        auto number = static_cast<std::underlying_type_t<T>>(value);
        const bool fits = assignPart(number, &from);
        value = static_cast<T>(number);
        return fits;
    } else if constexpr (DescribedAsText<T>) {
        std::string text;
        const bool fits = assignPart(text, &from);
        if (fits) {
            value = T::fromStdString(text);
        }
        return fits;
    } else if constexpr (OptionalLike<T>) {
        if (from.isNone()) {
            value = T();
            return true;
        }
        if constexpr (std::is_default_constructible_v<typename T::value_type>) {
            typename T::value_type part{};
            const bool fits = assignPart(part, &from);
            if (fits) {
                value = std::move(part);
            }
            return fits;
        }
        return false;
    } else if constexpr (ListsItsFields<T>) {
        bool fits = from.isStruct();
        T::visitFields([&](const char *name, auto member) {
            const ValueSource *const part = fits ? from.member(name) : nullptr;
            fits = fits && (!part || assignPart(value.*member, part));
        });
        return fits;
    } else if constexpr (isMapOfValues<T>) {
        using Key = typename T::key_type;
        using Item = typename T::mapped_type;
        if constexpr (std::is_default_constructible_v<T> && std::is_default_constructible_v<Key>
                      && std::is_default_constructible_v<Item>) {
            T made{};
            bool fits = from.isMap();
            for (std::size_t i = 0; fits && i < from.size(); ++i) {
                Key key{};
                Item item{};
                fits = assignPart(key, from.key(i)) && assignPart(item, from.item(i));
                if (!fits) {
                    break;
                }
                if constexpr (requires { made.insert_or_assign(std::move(key), std::move(item)); }) {
                    made.insert_or_assign(std::move(key), std::move(item));
                } else {
                    made.insert(std::move(key), std::move(item));
                }
            }
            if (fits) {
                value = std::move(made);
            }
            return fits;
        }
        return false;
    } else if constexpr (isListOfValues<T>) {
        using Item = typename T::value_type;
        if constexpr (std::is_default_constructible_v<T> && std::is_default_constructible_v<Item>
                      && requires(Item item) { value.push_back(std::move(item)); }) {
            T made{};
            bool fits = from.isList();
            for (std::size_t i = 0; fits && i < from.size(); ++i) {
                Item item{};
                fits = assignPart(item, from.item(i));
                if (fits) {
                    made.push_back(std::move(item));
                }
            }
            if (fits) {
                value = std::move(made);
            }
            return fits;
        }
        return false;
    } else {
        std::size_t i = 0;
        return from.isList() && from.size() == std::tuple_size_v<T>
               && std::apply([&](auto &...part) { return (assignPart(part, from.item(i++)) && ...); }, value);
    }
}

template<typename T>
bool assignPart(T &part, const ValueSource *from)
{
    if (!from) {
        return false;
    }
    if (from->whole(typeid(T), &part)) {
        return true;
    }
    if constexpr (isTakenApart<T> && !DescribesItself<T>) {
        return assignParts(part, *from);
    } else {
        return false;
    }
}

/// A next value is made of a copy of the present one: members that the source does not name stay as they are.
template<typename N>
bool editNode(Node &node, const ValueSource &from)
{
    auto &typed = static_cast<N &>(node);
    auto next = typed.current();
    if (!assignPart(next, &from)) {
        return false;
    }
    typed.set(std::move(next));
    return true;
}

using Editor = bool (*)(Node &node, const ValueSource &from);

/// Has assign() set nodes of the type by the editor. Thread-safe.
NANOSTORES_CORE_EXPORT void setEditor(const std::type_info &nodeType, Editor editor);

/// Lets assign() set stores of this type, such as Atom<Colour> or Map<std::string, int>. Thread-safe.
template<typename Store>
void makeEditable()
{
    using N = typename Store::node_type;
    setEditor(typeid(N), &editNode<N>);
}

/// Whether assign() can set nodes of this type.
NANOSTORES_CORE_EXPORT bool isEditable(const Node &node);

/// Sets the store to the value that the source gives, as the store's set() does. False: stores of its type are not
/// editable, or the source gives no value of its type; the store keeps its value then.
NANOSTORES_CORE_EXPORT bool assign(Node &node, const ValueSource &from);

} // namespace nanostores::detail

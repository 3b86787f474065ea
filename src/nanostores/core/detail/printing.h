// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/store.h>

#include <concepts>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>

/// How stores and their values read in a log, whatever they are written to.
namespace nanostores::detail {

/// Where text goes: raw() takes it as it is, value() writes a value with the << of the stream.
template<typename Out, typename T>
concept Writes = requires(Out &out, const T &value) { out.value(value); };

template<typename T>
concept LikeDictionary = requires(const T &value) {
    typename T::key_type;
    typename T::mapped_type;
    value.begin()->second;
};

template<typename T>
concept LikeList = requires(const T &value) {
    value.begin() != value.end();
    *value.begin();
};

template<typename T>
concept LikePair = requires(const T &value) {
    value.first;
    value.second;
};

template<typename Out, typename T>
void printValue(Out &out, const T &value);

template<typename Out, typename Range, typename F>
void printAll(Out &out, std::string_view brackets, const Range &range, F printItem)
{
    out.raw(brackets.substr(0, 1));
    bool first = true;
    for (const auto &item : range) {
        out.raw(first ? "" : ", ");
        first = false;
        printItem(item);
    }
    out.raw(brackets.substr(1));
}

/// `none`, `"text"`, `true`, `[1, 2]`, `{key: value}`, `{field: value}`; of a type that nothing is known of: `?`.
template<typename Out, typename T>
void printValue(Out &out, const T &value)
{
    if constexpr (std::is_same_v<T, bool>) {
        out.raw(value ? "true" : "false");
    } else if constexpr (OptionalLike<T>) {
        if (value.has_value()) {
            printValue(out, *value);
        } else {
            out.raw("none");
        }
    } else if constexpr (ListsItsFields<T>) {
        out.raw("{");
        bool first = true;
        T::visitFields([&](const char *name, auto member) {
            out.raw(first ? "" : ", ");
            first = false;
            out.raw(name);
            out.raw(": ");
            printValue(out, value.*member);
        });
        out.raw("}");
    } else if constexpr (LikeDictionary<T> && !Writes<Out, T>) {
        printAll(out, "{}", value, [&out](const auto &entry) {
            printValue(out, entry.first);
            out.raw(": ");
            printValue(out, entry.second);
        });
    } else if constexpr (Writes<Out, T>) {
        out.value(value);
    } else if constexpr (LikeList<T>) {
        printAll(out, "[]", value, [&out](const auto &item) { printValue(out, item); });
    } else if constexpr (LikePair<T>) {
        out.raw("(");
        printValue(out, value.first);
        out.raw(", ");
        printValue(out, value.second);
        out.raw(")");
    } else {
        out.raw("?");
    }
}

/// `Store("count", 5)`, or `Store(5)` of one without a name.
template<typename Out, AnyStore S>
void printStore(Out &out, const S &store)
{
    out.raw("Store(");
    if (const std::string name = store.name(); !name.empty()) {
        out.value(name);
        out.raw(", ");
    }
    try {
        printValue(out, store.peek());
    } catch (const std::exception &error) {
        out.raw("error: ");
        out.raw(error.what());
    } catch (...) {
        out.raw("error");
    }
    out.raw(")");
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

/// Text as a template argument, in UTF-8.
template<std::size_t N>
struct FixedText
{
    consteval FixedText(
        const char (&text)[N]) // NOLINT(google-explicit-constructor): text is written where one is meant
    {
        for (std::size_t i = 0; i < N; ++i) {
            characters[i] = text[i];
        }
    }
    constexpr std::string_view view() const noexcept { return {characters, N - 1}; }

    char characters[N] = {};
};

/// A parameter's name with its value.
template<FixedText Name, typename V>
struct Argument
{
    static constexpr std::string_view name = Name.view();
    V value;
};

template<typename T>
inline constexpr bool isArgument = false;
template<FixedText Name, typename V>
inline constexpr bool isArgument<Argument<Name, V>> = true;

} // namespace detail

/// A name that the compiler knows, written "name"_t: of a message, or, with a value, of a parameter: "name"_t = value.
template<detail::FixedText Name>
struct TextName
{
    template<typename V>
    constexpr detail::Argument<Name, std::decay_t<V>> operator=(V &&value) const // NOLINT: makes an argument
    {
        return {std::forward<V>(value)};
    }
};

inline namespace literals {

/// "name"_t: a TextName.
template<detail::FixedText Name>
consteval TextName<Name> operator""_t()
{
    return {};
}

} // namespace literals

namespace detail {

enum class TextPart { Literal, Param, Open, Close };

template<typename C>
constexpr bool isNameStart(C c)
{
    return (c >= C('a') && c <= C('z')) || (c >= C('A') && c <= C('Z')) || c == C('_');
}
template<typename C>
constexpr bool isNamePart(C c)
{
    return isNameStart(c) || (c >= C('0') && c <= C('9'));
}
/// How many characters at `from` are a name; 0: none.
template<typename C>
constexpr std::size_t nameLength(std::basic_string_view<C> text, std::size_t from)
{
    std::size_t end = from;
    while (end < text.size() && (end == from ? isNameStart(text[end]) : isNamePart(text[end]))) {
        ++end;
    }
    return end - from;
}

/// Calls f(part, text) for each part of a message: text as it is, {name}, and, if they are asked for, <name> and
/// </name>. Braces and angles around anything else are text.
template<typename C, typename F>
constexpr void scanMessage(std::basic_string_view<C> text, bool hasTags, F f)
{
    std::size_t literal = 0;
    std::size_t at = 0;
    const auto flush = [&] {
        if (at > literal) {
            f(TextPart::Literal, text.substr(literal, at - literal));
        }
    };
    while (at < text.size()) {
        const bool isParam = text[at] == C('{');
        if (!isParam && !(hasTags && text[at] == C('<'))) {
            ++at;
            continue;
        }
        const bool isClose = !isParam && at + 1 < text.size() && text[at + 1] == C('/');
        const std::size_t begin = at + (isClose ? 2 : 1);
        const std::size_t length = nameLength(text, begin);
        const std::size_t end = begin + length;
        if (length == 0 || end >= text.size() || text[end] != (isParam ? C('}') : C('>'))) {
            ++at;
            continue;
        }
        flush();
        f(isParam ? TextPart::Param : isClose ? TextPart::Close : TextPart::Open, text.substr(begin, length));
        at = literal = end + 1;
    }
    flush();
}

} // namespace detail
} // namespace nanostores

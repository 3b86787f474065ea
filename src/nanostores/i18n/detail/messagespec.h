// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/messagetext.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace nanostores::detail {

enum class MessageKind : std::uint8_t { Text, Params, Count, Ordinal, Match, Rich };

constexpr bool hasForms(MessageKind kind)
{
    return kind == MessageKind::Count || kind == MessageKind::Ordinal || kind == MessageKind::Match;
}
constexpr bool hasParams(MessageKind kind)
{
    return kind != MessageKind::Text;
}

/// One form of a message, "one: {count} comment": what it is for, and its text.
struct FormSpec
{
    std::string_view selector;
    std::string_view text;
};

/// A message as the program declares it.
struct MessageSpec
{
    MessageKind kind;
    std::string_view name;
    std::span<const FormSpec> forms; ///< One without a selector, if its kind has none.
    std::span<const std::string_view> params; ///< In the order of the text, without {count}.
    std::span<const std::string_view> tags; ///< Of rich text, without those of plain markup.
};

struct ComponentSpec
{
    std::string_view name;
    std::span<const MessageSpec> messages;
};

inline constexpr std::string_view countName = "count";
inline constexpr std::string_view otherSelector = "other";

/// Tags that rich text has without an argument.
inline constexpr std::array<std::string_view, 12> plainTags{"b",  "i",   "u",   "s",    "em",  "strong",
                                                            "br", "sub", "sup", "code", "big", "small"};

template<typename Names>
constexpr bool hasName(const Names &names, std::string_view name)
{
    for (const std::string_view other : names) {
        if (other == name) {
            return true;
        }
    }
    return false;
}

constexpr bool isPluralKeyword(std::string_view text)
{
    return text == "zero" || text == "one" || text == "two" || text == "few" || text == "many" || text == "other";
}
/// "0", "-1": up to nine digits, and each number in one way only.
constexpr bool isExactNumber(std::string_view text)
{
    if (text == "0") {
        return true;
    }
    if (!text.empty() && text.front() == '-') {
        text.remove_prefix(1);
    }
    if (!text.empty() && text.front() == '0') {
        return false;
    }
    for (const char c : text) {
        if (c < '0' || c > '9') {
            return false;
        }
    }
    return !text.empty() && text.size() <= 9;
}

constexpr FormSpec splitForm(MessageKind kind, std::string_view text)
{
    if (!hasForms(kind)) {
        return {{}, text};
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) {
        return {{}, text};
    }
    std::string_view rest = text.substr(colon + 1);
    if (!rest.empty() && rest.front() == ' ') {
        rest.remove_prefix(1);
    }
    return {text.substr(0, colon), rest};
}

/// The names that parts of this sort have in the forms, each once.
template<typename Forms, typename F>
constexpr void eachName(MessageKind kind, const Forms &forms, TextPart sort, F f)
{
    for (std::size_t i = 0; i < forms.size() && hasParams(kind); ++i) {
        scanMessage(forms[i].text, kind == MessageKind::Rich, [&](TextPart part, std::string_view name) {
            const bool isCount = (kind == MessageKind::Count || kind == MessageKind::Ordinal) && name == countName;
            const bool isPlain = part == TextPart::Open && hasName(plainTags, name);
            if (part == sort && !isCount && !isPlain) {
                f(name);
            }
        });
    }
}

template<typename Forms>
constexpr std::size_t countNames(MessageKind kind, const Forms &forms, TextPart sort)
{
    constexpr std::size_t most = 64;
    std::array<std::string_view, most> seen{};
    std::size_t count = 0;
    eachName(kind, forms, sort, [&](std::string_view name) {
        if (!hasName(std::span(seen.data(), count), name)) {
            seen.at(count++) = name; // with more than 64 it does not compile
        }
    });
    return count;
}

template<std::size_t N, typename Forms>
constexpr std::array<std::string_view, N> namesIn(MessageKind kind, const Forms &forms, TextPart sort)
{
    std::array<std::string_view, N> names{};
    std::size_t count = 0;
    eachName(kind, forms, sort, [&](std::string_view name) {
        if (!hasName(std::span(names.data(), count), name)) {
            names[count++] = name;
        }
    });
    return names;
}

/// Whether each tag is closed, the last one first; <br> is not.
template<typename C>
constexpr bool isWellNested(std::basic_string_view<C> text)
{
    constexpr std::size_t deepest = 16;
    std::array<std::basic_string_view<C>, deepest> open{};
    std::size_t depth = 0;
    bool isWell = true;
    scanMessage(text, true, [&](TextPart part, std::basic_string_view<C> name) {
        const bool isBreak = name.size() == 2 && name[0] == C('b') && name[1] == C('r');
        if (part == TextPart::Open && !isBreak) {
            isWell = isWell && depth < deepest;
            if (isWell) {
                open[depth++] = name;
            }
        } else if (part == TextPart::Close) {
            isWell = isWell && depth > 0 && open[depth - 1] == name;
            depth -= isWell ? 1 : 0;
        }
    });
    return isWell && depth == 0;
}

template<typename Forms>
constexpr bool hasSelectorsOnce(const Forms &forms)
{
    for (std::size_t i = 0; i < forms.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (forms[i].selector == forms[k].selector) {
                return false;
            }
        }
    }
    return true;
}
template<typename Forms>
constexpr bool hasOther(const Forms &forms)
{
    for (const FormSpec &form : forms) {
        if (form.selector == otherSelector) {
            return true;
        }
    }
    return false;
}
template<typename Forms>
constexpr bool hasGoodSelectors(MessageKind kind, const Forms &forms)
{
    for (const FormSpec &form : forms) {
        const bool isGood = kind == MessageKind::Match ? !form.selector.empty()
                                                       : isPluralKeyword(form.selector) || isExactNumber(form.selector);
        if (!isGood) {
            return false;
        }
    }
    return true;
}

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace nanostores {

namespace detail {

enum class PartKind : std::uint8_t {
    Literal, ///< about
    Param, ///< :id
    Optional, ///< :tab?
    Rest, ///< * or :path*
};

/// A part of a pattern between slashes; the text is the name of the parameter, of a literal the literal.
struct PatternPart
{
    PartKind kind;
    std::string_view text;
};

enum class PatternError : std::uint8_t {
    None,
    NoLeadingSlash,
    EmptyPart, ///< Two slashes in a row.
    BadName, ///< A parameter without a name, or with other characters than letters, digits and _.
    RestNotLast,
    BadCharacter, ///< One of ? # * : % and control characters in a literal.
    Dots, ///< . or .. as a part.
    TooManyOptional,
};

inline constexpr int MaxOptional = 6; // each doubles the shapes of the path
inline constexpr std::string_view SplatName = "splat";

constexpr bool isNameCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

constexpr PatternError scanPart(std::string_view text, PatternPart &part)
{
    if (text == "*") {
        part = {PartKind::Rest, SplatName};
        return PatternError::None;
    }
    if (text.front() == ':') {
        std::string_view name = text.substr(1);
        PartKind kind = PartKind::Param;
        if (!name.empty() && (name.back() == '?' || name.back() == '*')) {
            kind = name.back() == '?' ? PartKind::Optional : PartKind::Rest;
            name.remove_suffix(1);
        }
        for (const char c : name) {
            if (!isNameCharacter(c)) {
                return PatternError::BadName;
            }
        }
        part = {kind, name};
        return name.empty() ? PatternError::BadName : PatternError::None;
    }
    if (text == "." || text == "..") {
        return PatternError::Dots;
    }
    for (const char c : text) {
        if (c == '?' || c == '#' || c == '*' || c == ':' || c == '%' || c == '\x7f' || (c >= 0 && c < ' ')) {
            return PatternError::BadCharacter;
        }
    }
    part = {PartKind::Literal, text};
    return PatternError::None;
}

/// Calls f(part) for each part of the pattern, which is UTF-8.
template<typename F>
constexpr PatternError scanPattern(std::string_view pattern, F f)
{
    if (pattern.empty() || pattern.front() != '/') {
        return PatternError::NoLeadingSlash;
    }
    if (pattern.size() == 1) {
        return PatternError::None;
    }
    if (pattern.size() > 2 && pattern.back() == '/') {
        pattern.remove_suffix(1);
    }
    int optional = 0;
    bool isLast = false;
    while (!pattern.empty()) {
        pattern.remove_prefix(1);
        const std::size_t length = pattern.find('/') == std::string_view::npos ? pattern.size() : pattern.find('/');
        if (length == 0) {
            return PatternError::EmptyPart;
        }
        if (isLast) {
            return PatternError::RestNotLast;
        }
        PatternPart part{PartKind::Literal, {}};
        const PatternError error = scanPart(pattern.substr(0, length), part);
        if (error != PatternError::None) {
            return error;
        }
        isLast = part.kind == PartKind::Rest;
        optional += part.kind == PartKind::Optional ? 1 : 0;
        if (optional > MaxOptional) {
            return PatternError::TooManyOptional;
        }
        f(part);
        pattern.remove_prefix(length);
    }
    return PatternError::None;
}

template<typename T>
inline constexpr bool hasFields = requires { requires std::is_same_v<typename T::VisitedStruct, T>; };

template<typename T>
constexpr bool hasField(std::string_view name)
{
    bool has = false;
    if constexpr (hasFields<T>) {
        T::visitFields([&](const char *field, auto) { has = has || name == field; });
    }
    return has;
}

/// The type that T is, for messages.
template<typename T>
struct StructNamed
{
};

// What a pattern that is wrong makes the compiler say: these are not defined, and no constant expression calls them.
// The compiler shows the pattern with them, and clang where in it the parameter begins.
template<typename T>
void the1stParameterOfThePatternIsNoMemberOf(StructNamed<T>, const char *at);
template<typename T>
void the2ndParameterOfThePatternIsNoMemberOf(StructNamed<T>, const char *at);
template<typename T>
void the3rdParameterOfThePatternIsNoMemberOf(StructNamed<T>, const char *at);
template<typename T>
void aLaterParameterOfThePatternIsNoMemberOf(StructNamed<T>, const char *at);
template<typename T>
void thePatternNamesAParameterTwiceFor(StructNamed<T>, const char *at);
template<typename T>
void thePatternHasNoParameterForAMemberOf(StructNamed<T>, const char *member);
void thePatternBeginsWithNoSlash();
void thePatternHasTwoSlashesInARow();
void thePatternHasAParameterWithoutAName_writeColonAndLettersDigitsOrUnderscores();
void thePatternHasPartsAfterItsStar();
void thePatternHasACharacterThatIsNoPartOfAPath_aParameterIsAWholePart();
void thePatternHasDotsForAPart();
void thePatternHasMoreThanSixOptionalParameters();

constexpr void expectNoError(PatternError error)
{
    switch (error) {
    case PatternError::None:
        return;
    case PatternError::NoLeadingSlash:
        return thePatternBeginsWithNoSlash();
    case PatternError::EmptyPart:
        return thePatternHasTwoSlashesInARow();
    case PatternError::BadName:
        return thePatternHasAParameterWithoutAName_writeColonAndLettersDigitsOrUnderscores();
    case PatternError::RestNotLast:
        return thePatternHasPartsAfterItsStar();
    case PatternError::BadCharacter:
        return thePatternHasACharacterThatIsNoPartOfAPath_aParameterIsAWholePart();
    case PatternError::Dots:
        return thePatternHasDotsForAPart();
    case PatternError::TooManyOptional:
        return thePatternHasMoreThanSixOptionalParameters();
    }
}

template<typename T>
constexpr void expectMember(bool has, int number, const char *at)
{
    if (has) {
        return;
    }
    switch (number) {
    case 1:
        return the1stParameterOfThePatternIsNoMemberOf<T>({}, at);
    case 2:
        return the2ndParameterOfThePatternIsNoMemberOf<T>({}, at);
    case 3:
        return the3rdParameterOfThePatternIsNoMemberOf<T>({}, at);
    default:
        return aLaterParameterOfThePatternIsNoMemberOf<T>({}, at);
    }
}

constexpr int countOfParam(std::string_view pattern, std::string_view name)
{
    int count = 0;
    (void)scanPattern(pattern,
                      [&](PatternPart part) { count += part.kind != PartKind::Literal && part.text == name ? 1 : 0; });
    return count;
}

} // namespace detail

/// The pattern of a route of T: constant text that the compiler checks against the members of T.
///
/// Parts between slashes are fixed text, `:name` for a member of T, `:name?` for one that may be missing, and, last,
/// `:name*` for the rest of the path, which may be empty; `*` is `:splat*`. Each member of T has its parameter.
template<typename T>
class RoutePattern
{
public:
    template<std::size_t N>
    // NOLINTNEXTLINE(google-explicit-constructor): text is written where a pattern is expected
    consteval RoutePattern(const char (&text)[N])
        : m_text(text, N - 1)
    {
        const std::string_view pattern = m_text;
        int number = 0;
        detail::expectNoError(detail::scanPattern(pattern, [&](detail::PatternPart part) {
            if (part.kind != detail::PartKind::Literal) {
                detail::expectMember<T>(detail::hasField<T>(part.text), ++number, part.text.data());
                if (detail::countOfParam(pattern, part.text) > 1) {
                    detail::thePatternNamesAParameterTwiceFor<T>({}, part.text.data());
                }
            }
        }));
        if constexpr (detail::hasFields<T>) {
            T::visitFields([&](const char *field, auto) {
                if (detail::countOfParam(pattern, field) == 0) {
                    detail::thePatternHasNoParameterForAMemberOf<T>({}, field);
                }
            });
        }
    }

    constexpr std::string_view text() const noexcept { return m_text; }

private:
    std::string_view m_text;
};

} // namespace nanostores

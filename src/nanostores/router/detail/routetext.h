// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/convert.h>
#include <nanostores/router/detail/matcher.h>

#include <QString>
#include <QStringList>
#include <QVariant>

#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>

/// The members of a route's struct as the texts of its parameters, and back.
namespace nanostores::detail {

template<typename M>
concept RouteTextList = std::same_as<M, QStringList>;

/// A number is digits, with a minus where it has one: neither spaces, + nor an exponent.
inline bool isPlainInteger(const QString &text)
{
    const qsizetype first = text.startsWith(u'-') ? 1 : 0;
    for (qsizetype i = first; i < text.size(); ++i) {
        if (text.at(i) < u'0' || text.at(i) > u'9') {
            return false;
        }
    }
    return text.size() > first;
}

/// Of a text that isPlainInteger(): the number, if it has so few digits that any would fit.
inline std::optional<qint64> shortInteger(const QString &text)
{
    constexpr qsizetype most = 18;
    const bool isNegative = text.startsWith(u'-');
    if (text.size() > most) {
        return std::nullopt;
    }
    qint64 number = 0;
    for (qsizetype i = isNegative ? 1 : 0; i < text.size(); ++i) {
        number = number * 10 + (text.at(i).unicode() - u'0');
    }
    return isNegative ? -number : number;
}

/// Integers whose texts are their digits, and no others.
template<typename M>
concept PlainInteger = std::same_as<M, int> || std::same_as<M, long> || std::same_as<M, long long>;

/// None for a text that is no M.
template<typename M>
std::optional<M> memberOfText(const QString &text)
{
    if constexpr (std::is_same_v<M, QString>) {
        return text;
    } else if constexpr (isSpecialised<std::optional<M>, QString> || isSpecialised<M, QString>) {
        return keyOfName<M>(text);
    } else if constexpr (std::is_same_v<M, bool>) {
        return text == u"true" ? std::optional(true) : text == u"false" ? std::optional(false) : std::nullopt;
    } else if constexpr (PlainInteger<M>) {
        if (!isPlainInteger(text)) {
            return std::nullopt;
        }
        const auto number = shortInteger(text);
        return number && std::in_range<M>(*number) ? std::optional(static_cast<M>(*number))
                                                   : valueOf<M>(QVariant(text));
    } else if constexpr (std::is_integral_v<M>) {
        return isPlainInteger(text) ? valueOf<M>(QVariant(text)) : std::nullopt;
    } else {
        return text.trimmed() == text ? valueOf<M>(QVariant(text)) : std::nullopt;
    }
}

/// None for a value that has no text.
template<typename M>
std::optional<QString> textOfMember(const M &value)
{
    if constexpr (std::is_same_v<M, QString>) {
        return value;
    } else if constexpr (isSpecialised<QString, M>) {
        return Convert<QString, M>::convert(value);
    } else if constexpr (std::is_enum_v<M>) {
        return textOf(QVariant::fromValue(value));
    } else {
        return nameOfKey(value);
    }
}

template<typename M>
bool takeParam(M &member, const ParamText &param)
{
    if (!param.isPresent) {
        return true; // as it is in a struct that was just made
    }
    if constexpr (RouteTextList<M>) {
        member = param.parts;
        return true;
    } else if constexpr (isOptional<M>) {
        return takeParam(member.emplace(), param);
    } else {
        auto value = memberOfText<M>(param.text());
        if (value) {
            member = *std::move(value);
        }
        return value.has_value();
    }
}

/// False for a value that has no text, or another one when it is read back.
template<typename M>
bool giveText(const M &member, ParamText &param)
{
    if constexpr (RouteTextList<M>) {
        param.parts = member;
        param.isPresent = !member.isEmpty();
        return true;
    } else {
        const auto text = textOfMember(member);
        const auto back = text ? memberOfText<M>(*text) : std::nullopt;
        if (!back || !Equal<M>{}(*back, member)) {
            return false;
        }
        if (param.kind != PartKind::Rest) {
            param.parts = QStringList{*text};
        } else if (!text->isEmpty()) {
            param.parts = text->split(u'/');
        }
        param.isPresent = !param.parts.isEmpty();
        return true;
    }
}

template<typename M>
bool giveParam(const M &member, ParamText &param)
{
    if constexpr (isOptional<M>) {
        return !member || giveText(*member, param);
    } else if (param.kind == PartKind::Optional && Equal<M>{}(member, M())) {
        return true; // left out, it becomes that again
    } else {
        return giveText(member, param);
    }
}

} // namespace nanostores::detail

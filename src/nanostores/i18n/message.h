// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/detail/messagespec.h>
#include <nanostores/i18n/detail/messagetable.h>
#include <nanostores/i18n/messagetext.h>
#include <nanostores/i18n/plural.h>
#include <nanostores/qt/convert.h>

#include <QString>
#include <QUrl>

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

/// A message, with its texts, as a type.
template<MessageKind Kind, FixedText Name, FixedText... Forms>
struct MessageDefinition
{
    static constexpr MessageKind kind = Kind;
    static constexpr std::string_view name = Name.view();
    static constexpr std::array<FormSpec, sizeof...(Forms)> forms{splitForm(Kind, Forms.view())...};
    static constexpr auto params = namesIn<countNames(Kind, forms, TextPart::Param)>(Kind, forms, TextPart::Param);
    static constexpr auto tags = namesIn<countNames(Kind, forms, TextPart::Open)>(Kind, forms, TextPart::Open);
    static constexpr MessageSpec spec{Kind, name, forms, params, tags};

    static_assert(nameLength(Name.view(), 0) == Name.view().size() && !Name.view().empty(),
                  "a message's name has letters, digits and underscores, and begins with no digit");
    static_assert(
        !hasForms(Kind) || hasGoodSelectors(Kind, forms),
        "a form is written \"one: text\", where zero, one, two, few, many, other and numbers are for numbers");
    static_assert(!hasForms(Kind) || hasOther(forms), "the forms of a message have one for \"other: text\"");
    static_assert(hasSelectorsOnce(forms), "two forms of a message are for the same");
    static_assert(Kind != MessageKind::Rich || isWellNested(forms[0].text),
                  "the tags of a rich message are closed, the last one first");
};

/// The text of a parameter's value. Numbers are as they are: a number for people is formatted before.
template<typename V>
QString argumentText(const V &value)
{
    if constexpr (std::is_convertible_v<const V &, const char *>) {
        return QString::fromUtf8(static_cast<const char *>(value));
    } else if constexpr (std::is_convertible_v<const V &, QString>) {
        return value;
    } else if constexpr (std::is_convertible_v<const V &, QStringView>) {
        return QStringView(value).toString();
    } else if constexpr (std::is_same_v<V, bool>) {
        return value ? QStringLiteral("true") : QStringLiteral("false");
    } else if constexpr (std::is_integral_v<V>) {
        return QString::number(value);
    } else if constexpr (std::is_floating_point_v<V>) {
        return QString::number(static_cast<double>(value), 'g', QLocale::FloatingPointShortest);
    } else {
        return convertTo<QString>(value);
    }
}

/// What a tag's argument makes of what is in the tag: a function does that, and a URL makes it a link.
template<typename V>
TagFunction tagFunction(const V &value)
{
    if constexpr (std::is_convertible_v<const V &, QUrl> && !std::is_convertible_v<const V &, QString>) {
        return [url = QUrl(value).toString(QUrl::FullyEncoded).toHtmlEscaped()](const QString &inner) {
            return QStringLiteral("<a href=\"") + url + QStringLiteral("\">") + inner + QStringLiteral("</a>");
        };
    } else {
        static_assert(std::is_invocable_r_v<QString, const V &, const QString &>,
                      "the argument of a tag is a QUrl, or a function that makes rich text of the rich text in it");
        return value;
    }
}

template<typename... A>
constexpr bool areDifferent()
{
    const std::array<std::string_view, sizeof...(A) + 1> names{A::name...};
    for (std::size_t i = 0; i < sizeof...(A); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (names[i] == names[k]) {
                return false;
            }
        }
    }
    return true;
}
template<typename Names, typename... A>
constexpr bool areAllGiven(const Names &names)
{
    for ([[maybe_unused]] const std::string_view wanted : names) {
        if (!((A::name == wanted) || ...)) {
            return false;
        }
    }
    return true;
}

template<typename Definition, typename... A>
constexpr void checkArguments()
{
    static_assert((isArgument<A> && ...), "the arguments of a message are written \"name\"_t = value");
    if constexpr ((isArgument<A> && ...)) {
        static_assert(((hasName(Definition::params, A::name) || hasName(Definition::tags, A::name)) && ...),
                      "the text of the message has no parameter of this name");
        static_assert(areAllGiven<decltype(Definition::params), A...>(Definition::params),
                      "a parameter of the message is missing");
        static_assert(areAllGiven<decltype(Definition::tags), A...>(Definition::tags),
                      "a tag of the message is missing: give it a QUrl, or a function");
        static_assert(areDifferent<A...>(), "a parameter of the message is given twice");
    }
}

/// The values in the order of the message's parameters; one more, as there may be none.
template<typename Definition, typename... A>
std::array<QString, Definition::params.size() + 1> argumentTexts(const A &...arguments)
{
    std::array<QString, Definition::params.size() + 1> texts;
    [[maybe_unused]] const auto put = [&](const auto &argument) {
        for (std::size_t i = 0; i < Definition::params.size(); ++i) {
            if constexpr (!hasName(Definition::tags, std::decay_t<decltype(argument)>::name)) {
                if (Definition::params[i] == argument.name) {
                    texts[i] = argumentText(argument.value);
                }
            }
        }
    };
    (put(arguments), ...);
    return texts;
}

/// A message in the language of the moment, to be called with what it is about.
template<typename Definition>
class BoundMessage
{
public:
    BoundMessage(TableRef table, std::size_t number) noexcept
        : m_table(std::move(table))
        , m_number(number)
    {
    }

    template<typename... A>
    QString operator()(const A &...arguments) const
    requires(Definition::kind == MessageKind::Params)
    {
        return m_table->params(m_number, texts(arguments...));
    }
    template<typename... A>
    QString operator()(const PluralNumber &number, const A &...arguments) const
    requires(Definition::kind == MessageKind::Count)
    {
        return m_table->count(m_number, number, texts(arguments...));
    }
    template<typename... A>
    QString operator()(const PluralNumber &number, const A &...arguments) const
    requires(Definition::kind == MessageKind::Ordinal)
    {
        return m_table->ordinal(m_number, number, texts(arguments...));
    }
    template<typename V, typename... A>
    QString operator()(const V &selector, const A &...arguments) const
    requires(Definition::kind == MessageKind::Match)
    {
        return m_table->match(m_number, argumentText(selector), texts(arguments...));
    }
    template<typename... A>
    QString operator()(const A &...arguments) const
    requires(Definition::kind == MessageKind::Rich)
    {
        checkArguments<Definition, A...>();
        std::array<TagFunction, Definition::tags.size() + 1> tags;
        [[maybe_unused]] const auto put = [&](const auto &argument) {
            if constexpr (hasName(Definition::tags, std::decay_t<decltype(argument)>::name)) {
                for (std::size_t i = 0; i < Definition::tags.size(); ++i) {
                    if (Definition::tags[i] == argument.name) {
                        tags[i] = tagFunction(argument.value);
                    }
                }
            }
        };
        (put(arguments), ...);
        return m_table->rich(m_number, argumentTexts<Definition>(arguments...), tags);
    }

private:
    template<typename... A>
    static auto texts(const A &...arguments)
    {
        checkArguments<Definition, A...>();
        return argumentTexts<Definition>(arguments...);
    }

    TableRef m_table;
    std::size_t m_number;
};

} // namespace detail

/// What messages() takes: each declares a message by its name and its text in the base language.
namespace message {

/// text<"title", "Post details">: a text.
template<detail::FixedText Name, detail::FixedText Text>
inline constexpr detail::MessageDefinition<detail::MessageKind::Text, Name, Text> text{};

/// params<"published", "Was published at {at}">: a text with parameters, called with ("at"_t = value).
template<detail::FixedText Name, detail::FixedText Text>
inline constexpr detail::MessageDefinition<detail::MessageKind::Params, Name, Text> params{};

/// count<"comments", "one: {count} comment", "other: {count} comments", "0: no comments">: a text for a number of
/// things, by the plural rules of the language, or for a number itself; called with the number.
template<detail::FixedText Name, detail::FixedText... Forms>
inline constexpr detail::MessageDefinition<detail::MessageKind::Count, Name, Forms...> count{};

/// ordinal<"place", "one: {count}st", "two: {count}nd", "few: {count}rd", "other: {count}th">: likewise for a place.
template<detail::FixedText Name, detail::FixedText... Forms>
inline constexpr detail::MessageDefinition<detail::MessageKind::Ordinal, Name, Forms...> ordinal{};

/// match<"state", "draft: A draft", "live: Published", "other: Gone">: a text by another one; called with that.
template<detail::FixedText Name, detail::FixedText... Forms>
inline constexpr detail::MessageDefinition<detail::MessageKind::Match, Name, Forms...> match{};

/// rich<"terms", "Read the <link>terms</link> of {shop}">: rich text, as labels show it. What is in the text and in
/// parameters is escaped. Tags are those of plain markup, such as <b>, and others, which are called with a QUrl or a
/// function: ("link"_t = url).
template<detail::FixedText Name, detail::FixedText Text>
inline constexpr detail::MessageDefinition<detail::MessageKind::Rich, Name, Text> rich{};

} // namespace message
} // namespace nanostores

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/i18n/message.h>

#include <QMap>
#include <QString>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

namespace nanostores {

/// The texts of a message that has several, by what they are for.
using MessageForms = QMap<QString, QString>;

namespace detail {

/// A message whose form goes by the value of a store.
template<typename Definition, AnyStore S>
struct ProcessedDefinition : Definition
{
    explicit ProcessedDefinition(const S &source)
        : store(source)
    {
    }
    S store;
};

/// A message that a function makes something of.
template<typename Definition, typename F>
struct TransformedDefinition : Definition
{
    using Function = F;
    explicit TransformedDefinition(F callback)
        : function(std::make_shared<const F>(std::move(callback)))
    {
    }
    std::shared_ptr<const F> function;
};

/// What a store of messages keeps of a definition, and what its value has of it: nothing, the name of the form that is
/// shown, or the function.
template<typename Definition>
struct MessageSource
{
    struct Part
    {
        friend bool operator==(const Part &, const Part &) noexcept = default;
    };
    explicit MessageSource(const Definition &) {}
    Part part() const { return {}; }
};
template<typename Definition, AnyStore S>
struct MessageSource<ProcessedDefinition<Definition, S>>
{
    using Part = QString;
    explicit MessageSource(const ProcessedDefinition<Definition, S> &definition)
        : store(definition.store)
    {
    }
    Part part() const { return argumentText(store()); }
    S store;
};
template<typename Definition, typename F>
struct MessageSource<TransformedDefinition<Definition, F>>
{
    using Part = std::shared_ptr<const F>;
    explicit MessageSource(const TransformedDefinition<Definition, F> &definition)
        : function(definition.function)
    {
    }
    Part part() const { return function; }
    Part function;
};

template<typename Definition>
inline constexpr bool isProcessed = false;
template<typename Definition, AnyStore S>
inline constexpr bool isProcessed<ProcessedDefinition<Definition, S>> = true;
template<typename Definition>
inline constexpr bool isTransformed = false;
template<typename Definition, typename F>
inline constexpr bool isTransformed<TransformedDefinition<Definition, F>> = true;

/// A processed message with parameters, to be called with them.
template<typename Definition>
class ProcessedMessage
{
public:
    ProcessedMessage(TableRef table, std::size_t number, QString form) noexcept
        : m_table(std::move(table))
        , m_number(number)
        , m_form(std::move(form))
    {
    }

    template<typename... A>
    QString operator()(const A &...arguments) const
    {
        checkArguments<Definition, A...>();
        return m_table->match(m_number, m_form, argumentTexts<Definition>(arguments...));
    }

private:
    TableRef m_table;
    std::size_t m_number;
    QString m_form;
};

/// A transformed message, to be called with what its function takes after the locale and the text.
template<typename Definition, typename F>
class TransformedMessage
{
public:
    TransformedMessage(TableRef table, std::size_t number, std::shared_ptr<const F> function) noexcept
        : m_table(std::move(table))
        , m_number(number)
        , m_function(std::move(function))
    {
    }

    template<typename... A>
    auto operator()(A &&...arguments) const
    {
        using Input = std::conditional_t<hasForms(Definition::kind), MessageForms, QString>;
        static_assert(std::is_invocable_v<const F &, const QString &, const Input &, A...>,
                      "the function of transformed() takes the locale, the text, or the MessageForms, and what the "
                      "message is called with");
        if constexpr (hasForms(Definition::kind)) {
            return std::invoke(*m_function, m_table->localeOf(m_number), m_table->forms(m_number),
                               std::forward<A>(arguments)...);
        } else {
            return std::invoke(*m_function, m_table->localeOf(m_number), m_table->text(m_number),
                               std::forward<A>(arguments)...);
        }
    }

private:
    TableRef m_table;
    std::size_t m_number;
    std::shared_ptr<const F> m_function;
};

template<FixedText Name, FixedText... Forms>
struct ProcessedBy
{
    template<AnyStore S>
    auto operator()(const S &store) const
    {
        return ProcessedDefinition<MessageDefinition<MessageKind::Match, Name, Forms...>, S>(store);
    }
};

template<FixedText Name, FixedText... Texts>
struct TransformedBy
{
    static_assert(sizeof...(Texts) > 0, "transformed() takes the name of the message, and its text or its forms");

    template<typename F>
    auto operator()(F function) const
    {
        constexpr MessageKind kind = sizeof...(Texts) == 1 ? MessageKind::Params : MessageKind::Match;
        return TransformedDefinition<MessageDefinition<kind, Name, Texts...>, F>(std::move(function));
    }
};

} // namespace detail

namespace message {

/// processed<"send", "big: Send the message", "other: Send">(screen): the form that a store's value is the name of, or
/// "other". Without parameters it is a QString, with some it is called with them; either follows the store.
template<detail::FixedText Name, detail::FixedText... Forms>
inline constexpr detail::ProcessedBy<Name, Forms...> processed{};

/// transformed<"size", "{size} MB">(function): a message that is called with what the function takes after the locale
/// and the text, and is what it returns. With several texts, "big: ...", "other: ...", the function gets them as
/// MessageForms. The locale is that of the text, which is the base where there is no translation. The function is kept
/// for as long as the messages are.
template<detail::FixedText Name, detail::FixedText... Texts>
inline constexpr detail::TransformedBy<Name, Texts...> transformed{};

/// f of the text.
template<typename F>
QString strings(const QString &text, F f)
{
    return f(text);
}
/// The forms with f of each text.
template<typename F>
MessageForms strings(MessageForms forms, F f)
{
    for (QString &text : forms) {
        text = f(std::as_const(text));
    }
    return forms;
}

/// The text with values in the places of {name}, as messages have them: filled(text, "name"_t = value). Other names
/// stay as they are written.
template<typename... A>
QString filled(const QString &text, const A &...arguments)
{
    static_assert((detail::isArgument<A> && ...), "what filled() puts in is written \"name\"_t = value");
    static_assert(detail::areDifferent<A...>(), "a parameter of filled() is given twice");
    const std::array<std::pair<QString, QString>, sizeof...(A)> values{
        std::pair(detail::utf8Text(A::name), detail::argumentText(arguments.value))...};
    QString out;
    const QStringView all(text);
    const std::u16string_view view(all.utf16(), static_cast<std::size_t>(all.size()));
    detail::scanMessage(view, false, [&](detail::TextPart part, std::u16string_view piece) {
        const QString own = QStringView(piece).toString();
        if (part == detail::TextPart::Literal) {
            out += own;
            return;
        }
        for (const auto &[name, value] : values) {
            if (name == own) {
                out += value;
                return;
            }
        }
        out += u'{' + own + u'}';
    });
    return out;
}

} // namespace message
} // namespace nanostores

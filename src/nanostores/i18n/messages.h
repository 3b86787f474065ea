// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/i18n/detail/i18ncore.h>
#include <nanostores/i18n/i18n.h>
#include <nanostores/i18n/message.h>
#include <nanostores/i18n/processor.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>
#include <tuple>
#include <utility>

namespace nanostores {

namespace detail {

template<typename D>
concept MessageDeclaration = requires { D::spec; };

template<typename... Definitions>
constexpr bool areNamedOnce()
{
    const std::array<std::string_view, sizeof...(Definitions)> names{Definitions::name...};
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) {
            if (names[i] == names[k]) {
                return false;
            }
        }
    }
    return true;
}

template<FixedText Name, typename... Definitions>
struct Component
{
    static constexpr std::array<MessageSpec, sizeof...(Definitions)> messages{Definitions::spec...};
    static constexpr ComponentSpec spec{Name.view(), messages};
};

template<std::size_t I, typename First, typename... Rest>
struct DefinitionAt : DefinitionAt<I - 1, Rest...>
{
};
template<typename First, typename... Rest>
struct DefinitionAt<0, First, Rest...>
{
    using Type = First;
};

} // namespace detail

/// The messages of a component in the language of the moment: the value of Messages.
template<typename... Definitions>
class MessageTexts
{
public:
    using Parts = std::tuple<typename detail::MessageSource<Definitions>::Part...>;

    explicit MessageTexts(detail::TableRef table, Parts parts = {})
        : m_table(std::move(table))
        , m_parts(std::move(parts))
    {
    }

    /// texts["title"_t]: of a text, it is a QString; of others, a function that makes one.
    template<detail::FixedText Name>
    auto operator[](TextName<Name>) const
    {
        constexpr std::size_t number = numberOf(Name.view());
        static_assert(number < sizeof...(Definitions), "the component has no message of this name");
        if constexpr (number < sizeof...(Definitions)) {
            using Definition = typename detail::DefinitionAt<number, Definitions...>::Type;
            if constexpr (detail::isTransformed<Definition>) {
                return detail::TransformedMessage<Definition, typename Definition::Function>(m_table, number,
                                                                                             std::get<number>(m_parts));
            } else if constexpr (detail::isProcessed<Definition> && Definition::params.empty()) {
                return m_table->match(number, std::get<number>(m_parts), {});
            } else if constexpr (detail::isProcessed<Definition>) {
                return detail::ProcessedMessage<Definition>(m_table, number, std::get<number>(m_parts));
            } else if constexpr (Definition::kind == detail::MessageKind::Text) {
                return QString(m_table->text(number));
            } else {
                return detail::BoundMessage<Definition>(m_table, number);
            }
        }
    }
    /// The locale that they are in.
    const QString &locale() const noexcept { return m_table->locale(); }

    const detail::TableRef &table() const noexcept { return m_table; }

    /// Of the same language, with the same forms of processed messages.
    friend bool operator==(const MessageTexts &, const MessageTexts &) noexcept = default;

private:
    static constexpr std::size_t numberOf(std::string_view name)
    {
        const std::array<std::string_view, sizeof...(Definitions)> names{Definitions::name...};
        std::size_t number = 0;
        while (number < names.size() && names[number] != name) {
            ++number;
        }
        return number;
    }

    detail::TableRef m_table;
    Parts m_parts;
};

/// A store of the messages of a component: see messages().
template<typename... Definitions>
class Messages : public Computed<MessageTexts<Definitions...>>
{
    using Value = MessageTexts<Definitions...>;
    using Base = Computed<Value>;

public:
    explicit Messages(std::shared_ptr<detail::I18nEntry> entry, const Definitions &...definitions)
        : Base(computed<Value>(
            [entry, sources = std::tuple(detail::MessageSource<Definitions>(definitions)...)](const Value *before) {
                detail::TableRef table = entry->table(before ? before->table() : detail::TableRef());
                return std::apply(
                    [&](const auto &...each) { return Value(std::move(table), typename Value::Parts{each.part()...}); },
                    sources);
            }))
    {
        onMount(*this, [entry = std::move(entry)] {
            entry->mount();
            return [entry] { entry->unmount(); };
        });
    }

    Messages named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }
};

/// messages<"post">(i18n, text<"title", "Post details">, params<"published", "Was published at {at}">): a store of the
/// messages of a component. What they are made of is in the namespace message. Stores of processed messages are
/// observed while it is.
///
/// While it is observed, its translation into the locale is loaded; until that is there, it keeps the language before.
/// What a translation has not, or has wrong, is in the base language.
template<detail::FixedText Name, typename... Definitions>
[[nodiscard]] Messages<Definitions...> messages(const I18n &i18n, Definitions... definitions)
{
    static_assert(sizeof...(Definitions) > 0, "messages() takes the messages of the component");
    static_assert(
        (detail::MessageDeclaration<Definitions> && ...),
        "messages() takes what is declared by text<...> and its like, where processed<...> is called with its "
        "store and transformed<...> with its function");
    static_assert(detail::areNamedOnce<Definitions...>(), "two messages of the component have the same name");
    return Messages<Definitions...>(
        std::make_shared<detail::I18nEntry>(i18n.core(), detail::Component<Name, Definitions...>::spec),
        definitions...);
}

} // namespace nanostores

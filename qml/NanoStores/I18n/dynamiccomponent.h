// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/detail/messagespec.h>

#include <QString>
#include <QStringList>
#include <QVariant>

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace nanostores::detail {

/// A component whose messages are known while the program runs.
///
/// A text is a message without or with parameters; an object whose keys are plural forms and numbers is one of a count,
/// and another object one that goes by a text. An object with the one key "ordinal" has the forms of a place in it, and
/// one with the one key "rich" a rich text.
class DynamicComponent
{
public:
    /// What is none goes to the problems.
    DynamicComponent(const QString &name, const QVariantMap &texts, QStringList &problems);
    DynamicComponent(const DynamicComponent &) = delete;
    DynamicComponent &operator=(const DynamicComponent &) = delete;

    const ComponentSpec &spec() const noexcept { return m_spec; }

private:
    struct Message
    {
        std::vector<FormSpec> forms;
        std::vector<std::string_view> params;
        std::vector<std::string_view> tags;
    };

    void add(const QString &name, const QVariant &texts, QStringList &problems);
    void addMessage(MessageKind kind, const QString &name, Message message);

    std::string_view keep(const QString &text);

    std::deque<std::string> m_texts; // whose elements stay where they are
    std::deque<Message> m_messages;
    std::vector<MessageSpec> m_specs;
    ComponentSpec m_spec;
};

} // namespace nanostores::detail

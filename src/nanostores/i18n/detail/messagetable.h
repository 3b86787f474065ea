// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/detail/messagespec.h>
#include <nanostores/i18n/export.h>
#include <nanostores/i18n/plural.h>

#include <QLocale>
#include <QMap>
#include <QString>

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace nanostores::detail {

struct RawComponent;
struct ProblemLog;

inline QString utf8Text(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

/// What a tag of rich text makes of what is in it, which is rich text.
using TagFunction = std::function<QString(const QString &)>;
/// What is made of each text, in a locale, before it is read.
using EachMessage = std::function<QString(const QString &text, const QString &locale)>;

/// The texts of a component in a language, ready to be shown. Those that a translation has not are of the base.
class NANOSTORES_I18N_EXPORT MessageTable
{
public:
    /// The base. What `each` throws is thrown.
    MessageTable(const ComponentSpec &spec, const QString &locale, const EachMessage &each = {});
    /// A translation over the base; what is wrong with it, or what `each` throws, goes to the log.
    MessageTable(const ComponentSpec &spec, const MessageTable &base, const QString &locale,
                 const RawComponent &translation, ProblemLog &log, const EachMessage &each = {});
    MessageTable(const MessageTable &) = delete;
    MessageTable &operator=(const MessageTable &) = delete;
    ~MessageTable();

    const QString &locale() const noexcept { return m_locale; }

    // The text of the message with this number. The values are those of its parameters, in their order.
    const QString &text(std::size_t message) const;
    QMap<QString, QString> forms(std::size_t message) const; ///< As they are written, by what they are for.
    const QString &localeOf(std::size_t message) const; ///< That of the text: the base where it stands in.
    QString params(std::size_t message, std::span<const QString> values) const;
    QString count(std::size_t message, const PluralNumber &number, std::span<const QString> values) const;
    QString ordinal(std::size_t message, const PluralNumber &number, std::span<const QString> values) const;
    QString match(std::size_t message, const QString &selector, std::span<const QString> values) const;
    QString rich(std::size_t message, std::span<const QString> values, std::span<const TagFunction> tags) const;

private:
    struct Form;
    struct Message;
    struct Language;

    static Form compile(const MessageSpec &spec, QStringView text);
    static const Form *find(const Message &message, QStringView selector);
    const Form &pluralForm(const Message &message, const PluralNumber &number, bool isOrdinal) const;
    QString counted(std::size_t message, const PluralNumber &number, bool isOrdinal,
                    std::span<const QString> values) const;
    bool translate(const MessageSpec &spec, const RawComponent &translation, ProblemLog &log, const EachMessage &each,
                   Message &message) const;

    QString m_component;
    QString m_locale;
    std::shared_ptr<const Language> m_language;
    std::vector<std::shared_ptr<const Message>> m_messages;
};

using TableRef = std::shared_ptr<const MessageTable>;

} // namespace nanostores::detail

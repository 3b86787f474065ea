// SPDX-License-Identifier: MIT
#include <nanostores/i18n/detail/localetag.h>
#include <nanostores/i18n/detail/messagetable.h>
#include <nanostores/i18n/detail/translationtext.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <set>
#include <string_view>

namespace nanostores::detail {

namespace {

std::u16string_view viewOf(QStringView text)
{
    return {text.utf16(), static_cast<std::size_t>(text.size())};
}

QString listed(std::span<const std::string_view> names)
{
    QStringList all;
    for (const std::string_view name : names) {
        all.append(u'{' + utf8Text(name) + u'}');
    }
    return all.isEmpty() ? QStringLiteral("none") : all.join(QStringLiteral(", "));
}

bool hasMarkup(QStringView text)
{
    bool has = false;
    scanMessage(viewOf(text), true, [&](TextPart part, std::u16string_view) {
        has = has || part == TextPart::Open || part == TextPart::Close;
    });
    // With attributes, or a comment: rich text for QLabel and Text, too.
    for (qsizetype i = 0; i + 1 < text.size() && !has; ++i) {
        has = text[i] == u'<' && (text[i + 1].isLetter() || text[i + 1] == u'/' || text[i + 1] == u'!');
    }
    return has;
}

bool hasControl(QStringView text)
{
    return std::any_of(text.begin(), text.end(),
                       [](QChar c) { return c.category() == QChar::Other_Control && c != u'\n' && c != u'\t'; });
}

/// Forms that numbers people count by take: not those of millions alone.
std::set<PluralForm> usualForms(const PluralRules &rules, bool isOrdinal)
{
    std::set<PluralForm> forms;
    for (int i = 0; i <= 200; ++i) {
        forms.insert(isOrdinal ? rules.ordinal(i) : rules.cardinal(i));
    }
    return forms;
}

bool isCounted(MessageKind kind)
{
    return kind == MessageKind::Count || kind == MessageKind::Ordinal;
}

} // namespace

struct MessageTable::Form
{
    /// A literal, the number of a parameter, or that of a tag; -1: {count}, and of a tag that it stands for itself.
    struct Piece
    {
        TextPart part;
        int number;
        QString text;
    };

    void setSelector(const QString &name)
    {
        selector = name;
        bool isNumber = false;
        const int number = name.toInt(&isNumber);
        exact = isNumber ? std::optional(number) : std::nullopt;
        plural.reset();
        for (const PluralForm form : {PluralForm::Zero, PluralForm::One, PluralForm::Two, PluralForm::Few,
                                      PluralForm::Many, PluralForm::Other}) {
            plural = name == pluralKeyword(form) ? std::optional(form) : plural;
        }
    }

    QString selector;
    std::optional<int> exact; ///< The selector as a number, if it is one.
    std::optional<PluralForm> plural; ///< Likewise as a form.
    QString plain; ///< All of it, as it is written.
    std::vector<Piece> pieces;
};

struct MessageTable::Language
{
    explicit Language(const QString &locale)
        : name(locale)
        , qt(qtLocale(locale))
        , plurals(locale)
    {
    }
    QString name;
    QLocale qt;
    PluralRules plurals;
};

struct MessageTable::Message
{
    std::shared_ptr<const Language> language;
    std::vector<Form> forms;
};

MessageTable::~MessageTable() = default;

MessageTable::Form MessageTable::compile(const MessageSpec &spec, QStringView text)
{
    Form form;
    form.plain = text.toString();
    const auto numberOf = [](std::span<const std::string_view> names, std::u16string_view name) {
        const QString own = QStringView(name).toString();
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (own == utf8Text(names[i])) {
                return static_cast<int>(i);
            }
        }
        return -1;
    };
    scanMessage(viewOf(text), spec.kind == MessageKind::Rich, [&](TextPart part, std::u16string_view name) {
        if (part == TextPart::Param && !hasParams(spec.kind)) {
            part = TextPart::Literal;
        }
        const int number =
            part == TextPart::Literal ? -1 : numberOf(part == TextPart::Param ? spec.params : spec.tags, name);
        form.pieces.push_back({part, number, QStringView(name).toString()});
    });
    return form;
}

MessageTable::MessageTable(const ComponentSpec &spec, const QString &locale, const EachMessage &each)
    : m_component(utf8Text(spec.name))
    , m_locale(locale)
    , m_language(std::make_shared<const Language>(locale))
{
    for (const MessageSpec &own : spec.messages) {
        auto message = std::make_shared<Message>(Message{m_language, {}});
        for (const FormSpec &form : own.forms) {
            const QString text = utf8Text(form.text);
            message->forms.push_back(compile(own, each ? each(text, locale) : text));
            message->forms.back().setSelector(utf8Text(form.selector));
        }
        m_messages.push_back(std::move(message));
    }
}

MessageTable::MessageTable(const ComponentSpec &spec, const MessageTable &base, const QString &locale,
                           const RawComponent &translation, ProblemLog &log, const EachMessage &each)
    : m_component(utf8Text(spec.name))
    , m_locale(locale)
    , m_language(std::make_shared<const Language>(locale))
    , m_messages(base.m_messages)
{
    std::set<QString> known;
    for (std::size_t i = 0; i < spec.messages.size(); ++i) {
        const MessageSpec &own = spec.messages[i];
        const QString key = utf8Text(own.name);
        known.insert(key);
        const auto found = translation.messages.constFind(key);
        if (found == translation.messages.constEnd()) {
            log.addMissing(translation.file, translation.line, m_component, key);
            continue;
        }
        auto message = std::make_shared<Message>(Message{m_language, {}});
        if (translate(own, translation, log, each, *message)) {
            m_messages[i] = std::move(message);
        }
    }
    for (auto entry = translation.messages.begin(); entry != translation.messages.end(); ++entry) {
        if (!known.contains(entry.key())) {
            log.add(translation.file, entry->line, m_component, entry.key(),
                    QStringLiteral("the program has no such message: take it away"));
        }
    }
}

/// Whether the message is of use.
bool MessageTable::translate(const MessageSpec &spec, const RawComponent &translation, ProblemLog &log,
                             const EachMessage &each, Message &message) const
{
    const QString key = utf8Text(spec.name);
    const RawMessage raw = translation.messages.value(key);
    const auto report = [&](const QString &reason, ProblemLog::Kind sort) {
        log.add(translation.file, raw.line, m_component, key, reason, sort);
        return sort != ProblemLog::Kind::Refused;
    };
    const auto refuse = [&](const QString &reason) { return report(reason, ProblemLog::Kind::Refused); };
    if (!raw.fault.isEmpty()) {
        return refuse(raw.fault);
    }
    if (raw.hasForms != hasForms(spec.kind)) {
        return refuse(raw.hasForms
                          ? QStringLiteral("it is an object, and the program has one text of it")
                          : QStringLiteral("it is one text, and the program has forms of it: write an object"));
    }
    const bool baseHasMarkup = std::any_of(spec.forms.begin(), spec.forms.end(),
                                           [](const FormSpec &form) { return hasMarkup(utf8Text(form.text)); });
    const QMap<QString, QString> forms = raw.hasForms ? raw.forms : QMap<QString, QString>{{QString(), raw.text}};
    for (auto entry = forms.begin(); entry != forms.end(); ++entry) {
        const QString name = entry.key();
        const QString where = raw.hasForms ? QStringLiteral("its form \"%1\" ").arg(name) : QStringLiteral("it ");
        QString text = entry.value();
        try {
            text = each ? each(text, m_locale) : text;
        } catch (const std::exception &error) {
            return refuse(
                where + QStringLiteral("is what eachMessage has failed for: %1").arg(QString::fromUtf8(error.what())));
        }
        const std::string selector = name.toStdString();
        if (isCounted(spec.kind) && !isPluralKeyword(selector) && !isExactNumber(selector)) {
            return refuse(
                QStringLiteral("its form \"%1\" is none: there are zero, one, two, few, many, other, and numbers")
                    .arg(name));
        }
        if (spec.kind == MessageKind::Match
            && std::none_of(spec.forms.begin(), spec.forms.end(),
                            [&](const FormSpec &form) { return utf8Text(form.selector) == name; })) {
            return refuse(QStringLiteral("the program has no form \"%1\" of it").arg(name));
        }
        if (text.size() > MaxTranslationText) {
            return refuse(where
                          + QStringLiteral("has %1 characters, and at most %2 are read")
                                .arg(text.size())
                                .arg(MaxTranslationText));
        }
        if (hasControl(text)) {
            return refuse(where + QStringLiteral("has control characters"));
        }
        if (spec.kind != MessageKind::Rich && hasMarkup(text) && !baseHasMarkup) {
            return refuse(where + QStringLiteral("has markup, and the program's text has none"));
        }
        if (spec.kind == MessageKind::Rich && !isWellNested(viewOf(text))) {
            return refuse(where + QStringLiteral("has tags that are not closed in order"));
        }
        Form form = compile(spec, text);
        for (const Form::Piece &piece : form.pieces) {
            const bool isCount = isCounted(spec.kind) && piece.text == utf8Text(countName);
            if (piece.part == TextPart::Param && piece.number < 0 && !isCount) {
                return refuse(where
                              + QStringLiteral("has {%1}, which is no parameter: there are %2")
                                    .arg(piece.text, listed(spec.params)));
            }
            if ((piece.part == TextPart::Open || piece.part == TextPart::Close) && piece.number < 0
                && !hasName(plainTags, piece.text.toStdString())) {
                return refuse(where + QStringLiteral("has <%1>, which the program's text has not").arg(piece.text));
            }
        }
        form.setSelector(name);
        message.forms.push_back(std::move(form));
    }
    if (spec.kind == MessageKind::Match && !find(message, utf8Text(otherSelector))) {
        return refuse(QStringLiteral("it has no form \"other\""));
    }
    if (isCounted(spec.kind)) {
        if (!find(message, u"other") && !find(message, u"many")) {
            return refuse(QStringLiteral("it has no form \"other\""));
        }
        for (const PluralForm form : usualForms(m_language->plurals, spec.kind == MessageKind::Ordinal)) {
            if (!find(message, QString(pluralKeyword(form)))) {
                report(QStringLiteral("it has no form \"%1\": \"other\" stands in for it").arg(pluralKeyword(form)),
                       ProblemLog::Kind::Flawed);
            }
        }
    }
    return true;
}

const MessageTable::Form *MessageTable::find(const Message &message, QStringView selector)
{
    for (const Form &form : message.forms) {
        if (form.selector == selector) {
            return &form;
        }
    }
    return nullptr;
}

const MessageTable::Form &MessageTable::pluralForm(const Message &message, const PluralNumber &number,
                                                   bool isOrdinal) const
{
    for (const Form &form : message.forms) {
        if (form.exact && number.is(*form.exact)) {
            return form;
        }
    }
    const PluralRules &rules = message.language->plurals;
    const PluralForm usual = isOrdinal ? rules.ordinal(number) : rules.cardinal(number);
    for (const PluralForm wanted : {usual, PluralForm::Other}) {
        for (const Form &form : message.forms) {
            if (form.plural == wanted) {
                return form;
            }
        }
    }
    return *find(message, u"many"); // what has neither of the two is refused
}

const QString &MessageTable::text(std::size_t message) const
{
    return m_messages[message]->forms.front().plain;
}

QMap<QString, QString> MessageTable::forms(std::size_t message) const
{
    QMap<QString, QString> texts;
    for (const Form &form : m_messages[message]->forms) {
        texts.insert(form.selector, form.plain);
    }
    return texts;
}

const QString &MessageTable::localeOf(std::size_t message) const
{
    return m_messages[message]->language->name;
}

namespace {

template<typename Pieces>
QString filled(const Pieces &pieces, std::span<const QString> values, const QString &count)
{
    QString text;
    for (const auto &piece : pieces) {
        if (piece.part == TextPart::Literal) {
            text += piece.text;
        } else {
            text += piece.number < 0 ? count : values[static_cast<std::size_t>(piece.number)];
        }
    }
    return text;
}

} // namespace

QString MessageTable::params(std::size_t message, std::span<const QString> values) const
{
    return filled(m_messages[message]->forms.front().pieces, values, {});
}

QString MessageTable::counted(std::size_t message, const PluralNumber &number, bool isOrdinal,
                              std::span<const QString> values) const
{
    const Message &own = *m_messages[message];
    return filled(pluralForm(own, number, isOrdinal).pieces, values, number.toText(own.language->qt));
}

QString MessageTable::count(std::size_t message, const PluralNumber &number, std::span<const QString> values) const
{
    return counted(message, number, false, values);
}

QString MessageTable::ordinal(std::size_t message, const PluralNumber &number, std::span<const QString> values) const
{
    return counted(message, number, true, values);
}

QString MessageTable::match(std::size_t message, const QString &selector, std::span<const QString> values) const
{
    const Message &own = *m_messages[message];
    const Form *found = find(own, selector);
    return filled((found ? found : find(own, u"other"))->pieces, values, {});
}

QString MessageTable::rich(std::size_t message, std::span<const QString> values,
                           std::span<const TagFunction> tags) const
{
    std::vector<QString> open(1); // what is written into, the innermost tag last
    for (const Form::Piece &piece : m_messages[message]->forms.front().pieces) {
        switch (piece.part) {
        case TextPart::Literal:
            open.back() += piece.text.toHtmlEscaped();
            break;
        case TextPart::Param:
            open.back() += values[static_cast<std::size_t>(piece.number)].toHtmlEscaped();
            break;
        case TextPart::Open:
            if (piece.number < 0) {
                open.back() += u'<' + piece.text + u'>';
            } else {
                open.emplace_back();
            }
            break;
        case TextPart::Close:
            if (piece.number < 0) {
                open.back() += QStringLiteral("</") + piece.text + u'>';
            } else {
                const QString inner = std::move(open.back());
                open.pop_back();
                const TagFunction &tag = tags[static_cast<std::size_t>(piece.number)];
                open.back() += tag ? tag(inner) : inner;
            }
            break;
        }
    }
    return open.front();
}

} // namespace nanostores::detail

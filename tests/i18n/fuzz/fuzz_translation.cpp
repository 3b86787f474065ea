// SPDX-License-Identifier: MIT
// A target of libFuzzer: `sh tests/i18n/fuzz/run.sh 300` runs it for five minutes.
//
// The input is a file of translations. What is read of it is compared with what QJsonDocument and regular expressions
// read: each message is either shown as it is in the file, or as the program has it, and then a problem says why.
#include <nanostores/i18n/detail/messagetable.h>
#include <nanostores/i18n/detail/translationtext.h>
#include <nanostores/i18n/message.h>
#include <nanostores/i18n/messages.h>
#include <nanostores/i18n/pseudolocale.h>

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

using namespace nanostores;
using namespace nanostores::detail;

namespace {

const auto &spec = Component<"c", MessageDefinition<MessageKind::Text, "text", "Text">,
                             MessageDefinition<MessageKind::Params, "params", "{a} of {b}">,
                             MessageDefinition<MessageKind::Count, "count", "one: {count} {a}", "other: {count} {a}s">,
                             MessageDefinition<MessageKind::Ordinal, "ordinal", "one: {count}st", "other: {count}th">,
                             MessageDefinition<MessageKind::Match, "match", "x: An x", "y: A {a}", "other: None">,
                             MessageDefinition<MessageKind::Rich, "rich", "Read <b>the</b> <a>terms</a> {c}">>::spec;
const std::array<QString, 2> values{QStringLiteral("{b}<i>&"), QStringLiteral("{a}")};
const std::array<TagFunction, 1> tags{
    [](const QString &inner) { return QStringLiteral("<a href=\"u\">") + inner + QStringLiteral("</a>"); }};

void require(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

/// Without surrogates that stand alone, at which regular expressions give up.
QString valid(const QString &text)
{
    return QString::fromUtf8(text.toUtf8());
}

/// Each part of a text that is {name}, and, with tags, <name> and </name>.
const QRegularExpression &partExpression(bool hasTags)
{
    static const QRegularExpression plain(QStringLiteral("\\{([A-Za-z_][A-Za-z0-9_]*)\\}"));
    static const QRegularExpression rich(
        QStringLiteral("\\{([A-Za-z_][A-Za-z0-9_]*)\\}|<(/?)([A-Za-z_][A-Za-z0-9_]*)>"));
    return hasTags ? rich : plain;
}

/// The text with what the parameters are called with, as the message with this number has them.
QString modelText(const QString &written, std::size_t message, const QString &count)
{
    const QString text = valid(written);
    const MessageSpec &own = spec.messages[message];
    QString out;
    qsizetype end = 0;
    auto found = partExpression(false).globalMatch(text);
    while (found.hasNext()) {
        const QRegularExpressionMatch part = found.next();
        out += text.mid(end, part.capturedStart() - end);
        end = part.capturedEnd();
        const std::string name = part.captured(1).toStdString();
        const auto place = std::find(own.params.begin(), own.params.end(), name);
        if (place != own.params.end()) {
            out += values[static_cast<std::size_t>(place - own.params.begin())];
        } else {
            require(name == countName); // others are refused
            out += count;
        }
    }
    return out + text.mid(end);
}

/// What rich text may have: its own tags, and what is escaped.
void requireHarmless(const QString &text)
{
    static const QRegularExpression allowed(
        QStringLiteral("</?(b|i|u|s|em|strong|br|sub|sup|code|big|small)>|<a href=\"u\">|</a>"));
    require(!valid(text).remove(allowed).contains(u'<'));
}

QString shown(const MessageTable &table, std::size_t message, const QString &selector)
{
    switch (spec.messages[message].kind) {
    case MessageKind::Text:
        return table.text(message);
    case MessageKind::Params:
        return table.params(message, values);
    case MessageKind::Count:
        return table.count(message, selector.toInt(), values);
    case MessageKind::Ordinal:
        return table.ordinal(message, selector.toInt(), values);
    case MessageKind::Match:
        return table.match(message, selector, values);
    case MessageKind::Rich:
        return table.rich(message, values, tags);
    }
    std::abort();
}

/// That scanMessage() finds the same parts, and that they are all of the text.
void checkScan(const QString &text, bool hasTags)
{
    QStringList parts;
    QString whole;
    scanMessage(std::u16string_view(text.toStdU16String()), hasTags, [&](TextPart part, std::u16string_view piece) {
        const QString own = QString::fromStdU16String(std::u16string(piece));
        const QString written = part == TextPart::Literal ? own
                                : part == TextPart::Param ? u'{' + own + u'}'
                                : part == TextPart::Open  ? u'<' + own + u'>'
                                                          : QStringLiteral("</") + own + u'>';
        whole += written;
        if (part != TextPart::Literal) {
            parts.append(written);
        }
    });
    require(whole == text);
    QStringList expected;
    for (auto found = partExpression(hasTags).globalMatch(text); found.hasNext();) {
        expected.append(found.next().captured());
    }
    require(parts == expected);
}

QStringList partsOf(const QString &text)
{
    QStringList parts;
    for (auto found = partExpression(true).globalMatch(text); found.hasNext();) {
        parts.append(found.next().captured());
    }
    return parts;
}

void checkTexts(const QJsonObject &object)
{
    const QJsonObject pseudo = pseudoMessages(object);
    require(pseudo.size() == object.size());
    for (auto entry = object.begin(); entry != object.end(); ++entry) {
        if (entry.value().isObject()) {
            checkTexts(entry.value().toObject());
        } else if (entry.value().isString()) {
            const QString text = valid(entry.value().toString());
            checkScan(text, false);
            checkScan(text, true);
            static_cast<void>(isWellNested(std::u16string_view(text.toStdU16String())));
            require(partsOf(valid(pseudo[entry.key()].toString())) == partsOf(text));
        }
    }
}

void checkMessage(const MessageTable &base, const MessageTable &table, const ProblemLog &log, std::size_t message,
                  const QJsonValue &raw)
{
    const MessageSpec &own = spec.messages[message];
    const bool isRefused =
        std::any_of(log.problems.begin(), log.problems.end(), [&](const TranslationProblem &problem) {
            return problem.kind != TranslationProblem::Kind::Flawed && problem.component == QStringLiteral("c")
                   && problem.key == utf8Text(own.name);
        });
    const QStringList selectors = own.kind == MessageKind::Match
                                      ? QStringList{QStringLiteral("x"), QStringLiteral("y"), QStringLiteral("-")}
                                      : QStringList{QStringLiteral("0"), QStringLiteral("1"), QStringLiteral("5")};
    for (const QString &selector : selectors) {
        const QString text = valid(shown(table, message, selector));
        if (own.kind == MessageKind::Rich) {
            requireHarmless(text);
        }
        if (isRefused) {
            require(text == valid(shown(base, message, selector)));
            continue;
        }
        if (raw.isString()) {
            require(!hasForms(own.kind));
            if (own.kind == MessageKind::Text) {
                require(text == valid(raw.toString()));
            } else if (own.kind == MessageKind::Params) {
                require(text == modelText(raw.toString(), message, {}));
            }
            continue;
        }
        require(raw.isObject() && hasForms(own.kind));
        const QJsonObject forms = raw.toObject();
        if (forms.contains(selector)) { // of exact numbers, too
            require(text == modelText(forms[selector].toString(), message, selector));
        } else {
            require(std::any_of(forms.begin(), forms.end(), [&](const QJsonValue &form) {
                return text == modelText(form.toString(), message, QLocale(table.locale()).toString(selector.toInt()));
            }));
        }
    }
}

void check(const QByteArray &json, const QString &locale)
{
    static const MessageTable base(spec, QStringLiteral("en"));
    ProblemLog log{locale};
    const auto lineCount = static_cast<int>(std::count(json.begin(), json.end(), '\n')) + 1;
    RawTranslation translation;
    try {
        translation = parseTranslation({json, QStringLiteral("f")}, log);
    } catch (const TranslationError &error) {
        const QString text = QString::fromUtf8(error.what());
        require(text.startsWith(QStringLiteral("f:")));
        return;
    }
    const QJsonDocument document = QJsonDocument::fromJson(json);
    require(document.isObject());
    const QJsonObject all = document.object();
    constexpr qsizetype mostForModel = 64 * 1024; // larger ones are for what reads them: the model takes long
    if (json.size() <= mostForModel) {
        checkTexts(all);
    }
    for (auto component = all.begin(); component != all.end(); ++component) {
        require(component.value().isObject()
                    ? translation.contains(component.key())
                    : std::any_of(log.problems.begin(), log.problems.end(),
                                  [&](const auto &problem) { return problem.component == component.key(); }));
    }
    if (translation.contains(QStringLiteral("c"))) {
        const RawComponent &raw = translation[QStringLiteral("c")];
        const MessageTable table(spec, base, locale, raw, log);
        const QJsonObject messages = all[QStringLiteral("c")].toObject();
        for (std::size_t i = 0; i < spec.messages.size(); ++i) {
            checkMessage(base, table, log, i, messages[utf8Text(spec.messages[i].name)]);
        }
    }
    for (const TranslationProblem &problem : log.problems) {
        require(problem.line >= 1 && problem.line <= lineCount);
        require(!problem.message().isEmpty());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static const std::array<QString, 4> locales{QStringLiteral("ru"), QStringLiteral("ar"), QStringLiteral("pl"),
                                                QStringLiteral("en-GB")};
    if (size == 0) {
        return 0;
    }
    const QByteArray json(reinterpret_cast<const char *>(data) + 1, static_cast<qsizetype>(size) - 1);
    check(json, locales[data[0] % locales.size()]);
    return 0;
}

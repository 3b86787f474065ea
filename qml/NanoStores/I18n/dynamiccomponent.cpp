// SPDX-License-Identifier: MIT
#include <NanoStores/I18n/dynamiccomponent.h>

#include <algorithm>

namespace nanostores::detail {

namespace {

constexpr std::size_t mostParams = 64;

/// By the texts alone: see DynamicComponent.
MessageKind kindOf(const std::vector<FormSpec> &forms, bool isObject)
{
    if (isObject) {
        const bool isCount = std::all_of(forms.begin(), forms.end(), [](const FormSpec &form) {
            return isPluralKeyword(form.selector) || isExactNumber(form.selector);
        });
        return isCount ? MessageKind::Count : MessageKind::Match;
    }
    bool hasParam = false;
    scanMessage(forms.front().text, false,
                [&](TextPart part, std::string_view) { hasParam = hasParam || part == TextPart::Param; });
    return hasParam ? MessageKind::Params : MessageKind::Text;
}

} // namespace

DynamicComponent::DynamicComponent(const QString &name, const QVariantMap &texts, QStringList &problems)
    : m_spec{keep(name), {}}
{
    for (auto entry = texts.begin(); entry != texts.end(); ++entry) {
        const bool isObject = entry->typeId() == QMetaType::QVariantMap;
        if (!isObject && entry->typeId() != QMetaType::QString) {
            problems.append(QStringLiteral("%1 is no text: write a text, or an object of texts").arg(entry.key()));
            continue;
        }
        Message message;
        bool areTexts = true;
        if (isObject) {
            const QVariantMap forms = entry->toMap();
            for (auto form = forms.begin(); form != forms.end(); ++form) {
                areTexts = areTexts && form->typeId() == QMetaType::QString;
                message.forms.push_back({keep(form.key()), keep(form->toString())});
            }
        } else {
            message.forms.push_back({{}, keep(entry->toString())});
        }
        if (!areTexts) {
            problems.append(QStringLiteral("a form of %1 is no text").arg(entry.key()));
            continue;
        }
        if (isObject && !hasOther(message.forms)) {
            problems.append(QStringLiteral("%1 has no form \"other\": add one").arg(entry.key()));
            continue;
        }
        const MessageKind kind = kindOf(message.forms, isObject);
        eachName(kind, message.forms, TextPart::Param, [&](std::string_view param) {
            if (!hasName(message.params, param) && message.params.size() < mostParams) {
                message.params.push_back(param);
            }
        });
        m_messages.push_back(std::move(message));
        const Message &kept = m_messages.back();
        m_specs.push_back({kind, keep(entry.key()), kept.forms, kept.params, {}});
    }
    m_spec.messages = m_specs;
}

std::string_view DynamicComponent::keep(const QString &text)
{
    m_texts.push_back(text.toStdString());
    return m_texts.back();
}

} // namespace nanostores::detail

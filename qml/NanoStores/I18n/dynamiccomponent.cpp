// SPDX-License-Identifier: MIT
#include <NanoStores/I18n/dynamiccomponent.h>

#include <QMetaType>

#include <algorithm>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr std::size_t mostParams = 64;

/// The value of an object that has this key alone, if it is of the type.
QVariant onlyValue(const QVariantMap &object, const QString &key, QMetaType::Type type)
{
    const QVariant value = object.size() == 1 ? object.value(key) : QVariant();
    return value.typeId() == type ? value : QVariant();
}

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
        add(entry.key(), *entry, problems);
    }
    m_spec.messages = m_specs;
}

void DynamicComponent::add(const QString &name, const QVariant &texts, QStringList &problems)
{
    Message message;
    if (texts.typeId() == QMetaType::QString) {
        message.forms.push_back({{}, keep(texts.toString())});
        const MessageKind kind = kindOf(message.forms, false);
        addMessage(kind, name, std::move(message));
        return;
    }
    if (texts.typeId() != QMetaType::QVariantMap) {
        problems.append(QStringLiteral("%1 is no text: write a text, or an object of texts").arg(name));
        return;
    }
    QVariantMap forms = texts.toMap();
    if (const QVariant rich = onlyValue(forms, QStringLiteral("rich"), QMetaType::QString); rich.isValid()) {
        message.forms.push_back({{}, keep(rich.toString())});
        if (!isWellNested(message.forms.front().text)) {
            problems.append(QStringLiteral("the tags of %1 are not closed, the last one first").arg(name));
            return;
        }
        addMessage(MessageKind::Rich, name, std::move(message));
        return;
    }
    const QVariant places = onlyValue(forms, QStringLiteral("ordinal"), QMetaType::QVariantMap);
    if (places.isValid()) {
        forms = places.toMap();
    }
    for (auto form = forms.begin(); form != forms.end(); ++form) {
        if (form->typeId() != QMetaType::QString) {
            problems.append(QStringLiteral("a form of %1 is no text").arg(name));
            return;
        }
        message.forms.push_back({keep(form.key()), keep(form->toString())});
    }
    if (!hasOther(message.forms)) {
        problems.append(QStringLiteral("%1 has no form \"other\": add one").arg(name));
        return;
    }
    const MessageKind kind = kindOf(message.forms, true);
    if (places.isValid() && kind != MessageKind::Count) {
        problems.append(
            QStringLiteral("the forms of the ordinal %1 are zero, one, two, few, many, other and numbers").arg(name));
        return;
    }
    addMessage(places.isValid() ? MessageKind::Ordinal : kind, name, std::move(message));
}

void DynamicComponent::addMessage(MessageKind kind, const QString &name, Message message)
{
    const auto collect = [&](TextPart part, std::vector<std::string_view> &names) {
        eachName(kind, message.forms, part, [&](std::string_view found) {
            if (!hasName(names, found) && names.size() < mostParams) {
                names.push_back(found);
            }
        });
    };
    collect(TextPart::Param, message.params);
    collect(TextPart::Open, message.tags);
    m_messages.push_back(std::move(message));
    const Message &kept = m_messages.back();
    m_specs.push_back({kind, keep(name), kept.forms, kept.params, kept.tags});
}

std::string_view DynamicComponent::keep(const QString &text)
{
    m_texts.push_back(text.toStdString());
    return m_texts.back();
}

} // namespace nanostores::detail

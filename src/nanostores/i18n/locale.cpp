// SPDX-License-Identifier: MIT
#include <nanostores/core/lifecycle.h>
#include <nanostores/i18n/detail/cldr.h>
#include <nanostores/i18n/detail/localetag.h>
#include <nanostores/i18n/detail/localewatch.h>
#include <nanostores/i18n/locale.h>

#include <QObject>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace nanostores {

QString bestLocale(const QStringList &wanted, const QStringList &available, const QString &fallback)
{
    using detail::LocaleTag;
    std::vector<LocaleTag> tags;
    for (const QString &text : available) {
        tags.push_back(LocaleTag::of(text));
    }
    const auto at = [&](auto found) { return available[found - tags.begin()]; };
    for (const QString &text : wanted) {
        const LocaleTag tag = LocaleTag::of(text);
        if (tag.isEmpty()) {
            continue;
        }
        for (const LocaleTag &near : tag.chain()) {
            if (const auto found = std::find(tags.begin(), tags.end(), near); found != tags.end()) {
                return at(found);
            }
        }
        LocaleTag usual = tag;
        usual.region = detail::likelyRegion(tag.language);
        if (const auto found = std::find(tags.begin(), tags.end(), usual); found != tags.end()) {
            return at(found);
        }
        const auto isNear = [&](const LocaleTag &other) {
            return other.language == tag.language && other.script == tag.script;
        };
        if (const auto found = std::find_if(tags.begin(), tags.end(), isNear); found != tags.end()) {
            return at(found);
        }
    }
    return fallback;
}

Computed<QString> systemLocale(const QStringList &available, const QString &fallback)
{
    using Languages = Atom<QStringList>;
    const Languages languages(detail::systemLanguages());
    onMount(languages, [](MountEvent<Languages> &event) {
        auto *const node = event.store().node().get(); // a handle would keep the store
        const auto read = [node] {
            Languages(detail::Ref<Languages::node_type>::share(node)).set(detail::systemLanguages());
        };
        auto context = std::make_shared<std::optional<QObject>>(std::in_place);
        detail::followSystemLocale(&**context, read);
        read();
        return [context] { context->reset(); };
    });
    return computed(languages, [available, fallback](const QStringList &wanted) {
        return bestLocale(wanted, available, fallback);
    });
}

Qt::LayoutDirection layoutDirection(const QString &locale)
{
    const QByteArray script = detail::LocaleTag::of(locale).script;
    const auto scripts = detail::rightToLeftScripts();
    return std::any_of(scripts.begin(), scripts.end(), [&](const char *name) { return script == name; })
               ? Qt::RightToLeft
               : Qt::LeftToRight;
}

} // namespace nanostores

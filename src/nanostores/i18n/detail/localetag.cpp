// SPDX-License-Identifier: MIT
#include <nanostores/i18n/detail/cldr.h>
#include <nanostores/i18n/detail/localetag.h>

#include <QList>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace nanostores::detail {

namespace {

bool isAsciiLetters(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

bool isAsciiDigits(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool isScript(const QByteArray &part)
{
    return part.size() == 4 && isAsciiLetters(part);
}

bool isRegion(const QByteArray &part)
{
    return (part.size() == 2 && isAsciiLetters(part)) || (part.size() == 3 && isAsciiDigits(part));
}

const LikelyScript *likelyOf(const QByteArray &language)
{
    const auto all = likelyScripts();
    const auto found =
        std::lower_bound(all.begin(), all.end(), language, [](const LikelyScript &entry, const auto &name) {
            return QByteArrayView(entry.language) < QByteArrayView(name);
        });
    return found != all.end() && language == found->language ? &*found : nullptr;
}

QByteArray usualScript(const QByteArray &language, const QByteArray &region)
{
    for (const RegionalScript &entry : regionalScripts()) {
        if (language == entry.language && region == entry.region) {
            return entry.script;
        }
    }
    const LikelyScript *const likely = likelyOf(language);
    return likely ? QByteArray(likely->script) : QByteArray();
}

/// What a modifier of POSIX says: sr_RS@latin.
QByteArray scriptOf(const QByteArray &modifier)
{
    static constexpr std::pair<const char *, const char *> scripts[] = {
        {"latin", "Latn"}, {"iqtelif", "Latn"}, {"cyrillic", "Cyrl"}, {"devanagari", "Deva"}};
    for (const auto &[name, script] : scripts) {
        if (modifier == name) {
            return script;
        }
    }
    return {};
}

/// Codes that were replaced, and those that name the same texts.
void replaceOldName(LocaleTag &tag)
{
    static constexpr std::pair<const char *, const char *> names[] = {
        {"in", "id"}, {"iw", "he"}, {"ji", "yi"}, {"jw", "jv"}, {"mo", "ro"}, {"no", "nb"}, {"tl", "fil"}};
    for (const auto &[old, name] : names) {
        if (tag.language == old) {
            tag.language = name;
            return;
        }
    }
    if (tag.language == "sh") {
        tag.language = "sr";
        tag.script = tag.script.isEmpty() ? QByteArray("Latn") : tag.script;
    }
}

} // namespace

LocaleTag LocaleTag::of(QStringView text)
{
    constexpr qsizetype longest = 100; // of a tag that is meant as one
    LocaleTag tag;
    if (text.isEmpty() || text.size() > longest) {
        return tag;
    }
    for (const QChar c : text) {
        if (c.unicode() == 0 || c.unicode() > 127) {
            return tag;
        }
    }
    QByteArray plain = text.toLatin1();
    QByteArray modifier;
    if (const qsizetype at = plain.indexOf('@'); at >= 0) { // of POSIX, as is the codeset
        modifier = plain.mid(at + 1).toLower();
        plain.truncate(at);
    }
    if (const qsizetype at = plain.indexOf('.'); at >= 0) {
        plain.truncate(at);
    }
    const QList<QByteArray> parts = plain.replace('_', '-').split('-');
    const QByteArray language = parts.front().toLower();
    if (language.size() < 2 || language.size() > 3 || !isAsciiLetters(language)) { // also "C"
        return tag;
    }
    tag.language = language;
    for (qsizetype i = 1; i < parts.size() && parts[i].size() > 1; ++i) { // a single letter begins an extension
        if (isScript(parts[i]) && tag.script.isEmpty() && tag.region.isEmpty()) {
            tag.script = parts[i].left(1).toUpper() + parts[i].mid(1).toLower();
        } else if (isRegion(parts[i]) && tag.region.isEmpty()) {
            tag.region = parts[i].toUpper();
        }
    }
    if (tag.script.isEmpty()) {
        tag.script = scriptOf(modifier);
    }
    replaceOldName(tag);
    if (tag.script.isEmpty()) {
        tag.script = usualScript(tag.language, tag.region);
    }
    return tag;
}

QByteArray LocaleTag::text() const
{
    QByteArray text = language;
    if (!script.isEmpty() && script != usualScript(language, region)) {
        text += '-' + script;
    }
    return region.isEmpty() ? text : text + '-' + region;
}

QByteArray LocaleTag::whole() const
{
    QByteArray text = language;
    if (!script.isEmpty()) {
        text += '-' + script;
    }
    return region.isEmpty() ? text : text + '-' + region;
}

std::vector<LocaleTag> LocaleTag::chain() const
{
    std::vector<LocaleTag> all;
    LocaleTag tag = *this;
    while (!tag.isEmpty()) {
        all.push_back(tag);
        const QByteArray name = tag.text();
        const QByteArray full = tag.whole();
        QByteArray parent;
        for (const ParentLocale &entry : parentLocales()) {
            if (name == entry.child || full == entry.child) {
                parent = entry.parent;
            }
        }
        const QByteArray ownScript = tag.script;
        if (!parent.isEmpty()) {
            tag = of(QString::fromLatin1(parent));
        } else if (!tag.region.isEmpty()) {
            tag.region.clear();
        } else {
            break;
        }
        if (tag.script != ownScript || std::find(all.begin(), all.end(), tag) != all.end()) {
            break;
        }
    }
    return all;
}

std::vector<QByteArray> LocaleTag::names() const
{
    std::vector<QByteArray> all;
    for (const LocaleTag &near : chain()) {
        all.push_back(near.text());
        all.push_back(near.whole());
        if (near.language == "nb") {
            all.push_back("no");
        }
    }
    return all;
}

bool isLocaleOf(const QString &locale, const QString &parent)
{
    const auto chain = LocaleTag::of(locale).chain();
    return std::find(chain.begin(), chain.end(), LocaleTag::of(parent)) != chain.end();
}

QLocale qtLocale(const QString &locale)
{
    if (!locale.contains(u'@')) {
        return QLocale(locale);
    }
    return QLocale(QString::fromLatin1(LocaleTag::of(locale).whole()));
}

QByteArray likelyRegion(const QByteArray &language)
{
    const LikelyScript *const likely = likelyOf(language);
    return likely ? QByteArray(likely->region) : QByteArray();
}

} // namespace nanostores::detail

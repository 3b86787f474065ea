// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/export.h>

#include <QByteArray>
#include <QLocale>
#include <QString>

#include <vector>

namespace nanostores::detail {

/// A BCP 47 tag in parts, such as "zh-Hant-TW", or "zh_TW.UTF-8" as POSIX writes it. Variants and extensions are left
/// out.
struct NANOSTORES_I18N_EXPORT LocaleTag
{
    QByteArray language; ///< In lower case; empty if it is no tag. Of names that were replaced, the present one.
    QByteArray script; ///< "Hant"; the usual one, if the tag names none, and empty if that is not known.
    QByteArray region; ///< "TW"; empty if the tag names none.

    static LocaleTag of(QStringView text);

    bool isEmpty() const noexcept { return language.isEmpty(); }
    QByteArray text() const; ///< Without the script where it is the usual one.
    QByteArray whole() const; ///< With the script, if it is known.
    /// This one and those that stand in for it, the nearest first: en-GB, en-001, en. Never another script.
    std::vector<LocaleTag> chain() const;
    /// What a table of the CLDR may call these, in the same order, without those of "root".
    std::vector<QByteArray> names() const;

    friend bool operator==(const LocaleTag &, const LocaleTag &) = default;
};

/// What QLocale knows of it, by the script that a modifier of POSIX names, too, which it passes over.
NANOSTORES_I18N_EXPORT QLocale qtLocale(const QString &locale);
bool isLocaleOf(const QString &locale, const QString &parent); ///< Whether the parent is in its chain.
QByteArray likelyRegion(const QByteArray &language); ///< Empty if it is not known.

} // namespace nanostores::detail

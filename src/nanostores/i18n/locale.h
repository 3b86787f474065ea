// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/i18n/export.h>
#include <nanostores/qt/convert.h>

#include <QString>
#include <QStringList>

#include <type_traits>

namespace nanostores {

namespace detail {

/// The tag in a store of a locale; empty for an empty optional.
template<typename T>
QString localeText(const T &value)
{
    if constexpr (isOptional<T>) {
        return value ? localeText(*value) : QString();
    } else {
        return convertTo<QString>(value);
    }
}

} // namespace detail

/// The first of the tags `wanted` that one of the tags `available` answers, as that is written; `fallback` if none is.
///
/// A tag is answered by itself, then by its parents in the CLDR, then by the same language for another region: fr-CA by
/// fr-CA, fr, fr-FR; zh-TW by zh-Hant, and never by zh, which is written in another script.
[[nodiscard]] NANOSTORES_I18N_EXPORT QString bestLocale(const QStringList &wanted, const QStringList &available,
                                                        const QString &fallback = {});

/// The first store of these that has a locale: a text that is not empty, such as "fr" or "zh-Hant-TW", or an optional
/// of one. Those behind it are not observed. Empty where none has one.
///
///     localeFrom(setting, systemLocale({"en", "fr"}, "en"))
template<AnyStore... S>
[[nodiscard]] Computed<QString> localeFrom(const S &...stores)
{
    static_assert(sizeof...(S) > 0, "localeFrom() takes the stores to look for a locale in");
    return computed([=] {
        QString tag;
        static_cast<void>(((tag = detail::localeText(stores())).isEmpty() && ...));
        return tag;
    });
}

/// What the system's user reads best of the available locales, by bestLocale(); follows QEvent::LocaleChange while it
/// is observed.
[[nodiscard]] NANOSTORES_I18N_EXPORT Computed<QString> systemLocale(const QStringList &available,
                                                                    const QString &fallback);

/// Whether the texts of a locale are written from right to left.
[[nodiscard]] NANOSTORES_I18N_EXPORT Qt::LayoutDirection layoutDirection(const QString &locale);
/// That of the locale in the store, for QGuiApplication::setLayoutDirection() and LayoutMirroring.
template<AnyStore S>
[[nodiscard]] Computed<Qt::LayoutDirection> layoutDirection(const S &locale)
{
    return computed(locale, [](const auto &value) { return layoutDirection(detail::localeText(value)); });
}

} // namespace nanostores

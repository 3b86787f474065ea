// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/readonly.h>
#include <nanostores/core/store.h>
#include <nanostores/core/subscription.h>
#include <nanostores/i18n/export.h>
#include <nanostores/i18n/locale.h>

#include <QString>

#include <memory>

QT_BEGIN_NAMESPACE
class QObject;
QT_END_NAMESPACE

namespace nanostores {

namespace detail {

/// A translator of the application whose file is another one for each locale.
class NANOSTORES_I18N_EXPORT LocaleTranslator
{
public:
    LocaleTranslator(QString name, QString folder);
    LocaleTranslator(const LocaleTranslator &) = delete;
    LocaleTranslator &operator=(const LocaleTranslator &) = delete;
    ~LocaleTranslator();

    void use(const QString &locale);

private:
    class Proxy;

    QString m_name;
    QString m_folder;
    std::unique_ptr<Proxy> m_proxy;
};

} // namespace detail

/// The application's translations, in .qm files of Qt Linguist, follow the locale as long as the subscription lives:
/// `useTranslator(locale, "shop", ":/i18n")` takes :/i18n/shop_fr_CA.qm or shop_fr.qm for fr-CA. Without a file the
/// texts of the program are shown.
///
/// Widgets get their QEvent::LanguageChange, what reads translate() runs again, and retranslate() is for engines. Call
/// it where the application is, and after that was made; a later call is asked first for a text.
template<AnyStore S>
[[nodiscard]] Subscription useTranslator(const S &locale, const QString &name, const QString &folder)
{
    auto translator = std::make_shared<detail::LocaleTranslator>(name, folder);
    return locale.subscribe(
        [translator](const typename S::value_type &value) { translator->use(detail::localeText(value)); });
}

/// A store of how often the translators of the application have changed, by useTranslator() or otherwise. Of the
/// application's thread.
[[nodiscard]] NANOSTORES_I18N_EXPORT Readonly<detail::SignalNode<int>> languageChanges();

/// As QCoreApplication::translate(), and tracked: a computed store or an effect that reads it follows the language.
/// lupdate finds its texts. On another thread than the application's it is not tracked.
[[nodiscard]] NANOSTORES_I18N_EXPORT QString translate(const char *context, const char *sourceText,
                                                       const char *disambiguation = nullptr, int n = -1);

/// Calls the slot retranslate() of a QQmlEngine when the translators have changed, as long as it lives: bindings with
/// qsTr() follow the language.
NANOSTORES_I18N_EXPORT void retranslate(QObject *engine);

} // namespace nanostores

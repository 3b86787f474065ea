// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/export.h>

#include <QObject>
#include <QStringList>

#include <functional>

namespace nanostores::detail {

/// Signals that the system's locale has changed, or the language of the program's translators.
class LocaleWatch : public QObject
{
    Q_OBJECT

Q_SIGNALS:
    void localeChanged();
    void languageChanged();
};
/// The one of the process. It has no thread of its own: it signals on the application's.
LocaleWatch *localeWatch();

/// The languages of the system's user, the favourite first.
QStringList systemLanguages();
/// For tests: sets where these come from, and returns where they came from before. By default from QLocale::system().
NANOSTORES_I18N_EXPORT std::function<QStringList()> exchangeSystemLanguages(std::function<QStringList()> source);

/// Calls the function at each change of the system's locale as long as the context lives, on its thread.
void followSystemLocale(QObject *context, const std::function<void()> &changed);

} // namespace nanostores::detail

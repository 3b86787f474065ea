// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/i18n.h>

#include <QString>
#include <QStringList>

namespace shop {

/// What the shop is translated into. Texts in the code are English.
inline const QStringList languages{QStringLiteral("en"), QStringLiteral("pl"), QStringLiteral("ar")};

/// What was chosen; empty: what the system's user reads best.
inline const auto chosenLanguage = nanostores::atom(QString()).named("language/chosen");
inline const auto language =
    nanostores::localeFrom(chosenLanguage, nanostores::systemLocale(languages, QStringLiteral("en")))
        .named("language/shown");

inline const nanostores::I18n translations(language,
                                           {.load = nanostores::jsonFiles(QStringLiteral(":/translations/%1.json"))});

/// The language's own name.
QString languageName(const QString &tag);

} // namespace shop

// SPDX-License-Identifier: MIT
#include "language.h"

#include <QLocale>

namespace shop {

QString languageName(const QString &tag)
{
    // QLocale names the language of a country: "American English".
    return tag == QStringLiteral("en") ? QStringLiteral("English") : QLocale(tag).nativeLanguageName();
}

} // namespace shop

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/export.h>
#include <nanostores/i18n/i18n.h>

#include <QCoreApplication>
#include <QStringList>
#include <QTextStream>

namespace nanostores {

/// What a program for translators does, and a job that tests translations. Arguments are
///
///     texts [FILE]                     writes the program's own texts as JSON
///     pseudo [FILE]                    the same in pseudoMessages()
///     check [--allow-missing] FILE...  says what is wrong with translations: "de.json:3: cart.total: ...". A file's
///                                      locale is its name, de.json, or is before it, de=texts.json
///
/// FILE is written only if that changes it; without one, texts go to `out`. Returns what main() does: 0, or 1 if there
/// are problems, or 2, after a message to `errors`, if the arguments are wrong or a file cannot be read or written.
/// Call it once all components are there.
[[nodiscard]] NANOSTORES_I18N_EXPORT int runTranslationCommand(const I18n &i18n, const QStringList &arguments,
                                                               QTextStream &out, QTextStream &errors);
/// With those of the application, and the standard streams.
[[nodiscard]] NANOSTORES_I18N_EXPORT int runTranslationCommand(const I18n &i18n);

} // namespace nanostores

/// The main() of a program for translators; the I18n is a variable in a header that the components are in, too:
///
///     NANOSTORES_TRANSLATIONS_MAIN(shop::i18n)
#define NANOSTORES_TRANSLATIONS_MAIN(i18n) \
    int main(int argc, char **argv) \
    { \
        const QCoreApplication application(argc, argv); \
        return nanostores::runTranslationCommand(i18n); \
    }

// SPDX-License-Identifier: MIT

// A message for a function that has no text.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
    const auto itself = [](const QString &, const QString &text) { return text; };
#ifdef MUST_NOT_COMPILE
    const auto mail = messages<"mail">(i18n, transformed<"title">(itself));
#else
    const auto mail = messages<"mail">(i18n, transformed<"title", "Mail">(itself));
#endif
    return mail()["title"_t]();
}

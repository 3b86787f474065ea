// SPDX-License-Identifier: MIT

// What the function of a message returns is not made a text of.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
    const auto length = [](const QString &, const QString &text) { return text.size(); };
    const auto mail = messages<"mail">(i18n, transformed<"title", "Mail">(length));
#ifdef MUST_NOT_COMPILE
    return mail()["title"_t]();
#else
    return QString::number(mail()["title"_t]());
#endif
}

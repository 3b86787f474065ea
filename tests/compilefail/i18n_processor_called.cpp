// SPDX-License-Identifier: MIT

// A processor without parameters, which is a text, and is called.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
    const auto size = atom(QStringLiteral("big"));
    const auto mail = messages<"mail">(i18n, processed<"send", "big: Send the message", "other: Send">(size));
#ifdef MUST_NOT_COMPILE
    return mail()["send"_t]("big");
#else
    return mail()["send"_t];
#endif
}

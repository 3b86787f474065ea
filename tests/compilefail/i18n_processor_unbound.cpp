// SPDX-License-Identifier: MIT

// A processor that was given no store.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
    const auto size = atom(QStringLiteral("big"));
#ifdef MUST_NOT_COMPILE
    const auto mail = messages<"mail">(i18n, processed<"send", "big: Send the message", "other: Send">);
#else
    const auto mail = messages<"mail">(i18n, processed<"send", "big: Send the message", "other: Send">(size));
#endif
    return mail()["send"_t];
}

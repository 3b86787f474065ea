// SPDX-License-Identifier: MIT

// Forms of a processor without one for all other values.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
    const auto size = atom(QStringLiteral("big"));
#ifdef MUST_NOT_COMPILE
    const auto mail = messages<"mail">(i18n, processed<"send", "big: Send the message", "small: Send">(size));
#else
    const auto mail = messages<"mail">(i18n, processed<"send", "big: Send the message", "other: Send">(size));
#endif
    return mail()["send"_t];
}

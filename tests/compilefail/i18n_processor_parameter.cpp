// SPDX-License-Identifier: MIT

// A parameter that no form of a processor has.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
    const auto size = atom(QStringLiteral("big"));
    const auto mail = messages<"mail">(i18n, processed<"send", "big: Send it to {name}", "other: Send">(size));
#ifdef MUST_NOT_COMPILE
    return mail()["send"_t]("nmae"_t = "Ann");
#else
    return mail()["send"_t]("name"_t = "Ann");
#endif
}

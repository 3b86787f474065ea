// SPDX-License-Identifier: MIT

// A store whose value is no text, by which a form is found.
#include <nanostores/i18n.h>

#include <map>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
#ifdef MUST_NOT_COMPILE
    const auto size = atom(std::map<int, int>());
#else
    const auto size = atom(5);
#endif
    const auto mail = messages<"mail">(i18n, processed<"send", "5: Send the message", "other: Send">(size));
    return mail()["send"_t];
}

// SPDX-License-Identifier: MIT

// A function that takes one text, of a message that has several.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
#ifdef MUST_NOT_COMPILE
    const auto first = [](const QString &, const QString &text) { return text; };
#else
    const auto first = [](const QString &, const MessageForms &texts) { return texts.first(); };
#endif
    const auto mail = messages<"mail">(i18n, transformed<"send", "big: Send the message", "other: Send">(first));
    return mail()["send"_t]();
}

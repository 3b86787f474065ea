// SPDX-License-Identifier: MIT

// An argument that the function of a message does not take.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
    const auto megabytes = [](const QString &, const QString &text, double size) {
        return filled(text, "size"_t = size);
    };
    const auto mail = messages<"mail">(i18n, transformed<"size", "{size} MB">(megabytes));
#ifdef MUST_NOT_COMPILE
    return mail()["size"_t]("1.5");
#else
    return mail()["size"_t](1.5);
#endif
}

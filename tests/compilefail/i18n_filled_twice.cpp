// SPDX-License-Identifier: MIT

// A value that is put into a text twice.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const QString &text)
{
#ifdef MUST_NOT_COMPILE
    return filled(text, "size"_t = 1, "size"_t = 2);
#else
    return filled(text, "size"_t = 1, "unit"_t = 2);
#endif
}

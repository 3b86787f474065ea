// SPDX-License-Identifier: MIT

// A parameter that the text of the message has not.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
    const auto blog = messages<"blog">(i18n, text<"title", "Title">, params<"published", "Published at {at}">);
#ifdef MUST_NOT_COMPILE
    return blog()["published"_t]("on"_t = 1);
#else
    return blog()["published"_t]("at"_t = 1);
#endif
}

// SPDX-License-Identifier: MIT

// A message that the component has not.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
    const auto blog = messages<"blog">(i18n, text<"title", "Title">, params<"published", "Published at {at}">);
#ifdef MUST_NOT_COMPILE
    return blog()["titel"_t];
#else
    return blog()["title"_t];
#endif
}

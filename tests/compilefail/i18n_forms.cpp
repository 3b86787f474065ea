// SPDX-License-Identifier: MIT

// Forms without one for all other numbers.
#include <nanostores/i18n.h>

using namespace nanostores;
using namespace nanostores::message;

QString shown(const I18n &i18n)
{
    const auto blog = messages<"blog">(i18n, count<"comments", "one: {count} comment"
#ifndef MUST_NOT_COMPILE
                                                   ,
                                                   "other: {count} comments"
#endif
                                                   >);
    return blog()["comments"_t](1);
}

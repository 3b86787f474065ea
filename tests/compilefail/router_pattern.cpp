// SPDX-License-Identifier: MIT

// A pattern with a parameter that its struct has no member for.
#include <nanostores/router.h>

#define POST(FIELD) FIELD(QString, category) FIELD(int, id)

struct Post
{
    NANOSTORES_STRUCT(Post, POST)
};

inline const auto router = nanostores::createRouter(
#ifdef MUST_NOT_COMPILE
    nanostores::route<Post>("post", "/posts/:categry/:id"));
#else
    nanostores::route<Post>("post", "/posts/:category/:id"));
#endif

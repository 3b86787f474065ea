// SPDX-License-Identifier: MIT

// A pattern without a parameter for a member of its struct, which would be lost in paths.
#include <nanostores/router.h>

#define POST(FIELD) FIELD(QString, category) FIELD(int, id)

struct Post
{
    NANOSTORES_STRUCT(Post, POST)
};

inline const auto router = nanostores::createRouter(
#ifdef MUST_NOT_COMPILE
    nanostores::route<Post>("post", "/posts/:category"));
#else
    nanostores::route<Post>("post", "/posts/:category/:id?"));
#endif

// SPDX-License-Identifier: MIT

// A member of a record takes only values of its own type.
#include <nanostores/core.h>

#include <string>

struct Profile
{
    std::string theme;
    friend bool operator==(const Profile &, const Profile &) = default;
};

struct Colour
{
};

void f()
{
    const auto profile = nanostores::map(Profile{});
#ifdef MUST_NOT_COMPILE
    profile.setKey(&Profile::theme, Colour{});
#else
    profile.setKey(&Profile::theme, "dark");
#endif
}

// SPDX-License-Identifier: MIT

// A record takes only members of its own type as keys.
#include <nanostores/core.h>

#include <string>

struct Profile
{
    std::string theme;
    friend bool operator==(const Profile &, const Profile &) = default;
};

struct Other
{
    std::string theme;
};

void f()
{
    const auto profile = nanostores::map(Profile{});
#ifdef MUST_NOT_COMPILE
    profile.setKey(&Other::theme, "dark");
#else
    profile.setKey(&Profile::theme, "dark");
#endif
}

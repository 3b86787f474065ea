// SPDX-License-Identifier: MIT

// A path fits only where each of its steps does.
#include <nanostores/core.h>

#include <string>
#include <vector>

struct User
{
    std::string name;
    friend bool operator==(const User &, const User &) = default;
};

struct Settings
{
    std::vector<User> users;
    friend bool operator==(const Settings &, const Settings &) = default;
};

void f()
{
    const auto settings = nanostores::deepMap(Settings{});
#ifdef MUST_NOT_COMPILE
    settings.setKey(nanostores::path(&Settings::users, &User::name), "Ada");
#else
    settings.setKey(nanostores::path(&Settings::users, 0, &User::name), "Ada");
#endif
}

// SPDX-License-Identifier: MIT

// The parts of a store that cannot be written cannot be written either.
#include <nanostores/kit.h>

#include <string>

struct User
{
    std::string name;
    bool operator==(const User &) const = default;
};

void f()
{
    const auto user = nanostores::signal(User{"Dan"});
#ifdef MUST_NOT_COMPILE
    const auto name = nanostores::record(nanostores::readonly(user))[&User::name];
#else
    const auto name = nanostores::record(user)[&User::name];
#endif
    name("Alice");
}

// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include <string>

int main()
{
    const auto name = nanostores::atom(std::string("Anna"));
    const auto greeting = nanostores::computed(name, [](const std::string &value) { return "Hello, " + value; });
    std::string seen;
    const auto subscription = greeting.subscribe([&seen](const std::string &value) { seen = value; });
    name.set("Boris");
    return seen == "Hello, Boris" ? 0 : 1;
}

// SPDX-License-Identifier: MIT

// Maps change by key: a dictionary of many like values, or a record of a fixed shape.

#include <nanostores/core.h>

#include <iostream>
#include <string>

using nanostores::listenKeys;
using nanostores::map;

struct Profile
{
    std::string name;
    std::string theme;
    friend bool operator==(const Profile &, const Profile &) = default;
};

int main()
{
    // A dictionary. The listener may ask for the old value and for the key.
    const auto stock = map<std::string, int>();
    const auto log = stock.listen([](const auto &now, const auto &before, const std::string *key) {
        if (key) {
            std::cout << *key << ": " << before.value(*key) << " -> " << now.value(*key) << '\n';
        }
    });
    stock.setKey("rocket", 3);
    stock.setKey("mug", 12);
    stock.setKey("mug", 11);
    stock.removeKey("rocket");

    // Only some keys.
    const auto alarm = listenKeys(stock, {"mug"}, [](const auto &now) {
        if (now.value("mug") < 10) {
            std::cout << "order mugs!\n";
        }
    });
    stock.setKey("lamp", 1);
    stock.setKey("mug", 9);

    // A record: its keys are its members, checked by the compiler.
    const auto profile = map(Profile{"Ada", "light"});
    const auto painted =
        profile.subscribe([](const Profile &now) { std::cout << now.name << " likes it " << now.theme << '\n'; });
    profile.setKey(&Profile::theme, "dark");
}

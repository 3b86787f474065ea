// SPDX-License-Identifier: MIT
#include "plugin.h"

#include <nanostores/core.h>

#include <exception>
#include <string>

using namespace nanostores;

namespace {

struct Local
{
    int number = 0;
    friend bool operator==(const Local &, const Local &) = default;
};

std::string answer;

template<typename F>
const char *thrownBy(F f)
{
    answer.clear();
    try {
        f();
    } catch (const SharedTypeError &error) {
        answer = error.what();
    }
    return answer.c_str();
}

} // namespace

PLUGIN_EXPORT const char *anotherType()
{
    return thrownBy([] { static_cast<void>(shared<Atom<int>>("trade/isOpen", 1)); });
}

PLUGIN_EXPORT const char *anotherKind()
{
    return thrownBy([] { static_cast<void>(shared<Atom<trade::Terms>>("trade/terms", trade::Terms{})); });
}

PLUGIN_EXPORT const char *localType()
{
    return thrownBy([] { static_cast<void>(shared<Atom<Local>>("trade/local", Local{})); });
}

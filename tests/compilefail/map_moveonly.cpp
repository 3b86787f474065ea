// SPDX-License-Identifier: MIT

// The values of a map are copied.
#include <nanostores/core.h>

#include <memory>
#include <string>

void f()
{
#ifdef MUST_NOT_COMPILE
    const auto pictures = nanostores::map<std::string, std::unique_ptr<int>>();
#else
    const auto pictures = nanostores::map<std::string, std::shared_ptr<int>>();
#endif
    pictures.removeKey("a");
}

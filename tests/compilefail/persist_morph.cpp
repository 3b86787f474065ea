// SPDX-License-Identifier: MIT

// A morph is no store: its signal is kept.
#include <nanostores/kit.h>
#include <nanostores/persistent.h>

void f()
{
    const auto celsius = nanostores::signal(20.0);
    const auto shown = nanostores::kit::morph(celsius, [](auto &self) { return self.source() * 9 / 5 + 32; });
#ifdef MUST_NOT_COMPILE
    nanostores::persist(shown, "temperature", {.listen = false});
#else
    nanostores::persist(celsius, "temperature", {.listen = false});
#endif
    static_cast<void>(shown);
}

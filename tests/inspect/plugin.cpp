// SPDX-License-Identifier: MIT

// A library that is loaded and unloaded again, with stores of its own.
#include <nanostores/core.h>

using namespace nanostores;

namespace plugin {

const auto level = atom(1);
inline const auto doubled = computed(level, [](int value) { return 2 * value; });
const auto ended = doubled.listen([] {});

[[gnu::noinline]] void write(int value)
{
    level.set(value);
}

} // namespace plugin

extern "C" [[gnu::visibility("default")]] void pluginWrite(int value)
{
    plugin::write(value);
}

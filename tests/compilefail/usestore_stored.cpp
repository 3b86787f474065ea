// SPDX-License-Identifier: MIT

// What stored() makes is no store.
#include <nanostores/kit.h>
#include <nanostores/qt.h>

void f(QObject *parent)
{
    using namespace nanostores;
    const auto count = kit::stored(kit::MemoryStorage<int>(), "count", 1);
#ifdef MUST_NOT_COMPILE
    useStore(count, parent, [](int) {});
#else
    useStore(count.toStore(), parent, [](int) {});
#endif
}

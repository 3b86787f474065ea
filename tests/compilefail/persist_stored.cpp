// SPDX-License-Identifier: MIT

// A stored signal has a storage already, and is no store: persistentAtom() makes one.
#include <nanostores/kit.h>
#include <nanostores/persistent.h>

void f()
{
    const auto engine = nanostores::StorageEngine::memory();
#ifdef MUST_NOT_COMPILE
    const auto volume = nanostores::kit::stored(engine.storage(), "volume", 50, nanostores::JsonCodec{});
    nanostores::persist(volume, "volume");
#else
    const auto volume = nanostores::persistentAtom(engine, "volume", 50);
    nanostores::persist(volume, "volume", {.engine = engine});
#endif
}

// SPDX-License-Identifier: MIT

// A stored signal's codec has to fit its value.
#include <nanostores/kit.h>

auto f()
{
    const nanostores::MemoryStorage storage;
#ifdef MUST_NOT_COMPILE
    return nanostores::stored(storage, "volume", std::vector<int>(), nanostores::BooleanCodec());
#else
    return nanostores::stored(storage, "dark", false, nanostores::BooleanCodec());
#endif
}

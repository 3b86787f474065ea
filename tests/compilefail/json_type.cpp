// SPDX-License-Identifier: MIT

// JsonCodec knows no type that says nothing of itself.
#include <nanostores/qt.h>

struct Money
{
    int cents = 0;
};

std::string f()
{
#ifdef MUST_NOT_COMPILE
    return nanostores::JsonCodec{}.encode(Money());
#else
    return nanostores::JsonCodec{}.encode(Money().cents);
#endif
}

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>

#include <cstdlib>
#include <string>

/// Stores at namespace scope, of two translation units, so that either may be destroyed first.
inline const auto sharedCount = nanostores::atom(1).named("sharedCount");

/// Ends the program with an error; a static object's destructor has no other way to say so.
inline void require(bool condition)
{
    if (!condition) {
        std::_Exit(1);
    }
}

const nanostores::Computed<int> &twiceOfOther();
const nanostores::Atom<std::string> &nameOfOther();

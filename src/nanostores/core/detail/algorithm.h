// SPDX-License-Identifier: MIT
#pragma once

// std::stable_sort() without the rest of its header, which costs a fifth of what this library costs to compile.
#if defined(__has_include)
#if __has_include(<bits/stl_algo.h>)
#include <bits/stl_algo.h>
#define NANOSTORES_LIGHT_ALGORITHM
#endif
#endif
#if defined(NANOSTORES_LIGHT_ALGORITHM)
#undef NANOSTORES_LIGHT_ALGORITHM
#else
#include <algorithm>
#endif

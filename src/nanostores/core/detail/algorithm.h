// SPDX-License-Identifier: MIT
#pragma once

// std::stable_sort(). With NANOSTORES_LIGHT_HEADERS it comes without the rest of its header, see duration.h.
#if defined(NANOSTORES_LIGHT_HEADERS) && __has_include(<bits/stl_algo.h>)
#include <bits/stl_algo.h>
#else
#include <algorithm>
#endif

// SPDX-License-Identifier: MIT
#pragma once

// std::chrono's durations. With NANOSTORES_LIGHT_HEADERS they come without its calendars, from the part of libstdc++
// that has them: <nanostores/core.h> then costs less to compile, and relies on a header that is not standard C++.
#if defined(NANOSTORES_LIGHT_HEADERS) && __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#else
#include <chrono>
#endif

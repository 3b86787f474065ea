// SPDX-License-Identifier: MIT
#pragma once

// std::chrono's durations without its calendars, which cost half of what this library costs to compile.
#if defined(__has_include)
#if __has_include(<bits/chrono.h>)
#include <bits/chrono.h>
#define NANOSTORES_LIGHT_CHRONO
#endif
#endif
#if defined(NANOSTORES_LIGHT_CHRONO)
#undef NANOSTORES_LIGHT_CHRONO
#else
#include <chrono>
#endif

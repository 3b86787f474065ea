// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Marks what the library NanoStores::Script exports; everything else in it is hidden.

#if defined(NANOSTORES_SCRIPT_STATIC)
#define NANOSTORES_SCRIPT_EXPORT
#elif defined(_WIN32)
#if defined(NANOSTORES_SCRIPT_BUILD)
#define NANOSTORES_SCRIPT_EXPORT __declspec(dllexport)
#else
#define NANOSTORES_SCRIPT_EXPORT __declspec(dllimport)
#endif
#else
#define NANOSTORES_SCRIPT_EXPORT __attribute__((visibility("default")))
#endif

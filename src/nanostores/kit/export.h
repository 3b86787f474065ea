// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Marks what the library NanoStores::Kit exports; everything else in it is hidden.

#if defined(NANOSTORES_KIT_STATIC)
#define NANOSTORES_KIT_EXPORT
#elif defined(_WIN32)
#if defined(NANOSTORES_KIT_BUILD)
#define NANOSTORES_KIT_EXPORT __declspec(dllexport)
#else
#define NANOSTORES_KIT_EXPORT __declspec(dllimport)
#endif
#else
#define NANOSTORES_KIT_EXPORT __attribute__((visibility("default")))
#endif

/// What the kit shares with the core, and with nothing else.
namespace nanostores::detail {
}
namespace nanostores::kit::detail {
using namespace nanostores::detail; // NOLINT(google-build-using-namespace): the kit is built on the engine's parts
}

// SPDX-License-Identifier: MIT
#pragma once

/// NANOSTORES_CORE_EXPORT marks what the compiled runtime offers to the headers.
#if defined(NANOSTORES_CORE_STATIC)
#define NANOSTORES_CORE_EXPORT
#elif defined(_WIN32)
#if defined(NANOSTORES_CORE_BUILD)
#define NANOSTORES_CORE_EXPORT __declspec(dllexport)
#else
#define NANOSTORES_CORE_EXPORT __declspec(dllimport)
#endif
#else
#define NANOSTORES_CORE_EXPORT __attribute__((visibility("default")))
#endif

/// Wrong-thread access to a store is caught where this is 1: in debug builds, unless it is set by hand.
#if !defined(NANOSTORES_CHECKS)
#if defined(NDEBUG)
#define NANOSTORES_CHECKS 0
#else
#define NANOSTORES_CHECKS 1
#endif
#endif

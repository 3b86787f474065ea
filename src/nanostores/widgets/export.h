// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Marks what the library NanoStores::Widgets exports; everything else in it is hidden.

#if defined(NANOSTORES_WIDGETS_STATIC)
#define NANOSTORES_WIDGETS_EXPORT
#elif defined(_WIN32)
#if defined(NANOSTORES_WIDGETS_BUILD)
#define NANOSTORES_WIDGETS_EXPORT __declspec(dllexport)
#else
#define NANOSTORES_WIDGETS_EXPORT __declspec(dllimport)
#endif
#else
#define NANOSTORES_WIDGETS_EXPORT __attribute__((visibility("default")))
#endif

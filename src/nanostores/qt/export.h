// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Marks what the library NanoStores::Qt exports; everything else in it is hidden.

#if defined(NANOSTORES_QT_STATIC)
#define NANOSTORES_QT_EXPORT
#elif defined(_WIN32)
#if defined(NANOSTORES_QT_BUILD)
#define NANOSTORES_QT_EXPORT __declspec(dllexport)
#else
#define NANOSTORES_QT_EXPORT __declspec(dllimport)
#endif
#else
#define NANOSTORES_QT_EXPORT __attribute__((visibility("default")))
#endif

// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Marks what the library NanoStores::Declarative exports; everything else in it is hidden.

#if defined(NANOSTORES_DECLARATIVE_STATIC)
#define NANOSTORES_DECLARATIVE_EXPORT
#elif defined(_WIN32)
#if defined(NANOSTORES_DECLARATIVE_BUILD)
#define NANOSTORES_DECLARATIVE_EXPORT __declspec(dllexport)
#else
#define NANOSTORES_DECLARATIVE_EXPORT __declspec(dllimport)
#endif
#else
#define NANOSTORES_DECLARATIVE_EXPORT __attribute__((visibility("default")))
#endif

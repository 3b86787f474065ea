// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Marks what the library NanoStores::Qml exports; everything else in it is hidden.

#if defined(NANOSTORES_QML_STATIC)
#define NANOSTORES_QML_EXPORT
#elif defined(_WIN32)
#if defined(NANOSTORES_QML_BUILD)
#define NANOSTORES_QML_EXPORT __declspec(dllexport)
#else
#define NANOSTORES_QML_EXPORT __declspec(dllimport)
#endif
#else
#define NANOSTORES_QML_EXPORT __attribute__((visibility("default")))
#endif

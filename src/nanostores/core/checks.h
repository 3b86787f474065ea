// SPDX-License-Identifier: MIT
#pragma once

/// \def NANOSTORES_CHECKS
/// Use of a store from the wrong thread is reported where it is 1: in debug builds, unless it is set by hand.

#if !defined(NANOSTORES_CHECKS)
#if defined(NDEBUG)
#define NANOSTORES_CHECKS 0
#else
#define NANOSTORES_CHECKS 1
#endif
#endif

// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The QML module NanoStores.DeepLinks.

#include <NanoStores/DeepLinks/declarativedeeplinks.h> // IWYU pragma: export

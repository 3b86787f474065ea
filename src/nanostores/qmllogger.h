// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The QML module NanoStores.Logger.

#include <NanoStores/Logger/export.h> // IWYU pragma: export
#include <NanoStores/Logger/storelogger.h> // IWYU pragma: export

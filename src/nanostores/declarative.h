// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The name that <nanostores/qml.h> had until 0.1.

#include <nanostores/qml.h> // IWYU pragma: export

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/inspect.h> // IWYU pragma: export
#include <nanostores/inspect/origin.h> // IWYU pragma: export
#include <nanostores/inspect/symbols.h> // IWYU pragma: export
#include <nanostores/inspect/trace.h> // IWYU pragma: export

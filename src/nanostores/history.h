// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/history/history.h> // IWYU pragma: export

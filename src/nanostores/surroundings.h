// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/surroundings/surroundings.h> // IWYU pragma: export

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/deeplinks/deeplinks.h> // IWYU pragma: export

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/scripti18n/install.h> // IWYU pragma: export

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/locale.h> // IWYU pragma: export
#include <nanostores/i18n/plural.h> // IWYU pragma: export

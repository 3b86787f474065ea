// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/script/export.h> // IWYU pragma: export
#include <nanostores/script/history.h> // IWYU pragma: export
#include <nanostores/script/install.h> // IWYU pragma: export
#include <nanostores/script/scripterror.h> // IWYU pragma: export
#include <nanostores/script/store.h> // IWYU pragma: export

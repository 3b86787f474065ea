// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h> // IWYU pragma: export
#include <nanostores/persistent/engine.h> // IWYU pragma: export
#include <nanostores/persistent/engineerror.h> // IWYU pragma: export
#include <nanostores/persistent/enginestatus.h> // IWYU pragma: export

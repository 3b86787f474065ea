// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h> // IWYU pragma: export
#include <nanostores/persistent/conflict.h> // IWYU pragma: export
#include <nanostores/persistent/engine.h> // IWYU pragma: export
#include <nanostores/persistent/engineerror.h> // IWYU pragma: export
#include <nanostores/persistent/engineobject.h> // IWYU pragma: export
#include <nanostores/persistent/enginestatus.h> // IWYU pragma: export
#include <nanostores/persistent/importsettings.h> // IWYU pragma: export
#include <nanostores/persistent/jsonbackend.h> // IWYU pragma: export
#include <nanostores/persistent/memorybackend.h> // IWYU pragma: export
#include <nanostores/persistent/persist.h> // IWYU pragma: export
#include <nanostores/persistent/persistentatom.h> // IWYU pragma: export
#include <nanostores/persistent/persistentoptions.h> // IWYU pragma: export
#include <nanostores/persistent/schema.h> // IWYU pragma: export
#include <nanostores/persistent/settingsbackend.h> // IWYU pragma: export
#include <nanostores/persistent/sqlitebackend.h> // IWYU pragma: export
#include <nanostores/persistent/valuecodec.h> // IWYU pragma: export

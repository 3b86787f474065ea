// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Persistent/conflictarea.h> // IWYU pragma: export
#include <NanoStores/Persistent/declarativeengine.h> // IWYU pragma: export
#include <NanoStores/Persistent/persistence.h> // IWYU pragma: export
#include <NanoStores/Persistent/persistentatom.h> // IWYU pragma: export

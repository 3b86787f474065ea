// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/history.h> // IWYU pragma: export
#include <nanostores/undo/actions.h> // IWYU pragma: export
#include <nanostores/undo/historyobject.h> // IWYU pragma: export
#include <nanostores/undo/undostack.h> // IWYU pragma: export

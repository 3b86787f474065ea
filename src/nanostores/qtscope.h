// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qtscope/objectscope.h> // IWYU pragma: export
#include <nanostores/qtscope/scopedadapter.h> // IWYU pragma: export
#include <nanostores/qtscope/scopedobject.h> // IWYU pragma: export

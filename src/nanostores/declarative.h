// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/declarative/currentrow.h> // IWYU pragma: export
#include <nanostores/declarative/declarativeatom.h> // IWYU pragma: export
#include <nanostores/declarative/declarativecomputed.h> // IWYU pragma: export
#include <nanostores/declarative/declarativeeffect.h> // IWYU pragma: export
#include <nanostores/declarative/declarativemap.h> // IWYU pragma: export
#include <nanostores/declarative/declarativestore.h> // IWYU pragma: export
#include <nanostores/declarative/export.h> // IWYU pragma: export
#include <nanostores/declarative/storebind.h> // IWYU pragma: export
#include <nanostores/declarative/storekey.h> // IWYU pragma: export

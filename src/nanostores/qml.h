// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/currentrow.h> // IWYU pragma: export
#include <NanoStores/declarativeatom.h> // IWYU pragma: export
#include <NanoStores/declarativecomputed.h> // IWYU pragma: export
#include <NanoStores/declarativeeffect.h> // IWYU pragma: export
#include <NanoStores/declarativemap.h> // IWYU pragma: export
#include <NanoStores/declarativestore.h> // IWYU pragma: export
#include <NanoStores/export.h> // IWYU pragma: export
#include <NanoStores/jsvalue.h> // IWYU pragma: export
#include <NanoStores/storebind.h> // IWYU pragma: export
#include <NanoStores/storekey.h> // IWYU pragma: export

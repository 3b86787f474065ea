// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/currentrow.h> // IWYU pragma: export
#include <NanoStores/declarativeatom.h> // IWYU pragma: export
#include <NanoStores/declarativecomputed.h> // IWYU pragma: export
#include <NanoStores/declarativederived.h> // IWYU pragma: export
#include <NanoStores/declarativeeffect.h> // IWYU pragma: export
#include <NanoStores/declarativemap.h> // IWYU pragma: export
#include <NanoStores/declarativescope.h> // IWYU pragma: export
#include <NanoStores/declarativescoped.h> // IWYU pragma: export
#include <NanoStores/declarativestore.h> // IWYU pragma: export
#include <NanoStores/declarativeviews.h> // IWYU pragma: export
#include <NanoStores/effectscope.h> // IWYU pragma: export
#include <NanoStores/export.h> // IWYU pragma: export
#include <NanoStores/functions.h> // IWYU pragma: export
#include <NanoStores/jsvalue.h> // IWYU pragma: export
#include <NanoStores/storebind.h> // IWYU pragma: export
#include <NanoStores/storeevent.h> // IWYU pragma: export
#include <NanoStores/storekey.h> // IWYU pragma: export

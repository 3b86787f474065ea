// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The QML module NanoStores.Router.

#include <NanoStores/Router/backkeys.h> // IWYU pragma: export
#include <NanoStores/Router/declarativeroute.h> // IWYU pragma: export
#include <NanoStores/Router/declarativerouter.h> // IWYU pragma: export
#include <NanoStores/Router/routechange.h> // IWYU pragma: export
#include <NanoStores/Router/routeindex.h> // IWYU pragma: export
#include <NanoStores/Router/routelist.h> // IWYU pragma: export
#include <NanoStores/Router/routeloader.h> // IWYU pragma: export
#include <NanoStores/Router/routeobject.h> // IWYU pragma: export
#include <NanoStores/Router/routepager.h> // IWYU pragma: export
#include <NanoStores/Router/routerobject.h> // IWYU pragma: export
#include <NanoStores/Router/routeslot.h> // IWYU pragma: export
#include <NanoStores/Router/routestack.h> // IWYU pragma: export

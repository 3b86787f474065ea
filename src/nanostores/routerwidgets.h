// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// NanoStores::RouterWidgets: widgets that follow a router.

#include <nanostores/routerwidgets/bindroutes.h> // IWYU pragma: export
#include <nanostores/routerwidgets/export.h> // IWYU pragma: export
#include <nanostores/routerwidgets/routepages.h> // IWYU pragma: export

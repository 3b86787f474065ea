// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/router/guard.h> // IWYU pragma: export
#include <nanostores/router/navigation.h> // IWYU pragma: export
#include <nanostores/router/page.h> // IWYU pragma: export
#include <nanostores/router/params.h> // IWYU pragma: export
#include <nanostores/router/pattern.h> // IWYU pragma: export
#include <nanostores/router/route.h> // IWYU pragma: export
#include <nanostores/router/routeindex.h> // IWYU pragma: export
#include <nanostores/router/router.h> // IWYU pragma: export
#include <nanostores/router/routerhistory.h> // IWYU pragma: export
#include <nanostores/router/routeroptions.h> // IWYU pragma: export

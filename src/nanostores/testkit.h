// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/testkit/guard.h> // IWYU pragma: export
#include <nanostores/testkit/pin.h> // IWYU pragma: export
#include <nanostores/testkit/recorded.h> // IWYU pragma: export
#include <nanostores/testkit/report.h> // IWYU pragma: export
#include <nanostores/testkit/runs.h> // IWYU pragma: export
#include <nanostores/testkit/snapshot.h> // IWYU pragma: export
#include <nanostores/testkit/spy.h> // IWYU pragma: export
#include <nanostores/testkit/testscope.h> // IWYU pragma: export
#include <nanostores/testkit/testtime.h> // IWYU pragma: export

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qttestkit/printing.h> // IWYU pragma: export
#include <nanostores/qttestkit/storeguard.h> // IWYU pragma: export
#include <nanostores/qttestkit/storetest.h> // IWYU pragma: export
#include <nanostores/testkit.h> // IWYU pragma: export

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/scripttestkit/install.h> // IWYU pragma: export

// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Test/declarativeguard.h> // IWYU pragma: export
#include <NanoStores/Test/declarativespy.h> // IWYU pragma: export

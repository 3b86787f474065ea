// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/History/declarativehistory.h> // IWYU pragma: export

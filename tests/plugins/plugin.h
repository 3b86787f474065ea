// SPDX-License-Identifier: MIT
#pragma once

#include "trade.h"

#define PLUGIN_EXPORT extern "C" __attribute__((visibility("default")))

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/redis/redisbackend.h> // IWYU pragma: export

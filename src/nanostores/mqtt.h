// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/mqtt/mqttbackend.h> // IWYU pragma: export

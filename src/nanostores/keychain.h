// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/keychain/keychainbackend.h> // IWYU pragma: export

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/rest/restclient.h> // IWYU pragma: export
#include <nanostores/rest/resterror.h> // IWYU pragma: export
#include <nanostores/rest/restoptions.h> // IWYU pragma: export

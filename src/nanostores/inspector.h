// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector/client.h> // IWYU pragma: export
#include <nanostores/inspector/editable.h> // IWYU pragma: export
#include <nanostores/inspector/endpoint.h> // IWYU pragma: export
#include <nanostores/inspector/gadgets.h> // IWYU pragma: export
#include <nanostores/inspector/inspected.h> // IWYU pragma: export
#include <nanostores/inspector/inspector.h> // IWYU pragma: export

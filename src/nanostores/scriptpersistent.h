// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/scriptpersistent/install.h> // IWYU pragma: export

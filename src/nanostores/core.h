#pragma once

#include <nanostores/core/export.h> // IWYU pragma: export

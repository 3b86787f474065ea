#pragma once

#include <nanostores/widgets/export.h> // IWYU pragma: export

#pragma once

#include <nanostores/qt/export.h> // IWYU pragma: export

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/widgets/bind.h> // IWYU pragma: export
#include <nanostores/widgets/export.h> // IWYU pragma: export
#include <nanostores/widgets/modelviews.h> // IWYU pragma: export
#include <nanostores/widgets/usestore.h> // IWYU pragma: export
#include <nanostores/widgets/widgetbinding.h> // IWYU pragma: export
#include <nanostores/widgets/widgetsubscription.h> // IWYU pragma: export

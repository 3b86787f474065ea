// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/describe.h>
#include <nanostores/qt/export.h>

class QVariant;

namespace nanostores::detail {

/// Hands the value to the describer, part by part.
NANOSTORES_QT_EXPORT void describeVariant(const QVariant &variant, Describer &to);
/// Has dump(), and what else reads values of any type, read those of Qt that do not take themselves apart.
void describeUsualTypes();

} // namespace nanostores::detail

// SPDX-License-Identifier: MIT
#pragma once

#include <QLoggingCategory>

namespace nanostores {

/// nanostores.undo
Q_DECLARE_LOGGING_CATEGORY(undoLog)

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include <nanostores/query/queuedcall.h>

namespace nanostores {

QueueFull::~QueueFull() = default;
QueuedCallDropped::~QueuedCallDropped() = default;
QueuedCallRefused::~QueuedCallRefused() = default;

} // namespace nanostores

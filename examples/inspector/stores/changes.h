// SPDX-License-Identifier: MIT
#pragma once

namespace lens {

/// Shows what the selected event has changed, and selects its store.
void showChanges();

} // namespace lens

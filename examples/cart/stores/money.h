// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace shop {

/// An amount in cents as people of the language write it: "$1,234.50". Tracked, as is the next one.
QString formatMoney(int cents);
/// The same, or "Free" when it costs nothing.
QString formatFee(int cents);

} // namespace shop

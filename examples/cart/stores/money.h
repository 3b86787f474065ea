// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace shop {

/// An amount in cents as every island writes it: "$1,234.50".
QString formatMoney(int cents);
/// The same, or "Free" when it costs nothing.
QString formatFee(int cents);

} // namespace shop

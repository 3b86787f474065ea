// SPDX-License-Identifier: MIT
#include "money.h"

#include "texts.h"

namespace shop {

using namespace nanostores;

QString formatMoney(int cents)
{
    return format(language).currency(cents / 100.0, QStringLiteral("USD"));
}

QString formatFee(int cents)
{
    return cents == 0 ? tillTexts()["free"_t] : formatMoney(cents);
}

} // namespace shop

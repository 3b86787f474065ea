// SPDX-License-Identifier: MIT
#include "money.h"

#include <QCoreApplication>
#include <QLocale>

namespace shop {

QString formatMoney(int cents)
{
    const QLocale locale(QLocale::English, QLocale::UnitedStates);
    const QString whole = locale.toString(qAbs(cents) / 100);
    const QString rest = QString::number(qAbs(cents) % 100).rightJustified(2, u'0');
    return (cents < 0 ? QStringLiteral("\u2212$") : QStringLiteral("$")) + whole + u'.' + rest;
}

QString formatFee(int cents)
{
    return cents == 0 ? QCoreApplication::translate("Money", "Free") : formatMoney(cents);
}

} // namespace shop

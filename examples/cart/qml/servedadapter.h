// SPDX-License-Identifier: MIT
#pragma once

#include "served.h"

#include <nanostores/qt.h>

#include <QString>
#include <QtQml/qqml.h>

/// The server as QML sees it.
class Server : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(bool, isOnline, shop::isOnline)
    NANOSTORES_PROPERTY(QString, mode, shop::serverMode)
    NANOSTORES_READONLY(bool, isLoading, shop::isLoadingShelf)
    NANOSTORES_READONLY(bool, isRefreshing, shop::isRefreshing)
    NANOSTORES_READONLY(QString, problem, shop::serverProblem)
    NANOSTORES_READONLY(int, waitingOrders, shop::waitingOrders)
    NANOSTORES_READONLY(int, orderNumber, shop::orderNumber)
    NANOSTORES_READONLY(bool, isOrderHeld, shop::isOrderHeld)

public:
    Q_INVOKABLE void refresh()
    {
        if (const shop::ServedShop *served = shop::ServedShop::current()) {
            served->refresh();
        }
    }
    Q_INVOKABLE void sendAgain()
    {
        if (const shop::ServedShop *served = shop::ServedShop::current()) {
            served->sendAgain();
        }
    }
};

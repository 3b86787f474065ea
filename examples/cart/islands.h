// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>

#include <QByteArray>
#include <QQuickWindow>
#include <QString>
#include <QWidget>

#include <memory>

class QQmlEngine;

/// A QML window in an engine of its own. Closing it ends both, and with them all that they watched.
class QmlIsland : public QObject
{
    Q_OBJECT

public:
    /// `type` is a window of the QML module Shop.
    explicit QmlIsland(const QString &type, QObject *parent = nullptr);
    ~QmlIsland() override;

    QQuickWindow *window() const { return m_window.get(); }

private:
    std::unique_ptr<QQmlEngine> m_engine;
    std::unique_ptr<QQuickWindow> m_window;
};

QmlIsland *openShop(QObject *parent = nullptr);
/// The shop with what is to be seen of its server.
QmlIsland *openServedShop(QObject *parent = nullptr);
/// The shop whose cart is shared, see shop::syncCart(), and how that goes. Only with CART_HAS_SYNC.
QmlIsland *openSyncedShop(QObject *parent = nullptr);
QmlIsland *openFlyout(QObject *parent = nullptr);
QWidget *openTill();

class ShopServer;
/// Has the server answer as the store of its mode says.
[[nodiscard]] nanostores::Subscription followServerMode(ShopServer &server);

/// Draws every island in its states into PNG files in the folder. False, with a warning, when one cannot be written.
bool takeScreenshots(const QString &folder);
/// The same of the shop with a server.
bool takeServedScreenshots(const QString &folder, const QByteArray &catalogue);
/// The same of the shop whose cart is shared, as it is now.
bool takeSyncedScreenshots(const QString &folder);

// SPDX-License-Identifier: MIT
#include "islands.h"

#include "appearance.h"
#include "cart.h"
#include "pricefeed.h"
#include "stage.h"

#include <QEventLoop>
#include <QImage>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <QPixmap>
#include <QStyle>
#include <QTimer>

namespace {

void shoot(Camera &camera, const QString &name, QWidget *window)
{
    settle();
    camera.save(name, window->grab().toImage());
}

/// With a menu of it open.
void shoot(Camera &camera, const QString &name, QWidget *window, QMenu *menu)
{
    const QRect place(QPoint(32, 34), menu->sizeHint());
    menu->popup(window->mapToGlobal(QStyle::visualRect(window->layoutDirection(), window->rect(), place).topLeft()));
    settle();
    QImage image = window->grab().toImage();
    QPainter painter(&image);
    painter.drawImage(window->mapFromGlobal(menu->pos()), menu->grab().toImage());
    painter.end();
    menu->close();
    camera.save(name, image);
}

/// Draws a window with round corners and a soft shadow.
void drawWindow(QPainter &painter, QPoint at, const QImage &window)
{
    const QRectF frame(at, window.deviceIndependentSize());
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(60, 48, 36, 2));
    for (int spread = 32; spread > 0; spread -= 2) {
        const QRectF shadow = frame.translated(0, 10).adjusted(-spread, -spread, spread, spread);
        painter.drawRoundedRect(shadow, 12 + spread, 12 + spread);
    }
    QPainterPath outline;
    outline.addRoundedRect(frame, 12, 12);
    painter.save();
    painter.setClipPath(outline);
    painter.drawImage(at, window);
    painter.restore();
    painter.strokePath(outline, QPen(QColor(29, 27, 38, 40), 1));
}

/// The three islands as they lie on a desk.
QImage together(QQuickWindow *shop, QQuickWindow *flyout, QWidget *till)
{
    const QSize sizes[] = {shop->size(), flyout->size(), till->size()};
    shop->resize(1200, 800);
    flyout->resize(416, 720);
    till->resize(768, 640);
    settle();
    const QImage shopImage = grab(shop);
    shop::isCartOpen.set(true); // which would hide the shop behind its drawer
    settle();
    QImage desk(QSize(1736, 1128) * shopImage.devicePixelRatio(), QImage::Format_RGB32);
    desk.setDevicePixelRatio(shopImage.devicePixelRatio());
    desk.fill(QColor(0xe3, 0xdd, 0xd0));
    QPainter painter(&desk);
    painter.setRenderHint(QPainter::Antialiasing);
    drawWindow(painter, {48, 48}, shopImage);
    drawWindow(painter, {500, 440}, till->grab().toImage());
    drawWindow(painter, {1272, 160}, grab(flyout));
    painter.end();
    shop::isCartOpen.set(false);
    shop->resize(sizes[0]);
    flyout->resize(sizes[1]);
    till->resize(sizes[2]);
    return desk;
}

void fillCart()
{
    for (const char *id : {"astronaut-figurine", "moon-lamp", "orbit-mug"}) {
        shop::addCartItem(shop::catalogue.get().value(QLatin1String(id), {}));
    }
    shop::setQuantity(QStringLiteral("orbit-mug"), 2);
}

} // namespace

bool takeSyncedScreenshots(const QString &folder)
{
    Camera camera(folder);
    shop::isAnimated.set(false);
    QmlIsland window(QStringLiteral("SyncedShopWindow"));
    window.window()->show();
    camera.shoot(QStringLiteral("synced"), window.window());
    shop::isCartOpen.set(true);
    camera.shoot(QStringLiteral("synced-cart"), window.window());
    return camera.isGood();
}

bool takeScreenshots(const QString &folder)
{
    Camera camera(folder);
    shop::isAnimated.set(false);
    QmlIsland shopWindow(QStringLiteral("ShopWindow"));
    QmlIsland flyoutWindow(QStringLiteral("FlyoutWindow"));
    const std::unique_ptr<QWidget> till(openTill());
    till->setAttribute(Qt::WA_DeleteOnClose, false);
    shopWindow.window()->show();
    flyoutWindow.window()->show();
    till->show();

    shop::chosenLanguage.set(QStringLiteral("en"));
    shop::isDark.set(false);
    camera.shoot(QStringLiteral("shop-light"), shopWindow.window());
    shop::isCartOpen.set(true);
    camera.shoot(QStringLiteral("flyout-empty"), flyoutWindow.window());
    shoot(camera, QStringLiteral("till-empty"), till.get());

    fillCart();
    camera.shoot(QStringLiteral("shop-cart-light"), shopWindow.window());
    camera.shoot(QStringLiteral("flyout-light"), flyoutWindow.window());
    shoot(camera, QStringLiteral("till-light"), till.get());
    shop::cartEdits.undo();
    shoot(camera, QStringLiteral("till-menu-light"), till.get(), till->findChild<QMenu *>());
    shop::cartEdits.redo();
    shop::isDark.set(true);
    camera.shoot(QStringLiteral("flyout-dark"), flyoutWindow.window());
    shop::isCartOpen.set(false);
    camera.shoot(QStringLiteral("flyout-closed-dark"), flyoutWindow.window());
    camera.shoot(QStringLiteral("shop-dark"), shopWindow.window());

    shop::currentProductId.set(QStringLiteral("desk-saturn"));
    camera.shoot(QStringLiteral("product-dark"), shopWindow.window());
    shop::isDark.set(false);
    camera.shoot(QStringLiteral("product-light"), shopWindow.window());

    shop::currentProductId.set({});

    for (const char *tag : {"pl", "ar"}) {
        const auto named = [tag](const char *name) {
            return QStringLiteral("%1-%2").arg(QLatin1String(name), QLatin1String(tag));
        };
        shop::chosenLanguage.set(QLatin1String(tag));
        camera.shoot(named("shop"), shopWindow.window());
        shop::isCartOpen.set(true);
        camera.shoot(named("shop-cart"), shopWindow.window());
        camera.shoot(named("flyout"), flyoutWindow.window());
        shoot(camera, named("till"), till.get());
        shop::isCartOpen.set(false);
        shop::currentProductId.set(QStringLiteral("desk-saturn"));
        camera.shoot(named("product"), shopWindow.window());
        shop::currentProductId.set({});
        shop::isDark.set(true);
        camera.shoot(named("shop-dark"), shopWindow.window());
        shop::isCartOpen.set(true);
        camera.shoot(named("flyout-dark"), flyoutWindow.window());
        shoot(camera, named("till-dark"), till.get());
        shoot(camera, named("till-menu-dark"), till.get(), till->findChild<QMenu *>());
        shop::isCartOpen.set(false);
        shop::isDark.set(false);
        camera.save(named("islands"), together(shopWindow.window(), flyoutWindow.window(), till.get()));
    }
    shop::checkOut();
    shop::isCartOpen.set(true);
    camera.shoot(QStringLiteral("paid-ar"), flyoutWindow.window());
    shop::isCartOpen.set(false);
    shop::chosenLanguage.set(QStringLiteral("en"));
    fillCart();

    // The feed is observed, so it runs, and a few of its ticks are real time.
    shop::tillWatchesFeed.set(true);
    QEventLoop loop;
    QTimer::singleShot(2 * shop::PriceInterval, &loop, &QEventLoop::quit);
    loop.exec();
    camera.save(QStringLiteral("islands"), together(shopWindow.window(), flyoutWindow.window(), till.get()));
    shop::isDark.set(true);
    shoot(camera, QStringLiteral("till-dark"), till.get());
    return camera.isGood();
}

#include "islands.h"

#include "appearance.h"
#include "cart.h"
#include "pricefeed.h"

#include <QDir>
#include <QEventLoop>
#include <QImage>
#include <QPixmap>
#include <QTimer>

namespace {

/// Lets the windows load, lay out and draw.
void settle()
{
    QEventLoop loop;
    QTimer::singleShot(300, &loop, &QEventLoop::quit);
    loop.exec();
}

class Camera
{
public:
    explicit Camera(const QString &folder)
        : m_folder(folder)
    {
        m_isGood = m_folder.mkpath(QStringLiteral("."));
    }

    void shoot(const QString &name, QQuickWindow *window)
    {
        settle();
        save(name, window->grabWindow());
    }
    void shoot(const QString &name, QWidget *window)
    {
        settle();
        save(name, window->grab().toImage());
    }
    bool isGood() const { return m_isGood; }

private:
    void save(const QString &name, const QImage &image)
    {
        const QString file = m_folder.filePath(name + QStringLiteral(".png"));
        if (image.convertToFormat(QImage::Format_RGB32).save(file, "PNG", 1)) {
            qInfo("%s", qPrintable(QDir::toNativeSeparators(file)));
            return;
        }
        qWarning("Cannot write %s", qPrintable(QDir::toNativeSeparators(file)));
        m_isGood = false;
    }

    QDir m_folder;
    bool m_isGood = true;
};

void fillCart()
{
    for (const char *id : {"astronaut-figurine", "moon-lamp", "orbit-mug"}) {
        shop::addCartItem(shop::catalogue.get().value(QLatin1String(id), {}));
    }
    shop::setQuantity(QStringLiteral("orbit-mug"), 2);
}

} // namespace

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

    shop::isDark.set(false);
    camera.shoot(QStringLiteral("shop-light"), shopWindow.window());
    shop::isCartOpen.set(true);
    camera.shoot(QStringLiteral("flyout-empty"), flyoutWindow.window());
    camera.shoot(QStringLiteral("till-empty"), till.get());

    fillCart();
    camera.shoot(QStringLiteral("shop-cart-light"), shopWindow.window());
    camera.shoot(QStringLiteral("flyout-light"), flyoutWindow.window());
    camera.shoot(QStringLiteral("till-light"), till.get());
    shop::isDark.set(true);
    camera.shoot(QStringLiteral("flyout-dark"), flyoutWindow.window());
    shop::isCartOpen.set(false);
    camera.shoot(QStringLiteral("flyout-closed-dark"), flyoutWindow.window());
    camera.shoot(QStringLiteral("shop-dark"), shopWindow.window());

    shop::currentProductId.set(QStringLiteral("desk-saturn"));
    camera.shoot(QStringLiteral("product-dark"), shopWindow.window());
    shop::isDark.set(false);
    camera.shoot(QStringLiteral("product-light"), shopWindow.window());

    // Somebody looks: the feed runs, and a few of its ticks are real time.
    shop::isDark.set(true);
    shop::tillWatchesFeed.set(true);
    QEventLoop loop;
    QTimer::singleShot(2 * shop::PriceInterval, &loop, &QEventLoop::quit);
    loop.exec();
    camera.shoot(QStringLiteral("till-dark"), till.get());
    return camera.isGood();
}

// SPDX-License-Identifier: MIT
#include "islands.h"
#include "stage.h"

#include "stores/appearance.h"
#include "stores/cart.h"
#include "stores/catalogue.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QQuickWindow>
#include <QScreen>

namespace {

/// Side by side, as far as the screen allows.
void arrange(QWindow *shop, QWindow *flyout, QWidget *till)
{
    const QRect screen = QGuiApplication::primaryScreen()->availableGeometry();
    shop->setPosition(screen.topLeft() + QPoint(24, 48));
    flyout->setPosition(qMin(screen.right() - flyout->width() - 24, shop->x() + shop->width() + 24), shop->y());
    till->move(qMin(screen.right() - till->width() - 24, shop->x() + shop->width() - 160), shop->y() + 200);
}

} // namespace

int main(int argc, char *argv[])
{
    prepareShop();
    QApplication::setStyle(QStringLiteral("Fusion"));
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("cart"));
    QApplication::setFont(shopFont());

    const QCommandLineOption ui(QStringLiteral("ui"), QStringLiteral("Open one island only: shop, flyout or till."),
                                QStringLiteral("island"));
    const QCommandLineOption file(QStringLiteral("catalogue"), QStringLiteral("Read the products from FILE."),
                                  QStringLiteral("FILE"), QStringLiteral(":/catalogue/catalogue.json"));
    const QCommandLineOption screenshot(QStringLiteral("screenshot"),
                                        QStringLiteral("Draw every island into PNG files in DIR, and exit."),
                                        QStringLiteral("DIR"));
    const QCommandLineOption scheme(QStringLiteral("scheme"), QStringLiteral("Colours: light, dark or system."),
                                    QStringLiteral("scheme"), QStringLiteral("system"));
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("One set of stores, three windows on it."));
    parser.addHelpOption();
    parser.addOptions({ui, file, screenshot, scheme});
    parser.process(app);
    const QString island = parser.value(ui);
    const QStringList islands{QString(), QStringLiteral("shop"), QStringLiteral("flyout"), QStringLiteral("till")};
    const QStringList schemes{QStringLiteral("light"), QStringLiteral("dark"), QStringLiteral("system")};
    if (!islands.contains(island) || !schemes.contains(parser.value(scheme))) {
        parser.showHelp(2);
    }

    shop::isDark.set(isDarkScheme(parser.value(scheme)));
    if (!shop::loadCatalogue(parser.value(file))) {
        qWarning("%s", qPrintable(shop::catalogueProblem.get()));
    }
    if (parser.isSet(screenshot)) {
        return takeScreenshots(parser.value(screenshot)) ? 0 : 1;
    }

    QmlIsland *shopIsland = island.isEmpty() || island == QLatin1String("shop") ? openShop(&app) : nullptr;
    QmlIsland *flyoutIsland = island.isEmpty() || island == QLatin1String("flyout") ? openFlyout(&app) : nullptr;
    QWidget *till = island.isEmpty() || island == QLatin1String("till") ? openTill() : nullptr;
    if (flyoutIsland) {
        shop::isCartOpen.set(!shopIsland);
    }
    if (shopIsland && flyoutIsland && till) {
        arrange(shopIsland->window(), flyoutIsland->window(), till);
    }
    if (till) {
        till->show();
    }
    if (flyoutIsland) {
        flyoutIsland->window()->show();
    }
    if (shopIsland) {
        shopIsland->window()->show();
    }
    return QApplication::exec();
}

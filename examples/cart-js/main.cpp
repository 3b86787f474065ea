// SPDX-License-Identifier: MIT
#include "shop.h"
#include "stage.h"

#include <QCommandLineParser>
#include <QGuiApplication>

namespace {

bool takeScreenshots(Shop &shop, const QString &folder)
{
    Camera camera(folder);
    const auto shoot = [&](const char *name) { camera.shoot(QLatin1String(name), shop.window()); };
    shop.set(QStringLiteral("isAnimated"), false);
    shop.set(QStringLiteral("isDark"), false);
    shoot("shop-light");
    shop.set(QStringLiteral("isCartOpen"), true);
    shoot("flyout-empty");
    for (const char *id : {"astronaut-figurine", "moon-lamp", "orbit-mug", "orbit-mug"}) {
        const QJSValue shelf = shop.get(QStringLiteral("shelf"));
        const int count = shelf.property(QStringLiteral("length")).toInt();
        for (int i = 0; i < count; ++i) {
            const QJSValue product = shelf.property(static_cast<quint32>(i));
            if (product.property(QStringLiteral("id")).toString() == QLatin1String(id)) {
                shop.call(QStringLiteral("addCartItem"), {product});
            }
        }
    }
    shoot("flyout-light");
    shop.set(QStringLiteral("isDark"), true);
    shoot("flyout-dark");
    shop.set(QStringLiteral("isCartOpen"), false);
    shoot("shop-dark");
    shop.set(QStringLiteral("currentProductId"), QStringLiteral("desk-saturn"));
    shoot("product-dark");
    shop.set(QStringLiteral("isDark"), false);
    shoot("product-light");
    shop.set(QStringLiteral("currentProductId"), QString());
    shop.set(QStringLiteral("shopShowsFeed"), true);
    for (int i = 0; i < 20; ++i) {
        shop.call(QStringLiteral("movePrice"));
    }
    shoot("live-light");
    shop.set(QStringLiteral("catalogueUrl"), QStringLiteral("qrc:/catalogue/logo.svg"));
    shoot("problem-light");
    return camera.isGood();
}

} // namespace

int main(int argc, char *argv[])
{
    prepareShop();
    QGuiApplication app(argc, argv);
    QGuiApplication::setApplicationName(QStringLiteral("cart-js"));
    QGuiApplication::setFont(shopFont());

    const QCommandLineOption screenshot(QStringLiteral("screenshot"),
                                        QStringLiteral("Draw the shop into PNG files in DIR, and exit."),
                                        QStringLiteral("DIR"));
    const QCommandLineOption scheme(QStringLiteral("scheme"), QStringLiteral("Colours: light, dark or system."),
                                    QStringLiteral("scheme"), QStringLiteral("system"));
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("The shop, with its stores in JavaScript."));
    parser.addHelpOption();
    parser.addOptions({screenshot, scheme});
    parser.process(app);

    Shop shop;
    shop.set(QStringLiteral("isDark"), isDarkScheme(parser.value(scheme)));
    shop.window()->show();
    if (parser.isSet(screenshot)) {
        return takeScreenshots(shop, parser.value(screenshot)) ? 0 : 1;
    }
    return QGuiApplication::exec();
}

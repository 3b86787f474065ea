// SPDX-License-Identifier: MIT
#include "islands.h"
#include "shopserver.h"
#include "stage.h"

#include "stores/appearance.h"
#include "stores/cart.h"
#include "stores/catalogue.h"
#include "stores/language.h"
#include "stores/saved.h"
#include "stores/served.h"
#ifdef CART_HAS_SYNC
#include "stores/synced.h"
#endif

#include <nanostores/deeplinks.h>
#ifdef CART_HAS_INSPECTOR
#include <nanostores/inspector.h>
#endif

#include <QApplication>
#include <QCommandLineParser>
#include <QFile>
#include <QQuickWindow>
#include <QScreen>
#include <QTimer>

#include <algorithm>
#include <optional>

namespace {

/// Side by side, as far as the screen allows.
void arrange(QWindow *shop, QWindow *flyout, QWidget *till)
{
    const QRect screen = QGuiApplication::primaryScreen()->availableGeometry();
    shop->setPosition(screen.topLeft() + QPoint(24, 48));
    flyout->setPosition(qMin(screen.right() - flyout->width() - 24, shop->x() + shop->width() + 24), shop->y());
    till->move(qMin(screen.right() - till->width() - 24, shop->x() + shop->width() - 160), shop->y() + 200);
}

/// Puts the window where it was, if a screen is there, and notes where it goes.
void rememberPlace(QWindow *window, const nanostores::Atom<shop::Place> &place)
{
    const shop::Place was = place.get();
    const QRect there(was.x, was.y, was.width, was.height);
    const auto screens = QGuiApplication::screens();
    if (there.isValid() && std::any_of(screens.begin(), screens.end(), [&](const QScreen *screen) {
            return screen->availableGeometry().contains(there.center());
        })) {
        window->setGeometry(there);
    }
    const auto note = [window, place] {
        if (window->isVisible() && window->windowState() == Qt::WindowNoState) {
            const QRect now = window->geometry();
            place.set({now.x(), now.y(), now.width(), now.height()});
        }
    };
    QObject::connect(window, &QWindow::xChanged, window, note);
    QObject::connect(window, &QWindow::yChanged, window, note);
    QObject::connect(window, &QWindow::widthChanged, window, note);
    QObject::connect(window, &QWindow::heightChanged, window, note);
}

/// Does what a visitor does, one thing after the other.
void visit()
{
    static int step = 0;
    const auto ids = shop::catalogue.get().keys();
    if (ids.empty()) {
        return;
    }
    const QString id = ids.at(std::size_t(step / 4) % ids.size());
    switch (step++ % 4) {
    case 0:
        shop::addCartItem(shop::catalogue.get().value(id, {}));
        break;
    case 1:
        shop::setQuantity(id, 2 + step % 3);
        break;
    case 2:
        shop::isCartOpen.set(!shop::isCartOpen.get());
        break;
    default:
        if (step % 8 == 0) {
            shop::cartEdits.undo();
        }
        break;
    }
}

#ifdef CART_HAS_SYNC

/// What the others have changed is kept beside what this shop keeps for itself. False: the address is none.
bool startSync(const QString &url, const QString &state)
{
    const bool isKept = state != QLatin1String("none");
    try {
        shop::syncCart(url, isKept ? state + QStringLiteral(".sync") : QString());
        return true;
    } catch (const nanostores::EngineError &error) {
        qWarning("--sync: %s", error.what());
        return false;
    }
}

#else

bool startSync(const QString &, const QString &)
{
    qWarning("--sync: this cart was built without NanoStores::Redis and NanoStores::Mqtt: set NANOSTORES_BUILD_REDIS, "
             "which needs Qt Network, or NANOSTORES_BUILD_MQTT, which needs libmosquitto.");
    return false;
}

#endif

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
    const QCommandLineOption state(
        QStringLiteral("state"),
        QStringLiteral("Keep the cart in FILE, a database or a .json file; \"none\" forgets it."),
        QStringLiteral("FILE"), QStringLiteral("cart.db"));
    const QCommandLineOption registering(
        QStringLiteral("register"),
        QStringLiteral("Have the system open smallorbit: links with this program, and exit."));
    const QCommandLineOption language(QStringLiteral("language"),
                                      QStringLiteral("Texts in en, pl or ar, and not as they were before."),
                                      QStringLiteral("tag"));
    const QCommandLineOption served(
        QStringLiteral("server"),
        QStringLiteral("Ask a small HTTP server in this program for the catalogue, and send it the orders."));
    const QCommandLineOption synced(
        QStringLiteral("sync"),
        QStringLiteral("Share the cart with shops on other machines, through the server of Redis or the broker of MQTT "
                       "at URL: redis://host:6379, rediss://user:password@host, mqtt://host:1883."),
        QStringLiteral("URL"));
    const QCommandLineOption visitor(
        QStringLiteral("visitor"),
        QStringLiteral("Have a visitor put things into the cart, one each 400 milliseconds."));
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("One set of stores, three windows on it."));
    parser.addHelpOption();
    parser.addOptions({ui, file, language, screenshot, scheme, state, served, synced, registering, visitor});
    parser.addPositionalArgument(QStringLiteral("link"),
                                 QStringLiteral("Open smallorbit://product/..., in the shop that runs if one does."),
                                 QStringLiteral("[link]"));
    parser.process(app);
    const QString island = parser.value(ui);
    const QStringList islands{QString(), QStringLiteral("shop"), QStringLiteral("flyout"), QStringLiteral("till")};
    const QStringList schemes{QStringLiteral("light"), QStringLiteral("dark"), QStringLiteral("system")};
    if (!islands.contains(island) || !schemes.contains(parser.value(scheme))) {
        parser.showHelp(2);
    }
    if (parser.isSet(language)) {
        if (!shop::languages.contains(parser.value(language))) {
            parser.showHelp(2);
        }
        shop::chosenLanguage.set(parser.value(language));
    }

    const QString kept = parser.value(state);
    const bool isSynced = parser.isSet(synced);
    if (isSynced && !startSync(parser.value(synced), kept)) {
        return 1;
    }
    if (isSynced && parser.isSet(served)) {
        qWarning("--server and --sync are two different shops: leave one of them out.");
        return 2;
    }

    shop::isDark.set(isDarkScheme(parser.value(scheme)));
    QFile catalogue(parser.value(file));
    const bool hasServer = parser.isSet(served);
    if (hasServer && !catalogue.open(QIODevice::ReadOnly)) {
        qWarning("%s: %s", qPrintable(parser.value(file)), qPrintable(catalogue.errorString()));
        return 1;
    }
    const QByteArray products = hasServer ? catalogue.readAll() : QByteArray();
    if (!hasServer && !shop::loadCatalogue(parser.value(file))) {
        qWarning("%s", qPrintable(shop::catalogueProblem.get()));
    }
    if (parser.isSet(screenshot)) {
        const QString folder = parser.value(screenshot);
        const bool isGood = hasServer  ? takeServedScreenshots(folder, products)
                            : isSynced ? takeSyncedScreenshots(folder)
                                       : takeScreenshots(folder);
        return isGood ? 0 : 1;
    }

    nanostores::DeepLinks links(shop::router);
    if (parser.isSet(registering)) {
        QString reason;
        const bool isDone = links.registerSchemes(&reason);
        if (!isDone) {
            qWarning("%s", qPrintable(reason));
        }
        return isDone ? 0 : 1;
    }
    const QStringList link = parser.positionalArguments();
    if ((island.isEmpty() || !link.isEmpty())
        && links.start(QCoreApplication::arguments()) == nanostores::InstanceRole::Second && !link.isEmpty()) {
        return 0; // the shop that runs has taken the link
    }
    QObject::connect(&links, &nanostores::DeepLinks::refused, [](const QString &refused, const QString &reason) {
        qWarning("%s: %s", qPrintable(refused), qPrintable(reason));
    });
    const auto storage = kept == QLatin1String("none") ? nanostores::StorageEngine::memory()
                         : kept.endsWith(QLatin1String(".json"))
                             ? nanostores::StorageEngine::json(kept.toStdString())
                             : nanostores::StorageEngine::sqlite(kept.toStdString());
    if (kept != QLatin1String("none")) {
        shop::keepShop(storage,
                       {.cart = !isSynced, .colours = !parser.isSet(scheme), .language = !parser.isSet(language)});
    }
    std::optional<ShopServer> server;
    std::optional<shop::ServedShop> servedShop;
    std::optional<nanostores::Subscription> following;
    if (hasServer) {
        server.emplace(products, [&app](std::chrono::milliseconds delay, std::function<void()> f) {
            QTimer::singleShot(delay, &app, std::move(f));
        });
        if (!server->start()) {
            qWarning("There is no free port for the server.");
            return 1;
        }
        following = followServerMode(*server);
        servedShop.emplace(server->url(), storage);
    }

    QmlIsland *shopIsland = !island.isEmpty() && island != QLatin1String("shop") ? nullptr
                            : hasServer                                          ? openServedShop(&app)
                            : isSynced                                           ? openSyncedShop(&app)
                                                                                 : openShop(&app);
    QmlIsland *flyoutIsland = island.isEmpty() || island == QLatin1String("flyout") ? openFlyout(&app) : nullptr;
    QWidget *till = island.isEmpty() || island == QLatin1String("till") ? openTill() : nullptr;
    if (flyoutIsland) {
        shop::isCartOpen.set(!shopIsland);
    }
#ifdef CART_HAS_INSPECTOR
    // With NANOSTORES_INSPECT=1 in the environment, others may look at the stores; with =edit,travel they may set them,
    // and have the windows show the past.
    nanostores::showGadgets<shop::CartItem, shop::Product>();
    nanostores::allowEdits(shop::isDark, shop::isCartOpen, shop::cartItems, shop::chosenLanguage);
    const auto inspector = nanostores::Inspector::fromEnvironment(
        {.capabilities = nanostores::InspectorCapability::Read | nanostores::InspectorCapability::Edit
                         | nanostores::InspectorCapability::Travel});
#endif
    QTimer visits;
    if (parser.isSet(visitor)) {
        QObject::connect(&visits, &QTimer::timeout, &visits, &visit);
        visits.start(400);
    }
    if (shopIsland && flyoutIsland && till) {
        arrange(shopIsland->window(), flyoutIsland->window(), till);
    }
    if (shopIsland) {
        QObject::connect(&links, &nanostores::DeepLinks::activated, shopIsland->window(), &QWindow::requestActivate);
        rememberPlace(shopIsland->window(), shop::shopPlace);
    }
    if (flyoutIsland) {
        rememberPlace(flyoutIsland->window(), shop::flyoutPlace);
    }
    if (till) {
        till->winId(); // makes its window
        rememberPlace(till->windowHandle(), shop::tillPlace);
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

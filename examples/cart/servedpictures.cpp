// SPDX-License-Identifier: MIT
#include "islands.h"

#include "appearance.h"
#include "cart.h"
#include "served.h"
#include "shopserver.h"
#include "stage.h"

#include <QEventLoop>
#include <QTimer>

#include <chrono>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

nanostores::Subscription followServerMode(ShopServer &server)
{
    return shop::serverMode.subscribe([&server](const QString &mode) {
        server.setMode(mode == QLatin1String("slow")      ? ShopServer::Mode::Slow
                       : mode == QLatin1String("failing") ? ShopServer::Mode::Failing
                                                          : ShopServer::Mode::Usual);
    });
}

namespace {

/// Until the store says so, or ten seconds have gone.
template<typename S>
void waitFor(const S &store, const typename S::value_type &value)
{
    QEventLoop loop;
    const auto tie = store.subscribe([&](const typename S::value_type &now) {
        if (now == value) {
            QTimer::singleShot(0, &loop, &QEventLoop::quit);
        }
    });
    QTimer::singleShot(10s, &loop, &QEventLoop::quit);
    loop.exec();
}

} // namespace

bool takeServedScreenshots(const QString &folder, const QByteArray &catalogue)
{
    Camera camera(folder);
    shop::isAnimated.set(false);
    shop::isDark.set(false);
    std::vector<std::function<void()>> late; // a slow answer comes when the picture is taken
    ShopServer server(catalogue,
                      [&late](std::chrono::milliseconds, std::function<void()> f) { late.push_back(std::move(f)); });
    if (!server.start()) {
        qWarning("There is no free port for the server.");
        return false;
    }
    const nanostores::Subscription following = followServerMode(server);
    const auto storage = nanostores::StorageEngine::memory(nanostores::MemoryArea());
    std::optional<shop::ServedShop> served;
    QmlIsland island(QStringLiteral("ServedShopWindow"));
    island.window()->show();
    const auto shoot = [&](const char *name) { camera.shoot(QString::fromLatin1(name), island.window()); };

    shop::isOnline.set(false);
    served.emplace(server.url(), storage);
    shoot("served-offline-empty-light");

    shop::serverMode.set(QStringLiteral("failing"));
    shop::isOnline.set(true);
    waitFor(shop::isLoadingShelf, false);
    shoot("served-failing-light");

    shop::serverMode.set(QStringLiteral("slow"));
    served->refresh();
    shoot("served-loading-light");
    shop::isDark.set(true);
    shoot("served-loading-dark");
    shop::isDark.set(false);
    for (const auto &answer : std::exchange(late, {})) {
        answer();
    }
    waitFor(shop::isLoadingShelf, false);
    shop::serverMode.set(QStringLiteral("usual"));
    shoot("served-light");

    shop::serverMode.set(QStringLiteral("slow"));
    served->refresh();
    shoot("served-refreshing-light");
    shop::serverMode.set(QStringLiteral("usual"));
    for (const auto &answer : std::exchange(late, {})) {
        answer();
    }
    waitFor(shop::isRefreshing, false);

    shop::isOnline.set(false);
    shop::addCartItem(shop::catalogue.get().value(QLatin1String("moon-lamp"), {}));
    shop::checkOut();
    shoot("served-order-waits-light");
    shop::isCartOpen.set(true);
    shoot("served-order-waits-cart-light");
    shop::isCartOpen.set(false);
    shop::isDark.set(true);
    shoot("served-order-waits-dark");
    shop::isDark.set(false);
    shop::isOnline.set(true);
    waitFor(shop::waitingOrders, 0);
    shoot("served-order-sent-light");

    shop::serverMode.set(QStringLiteral("failing"));
    served->refresh();
    waitFor(shop::isRefreshing, false);
    shoot("served-stale-light");
    return camera.isGood();
}

// SPDX-License-Identifier: MIT
#pragma once

#include "clerk.h"
#include "eyes.h"
#include "islands.h"
#include "persistent/support/process.h"
#include "persistent/support/proxy.h"

#include "appearance.h"
#include "catalogue.h"
#include "language.h"
#include "stage.h"
#include "synced.h"

#include <QApplication>
#include <QFile>
#include <QImage>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

/// Shops that share a cart, each a process with a cache of its own, as on machines of their own; and what holds for
/// them by whatever server they share it.
class SyncedShops
{
public:
    using Shop = std::unique_ptr<support::Process>;

    static inline const QByteArray Shared = "Shared: the cart is the same in every shop.";
    static inline const QByteArray Offline = "Out of reach. This is the cart as we knew it.";
    static inline const QByteArray OneWaits = "Out of reach. Your change will be sent when the others are back.";
    static inline const QByteArray TwoWait = "Out of reach. 2 changes will be sent when the others are back.";

    /// The machine's cache is kept.
    Shop open(const QString &url, const char *machine) const
    {
        auto shop = std::make_unique<support::Process>(QCoreApplication::applicationFilePath(),
                                                       QStringList{QStringLiteral("--shop"), url, cache(machine)});
        return shop->line() == "open" ? std::move(shop) : nullptr;
    }
    QString cache(const char *machine) const { return m_folder.filePath(QLatin1String(machine)); }

    static QByteArray until(support::Process &shop, const QByteArray &cart) { return shop.ask("until " + cart); }
    /// What the shop's window says of the others.
    static QByteArray untilSays(support::Process &shop, const QByteArray &text)
    {
        return shop.ask("until-sync " + text);
    }

    void checkSharing(const QString &url) const
    {
        const Shop first = open(url, "first");
        const Shop second = open(url, "second");
        QVERIFY(first && second);
        QCOMPARE(first->ask("add moon-lamp"), QByteArray("1xmoon-lamp"));
        QCOMPARE(until(*second, "1xmoon-lamp"), QByteArray("1xmoon-lamp"));
        QCOMPARE(second->ask("quantity moon-lamp 3"), QByteArray("3xmoon-lamp"));
        QCOMPARE(until(*first, "3xmoon-lamp"), QByteArray("3xmoon-lamp"));
        QCOMPARE(untilSays(*first, Shared), Shared);
        QCOMPARE(untilSays(*second, Shared), Shared);
    }
    /// The plug of the first is pulled, and put back. picture: where to save what it shows meanwhile.
    void checkPlug(const QString &urlByPlug, const QString &url, support::Proxy &plug, const QString &picture) const
    {
        const Shop first = open(urlByPlug, "third");
        const Shop second = open(url, "fourth");
        QVERIFY(first && second);
        first->ask("add moon-lamp");
        QCOMPARE(until(*second, "1xmoon-lamp"), QByteArray("1xmoon-lamp"));
        QCOMPARE(untilSays(*first, Shared), Shared); // it knows that it is written

        plug.set(support::Proxy::Way::Refuse);
        QCOMPARE(untilSays(*first, Offline), Offline);
        first->ask("quantity moon-lamp 2");
        QCOMPARE(untilSays(*first, OneWaits), OneWaits);
        first->ask("add orbit-mug");
        QCOMPARE(untilSays(*first, TwoWait), TwoWait);
        QCOMPARE(second->ask("add sunday-rover"), QByteArray("1xmoon-lamp 1xsunday-rover")); // it goes on, too
        QCOMPARE(untilSays(*second, Shared), Shared);
        first->ask("picture " + picture.toUtf8());
        QVERIFY(!QImage(picture).isNull());

        plug.set(support::Proxy::Way::Pass);
        const QByteArray all = "1xorbit-mug 1xsunday-rover 2xmoon-lamp";
        QCOMPARE(until(*first, all), all);
        QCOMPARE(until(*second, all), all);
        QCOMPARE(untilSays(*first, Shared), Shared);
    }
    /// The cart says why it does not take that address, and not the password.
    static void checkRefused(const QString &url, const QByteArray &reason)
    {
        QProcess cart;
        cart.setProcessChannelMode(QProcess::MergedChannels);
        cart.start(QStringLiteral(CART_PROGRAM),
                   {QStringLiteral("--sync"), url, QStringLiteral("--state"), QStringLiteral("none")});
        QVERIFY(cart.waitForFinished(60000));
        const QByteArray output = cart.readAll();
        QCOMPARE(cart.exitCode(), 1);
        QVERIFY2(output.contains(reason), output.constData());
        QVERIFY2(!output.contains("s3cret"), output.constData());
    }

    /// The main() of such a test, which is a shop as well.
    template<typename Test>
    static int run(int argc, char **argv)
    {
        prepareShop();
        QApplication::setStyle(QStringLiteral("Fusion"));
        QApplication app(argc, argv);
        QApplication::setFont(shopFont());
        const QStringList arguments = QCoreApplication::arguments();
        if (arguments.value(1) == QLatin1String("--shop")) {
            return runShop(arguments.at(2), arguments.at(3));
        }
        Test test;
        return QTest::qExec(&test, argc, argv);
    }

private:
    static int runShop(const QString &url, const QString &cache)
    {
        shop::isAnimated.set(false);
        shop::chosenLanguage.set(QStringLiteral("en"));
        shop::loadCatalogue(QStringLiteral(":/catalogue/catalogue.json"));
        shop::syncCart(url, cache);
        QmlIsland island(QStringLiteral("SyncedShopWindow"));
        island.window()->show();
        const Eyes eyes(island.window());
        Clerk clerk([&] { return grab(island.window()); },
                    {{QStringLiteral("sync"), [&] { return eyes.text("syncText"); }}});
        return QApplication::exec();
    }

    QTemporaryDir m_folder;
};

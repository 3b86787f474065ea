// SPDX-License-Identifier: MIT

// Two shops, each a process with a cache of its own, as on two machines, and a server of Redis: the plug is pulled, and
// put back.
//
// NANOSTORES_PICTURES=DIR saves what the first shows meanwhile as cart-synced.png.

#include "clerk.h"
#include "eyes.h"
#include "islands.h"
#include "persistent/support/process.h"
#include "redis/support/offline.h"

#include "appearance.h"
#include "catalogue.h"
#include "language.h"
#include "stage.h"
#include "synced.h"

#include <QApplication>
#include <QFile>
#include <QImage>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

class tst_CartSync : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void twoMachines_shareOneCart();
    void aPlugThatIsPulled_isNoticedAndMended();
    void aShopThatIsKilledOffline_leavesItsChanges();
    void anAddressThatIsNone_isRefused_data();
    void anAddressThatIsNone_isRefused();

private:
    std::unique_ptr<support::Process> openShop(const QString &url, const char *machine)
    {
        auto shop = std::make_unique<support::Process>(
            QCoreApplication::applicationFilePath(),
            QStringList{QStringLiteral("--shop"), url, m_folder.filePath(QLatin1String(machine))});
        return shop->line() == "open" ? std::move(shop) : nullptr;
    }
    QString name() const { return QLatin1String(QTest::currentTestFunction()); }
    static QByteArray until(support::Process &shop, const QByteArray &cart) { return shop.ask("until " + cart); }
    /// What the shop's window says of the others.
    static QByteArray untilSays(support::Process &shop, const QByteArray &text)
    {
        return shop.ask("until-sync " + text);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<support::RedisServer> m_server;
};

static const QByteArray Shared = "Shared: the cart is the same in every shop.";
static const QByteArray Offline = "Out of reach. This is the cart as we knew it.";

void tst_CartSync::initTestCase()
{
#ifdef Q_OS_WIN
    QSKIP("a shop is asked by its standard input, which Windows does not notify of");
#endif
    if (!support::RedisServer::program().isEmpty()) {
        m_server = std::make_unique<support::RedisServer>();
        QVERIFY(m_server->start());
    }
}

void tst_CartSync::twoMachines_shareOneCart()
{
    NEEDS_REDIS();
    const auto first = openShop(m_server->url(name()), "first");
    const auto second = openShop(m_server->url(name()), "second");
    QVERIFY(first && second);
    QCOMPARE(first->ask("add moon-lamp"), QByteArray("1xmoon-lamp"));
    QCOMPARE(until(*second, "1xmoon-lamp"), QByteArray("1xmoon-lamp"));
    QCOMPARE(second->ask("quantity moon-lamp 3"), QByteArray("3xmoon-lamp"));
    QCOMPARE(until(*first, "3xmoon-lamp"), QByteArray("3xmoon-lamp"));
    QCOMPARE(untilSays(*first, Shared), Shared);
    QCOMPARE(untilSays(*second, Shared), Shared);
}

void tst_CartSync::aPlugThatIsPulled_isNoticedAndMended()
{
    NEEDS_REDIS();
    support::Proxy plug(m_server->port());
    const auto first = openShop(support::RedisServer::url(name(), plug.port()), "third");
    const auto second = openShop(m_server->url(name()), "fourth");
    QVERIFY(first && second);
    first->ask("add moon-lamp");
    QCOMPARE(until(*second, "1xmoon-lamp"), QByteArray("1xmoon-lamp"));

    plug.set(support::Proxy::Way::Refuse);
    QCOMPARE(untilSays(*first, Offline), Offline);
    first->ask("quantity moon-lamp 2");
    const QByteArray one = "Out of reach. Your change will be sent when the others are back.";
    QCOMPARE(untilSays(*first, one), one);
    first->ask("add orbit-mug");
    const QByteArray two = "Out of reach. 2 changes will be sent when the others are back.";
    QCOMPARE(untilSays(*first, two), two);
    QCOMPARE(second->ask("add sunday-rover"), QByteArray("1xmoon-lamp 1xsunday-rover")); // it goes on, too
    QCOMPARE(untilSays(*second, Shared), Shared);

    const QString picture = m_folder.filePath(QStringLiteral("picture.png"));
    first->ask("picture " + picture.toUtf8());
    QVERIFY(!QImage(picture).isNull());
    const QString pictures = qEnvironmentVariable("NANOSTORES_PICTURES");
    if (!pictures.isEmpty()) {
        const QString file = pictures + QStringLiteral("/cart-synced.png");
        QFile::remove(file);
        QVERIFY(QFile::copy(picture, file));
    }

    plug.set(support::Proxy::Way::Pass);
    const QByteArray all = "1xorbit-mug 1xsunday-rover 2xmoon-lamp";
    QCOMPARE(until(*first, all), all);
    QCOMPARE(until(*second, all), all);
    QCOMPARE(untilSays(*first, Shared), Shared);
}

void tst_CartSync::aShopThatIsKilledOffline_leavesItsChanges()
{
    NEEDS_REDIS();
    support::Proxy plug(m_server->port());
    auto first = openShop(support::RedisServer::url(name(), plug.port()), "fifth");
    const auto second = openShop(m_server->url(name()), "sixth");
    QVERIFY(first && second);
    first->ask("add moon-lamp");
    QCOMPARE(until(*second, "1xmoon-lamp"), QByteArray("1xmoon-lamp"));
    plug.set(support::Proxy::Way::Refuse);
    QCOMPARE(untilSays(*first, Offline), Offline);
    first->ask("add orbit-mug");
    const QByteArray waits = "Out of reach. Your change will be sent when the others are back.";
    QCOMPARE(untilSays(*first, waits), waits);
    QTRY_VERIFY_WITH_TIMEOUT(support::keptIn(m_folder.filePath(QStringLiteral("fifth"))) > 0, 60000);
    first->kill();

    first = openShop(support::RedisServer::url(name(), plug.port()), "fifth"); // and the plug is still out
    QVERIFY(first);
    QCOMPARE(until(*first, "1xmoon-lamp 1xorbit-mug"), QByteArray("1xmoon-lamp 1xorbit-mug"));
    QCOMPARE(untilSays(*first, waits), waits);
    plug.set(support::Proxy::Way::Pass);
    QCOMPARE(until(*second, "1xmoon-lamp 1xorbit-mug"), QByteArray("1xmoon-lamp 1xorbit-mug"));
    QCOMPARE(untilSays(*first, Shared), Shared);
}

void tst_CartSync::anAddressThatIsNone_isRefused_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("no scheme") << QStringLiteral("localhost") << QByteArray("write redis://host:6379");
    QTest::newRow("another scheme") << QStringLiteral("http://ada:s3cret@localhost")
                                    << QByteArray("begins with \"http:\"");
    QTest::newRow("no host") << QStringLiteral("redis://") << QByteArray("names no host");
    QTest::newRow("no database") << QStringLiteral("redis://ada:s3cret@localhost/shop")
                                 << QByteArray("where the number of a database stands");
    QTest::newRow("a password that all can read")
        << QStringLiteral("redis://ada:s3cret@shop.example") << QByteArray("use rediss://");
}

/// Says why, and not the password.
void tst_CartSync::anAddressThatIsNone_isRefused()
{
    QFETCH(QString, url);
    QFETCH(QByteArray, reason);
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

int main(int argc, char *argv[])
{
    prepareShop();
    QApplication::setStyle(QStringLiteral("Fusion"));
    QApplication app(argc, argv);
    QApplication::setFont(shopFont());
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QLatin1String("--shop")) {
        return runShop(arguments.at(2), arguments.at(3));
    }
    tst_CartSync test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_cartsync.moc"

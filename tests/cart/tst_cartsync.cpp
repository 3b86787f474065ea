// SPDX-License-Identifier: MIT

// Shops that share a cart by a server of Redis: the plug is pulled, and put back, and one is killed meanwhile.
//
// NANOSTORES_PICTURES=DIR saves what the first shows meanwhile as cart-synced.png.

#include "redis/support/offline.h"
#include "syncedshops.h"

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
    static QString name() { return QLatin1String(QTest::currentTestFunction()); }
    QString url() const { return m_server->url(name()); }
    static QString urlBy(const support::Proxy &plug) { return support::RedisServer::url(name(), plug.port()); }

    SyncedShops m_shops;
    std::unique_ptr<support::RedisServer> m_server;
};

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
    m_shops.checkSharing(url());
}

void tst_CartSync::aPlugThatIsPulled_isNoticedAndMended()
{
    NEEDS_REDIS();
    support::Proxy plug(m_server->port());
    const QString picture = m_shops.cache("picture.png");
    m_shops.checkPlug(urlBy(plug), url(), plug, picture);
    const QString pictures = qEnvironmentVariable("NANOSTORES_PICTURES");
    if (!pictures.isEmpty()) {
        const QString file = pictures + QStringLiteral("/cart-synced.png");
        QFile::remove(file);
        QVERIFY(QFile::copy(picture, file));
    }
}

void tst_CartSync::aShopThatIsKilledOffline_leavesItsChanges()
{
    NEEDS_REDIS();
    support::Proxy plug(m_server->port());
    auto first = m_shops.open(urlBy(plug), "fifth");
    const auto second = m_shops.open(url(), "sixth");
    QVERIFY(first && second);
    first->ask("add moon-lamp");
    QCOMPARE(SyncedShops::until(*second, "1xmoon-lamp"), QByteArray("1xmoon-lamp"));
    QCOMPARE(SyncedShops::untilSays(*first, SyncedShops::Shared), SyncedShops::Shared);
    plug.set(support::Proxy::Way::Refuse);
    QCOMPARE(SyncedShops::untilSays(*first, SyncedShops::Offline), SyncedShops::Offline);
    first->ask("add orbit-mug");
    QCOMPARE(SyncedShops::untilSays(*first, SyncedShops::OneWaits), SyncedShops::OneWaits);
    QTRY_VERIFY_WITH_TIMEOUT(support::keptIn(m_shops.cache("fifth")) > 0, 60000);
    first->kill();

    first = m_shops.open(urlBy(plug), "fifth"); // and the plug is still out
    QVERIFY(first);
    QCOMPARE(SyncedShops::until(*first, "1xmoon-lamp 1xorbit-mug"), QByteArray("1xmoon-lamp 1xorbit-mug"));
    QCOMPARE(SyncedShops::untilSays(*first, SyncedShops::OneWaits), SyncedShops::OneWaits);
    plug.set(support::Proxy::Way::Pass);
    QCOMPARE(SyncedShops::until(*second, "1xmoon-lamp 1xorbit-mug"), QByteArray("1xmoon-lamp 1xorbit-mug"));
    QCOMPARE(SyncedShops::untilSays(*first, SyncedShops::Shared), SyncedShops::Shared);
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

void tst_CartSync::anAddressThatIsNone_isRefused()
{
    QFETCH(QString, url);
    QFETCH(QByteArray, reason);
    SyncedShops::checkRefused(url, reason);
}

int main(int argc, char *argv[])
{
    return SyncedShops::run<tst_CartSync>(argc, argv);
}

#include "tst_cartsync.moc"

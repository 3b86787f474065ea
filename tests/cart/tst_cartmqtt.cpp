// SPDX-License-Identifier: MIT

// Shops that share a cart by a broker of MQTT: the plug is pulled, and put back; the broker is killed.

#include "mqtt/support/broker.h"
#include "syncedshops.h"

#include <QTest>

class tst_CartMqtt : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void twoMachines_shareOneCart();
    void aPlugThatIsPulled_isNoticedAndMended();
    void aBrokerThatIsKilled_getsTheCartAgain();
    void anAddressThatIsNone_isRefused_data();
    void anAddressThatIsNone_isRefused();

private:
    static QString name() { return QLatin1String(QTest::currentTestFunction()); }

    SyncedShops m_shops;
};

void tst_CartMqtt::initTestCase()
{
#ifdef Q_OS_WIN
    QSKIP("a shop is asked by its standard input, which Windows does not notify of");
#endif
}

void tst_CartMqtt::twoMachines_shareOneCart()
{
    NEEDS_BROKER();
    support::Broker broker;
    QVERIFY(broker.start());
    m_shops.checkSharing(broker.url(name()));
}

void tst_CartMqtt::aPlugThatIsPulled_isNoticedAndMended()
{
    NEEDS_BROKER();
    support::Broker broker;
    QVERIFY(broker.start());
    support::Proxy plug(broker.port());
    m_shops.checkPlug(support::Broker::url(name(), plug.port()), broker.url(name()), plug,
                      m_shops.cache("picture.png"));
}

/// It has saved nothing: the shops write what they know.
void tst_CartMqtt::aBrokerThatIsKilled_getsTheCartAgain()
{
    NEEDS_BROKER();
    support::Broker broker;
    QVERIFY(broker.start());
    const auto first = m_shops.open(broker.url(name()), "first");
    QVERIFY(first);
    first->ask("add moon-lamp");
    QCOMPARE(SyncedShops::untilSays(*first, SyncedShops::Shared), SyncedShops::Shared);
    broker.kill();
    broker.wipe();
    QCOMPARE(SyncedShops::untilSays(*first, SyncedShops::Offline), SyncedShops::Offline);
    first->ask("quantity moon-lamp 2");
    QVERIFY(broker.start());
    QCOMPARE(SyncedShops::untilSays(*first, SyncedShops::Shared), SyncedShops::Shared);
    const auto second = m_shops.open(broker.url(name()), "second");
    QVERIFY(second);
    QCOMPARE(SyncedShops::until(*second, "2xmoon-lamp"), QByteArray("2xmoon-lamp"));
}

void tst_CartMqtt::anAddressThatIsNone_isRefused_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("no host") << QStringLiteral("mqtt://") << QByteArray("write mqtt://host:1883");
    QTest::newRow("a path") << QStringLiteral("mqtt://ada:s3cret@localhost/shop") << QByteArray("has a path");
    QTest::newRow("a password that all can read")
        << QStringLiteral("mqtt://ada:s3cret@shop.example") << QByteArray("use mqtts://");
}

void tst_CartMqtt::anAddressThatIsNone_isRefused()
{
    QFETCH(QString, url);
    QFETCH(QByteArray, reason);
    SyncedShops::checkRefused(url, reason);
}

int main(int argc, char *argv[])
{
    return SyncedShops::run<tst_CartMqtt>(argc, argv);
}

#include "tst_cartmqtt.moc"

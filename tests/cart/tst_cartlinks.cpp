// SPDX-License-Identifier: MIT

// The cart is started with a link while a shop runs: it hands the link over and ends, and the shop opens the page.

#include "islands.h"

#include "appearance.h"
#include "catalogue.h"
#include "pricefeed.h"

#include <nanostores/deeplinks.h>

#include <QApplication>
#include <QDir>
#include <QPointer>
#include <QProcess>
#include <QQuickStyle>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

class tst_CartLinks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();
    void link_opensInTheShopThatRuns();
    void link_ofNothingOnSaleShowsTheShelf();
    void link_ofAnotherKindIsRefusedThere();
    void cart_isStartedTwice();

private:
    /// The exit code of a cart with these arguments; -1 if it does not end.
    static int runCart(const QStringList &arguments);
    QStringList sockets() const
    {
        return QDir(m_folder.path()).entryList({QStringLiteral("nanostores-*")}, QDir::System);
    }

    QTemporaryDir m_folder; ///< Where instances meet: no other cart of the user is asked.
    QPointer<QmlIsland> m_shop;
};

void tst_CartLinks::initTestCase()
{
#ifndef Q_OS_LINUX
    QSKIP("instances meet elsewhere");
#endif
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    QCoreApplication::setApplicationName(QStringLiteral("cart"));
    qputenv("XDG_RUNTIME_DIR", m_folder.path().toUtf8());
    shop::isAnimated.set(false);
    QVERIFY(shop::loadCatalogue(QStringLiteral(":/catalogue/catalogue.json")));
}

void tst_CartLinks::cleanup()
{
    delete m_shop;
    shop::router.open("/");
}

int tst_CartLinks::runCart(const QStringList &arguments)
{
    QProcess cart;
    QSignalSpy finished(&cart, &QProcess::finished);
    cart.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    cart.start(QStringLiteral(CART_PROGRAM),
               QStringList{QStringLiteral("--state"), QStringLiteral("none")} + arguments);
    if (finished.isEmpty() && !finished.wait(60000)) {
        cart.kill();
        cart.waitForFinished();
        return -1;
    }
    return cart.exitStatus() == QProcess::NormalExit ? cart.exitCode() : -1;
}

void tst_CartLinks::link_opensInTheShopThatRuns()
{
    m_shop = openShop();
    m_shop->window()->show();
    nanostores::DeepLinks links(shop::router);
    QVERIFY(links.start({QStringLiteral("cart")}) == nanostores::InstanceRole::First);
    QSignalSpy activated(&links, &nanostores::DeepLinks::activated);
    QCOMPARE(runCart({QStringLiteral("smallorbit://product/moon-lamp")}), 0);
    QTRY_COMPARE(shop::currentProductId.get(), QStringLiteral("moon-lamp"));
    QCOMPARE(activated.count(), 1);
    QTRY_VERIFY(m_shop->window()->title().contains(shop::currentProduct.get().name));
}

void tst_CartLinks::link_ofNothingOnSaleShowsTheShelf()
{
    nanostores::DeepLinks links(shop::router);
    QVERIFY(links.start({QStringLiteral("cart")}) == nanostores::InstanceRole::First);
    shop::currentProductId.set(QStringLiteral("moon-lamp"));
    QCOMPARE(runCart({QStringLiteral("smallorbit://product/no-such-thing")}), 0);
    QTRY_COMPARE(shop::currentProductId.get(), QString());
}

void tst_CartLinks::link_ofAnotherKindIsRefusedThere()
{
    nanostores::DeepLinks links(shop::router);
    QVERIFY(links.start({QStringLiteral("cart")}) == nanostores::InstanceRole::First);
    QSignalSpy refused(&links, &nanostores::DeepLinks::refused);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("a link was refused")));
    QCOMPARE(runCart({QStringLiteral("smallorbit://product/..%2Fmoon-lamp")}), 0);
    QTRY_COMPARE(refused.count(), 1);
    QCOMPARE(shop::router.page().get().path(), QStringLiteral("/"));
}

/// Both are the program itself.
void tst_CartLinks::cart_isStartedTwice()
{
    QProcess first;
    QByteArray written;
    first.setProcessChannelMode(QProcess::MergedChannels);
    first.start(QStringLiteral(CART_PROGRAM), {QStringLiteral("--state"), QStringLiteral("none")});
    QTRY_COMPARE_WITH_TIMEOUT(sockets().size(), 1, 60000);
    QCOMPARE(runCart({QStringLiteral("smallorbit://product/moon-lamp")}), 0);
    QCOMPARE(runCart({QStringLiteral("smallorbit://product/..%2Fmug")}), 0);
    QTRY_VERIFY((written += first.readAll()).contains("smallorbit://product/..%2Fmug")); // it says what it refuses
    QVERIFY(!written.contains("moon-lamp"));
    QCOMPARE(first.state(), QProcess::Running);
    first.kill();
    QVERIFY(first.waitForFinished());
}

QTEST_MAIN(tst_CartLinks)

#include "tst_cartlinks.moc"

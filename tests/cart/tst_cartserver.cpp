// SPDX-License-Identifier: MIT

// The shop with its server of HTTP: what is loading, what fails, and what waits for the network.

#include "eyes.h"
#include "islands.h"

#include "appearance.h"
#include "cart.h"
#include "catalogue.h"
#include "language.h"
#include "served.h"
#include "shopserver.h"

#include <QFile>
#include <QPointer>
#include <QQuickStyle>
#include <QRegularExpression>
#include <QTcpSocket>
#include <QTest>

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

using namespace std::chrono_literals;

class tst_CartServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void cleanupTestCase() { nanostores::setScheduler(nullptr); }

    void theShelvesAreSkeletonsUntilTheyAreFilled();
    void aServerThatFailsIsNamedAndTriedAgain();
    void withoutANetworkNothingIsAsked();
    void pullingDownFillsTheShelvesAnew();
    void theShelvesAreWhatWasKnownWithoutANetwork();
    void anOrderIsSentAtOnce();
    void anOrderWaitsForTheNetwork();
    void anOrderSurvivesTheEndOfTheProgram();
    void anOrderIsTakenOnceHoweverOftenItIsSent();
    void anOrderThatFailsIsSentAgain();
    void theStripSaysHowTheServerIs();
    void theViewsSpeakTheLanguage_data();
    void theViewsSpeakTheLanguage();
    void theServerRefusesWhatItDoesNotKnow();

private:
    Eyes eyes() const { return Eyes(m_shop->window()); }
    void start() { m_served = std::make_unique<shop::ServedShop>(m_server->url(), m_storage); }
    void restart()
    {
        m_served.reset();
        shop::catalogue.set({});
        start();
    }
    void choose(const char *mode) { shop::serverMode.set(QString::fromLatin1(mode)); }
    void answerSlowOnes()
    {
        for (const auto &answer : std::exchange(m_late, {})) {
            answer();
        }
    }
    void advance(std::chrono::milliseconds time)
    {
        QCoreApplication::processEvents();
        m_time.advance(time);
    }
    void buyALamp()
    {
        shop::addCartItem(shop::catalogue.get().value(QLatin1String("moon-lamp"), {}));
        shop::checkOut();
    }
    QByteArray ask(const QByteArray &request) const;

    nanostores::ManualScheduler m_time;
    std::vector<std::function<void()>> m_late;
    nanostores::StorageEngine m_storage = nanostores::StorageEngine::memory();
    std::unique_ptr<ShopServer> m_server;
    std::optional<nanostores::Subscription> m_following;
    std::unique_ptr<shop::ServedShop> m_served;
    QPointer<QmlIsland> m_shop;
};

void tst_CartServer::initTestCase()
{
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    nanostores::setScheduler(&m_time);
}

void tst_CartServer::init()
{
    shop::isAnimated.set(false);
    shop::isOnline.set(true);
    choose("usual");
    m_late.clear();
    m_storage = nanostores::StorageEngine::memory(nanostores::MemoryArea());
    QFile file(QStringLiteral(":/catalogue/catalogue.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_server = std::make_unique<ShopServer>(
        file.readAll(), [this](std::chrono::milliseconds, std::function<void()> f) { m_late.push_back(std::move(f)); });
    QVERIFY(m_server->start());
    m_following = followServerMode(*m_server);
    m_shop = openServedShop();
    m_shop->window()->show();
    QTRY_VERIFY(m_shop->window()->isExposed());
}

void tst_CartServer::cleanup()
{
    m_served.reset();
    delete m_shop;
    m_following.reset();
    m_server.reset();
    nanostores::cleanTasks();
    shop::catalogue.set({});
    shop::cartItems.set({});
    shop::lastOrder.set({});
    shop::orderNumber.set(0);
    shop::isCartOpen.set(false);
    shop::currentProductId.set({});
}

void tst_CartServer::theShelvesAreSkeletonsUntilTheyAreFilled()
{
    choose("slow");
    start();
    QTRY_COMPARE(m_late.size(), 1U);
    QVERIFY(eyes().item("skeletonShelf"));
    QVERIFY(!eyes().item("serverProblem"));
    answerSlowOnes();
    QTRY_VERIFY(!shop::isLoadingShelf.get());
    QVERIFY(!eyes().item("skeletonShelf"));
    QVERIFY(eyes().item("card-moon-lamp"));
    QCOMPARE(shop::catalogue.get().size(), 8U);
    QCOMPARE(eyes().read("offlineBanner", "height").toInt(), 0);
}

void tst_CartServer::aServerThatFailsIsNamedAndTriedAgain()
{
    choose("failing");
    start();
    QTRY_VERIFY(!shop::serverProblem.get().isEmpty());
    QCOMPARE(eyes().text("problemTitle"), QStringLiteral("We cannot reach our shelves"));
    QVERIFY2(eyes().text("problemReason").contains(QStringLiteral("503")), qPrintable(eyes().text("problemReason")));
    choose("usual");
    QVERIFY(eyes().click("tryAgain"));
    QTRY_VERIFY(eyes().item("card-moon-lamp"));
    QVERIFY(!eyes().item("serverProblem"));
    choose("failing"); // what was there stays
    m_served->refresh();
    QTRY_VERIFY(!shop::serverProblem.get().isEmpty());
    QVERIFY(eyes().item("card-moon-lamp"));
    QVERIFY(eyes().text("bannerText").startsWith(QStringLiteral("The shelves could not be filled anew")));
    choose("usual");
    advance(4s); // by itself
    QTRY_VERIFY(shop::serverProblem.get().isEmpty());
}

void tst_CartServer::withoutANetworkNothingIsAsked()
{
    shop::isOnline.set(false);
    start();
    advance(60s);
    QCOMPARE(m_server->requests(), 0);
    QCOMPARE(eyes().text("problemTitle"), QStringLiteral("You are out of range"));
    QVERIFY(!eyes().item("tryAgain"));
    QVERIFY(eyes().click("online", 0.9));
    QVERIFY(shop::isOnline.get());
    advance(0ms);
    QTRY_VERIFY(eyes().item("card-moon-lamp"));
}

void tst_CartServer::pullingDownFillsTheShelvesAnew()
{
    start();
    QTRY_VERIFY(eyes().item("card-moon-lamp"));
    const int before = m_server->requests();
    QQuickWindow *const window = m_shop->window();
    const QPoint from(window->width() / 2, 260); // beside the cards, in the words of welcome
    const auto drag = [&](int by) {
        QTest::mousePress(window, Qt::LeftButton, {}, from);
        for (int y = 0; y <= by; y += 10) {
            QTest::mouseMove(window, from + QPoint(0, y));
            QCoreApplication::processEvents();
        }
        QTest::mouseRelease(window, Qt::LeftButton, {}, from + QPoint(0, by));
        QCoreApplication::processEvents();
    };
    drag(60); // not far enough
    QCOMPARE(m_server->requests(), before);
    choose("slow");
    drag(400);
    QTRY_COMPARE(m_late.size(), 1U);
    QVERIFY(eyes().item("pullRing"));
    QVERIFY(eyes().item("card-moon-lamp")); // they stay meanwhile
    answerSlowOnes();
    QTRY_VERIFY(!shop::isRefreshing.get());
    QTest::keyClick(window, Qt::Key_F5);
    QTRY_COMPARE(m_late.size(), 1U);
    answerSlowOnes();
    QTRY_VERIFY(!shop::isRefreshing.get());
}

void tst_CartServer::theShelvesAreWhatWasKnownWithoutANetwork()
{
    start();
    QTRY_COMPARE(shop::catalogue.get().size(), 8U);
    const auto lamp = shop::catalogue.get().value(QLatin1String("moon-lamp"), {});
    shop::isOnline.set(false);
    restart();
    QCOMPARE(shop::catalogue.get().value(QLatin1String("moon-lamp"), {}), lamp);
    QVERIFY(eyes().item("card-moon-lamp"));
    QVERIFY(eyes().text("bannerText").startsWith(QStringLiteral("No network.")));
}

void tst_CartServer::anOrderIsSentAtOnce()
{
    start();
    QTRY_COMPARE(shop::catalogue.get().size(), 8U);
    buyALamp();
    QTRY_COMPARE(m_server->orders().size(), 1);
    QVERIFY2(m_server->orders().first().contains("\"moon-lamp\""), m_server->orders().first());
    QTRY_COMPARE(shop::orderNumber.get(), 1042);
    QCOMPARE(eyes().text("bannerText"), QStringLiteral("Order 1042 has arrived. Thank you!"));
    QCOMPARE(shop::lastOrder.get().number, 1042);
}

void tst_CartServer::anOrderWaitsForTheNetwork()
{
    start();
    QTRY_COMPARE(shop::catalogue.get().size(), 8U);
    shop::isOnline.set(false);
    buyALamp();
    buyALamp();
    QCOMPARE(shop::waitingOrders.get(), 2);
    QVERIFY(shop::cartItems.get().empty());
    QCOMPARE(eyes().text("bannerText"), QStringLiteral("No network. 2 orders will be sent when it is back."));
    advance(60s);
    QVERIFY(m_server->orders().isEmpty());
    shop::isOnline.set(true);
    QTRY_COMPARE(m_server->orders().size(), 2);
    QTRY_COMPARE(shop::orderNumber.get(), 1043);
    QCOMPARE(shop::waitingOrders.get(), 0);
}

void tst_CartServer::anOrderSurvivesTheEndOfTheProgram()
{
    start();
    QTRY_COMPARE(shop::catalogue.get().size(), 8U);
    shop::isOnline.set(false);
    buyALamp();
    restart();
    QCOMPARE(shop::waitingOrders.get(), 1);
    shop::isOnline.set(true);
    advance(0ms);
    QTRY_COMPARE(m_server->orders().size(), 1);
    QTRY_COMPARE(shop::waitingOrders.get(), 0);
    restart();
    advance(0ms);
    QCOMPARE(shop::waitingOrders.get(), 0);
}

void tst_CartServer::anOrderIsTakenOnceHoweverOftenItIsSent()
{
    start();
    QTRY_COMPARE(shop::catalogue.get().size(), 8U);
    choose("slow");
    buyALamp();
    QTRY_COMPARE(m_late.size(), 1U);
    m_served.reset(); // the program ends before the answer is there
    answerSlowOnes();
    choose("usual");
    start();
    QCOMPARE(shop::waitingOrders.get(), 1);
    advance(0ms);
    QTRY_COMPARE(shop::waitingOrders.get(), 0);
    QCOMPARE(m_server->orders().size(), 1);
    QCOMPARE(shop::orderNumber.get(), 1042);
}

void tst_CartServer::anOrderThatFailsIsSentAgain()
{
    start();
    QTRY_COMPARE(shop::catalogue.get().size(), 8U);
    choose("failing");
    const int before = m_server->requests();
    buyALamp();
    QTRY_COMPARE(m_server->requests(), before + 1);
    QTRY_VERIFY(eyes().text("bannerText").startsWith(QStringLiteral("Your order is being sent")));
    choose("usual");
    QVERIFY(eyes().click("bannerAction"));
    QTRY_COMPARE(m_server->orders().size(), 1);
    QTRY_COMPARE(shop::waitingOrders.get(), 0);
}

void tst_CartServer::theStripSaysHowTheServerIs()
{
    start();
    QVERIFY(eyes().click("mode-failing"));
    QCOMPARE(shop::serverMode.get(), QStringLiteral("failing"));
    QVERIFY(eyes().tabTo("mode-slow"));
    QTest::keyClick(m_shop->window(), Qt::Key_Space);
    QCOMPARE(shop::serverMode.get(), QStringLiteral("slow"));
}

void tst_CartServer::theViewsSpeakTheLanguage_data()
{
    QTest::addColumn<QString>("tag");
    QTest::newRow("pl") << QStringLiteral("pl");
    QTest::newRow("ar") << QStringLiteral("ar");
}

/// A text that is missing is English, and one that does not fit its English original is a warning.
void tst_CartServer::theViewsSpeakTheLanguage()
{
    QFETCH(const QString, tag);
    choose("failing");
    start();
    QTRY_VERIFY(!shop::serverProblem.get().isEmpty());
    const auto shown = [this] {
        QStringList texts;
        for (const char *name : {"problemTitle", "tryAgain", "mode-usual", "mode-slow", "mode-failing"}) {
            texts.append(eyes().text(name));
        }
        shop::isOnline.set(false);
        texts.append(eyes().text("bannerText"));
        texts.append(eyes().text("problemTitle"));
        shop::isOnline.set(true);
        return texts;
    };
    const QStringList english = shown();
    QTest::failOnWarning(QRegularExpression(QStringLiteral("json:")));
    shop::chosenLanguage.set(tag);
    const QStringList own = shown();
    shop::chosenLanguage.set(QStringLiteral("en"));
    for (qsizetype i = 0; i < own.size(); ++i) {
        QVERIFY2(!own[i].isEmpty() && own[i] != english[i], qPrintable(own[i]));
    }
    QCOMPARE(shown(), english);
}

QByteArray tst_CartServer::ask(const QByteArray &request) const
{
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), static_cast<quint16>(m_server->url().port()));
    socket.write(request);
    QByteArray answer;
    const bool isOver = QTest::qWaitFor([&] {
        answer += socket.readAll();
        return socket.state() == QAbstractSocket::UnconnectedState && !answer.isEmpty();
    });
    return isOver ? answer.left(12) : QByteArray("no answer");
}

void tst_CartServer::theServerRefusesWhatItDoesNotKnow()
{
    QCOMPARE(ask("GET /nothing HTTP/1.1\r\n\r\n"), QByteArray("HTTP/1.1 404"));
    QCOMPARE(ask("POST /orders HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"), QByteArray("HTTP/1.1 400"));
    QCOMPARE(ask("junk\r\n\r\n"), QByteArray("HTTP/1.1 404"));
}

QTEST_MAIN(tst_CartServer)
#include "tst_cartserver.moc"

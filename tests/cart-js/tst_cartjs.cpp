// SPDX-License-Identifier: MIT

// The cart over the stores of cartStore.mjs, clicked through from the shelf to the check-out.

#include "cart/eyes.h"
#include "shop.h"

#include <nanostores/core/scheduler.h>

#include <QPointer>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QTest>

#include <chrono>
#include <memory>

using namespace std::chrono_literals;

class tst_CartJs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void theGridShowsTheCatalogue();
    void addedProductsAreInTheCart();
    void theRecipesFunctionAddsToWhatIsShown();
    void quantitiesChangeAndGo();
    void aRowKeepsTheFocus();
    void checkOutEmptiesTheCart();
    void whatIsDoneToTheCartIsUndone();
    void theProductPageAddsAndOpensTheCart();
    void whatAViewAssignsAndWhatAStoreSetsAgree();
    void theFeedRunsWhileItIsShown();
    void aMalformedCatalogueIsReported();

private:
    Eyes eyes() const { return Eyes(m_shop->window()); }
    /// The QML timer behind the feed.
    QObject *clock() const
    {
        QQmlComponent component(m_shop->engine());
        component.setData("import QtQml; import Shop; QtObject { property Timer clock: PriceFeed.clock }", QUrl());
        const std::unique_ptr<QObject> object(component.create());
        return object ? object->property("clock").value<QObject *>() : nullptr;
    }
    void pass(std::chrono::milliseconds time)
    {
        QCoreApplication::processEvents();
        m_time.advance(time);
    }

    nanostores::ManualScheduler m_time;
    std::unique_ptr<Shop> m_shop;
};

void tst_CartJs::init()
{
    nanostores::setScheduler(&m_time);
    m_shop = std::make_unique<Shop>();
    m_shop->set(QStringLiteral("isAnimated"), false);
    m_shop->window()->show();
    QTRY_VERIFY(m_shop->window()->isExposed());
    m_shop->window()->requestActivate();
    QTRY_COMPARE(eyes().read("productGrid", "count").toInt(), 8); // the catalogue is fetched
}

void tst_CartJs::cleanup()
{
    m_shop.reset();
    pass(10s);
    nanostores::setScheduler(nullptr);
}

void tst_CartJs::theGridShowsTheCatalogue()
{
    QCOMPARE(eyes().text("card-astronaut-figurine"), QStringLiteral("Astronaut figurine"));
    QCOMPARE(eyes().text("cartBadge"), QStringLiteral("0"));
    QVERIFY(!eyes().item("cartFlyout"));
}

void tst_CartJs::addedProductsAreInTheCart()
{
    QVERIFY(eyes().click("add-tin-rocket"));
    QVERIFY(eyes().click("cartButton"));
    QVERIFY(m_shop->get(QStringLiteral("isCartOpen")).toBool());
    QCOMPARE(eyes().text("cartBadge"), QStringLiteral("1"));
    QCOMPARE(eyes().text("panelSubtotal"), QStringLiteral("$52.00"));
    QCOMPARE(eyes().text("panelShipping"), QStringLiteral("$5.90"));
    QCOMPARE(eyes().text("panelTotal"), QStringLiteral("$57.90"));
    QVERIFY(eyes().click("closeCart"));
    QVERIFY(!m_shop->get(QStringLiteral("isCartOpen")).toBool());

    QVERIFY(eyes().click("add-moon-lamp"));
    QVERIFY(eyes().click("add-tin-rocket"));
    QVERIFY(eyes().click("cartButton"));
    QCOMPARE(eyes().read("cartList", "count").toInt(), 2);
    QCOMPARE(eyes().read("quantity-tin-rocket", "value").toInt(), 2);
    QCOMPARE(eyes().text("panelShipping"), QStringLiteral("Free"));
}

void tst_CartJs::theRecipesFunctionAddsToWhatIsShown()
{
    QJSValue product = m_shop->engine()->newObject();
    product.setProperty(QStringLiteral("id"), QStringLiteral("sticker"));
    product.setProperty(QStringLiteral("name"), QStringLiteral("Sticker"));
    product.setProperty(QStringLiteral("imageSrc"), QStringLiteral("qrc:/catalogue/logo.svg"));
    product.setProperty(QStringLiteral("tint"), QStringLiteral("#ffffff"));
    product.setProperty(QStringLiteral("price"), 100);
    m_shop->call(QStringLiteral("addCartItem"), {product});
    m_shop->call(QStringLiteral("addCartItem"), {product});
    m_shop->set(QStringLiteral("isCartOpen"), true);
    QCOMPARE(eyes().text("lineTotal-sticker"), QStringLiteral("$2.00"));
}

void tst_CartJs::quantitiesChangeAndGo()
{
    QVERIFY(eyes().click("add-orbit-mug"));
    QVERIFY(eyes().click("add-tin-rocket"));
    QVERIFY(eyes().click("cartButton"));
    QVERIFY(eyes().click("quantity-orbit-mug", 0.9));
    QVERIFY(eyes().click("quantity-orbit-mug", 0.9));
    QCOMPARE(eyes().text("lineTotal-orbit-mug"), QStringLiteral("$54.00"));
    QVERIFY(eyes().click("quantity-orbit-mug", 0.1));
    QCOMPARE(eyes().text("lineTotal-orbit-mug"), QStringLiteral("$36.00"));
    m_shop->call(QStringLiteral("setQuantity"), {QStringLiteral("orbit-mug"), 1000});
    QCOMPARE(eyes().read("quantity-orbit-mug", "value").toInt(), 99);

    QVERIFY(eyes().click("remove-orbit-mug"));
    QVERIFY(!eyes().item("remove-orbit-mug"));
    QVERIFY(eyes().item("remove-tin-rocket"));
    QVERIFY(eyes().click("remove-tin-rocket"));
    QVERIFY(eyes().item("emptyCart"));
}

void tst_CartJs::aRowKeepsTheFocus()
{
    QTRY_VERIFY(m_shop->window()->isActive());
    QVERIFY(eyes().click("add-dome-garden"));
    m_shop->set(QStringLiteral("isCartOpen"), true);
    QVERIFY(eyes().item("quantity-dome-garden"));
    QVERIFY(eyes().tabTo("quantity-dome-garden"));
    const QPointer<QQuickItem> focused = m_shop->window()->activeFocusItem();
    for (int quantity = 2; quantity < 4; ++quantity) {
        QTest::keyClick(m_shop->window(), Qt::Key_Up);
        QCOMPARE(eyes().read("quantity-dome-garden", "value").toInt(), quantity); // laid out anew
        QVERIFY(focused);
        QCOMPARE(m_shop->window()->activeFocusItem(), focused.data());
    }
    QTest::keyClick(m_shop->window(), Qt::Key_Escape);
    QVERIFY(!m_shop->get(QStringLiteral("isCartOpen")).toBool());
}

void tst_CartJs::checkOutEmptiesTheCart()
{
    QVERIFY(eyes().click("add-moon-lamp"));
    QVERIFY(eyes().click("cartButton"));
    QVERIFY(eyes().click("checkOut"));
    QVERIFY(eyes().item("emptyCart"));
    QCOMPARE(eyes().text("cartBadge"), QStringLiteral("0"));
    const QJSValue order = m_shop->get(QStringLiteral("lastOrder"));
    QCOMPARE(order.property(QStringLiteral("total")).toInt(), 8900);
    QVERIFY(eyes().text("emptyText").startsWith(QStringLiteral("$89.00")));
}

void tst_CartJs::whatIsDoneToTheCartIsUndone()
{
    QVERIFY(eyes().click("add-tin-rocket"));
    QVERIFY(eyes().click("add-moon-lamp"));
    QVERIFY(eyes().click("cartButton"));
    QCOMPARE(eyes().text("undoCart"), QStringLiteral("Undo: Add Moon lamp"));
    QVERIFY(eyes().click("undoCart"));
    QCOMPARE(eyes().text("cartBadge"), QStringLiteral("1"));
    QVERIFY(eyes().click("redoCart"));
    QCOMPARE(eyes().text("cartBadge"), QStringLiteral("2"));
    QTest::keySequence(m_shop->window(), QKeySequence::Undo);
    QTest::keySequence(m_shop->window(), QKeySequence::Undo);
    QCOMPARE(eyes().text("cartBadge"), QStringLiteral("0"));
    QVERIFY(!eyes().read("undoCart", "enabled").toBool());
    QTest::keySequence(m_shop->window(), QKeySequence::Redo);
    QCOMPARE(eyes().text("cartBadge"), QStringLiteral("1"));
    QVERIFY(eyes().click("checkOut"));
    QVERIFY(!eyes().read("undoCart", "enabled").toBool());
}

void tst_CartJs::theProductPageAddsAndOpensTheCart()
{
    QVERIFY(eyes().click("card-desk-saturn", 0.3, 0.3));
    QCOMPARE(eyes().text("productName"), QStringLiteral("Desk Saturn"));
    QVERIFY(eyes().click("addToCart"));
    QVERIFY(eyes().item("remove-desk-saturn"));
    QVERIFY(eyes().click("closeCart"));
    QVERIFY(eyes().click("backButton"));
    QVERIFY(eyes().item("productGrid"));
    QCOMPARE(m_shop->get(QStringLiteral("currentProductId")).toString(), QString());
}

void tst_CartJs::whatAViewAssignsAndWhatAStoreSetsAgree()
{
    const QColor day = m_shop->window()->color();
    QVERIFY(eyes().click("appearanceButton"));
    QVERIFY(m_shop->get(QStringLiteral("isDark")).toBool());
    QVERIFY(m_shop->window()->color().lightness() < day.lightness());
    m_shop->set(QStringLiteral("isDark"), false); // an assignment has not cut the tie
    QCOMPARE(m_shop->window()->color(), day);
    m_shop->set(QStringLiteral("isDark"), true);
    QVERIFY(m_shop->window()->color().lightness() < day.lightness());
}

void tst_CartJs::theFeedRunsWhileItIsShown()
{
    QObject *clock = this->clock();
    QVERIFY(clock);
    QVERIFY(!clock->property("running").toBool());

    QVERIFY(eyes().click("livePrices"));
    QVERIFY(m_shop->get(QStringLiteral("feedIsLive")).toBool());
    QVERIFY(clock->property("running").toBool());
    for (int i = 0; i < 60; ++i) {
        QVERIFY(QMetaObject::invokeMethod(clock, "triggered"));
    }
    const QJSValue shelf = m_shop->get(QStringLiteral("shelf"));
    int moved = 0;
    for (quint32 i = 0; i < 8; ++i) {
        const QJSValue product = shelf.property(i);
        const QByteArray name = "card-" + product.property(QStringLiteral("id")).toString().toLatin1();
        const QQuickItem *card = eyes().item(name.constData());
        QVERIFY(card);
        const int price = product.property(QStringLiteral("price")).toInt();
        const int regular = product.property(QStringLiteral("regularPrice")).toInt();
        QCOMPARE(card->parentItem()->property("price").toInt(), price);
        QVERIFY(qAbs(price - regular) <= regular / 8);
        moved += price != regular;
    }
    QVERIFY(moved > 0);

    QVERIFY(eyes().click("livePrices"));
    const QQuickItem *card = eyes().item("card-moon-lamp");
    QCOMPARE(card->parentItem()->property("price").toInt(), 8900);
    pass(999ms);
    QVERIFY(clock->property("running").toBool());
    pass(1ms);
    QVERIFY(!clock->property("running").toBool());
}

void tst_CartJs::aMalformedCatalogueIsReported()
{
    m_shop->set(QStringLiteral("catalogueUrl"), QStringLiteral("qrc:/catalogue/logo.svg"));
    QTRY_VERIFY(eyes().text("catalogueProblem").startsWith(QStringLiteral("qrc:/catalogue/logo.svg: JSON.parse")));
    QVERIFY(!eyes().item("productGrid"));
    m_shop->set(QStringLiteral("catalogueUrl"), QStringLiteral("qrc:/catalogue/catalogue.json"));
    QTRY_VERIFY(eyes().item("productGrid"));
}

QTEST_MAIN(tst_CartJs)
#include "tst_cartjs.moc"

// SPDX-License-Identifier: MIT
#include "cartwindows.h"

#include "money.h"
#include "saved.h"

#include <QAction>
#include <QCheckBox>
#include <QMenu>
#include <QPushButton>
#include <QSpinBox>
#include <QTableView>
#include <QToolButton>

using namespace std::chrono_literals;

class tst_Cart : public CartWindows
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void theGridShowsTheCatalogue();
    void anAddedProductShowsInEveryIsland();
    void quantitiesFollowEachOther();
    void removingInOneIslandRemovesInAll();
    void payingAtTheTillEmptiesTheFlyout();
    void theProductPageAddsAndOpensTheCart();
    void theKeyboardReachesEverything();
    void whatIsDoneInOneIslandIsUndoneInAnother();
    void aRemovedItemComesBackToItsPlace();
    void steppingAtOneGoIsOneStep();
    void theMenuOfTheTillUndoes();
    void theKeyboardUndoes();
    void whatIsPaidStaysPaid();
    void dayAndNightAreShared();
    void pagesOfProductsAreRoutes();
    void linksOpenWhatIsOnSale();

    void theFeedRunsWhileSomebodyLooks();
    void closingTheLastObserverStopsTheFeed();
    void livePricesReachTheGrid();

    void theShopOpensEmptyAndSaysWhy();
    void whatAnotherShopAddsIsNotUndone();

private:
    QSpinBox *tillQuantity(const QString &id) const
    {
        return m_till->findChild<QSpinBox *>(QStringLiteral("tillQuantity-") + id);
    }
    int tillRows() const { return m_till->findChild<QTableView *>()->model()->rowCount(); }
    bool lightIsOn() const
    {
        return m_till->findChild<QWidget *>(QStringLiteral("feedLight"))->property("on").toBool();
    }
};

void tst_Cart::init()
{
    open();
    m_shop->window()->requestActivate();
}

void tst_Cart::cleanup()
{
    close(); // each computed store lets go of its sources a second after it was let go of itself
    QVERIFY(!shop::feedIsLive.get());
    QVERIFY(!nanostores::isMounted(shop::priceFeed));
    QVERIFY(!nanostores::isMounted(shop::cartItems));
}

void tst_Cart::theGridShowsTheCatalogue()
{
    QCOMPARE(shopWindow().read("productGrid", "count").toInt(), 8);
    QCOMPARE(shopWindow().text("card-astronaut-figurine"), QStringLiteral("Astronaut figurine"));
    QCOMPARE(shopWindow().text("cartBadge"), QStringLiteral("0"));
    QVERIFY(!shopWindow().item("cartFlyout"));
}

void tst_Cart::anAddedProductShowsInEveryIsland()
{
    QVERIFY(shopWindow().click("add-tin-rocket"));
    QVERIFY(shopWindow().click("cartButton"));

    QCOMPARE(shopWindow().text("cartBadge"), QStringLiteral("1"));
    const QString total = shop::formatMoney(5200 + shop::ShippingFee);
    QCOMPARE(shopWindow().text("panelTotal"), total);
    QCOMPARE(flyoutWindow().text("panelTotal"), total); // it opened with the shop's
    QCOMPARE(tillLabel("total")->text(), total);
    QCOMPARE(tillRows(), 1);
    QCOMPARE(tillQuantity(QStringLiteral("tin-rocket"))->value(), 1);

    shop::addCartItem(shop::catalogue.get().value(QStringLiteral("tin-rocket")));
    QCOMPARE(tillRows(), 1);
    QCOMPARE(tillQuantity(QStringLiteral("tin-rocket"))->value(), 2);
    QCOMPARE(flyoutWindow().read("quantity-tin-rocket", "value").toInt(), 2);
    QCOMPARE(flyoutWindow().text("panelShipping"), QStringLiteral("Free"));
}

void tst_Cart::quantitiesFollowEachOther()
{
    QVERIFY(shopWindow().click("add-orbit-mug"));
    shop::isCartOpen.set(true);

    QSpinBox *box = tillQuantity(QStringLiteral("orbit-mug"));
    QTest::keyClick(box, Qt::Key_Up);
    QCOMPARE(flyoutWindow().read("quantity-orbit-mug", "value").toInt(), 2);
    QCOMPARE(shopWindow().read("quantity-orbit-mug", "value").toInt(), 2);

    QVERIFY(flyoutWindow().click("quantity-orbit-mug", 0.9));
    QVERIFY(flyoutWindow().click("quantity-orbit-mug", 0.9));
    QCOMPARE(box->value(), 4);
    QCOMPARE(shopWindow().text("lineTotal-orbit-mug"), shop::formatMoney(4 * 1800));

    QVERIFY(shopWindow().click("quantity-orbit-mug", 0.1));
    QCOMPARE(box->value(), 3);
    QCOMPARE(flyoutWindow().text("lineTotal-orbit-mug"), shop::formatMoney(3 * 1800));
    QCOMPARE(tillLabel("subtotal")->text(), shop::formatMoney(3 * 1800));
    QCOMPARE(shopWindow().text("cartBadge"), QStringLiteral("3"));
}

void tst_Cart::removingInOneIslandRemovesInAll()
{
    QVERIFY(shopWindow().click("add-orbit-mug"));
    QVERIFY(shopWindow().click("add-tin-rocket"));
    shop::isCartOpen.set(true);
    QVERIFY(flyoutWindow().item("remove-orbit-mug"));

    QVERIFY(flyoutWindow().click("remove-orbit-mug"));
    QCOMPARE(tillRows(), 1);
    QVERIFY(!shopWindow().item("remove-orbit-mug"));
    QVERIFY(shopWindow().item("remove-tin-rocket"));

    auto *remove = m_till->findChild<QToolButton *>(QStringLiteral("remove"));
    const auto *table = m_till->findChild<QTableView *>();
    const auto *quantity = m_till->findChild<QSpinBox *>(QStringLiteral("tillQuantity-tin-rocket"));
    QVERIFY(quantity);
    QVERIFY2(quantity->geometry().right() < quantity->parentWidget()->width(), "the end of the box is cut off");
    const int column = table->columnWidth(4);
    QVERIFY2(column - 8 > remove->sizeHint().width(), "Qt 6.8 elides the text of a button that is too narrow");
    QTest::mouseClick(remove, Qt::LeftButton);
    QCOMPARE(shopWindow().read("cartList", "count"), QVariant()); // hidden: the cart is empty
    QVERIFY(shopWindow().item("emptyCart"));
    QVERIFY(flyoutWindow().item("emptyCart"));
    QCOMPARE(tillRows(), 0);
    QCOMPARE(tillLabel("total")->text(), shop::formatMoney(0));
}

void tst_Cart::payingAtTheTillEmptiesTheFlyout()
{
    auto *pay = m_till->findChild<QPushButton *>(QStringLiteral("pay"));
    QVERIFY(!pay->isEnabled());
    QVERIFY(shopWindow().click("add-moon-lamp"));
    shop::isCartOpen.set(true);
    QVERIFY(pay->isEnabled());
    QTest::mouseClick(pay, Qt::LeftButton);
    QVERIFY(!pay->isEnabled());
    QVERIFY(flyoutWindow().item("emptyCart"));
    QCOMPARE(shop::lastOrder.get().total, 8900);
    QVERIFY(flyoutWindow().text("emptyText").startsWith(QStringLiteral("$89.00")));
    QCOMPARE(shopWindow().text("cartBadge"), QStringLiteral("0"));
}

void tst_Cart::theProductPageAddsAndOpensTheCart()
{
    QVERIFY(shopWindow().click("card-desk-saturn", 0.3, 0.3));
    QCOMPARE(shopWindow().text("productName"), QStringLiteral("Desk Saturn"));
    QVERIFY(flyoutWindow().item("openCart"));

    QVERIFY(shopWindow().click("addToCart"));
    QVERIFY(shop::isCartOpen.get());
    QVERIFY(shopWindow().item("remove-desk-saturn"));
    QVERIFY(!flyoutWindow().item("openCart"));

    QTest::keyClick(shopWindow().window(), Qt::Key_Escape);
    QVERIFY(!shop::isCartOpen.get());
    QVERIFY(!shopWindow().item("cartFlyout"));
    QVERIFY(flyoutWindow().click("openCart"));
    QVERIFY(shopWindow().item("cartFlyout"));
    QVERIFY(flyoutWindow().click("closeCart"));

    QVERIFY(shopWindow().click("backButton"));
    QVERIFY(shopWindow().item("productGrid"));
}

void tst_Cart::theKeyboardReachesEverything()
{
    QTRY_VERIFY(m_shop->window()->isActive());
    QQuickWindow *window = m_shop->window();
    QSet<QString> reached;
    const auto tabTo = [&](const QString &name) {
        for (int i = 0; i < 40; ++i) {
            const QQuickItem *focused = window->activeFocusItem();
            if (focused) {
                reached.insert(focused->objectName());
            }
            if (focused && focused->objectName() == name) {
                return true;
            }
            QTest::keyClick(window, Qt::Key_Tab);
        }
        return false;
    };

    QVERIFY(tabTo(QStringLiteral("livePrices")));
    QTest::keyClick(window, Qt::Key_Space);
    QVERIFY(shop::shopShowsFeed.get());
    QTest::keyClick(window, Qt::Key_Return);
    QVERIFY(!shop::shopShowsFeed.get());

    QVERIFY(tabTo(QStringLiteral("add-dome-garden")));
    QTest::keyClick(window, Qt::Key_Return);
    QCOMPARE(shop::cartCount.get(), 1);
    QVERIFY(tabTo(QStringLiteral("card-tin-rocket")));
    QTest::keyClick(window, Qt::Key_Return);
    QCOMPARE(shop::currentProductId.get(), QStringLiteral("tin-rocket"));
    QTest::keyClick(window, Qt::Key_Escape);
    QCOMPARE(shop::currentProductId.get(), QString());

    QVERIFY(tabTo(QStringLiteral("cartButton")));
    QTest::keyClick(window, Qt::Key_Space);
    QVERIFY(shop::isCartOpen.get());
    QVERIFY(tabTo(QStringLiteral("quantity-dome-garden")));
    QTest::keyClick(window, Qt::Key_Up);
    QCOMPARE(shop::cartCount.get(), 2);
    QVERIFY(tabTo(QStringLiteral("remove-dome-garden")));
    reached.clear();
    QVERIFY(tabTo(QStringLiteral("closeCart")));
    QVERIFY(!reached.contains(QStringLiteral("livePrices"))); // what lies under the open drawer is out of reach
    QTest::keyClick(window, Qt::Key_Return);
    QVERIFY(!shop::isCartOpen.get());
}

void tst_Cart::whatIsDoneInOneIslandIsUndoneInAnother()
{
    QVERIFY(shopWindow().click("add-tin-rocket"));
    shop::isCartOpen.set(true);
    QCOMPARE(flyoutWindow().text("undoCart"), QStringLiteral("Undo: Add Tin rocket"));
    QVERIFY(!flyoutWindow().read("redoCart", "enabled").toBool());
    QVERIFY(flyoutWindow().click("undoCart"));
    QCOMPARE(tillRows(), 0);
    QCOMPARE(shopWindow().text("cartBadge"), QStringLiteral("0"));
    QVERIFY(!flyoutWindow().read("undoCart", "enabled").toBool());
    QVERIFY(flyoutWindow().click("redoCart"));
    QCOMPARE(tillRows(), 1);
    QCOMPARE(shopWindow().text("cartBadge"), QStringLiteral("1"));
}

void tst_Cart::aRemovedItemComesBackToItsPlace()
{
    for (const char *card : {"add-tin-rocket", "add-moon-lamp", "add-orbit-mug"}) {
        QVERIFY(shopWindow().click(card));
    }
    const QStringList before = [] { // in their order
        const auto keys = shop::cartItems.get().keys();
        return QStringList(keys.begin(), keys.end());
    }();
    shop::removeCartItem(QStringLiteral("moon-lamp"));
    QCOMPARE(tillRows(), 2);
    QVERIFY(shop::cartEdits.undo());
    const auto keys = shop::cartItems.get().keys();
    QCOMPARE(QStringList(keys.begin(), keys.end()), before);
    const QAbstractItemModel *rows = m_till->findChild<QTableView *>()->model();
    QCOMPARE(rows->index(1, 0).data().toString(), QStringLiteral("Moon lamp"));
}

void tst_Cart::steppingAtOneGoIsOneStep()
{
    QVERIFY(shopWindow().click("add-tin-rocket"));
    QSpinBox *box = tillQuantity(QStringLiteral("tin-rocket"));
    for (int i = 0; i < 5; ++i) {
        box->stepUp();
        m_time.advance(300ms);
    }
    QCOMPARE(shop::cartCount.get(), 6);
    QCOMPARE(shop::undoText.get(), QStringLiteral("Change quantity"));
    QVERIFY(shop::cartEdits.undo());
    QCOMPARE(shop::cartCount.get(), 1);
    QCOMPARE(tillQuantity(QStringLiteral("tin-rocket"))->value(), 1);
    m_time.advance(1s);
    box->stepUp();
    m_time.advance(1s);
    box->stepUp();
    QVERIFY(shop::cartEdits.undo());
    QCOMPARE(shop::cartCount.get(), 2);
}

void tst_Cart::theMenuOfTheTillUndoes()
{
    const auto *undo = m_till->findChild<QAction *>(QStringLiteral("undo"));
    const auto *redo = m_till->findChild<QAction *>(QStringLiteral("redo"));
    QVERIFY(m_till->findChild<QMenu *>(QStringLiteral("editMenu"))->actions().contains(undo));
    QVERIFY(!undo->isEnabled() && !redo->isEnabled());
    QVERIFY(shopWindow().click("add-tin-rocket"));
    QCOMPARE(undo->text(), QStringLiteral("Undo Add Tin rocket"));
    const_cast<QAction *>(undo)->trigger();
    QCOMPARE(shop::cartCount.get(), 0);
    QCOMPARE(redo->text(), QStringLiteral("Redo Add Tin rocket"));
    const_cast<QAction *>(redo)->trigger();
    QCOMPARE(shop::cartCount.get(), 1);
}

void tst_Cart::theKeyboardUndoes()
{
    QTRY_VERIFY(m_shop->window()->isActive());
    QVERIFY(shopWindow().click("add-tin-rocket"));
    QVERIFY(shopWindow().click("add-tin-rocket"));
    QTest::keySequence(m_shop->window(), QKeySequence::Undo);
    QCOMPARE(shop::cartCount.get(), 1);
    QTest::keySequence(m_shop->window(), QKeySequence::Redo);
    QCOMPARE(shop::cartCount.get(), 2);
}

void tst_Cart::whatIsPaidStaysPaid()
{
    QVERIFY(shopWindow().click("add-tin-rocket"));
    QVERIFY(shop::cartEdits.canUndo.get());
    shop::checkOut();
    QVERIFY(!shop::cartEdits.canUndo.get());
    QVERIFY(!shop::cartEdits.undo());
    QCOMPARE(shop::cartCount.get(), 0);
}

void tst_Cart::dayAndNightAreShared()
{
    const QColor day = flyoutWindow().window()->color();
    const QColor tillDay = m_till->palette().color(QPalette::Window);
    QVERIFY(shopWindow().click("appearanceButton"));
    QVERIFY(flyoutWindow().window()->color().lightness() < day.lightness());
    QVERIFY(m_till->palette().color(QPalette::Window).lightness() < tillDay.lightness());
}

void tst_Cart::pagesOfProductsAreRoutes()
{
    shop::router.restoreState(nanostores::createRouter(nanostores::route<shop::ShelfPage>("shelf", "/")).saveState());
    const Eyes eyes = shopWindow();
    QVERIFY(eyes.click("card-tin-rocket"));
    QCOMPARE(shop::router.page().get().url(), QStringLiteral("/product/tin-rocket"));
    QCOMPARE(eyes.text("address"), QStringLiteral("/product/tin-rocket"));
    QTest::keyClick(m_shop->window(), Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(shop::currentProductId.get(), QString());
    QTest::keyClick(m_shop->window(), Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(shop::currentProductId.get(), QStringLiteral("tin-rocket"));
    QTest::mousePress(m_shop->window(), Qt::BackButton, {}, QPoint(20, 200));
    QTest::mouseRelease(m_shop->window(), Qt::BackButton, {}, QPoint(20, 200));
    QCOMPARE(shop::router.page().get().url(), QStringLiteral("/"));

    shop::addCartItem(shop::catalogue.get().value(QStringLiteral("orbit-mug"), {}));
    auto *const table = m_till->findChild<QTableView *>();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(0, 0)).center());
    QCOMPARE(shop::currentProductId.get(), QStringLiteral("orbit-mug"));
    QCOMPARE(eyes.text("productName"), shop::catalogue.get().value(QStringLiteral("orbit-mug"), {}).name);
}

void tst_Cart::linksOpenWhatIsOnSale()
{
    QVERIFY(shop::router.openUrl(QUrl(QStringLiteral("smallorbit://product/moon-lamp"))));
    QCOMPARE(shop::currentProductId.get(), QStringLiteral("moon-lamp"));
    QVERIFY(shop::router.openUrl(QUrl(QStringLiteral("smallorbit://product/no-such-thing"))));
    QCOMPARE(shop::currentProductId.get(), QString()); // the shelf
    QVERIFY(!shop::router.openUrl(QUrl(QStringLiteral("https://evil.example/product/moon-lamp"))));
}

void tst_Cart::theFeedRunsWhileSomebodyLooks()
{
    auto *watch = m_till->findChild<QCheckBox *>(QStringLiteral("watchFeed"));
    QVERIFY(!lightIsOn());

    QVERIFY(shopWindow().click("livePrices"));
    QVERIFY(lightIsOn());
    QTest::keyClick(watch, Qt::Key_Space);
    QVERIFY(watch->isChecked());

    QVERIFY(shopWindow().click("livePrices")); // one of the two looks away
    pass(5s);
    QVERIFY(lightIsOn());

    QTest::keyClick(watch, Qt::Key_Space);
    pass(999ms);
    QVERIFY(lightIsOn());
    pass(1ms);
    QVERIFY(!lightIsOn());

    const auto prices = shop::priceFeed.peek();
    pass(10s);
    QVERIFY(shop::priceFeed.peek() == prices);
}

void tst_Cart::closingTheLastObserverStopsTheFeed()
{
    QVERIFY(shopWindow().click("livePrices"));
    QVERIFY(lightIsOn());
    m_shop->window()->close();
    QTRY_VERIFY(!m_shop);
    QVERIFY(lightIsOn());
    pass(1s);
    QVERIFY(!lightIsOn());
}

void tst_Cart::livePricesReachTheGrid()
{
    QVERIFY(shopWindow().click("livePrices"));
    pass(60s);
    QVERIFY(!shop::priceFeed.peek().empty());
    int moved = 0;
    for (const shop::Product &product : shop::shelf.peek()) {
        const QQuickItem *card = shopWindow().item(("card-" + product.productId.toLatin1()).constData());
        QVERIFY(card);
        QCOMPARE(card->parentItem()->property("price").toInt(), product.price);
        moved += product.price != product.regularPrice;
    }
    QVERIFY(moved > 0);

    QVERIFY(shopWindow().click("livePrices"));
    for (const shop::Product &product : shop::shelf.peek()) {
        QCOMPARE(product.price, product.regularPrice);
    }
}

void tst_Cart::theShopOpensEmptyAndSaysWhy()
{
    QVERIFY(!shop::loadCatalogue(QStringLiteral("/no/such/file.json")));
    QVERIFY(shop::catalogue.get().empty());
    QVERIFY(!shopWindow().item("productGrid"));
    QVERIFY(shopWindow().text("catalogueProblem").contains(QStringLiteral("file.json")));
    QVERIFY(shopWindow().item("cartButton")); // the shop is open all the same
}

/// Last: from here on the stores are kept.
void tst_Cart::whatAnotherShopAddsIsNotUndone()
{
    const nanostores::MemoryArea area;
    const auto mine = nanostores::StorageEngine::memory(area);
    const auto theirs = nanostores::StorageEngine::memory(area);
    QVERIFY(mine.load() && theirs.load());
    theirs.set("appearance/isDark", "true");
    QVERIFY(theirs.flushNow(60s));
    shop::keepShop(mine);
    QTRY_VERIFY((m_time.runPending(), shop::isDark.get()));

    shop::addCartItem(shop::catalogue.get().begin()->second);
    const QString own = shop::cartItems.get().begin()->first;
    QVERIFY(mine.flushNow(60s));
    const auto written = mine.get("cart/items/" + own.toStdString());
    QVERIFY(written);
    QVERIFY2(written->find("\"quantity\":1") != std::string::npos, written->c_str());
    theirs.set("cart/items/" + std::string("theirs"), *written);
    QVERIFY(theirs.flushNow(60s));
    QTRY_VERIFY((m_time.runPending(), shop::cartItems.get().size() == 2));
    QVERIFY(shop::cartEdits.undo());
    QVERIFY(!shop::cartItems.getKey(own));
    QVERIFY(shop::cartItems.getKey(QStringLiteral("theirs")));
    QVERIFY(!shop::cartEdits.canUndo.get());
}

QTEST_MAIN(tst_Cart)
#include "tst_cart.moc"

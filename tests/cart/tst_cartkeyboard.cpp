// SPDX-License-Identifier: MIT

// Who works with the keyboard, or has the screen read out, can do all that the mouse can.

#include "cartwindows.h"
#include "support/controls.h"

#include <QAccessible>
#include <QAccessibleActionInterface>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QMenu>
#include <QMenuBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using support::controlsOf;
using support::nameOf;
using support::objectNames;
using support::tabOrder;

class tst_CartKeyboard : public CartWindows
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QAccessible::setActive(true); }
    void init();
    void cleanup() { close(); }

    void tabGoesThroughTheShop();
    void tabGoesThroughAProductsPage();
    void tabGoesThroughTheCart_data();
    void tabGoesThroughTheCart();
    void allHasANameAndARole_data();
    void allHasANameAndARole();
    void keysAndScreenReadersPressWhatTheMouseClicks();
    void aScreenReaderChangesQuantities();
    void whatLiesUnderTheCartIsNotPressed();
    void escapeClosesTheCartAndGivesTheKeyboardBack();
    void escapeClosesAPageAndGivesTheKeyboardBack();
    void aPageThatIsOpenedElsewhereTakesNoKeyboard();
    void tabGoesThroughTheTill();
    void returnOpensAProductFromTheTill();
    void spacePressesTheButtonsOfTheTill();
    void escapeClosesTheMenusOfTheTill();

private:
    /// The window in which the cart is shown: the shop's, with the drawer open, or the one of its own.
    QQuickWindow *windowOf(const QString &island) const
    {
        return island == QStringLiteral("flyout") ? m_flyout->window() : m_shop->window();
    }
    void activate(QWindow *window) const
    {
        window->requestActivate();
        QVERIFY(QTest::qWaitForWindowActive(window));
    }
};

void tst_CartKeyboard::init()
{
    open();
    QVERIFY(!QTest::currentTestFailed());
    activate(m_shop->window());
}

void tst_CartKeyboard::tabGoesThroughTheShop()
{
    QStringList expected{QStringLiteral("livePrices"), QStringLiteral("appearanceButton"),
                         QStringLiteral("languageButton"), QStringLiteral("cartButton")};
    for (const shop::Product &product : shop::shelf.get()) {
        expected.append(QStringLiteral("card-") + product.productId); // each product's two together, as they lie
        expected.append(QStringLiteral("add-") + product.productId);
    }
    QCOMPARE(tabOrder(m_shop->window(), expected.first()), expected.join(QLatin1Char(' ')));

    // A screen reader finds the same, and in this order.
    QCOMPARE(objectNames(controlsOf(m_shop->window())), expected.join(QLatin1Char(' ')));
}

void tst_CartKeyboard::tabGoesThroughAProductsPage()
{
    shop::currentProductId.set(QStringLiteral("tin-rocket"));
    const QStringList expected{QStringLiteral("livePrices"),     QStringLiteral("appearanceButton"),
                               QStringLiteral("languageButton"), QStringLiteral("cartButton"),
                               QStringLiteral("backButton"),     QStringLiteral("addToCart")};
    QCOMPARE(tabOrder(m_shop->window(), expected.first()), expected.join(QLatin1Char(' ')));
    QCOMPARE(objectNames(controlsOf(m_shop->window())), expected.join(QLatin1Char(' ')));
}

void tst_CartKeyboard::tabGoesThroughTheCart_data()
{
    QTest::addColumn<QString>("island");
    QTest::newRow("in the shop") << QStringLiteral("shop");
    QTest::newRow("in its own window") << QStringLiteral("flyout");
}

void tst_CartKeyboard::tabGoesThroughTheCart()
{
    QFETCH(const QString, island);
    QQuickWindow *window = windowOf(island);
    shop::addCartItem(shop::catalogue.get().value(QStringLiteral("tin-rocket"), {}));
    shop::addCartItem(shop::catalogue.get().value(QStringLiteral("orbit-mug"), {}));
    shop::isCartOpen.set(true);
    activate(window);
    const QStringList expected{QStringLiteral("undoCart"),          QStringLiteral("closeCart"),
                               QStringLiteral("remove-tin-rocket"), QStringLiteral("quantity-tin-rocket"),
                               QStringLiteral("remove-orbit-mug"),  QStringLiteral("quantity-orbit-mug"),
                               QStringLiteral("checkOut")};
    QCOMPARE(tabOrder(window, expected.first()), expected.join(QLatin1Char(' ')));
    QCOMPARE(objectNames(controlsOf(window)), expected.join(QLatin1Char(' '))); // and nothing of what lies below
}

void tst_CartKeyboard::allHasANameAndARole_data()
{
    QTest::addColumn<QString>("language");
    QTest::addColumn<QString>("page");
    QTest::addColumn<bool>("isCartOpen");
    for (const QString &language : shop::languages) {
        const QByteArray tag = language.toLatin1();
        QTest::newRow("shelf, " + tag) << language << QString() << false;
        QTest::newRow("page, " + tag) << language << QStringLiteral("tin-rocket") << false;
        QTest::newRow("cart, " + tag) << language << QString() << true;
    }
}

void tst_CartKeyboard::allHasANameAndARole()
{
    QFETCH(const QString, language);
    QFETCH(const QString, page);
    QFETCH(const bool, isCartOpen);
    shop::chosenLanguage.set(language);
    shop::addCartItem(shop::catalogue.get().value(QStringLiteral("tin-rocket"), {}));
    shop::currentProductId.set(page);
    shop::isCartOpen.set(isCartOpen);
    for (QObject *window : {static_cast<QObject *>(m_shop->window()), static_cast<QObject *>(m_flyout->window()),
                            static_cast<QObject *>(m_till.data())}) {
        const QList<QAccessibleInterface *> controls = controlsOf(window);
        QVERIFY(!controls.isEmpty());
        QStringList names;
        for (const QAccessibleInterface *control : controls) {
            QVERIFY2(!nameOf(control).trimmed().isEmpty(), qPrintable(control->object()->objectName()));
            QVERIFY2(control->state().focusable, qPrintable(nameOf(control)));
            names.append(nameOf(control));
        }
        QCOMPARE(QSet<QString>(names.begin(), names.end()).size(), names.size()); // no two are called the same
    }
    // All that takes the keyboard in the till is something to those who cannot see it.
    for (QWidget *widget : m_till->findChildren<QWidget *>()) {
        if (widget->isVisible() && widget->isEnabled() && widget->focusPolicy() & Qt::TabFocus
            && !widget->focusProxy()) {
            QAccessibleInterface *shown = QAccessible::queryAccessibleInterface(widget);
            QVERIFY2(shown && !nameOf(shown).isEmpty(), widget->metaObject()->className());
            QVERIFY(shown->role() != QAccessible::NoRole && shown->role() != QAccessible::Client);
        }
    }
}

void tst_CartKeyboard::keysAndScreenReadersPressWhatTheMouseClicks()
{
    const Eyes eyes(m_shop->window());
    shop::addCartItem(shop::catalogue.get().value(QStringLiteral("tin-rocket"), {}));
    const auto press = [&](const QString &name, bool isCartOpen, const QString &page) {
        for (const int way : {int(Qt::Key_Space), int(Qt::Key_Return), int(Qt::Key_Enter), 0}) {
            shop::currentProductId.set(page);
            shop::isCartOpen.set(isCartOpen);
            if (!shop::cartItems.getKey(QStringLiteral("tin-rocket"))) {
                shop::addCartItem(shop::catalogue.get().value(QStringLiteral("tin-rocket"), {}));
            }
            QQuickItem *button = eyes.item(name.toLatin1().constData());
            if (!button || !eyes.tabTo(name.toLatin1().constData())) {
                return false;
            }
            QSignalSpy clicked(button, name == QStringLiteral("livePrices") ? SIGNAL(toggled()) : SIGNAL(clicked()));
            if (way) {
                QTest::keyClick(m_shop->window(), Qt::Key(way));
            } else {
                QAccessibleInterface *shown = QAccessible::queryAccessibleInterface(button);
                QAccessibleActionInterface *actions = shown ? shown->actionInterface() : nullptr;
                if (!actions) {
                    return false;
                }
                actions->doAction(actions->actionNames().contains(QAccessibleActionInterface::toggleAction())
                                      ? QAccessibleActionInterface::toggleAction()
                                      : QAccessibleActionInterface::pressAction());
            }
            if (clicked.count() != 1) {
                qWarning("%s, way %d: %d", qPrintable(name), way, int(clicked.count()));
                return false;
            }
        }
        return true;
    };
    for (const char *name :
         {"livePrices", "appearanceButton", "languageButton", "cartButton", "card-moon-lamp", "add-moon-lamp"}) {
        QVERIFY2(press(QLatin1String(name), false, QString()), name);
    }
    shop::chosenLanguage.set(QStringLiteral("en"));
    for (const char *name : {"backButton", "addToCart"}) {
        QVERIFY2(press(QLatin1String(name), false, QStringLiteral("orbit-mug")), name);
    }
    for (const char *name : {"undoCart", "closeCart", "remove-tin-rocket", "checkOut"}) {
        QVERIFY2(press(QLatin1String(name), true, QString()), name);
    }
}

void tst_CartKeyboard::aScreenReaderChangesQuantities()
{
    const Eyes eyes(m_shop->window());
    shop::addCartItem(shop::catalogue.get().value(QStringLiteral("tin-rocket"), {}));
    shop::isCartOpen.set(true);
    QQuickItem *stepper = eyes.item("quantity-tin-rocket");
    QVERIFY(stepper);
    QAccessibleActionInterface *actions = QAccessible::queryAccessibleInterface(stepper)->actionInterface();
    QVERIFY(actions);
    actions->doAction(QAccessibleActionInterface::increaseAction());
    actions->doAction(QAccessibleActionInterface::increaseAction());
    QCOMPARE(shop::cartCount.get(), 3);
    actions->doAction(QAccessibleActionInterface::decreaseAction());
    QCOMPARE(shop::cartCount.get(), 2);
    shop::setQuantity(QStringLiteral("tin-rocket"), 7);
    QCOMPARE(stepper->property("value").toInt(), 7); // it still follows
}

void tst_CartKeyboard::whatLiesUnderTheCartIsNotPressed()
{
    const Eyes eyes(m_shop->window());
    QQuickItem *add = eyes.item("add-moon-lamp");
    QQuickItem *live = eyes.item("livePrices");
    shop::isCartOpen.set(true);
    QAccessible::queryAccessibleInterface(add)->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
    QAccessible::queryAccessibleInterface(live)->actionInterface()->doAction(
        QAccessibleActionInterface::toggleAction());
    QCOMPARE(shop::cartCount.get(), 0);
    QVERIFY(!shop::shopShowsFeed.get());
}

void tst_CartKeyboard::escapeClosesTheCartAndGivesTheKeyboardBack()
{
    const Eyes eyes(m_shop->window());
    QVERIFY(eyes.tabTo("cartButton"));
    QTest::keyClick(m_shop->window(), Qt::Key_Space);
    QVERIFY(shop::isCartOpen.get());
    QCOMPARE(m_shop->window()->activeFocusItem()->objectName(), QStringLiteral("closeCart"));
    QTest::keyClick(m_shop->window(), Qt::Key_Escape);
    QVERIFY(!shop::isCartOpen.get());
    QCOMPARE(m_shop->window()->activeFocusItem()->objectName(), QStringLiteral("cartButton"));

    activate(m_flyout->window());
    const Eyes flyout(m_flyout->window());
    QVERIFY(flyout.tabTo("openCart"));
    QTest::keyClick(m_flyout->window(), Qt::Key_Space);
    QVERIFY(shop::isCartOpen.get());
    QTest::keyClick(m_flyout->window(), Qt::Key_Escape);
    QVERIFY(!shop::isCartOpen.get());
    QCOMPARE(m_flyout->window()->activeFocusItem()->objectName(), QStringLiteral("openCart"));
}

void tst_CartKeyboard::escapeClosesAPageAndGivesTheKeyboardBack()
{
    const Eyes eyes(m_shop->window());
    for (const auto leave : {Qt::Key_Escape, Qt::Key_Space}) { // the latter on the button back
        QVERIFY(eyes.tabTo("card-moon-lamp"));
        QTest::keyClick(m_shop->window(), Qt::Key_Return);
        QCOMPARE(shop::currentProductId.get(), QStringLiteral("moon-lamp"));
        QCOMPARE(m_shop->window()->activeFocusItem()->objectName(), QStringLiteral("backButton"));
        QVERIFY(eyes.read("backButton", "visualFocus").toBool()); // and it shows
        QTest::keyClick(m_shop->window(), leave);
        QCOMPARE(shop::currentProductId.get(), QString());
        QCOMPARE(m_shop->window()->activeFocusItem()->objectName(), QStringLiteral("card-moon-lamp"));
    }
}

void tst_CartKeyboard::aPageThatIsOpenedElsewhereTakesNoKeyboard()
{
    shop::isCartOpen.set(true);
    QTRY_COMPARE(m_shop->window()->activeFocusItem()->objectName(), QStringLiteral("closeCart"));
    shop::currentProductId.set(QStringLiteral("moon-lamp"));
    QCoreApplication::processEvents();
    QCOMPARE(m_shop->window()->activeFocusItem()->objectName(), QStringLiteral("closeCart"));
}

void tst_CartKeyboard::tabGoesThroughTheTill()
{
    for (const char *id : {"tin-rocket", "orbit-mug"}) {
        shop::addCartItem(shop::catalogue.get().value(QLatin1String(id), {}));
    }
    activate(m_till->windowHandle());
    m_till->setFocus();
    QStringList order;
    for (int i = 0; i < 20; ++i) {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        const QWidget *focused = QApplication::focusWidget();
        QVERIFY(focused);
        const QString name = focused->objectName();
        if (!order.isEmpty() && name == order.first()) {
            break;
        }
        order.append(name);
    }
    const QStringList expected{QStringLiteral("round"), // undo; there is nothing to redo
                               QStringLiteral("tillTable"), QStringLiteral("tillQuantity-tin-rocket"),
                               QStringLiteral("remove"),    QStringLiteral("tillQuantity-orbit-mug"),
                               QStringLiteral("remove"),    QStringLiteral("watchFeed"),
                               QStringLiteral("pay")};
    QCOMPARE(order.join(QLatin1Char(' ')), expected.join(QLatin1Char(' ')));
}

void tst_CartKeyboard::returnOpensAProductFromTheTill()
{
    shop::addCartItem(shop::catalogue.get().value(QStringLiteral("tin-rocket"), {}));
    shop::addCartItem(shop::catalogue.get().value(QStringLiteral("orbit-mug"), {}));
    activate(m_till->windowHandle());
    auto *table = m_till->findChild<QTableView *>(QStringLiteral("tillTable"));
    table->setFocus(Qt::TabFocusReason);
    QVERIFY(table->hasFocus());
    QTest::keyClick(table, Qt::Key_Down);
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(shop::currentProductId.get(), QStringLiteral("orbit-mug"));
}

void tst_CartKeyboard::spacePressesTheButtonsOfTheTill()
{
    shop::addCartItem(shop::catalogue.get().value(QStringLiteral("tin-rocket"), {}));
    activate(m_till->windowHandle());
    auto *watch = m_till->findChild<QCheckBox *>(QStringLiteral("watchFeed"));
    watch->setFocus(Qt::TabFocusReason);
    QTest::keyClick(watch, Qt::Key_Space);
    QVERIFY(shop::tillWatchesFeed.get());
    auto *remove = m_till->findChild<QWidget *>(QStringLiteral("remove"));
    remove->setFocus(Qt::TabFocusReason);
    QTest::keyClick(remove, Qt::Key_Space);
    QTRY_COMPARE(shop::cartCount.get(), 0);
    QVERIFY(shop::cartEdits.undo());
    auto *pay = m_till->findChild<QWidget *>(QStringLiteral("pay"));
    pay->setFocus(Qt::TabFocusReason);
    QTest::keyClick(pay, Qt::Key_Space);
    QCOMPARE(shop::cartCount.get(), 0);
}

void tst_CartKeyboard::escapeClosesTheMenusOfTheTill()
{
    activate(m_till->windowHandle());
    auto *watch = m_till->findChild<QCheckBox *>(QStringLiteral("watchFeed"));
    watch->setFocus(Qt::TabFocusReason);
    auto *bar = m_till->findChild<QMenuBar *>();
    auto *menu = m_till->findChild<QMenu *>(QStringLiteral("languageMenu"));
    bar->setActiveAction(menu->menuAction());
    if (!menu->isVisible()) {
        QTest::keyClick(bar, Qt::Key_Down);
    }
    QTRY_VERIFY(menu->isVisible());
    QTest::keyClick(menu, Qt::Key_Down);
    QVERIFY(menu->activeAction());
    QTest::keyClick(menu, Qt::Key_Escape);
    QTRY_VERIFY(!menu->isVisible());
    if (QApplication::focusWidget() == bar) {
        QTest::keyClick(bar, Qt::Key_Escape); // leaves the bar as well
    }
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget *>(watch));
}

QTEST_MAIN(tst_CartKeyboard)
#include "tst_cartkeyboard.moc"

// SPDX-License-Identifier: MIT
#pragma once

#include "eyes.h"
#include "islands.h"

#include "appearance.h"
#include "cart.h"
#include "catalogue.h"
#include "language.h"
#include "pricefeed.h"

#include <QLabel>
#include <QPointer>
#include <QQuickStyle>
#include <QTest>

/// The shop, the cart and the till of examples/cart, for a test that looks at them and clicks on them.
class CartWindows : public QObject
{
protected:
    CartWindows()
    {
        QQuickStyle::setStyle(QStringLiteral("Basic"));
        nanostores::setScheduler(&m_time);
    }

    /// Shows all three in English; fails the test if one does not come.
    void open()
    {
        shop::isAnimated.set(false);
        shop::chosenLanguage.set(QStringLiteral("en"));
        QVERIFY(shop::loadCatalogue(QStringLiteral(":/catalogue/catalogue.json")));
        m_shop = openShop();
        m_flyout = openFlyout();
        m_till = openTill();
        m_till->show();
        m_flyout->window()->show();
        m_shop->window()->show();
        QTRY_VERIFY(m_shop->window()->isExposed());
        QTRY_VERIFY(m_flyout->window()->isExposed());
        QTRY_VERIFY(m_till->windowHandle()->isExposed());
    }
    /// Closes them, and leaves the stores as they were before.
    void close()
    {
        delete m_shop;
        delete m_flyout;
        delete m_till;
        shop::cartItems.set({});
        shop::cartEdits.clear();
        shop::isCartOpen.set(false);
        shop::lastOrder.set({});
        shop::currentProductId.set({});
        shop::shopShowsFeed.set(false);
        shop::tillWatchesFeed.set(false);
        shop::isDark.set(false);
        pass(std::chrono::seconds(10));
    }
    /// Lets the event loop turn once, for those who look away by it, and then time go on.
    void pass(std::chrono::milliseconds time)
    {
        QCoreApplication::processEvents();
        m_time.advance(time);
    }

    QLabel *tillLabel(const char *name) const { return m_till->findChild<QLabel *>(QLatin1String(name)); }
    Eyes shopWindow() const { return Eyes(m_shop->window()); }
    Eyes flyoutWindow() const { return Eyes(m_flyout->window()); }

    nanostores::ManualScheduler m_time;
    QPointer<QmlIsland> m_shop;
    QPointer<QmlIsland> m_flyout;
    QPointer<QWidget> m_till;
};

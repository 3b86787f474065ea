// SPDX-License-Identifier: MIT

// Time travel through the shop: all three windows show the past, and no effect runs.

#include "eyes.h"
#include "islands.h"

#include "appearance.h"
#include "cart.h"
#include "catalogue.h"
#include "language.h"
#include "money.h"

#include <nanostores/core/graph/probe.h>
#include <nanostores/recorder.h>

#include <QLabel>
#include <QPointer>
#include <QQuickStyle>
#include <QTableView>
#include <QTest>

using namespace std::chrono_literals;

namespace {

class EffectRuns final : public nanostores::detail::Probe
{
public:
    EffectRuns() { attachProbe(*this); }
    ~EffectRuns() override { detachProbe(*this); }
    void runBegan(nanostores::detail::Sink &sink) noexcept override
    {
        using namespace nanostores::detail;
        runs += sink.has(Effecting) && !sink.has(ViewEffect) ? 1 : 0;
    }

    int runs = 0;
};

} // namespace

class tst_CartTravel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void allWindows_showThePast();

private:
    int tillRows() const { return m_till->findChild<QTableView *>()->model()->rowCount(); }
    QString tillTotal() const { return m_till->findChild<QLabel *>(QStringLiteral("total"))->text(); }

    nanostores::ManualScheduler m_time;
    QPointer<QWidget> m_till;
};

void tst_CartTravel::allWindows_showThePast()
{
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    nanostores::setScheduler(&m_time);
    shop::isAnimated.set(false);
    shop::chosenLanguage.set(QStringLiteral("en"));
    QVERIFY(shop::loadCatalogue(QStringLiteral(":/catalogue/catalogue.json")));
    const QPointer<QmlIsland> shopIsland = openShop();
    const QPointer<QmlIsland> flyoutIsland = openFlyout();
    m_till = openTill();
    m_till->show();
    flyoutIsland->window()->show();
    shopIsland->window()->show();
    QTRY_VERIFY(shopIsland->window()->isExposed() && flyoutIsland->window()->isExposed());
    const Eyes shopWindow(shopIsland->window());
    const Eyes flyoutWindow(flyoutIsland->window());
    QCOMPARE(shopWindow.text("cartBadge"), QStringLiteral("0"));

    nanostores::TimeTravel travel;
    QVERIFY(shopWindow.click("add-tin-rocket"));
    QVERIFY(shopWindow.click("cartButton"));
    const std::size_t one = travel.stepCount();
    const QString totalOfOne = tillTotal();
    shop::setQuantity(QStringLiteral("tin-rocket"), 2); // the open cart is in front of the cards
    const QString totalOfTwo = tillTotal();
    QVERIFY(totalOfOne != totalOfTwo);
    QVERIFY(travel.stepCount() > one);
    const std::size_t undoable = shop::cartEdits.steps.get().size();

    EffectRuns effects;
    QVERIFY(travel.jump(one));
    QCOMPARE(tillRows(), 1);
    QCOMPARE(shopWindow.text("cartBadge"), QStringLiteral("1"));
    QCOMPARE(flyoutWindow.text("panelTotal"), totalOfOne);
    QCOMPARE(tillTotal(), totalOfOne);
    QVERIFY(travel.jump(0));
    QCOMPARE(tillRows(), 0);
    QCOMPARE(shopWindow.text("cartBadge"), QStringLiteral("0"));
    QVERIFY(!shopWindow.item("cartFlyout"));
    QVERIFY(travel.jump(one));
    QVERIFY(shopWindow.item("cartFlyout"));
    QCOMPARE(tillRows(), 1);
    travel.resume();
    QCOMPARE(tillTotal(), totalOfTwo);
    QCOMPARE(shopWindow.text("cartBadge"), QStringLiteral("2"));
    QCOMPARE(flyoutWindow.text("panelTotal"), totalOfTwo);
    QCOMPARE(shop::cartEdits.steps.get().size(), undoable);
    QCOMPARE(effects.runs, 0);

    travel.jump(one);
    travel.continueFromHere();
    QCOMPARE(tillTotal(), totalOfOne);
    QCOMPARE(shopWindow.text("cartBadge"), QStringLiteral("1"));

    delete shopIsland;
    delete flyoutIsland;
    delete m_till;
    m_time.advance(10s);
    nanostores::setScheduler(nullptr);
}

QTEST_MAIN(tst_CartTravel)
#include "tst_carttravel.moc"

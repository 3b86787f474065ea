// SPDX-License-Identifier: MIT
#include "cartwindows.h"

#include "money.h"

#include <QAction>
#include <QFile>
#include <QGlyphRun>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMenu>
#include <QPushButton>
#include <QRegularExpression>
#include <QTableView>
#include <QTextLayout>
#include <QToolButton>

/// The cart in three languages: all windows follow.
class tst_CartLanguages : public CartWindows
{
    Q_OBJECT

private Q_SLOTS:
    void init() { open(); }
    void cleanup() { close(); }

    void everyIslandFollows();
    void formsOfNumbersAreThoseOfTheLanguage_data();
    void formsOfNumbersAreThoseOfTheLanguage();
    void directionFollows();
    void headsOfTheTillAreAboveTheirCells();
    void amountsReadTheSameInEveryText();
    void itemsOfTheCartAreRenamed();
    void itemsThatAreNotOnSaleKeepTheirNames();
    void stepsAreNamedInTheLanguage();
    void whatWasPaidIsSaidInTheLanguage();
    void theShopAndTheTillChooseIt();
    void pricesOfTheFeedFollow();
    void translationsAreWhole_data();
    void translationsAreWhole();

private:
    static void choose(const char *tag) { shop::chosenLanguage.set(QLatin1String(tag)); }
    static void add(const char *id) { shop::addCartItem(shop::catalogue.get().value(QLatin1String(id), {})); }
};

void tst_CartLanguages::everyIslandFollows()
{
    add("orbit-mug");
    shop::isCartOpen.set(true);
    QCOMPARE(flyoutWindow().text("checkOut"), QStringLiteral("Check out"));
    QCOMPARE(flyoutWindow().text("lineTotal-orbit-mug"), QStringLiteral("$18.00"));
    QCOMPARE(tillLabel("title")->text(), QStringLiteral("Till"));

    choose("pl");
    QCOMPARE(shopWindow().text("cartButton"), QStringLiteral("Koszyk"));
    QCOMPARE(shopWindow().text("card-tin-rocket"), QStringLiteral("Blaszana rakieta"));
    QCOMPARE(shopWindow().window()->title(), QStringLiteral("Small Orbit"));
    QCOMPARE(flyoutWindow().text("checkOut"), QStringLiteral("Zamów i zapłać"));
    QCOMPARE(flyoutWindow().window()->title(), QStringLiteral("Small Orbit: koszyk"));
    QCOMPARE(m_till->windowTitle(), QStringLiteral("Small Orbit: kasa"));
    QCOMPARE(tillLabel("title")->text(), QStringLiteral("Kasa"));
    QCOMPARE(tillLabel("totalLabel")->text(), QStringLiteral("Razem"));
    QCOMPARE(m_till->findChild<QPushButton *>(QStringLiteral("pay"))->text(), QStringLiteral("Przyjmij zapłatę"));
    const QAbstractItemModel *rows = m_till->findChild<QTableView *>()->model();
    QCOMPARE(rows->headerData(1, Qt::Horizontal).toString(), QStringLiteral("Cena"));

    const QString price = nanostores::Format(QStringLiteral("pl")).currency(18, QStringLiteral("USD"));
    QVERIFY(price.contains(QStringLiteral("18,00")));
    QCOMPARE(flyoutWindow().text("lineTotal-orbit-mug"), price);
    QCOMPARE(tillLabel("subtotal")->text(), price);
    QCOMPARE(rows->index(0, 1).data().toString(), price);
    QCOMPARE(shop::formatMoney(1800), price);

    choose("en");
    QCOMPARE(flyoutWindow().text("checkOut"), QStringLiteral("Check out"));
    QCOMPARE(tillLabel("subtotal")->text(), QStringLiteral("$18.00"));
}

void tst_CartLanguages::formsOfNumbersAreThoseOfTheLanguage_data()
{
    QTest::addColumn<QString>("tag");
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("panel");
    QTest::addColumn<QString>("till");
    const auto row = [](const char *tag, int count, const char *panel, const char *till) {
        QTest::addRow("%s %d", tag, count)
            << QString::fromLatin1(tag) << count << QString::fromUtf8(panel) << QString::fromUtf8(till);
    };
    row("en", 1, "1 item", "1 item in the cart");
    row("en", 2, "2 items", "2 items in the cart");
    row("pl", 1, "1 produkt", "1 produkt w koszyku");
    row("pl", 3, "3 produkty", "3 produkty w koszyku");
    row("pl", 5, "5 produktów", "5 produktów w koszyku");
    row("pl", 22, "22 produkty", "22 produkty w koszyku");
    row("ar", 1, "منتج واحد", "منتج واحد في السلة");
    row("ar", 2, "منتجان", "منتجان في السلة");
    row("ar", 3, "٣ منتجات", "٣ منتجات في السلة");
    row("ar", 11, "١١ منتجًا", "١١ منتجًا في السلة");
}

void tst_CartLanguages::formsOfNumbersAreThoseOfTheLanguage()
{
    QFETCH(const QString, tag);
    QFETCH(const int, count);
    QFETCH(const QString, panel);
    QFETCH(const QString, till);
    add("orbit-mug");
    shop::setQuantity(QStringLiteral("orbit-mug"), count);
    shop::isCartOpen.set(true);
    shop::chosenLanguage.set(tag);
    QCOMPARE(flyoutWindow().text("panelCount"), panel);
    QCOMPARE(tillLabel("subtitle")->text(), till);
}

void tst_CartLanguages::directionFollows()
{
    add("orbit-mug");
    shop::isCartOpen.set(true);
    const auto xOf = [](const Eyes &eyes, const char *name) { return eyes.item(name)->mapToScene({}).x(); };
    QVERIFY(xOf(shopWindow(), "flyoutPanel") > 0);
    QVERIFY(xOf(flyoutWindow(), "quantity-orbit-mug") < xOf(flyoutWindow(), "lineTotal-orbit-mug"));
    QVERIFY(tillLabel("totalLabel")->x() < tillLabel("total")->x());

    choose("ar");
    QCOMPARE(m_till->layoutDirection(), Qt::RightToLeft);
    QCOMPARE(xOf(shopWindow(), "flyoutPanel"), 0.0);
    QVERIFY(xOf(flyoutWindow(), "quantity-orbit-mug") > xOf(flyoutWindow(), "lineTotal-orbit-mug"));
    QTRY_VERIFY(tillLabel("totalLabel")->x() > tillLabel("total")->x());

    shop::isCartOpen.set(false);
    QVERIFY(xOf(shopWindow(), "cartButton") < shopWindow().window()->width() / 2);
    choose("pl");
    QCOMPARE(m_till->layoutDirection(), Qt::LeftToRight);
    QVERIFY(xOf(shopWindow(), "cartButton") > shopWindow().window()->width() / 2);
}

void tst_CartLanguages::headsOfTheTillAreAboveTheirCells()
{
    const QAbstractItemModel *rows = m_till->findChild<QTableView *>()->model();
    const auto alignmentOf = [rows](int column) {
        return Qt::Alignment(rows->headerData(column, Qt::Horizontal, Qt::TextAlignmentRole).toInt())
               & (Qt::AlignLeft | Qt::AlignRight | Qt::AlignHCenter);
    };
    for (const char *tag : {"en", "ar", "pl"}) {
        choose(tag);
        const bool isArabic = QByteArray(tag) == "ar";
        QCOMPARE(alignmentOf(0), isArabic ? Qt::AlignRight : Qt::AlignLeft);
        QCOMPARE(alignmentOf(1), isArabic ? Qt::AlignLeft : Qt::AlignRight);
        QCOMPARE(alignmentOf(2), Qt::AlignHCenter);
        QCOMPARE(alignmentOf(3), isArabic ? Qt::AlignLeft : Qt::AlignRight);
    }
}

/// Where the digits of an amount and the letters of its symbol are drawn.
void tst_CartLanguages::amountsReadTheSameInEveryText()
{
    const auto isInOrder = [](const QString &text, Qt::LayoutDirection direction) {
        QTextLayout layout(text);
        layout.setTextOption([direction] {
            QTextOption option;
            option.setTextDirection(direction);
            return option;
        }());
        layout.beginLayout();
        const QTextLine line = layout.createLine();
        layout.endLayout();
        const qsizetype symbol = text.indexOf(QStringLiteral("US$"));
        const auto x = [&line](qsizetype at) {
            const QList<QGlyphRun> glyphs = line.glyphRuns(static_cast<int>(at), 1);
            return glyphs.isEmpty() || glyphs.first().positions().isEmpty() ? qQNaN()
                                                                            : glyphs.first().positions().first().x();
        };
        // The letters from left to right, and all of them to the left of the digits before them.
        return symbol > 0 && x(symbol) < x(symbol + 1) && x(symbol + 1) < x(symbol + 2)
               && x(symbol + 2) < x(symbol - 2);
    };
    add("moon-lamp");
    shop::isCartOpen.set(true);
    choose("ar");
    const QString amount = shop::formatMoney(8900);
    QVERIFY(isInOrder(amount, Qt::LayoutDirectionAuto));
    QVERIFY(isInOrder(amount, Qt::RightToLeft));
    QVERIFY(isInOrder(tillLabel("total")->text(), m_till->layoutDirection()));
    QVERIFY(isInOrder(flyoutWindow().text("lineTotal-moon-lamp"), Qt::LayoutDirectionAuto));
    shop::checkOut();
    const QString paid = flyoutWindow().text("emptyText");
    QVERIFY2(isInOrder(paid, Qt::LayoutDirectionAuto), qPrintable(paid));
}

void tst_CartLanguages::itemsThatAreNotOnSaleKeepTheirNames()
{
    add("moon-lamp");
    shop::catalogue.removeKey(QStringLiteral("moon-lamp"));
    const auto *remove = m_till->findChild<QToolButton *>(QStringLiteral("remove"));
    QCOMPARE(remove->accessibleName(), QStringLiteral("Remove Moon lamp"));
    shop::removeCartItem(QStringLiteral("moon-lamp"));
    QCOMPARE(shop::undoText.get(), QStringLiteral("Remove moon-lamp"));
}

void tst_CartLanguages::itemsOfTheCartAreRenamed()
{
    choose("pl");
    QVERIFY(shopWindow().click("add-moon-lamp"));
    const QAbstractItemModel *rows = m_till->findChild<QTableView *>()->model();
    QCOMPARE(rows->index(0, 0).data().toString(), QStringLiteral("Lampa księżyc"));
    const auto *remove = m_till->findChild<QToolButton *>(QStringLiteral("remove"));
    QCOMPARE(remove->accessibleName(), QStringLiteral("Usuń: Lampa księżyc"));
    choose("en");
    QCOMPARE(rows->index(0, 0).data().toString(), QStringLiteral("Moon lamp"));
    QCOMPARE(remove->accessibleName(), QStringLiteral("Remove Moon lamp"));
    QCOMPARE(remove->text(), QStringLiteral("Remove"));
    QCOMPARE(rows->rowCount(), 1);
}

void tst_CartLanguages::stepsAreNamedInTheLanguage()
{
    add("moon-lamp");
    shop::isCartOpen.set(true);
    const auto *undo = m_till->findChild<QAction *>(QStringLiteral("undo"));
    QCOMPARE(undo->text(), QStringLiteral("Undo Add Moon lamp"));
    choose("pl");
    QCOMPARE(undo->text(), QStringLiteral("Cofnij: Dodaj: Lampa księżyc"));
    QCOMPARE(flyoutWindow().text("undoCart"), QStringLiteral("Cofnij: Dodaj: Lampa księżyc"));
    QVERIFY(shop::cartEdits.undo());
    QCOMPARE(undo->text(), QStringLiteral("Cofnij")); // and no colon
    QCOMPARE(flyoutWindow().text("undoCart"), QStringLiteral("Cofnij"));
    QCOMPARE(shop::redoText.get(), QStringLiteral("Dodaj: Lampa księżyc"));
}

void tst_CartLanguages::whatWasPaidIsSaidInTheLanguage()
{
    add("moon-lamp");
    shop::isCartOpen.set(true);
    shop::checkOut();
    const QDate arrival = shop::lastOrder.get().arrival;
    QVERIFY(arrival.isValid());
    for (const char *tag : {"pl", "ar", "en"}) {
        choose(tag);
        const nanostores::Format format{QString::fromLatin1(tag)};
        const QString text = flyoutWindow().text("emptyText");
        QVERIFY2(text.contains(format.currency(89, QStringLiteral("USD"))), qPrintable(text));
        QVERIFY2(text.contains(format.date(arrival, QLocale::LongFormat)), qPrintable(text));
    }
}

void tst_CartLanguages::theShopAndTheTillChooseIt()
{
    QCOMPARE(shopWindow().text("languageButton"), QStringLiteral("EN"));
    QVERIFY(shopWindow().click("languageButton"));
    QCOMPARE(shop::language.get(), QStringLiteral("pl"));
    QCOMPARE(shopWindow().text("languageButton"), QStringLiteral("PL"));
    const auto *polish = m_till->findChild<QAction *>(QStringLiteral("language-pl"));
    auto *arabic = m_till->findChild<QAction *>(QStringLiteral("language-ar"));
    QVERIFY(polish->isChecked() && !arabic->isChecked());
    arabic->trigger();
    QCOMPARE(shop::language.get(), QStringLiteral("ar"));
    QVERIFY(arabic->isChecked() && !polish->isChecked());
    QCOMPARE(m_till->findChild<QMenu *>(QStringLiteral("languageMenu"))->title(), QStringLiteral("اللغة"));
    QVERIFY(shopWindow().click("languageButton"));
    QCOMPARE(shop::language.get(), QStringLiteral("en"));
}

void tst_CartLanguages::pricesOfTheFeedFollow()
{
    shop::tillWatchesFeed.set(true);
    QCOMPARE(tillLabel("tape")->text(), QStringLiteral("waiting for the first price"));
    choose("pl");
    QCOMPARE(tillLabel("tape")->text(), QStringLiteral("czekamy na pierwszą cenę"));
    QCOMPARE(tillLabel("feedText")->text(), QStringLiteral("Ceny zmieniają się na żywo"));
    m_time.advance(shop::PriceInterval);
    const QString moved = shop::lastMoved.get();
    QVERIFY(tillLabel("tape")->text().startsWith(shop::productName(moved)));
    choose("en");
    QVERIFY(tillLabel("tape")->text().startsWith(shop::catalogue.get().value(moved, {}).name));
}

void tst_CartLanguages::translationsAreWhole_data()
{
    QTest::addColumn<QString>("tag");
    QTest::newRow("pl") << QStringLiteral("pl");
    QTest::newRow("ar") << QStringLiteral("ar");
}

void tst_CartLanguages::translationsAreWhole()
{
    QFETCH(const QString, tag);
    QFile file(QStringLiteral(":/translations/%1.json").arg(tag));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QJsonObject texts = QJsonDocument::fromJson(file.readAll()).object();
    texts.remove(QStringLiteral("shop")); // QML's: below
    texts.remove(QStringLiteral("served")); // those of tst_cartserver
    texts.remove(QStringLiteral("sync")); // those of tst_cartsync
    for (const nanostores::TranslationProblem &problem :
         shop::translations.check({QJsonDocument(texts).toJson(), tag}, tag)) {
        QFAIL(qPrintable(problem.message()));
    }

    // In QML what is wrong is a warning, and what is missing is English.
    choose("en");
    const auto shown = [this] {
        QStringList texts;
        for (const char *name : {"cartButton", "livePrices", "appearanceButton"}) {
            texts.append(shopWindow().text(name));
        }
        return texts;
    };
    const QStringList english = shown();
    QTest::failOnWarning(QRegularExpression(QStringLiteral("json:")));
    shop::chosenLanguage.set(tag);
    const QStringList own = shown();
    for (qsizetype i = 0; i < own.size(); ++i) {
        QVERIFY2(own[i] != english[i], qPrintable(own[i]));
    }

    const shop::ProductTexts products = shop::readProductTexts(QStringLiteral(":/catalogue/catalogue.json"), tag);
    for (const auto &[id, product] : shop::catalogue.get()) {
        const shop::Product translated = shop::translated(product, products);
        QVERIFY2(translated.name != product.name && translated.category != product.category
                     && translated.tagline != product.tagline && translated.description != product.description
                     && translated.details != product.details,
                 qPrintable(id));
    }
}

QTEST_MAIN(tst_CartLanguages)
#include "tst_cartlanguages.moc"

// SPDX-License-Identifier: MIT

// Two shops, each a process with a till of its own, on one file: what is done in one shows in the other.
//
// NANOSTORES_PICTURES=DIR saves what they show as cart-two-processes.png.

#include "clerk.h"
#include "islands.h"
#include "persistent/support/process.h"

#include "appearance.h"
#include "catalogue.h"
#include "saved.h"
#include "stage.h"

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

class tst_CartTwice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void twoProcesses_shareOneCart();
    void twoProcesses_undoTheirOwn();
    void aShopThatIsKilled_leavesTheCart();

private:
    std::unique_ptr<support::Process> openShopOn(const QString &file)
    {
        auto shop = std::make_unique<support::Process>(QCoreApplication::applicationFilePath(),
                                                       QStringList{QStringLiteral("--shop"), file});
        return shop->line() == "open" ? std::move(shop) : nullptr;
    }
    /// Waits until the shop's cart is that.
    static QByteArray until(support::Process &shop, const QByteArray &cart) { return shop.ask("until " + cart); }

    QTemporaryDir m_folder;
};

void tst_CartTwice::initTestCase()
{
#ifdef Q_OS_WIN
    QSKIP("a shop is asked by its standard input, which Windows does not notify of");
#endif
}

void tst_CartTwice::twoProcesses_shareOneCart()
{
    const QString file = m_folder.filePath(QStringLiteral("shared.db"));
    const auto first = openShopOn(file);
    const auto second = openShopOn(file);
    QVERIFY(first && second);
    QCOMPARE(first->ask("add moon-lamp"), QByteArray("1xmoon-lamp"));
    QCOMPARE(until(*second, "1xmoon-lamp"), QByteArray("1xmoon-lamp"));
    QCOMPARE(second->ask("quantity moon-lamp 3"), QByteArray("3xmoon-lamp"));
    QCOMPARE(second->ask("add orbit-mug"), QByteArray("1xorbit-mug 3xmoon-lamp"));
    QCOMPARE(until(*first, "1xorbit-mug 3xmoon-lamp"), QByteArray("1xorbit-mug 3xmoon-lamp"));

    const QString left = m_folder.filePath(QStringLiteral("left.png"));
    const QString right = m_folder.filePath(QStringLiteral("right.png"));
    first->ask("picture " + left.toUtf8());
    second->ask("picture " + right.toUtf8());
    const QImage one(left);
    const QImage other(right);
    const QString pictures = qEnvironmentVariable("NANOSTORES_PICTURES");
    if (!pictures.isEmpty()) {
        QImage desk(one.width() * 2 + 96, one.height() + 64, QImage::Format_RGB32);
        desk.fill(QColor(0xe3, 0xdd, 0xd0));
        QPainter painter(&desk);
        painter.drawImage(32, 32, one);
        painter.drawImage(one.width() + 64, 32, other);
        painter.end();
        QVERIFY(desk.save(pictures + QStringLiteral("/cart-two-processes.png")));
    }
    QVERIFY(!one.isNull());
    const QRect goods(0, one.height() / 5, one.width(), one.height());
    QCOMPARE(one.copy(goods), other.copy(goods)); // above it is what can be undone, which each has of its own

    QCOMPARE(first->ask("remove moon-lamp"), QByteArray("1xorbit-mug"));
    QCOMPARE(until(*second, "1xorbit-mug"), QByteArray("1xorbit-mug"));
}

void tst_CartTwice::twoProcesses_undoTheirOwn()
{
    const QString file = m_folder.filePath(QStringLiteral("undo.db"));
    const auto first = openShopOn(file);
    const auto second = openShopOn(file);
    QVERIFY(first && second);
    first->ask("add moon-lamp");
    QCOMPARE(until(*second, "1xmoon-lamp"), QByteArray("1xmoon-lamp"));
    second->ask("add orbit-mug");
    QCOMPARE(until(*first, "1xmoon-lamp 1xorbit-mug"), QByteArray("1xmoon-lamp 1xorbit-mug"));
    QCOMPARE(first->ask("undo"), QByteArray("1xorbit-mug"));
    QCOMPARE(until(*second, "1xorbit-mug"), QByteArray("1xorbit-mug"));
    QCOMPARE(second->ask("undo"), QByteArray("nothing"));
    QCOMPARE(until(*first, "nothing"), QByteArray("nothing"));
}

void tst_CartTwice::aShopThatIsKilled_leavesTheCart()
{
    const QString file = m_folder.filePath(QStringLiteral("killed.db"));
    const auto first = openShopOn(file);
    auto second = openShopOn(file);
    QVERIFY(first && second);
    second->ask("add sunday-rover");
    const QByteArray cart = second->ask("add moon-lamp");
    QCOMPARE(until(*first, cart), cart);
    second->kill();
    second = openShopOn(file);
    QVERIFY(second);
    QCOMPARE(until(*second, cart), cart);
    first->ask("add moon-lamp");
    const QByteArray more = first->ask("quantity moon-lamp 5");
    QCOMPARE(until(*second, more), more);
}

int main(int argc, char *argv[])
{
    prepareShop();
    QApplication::setStyle(QStringLiteral("Fusion"));
    QApplication app(argc, argv);
    QApplication::setFont(shopFont());
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.value(1) == QLatin1String("--shop")) {
        shop::isAnimated.set(false);
        shop::loadCatalogue(QStringLiteral(":/catalogue/catalogue.json"));
        shop::keepShop(nanostores::StorageEngine::sqlite(arguments.at(2).toStdString()));
        const std::unique_ptr<QWidget> till(openTill());
        till->setAttribute(Qt::WA_DeleteOnClose, false);
        till->show();
        Clerk clerk([&] { return till->grab().toImage(); });
        return QApplication::exec();
    }
    tst_CartTwice test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_carttwice.moc"

// SPDX-License-Identifier: MIT

// Two shops, each a process with a till of its own, on one file: what is done in one shows in the other.
//
// NANOSTORES_PICTURES=DIR saves what they show as cart-two-processes.png.

#include "islands.h"
#include "persistent/support/process.h"

#include "appearance.h"
#include "cart.h"
#include "catalogue.h"
#include "saved.h"
#include "stage.h"

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <QSocketNotifier>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>
#include <iostream>
#include <memory>
#include <string>

namespace {

void say(const QString &line)
{
    std::puts(line.toUtf8().constData());
    std::fflush(stdout);
}

QString cartAsText()
{
    QStringList lines;
    for (const auto &[id, item] : shop::cartItems.peek()) {
        lines.append(QStringLiteral("%1x%2").arg(item.quantity).arg(id));
    }
    lines.sort(); // a shop that was started later has them by their ids
    return lines.isEmpty() ? QStringLiteral("nothing") : lines.join(QLatin1Char(' '));
}

/// A shop that does what it is asked, line by line.
class Clerk
{
public:
    explicit Clerk(const QString &file)
        : m_input(0, QSocketNotifier::Read)
    {
        shop::isAnimated.set(false);
        shop::loadCatalogue(QStringLiteral(":/catalogue/catalogue.json"));
        shop::keepShop(nanostores::StorageEngine::sqlite(file.toStdString()));
        m_till.reset(openTill());
        m_till->setAttribute(Qt::WA_DeleteOnClose, false);
        m_till->show();
        QObject::connect(&m_input, &QSocketNotifier::activated, [this] {
            std::string line;
            if (!std::getline(std::cin, line)) {
                QCoreApplication::quit();
                return;
            }
            obey(QString::fromStdString(line).split(QLatin1Char(' ')));
        });
        m_watch = shop::cartItems.subscribe([this] { answerIfReached(); });
        say(QStringLiteral("open"));
    }

private:
    void obey(const QStringList &words)
    {
        const QString &what = words.first();
        if (what == QLatin1String("add")) {
            shop::addCartItem(shop::catalogue.peek().value(words.at(1), {}));
        } else if (what == QLatin1String("quantity")) {
            shop::setQuantity(words.at(1), words.at(2).toInt());
        } else if (what == QLatin1String("remove")) {
            shop::removeCartItem(words.at(1));
        } else if (what == QLatin1String("undo")) {
            shop::cartEdits.undo();
        } else if (what == QLatin1String("until")) {
            m_awaited = words.mid(1).join(QLatin1Char(' '));
            m_isWaiting = true;
            answerIfReached();
            return;
        } else if (what == QLatin1String("picture")) {
            QCoreApplication::processEvents();
            m_till->grab().toImage().save(words.at(1));
        }
        say(cartAsText());
    }
    void answerIfReached()
    {
        if (m_isWaiting && cartAsText() == m_awaited) {
            m_isWaiting = false;
            say(m_awaited);
        }
    }

    QSocketNotifier m_input;
    std::unique_ptr<QWidget> m_till;
    nanostores::Subscription m_watch;
    QString m_awaited;
    bool m_isWaiting = false;
};

} // namespace

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
        const Clerk clerk(arguments.at(2));
        return QApplication::exec();
    }
    tst_CartTwice test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_carttwice.moc"

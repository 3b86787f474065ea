// SPDX-License-Identifier: MIT
#include "till.h"

#include "appearance.h"
#include "cart.h"
#include "catalogue.h"
#include "feedlight.h"
#include "money.h"
#include "pricefeed.h"
#include "tillstyle.h"

#include <nanostores/qt.h>
#include <nanostores/undo.h>
#include <nanostores/widgets.h>

#include <QAction>
#include <QCheckBox>
#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QIcon>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QSpinBox>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

using namespace nanostores;

namespace {

constexpr int RowHeight = 64;

enum Column { Item, Price, Quantity, Sum, Remove };

/// The cart's items as a table.
TableModel *tillModel(QObject *parent)
{
    const auto money = [](const QVariant &cents) { return shop::formatMoney(cents.toInt()); };
    return new TableModel(new MapModel(shop::cartItems, parent),
                          {{Till::tr("Item"), "name"},
                           {Till::tr("Price"), "price", money, Qt::AlignRight},
                           {Till::tr("Quantity"), {}, {}, Qt::AlignCenter},
                           {Till::tr("Sum"), "lineTotal", money, Qt::AlignRight},
                           {}},
                          parent);
}

QLabel *label(const char *name, const QString &text = {})
{
    auto *label = new QLabel(text);
    label->setObjectName(QLatin1String(name));
    return label;
}

QFrame *card()
{
    auto *frame = new QFrame;
    frame->setObjectName(QStringLiteral("card"));
    return frame;
}

/// Draws a line of the cart: the picture on its tint, and the name.
class ItemDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        const auto *model = static_cast<const TableModel *>(index.model());
        const QUrl illustration = model->value(index.row(), "illustration").toUrl();
        QColor tint(model->value(index.row(), "tint").toString());
        if (shop::isDark.get()) {
            tint = QColor::fromHslF(tint.hslHueF(), tint.hslSaturationF() * 0.27F, 0.23F);
        }
        const QRect tile(option.rect.left(), option.rect.center().y() - 23, 48, 48);

        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(Qt::NoPen);
        painter->setBrush(tint);
        painter->drawRoundedRect(tile, 8, 8);
        const QString file = illustration.isLocalFile() ? illustration.toLocalFile() : u':' + illustration.path();
        QIcon(file).paint(painter, tile.adjusted(4, 4, -4, -4));
        painter->setPen(option.palette.color(QPalette::Text));
        QFont font = option.font;
        font.setBold(true);
        painter->setFont(font);
        const QRect text = option.rect.adjusted(64, 0, -8, 0);
        painter->drawText(text, Qt::AlignVCenter | Qt::AlignLeft,
                          QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, text.width()));
        painter->restore();
    }
};

/// A spin box on the quantity of one product in the cart, both ways.
QSpinBox *quantityBox(const QString &productId)
{
    auto *box = new QSpinBox;
    box->setObjectName(QStringLiteral("tillQuantity-") + productId);
    box->setAccessibleName(Till::tr("Quantity"));
    box->setAlignment(Qt::AlignCenter);
    box->setFixedWidth(112);
    box->setRange(1, shop::MaxQuantity);
    bind(shop::cartItems, productId, &shop::CartItem::quantity, box);
    return box;
}

QToolButton *removeButton(const QString &productId, const QString &name)
{
    auto *button = new QToolButton;
    button->setObjectName(QStringLiteral("remove"));
    button->setProperty("productId", productId);
    button->setText(Till::tr("Remove"));
    button->setAccessibleName(Till::tr("Remove %1").arg(name));
    button->setFocusPolicy(Qt::StrongFocus);
    // Queued: the row, and the button with it, is gone once the item is.
    QObject::connect(
        button, &QToolButton::clicked, button, [productId] { shop::removeCartItem(productId); }, Qt::QueuedConnection);
    return button;
}

/// An icon of ours in the colours of the day or of the night; paler where the action cannot be chosen.
QIcon tillIcon(const char *name, bool isDark)
{
    const QString file = QStringLiteral(":/till/%1-%2.svg")
                             .arg(QLatin1String(name), isDark ? QLatin1String("dark") : QLatin1String("light"));
    const QPixmap normal = QIcon(file).pixmap(QSize(20, 20), 2.0);
    QPixmap pale(normal.size());
    pale.setDevicePixelRatio(normal.devicePixelRatio());
    pale.fill(Qt::transparent);
    QPainter painter(&pale);
    painter.setOpacity(0.28);
    painter.drawPixmap(0, 0, normal);
    painter.end();
    QIcon icon(normal);
    icon.addPixmap(pale, QIcon::Disabled);
    return icon;
}

QToolButton *actionButton(QAction *action)
{
    auto *button = new QToolButton;
    button->setObjectName(QStringLiteral("round"));
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonIconOnly);
    button->setIconSize(QSize(20, 20));
    button->setFixedSize(40, 40);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

/// In the middle of its cell, at its own height.
QWidget *centred(QWidget *widget)
{
    auto *cell = new QWidget;
    auto *layout = new QHBoxLayout(cell);
    layout->setContentsMargins(8, 0, 0, 0);
    layout->addWidget(widget, 0, Qt::AlignVCenter | Qt::AlignLeft);
    cell->setFocusProxy(widget);
    return cell;
}

} // namespace

Till::Till(QWidget *parent)
    : QWidget(parent)
    , m_model(tillModel(this))
{
    setObjectName(QStringLiteral("till"));
    setAttribute(Qt::WA_StyledBackground);
    setWindowTitle(tr("Small Orbit: till"));
    setMinimumSize(736, 560);
    resize(768, 720);

    auto *pay = new QPushButton(tr("Take payment"));
    pay->setObjectName(QStringLiteral("pay"));
    connect(pay, &QPushButton::clicked, this, &shop::checkOut);
    useStore(shop::cartCount, pay, [pay](int count) { pay->setEnabled(count > 0); });

    auto *subtitle = label("subtitle");
    useStore(shop::cartCount, subtitle, [subtitle](int count) {
        subtitle->setText(count == 0   ? tr("The cart is empty")
                          : count == 1 ? tr("1 item in the cart")
                                       : tr("%1 items in the cart").arg(count));
    });

    QAction *undo = undoAction(shop::cartEdits, this);
    undo->setObjectName(QStringLiteral("undo"));
    QAction *redo = redoAction(shop::cartEdits, this);
    redo->setObjectName(QStringLiteral("redo"));
    auto *menuBar = new QMenuBar;
    QMenu *edit = menuBar->addMenu(tr("&Edit"));
    edit->setObjectName(QStringLiteral("editMenu"));
    edit->addActions({undo, redo});
    useStore(shop::isDark, this, [undo, redo](bool isDark) {
        undo->setIcon(tillIcon("undo", isDark));
        redo->setIcon(tillIcon("redo", isDark));
    });

    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addWidget(label("title", tr("Till")));
    words->addWidget(subtitle);
    auto *head = new QHBoxLayout;
    head->setSpacing(4);
    head->addLayout(words, 1);
    head->addWidget(actionButton(undo));
    head->addWidget(actionButton(redo));

    auto *layout = new QVBoxLayout(this);
    layout->setMenuBar(menuBar);
    layout->setContentsMargins(32, 20, 32, 32);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addSpacing(16);
    layout->addWidget(cartCard(), 1);
    layout->addSpacing(16);
    layout->addWidget(feedCard());
    layout->addSpacing(24);
    layout->addWidget(pay);

    useStore(shop::isDark, this, [this](bool isDark) {
        setPalette(tillPalette(isDark));
        setStyleSheet(tillStyleSheet(isDark));
    });
    setFocus(); // on nothing in particular; Tab goes on to the first control
}

QWidget *Till::cartCard()
{
    m_table = new QTableView;
    m_table->setObjectName(QStringLiteral("tillTable"));
    m_table->setAccessibleName(tr("Cart"));
    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(Item, new ItemDelegate(m_table));
    m_table->setShowGrid(false);
    m_table->setFocusPolicy(Qt::NoFocus);
    m_table->setTabKeyNavigation(false);
    m_table->setSelectionMode(QTableView::NoSelection);
    m_table->setVerticalScrollMode(QTableView::ScrollPerPixel);
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(RowHeight);
    QHeaderView *columns = m_table->horizontalHeader();
    columns->setHighlightSections(false);
    columns->setSectionResizeMode(QHeaderView::Fixed);
    columns->setSectionResizeMode(Item, QHeaderView::Stretch);
    columns->resizeSection(Price, 88);
    columns->resizeSection(Quantity, 144);
    columns->resizeSection(Sum, 96);
    columns->resizeSection(Remove, 96);
    connect(m_model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex &, int first, int last) { addRows(first, last); });
    addRows(0, m_model->rowCount() - 1);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex &index) {
        if (index.column() == Item) {
            shop::router.open(shop::ProductPage::of(m_model->value(index.row(), "productId").toString()));
        }
    });

    auto *empty = label("empty", tr("Nothing to pay for yet"));
    empty->setAlignment(Qt::AlignCenter);
    useStore(shop::cartCount, m_table, [this, empty](int count) {
        m_table->setVisible(count > 0);
        empty->setVisible(count == 0);
    });

    auto *sums = new QGridLayout;
    sums->setColumnStretch(0, 1);
    sums->setVerticalSpacing(4);
    const auto addSum = [sums](int row, const char *name, const QString &text, const auto &store, auto format) {
        auto *amount = label(name);
        useStore(store, amount, [amount, format](int cents) { amount->setText(format(cents)); });
        sums->addWidget(label(QByteArray(name).append("Label").constData(), text), row, 0);
        sums->addWidget(amount, row, 1, Qt::AlignRight);
    };
    addSum(0, "subtotal", tr("Subtotal"), shop::cartSubtotal, &shop::formatMoney);
    addSum(1, "shipping", tr("Shipping"), shop::cartShipping, &shop::formatFee);
    addSum(2, "total", tr("Total"), shop::cartTotal, &shop::formatMoney);

    QFrame *frame = card();
    auto *layout = new QVBoxLayout(frame);
    layout->setContentsMargins(24, 8, 24, 20);
    layout->setSpacing(16);
    layout->addWidget(m_table, 1);
    layout->addWidget(empty, 1);
    layout->addLayout(sums);
    return frame;
}

QWidget *Till::feedCard()
{
    auto *light = new FeedLight;
    light->setObjectName(QStringLiteral("feedLight"));
    useStore(shop::feedIsLive, light, &FeedLight::setOn);

    auto *text = label("feedText");
    useStore(shop::feedIsLive, text, [text](bool isLive) {
        text->setText(isLive ? tr("The price feed is running") : tr("The price feed is asleep"));
    });
    auto *tape = label("tape");
    useStore(shop::tape, tape, [tape](const QString &line) {
        tape->setText(line.isEmpty() ? tr("It wakes up as soon as a window looks at it.") : line);
    });

    auto *watch = new QCheckBox(tr("Watch"));
    watch->setObjectName(QStringLiteral("watchFeed"));
    watch->setAccessibleName(tr("Watch the price feed"));
    bind(shop::tillWatchesFeed, watch, "checked");

    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(text);
    words->addWidget(tape);
    QFrame *frame = card();
    auto *layout = new QHBoxLayout(frame);
    layout->setContentsMargins(20, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(light);
    layout->addLayout(words, 1);
    layout->addWidget(watch);
    return frame;
}

void Till::addRows(int first, int last)
{
    for (int row = first; row <= last; ++row) {
        const QString id = m_model->value(row, "productId").toString();
        const QString name = m_model->value(row, "name").toString();
        m_table->setIndexWidget(m_model->index(row, Quantity), centred(quantityBox(id)));
        m_table->setIndexWidget(m_model->index(row, Remove), centred(removeButton(id, name)));
    }
}

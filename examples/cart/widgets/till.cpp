// SPDX-License-Identifier: MIT
#include "till.h"

#include "appearance.h"
#include "cart.h"
#include "catalogue.h"
#include "feedlight.h"
#include "money.h"
#include "pricefeed.h"
#include "texts.h"
#include "tillstyle.h"

#include <nanostores/i18n.h>
#include <nanostores/qt.h>
#include <nanostores/undo.h>
#include <nanostores/widgets.h>

#include <QAction>
#include <QActionGroup>
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
#include <QStyle>
#include <QStyledItemDelegate>
#include <QTableView>
#include <QToolButton>
#include <QTransform>
#include <QVBoxLayout>

#include <utility>

using namespace nanostores;

namespace {

constexpr int RowHeight = 64;

enum Column { Item, Price, Quantity, Sum, Remove };

QVariant moneyText(const QVariant &cents)
{
    return shop::formatMoney(cents.toInt());
}

/// The cart's items as a table, whose heads are in the shop's language, and above their cells in each direction: views
/// mirror what cells ask for, but not what heads do.
class TillModel : public TableModel
{
public:
    explicit TillModel(QObject *parent)
        : TableModel(new MapModel(shop::shownItems, parent),
                     {{{}, "name"},
                      {{}, "price", moneyText, Qt::AlignRight},
                      {{}, {}, {}, Qt::AlignCenter},
                      {{}, "lineTotal", moneyText, Qt::AlignRight},
                      {}},
                     parent)
    {
        useStore(shop::tillTexts, this, [this](const auto &texts) {
            m_heads = {texts["item"_t], texts["price"_t], texts["quantity"_t], texts["sum"_t], QString()};
            Q_EMIT headerDataChanged(Qt::Horizontal, Item, Remove);
        });
        useStore(nanostores::layoutDirection(shop::language), this, [this](Qt::LayoutDirection now) {
            m_direction = now;
            Q_EMIT headerDataChanged(Qt::Horizontal, Item, Remove);
        });
    }

    QVariant headerData(int section, Qt::Orientation orientation, int role) const override
    {
        const bool isHead = orientation == Qt::Horizontal && role == Qt::DisplayRole && section < m_heads.size();
        const QVariant data = isHead ? m_heads.at(section) : TableModel::headerData(section, orientation, role);
        if (role != Qt::TextAlignmentRole || data.isNull()) {
            return data;
        }
        return static_cast<int>(QStyle::visualAlignment(m_direction, Qt::Alignment(data.toInt())));
    }

private:
    QStringList m_heads;
    Qt::LayoutDirection m_direction = Qt::LeftToRight;
};

/// Has the widget show a text of the till, in the shop's language.
template<typename W, typename F>
void showText(W *widget, F text)
{
    useStore(computed([text] { return QString(text(shop::tillTexts())); }), widget,
             [widget](const QString &now) { widget->setText(now); });
}
template<typename F>
void nameWidget(QWidget *widget, F text)
{
    useStore(computed([text] { return QString(text(shop::tillTexts())); }), widget,
             [widget](const QString &now) { widget->setAccessibleName(now); });
}

QLabel *label(const char *name)
{
    auto *label = new QLabel;
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
        const auto mirrored = [&](const QRect &rect) {
            return QStyle::visualRect(option.direction, option.rect, rect);
        };
        const QRect tile = mirrored(QRect(option.rect.left(), option.rect.center().y() - 23, 48, 48));

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
        const QRect text = mirrored(option.rect.adjusted(64, 0, -8, 0));
        if (option.state.testFlag(QStyle::State_HasFocus)) {
            painter->setBrush(Qt::NoBrush);
            painter->setPen(QPen(option.palette.color(QPalette::Highlight), 2));
            painter->drawRoundedRect(option.rect.adjusted(1, 1, -9, -1), 8, 8);
            painter->setPen(option.palette.color(QPalette::Text));
        }
        painter->drawText(text, QStyle::visualAlignment(option.direction, Qt::AlignVCenter | Qt::AlignLeft),
                          QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, text.width()));
        painter->restore();
    }
};

/// A spin box on the quantity of one product in the cart, both ways.
QSpinBox *quantityBox(const QString &productId)
{
    auto *box = new QSpinBox;
    box->setObjectName(QStringLiteral("tillQuantity-") + productId);
    nameWidget(box, [](const auto &texts) { return texts["quantity"_t]; });
    box->setAlignment(Qt::AlignCenter);
    box->setFixedWidth(112);
    box->setRange(1, shop::MaxQuantity);
    bind(shop::cartItems, productId, &shop::CartItem::quantity, box);
    return box;
}

QToolButton *removeButton(const QString &productId)
{
    auto *button = new QToolButton;
    button->setObjectName(QStringLiteral("remove"));
    button->setProperty("productId", productId);
    showText(button, [](const auto &texts) { return texts["remove"_t]; });
    nameWidget(button, [productId](const auto &texts) {
        const shop::CartItem *item = shop::shownItems().find(productId); // which need not be on sale any more
        return texts["removeItem"_t]("name"_t = item ? item->name : QString());
    });
    button->setFocusPolicy(Qt::StrongFocus);
    // Queued: the row, and the button with it, is gone once the item is.
    QObject::connect(
        button, &QToolButton::clicked, button, [productId] { shop::removeCartItem(productId); }, Qt::QueuedConnection);
    return button;
}

/// An arrow in the colours of the day or of the night, for the direction of the language; paler where the action cannot
/// be chosen.
QIcon tillIcon(const char *name, bool isDark, Qt::LayoutDirection direction)
{
    const QString file = QStringLiteral(":/till/%1-%2.svg")
                             .arg(QLatin1String(name), isDark ? QLatin1String("dark") : QLatin1String("light"));
    QPixmap normal = QIcon(file).pixmap(QSize(20, 20), 2.0);
    if (direction == Qt::RightToLeft) {
        const qreal ratio = normal.devicePixelRatio();
        normal = normal.transformed(QTransform::fromScale(-1, 1));
        normal.setDevicePixelRatio(ratio);
    }
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

/// One action for each language; that of the shop is checked.
void addLanguages(QMenu *menu)
{
    auto *group = new QActionGroup(menu);
    for (const QString &tag : shop::languages) {
        QAction *action = group->addAction(shop::languageName(tag));
        action->setObjectName(QStringLiteral("language-") + tag);
        action->setCheckable(true);
        QObject::connect(action, &QAction::triggered, menu, [tag] { shop::chosenLanguage.set(tag); });
        useStore(shop::language, action, [action, tag](const QString &now) { action->setChecked(now == tag); });
        menu->addAction(action);
    }
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
    , m_model(new TillModel(this))
{
    setObjectName(QStringLiteral("till"));
    setAttribute(Qt::WA_StyledBackground);
    useStore(shop::tillTexts, this, [this](const auto &texts) { setWindowTitle(texts["window"_t]); });
    useStore(nanostores::layoutDirection(shop::language), this,
             [this](Qt::LayoutDirection now) { setLayoutDirection(now); });
    useStore(shop::language, this, [this](const QString &tag) { setLocale(QLocale(tag)); });
    setMinimumSize(736, 560);
    resize(768, 720);

    auto *pay = new QPushButton;
    showText(pay, [](const auto &texts) { return texts["pay"_t]; });
    pay->setObjectName(QStringLiteral("pay"));
    connect(pay, &QPushButton::clicked, this, &shop::checkOut);
    useStore(shop::cartCount, pay, [pay](int count) { pay->setEnabled(count > 0); });

    auto *subtitle = label("subtitle");
    showText(subtitle, [](const auto &texts) { return texts["items"_t](shop::cartCount()); });

    QAction *undo = undoAction(shop::cartEdits, this);
    undo->setObjectName(QStringLiteral("undo"));
    QAction *redo = redoAction(shop::cartEdits, this);
    redo->setObjectName(QStringLiteral("redo"));
    auto *menuBar = new QMenuBar;
    QMenu *edit = menuBar->addMenu(QString());
    edit->setObjectName(QStringLiteral("editMenu"));
    edit->addActions({undo, redo});
    QMenu *language = menuBar->addMenu(QString());
    language->setObjectName(QStringLiteral("languageMenu"));
    addLanguages(language);
    useStore(shop::tillTexts, menuBar, [edit, language](const auto &texts) {
        edit->setTitle(texts["edit"_t]);
        language->setTitle(texts["language"_t]);
    });
    // After those of undoAction(), which show what steps are called in the history.
    const auto undoWords = computed(shop::tillTexts, shop::undoText, [](const auto &texts, const QString &edit) {
        return edit.isEmpty() ? texts["undo"_t] : texts["undoEdit"_t]("what"_t = edit);
    });
    const auto redoWords = computed(shop::tillTexts, shop::redoText, [](const auto &texts, const QString &edit) {
        return edit.isEmpty() ? texts["redo"_t] : texts["redoEdit"_t]("what"_t = edit);
    });
    useStore(undoWords, undo, [undo](const QString &text) { undo->setText(text); });
    useStore(redoWords, redo, [redo](const QString &text) { redo->setText(text); });
    const auto look = computed(nanostores::layoutDirection(shop::language), shop::isDark,
                               [](Qt::LayoutDirection direction, bool isDark) { return std::pair(direction, isDark); });
    useStore(look, this, [undo, redo](const std::pair<Qt::LayoutDirection, bool> &now) {
        undo->setIcon(tillIcon("undo", now.second, now.first));
        redo->setIcon(tillIcon("redo", now.second, now.first));
    });

    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    auto *title = label("title");
    showText(title, [](const auto &texts) { return texts["title"_t]; });
    words->addWidget(title);
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
    nameWidget(m_table, [](const auto &texts) { return texts["cart"_t]; });
    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(Item, new ItemDelegate(m_table));
    m_table->setShowGrid(false);
    m_table->setFocusPolicy(Qt::TabFocus); // the arrow keys then choose a product, and Return opens its page
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
    const auto openPage = [this](const QModelIndex &index) {
        if (index.column() == Item) {
            shop::router.open(shop::ProductPage::of(m_model->value(index.row(), "productId").toString()));
        }
    };
    connect(m_table, &QTableView::clicked, this, openPage);
    connect(m_table, &QTableView::activated, this, openPage);

    useStore(shop::language, m_table, [this](const QString &) { m_table->viewport()->update(); }); // prices

    auto *empty = label("empty");
    showText(empty, [](const auto &texts) { return texts["nothing"_t]; });
    empty->setAlignment(Qt::AlignCenter);
    useStore(shop::cartCount, m_table, [this, empty](int count) {
        m_table->setVisible(count > 0);
        empty->setVisible(count == 0);
    });

    auto *sums = new QGridLayout;
    sums->setColumnStretch(0, 1);
    sums->setVerticalSpacing(4);
    const auto addSum = [sums](int row, const char *name, auto text, const auto &store, auto format) {
        auto *amount = label(name);
        useStore(computed([store, format] { return format(store()); }), amount, &QLabel::setText);
        auto *what = label(QByteArray(name).append("Label").constData());
        showText(what, text);
        sums->addWidget(what, row, 0);
        sums->addWidget(amount, row, 1, Qt::AlignRight);
    };
    addSum(
        0, "subtotal", [](const auto &texts) { return texts["subtotal"_t]; }, shop::cartSubtotal, &shop::formatMoney);
    addSum(
        1, "shipping", [](const auto &texts) { return texts["shipping"_t]; }, shop::cartShipping, &shop::formatFee);
    addSum(
        2, "total", [](const auto &texts) { return texts["total"_t]; }, shop::cartTotal, &shop::formatMoney);

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
    nameWidget(light, [](const auto &texts) { return texts["light"_t]; });
    useStore(computed([] { return shop::feedIsLive() ? shop::tillTexts()["on"_t] : shop::tillTexts()["off"_t]; }),
             light, [light](const QString &text) { light->setAccessibleDescription(text); });

    auto *text = label("feedText");
    showText(text, [](const auto &texts) { return shop::feedIsLive() ? texts["running"_t] : texts["asleep"_t]; });
    auto *tape = label("tape");
    showText(tape, [](const auto &texts) {
        const QString line = shop::tape();
        return line.isEmpty() ? texts["wakes"_t] : line;
    });

    auto *watch = new QCheckBox;
    watch->setObjectName(QStringLiteral("watchFeed"));
    showText(watch, [](const auto &texts) { return texts["watch"_t]; });
    nameWidget(watch, [](const auto &texts) { return texts["watchFeed"_t]; });
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
        QToolButton *remove = removeButton(id);
        m_table->setIndexWidget(m_model->index(row, Quantity), centred(quantityBox(id)));
        m_table->setIndexWidget(m_model->index(row, Remove), centred(remove));
        // Tab comes to a new row behind all that is there: what lies below the table goes behind the row.
        QWidget *before = remove;
        for (const QString &name : {QStringLiteral("watchFeed"), QStringLiteral("pay")}) {
            if (auto *below = findChild<QWidget *>(name)) {
                setTabOrder(before, below);
                before = below;
            }
        }
    }
}

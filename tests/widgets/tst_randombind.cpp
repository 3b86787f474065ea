// SPDX-License-Identifier: MIT
#include "randombind.h"

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDateEdit>
#include <QDial>
#include <QGroupBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTest>
#include <QTextEdit>
#include <QToolBox>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <type_traits>

using namespace nanostores;
using namespace randombind;

namespace {

// What is bound

template<typename W>
Subject number(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new W);
    widget->setRange(0, 100);
    const auto store = atom(40);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        switch (random(5)) {
        case 0:
            drag(widget, random);
            break;
        case 1:
            QTest::keyClicks(widget, random.of({QStringLiteral("1"), QStringLiteral("9"), QStringLiteral("25")}));
            break;
        case 2:
            wheel(widget, random);
            break;
        default:
            keys(widget, random,
                 {Qt::Key_Up, Qt::Key_Down, Qt::Key_PageUp, Qt::Key_PageDown, Qt::Key_Home, Qt::Key_End, Qt::Key_Return,
                  Qt::Key_Backspace});
        }
    };
    subject.assign = [widget](Random &random) { widget->setValue(random.between(-20, 140)); };
    subject.limit = [widget](Random &random) {
        const int low = random.between(-50, 60);
        widget->setRange(low, low + random(120));
    };
    subject.write = [store](Random &random) { store.set(random.between(-100, 200)); };
    subject.shown = [widget] { return widget->value(); };
    subject.expected = [widget, store] { return std::clamp(store.get(), widget->minimum(), widget->maximum()); };
    return subject;
}

Subject fraction(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QDoubleSpinBox);
    const auto store = atom(3.14159);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        if (random(3) == 0) {
            QTest::keyClicks(widget, random.of({QStringLiteral("1"), QStringLiteral("."), QStringLiteral("25")}));
        } else {
            keys(widget, random, {Qt::Key_Up, Qt::Key_Down, Qt::Key_PageUp, Qt::Key_Return, Qt::Key_Backspace});
        }
    };
    subject.assign = [widget](Random &random) { widget->setValue(random.between(-20, 140) / 8.0); };
    subject.limit = [widget, binding = subject.binding](Random &random) {
        const int what = random(6);
        const bool isRead = !binding->isPending() && widget->text() == widget->textFromValue(widget->value());
        if (what == 0) {
            widget->setDecimals(widget->decimals()); // which rounds anew
        } else if (what == 1 && isRead) {
            QTest::keyClick(widget, Qt::Key_Return); // ends no edit
        } else if (what < 4) {
            widget->setDecimals(random(5));
        } else {
            const double low = random.between(-50, 60);
            widget->setRange(low, low + random(120));
        }
    };
    subject.write = [store](Random &random) { store.set(random.between(-5000, 9000) / 64.0); };
    const auto rounded = [widget](double number) {
        const double scale = std::pow(10.0, widget->decimals());
        return QString::number(std::round(number * scale) / scale, 'f', 6);
    };
    subject.shown = [widget, rounded] { return rounded(widget->value()); };
    subject.expected = [widget, rounded, store]() -> QVariant {
        return rounded(std::clamp(store.get(), widget->minimum(), widget->maximum()));
    };
    return subject;
}

Subject date(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QDateEdit);
    const QDate start(2024, 2, 28);
    const auto store = atom(start);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        keys(widget, random, {Qt::Key_Up, Qt::Key_Down, Qt::Key_Left, Qt::Key_Right, Qt::Key_Return, Qt::Key_2});
    };
    subject.assign = [widget, start](Random &random) { widget->setDate(start.addDays(random.between(-300, 300))); };
    subject.limit = [widget, start](Random &random) {
        const QDate low = start.addDays(random.between(-400, 200));
        widget->setDateRange(low, low.addDays(random(500)));
    };
    subject.write = [store, start](Random &random) { store.set(start.addDays(random.between(-900, 900))); };
    subject.shown = [widget] { return widget->date(); };
    subject.expected = [widget, store] {
        return std::clamp(store.get(), widget->minimumDate(), widget->maximumDate());
    };
    return subject;
}

Subject line(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QLineEdit);
    const auto store = atom(QStringLiteral("start"));
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) { type(widget, random); };
    subject.assign = [widget](Random &random) { widget->setText(words()[random(int(words().size()))]); };
    subject.limit = [widget](Random &random) { widget->setMaxLength(random.of({1, 3, 5, 20, 32767})); };
    subject.write = [store](Random &random) { store.set(words()[random(int(words().size()))]); };
    subject.shown = [widget] { return widget->text(); };
    subject.expected = [widget, store] { return store.get().left(widget->maxLength()); };
    return subject;
}

Subject lineOfNumber(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QLineEdit);
    const auto store = atom(7.5);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        if (random(2) == 0) {
            type(widget, random);
        } else {
            QTest::keyClicks(widget, random.of({QStringLiteral("1"), QStringLiteral("-"), QStringLiteral("."),
                                                QStringLiteral("nan"), QStringLiteral("inf")}));
        }
    };
    subject.write = [store](Random &random) {
        store.set(random.between(-8000, 8000) / 16.0 * std::pow(10, random(9)));
    };
    subject.shown = [widget] { return widget->text().toDouble(); };
    subject.expected = [store] { return store.get(); };
    return subject;
}

template<typename W>
Subject page(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new W);
    const auto store = atom(QStringLiteral("one\ntwo"));
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) { type(widget, random); };
    subject.assign = [widget](Random &random) { widget->setPlainText(words()[random(int(words().size()))]); };
    subject.write = [store](Random &random) {
        const auto word = [&] { return words()[random(int(words().size()))]; };
        store.set(word() + QLatin1Char('\n') + word());
    };
    subject.shown = [widget] { return widget->toPlainText(); };
    subject.expected = [store] { return QString(store.get()).replace(QChar(QChar::Nbsp), QLatin1Char(' ')); };
    return subject;
}

void changeItems(QComboBox *widget, Random &random)
{
    switch (random(5)) {
    case 0:
        widget->clear();
        break;
    case 1:
        widget->insertItem(0, QString::number(random(10)), random(10));
        break;
    case 2:
        widget->removeItem(random(std::max(1, widget->count())));
        break;
    case 3:
        widget->addItems({QStringLiteral("1"), QStringLiteral("2")});
        break;
    default:
        widget->addItem(QString::number(random(10)), random(10));
    }
}

void choose(QComboBox *widget, Random &random)
{
    keys(widget, random, {Qt::Key_Up, Qt::Key_Down, Qt::Key_Home, Qt::Key_End, Qt::Key_1, Qt::Key_2});
}

Subject comboByIndex(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QComboBox);
    const auto store = atom(1);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) { choose(widget, random); };
    subject.assign = [widget](Random &random) {
        if (widget->count() > 0) {
            widget->setCurrentIndex(random(widget->count()));
        }
    };
    subject.limit = [widget](Random &random) { changeItems(widget, random); };
    subject.write = [store](Random &random) { store.set(random.between(-1, 6)); };
    subject.shown = [widget] { return widget->currentIndex(); };
    subject.expected = [widget, store] { return store.get() >= 0 && store.get() < widget->count() ? store.get() : -1; };
    return subject;
}

template<bool IsEditable>
Subject comboByText(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QComboBox);
    widget->setEditable(IsEditable);
    const auto store = atom(QStringLiteral("2"));
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        choose(widget, random);
        if (IsEditable) {
            type(widget->lineEdit(), random);
        }
    };
    subject.limit = [widget](Random &random) { changeItems(widget, random); };
    subject.write = [store](Random &random) { store.set(QString::number(random(10))); };
    subject.shown = [widget] { return widget->currentText(); };
    subject.expected = [widget, store] {
        return IsEditable || widget->findText(store.get(), Qt::MatchExactly | Qt::MatchCaseSensitive) >= 0 ? store.get()
                                                                                                           : QString();
    };
    return subject;
}

Subject comboByData(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QComboBox);
    const auto store = atom(std::optional<int>(2));
    link(subject, store);
    subject.binding = bind(store, widget, "currentData", options);
    subject.edit = [widget](Random &random) { choose(widget, random); };
    subject.limit = [widget](Random &random) {
        if (random(4) == 0) {
            widget->addItem(QStringLiteral("none"));
        } else {
            changeItems(widget, random);
        }
    };
    subject.write = [store](Random &random) {
        const int number = random(10);
        store.set(number == 0 ? std::optional<int>() : number);
    };
    subject.shown = [widget] { return widget->currentIndex() < 0 ? QVariant(-1) : widget->currentData(); };
    subject.expected = [widget, store] {
        const QVariant held = nanostores::detail::toVariant(store.get());
        for (int i = 0; i < widget->count(); ++i) {
            if (widget->itemData(i) == held) {
                return held;
            }
        }
        return QVariant(-1);
    };
    return subject;
}

/// Of tabs, stacks and tool boxes.
template<typename W>
Subject pages(BindOptions options, std::function<void(W *, int)> insert, std::function<void(W *, int)> remove,
              Act (*edit)(W *))
{
    Subject subject;
    auto *widget = put(subject, new W);
    const auto store = atom(1);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = edit(widget);
    subject.assign = [widget](Random &random) {
        if (widget->count() > 0) {
            widget->setCurrentIndex(random(widget->count()));
        }
    };
    subject.limit = [widget, insert, remove](Random &random) {
        if (random(5) < 3) {
            insert(widget, random(widget->count() + 1));
        } else if (widget->count() > 0) {
            remove(widget, random(widget->count()));
        }
    };
    subject.write = [store](Random &random) { store.set(random(5)); };
    subject.shown = [widget, store] { return store.get() < widget->count() ? widget->currentIndex() : -1; };
    subject.expected = [widget, store] { return store.get() < widget->count() ? store.get() : -1; };
    return subject;
}

Subject tabs(BindOptions options)
{
    return pages<QTabWidget>(
        options, [](QTabWidget *tabs, int at) { tabs->insertTab(at, new QWidget, QStringLiteral("tab")); },
        [](QTabWidget *tabs, int at) { delete tabs->widget(at); },
        [](QTabWidget *tabs) -> Act {
            return [tabs](Random &random) {
                if (random(2) == 0) {
                    click(tabs->tabBar(), random);
                } else {
                    keys(tabs->tabBar(), random, {Qt::Key_Left, Qt::Key_Right, Qt::Key_Home, Qt::Key_End});
                }
            };
        });
}

Subject bar(BindOptions options)
{
    return pages<QTabBar>(
        options, [](QTabBar *bar, int at) { bar->insertTab(at, QStringLiteral("tab")); },
        [](QTabBar *bar, int at) { bar->removeTab(at); },
        [](QTabBar *bar) -> Act {
            return [bar](Random &random) {
                if (random(2) == 0) {
                    click(bar, random);
                } else {
                    keys(bar, random, {Qt::Key_Left, Qt::Key_Right, Qt::Key_Home, Qt::Key_End});
                }
            };
        });
}

Subject stack(BindOptions options)
{
    return pages<QStackedWidget>(
        options, [](QStackedWidget *stack, int at) { stack->insertWidget(at, new QWidget); },
        [](QStackedWidget *stack, int at) { delete stack->widget(at); },
        [](QStackedWidget *) -> Act { return [](Random &) {}; });
}

Subject toolBox(BindOptions options)
{
    return pages<QToolBox>(
        options, [](QToolBox *box, int at) { box->insertItem(at, new QWidget, QStringLiteral("item")); },
        [](QToolBox *box, int at) { delete box->widget(at); },
        [](QToolBox *box) -> Act {
            return [box](Random &random) {
                const auto buttons = box->findChildren<QAbstractButton *>();
                if (!buttons.isEmpty()) {
                    click(buttons[random(int(buttons.size()))], random);
                }
            };
        });
}

template<typename W>
Subject toggled(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new W);
    const auto store = atom(true);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        if (random(2) == 0) {
            click(widget, random);
        } else {
            keys(widget, random, {Qt::Key_Space, Qt::Key_Return});
        }
    };
    subject.assign = [widget](Random &random) { widget->setChecked(random(2) == 0); };
    subject.limit = [widget](Random &random) {
        if (!std::is_same_v<W, QGroupBox>) { // which setCheckable(true) checks: twice in a row is an assignment
            widget->setCheckable(random(2) == 0);
        }
        widget->setCheckable(!widget->isCheckable());
        widget->grab(); // where it is looked at
    };
    subject.write = [store](Random &random) { store.set(random(2) == 0); };
    subject.shown = [widget] { return widget->isCheckable() && widget->isChecked(); };
    subject.expected = [widget, store] { return widget->isCheckable() && store.get(); };
    return subject;
}

Subject buttons(BindOptions options)
{
    Subject subject;
    auto *group = new QButtonGroup;
    subject.extra.reset(group);
    const auto store = atom(2);
    link(subject, store);
    subject.binding = bind(store, group, options);
    QWidget *window = subject.window.get();
    window->resize(200, 200);
    subject.edit = [group](Random &random) {
        if (const auto all = group->buttons(); !all.isEmpty()) {
            QTest::mouseClick(all[random(int(all.size()))], Qt::LeftButton);
        }
    };
    subject.limit = [group, window](Random &random) {
        const int id = random.between(1, 4);
        if (auto *button = group->button(id)) {
            delete button;
        } else {
            button = new QRadioButton(QString::number(id), window);
            button->move(0, id * 30);
            button->show();
            group->addButton(button, id);
        }
    };
    subject.write = [store](Random &random) { store.set(random.between(1, 5)); };
    subject.shown = [group] { return group->checkedId(); };
    subject.expected = [group, store] { return group->button(store.get()) ? store.get() : -1; };
    return subject;
}

} // namespace

/// Keys, mouse, changes of what limits a widget, and writes, in any order.
class tst_RandomBind : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void store_isChangedByEditsAndWritesAlone_data();
    void store_isChangedByEditsAndWritesAlone();
};

void tst_RandomBind::store_isChangedByEditsAndWritesAlone_data()
{
    QTest::addColumn<Make>("make");
    const auto row = [](const char *name, Make make) { QTest::newRow(name) << make; };
    row("QSlider", number<QSlider>);
    row("QScrollBar", number<QScrollBar>);
    row("QDial", number<QDial>);
    row("QSpinBox", number<QSpinBox>);
    row("QDoubleSpinBox", fraction);
    row("QDateEdit", date);
    row("QLineEdit", line);
    row("QLineEdit, number", lineOfNumber);
    row("QTextEdit", page<QTextEdit>);
    row("QPlainTextEdit", page<QPlainTextEdit>);
    row("QComboBox, index", comboByIndex);
    row("QComboBox, text", comboByText<false>);
    row("QComboBox, editable", comboByText<true>);
    row("QComboBox, data", comboByData);
    row("QTabWidget", tabs);
    row("QTabBar", bar);
    row("QStackedWidget", stack);
    row("QToolBox", toolBox);
    row("QCheckBox", toggled<QCheckBox>);
    row("QPushButton", toggled<QPushButton>);
    row("QGroupBox", toggled<QGroupBox>);
    row("QButtonGroup", buttons);
}

void tst_RandomBind::store_isChangedByEditsAndWritesAlone()
{
    QFETCH(const Make, make);
    runCases(make);
}

QTEST_MAIN(tst_RandomBind)
#include "tst_randombind.moc"

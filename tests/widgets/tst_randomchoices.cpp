// SPDX-License-Identifier: MIT
#include "randombind.h"

#include <QActionGroup>
#include <QCheckBox>
#include <QCommandLinkButton>
#include <QListWidget>
#include <QRadioButton>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>

#include <algorithm>
#include <array>
#include <optional>

using namespace nanostores;
using namespace randombind;

namespace {

Subject list(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QListWidget);
    const auto store = atom(1);
    link(subject, store);
    subject.binding = bind(store, widget, "currentRow", options);
    subject.edit = [widget](Random &random) {
        if (random(2) == 0) {
            click(widget->viewport(), random);
        } else {
            keys(widget, random, {Qt::Key_Up, Qt::Key_Down, Qt::Key_Home, Qt::Key_End, Qt::Key_1});
        }
        QCoreApplication::processEvents(); // it is written then
    };
    subject.assign = [widget](Random &random) {
        if (widget->count() > 0) {
            widget->setCurrentRow(random(widget->count()));
            QCoreApplication::processEvents();
        }
    };
    subject.limit = [widget](Random &random) {
        switch (random(6)) {
        case 0:
            widget->clear();
            break;
        case 1:
            delete widget->takeItem(random(widget->count()));
            break;
        case 2:
            widget->sortItems(random.of({Qt::AscendingOrder, Qt::DescendingOrder}));
            break;
        default:
            widget->insertItem(random(widget->count() + 1), QString::number(random(9)));
        }
    };
    subject.write = [store](Random &random) { store.set(random.between(-1, 5)); };
    subject.shown = [widget] { return widget->currentRow(); };
    subject.expected = [widget, store] { return store.get() < widget->count() ? store.get() : -1; };
    return subject;
}

Subject radioButtons(BindOptions options)
{
    Subject subject;
    const auto store = atom(QStringLiteral("one"));
    link(subject, store);
    const std::array<QString, 3> names{QStringLiteral("one"), QStringLiteral("two"), QStringLiteral("three")};
    std::vector<QRadioButton *> all;
    for (const QString &name : names) {
        auto *button = put(subject, new QRadioButton(name));
        button->move(0, int(all.size()) * 30);
        button->resize(100, 30);
        all.push_back(button);
        subject.binding = bind(store, button, name, options);
    }
    subject.edit = [all](Random &random) {
        auto *button = all[std::size_t(random(3))];
        random(2) == 0 ? click(button, random) : keys(button, random, {Qt::Key_Space, Qt::Key_Up, Qt::Key_Down});
    };
    subject.assign = [all](Random &random) { all[std::size_t(random(3))]->setChecked(true); };
    subject.write = [store, names](Random &random) {
        const int number = random(4);
        store.set(number == 3 ? QStringLiteral("none") : names[std::size_t(number)]);
    };
    subject.shown = [all] {
        QStringList checked;
        for (const auto *button : all) {
            if (button->isChecked()) {
                checked.append(button->text());
            }
        }
        return checked;
    };
    subject.expected = [store] {
        return store.get() == QStringLiteral("none") ? QStringList() : QStringList(store.get());
    };
    return subject;
}

Subject actions(BindOptions options)
{
    Subject subject;
    auto *group = new QActionGroup(subject.window.get());
    const auto store = atom(1);
    link(subject, store);
    std::vector<QAction *> all;
    for (int number = 0; number < 3; ++number) {
        auto *action = new QAction(QString::number(number), group);
        subject.window->addAction(action);
        action->setShortcut(QKeySequence(Qt::Key_0 + number));
        all.push_back(action);
        subject.binding = bind(store, action, number, options);
    }
    QWidget *window = subject.window.get();
    window->resize(200, 120);
    subject.edit = [window](Random &random) { keys(window, random, {Qt::Key_0, Qt::Key_1, Qt::Key_2}); };
    subject.assign = [all](Random &random) { all[std::size_t(random(3))]->setChecked(true); };
    subject.limit = [all](Random &random) { all[std::size_t(random(3))]->setCheckable(random(3) != 0); };
    subject.write = [store](Random &random) { store.set(random(4)); };
    subject.shown = [all] {
        const auto checked =
            std::find_if(all.begin(), all.end(), [](const QAction *each) { return each->isChecked(); });
        return checked == all.end() ? 3 : (*checked)->text().toInt();
    };
    subject.expected = [all, store] {
        const int number = store.get();
        return number < 3 && all[std::size_t(number)]->isCheckable() ? number : 3;
    };
    return subject;
}

Subject menuAction(BindOptions options)
{
    Subject subject;
    auto *button = put(subject, new QToolButton);
    auto *action = new QAction(QStringLiteral("bold"), subject.window.get());
    action->setShortcut(QKeySequence(Qt::Key_B));
    subject.window->addAction(action);
    button->setDefaultAction(action);
    const auto store = atom(true);
    link(subject, store);
    subject.binding = bind(store, action, options);
    QWidget *window = subject.window.get();
    subject.edit = [button, window](Random &random) {
        random(2) == 0 ? click(button, random) : QTest::keyClick(window, Qt::Key_B);
    };
    subject.assign = [action](Random &random) { action->setChecked(random(2) == 0); };
    subject.limit = [action](Random &random) { // what cannot be checked is not
        random(2) == 0 ? action->setEnabled(random(2) == 0) : action->setCheckable(random(2) == 0);
    };
    subject.write = [store](Random &random) { store.set(random(2) == 0); };
    subject.shown = [action] { return action->isChecked(); };
    subject.expected = [store, action] { return store.get() && action->isCheckable(); };
    return subject;
}

template<typename W>
Subject pressed(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new W);
    const auto store = atom(true);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        random(2) == 0 ? click(widget, random) : keys(widget, random, {Qt::Key_Space, Qt::Key_Return});
    };
    subject.assign = [widget](Random &random) { widget->setChecked(random(2) == 0); };
    subject.limit = [widget](Random &random) {
        widget->setCheckable(random(2) == 0);
        widget->setCheckable(random(3) != 0);
        widget->grab(); // where it is looked at
    };
    subject.write = [store](Random &random) { store.set(random(2) == 0); };
    subject.shown = [widget] { return widget->isChecked(); };
    subject.expected = [widget, store] { return widget->isCheckable() && store.get(); };
    return subject;
}

Subject checkState(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QCheckBox);
    const auto store = atom(std::optional<bool>());
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        random(2) == 0 ? click(widget, random) : keys(widget, random, {Qt::Key_Space, Qt::Key_Return});
    };
    subject.assign = [widget](Random &random) {
        widget->setCheckState(random.of({Qt::Checked, Qt::Unchecked, Qt::PartiallyChecked}));
    };
    subject.write = [store](Random &random) {
        const int number = random(3);
        store.set(number == 2 ? std::optional<bool>() : number == 1);
    };
    subject.shown = [widget] { return QVariant::fromValue(widget->checkState()); };
    subject.expected = [store] { return nanostores::detail::toVariant(store.get()); };
    return subject;
}

Subject movableTabs(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QTabWidget);
    widget->setMovable(true);
    const auto store = atom(1);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        random(3) == 0 ? click(widget->tabBar(), random) : drag(widget->tabBar(), random);
    };
    subject.limit = [widget](Random &random) {
        if (random(3) > 0 || widget->count() == 0) {
            widget->insertTab(random(widget->count() + 1), new QWidget, QStringLiteral("tab"));
        } else if (random(2) == 0) {
            widget->tabBar()->moveTab(random(widget->count()), random(widget->count()));
        } else {
            widget->removeTab(random(widget->count()));
        }
    };
    subject.write = [store](Random &random) { store.set(random(5)); };
    subject.shown = [widget, store] { return store.get() < widget->count() ? widget->currentIndex() : -1; };
    subject.expected = [widget, store] { return store.get() < widget->count() ? store.get() : -1; };
    return subject;
}

Subject layoutPages(BindOptions options)
{
    Subject subject;
    auto *layout = new QStackedLayout(subject.window.get());
    const auto store = atom(1);
    link(subject, store);
    subject.binding = bind(store, layout, options);
    subject.edit = [](Random &) {};
    subject.assign = [layout](Random &random) {
        if (layout->count() > 0) {
            layout->setCurrentIndex(random(layout->count()));
        }
    };
    subject.limit = [layout](Random &random) {
        if (random(5) < 3) {
            layout->insertWidget(random(layout->count() + 1), new QWidget);
        } else if (layout->count() > 0) {
            delete layout->widget(random(layout->count()));
        }
    };
    subject.write = [store](Random &random) { store.set(random(5)); };
    subject.shown = [layout, store] { return store.get() < layout->count() ? layout->currentIndex() : -1; };
    subject.expected = [layout, store] { return store.get() < layout->count() ? store.get() : -1; };
    return subject;
}

} // namespace

/// As tst_randombind, for choices, buttons and pages.
class tst_RandomChoices : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void store_isChangedByEditsAndWritesAlone_data();
    void store_isChangedByEditsAndWritesAlone();
};

void tst_RandomChoices::store_isChangedByEditsAndWritesAlone_data()
{
    QTest::addColumn<Make>("make");
    const auto row = [](const char *name, Make make) { QTest::newRow(name) << make; };
    row("QListWidget", list);
    row("QRadioButton, choices", radioButtons);
    row("QAction, choices", actions);
    row("QAction", menuAction);
    row("QToolButton", pressed<QToolButton>);
    row("QRadioButton", pressed<QRadioButton>);
    row("QCommandLinkButton", pressed<QCommandLinkButton>);
    row("QCheckBox, states", checkState);
    row("QTabWidget, movable", movableTabs);
    row("QStackedLayout", layoutPages);
}

void tst_RandomChoices::store_isChangedByEditsAndWritesAlone()
{
    QFETCH(const Make, make);
    runCases(make);
}

QTEST_MAIN(tst_RandomChoices)
#include "tst_randomchoices.moc"

// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include "randombind.h"

#include <QActionGroup>
#include <QButtonGroup>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QDial>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSlider>
#include <QSpinBox>
#include <QTest>
#include <QTextEdit>

#include <cmath>
#include <memory>
#include <optional>
#include <vector>

using namespace nanostores;
using randombind::Random;

/// What the user is in the middle of stays the user's.
class tst_BindEditing : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void text_thatTheUserBeginsWithIsNothingToUndo_data();
    void text_thatTheUserBeginsWithIsNothingToUndo();
    void slider_withoutTracking_data();
    void slider_withoutTracking();
    void choice_thatMayBeUnchecked_data();
    void choice_thatMayBeUnchecked();
    void choice_ofNegativeZero();
    void typing_withoutTrackingWaits();
    void typing_withoutTrackingIsCommittedAndReverted();
    void typing_ofADate();
    void typing_withoutTrackingAtRandom_data();
    void typing_withoutTrackingAtRandom();
};

void tst_BindEditing::text_thatTheUserBeginsWithIsNothingToUndo_data()
{
    QTest::addColumn<QString>("type");
    for (const char *type : {"QLineEdit", "QTextEdit", "QPlainTextEdit", "QComboBox"}) {
        QTest::newRow(type) << QString::fromLatin1(type);
    }
}

void tst_BindEditing::text_thatTheUserBeginsWithIsNothingToUndo()
{
    QFETCH(const QString, type);
    std::unique_ptr<QWidget> widget;
    QWidget *typed = nullptr;
    if (type == QLatin1String("QComboBox")) {
        auto combo = std::make_unique<QComboBox>();
        combo->setEditable(true);
        combo->setCompleter(nullptr);
        typed = combo->lineEdit();
        widget = std::move(combo);
    } else {
        widget.reset(type == QLatin1String("QLineEdit")   ? static_cast<QWidget *>(new QLineEdit)
                     : type == QLatin1String("QTextEdit") ? static_cast<QWidget *>(new QTextEdit)
                                                          : new QPlainTextEdit);
        typed = widget.get();
    }
    const auto undo = [typed] { QMetaObject::invokeMethod(typed, "undo"); };
    const auto letter = atom(QStringLiteral("Dear Anna"));
    if (auto *combo = qobject_cast<QComboBox *>(widget.get())) {
        bind(letter, combo);
    } else if (auto *line = qobject_cast<QLineEdit *>(widget.get())) {
        bind(letter, line);
        QVERIFY(!line->isModified());
    } else if (auto *text = qobject_cast<QTextEdit *>(widget.get())) {
        bind(letter, text);
        QVERIFY(!text->document()->isModified());
    } else {
        bind(letter, static_cast<QPlainTextEdit *>(widget.get()));
    }
    undo();
    QCOMPARE(letter.get(), QStringLiteral("Dear Anna"));
    QTest::keyClick(typed, Qt::Key_End);
    QTest::keyClicks(typed, QStringLiteral(", hello"));
    QCOMPARE(letter.get(), QStringLiteral("Dear Anna, hello"));
    for (int i = 0; i < 10; ++i) {
        undo();
    }
    QCOMPARE(letter.get(), QStringLiteral("Dear Anna"));
}

void tst_BindEditing::slider_withoutTracking_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<bool>("later");
    for (const char *type : {"QSlider", "QDial", "QScrollBar"}) {
        QTest::addRow("%s, at once", type) << QString::fromLatin1(type) << false;
        QTest::addRow("%s, when finished", type) << QString::fromLatin1(type) << true;
    }
}

/// The handle is dragged, and the store set, in any order.
void tst_BindEditing::slider_withoutTracking()
{
    QFETCH(const QString, type);
    QFETCH(const bool, later);
    const std::unique_ptr<QAbstractSlider> slider(
        type == QLatin1String("QSlider") ? static_cast<QAbstractSlider *>(new QSlider)
        : type == QLatin1String("QDial") ? new QDial
                                         : static_cast<QAbstractSlider *>(new QScrollBar));
    slider->setRange(0, 100);
    slider->setTracking(false);
    const auto volume = atom(20);
    bind(volume, slider.get(), {.commit = later ? Commit::WhenFinished : Commit::AtOnce});
    Random random(7);
    int stored = 20;
    int shown = 20;
    std::optional<int> handle; // while it is held
    for (int i = 0; i < 2000; ++i) {
        switch (random(4)) {
        case 0:
            slider->setSliderDown(true);
            handle = handle.value_or(shown);
            break;
        case 1:
            if (handle) {
                handle = random(101);
                slider->setSliderPosition(*handle);
            }
            break;
        case 2:
            slider->setSliderDown(false);
            if (handle) {
                stored = *handle == shown ? stored : *handle;
                shown = stored;
                handle.reset();
            }
            break;
        default:
            stored = random(101);
            volume.set(stored);
            shown = handle ? shown : stored;
        }
        QCOMPARE(volume.get(), stored);
        QCOMPARE(slider->value(), shown);
        QCOMPARE(slider->sliderPosition(), handle.value_or(shown));
    }
}

void tst_BindEditing::choice_thatMayBeUnchecked_data()
{
    QTest::addColumn<int>("group");
    QTest::newRow("actions, one or none") << 0;
    QTest::newRow("actions, any") << 1;
    QTest::newRow("actions, one") << 2;
    QTest::newRow("buttons, any") << 3;
    QTest::newRow("buttons, one") << 4;
}

/// Whatever the group lets the user uncheck, that of the store's value is checked.
void tst_BindEditing::choice_thatMayBeUnchecked()
{
    QFETCH(const int, group);
    using Policy = QActionGroup::ExclusionPolicy;
    const auto size = atom(0);
    QWidget window;
    QActionGroup actions(nullptr);
    actions.setExclusionPolicy(group == 0 ? Policy::ExclusiveOptional : group == 1 ? Policy::None : Policy::Exclusive);
    QButtonGroup buttons;
    buttons.setExclusive(group == 4);
    std::vector<std::function<void()>> click;
    std::vector<std::function<bool()>> isChecked;
    for (int choice = 0; choice < 3; ++choice) {
        if (group < 3) {
            auto *action = new QAction(&actions);
            bind(size, action, choice);
            click.emplace_back([action] { action->trigger(); });
            isChecked.emplace_back([action] { return action->isChecked(); });
        } else {
            auto *button = new QPushButton(&window);
            buttons.addButton(button);
            bind(size, button, choice);
            click.emplace_back([button] { button->click(); });
            isChecked.emplace_back([button] { return button->isChecked(); });
        }
    }
    bool isClosed = false;
    const auto unbind = onSet(size, [&isClosed](auto &event) {
        if (isClosed) {
            event.abort();
        }
    });
    Random random(3);
    int stored = 0;
    for (int i = 0; i < 500; ++i) {
        const int choice = random(3);
        isClosed = random(5) == 0;
        if (random(3) == 0) {
            const int next = random(5);
            stored = isClosed ? stored : next; // there is no button of 3 and 4
            size.set(next);
        } else {
            stored = isClosed ? stored : choice;
            click[static_cast<std::size_t>(choice)]();
        }
        QCOMPARE(size.get(), stored);
        for (int other = 0; other < 3; ++other) {
            QCOMPARE(isChecked[static_cast<std::size_t>(other)](), other == stored);
        }
    }
}

void tst_BindEditing::typing_withoutTrackingWaits()
{
    const auto age = atom(30);
    QSpinBox box;
    box.setRange(0, 1000);
    box.setKeyboardTracking(false);
    auto *binding = bind(age, &box);
    box.selectAll();
    QTest::keyClicks(&box, QStringLiteral("41"));
    QVERIFY(binding->isPending());
    age.set(31);
    QCOMPARE(box.text(), QStringLiteral("41"));
    QCOMPARE(age.get(), 31);
    QTest::keyClick(&box, Qt::Key_Return);
    QCOMPARE(age.get(), 41);
    QVERIFY(!binding->isPending());
    age.set(32);
    QCOMPARE(box.text(), QStringLiteral("32"));
    box.selectAll();
    QTest::keyClicks(&box, QStringLiteral("50"));
    QTest::keyClick(&box, Qt::Key_Up); // a step ends it, too
    QCOMPARE(age.get(), 51);
    QVERIFY(!binding->isPending());
    const auto unbind = onSet(age, [](auto &event) { event.abort(); });
    QTest::keyClick(&box, Qt::Key_Up);
    QCOMPARE(box.text(), QStringLiteral("51"));
}

void tst_BindEditing::typing_withoutTrackingIsCommittedAndReverted()
{
    const auto price = atom(1.5);
    QDoubleSpinBox box;
    box.setLocale(QLocale::c());
    box.setKeyboardTracking(false);
    auto *binding = bind(price, &box, {.commit = Commit::WhenFinished});
    box.selectAll();
    QTest::keyClicks(&box, QStringLiteral("2.25"));
    binding->revert();
    QVERIFY(!binding->isPending());
    QCOMPARE(box.text(), QStringLiteral("1.50"));
    box.selectAll();
    QTest::keyClicks(&box, QStringLiteral("3.25"));
    binding->commit();
    QVERIFY(!binding->isPending());
    QCOMPARE(price.get(), 3.25);
}

void tst_BindEditing::typing_ofADate()
{
    const auto day = atom(QDate(2024, 2, 3));
    QDateEdit edit;
    edit.setDisplayFormat(QStringLiteral("yyyy-MM-dd"));
    edit.setKeyboardTracking(false);
    bind(day, &edit);
    edit.setSelectedSection(QDateTimeEdit::DaySection);
    QTest::keyClicks(&edit, QStringLiteral("17"));
    day.set(QDate(2025, 5, 5));
    QCOMPARE(edit.text(), QStringLiteral("2024-02-17"));
    QTest::keyClick(&edit, Qt::Key_Return);
    QCOMPARE(day.get(), QDate(2024, 2, 17));
}

void tst_BindEditing::typing_withoutTrackingAtRandom_data()
{
    QTest::addColumn<bool>("later");
    QTest::newRow("at once") << false;
    QTest::newRow("when finished") << true;
}

void tst_BindEditing::typing_withoutTrackingAtRandom()
{
    QFETCH(const bool, later);
    const auto count = atom(5);
    QSpinBox box;
    box.setRange(0, 99);
    box.setKeyboardTracking(false);
    auto *binding = bind(count, &box, {.commit = later ? Commit::WhenFinished : Commit::AtOnce});
    Random random(11);
    int stored = 5;
    std::optional<int> typed;
    for (int i = 0; i < 1000; ++i) {
        switch (random(5)) {
        case 0:
            typed = random.between(10, 99);
            box.selectAll();
            QTest::keyClicks(&box, QString::number(*typed));
            break;
        case 1:
            QTest::keyClick(&box, Qt::Key_Return);
            stored = std::exchange(typed, std::nullopt).value_or(stored);
            break;
        case 2:
            binding->revert();
            typed.reset();
            break;
        case 3:
            binding->commit();
            stored = std::exchange(typed, std::nullopt).value_or(stored);
            break;
        default:
            stored = random(100);
            count.set(stored);
        }
        QCOMPARE(count.get(), stored);
        QCOMPARE(binding->isPending(), typed.has_value());
        QCOMPARE(box.text(), QString::number(typed.value_or(stored)));
    }
}

void tst_BindEditing::choice_ofNegativeZero()
{
    const auto store = atom(0.0);
    QComboBox combo;
    combo.addItem(QStringLiteral("0"), 0.0);
    combo.addItem(QStringLiteral("-0"), -0.0); // another value, as stores have it
    bind(store, &combo);
    combo.setCurrentIndex(1);
    QVERIFY(std::signbit(store.get()));
    combo.setCurrentIndex(0);
    QVERIFY(!std::signbit(store.get()));
}

QTEST_MAIN(tst_BindEditing)

#include "tst_bindediting.moc"

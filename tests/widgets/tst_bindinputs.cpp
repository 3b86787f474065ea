// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include "profile.h"

#include <QAction>
#include <QActionGroup>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QStringListModel>
#include <QTest>
#include <QTextEdit>

#include <array>
#include <cmath>

using namespace nanostores;

/// What single kinds of widgets do in their own way.
class tst_BindInputs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lineEdit_keepsItsCursor_data();
    void lineEdit_keepsItsCursor();
    void lineEdit_ofANumberWaitsForOne();
    void lineEdit_commitsWhenFinished();
    void lineEdit_keepsAPendingEdit();
    void textEdit_keepsItsCursorAndUndo();
    void textEdit_commitsWithTheFocus();
    void slider_commitsWhenReleased();
    void spinBox_doesNotWriteWhatItClamps();
    void spinBox_holdsTheDecimalsThatItShows();
    void checkBox_partiallyCheckedIsNoBool();
    void checkBox_ofAnOptional();
    void radioButtons_followTheStore();
    void radioButtons_fallBack();
    void actions_ofAGroup();
    void actions_areSetWhileUncheckable();
    void actions_areSetWhileUncheckableInAGroup();
    void buttons_areUncheckableForAMoment();
    void buttonGroup_withoutButtonOfTheId();
    void comboBox_byIndexTextAndData();
    void comboBox_isFilledLater();
    void comboBox_getsAnotherModel();
    void comboBox_editable();
};

void tst_BindInputs::lineEdit_keepsItsCursor_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<int>("cursor");
    QTest::addColumn<QString>("after");
    QTest::addColumn<int>("expected");
    QTest::newRow("appended") << QStringLiteral("abc") << 2 << QStringLiteral("abcde") << 2;
    QTest::newRow("prepended") << QStringLiteral("abc") << 2 << QStringLiteral("xyabc") << 4;
    QTest::newRow("upper case") << QStringLiteral("abc") << 2 << QStringLiteral("ABC") << 2;
    QTest::newRow("refused in the middle") << QStringLiteral("abXc") << 3 << QStringLiteral("abc") << 2;
    QTest::newRow("cleared") << QStringLiteral("abc") << 2 << QString() << 0;
    QTest::newRow("at the end") << QStringLiteral("abc") << 3 << QStringLiteral("abcde") << 5;
    QTest::newRow("other text") << QStringLiteral("abc") << 1 << QStringLiteral("xyz") << 1;
}

void tst_BindInputs::lineEdit_keepsItsCursor()
{
    QFETCH(const QString, before);
    QFETCH(const int, cursor);
    QFETCH(const QString, after);
    QFETCH(const int, expected);
    const auto text = atom(QString(before));
    QLineEdit edit;
    bind(text, &edit);
    edit.setCursorPosition(cursor);
    text.set(after);
    QCOMPARE(edit.text(), after);
    QCOMPARE(edit.cursorPosition(), expected);
}

void tst_BindInputs::lineEdit_ofANumberWaitsForOne()
{
    const auto number = atom(7.0);
    QLineEdit edit;
    auto *binding = bind(number, &edit);
    QCOMPARE(edit.text(), QStringLiteral("7"));

    edit.clear();
    QTest::keyClicks(&edit, QStringLiteral("-"));
    QVERIFY(binding->isPending());
    QVERIFY(binding->isRejected());
    QCOMPARE(edit.text(), QStringLiteral("-"));
    QTest::keyClicks(&edit, QStringLiteral("1."));
    QCOMPARE(edit.text(), QStringLiteral("-1."));
    QCOMPARE(number.get(), -1.0);
    QVERIFY(!binding->isPending());
    QVERIFY(!binding->isRejected());

    QTest::keyClick(&edit, Qt::Key_Return);
    QCOMPARE(edit.text(), QStringLiteral("-1"));
    QTest::keyClicks(&edit, QStringLiteral("x"));
    QTest::keyClick(&edit, Qt::Key_Return);
    QCOMPARE(edit.text(), QStringLiteral("-1"));
    QVERIFY(!binding->isPending());
}

void tst_BindInputs::lineEdit_commitsWhenFinished()
{
    const auto name = atom(QStringLiteral("Anna"));
    QLineEdit edit;
    auto *binding = bind(name, &edit, {.commit = Commit::WhenFinished});
    QSignalSpy spy(binding, &WidgetBinding::pendingChanged);
    edit.selectAll();
    QTest::keyClicks(&edit, QStringLiteral("Bo"));
    QCOMPARE(name.get(), QStringLiteral("Anna"));
    QVERIFY(binding->isPending());
    QTest::keyClick(&edit, Qt::Key_Return);
    QCOMPARE(name.get(), QStringLiteral("Bo"));
    QVERIFY(!binding->isPending());
    QCOMPARE(spy.count(), 2);
}

void tst_BindInputs::lineEdit_keepsAPendingEdit()
{
    const auto name = atom(QStringLiteral("Anna"));
    QLineEdit edit;
    auto *binding = bind(name, &edit, {.commit = Commit::WhenFinished});
    QTest::keyClicks(&edit, QStringLiteral("X"));
    name.set(QStringLiteral("Berta"));
    QCOMPARE(edit.text(), QStringLiteral("AnnaX"));
    binding->revert();
    QCOMPARE(edit.text(), QStringLiteral("Berta"));
    QVERIFY(!binding->isPending());
}

void tst_BindInputs::textEdit_keepsItsCursorAndUndo()
{
    const auto text = atom(QStringLiteral("one\ntwo"));
    QPlainTextEdit edit;
    bind(text, &edit);
    QTextCursor cursor = edit.textCursor();
    cursor.setPosition(5);
    edit.setTextCursor(cursor);
    text.set(QStringLiteral("zero\none\ntwo"));
    QCOMPARE(edit.toPlainText(), text.get());
    QCOMPARE(edit.textCursor().position(), 10);
    edit.undo();
    QCOMPARE(text.get(), QStringLiteral("one\ntwo"));
}

void tst_BindInputs::textEdit_commitsWithTheFocus()
{
    const auto text = atom(QStringLiteral("one"));
    QTextEdit edit;
    bind(text, &edit, {.commit = Commit::WhenFinished});
    QTest::keyClicks(&edit, QStringLiteral("x"));
    QCOMPARE(text.get(), QStringLiteral("one"));
    QFocusEvent popup(QEvent::FocusOut, Qt::PopupFocusReason);
    QCoreApplication::sendEvent(&edit, &popup);
    QCOMPARE(text.get(), QStringLiteral("one"));
    QFocusEvent out(QEvent::FocusOut, Qt::TabFocusReason);
    QCoreApplication::sendEvent(&edit, &out);
    QCOMPARE(text.get(), QStringLiteral("xone"));
}

void tst_BindInputs::slider_commitsWhenReleased()
{
    const auto volume = atom(1);
    QSlider slider;
    auto *binding = bind(volume, &slider, {.commit = Commit::WhenFinished});
    slider.setSliderDown(true);
    slider.setSliderPosition(50);
    QCOMPARE(volume.get(), 1);
    QVERIFY(binding->isPending());
    slider.setSliderDown(false);
    QCOMPARE(volume.get(), 50);
    slider.triggerAction(QSlider::SliderSingleStepAdd);
    QCOMPARE(volume.get(), 51);
}

void tst_BindInputs::spinBox_doesNotWriteWhatItClamps()
{
    const auto value = atom(5);
    QSpinBox box;
    box.setMaximum(10);
    bind(value, &box);
    value.set(50);
    QCOMPARE(box.value(), 10);
    QCOMPARE(value.get(), 50);
    box.stepDown();
    QCOMPARE(value.get(), 9);
}

void tst_BindInputs::spinBox_holdsTheDecimalsThatItShows()
{
    const auto store = atom(3.14159);
    QDoubleSpinBox box;
    bind(store, &box);
    box.stepUp(); // from what it shows, 3.14; the box holds 4.140000000000001
    QCOMPARE(store.get(), 4.14);
    QTest::keyClick(&box, Qt::Key_Return);
    QCOMPARE(store.get(), 4.14);

    store.set(3.14159);
    box.stepUp();
    const auto listener = store.listen([] { QFAIL("the box was not edited"); });
    QTest::keyClick(&box, Qt::Key_Return);
    box.setDecimals(2); // as before: it rounds anew
    box.setDecimals(4);
    QCOMPARE(box.value(), 4.14);

    const auto tenths = atom(0.3);
    QDoubleSpinBox fine;
    fine.setRange(-1, 1);
    fine.setSingleStep(0.1);
    bind(tenths, &fine);
    fine.stepBy(-3); // to -5.6e-17, which rounds to -0
    QCOMPARE(tenths.get(), 0.0);
    QVERIFY(!std::signbit(tenths.get()));
}

void tst_BindInputs::checkBox_partiallyCheckedIsNoBool()
{
    const auto on = atom(false);
    QCheckBox box;
    box.setTristate(true);
    bind(on, &box);
    box.click();
    QCOMPARE(box.checkState(), Qt::PartiallyChecked);
    QCOMPARE(on.get(), false);
    box.click();
    QCOMPARE(box.checkState(), Qt::Checked);
    QCOMPARE(on.get(), true);
}

void tst_BindInputs::checkBox_ofAnOptional()
{
    const auto on = atom(std::optional<bool>());
    const auto state = atom(Qt::Checked);
    QCheckBox box;
    QCheckBox other;
    bind(on, &box);
    bind(state, &other);
    QCOMPARE(box.checkState(), Qt::PartiallyChecked);
    QCOMPARE(other.checkState(), Qt::Checked);
    box.click();
    QCOMPARE(on.get(), std::optional<bool>(true));
    on.set(std::nullopt);
    QCOMPARE(box.checkState(), Qt::PartiallyChecked);
    box.setCheckState(Qt::Unchecked);
    QCOMPARE(on.get(), std::optional<bool>(false));
    state.set(Qt::PartiallyChecked);
    QCOMPARE(other.checkState(), Qt::PartiallyChecked);
}

void tst_BindInputs::radioButtons_followTheStore()
{
    const auto theme = atom(Theme::Light);
    QWidget window;
    QRadioButton light(&window);
    QRadioButton dark(&window);
    bind(theme, &light, Theme::Light);
    bind(theme, &dark, Theme::Dark);
    QVERIFY(light.isChecked());
    dark.click();
    QCOMPARE(theme.get(), Theme::Dark);
    QVERIFY(!light.isChecked());
    theme.set(Theme::Light);
    QVERIFY(light.isChecked());
    QVERIFY(!dark.isChecked());
    theme.set(Theme::Blue); // none of them, though exclusive buttons refuse to be unchecked
    QVERIFY(!light.isChecked());
    QVERIFY(!dark.isChecked());
    QVERIFY(light.autoExclusive());
    theme.set(Theme::Dark);
    QVERIFY(dark.isChecked());
}

void tst_BindInputs::radioButtons_fallBack()
{
    const auto name = atom(QStringLiteral("light"));
    onSet(name, [](auto &event) { event.abort(); });
    QWidget window;
    QRadioButton light(&window);
    QRadioButton dark(&window);
    QButtonGroup group;
    bind(name, &light, QStringLiteral("light"));
    bind(name, &dark, QStringLiteral("dark"));
    dark.click();
    QVERIFY(light.isChecked());
    QVERIFY(!dark.isChecked());

    group.addButton(&light);
    group.addButton(&dark);
    dark.click();
    QVERIFY(light.isChecked());
    QVERIFY(!dark.isChecked());
}

void tst_BindInputs::actions_ofAGroup()
{
    const auto theme = atom(Theme::Light);
    QActionGroup group(nullptr);
    QAction light(&group);
    QAction dark(&group);
    bind(theme, &light, Theme::Light);
    bind(theme, &dark, Theme::Dark);
    dark.trigger();
    QCOMPARE(theme.get(), Theme::Dark);
    QVERIFY(!light.isChecked());
    theme.set(Theme::Blue);
    QVERIFY(!dark.isChecked());
    theme.set(Theme::Light);
    const auto unbind = onSet(theme, [](auto &event) { event.abort(); });
    dark.trigger();
    QVERIFY(light.isChecked());
    QVERIFY(!dark.isChecked());
    unbind();

    QPushButton single; // nothing else to choose
    bind(theme, &single, Theme::Light);
    single.click();
    QVERIFY(single.isChecked());
}

void tst_BindInputs::actions_areSetWhileUncheckable()
{
    const auto bold = atom(false);
    QAction action;
    bind(bold, &action);
    const auto size = atom(0);
    QAction big;
    bind(size, &big, 1);
    for (QAction *each : {&action, &big}) {
        each->setCheckable(false);
        each->setChecked(true); // shows nothing, and says nothing
        each->setCheckable(true);
        QCOMPARE(each->isChecked(), false);
    }
    QCOMPARE(bold.get(), false);
    QCOMPARE(size.get(), 0);
    action.trigger();
    QCOMPARE(bold.get(), true);
    action.setCheckable(false);
    bold.set(false);
    action.setCheckable(true);
    QCOMPARE(action.isChecked(), false);
    QCOMPARE(bold.get(), false);
}

void tst_BindInputs::actions_areSetWhileUncheckableInAGroup()
{
    const auto store = atom(0);
    QActionGroup group(nullptr);
    std::array<QAction, 3> all;
    for (std::size_t number = 0; number < all.size(); ++number) {
        group.addAction(&all[number]);
        bind(store, &all[number], static_cast<int>(number));
    }
    all[1].setCheckable(false);
    all[1].setChecked(true);
    all[1].setCheckable(true); // the group takes it for the checked one, and unchecks the other
    QCOMPARE(store.get(), 0);
    QCOMPARE(group.checkedAction(), &all[0]);
    all[0].setCheckable(false);
    store.set(2);
    all[0].setCheckable(true);
    QCOMPARE(store.get(), 2);
    QCOMPARE(group.checkedAction(), &all[2]);
}

void tst_BindInputs::buttons_areUncheckableForAMoment()
{
    const auto store = atom(true);
    QPushButton button;
    QCheckBox box;
    bind(store, &button);
    bind(store, &box);
    for (QAbstractButton *each : {static_cast<QAbstractButton *>(&button), static_cast<QAbstractButton *>(&box)}) {
        each->setCheckable(false); // which unchecks it, and says nothing
        each->setCheckable(true);
        each->grab();
        QCOMPARE(each->isChecked(), true);
    }
    QCOMPARE(store.get(), true);
}

void tst_BindInputs::buttonGroup_withoutButtonOfTheId()
{
    const auto id = atom(1);
    QWidget window;
    QButtonGroup group;
    group.addButton(new QRadioButton(&window), 1);
    group.addButton(new QRadioButton(&window), 2);
    bind(id, &group);
    QCOMPARE(group.checkedId(), 1);
    id.set(9);
    QCOMPARE(group.checkedId(), -1);
    QVERIFY(group.exclusive());
    group.button(2)->click();
    QCOMPARE(id.get(), 2);
}

void tst_BindInputs::comboBox_byIndexTextAndData()
{
    const auto index = atom(1);
    const auto text = atom(QStringLiteral("b"));
    const auto data = atom(20);
    QComboBox box;
    box.addItem(QStringLiteral("a"), 10);
    box.addItem(QStringLiteral("b"), 20);
    box.addItem(QStringLiteral("c"), 30);
    bind(index, &box, "currentIndex");
    bind(text, &box, "currentText");
    bind(data, &box, "currentData");
    box.setCurrentIndex(2);
    QCOMPARE(index.get(), 2);
    QCOMPARE(text.get(), QStringLiteral("c"));
    QCOMPARE(data.get(), 30);
    data.set(10);
    QCOMPARE(box.currentIndex(), 0);
    data.set(11);
    QCOMPARE(box.currentIndex(), -1);
}

void tst_BindInputs::comboBox_isFilledLater()
{
    const auto text = atom(QStringLiteral("b"));
    QComboBox box;
    bind(text, &box);
    QCOMPARE(box.currentIndex(), -1);
    box.addItems({QStringLiteral("a"), QStringLiteral("b")});
    QCOMPARE(text.get(), QStringLiteral("b"));
    QCOMPARE(box.currentText(), QStringLiteral("b"));
    box.insertItem(0, QStringLiteral("0"));
    QCOMPARE(box.currentText(), QStringLiteral("b"));
    box.clear();
    QCOMPARE(text.get(), QStringLiteral("b"));
    box.addItem(QStringLiteral("c"));
    QCOMPARE(text.get(), QStringLiteral("b"));
    QCoreApplication::processEvents(); // from Qt 6.5 on the box chooses "c" when all is done, which is undone here
    QCOMPARE(text.get(), QStringLiteral("b"));
    QCOMPARE(box.currentIndex(), -1);
    box.addItem(QStringLiteral("b"));
    QCOMPARE(box.currentIndex(), 1);
    box.setItemText(1, QStringLiteral("renamed"));
    QCOMPARE(text.get(), QStringLiteral("b"));
}

void tst_BindInputs::comboBox_getsAnotherModel()
{
    const auto text = atom(QStringLiteral("b"));
    QComboBox box;
    box.addItems({QStringLiteral("a"), QStringLiteral("b")});
    bind(text, &box);
    QStringListModel model({QStringLiteral("x"), QStringLiteral("b"), QStringLiteral("y")});
    box.setModel(&model);
    QCOMPARE(text.get(), QStringLiteral("b"));
    QCOMPARE(box.currentIndex(), 1);
    model.setStringList({QStringLiteral("z"), QStringLiteral("y"), QStringLiteral("b")});
    QCOMPARE(text.get(), QStringLiteral("b"));
    QCOMPARE(box.currentIndex(), 2);
    box.setCurrentIndex(0);
    QCOMPARE(text.get(), QStringLiteral("z"));
    box.setModel(new QStandardItemModel(&box)); // before the old one goes
}

void tst_BindInputs::comboBox_editable()
{
    const auto text = atom(QStringLiteral("b"));
    QComboBox box;
    box.addItems({QStringLiteral("a"), QStringLiteral("b")});
    box.setEditable(true);
    bind(text, &box, {.commit = Commit::AtOnce});
    box.setEditText(QStringLiteral("new"));
    QCOMPARE(text.get(), QStringLiteral("new"));
    text.set(QStringLiteral("other"));
    QCOMPARE(box.currentText(), QStringLiteral("other"));
    text.set(QStringLiteral("a"));
    QCOMPARE(box.currentIndex(), 0);
}

QTEST_MAIN(tst_BindInputs)
#include "tst_bindinputs.moc"

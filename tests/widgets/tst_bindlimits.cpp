// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include <QButtonGroup>
#include <QComboBox>
#include <QDateEdit>
#include <QDoubleSpinBox>
#include <QFocusEvent>
#include <QFontComboBox>
#include <QFontInfo>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTest>
#include <QTimeEdit>

#include <limits>
#include <optional>

using namespace nanostores;

/// What a widget does by itself is not written, and the store's value is shown as soon as it can be.
class tst_BindLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void range_ofASlider();
    void range_ofASpinBoxThatIsNotShown();
    void decimals_shrinkAndGrow();
    void length_ofALine();
    void pages_comeAfterBind();
    void pages_ofATabBar();
    void pages_ofAStack();
    void tabBar_isHiddenAsBefore();
    void buttons_comeAfterBind();
    void returnKey_withoutEdit();
    void returnKey_withoutEditOfAnyWidget_data();
    void returnKey_withoutEditOfAnyWidget();
    void value_thatDoesNotFit();
    void item_withoutData();
    void line_keepsSelectionAndUndo();
    void line_ofANumber();
    void text_keepsNonBreakingSpaces();
    void spinBox_ofNaN();
    void list_ofNoRow_data();
    void list_ofNoRow();
    void edit_ofARemovedKey();
    void fonts_areFiltered();
    void fonts_areInstalled();
    void button_isMadeUncheckable();
};

void tst_BindLimits::range_ofASlider()
{
    const auto store = atom(80);
    QSlider slider;
    slider.setRange(0, 100);
    bind(store, &slider);
    slider.setMaximum(50);
    QCOMPARE(slider.value(), 50);
    QCOMPARE(store.get(), 80);
    slider.setMaximum(100);
    QCOMPARE(slider.value(), 80);
    slider.setMaximum(50);
    slider.setValue(30);
    QCOMPARE(store.get(), 30);
}

void tst_BindLimits::range_ofASpinBoxThatIsNotShown()
{
    const auto store = atom(50);
    QSpinBox box;
    box.setRange(0, 10);
    bind(store, &box);
    box.setMaximum(30);
    QCoreApplication::processEvents();
    QCOMPARE(box.value(), 30);
    box.setMaximum(100);
    QCoreApplication::processEvents();
    QCOMPARE(box.value(), 50);
    box.setMaximum(20);
    QCOMPARE(store.get(), 50);
    box.setMaximum(500);
    box.setValue(400);
    QCOMPARE(store.get(), 400);
}

void tst_BindLimits::decimals_shrinkAndGrow()
{
    const auto store = atom(3.14159);
    QDoubleSpinBox box;
    box.setDecimals(5);
    bind(store, &box);
    box.setDecimals(1);
    QCOMPARE(box.value(), 3.1);
    QCOMPARE(store.get(), 3.14159);
    box.setDecimals(5);
    QCoreApplication::processEvents();
    QCOMPARE(box.value(), 3.14159);
}

void tst_BindLimits::length_ofALine()
{
    const auto store = atom(QStringLiteral("hello"));
    QLineEdit line;
    bind(store, &line);
    line.setMaxLength(3);
    QCOMPARE(line.text(), QStringLiteral("hel"));
    QCOMPARE(store.get(), QStringLiteral("hello"));
    line.setMaxLength(100);
    QCoreApplication::processEvents();
    QCOMPARE(line.text(), QStringLiteral("hello"));
}

void tst_BindLimits::pages_comeAfterBind()
{
    const auto store = atom(1);
    QTabWidget tabs;
    bind(store, &tabs);
    tabs.addTab(new QWidget, QStringLiteral("a"));
    tabs.addTab(new QWidget, QStringLiteral("b"));
    QCOMPARE(tabs.currentIndex(), 1);
    tabs.insertTab(0, new QWidget, QStringLiteral("c"));
    QCOMPARE(tabs.currentIndex(), 1);
    delete tabs.widget(1);
    delete tabs.widget(1);
    QCOMPARE(store.get(), 1);
    tabs.addTab(new QWidget, QStringLiteral("d"));
    QCOMPARE(tabs.currentIndex(), 1);
    tabs.setCurrentIndex(0);
    QCOMPARE(store.get(), 0);
}

void tst_BindLimits::pages_ofATabBar()
{
    const auto store = atom(1);
    QTabBar bar;
    bind(store, &bar);
    bar.addTab(QStringLiteral("a"));
    bar.addTab(QStringLiteral("b"));
    QCOMPARE(store.get(), 1);
    QCoreApplication::processEvents();
    QCOMPARE(bar.currentIndex(), 1);
    bar.removeTab(1);
    bar.insertTab(0, QStringLiteral("c"));
    QCOMPARE(store.get(), 1);
    QCoreApplication::processEvents();
    QCOMPARE(bar.currentIndex(), 1);
}

void tst_BindLimits::pages_ofAStack()
{
    const auto store = atom(1);
    QStackedWidget stack;
    bind(store, &stack);
    stack.addWidget(new QWidget);
    stack.addWidget(new QWidget);
    QCOMPARE(stack.currentIndex(), 1);
    stack.insertWidget(0, new QWidget);
    QCOMPARE(stack.currentIndex(), 1);
    QCOMPARE(store.get(), 1);
}

void tst_BindLimits::tabBar_isHiddenAsBefore()
{
    const auto store = atom(1);
    for (const bool isHidden : {false, true}) {
        for (const bool hidesItself : {false, true}) {
            QTabWidget tabs;
            tabs.setTabBarAutoHide(hidesItself);
            tabs.tabBar()->setVisible(!isHidden);
            QTabWidget other;
            other.setTabBarAutoHide(hidesItself);
            other.tabBar()->setVisible(!isHidden);
            bind(store, &tabs);
            for (int i = 0; i < 3; ++i) {
                tabs.addTab(new QWidget, QStringLiteral("a"));
                other.addTab(new QWidget, QStringLiteral("a"));
                QCOMPARE(tabs.tabBar()->isHidden(), other.tabBar()->isHidden());
                QCOMPARE(tabs.tabBarAutoHide(), hidesItself);
            }
        }
    }
}

void tst_BindLimits::buttons_comeAfterBind()
{
    const auto store = atom(2);
    QWidget window;
    QButtonGroup group;
    bind(store, &group);
    group.addButton(new QRadioButton(&window), 1);
    group.addButton(new QRadioButton(&window), 2);
    QCoreApplication::processEvents();
    QCOMPARE(group.checkedId(), 2);
    delete group.button(2);
    group.button(1)->setChecked(true);
    QCOMPARE(store.get(), 1);
}

void tst_BindLimits::returnKey_withoutEdit()
{
    const auto store = atom(50);
    QSpinBox box;
    box.setRange(0, 10);
    bind(store, &box);
    QTest::keyClick(&box, Qt::Key_Return);
    QCOMPARE(store.get(), 50);
    QTest::keyClick(&box, Qt::Key_Down);
    QCOMPARE(store.get(), 9);
}

namespace {

/// Walks through the widget, in which the store's value does not show in full, without an edit.
template<typename T, typename W>
void walkThrough(W &widget, const T &value, BindOptions options)
{
    const auto store = atom(value);
    int changes = 0;
    const Subscription counting = store.listen([&changes] { ++changes; });
    QWidget window;
    widget.setParent(&window);
    bind(store, &widget, options);
    window.show();
    widget.setFocus();
    QCoreApplication::processEvents();
    QTest::keyClick(&widget, Qt::Key_Return);
    QTest::keyClick(&widget, Qt::Key_Tab);
    QFocusEvent out(QEvent::FocusOut, Qt::TabFocusReason);
    QCoreApplication::sendEvent(&widget, &out);
    QCoreApplication::processEvents();
    QCOMPARE(changes, 0);
    QVERIFY(store.get() == value);
    widget.setParent(nullptr);
}

} // namespace

void tst_BindLimits::returnKey_withoutEditOfAnyWidget_data()
{
    QTest::addColumn<QString>("widget");
    QTest::addColumn<bool>("isDelayed");
    for (const char *widget : {"QSpinBox", "QDoubleSpinBox", "QDateEdit", "QTimeEdit", "QLineEdit",
                               "a number in a QLineEdit", "QComboBox"}) {
        QTest::addRow("%s", widget) << QString::fromLatin1(widget) << false;
        QTest::addRow("%s, when finished", widget) << QString::fromLatin1(widget) << true;
    }
}

void tst_BindLimits::returnKey_withoutEditOfAnyWidget()
{
    QFETCH(QString, widget);
    QFETCH(bool, isDelayed);
    const BindOptions options{isDelayed ? Commit::WhenFinished : Commit::AtOnce, Observe::Always};
    if (widget == QLatin1String("QSpinBox")) {
        QSpinBox box;
        box.setRange(0, 10);
        walkThrough(box, 50, options);
    } else if (widget == QLatin1String("QDoubleSpinBox")) {
        QDoubleSpinBox box;
        box.setDecimals(1);
        walkThrough(box, 2.345, options);
    } else if (widget == QLatin1String("QDateEdit")) {
        QDateEdit edit;
        edit.setMaximumDate(QDate(2020, 1, 1));
        walkThrough(edit, QDate(2026, 5, 1), options);
    } else if (widget == QLatin1String("QTimeEdit")) {
        QTimeEdit edit;
        edit.setDisplayFormat(QStringLiteral("hh:mm"));
        walkThrough(edit, QTime(12, 30, 15, 7), options);
    } else if (widget == QLatin1String("QLineEdit")) {
        QLineEdit line;
        line.setMaxLength(3);
        walkThrough(line, QStringLiteral("longer than that"), options);
    } else if (widget == QLatin1String("a number in a QLineEdit")) {
        QLineEdit line;
        walkThrough(line, 0.1F, options);
    } else {
        QComboBox combo;
        combo.setEditable(true);
        combo.addItems({QStringLiteral("one"), QStringLiteral("two")});
        walkThrough(combo, QStringLiteral("none of them"), options);
    }
}

void tst_BindLimits::value_thatDoesNotFit()
{
    const auto store = atom(quint8(5));
    QSlider slider;
    slider.setRange(0, 1000);
    auto *binding = bind(store, &slider);
    slider.setValue(300);
    QCOMPARE(store.get(), quint8(5));
    QCOMPARE(slider.value(), 5);
    QVERIFY(binding->isRejected());
    QVERIFY(!binding->isPending());
    const auto large = atom(qint64(1) << 40);
    QSlider clamped;
    clamped.setRange(0, 100);
    bind(large, &clamped);
    QCOMPARE(clamped.value(), 100);
}

void tst_BindLimits::item_withoutData()
{
    const auto store = atom(std::optional<QString>(QStringLiteral("fr")));
    QComboBox box;
    box.addItem(QStringLiteral("none"));
    box.addItem(QStringLiteral("France"), QStringLiteral("fr"));
    bind(store, &box, "currentData");
    QCOMPARE(box.currentIndex(), 1);
    box.setCurrentIndex(0);
    QVERIFY(!store.get());
    box.setCurrentIndex(1);
    QCOMPARE(store.get(), std::optional<QString>(QStringLiteral("fr")));
}

void tst_BindLimits::line_keepsSelectionAndUndo()
{
    const auto store = atom(QStringLiteral("hello"));
    QLineEdit line;
    bind(store, &line);
    QTest::keyClick(&line, Qt::Key_X);
    QCOMPARE(store.get(), QStringLiteral("hellox"));
    line.setSelection(1, 3);
    const QSignalSpy edited(&line, &QLineEdit::textEdited);
    const QSignalSpy changed(&line, &QLineEdit::textChanged);
    store.set(QStringLiteral("say: hellox"));
    QCOMPARE(line.selectedText(), QStringLiteral("ell"));
    QCOMPARE(edited.count(), 0);
    QCOMPARE(changed.count(), 1);
    QVERIFY(line.isUndoAvailable());
}

void tst_BindLimits::line_ofANumber()
{
    const auto store = atom(1e10);
    QLineEdit line;
    auto *binding = bind(store, &line);
    QCOMPARE(line.text(), QStringLiteral("10000000000"));
    line.selectAll();
    QTest::keyClicks(&line, QStringLiteral("inf"));
    QCOMPARE(store.get(), 1e10);
    QVERIFY(binding->isPending());
    QTest::keyClick(&line, Qt::Key_Return);
    QCOMPARE(line.text(), QStringLiteral("10000000000"));
    QLocale::setDefault(QLocale(QLocale::German));
    line.selectAll();
    QTest::keyClicks(&line, QStringLiteral("2,5"));
    QLocale::setDefault(QLocale::c());
    QCOMPARE(store.get(), 2.5);
}

void tst_BindLimits::text_keepsNonBreakingSpaces()
{
    const auto store = atom(QStringLiteral("a\u00a0b"));
    QPlainTextEdit edit;
    bind(store, &edit);
    QTest::keyClick(&edit, Qt::Key_X);
    QCOMPARE(store.get(), QStringLiteral("xa\u00a0b"));
}

void tst_BindLimits::spinBox_ofNaN()
{
    const auto store = atom(std::numeric_limits<double>::quiet_NaN());
    QDoubleSpinBox box;
    bind(store, &box);
    QCOMPARE(box.text(), QString());
    QTest::keyClick(&box, Qt::Key_Return);
    QVERIFY(store.get() != store.get());
    store.set(2);
    QCOMPARE(box.value(), 2.0);
}

void tst_BindLimits::list_ofNoRow_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<int>("row");
    QTest::newRow("NaN") << QVariant(std::numeric_limits<double>::quiet_NaN()) << -1;
    QTest::newRow("infinity") << QVariant(std::numeric_limits<double>::infinity()) << -1;
    QTest::newRow("between rows") << QVariant(0.5) << -1;
    QTest::newRow("2^32") << QVariant(4294967296LL) << -1;
    QTest::newRow("negative") << QVariant(-3) << -1;
    QTest::newRow("none") << QVariant() << -1;
    QTest::newRow("words") << QVariant(QStringLiteral("first")) << -1;
    QTest::newRow("whole") << QVariant(1.0) << 1;
}

void tst_BindLimits::list_ofNoRow()
{
    QFETCH(QVariant, value);
    QFETCH(int, row);
    const auto store = atom(QVariant(2));
    QListWidget list;
    list.addItems({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")});
    bind(store, &list, "currentRow");
    QCOMPARE(list.currentRow(), 2);
    store.set(value);
    QCOMPARE(list.currentRow(), row);
}

void tst_BindLimits::edit_ofARemovedKey()
{
    const auto store = map<QString, QString>({{QStringLiteral("anna"), QStringLiteral("Anna")}});
    QLineEdit line;
    bind(store, QStringLiteral("anna"), &line, {.commit = Commit::WhenFinished});
    QTest::keyClick(&line, Qt::Key_X);
    store.removeKey(QStringLiteral("anna"));
    QTest::keyClick(&line, Qt::Key_Return);
    QVERIFY(!store.getKey(QStringLiteral("anna")));
    QCOMPARE(line.text(), QString());
}

void tst_BindLimits::fonts_areFiltered()
{
    QFontComboBox box;
    int last = box.count() - 1;
    const auto isLeftOut = [&] { return QFontInfo(QFont(box.itemText(last))).fixedPitch(); };
    const auto isAnother = [&] { return QFontInfo(QFont(box.itemText(last))).family() != box.itemText(last); };
    while (last > 1 && (isLeftOut() || isAnother())) {
        --last;
    }
    if (last < 2) { // fonts are the system's: without one that the filter leaves out there is nothing to see
        QSKIP("there are too few fonts here: install one that is not monospaced, such as DejaVu Serif");
    }
    const QString family = box.itemText(last);
    const auto store = atom(QFont(family));
    bind(store, &box);
    QCOMPARE(box.currentFont().family(), family);
    for (int turn = 0; turn < 2; ++turn) {
        box.setFontFilters(QFontComboBox::MonospacedFonts);
        QCOMPARE(store.get().family(), family);
        QCoreApplication::processEvents();
        QCOMPARE(store.get().family(), family);
        box.setFontFilters(QFontComboBox::AllFonts);
        QCoreApplication::processEvents();
        QCOMPARE(box.currentFont().family(), family);
        QCOMPARE(store.get().family(), family);
    }
    // And what the user chooses is written, at once after that, too.
    box.setFontFilters(QFontComboBox::MonospacedFonts);
    box.setFontFilters(QFontComboBox::AllFonts);
    QTest::keyClick(&box, Qt::Key_Up);
    QCOMPARE(store.get().family(), box.itemText(last - 1));
    QCOMPARE(box.currentFont().family(), box.itemText(last - 1));
    QCoreApplication::processEvents();
    box.setCurrentFont(QFont(family)); // by the program
    QCOMPARE(store.get().family(), family);
}

void tst_BindLimits::fonts_areInstalled()
{
    QFontComboBox box;
    if (box.count() < 2) { // with one font alone the box cannot choose another
        QSKIP("there are too few fonts here: install a second one");
    }
    box.setCurrentIndex(1);
    const auto store = atom(box.currentFont());
    const QString family = store.get().family();
    bind(store, &box);
    Q_EMIT qApp->fontDatabaseChanged(); // as Qt does it for an application font
    QCoreApplication::processEvents();
    QCOMPARE(store.get().family(), family);
    QCOMPARE(box.currentFont().family(), family);
}

void tst_BindLimits::button_isMadeUncheckable()
{
    const auto store = atom(true);
    QPushButton button;
    button.setCheckable(true);
    bind(store, &button);
    button.show();
    QCoreApplication::processEvents();
    button.setCheckable(false); // which unchecks it, and says nothing
    button.grab();
    QCOMPARE(store.get(), true);
    button.setCheckable(true);
    button.grab();
    QCOMPARE(button.isChecked(), true);
    QCOMPARE(store.get(), true);
    button.click();
    QCOMPARE(store.get(), false);
}

QTEST_MAIN(tst_BindLimits)
#include "tst_bindlimits.moc"

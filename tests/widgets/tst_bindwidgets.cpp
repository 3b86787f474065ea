// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include "profile.h"

#include <QAction>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QDial>
#include <QGroupBox>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollBar>
#include <QSlider>
#include <QSpinBox>
#include <QTabBar>
#include <QTest>
#include <QTextEdit>

#include <functional>
#include <memory>

using namespace nanostores;

namespace {

/// One widget bound to one store: three values, each to be shown, entered and refused.
struct Case
{
    std::shared_ptr<QObject> object;
    std::function<QVariant()> shown;
    std::function<void(int)> enter; // the value of that number
    std::function<void(int)> set;
    std::function<QVariant()> stored;
    std::function<void(int)> force; // every write is replaced by the value of that number; -1: refused
    QVariantList values;
    std::shared_ptr<QObject> owner;
};

template<typename V, typename W>
Case makeCase(W *widget, const std::array<V, 3> &values, const char *shownProperty, std::function<void(int)> enter)
{
    Case test;
    const auto store = atom(V(values[0]));
    const auto instead = std::make_shared<int>(-2);
    onSet(store, [values, instead](auto &event) {
        if (*instead == -1) {
            event.abort();
        } else if (*instead >= 0) {
            event.replace(values[static_cast<std::size_t>(*instead)]);
        }
    });
    test.object.reset(widget);
    test.enter = std::move(enter);
    test.set = [store, values](int i) { store.set(values[static_cast<std::size_t>(i)]); };
    test.stored = [store] { return nanostores::detail::toVariant(store.get()); };
    test.shown = [widget, shownProperty] { return widget->property(shownProperty); };
    test.force = [instead](int i) { *instead = i; };
    for (const V &value : values) {
        test.values.append(nanostores::detail::toVariant(value));
    }
    bind(store, widget);
    return test;
}

} // namespace

/// The same for each kind of widget: it shows the store, writes it, and falls back.
class tst_BindWidgets : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void widget_showsTheStore_data() { widgets(); }
    void widget_showsTheStore();
    void widget_writesTheStore_data() { widgets(); }
    void widget_writesTheStore();
    void widget_fallsBackWhenRefused_data() { widgets(); }
    void widget_fallsBackWhenRefused();
    void widget_fallsBackWhenReplaced_data() { widgets(); }
    void widget_fallsBackWhenReplaced();

private:
    static void widgets();
};

void tst_BindWidgets::widgets()
{
    QTest::addColumn<std::function<Case()>>("make");
    const auto row = [](const char *name, std::function<Case()> make) { QTest::newRow(name) << std::move(make); };

    static const std::array<QString, 3> texts{QStringLiteral("red"), QStringLiteral("green"), QStringLiteral("blue")};
    static const std::array<std::string, 3> stdTexts{"red", "green", "blue"};
    static const std::array<int, 3> numbers{1, 2, 3};
    static const std::array<double, 3> fractions{1.5, 2.25, 3.75};
    static const std::array<bool, 3> switches{false, true, false};

    const auto type = [](auto *widget) {
        return [widget](int i) {
            widget->selectAll();
            QTest::keyClicks(widget, texts[static_cast<std::size_t>(i)]);
        };
    };
    row("QLineEdit", [type] {
        auto *edit = new QLineEdit;
        return makeCase<QString>(edit, texts, "text", type(edit));
    });
    row("QLineEdit, std::string", [type] {
        auto *edit = new QLineEdit;
        return makeCase<std::string>(edit, stdTexts, "text", type(edit));
    });
    row("QTextEdit", [type] {
        auto *edit = new QTextEdit;
        return makeCase<QString>(edit, texts, "plainText", type(edit));
    });
    row("QPlainTextEdit", [type] {
        auto *edit = new QPlainTextEdit;
        return makeCase<QString>(edit, texts, "plainText", type(edit));
    });
    row("QSpinBox", [] {
        auto *box = new QSpinBox;
        return makeCase<int>(box, numbers, "value", [box](int i) {
            box->selectAll();
            QTest::keyClicks(box, QString::number(i + 1));
        });
    });
    row("QSpinBox, double", [] {
        auto *box = new QSpinBox;
        return makeCase<double>(box, {1, 2, 3}, "value", [box](int i) { box->setValue(i + 1); });
    });
    row("QDoubleSpinBox", [] {
        auto *box = new QDoubleSpinBox;
        return makeCase<double>(box, fractions, "value",
                                [box](int i) { box->setValue(fractions[static_cast<std::size_t>(i)]); });
    });
    row("QDoubleSpinBox, float", [] {
        auto *box = new QDoubleSpinBox;
        return makeCase<float>(box, {1.5f, 2.25f, 3.75f}, "value",
                               [box](int i) { box->setValue(fractions[static_cast<std::size_t>(i)]); });
    });
    const auto slide = [](auto *slider) { return [slider](int i) { slider->setSliderPosition(i + 1); }; };
    row("QSlider", [slide] {
        auto *slider = new QSlider;
        return makeCase<int>(slider, numbers, "value", slide(slider));
    });
    row("QSlider, unsigned char", [slide] {
        auto *slider = new QSlider;
        return makeCase<unsigned char>(slider, {1, 2, 3}, "value", slide(slider));
    });
    row("QDial", [slide] {
        auto *dial = new QDial;
        return makeCase<int>(dial, numbers, "value", slide(dial));
    });
    row("QScrollBar", [slide] {
        auto *bar = new QScrollBar;
        return makeCase<int>(bar, numbers, "value", slide(bar));
    });
    const auto click = [](auto *button) {
        return [button](int i) {
            if (button->isChecked() != switches[static_cast<std::size_t>(i)]) {
                button->click();
            }
        };
    };
    row("QCheckBox", [click] {
        auto *box = new QCheckBox;
        return makeCase<bool>(box, switches, "checked", click(box));
    });
    row("QPushButton", [click] {
        auto *button = new QPushButton;
        return makeCase<bool>(button, switches, "checked", click(button));
    });
    row("QGroupBox", [] {
        auto *box = new QGroupBox;
        return makeCase<bool>(box, switches, "checked",
                              [box](int i) { box->setChecked(switches[static_cast<std::size_t>(i)]); });
    });
    row("QAction", [] {
        auto *action = new QAction;
        return makeCase<bool>(action, switches, "checked", [action](int i) {
            if (action->isChecked() != switches[static_cast<std::size_t>(i)]) {
                action->trigger();
            }
        });
    });
    const auto fill = [](QComboBox *box) {
        for (const QString &text : texts) {
            box->addItem(text, text.size());
        }
    };
    const auto choose = [](QComboBox *box) {
        return [box](int i) {
            for (int steps = i - box->currentIndex(); steps != 0; steps += steps < 0 ? 1 : -1) {
                QTest::keyClick(box, steps < 0 ? Qt::Key_Up : Qt::Key_Down);
            }
        };
    };
    row("QComboBox, text", [fill, choose] {
        auto *box = new QComboBox;
        fill(box);
        return makeCase<QString>(box, texts, "currentText", choose(box));
    });
    row("QComboBox, index", [fill] {
        auto *box = new QComboBox;
        fill(box);
        return makeCase<int>(box, {0, 1, 2}, "currentIndex", [box](int i) { box->setCurrentIndex(i); });
    });
    row("QComboBox, enum", [fill] {
        auto *box = new QComboBox;
        fill(box);
        Case test = makeCase<Theme>(box, {Theme::Light, Theme::Dark, Theme::Blue}, "",
                                    [box](int i) { box->setCurrentIndex(i); });
        test.shown = [box] { return QVariant::fromValue(static_cast<Theme>(box->currentIndex())); };
        return test;
    });
    row("QComboBox, data", [] {
        auto *box = new QComboBox;
        static const std::array<QDate, 3> dates{QDate(2024, 1, 1), QDate(2024, 1, 2), QDate(2024, 1, 3)};
        for (const QDate &date : dates) {
            box->addItem(date.toString(), date);
        }
        return makeCase<QDate>(box, dates, "currentData", [box](int i) { box->setCurrentIndex(i); });
    });
    row("QComboBox, editable", [type] {
        auto *box = new QComboBox;
        box->setEditable(true);
        return makeCase<QString>(box, texts, "currentText", type(box->lineEdit()));
    });
    row("QDateTimeEdit", [] {
        auto *edit = new QDateTimeEdit;
        static const std::array<QDateTime, 3> times{QDateTime(QDate(2024, 1, 1), QTime(1, 1)),
                                                    QDateTime(QDate(2024, 2, 29), QTime(13, 2)),
                                                    QDateTime(QDate(2024, 3, 3), QTime(23, 3))};
        return makeCase<QDateTime>(edit, times, "dateTime",
                                   [edit](int i) { edit->setDateTime(times[static_cast<std::size_t>(i)]); });
    });
    static const std::array<QDate, 3> days{QDate(2024, 1, 1), QDate(2024, 2, 29), QDate(2024, 3, 3)};
    static const std::array<QTime, 3> times{QTime(1, 1), QTime(13, 2), QTime(23, 3)};
    row("QDateEdit", [] {
        auto *edit = new QDateEdit;
        return makeCase<QDate>(edit, days, "date", [edit](int i) { edit->setDate(days[static_cast<std::size_t>(i)]); });
    });
    row("QDateTimeEdit, date", [] {
        auto *edit = new QDateTimeEdit;
        return makeCase<QDate>(edit, days, "date", [edit](int i) { edit->setDate(days[static_cast<std::size_t>(i)]); });
    });
    row("QTimeEdit", [] {
        auto *edit = new QTimeEdit;
        return makeCase<QTime>(edit, times, "time",
                               [edit](int i) { edit->setTime(times[static_cast<std::size_t>(i)]); });
    });
    row("QButtonGroup", [] {
        auto *parent = new QWidget;
        auto *group = new QButtonGroup;
        for (int id = 1; id <= 3; ++id) {
            group->addButton(new QRadioButton(parent), id);
        }
        Case test = makeCase<int>(group, numbers, "", [group](int i) { group->button(i + 1)->click(); });
        test.owner.reset(parent);
        test.shown = [group] { return QVariant(group->checkedId()); };
        return test;
    });
    row("QKeySequenceEdit", [] {
        auto *edit = new QKeySequenceEdit;
        static const std::array<QKeySequence, 3> keys{QKeySequence(Qt::Key_A), QKeySequence(Qt::Key_B),
                                                      QKeySequence(Qt::Key_C)};
        return makeCase<QKeySequence>(edit, keys, "keySequence",
                                      [edit](int i) { edit->setKeySequence(keys[static_cast<std::size_t>(i)]); });
    });
    row("QTabBar", [] {
        auto *bar = new QTabBar;
        for (const QString &text : texts) {
            bar->addTab(text);
        }
        return makeCase<int>(bar, {0, 1, 2}, "currentIndex", [bar](int i) { bar->setCurrentIndex(i); });
    });
}

void tst_BindWidgets::widget_showsTheStore()
{
    QFETCH(const std::function<Case()>, make);
    const Case test = make();
    QCOMPARE(test.shown(), test.values[0]);
    test.set(1);
    QCOMPARE(test.shown(), test.values[1]);
    QCOMPARE(test.stored(), test.values[1]);
    test.set(2);
    QCOMPARE(test.shown(), test.values[2]);
    test.set(0);
    QCOMPARE(test.shown(), test.values[0]);
    QCOMPARE(test.stored(), test.values[0]);
}

void tst_BindWidgets::widget_writesTheStore()
{
    QFETCH(const std::function<Case()>, make);
    const Case test = make();
    test.enter(1);
    QCOMPARE(test.stored(), test.values[1]);
    QCOMPARE(test.shown(), test.values[1]);
    test.enter(2);
    QCOMPARE(test.stored(), test.values[2]);
    test.enter(0);
    QCOMPARE(test.stored(), test.values[0]);
    QCOMPARE(test.shown(), test.values[0]);
    const auto *binding = test.object->findChild<WidgetBinding *>();
    QVERIFY(!binding->isPending());
    QVERIFY(!binding->isRejected());
}

void tst_BindWidgets::widget_fallsBackWhenRefused()
{
    QFETCH(const std::function<Case()>, make);
    const Case test = make();
    const auto *binding = test.object->findChild<WidgetBinding *>();
    test.force(-1);
    test.enter(1);
    QCOMPARE(test.stored(), test.values[0]);
    QCOMPARE(test.shown(), test.values[0]);
    QVERIFY(binding->isRejected());
    test.force(-2);
    test.enter(1);
    QCOMPARE(test.shown(), test.values[1]);
    QVERIFY(!binding->isRejected());
}

void tst_BindWidgets::widget_fallsBackWhenReplaced()
{
    QFETCH(const std::function<Case()>, make);
    const Case test = make();
    test.set(1);
    test.force(2);
    test.enter(0);
    QCOMPARE(test.stored(), test.values[2]);
    QCOMPARE(test.shown(), test.values[2]);
}

QTEST_MAIN(tst_BindWidgets)
#include "tst_bindwidgets.moc"

// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include <QAction>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QDial>
#include <QFocusEvent>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QRadioButton>
#include <QScrollBar>
#include <QSlider>
#include <QSpinBox>
#include <QTest>
#include <QTextEdit>

#include <functional>
#include <memory>

using namespace nanostores;

namespace {

void leave(QWidget *widget)
{
    QFocusEvent out(QEvent::FocusOut, Qt::TabFocusReason);
    QCoreApplication::sendEvent(widget, &out);
}

/// A widget bound to a store that commits when editing ends.
struct Case
{
    std::shared_ptr<QObject> object;
    WidgetBinding *binding = nullptr;
    std::function<void()> edit; ///< Begins to enter the second value; or all of it, if there is no end.
    std::function<void()> finish;
    std::function<QVariant()> shown;
    std::function<QVariant()> stored;
    std::function<void()> setThird;
    std::shared_ptr<bool> isClosed = std::make_shared<bool>(false); ///< Refuses.
    QVariantList values;
    std::shared_ptr<QWidget> owner;
};

template<typename V, typename W>
Case makeCase(W *widget, const std::array<V, 3> &values, const char *property, std::function<void()> edit,
              std::function<void()> finish)
{
    Case made;
    const auto store = atom(V(values[0]));
    onSet(store, [isClosed = made.isClosed](auto &event) {
        if (*isClosed) {
            event.abort();
        }
    });
    made.object.reset(widget);
    made.binding = bind(store, widget, {.commit = Commit::WhenFinished});
    made.edit = std::move(edit);
    made.finish = std::move(finish);
    made.shown = [widget, property] { return widget->property(property); };
    made.stored = [store] { return QVariant::fromValue(store.get()); };
    made.setThird = [store, third = values[2]] { store.set(third); };
    for (const V &value : values) {
        made.values.append(QVariant::fromValue(value));
    }
    return made;
}

} // namespace

Q_DECLARE_METATYPE(std::function<Case()>)

/// Commit::WhenFinished, widget by widget.
class tst_BindDelayed : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void edit_isPendingUntilFinished_data() { widgets(); }
    void edit_isPendingUntilFinished();
    void edit_isNotTakenAway_data() { widgets(); }
    void edit_isNotTakenAway();
    void edit_refusedFallsBack_data() { widgets(); }
    void edit_refusedFallsBack();
    void edit_reverted_data() { widgets(); }
    void edit_reverted();

private:
    static void widgets();
};

void tst_BindDelayed::widgets()
{
    QTest::addColumn<std::function<Case()>>("make");
    const auto row = [](const char *name, std::function<Case()> make) { QTest::newRow(name) << std::move(make); };
    static const std::array<QString, 3> texts{QStringLiteral("red"), QStringLiteral("green"), QStringLiteral("blue")};

    const auto typed = [](auto *widget, const char *property) {
        return makeCase<QString>(
            widget, texts, property,
            [widget] {
                widget->selectAll();
                QTest::keyClicks(widget, texts[1]);
            },
            [widget] { leave(widget); });
    };
    row("QLineEdit", [typed] { return typed(new QLineEdit, "text"); });
    row("QLineEdit, Return", [typed] {
        auto *edit = new QLineEdit;
        Case made = typed(edit, "text");
        made.finish = [edit] { QTest::keyClick(edit, Qt::Key_Return); };
        return made;
    });
    row("QTextEdit", [typed] { return typed(new QTextEdit, "plainText"); });
    row("QPlainTextEdit", [typed] { return typed(new QPlainTextEdit, "plainText"); });
    row("QComboBox, editable", [] {
        auto *box = new QComboBox;
        box->setEditable(true);
        box->setInsertPolicy(QComboBox::NoInsert);
        box->show(); // typed into, and not chosen from, while it has the focus
        box->lineEdit()->setFocus();
        return makeCase<QString>(
            box, texts, "currentText",
            [box] {
                QTRY_VERIFY(box->lineEdit()->hasFocus());
                box->lineEdit()->selectAll();
                QTest::keyClicks(box->lineEdit(), texts[1]);
            },
            [box] { QTest::keyClick(box->lineEdit(), Qt::Key_Return); });
    });
    row("QSpinBox", [] {
        auto *box = new QSpinBox;
        return makeCase<int>(
            box, {1, 2, 3}, "value",
            [box] {
                box->selectAll();
                QTest::keyClicks(box, QStringLiteral("2"));
            },
            [box] { leave(box); });
    });
    row("QSpinBox, arrow", [] {
        auto *box = new QSpinBox;
        return makeCase<int>(
            box, {1, 2, 3}, "value", [box] { QTest::keyClick(box, Qt::Key_Up); },
            [box] { QTest::keyClick(box, Qt::Key_Return); });
    });
    row("QDoubleSpinBox", [] {
        auto *box = new QDoubleSpinBox;
        return makeCase<double>(
            box, {1, 2, 3}, "value", [box] { QTest::keyClick(box, Qt::Key_Up); }, [box] { leave(box); });
    });
    row("QDateTimeEdit", [] {
        auto *edit = new QDateTimeEdit;
        const QDateTime time(QDate(2024, 2, 28), QTime(1, 2));
        edit->setDisplayFormat(QStringLiteral("d.M.yyyy h:mm"));
        return makeCase<QDateTime>(
            edit, {time, time.addDays(1), time.addDays(5)}, "dateTime",
            [edit] {
                edit->setCurrentSection(QDateTimeEdit::DaySection);
                QTest::keyClick(edit, Qt::Key_Up);
            },
            [edit] { leave(edit); });
    });
    const auto slid = [](auto *slider) {
        slider->setSingleStep(1);
        return makeCase<int>(
            slider, {1, 2, 3}, "value",
            [slider] {
                slider->setSliderDown(true);
                slider->setSliderPosition(2);
            },
            [slider] { slider->setSliderDown(false); });
    };
    row("QSlider", [slid] { return slid(new QSlider); });
    row("QDial", [slid] { return slid(new QDial); });
    row("QScrollBar", [slid] { return slid(new QScrollBar); });

    // One step is all of an edit.
    row("QCheckBox", [] {
        auto *box = new QCheckBox;
        return makeCase<bool>(box, {false, true, false}, "checked", [box] { box->click(); }, {});
    });
    row("QAction", [] {
        auto *action = new QAction;
        return makeCase<bool>(action, {false, true, false}, "checked", [action] { action->trigger(); }, {});
    });
    row("QComboBox", [] {
        auto *box = new QComboBox;
        box->addItems({texts[0], texts[1], texts[2]});
        return makeCase<int>(box, {0, 1, 2}, "currentIndex", [box] { QTest::keyClick(box, Qt::Key_Down); }, {});
    });
    row("QButtonGroup", [] {
        const auto owner = std::make_shared<QWidget>();
        auto *group = new QButtonGroup;
        for (int id = 1; id <= 3; ++id) {
            group->addButton(new QRadioButton(owner.get()), id);
        }
        Case made = makeCase<int>(group, {1, 2, 3}, "", [group] { group->button(2)->click(); }, {});
        made.shown = [group] { return QVariant(group->checkedId()); };
        made.owner = owner;
        return made;
    });
    row("QRadioButton", [] {
        const auto owner = std::make_shared<QWidget>();
        auto *first = new QRadioButton(owner.get());
        auto *second = new QRadioButton(owner.get());
        Case made;
        const auto store = atom(1);
        onSet(store, [isClosed = made.isClosed](auto &event) {
            if (*isClosed) {
                event.abort();
            }
        });
        bind(store, first, 1);
        made.binding = bind(store, second, 2, {.commit = Commit::WhenFinished});
        made.edit = [second] { second->click(); };
        made.shown = [first, second] { return QVariant(first->isChecked() ? 1 : second->isChecked() ? 2 : 3); };
        made.stored = [store] { return QVariant(store.get()); };
        made.setThird = [store] { store.set(3); };
        made.values = {1, 2, 3};
        made.owner = owner;
        return made;
    });
}

void tst_BindDelayed::edit_isPendingUntilFinished()
{
    QFETCH(const std::function<Case()>, make);
    const Case test = make();
    QCOMPARE(test.shown(), test.values[0]);
    test.edit();
    QCOMPARE(test.shown(), test.values[1]);
    if (test.finish) {
        QVERIFY(test.binding->isPending());
        QCOMPARE(test.stored(), test.values[0]);
        test.finish();
    }
    QVERIFY(!test.binding->isPending());
    QVERIFY(!test.binding->isRejected());
    QCOMPARE(test.stored(), test.values[1]);
    QCOMPARE(test.shown(), test.values[1]);
}

void tst_BindDelayed::edit_isNotTakenAway()
{
    QFETCH(const std::function<Case()>, make);
    const Case test = make();
    test.edit();
    test.setThird();
    QCOMPARE(test.shown(), test.finish ? test.values[1] : test.values[2]);
    if (test.finish) {
        test.finish();
        QCOMPARE(test.stored(), test.values[1]);
    }
}

void tst_BindDelayed::edit_refusedFallsBack()
{
    QFETCH(const std::function<Case()>, make);
    const Case test = make();
    *test.isClosed = true;
    test.edit();
    if (test.finish) {
        QVERIFY(!test.binding->isRejected());
        test.finish();
    }
    QVERIFY(test.binding->isRejected());
    QVERIFY(!test.binding->isPending());
    QCOMPARE(test.stored(), test.values[0]);
    QCOMPARE(test.shown(), test.values[0]);
}

void tst_BindDelayed::edit_reverted()
{
    QFETCH(const std::function<Case()>, make);
    const Case test = make();
    test.edit();
    test.binding->revert();
    QVERIFY(!test.binding->isPending());
    QCOMPARE(test.shown(), test.finish ? test.values[0] : test.values[1]);
    QCOMPARE(test.shown(), test.stored());
}

QTEST_MAIN(tst_BindDelayed)
#include "tst_binddelayed.moc"

// SPDX-License-Identifier: MIT

// Widgets that are deleted by what a binding of theirs calls: a listener, a hook, a slot of the widget.

#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include <QButtonGroup>
#include <QCoreApplication>
#include <QFocusEvent>
#include <QHideEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPointer>
#include <QRadioButton>
#include <QTest>

#include <functional>

using namespace nanostores;

namespace {

/// Makes what shows the store, and is deleted when it shows another value.
using Make = std::function<QPointer<QObject>(const Atom<int> &number)>;

template<typename W, typename Signal>
QPointer<QObject> deletedAt(W *widget, Signal signal)
{
    QObject::connect(widget, signal, qApp, [widget] { delete widget; });
    return widget;
}

} // namespace

Q_DECLARE_METATYPE(Make)

class tst_DeletedWidgets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void widget_mayGoWhenItShowsAValue_data();
    void widget_mayGoWhenItShowsAValue();
    void widget_mayGoWhenItsEditIsTaken();
    void widget_mayGoWhenItIsHidden();
    void widget_mayGoWhenItsTieEnds_data();
    void widget_mayGoWhenItsTieEnds();
};

void tst_DeletedWidgets::widget_mayGoWhenItShowsAValue_data()
{
    QTest::addColumn<Make>("make");
    // No radio button: QAbstractButton::setChecked() itself goes on with a button that toggled() has deleted.
    QTest::newRow("group of buttons") << Make([](const auto &number) {
        auto *group = new QButtonGroup;
        for (int id = 0; id < 2; ++id) {
            auto *button = new QRadioButton;
            QObject::connect(group, &QObject::destroyed, button, &QObject::deleteLater);
            group->addButton(button, id);
        }
        bind(number, group);
        return deletedAt(group, &QButtonGroup::idToggled);
    });
}

void tst_DeletedWidgets::widget_mayGoWhenItShowsAValue()
{
    QFETCH(Make, make);
    const auto number = atom(0);
    const QPointer<QObject> alive = make(number);
    QVERIFY(alive);
    number.set(7); // none of the choices
    QVERIFY(!alive);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    number.set(1);
}

/// As a dialog does that closes when its field is left.
void tst_DeletedWidgets::widget_mayGoWhenItsEditIsTaken()
{
    const auto text = atom(QString());
    const QPointer<QPlainTextEdit> edit = new QPlainTextEdit;
    bind(text, edit.data(), {.commit = Commit::WhenFinished});
    const auto listening = text.listen([edit] { delete edit.data(); });
    edit->setPlainText(QStringLiteral("x"));
    QFocusEvent left(QEvent::FocusOut);
    QCoreApplication::sendEvent(edit, &left);
    QVERIFY(!edit);
    QCOMPARE(text.get(), QStringLiteral("x"));
}

void tst_DeletedWidgets::widget_mayGoWhenItIsHidden()
{
    const auto text = atom(QStringLiteral("a"));
    QWidget window;
    const QPointer<QLabel> label = new QLabel(&window);
    const Unbind hook = onStop(text, [label](auto &) { delete label.data(); });
    useStore(text, label.data(), &QLabel::setText, Observe::WhileVisible);
    window.show();
    QVERIFY(label);
    QHideEvent hidden;
    QCoreApplication::sendEvent(label, &hidden);
    QVERIFY(!label);
}

void tst_DeletedWidgets::widget_mayGoWhenItsTieEnds_data()
{
    QTest::addColumn<bool>("isBound");
    QTest::newRow("useStore") << false;
    QTest::newRow("bind") << true;
}

void tst_DeletedWidgets::widget_mayGoWhenItsTieEnds()
{
    QFETCH(bool, isBound);
    const auto text = atom(QStringLiteral("a"));
    const QPointer<QPlainTextEdit> edit = new QPlainTextEdit;
    const Unbind hook = onStop(text, [edit](auto &) { delete edit.data(); });
    WidgetSubscription *const tie =
        isBound ? bind(text, edit.data()) : useStore(text, edit.data(), &QPlainTextEdit::setPlainText);
    tie->unbind();
    QVERIFY(!edit);
    QCOMPARE(text.get(), QStringLiteral("a"));
}

QTEST_MAIN(tst_DeletedWidgets)
#include "tst_deletedwidgets.moc"

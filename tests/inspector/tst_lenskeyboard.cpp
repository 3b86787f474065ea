// SPDX-License-Identifier: MIT

// Who works with the keyboard, or has the screen read out, can do in the inspector's window what the mouse can.

#include "inspection.h"
#include "support/controls.h"

#include <nanostores/core.h>

#include <QAccessibleActionInterface>
#include <QColor>
#include <QJsonDocument>
#include <QQmlApplicationEngine>
#include <QQmlComponent>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>
#include <QtQml/qqmlextensionplugin.h>

#include <algorithm>
#include <cmath>
#include <memory>

Q_IMPORT_QML_PLUGIN(LensAppPlugin)

using namespace nanostores;
using support::controlsOf;
using support::nameOf;

namespace {

InspectedEvent change(int id, int in, int turn, const char *name, int store)
{
    const QJsonObject line{{QStringLiteral("e"), id},
                           {QStringLiteral("in"), in},
                           {QStringLiteral("turn"), turn},
                           {QStringLiteral("t"), id * 1000000},
                           {QStringLiteral("kind"), in == 0 ? QStringLiteral("change") : QStringLiteral("run")},
                           {QStringLiteral("s"), store},
                           {QStringLiteral("store"), QLatin1String(name)},
                           {QStringLiteral("outcome"), QStringLiteral("changed")},
                           {QStringLiteral("old"), turn},
                           {QStringLiteral("new"), id}};
    InspectedEvent made;
    InspectedEvent::parse(QJsonDocument(line).toJson(QJsonDocument::Compact), made);
    return made;
}

QList<InspectedStore> threeStores()
{
    QList<InspectedStore> made(3);
    const char *const names[] = {"count", "label", "twice"};
    for (int i = 0; i < 3; ++i) {
        made[i].number = 7 + i;
        made[i].name = QLatin1String(names[i]);
        made[i].kind = i == 0 ? QStringLiteral("store") : QStringLiteral("computed");
        made[i].value = QString::number(i);
        made[i].observers = i;
        made[i].isEditable = i == 0;
    }
    return made;
}

lens::Picture threeBoxes()
{
    const QJsonObject graph = QJsonDocument::fromJson(R"({"nodes":[
        {"s":7,"name":"count","kind":"store","value":"1"},{"s":8,"name":"label","kind":"computed","value":"2"},
        {"s":9,"name":"twice","kind":"computed","value":"3"}],
        "arrows":[[0,1,true],[1,2,true]],"listeners":[[1,"badge",1]]})")
                                  .object();
    return lens::layOut(graph, 8);
}

} // namespace

class tst_LensKeyboard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void allHasANameAndARole_data();
    void allHasANameAndARole();
    void tabGoesThroughTheWindow();
    void tabComesToAllThatTheMouseDoes_data();
    void tabComesToAllThatTheMouseDoes();
    void keysPressWhatTheMouseClicks_data();
    void keysPressWhatTheMouseClicks();
    void screenReadersPressWhatTheMouseClicks();
    void arrowsChooseStoresAndTurns();
    void arrowsMoveTime();
    void escapeEmptiesTheFilter();
    void escapeClosesADialogAndGivesTheKeyboardBack();
    void tabLeavesTheValue();
    void rowsAreReadOut();
    void smallWindow_showsOnePaneAtATime();
    void texts_canBeReadOnWhatIsBehindThem_data();
    void texts_canBeReadOnWhatIsBehindThem();

private:
    QString focused() const
    {
        QQuickItem *const item = m_window->activeFocusItem();
        const QAccessibleInterface *const shown = item ? QAccessible::queryAccessibleInterface(item) : nullptr;
        return shown ? nameOf(shown) : QStringLiteral("nothing");
    }
    bool tabTo(const QString &name)
    {
        for (int i = 0; i < 80 && focused() != name; ++i) {
            QTest::keyClick(m_window, Qt::Key_Tab);
        }
        return focused() == name;
    }
    /// All that Tab comes to, in its order.
    QStringList tabOrder()
    {
        QStringList order;
        for (int i = 0; i < 80 && (i == 0 || focused() != order.first()); ++i) {
            order.append(focused());
            QTest::keyClick(m_window, Qt::Key_Tab);
        }
        return order;
    }
    QAccessibleInterface *control(const QString &name) const
    {
        const QList<QAccessibleInterface *> all = controlsOf(m_window);
        for (QAccessibleInterface *const shown : all) {
            if (nameOf(shown) == name) {
                return shown;
            }
        }
        return nullptr;
    }
    void key(Qt::Key pressed, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(m_window, pressed, modifiers);
    }

    std::unique_ptr<lens::Inspection> m_inspection;
    std::unique_ptr<QQmlApplicationEngine> m_engine;
    QQuickWindow *m_window = nullptr;
};

void tst_LensKeyboard::initTestCase()
{
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    QAccessible::setActive(true);
    lens::isAnimated.set(false);
}

void tst_LensKeyboard::init()
{
    m_inspection = std::make_unique<lens::Inspection>();
    m_inspection->clear();
    m_engine = std::make_unique<QQmlApplicationEngine>();
    m_engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
    m_engine->load(QUrl(QStringLiteral("qrc:/qt/qml/LensApp/Main.qml")));
    QVERIFY(!m_engine->rootObjects().isEmpty());
    m_window = qobject_cast<QQuickWindow *>(m_engine->rootObjects().constFirst());
    lens::stores.set(threeStores());
    m_inspection->take({change(1, 0, 1, "count", 7), change(2, 1, 1, "twice", 9), change(3, 0, 2, "count", 7),
                        change(4, 0, 3, "label", 8)});
    m_window->requestActivate();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    m_window->grabWindow(); // lays it out
}

void tst_LensKeyboard::cleanup()
{
    m_window = nullptr;
    m_engine.reset();
    m_inspection.reset();
    lens::filter.set({});
    lens::isUnobservedOnly.set(false);
    lens::isWastedOnly.set(false);
    lens::showsEffects.set(true);
    lens::isPaused.set(false);
    lens::isPicking.set(false);
    lens::isDark.set(false);
    lens::canEdit.set(false);
    lens::sortColumn.set(QStringLiteral("name"));
    lens::isDescending.set(false);
    lens::picture.set({});
}

void tst_LensKeyboard::allHasANameAndARole_data()
{
    QTest::addColumn<int>("tab");
    QTest::newRow("change") << 0;
    QTest::newRow("graph") << 1;
    QTest::newRow("why") << 2;
    QTest::newRow("value") << 3;
    QTest::newRow("compare") << 4;
}

void tst_LensKeyboard::allHasANameAndARole()
{
    QFETCH(const int, tab);
    lens::selectedStore.set(7);
    lens::canEdit.set(true);
    lens::picture.set(threeBoxes());
    m_window->setProperty("tab", tab);
    m_window->grabWindow();
    const QList<QAccessibleInterface *> controls = controlsOf(m_window);
    QVERIFY(controls.size() > 15);
    QStringList names;
    for (const QAccessibleInterface *const shown : controls) {
        QVERIFY2(!nameOf(shown).trimmed().isEmpty(), shown->object()->metaObject()->className());
        QVERIFY2(shown->state().focusable, qPrintable(nameOf(shown)));
        names.append(nameOf(shown));
    }
    QCOMPARE(QSet<QString>(names.begin(), names.end()).size(), names.size()); // no two are called the same
}

void tst_LensKeyboard::tabGoesThroughTheWindow()
{
    QVERIFY(tabTo(QStringLiteral("Choose a program")));
    const QStringList expected{QStringLiteral("Choose a program"),
                               QStringLiteral("Filter by name"),
                               QStringLiteral("Pause recording"),
                               QStringLiteral("Save the session (Ctrl+S)"),
                               QStringLiteral("Open a session (Ctrl+O)"),
                               QStringLiteral("Compare with a session (Ctrl+D)"),
                               QStringLiteral("By night"), // the bar
                               QStringLiteral("Unobserved"),
                               QStringLiteral("Wasted runs"),
                               QStringLiteral("Effects"),
                               QStringLiteral("Sort by Name"),
                               QStringLiteral("Sort by Value"),
                               QStringLiteral("Sort by Obs"),
                               QStringLiteral("Sort by Runs"),
                               QStringLiteral("Sort by Wasted"),
                               QStringLiteral("Sort by Time"),
                               QStringLiteral("count, 0"), // the table
                               QStringLiteral("Follow the newest turn"),
                               QStringLiteral("Forget what was recorded"),
                               QStringLiteral("turn 1, count 1 \u2192 1"), // the timeline
                               QStringLiteral("Change"),
                               QStringLiteral("Graph"),
                               QStringLiteral("Why"),
                               QStringLiteral("Value"),
                               QStringLiteral("Compare"), // the tabs
                               QStringLiteral("A turn back (Ctrl+Left)"),
                               QStringLiteral("Time"),
                               QStringLiteral("Live")};
    QCOMPARE(tabOrder().join(QLatin1Char('|')), expected.join(QLatin1Char('|')));
}

void tst_LensKeyboard::tabComesToAllThatTheMouseDoes_data()
{
    allHasANameAndARole_data();
}

void tst_LensKeyboard::tabComesToAllThatTheMouseDoes()
{
    QFETCH(const int, tab);
    lens::selectedStore.set(7);
    lens::canEdit.set(true);
    lens::picture.set(threeBoxes());
    m_window->setProperty("tab", tab);
    m_window->grabWindow();
    QVERIFY(tabTo(QStringLiteral("Choose a program")));
    const QStringList order = tabOrder();
    const QList<QAccessibleInterface *> controls = controlsOf(m_window);
    for (const QAccessibleInterface *const shown : controls) {
        QVERIFY2(order.contains(nameOf(shown)), qPrintable(nameOf(shown)));
    }
}

void tst_LensKeyboard::keysPressWhatTheMouseClicks_data()
{
    QTest::addColumn<int>("key");
    QTest::newRow("space") << int(Qt::Key_Space);
    QTest::newRow("return") << int(Qt::Key_Return);
    QTest::newRow("enter") << int(Qt::Key_Enter);
}

void tst_LensKeyboard::keysPressWhatTheMouseClicks()
{
    QFETCH(const int, key);
    const auto press = [&](const char *name) {
        const bool isThere = tabTo(QLatin1String(name));
        QTest::keyClick(m_window, Qt::Key(key));
        return isThere;
    };
    QVERIFY(press("Unobserved"));
    QVERIFY(lens::isUnobservedOnly.get());
    QVERIFY(press("Unobserved"));
    QVERIFY(!lens::isUnobservedOnly.get());
    QVERIFY(press("Effects"));
    QVERIFY(!lens::showsEffects.get());
    QVERIFY(press("Pause recording"));
    QVERIFY(lens::isPaused.get());
    QVERIFY(press("Record again"));
    QVERIFY(!lens::isPaused.get());
    QVERIFY(press("By night"));
    QVERIFY(lens::isDark.get());
    QVERIFY(press("Sort by Obs"));
    QCOMPARE(lens::sortColumn.get(), QStringLiteral("observers"));
    QVERIFY(press("Graph"));
    QCOMPARE(m_window->property("tab").toInt(), 1);
    QVERIFY(press("A turn back (Ctrl+Left)"));
    QVERIFY(lens::cursor.get() != lens::Live);
    QVERIFY(press("Live"));
    QCOMPARE(lens::cursor.get(), lens::Live);
    lens::picture.set(threeBoxes());
    m_window->grabWindow();
    QVERIFY(press("twice, 3"));
    QCOMPARE(lens::selectedStore.get(), qint64(9));
    QVERIFY(press("Forget what was recorded"));
    QCOMPARE(lens::eventCount.get(), 0);
}

void tst_LensKeyboard::screenReadersPressWhatTheMouseClicks()
{
    const auto press = [&](const char *name) {
        QAccessibleInterface *const shown = control(QLatin1String(name));
        QAccessibleActionInterface *const actions = shown ? shown->actionInterface() : nullptr;
        if (!actions) {
            return false;
        }
        const bool isToggled = actions->actionNames().contains(QAccessibleActionInterface::toggleAction());
        actions->doAction(isToggled ? QAccessibleActionInterface::toggleAction()
                                    : QAccessibleActionInterface::pressAction());
        return true;
    };
    QVERIFY(press("Wasted runs"));
    QVERIFY(lens::isWastedOnly.get());
    QVERIFY(press("Pause recording"));
    QVERIFY(lens::isPaused.get());
    QVERIFY(press("By night"));
    QVERIFY(lens::isDark.get());
    QVERIFY(press("Sort by Time"));
    QCOMPARE(lens::sortColumn.get(), QStringLiteral("time"));
    QVERIFY(press("A turn back (Ctrl+Left)"));
    QVERIFY(lens::cursor.get() != lens::Live);
    lens::picture.set(threeBoxes());
    m_window->setProperty("tab", 1);
    m_window->grabWindow();
    QVERIFY(press("count, 1"));
    QCOMPARE(lens::selectedStore.get(), qint64(7));
}

void tst_LensKeyboard::arrowsChooseStoresAndTurns()
{
    QVERIFY(tabTo(QStringLiteral("count, 0")));
    key(Qt::Key_Down);
    QCOMPARE(lens::selectedStore.get(), qint64(8));
    key(Qt::Key_Down);
    QCOMPARE(lens::selectedStore.get(), qint64(9));
    key(Qt::Key_Up);
    QCOMPARE(lens::selectedStore.get(), qint64(8));
    lens::isDescending.set(true); // what the table does by itself selects nothing
    m_window->grabWindow();
    QCOMPARE(lens::selectedStore.get(), qint64(8));
    lens::isDescending.set(false);
    key(Qt::Key_F6);
    QCOMPARE(focused(), QStringLiteral("turn 1, count 1 \u2192 1"));
    key(Qt::Key_Down);
    QCOMPARE(lens::selectedEvent.get(), qint64(3));
    key(Qt::Key_Up);
    QCOMPARE(lens::selectedEvent.get(), qint64(1));
    key(Qt::Key_Right);
    QCOMPARE(lens::timeline.size(), std::size_t(4));
    key(Qt::Key_Left);
    QCOMPARE(lens::timeline.size(), std::size_t(3));
    key(Qt::Key_F6);
    QCOMPARE(focused(), QStringLiteral("label, 1"));
}

void tst_LensKeyboard::arrowsMoveTime()
{
    QVERIFY(tabTo(QStringLiteral("Time")));
    key(Qt::Key_Left);
    QCOMPARE(lens::cursor.get(), 2);
    key(Qt::Key_Left, Qt::ControlModifier);
    QCOMPARE(lens::cursor.get(), 1);
    key(Qt::Key_End, Qt::ControlModifier);
    QCOMPARE(lens::cursor.get(), lens::Live);
    key(Qt::Key_Home);
    QCOMPARE(lens::cursor.get(), 0);
    key(Qt::Key_PageDown);
    QCOMPARE(lens::cursor.get(), 1);
    key(Qt::Key_PageUp);
    QCOMPARE(lens::cursor.get(), 0);
    key(Qt::Key_End);
    QCOMPARE(lens::cursor.get(), lens::Live);
}

void tst_LensKeyboard::escapeEmptiesTheFilter()
{
    key(Qt::Key_F, Qt::ControlModifier);
    QCOMPARE(focused(), QStringLiteral("Filter by name"));
    QTest::keyClick(m_window, Qt::Key_T);
    QCOMPARE(lens::filter.get(), QStringLiteral("t"));
    key(Qt::Key_Escape);
    QCOMPARE(lens::filter.get(), QString());
}

void tst_LensKeyboard::escapeClosesADialogAndGivesTheKeyboardBack()
{
    QVERIFY(tabTo(QStringLiteral("Sort by Name")));
    key(Qt::Key_S, Qt::ControlModifier);
    QTRY_COMPARE(focused(), QStringLiteral("Path of a file"));
    QVERIFY(control(QStringLiteral("Save")) && control(QStringLiteral("Cancel")));
    for (int i = 0; i < 6; ++i) { // Tab stays in it
        key(Qt::Key_Tab);
        QVERIFY2((QStringList{QStringLiteral("Path of a file"), QStringLiteral("Save"), QStringLiteral("Cancel")})
                     .contains(focused()),
                 qPrintable(focused()));
    }
    key(Qt::Key_Escape);
    QTRY_COMPARE(focused(), QStringLiteral("Sort by Name"));
    key(Qt::Key_L, Qt::ControlModifier);
    QVERIFY(lens::isPicking.get());
    key(Qt::Key_Escape);
    QTRY_VERIFY(!lens::isPicking.get());
    QTRY_COMPARE(focused(), QStringLiteral("Sort by Name"));
}

void tst_LensKeyboard::tabLeavesTheValue()
{
    lens::selectedStore.set(7);
    lens::canEdit.set(true);
    m_window->setProperty("tab", 3);
    m_window->grabWindow();
    const QString before = lens::editText.get();
    QVERIFY(tabTo(QStringLiteral("The value, as JSON")));
    key(Qt::Key_Tab);
    QVERIFY(focused() != QStringLiteral("The value, as JSON"));
    key(Qt::Key_Backtab, Qt::ShiftModifier);
    QCOMPARE(focused(), QStringLiteral("The value, as JSON"));
    key(Qt::Key_Backtab, Qt::ShiftModifier);
    QVERIFY(focused() != QStringLiteral("The value, as JSON"));
    QCOMPARE(lens::editText.get(), before);
}

void tst_LensKeyboard::rowsAreReadOut()
{
    QStringList rows;
    QList<QAccessibleInterface *> left{QAccessible::queryAccessibleInterface(m_window)};
    while (!left.isEmpty()) {
        QAccessibleInterface *const shown = left.takeFirst();
        if (shown && shown->role() == QAccessible::ListItem) {
            rows.append(nameOf(shown));
        }
        for (int i = 0; shown && i < shown->childCount(); ++i) {
            left.append(shown->child(i));
        }
    }
    rows.sort();
    QCOMPARE(rows.join(QLatin1Char('|')),
             QStringLiteral("count, 0|label, 1|turn 1, count 1 \u2192 1|turn 2, count 2 \u2192 3|"
                            "turn 3, label 3 \u2192 4|twice, 2"));
}

void tst_LensKeyboard::smallWindow_showsOnePaneAtATime()
{
    m_window->resize(400, 800);
    QTRY_COMPARE(m_window->width(), 400);
    m_window->grabWindow();
    QVERIFY(tabTo(QStringLiteral("count, 0")));
    QVERIFY(!tabOrder().contains(QStringLiteral("turn 1, count 1 \u2192 1")));
    QVERIFY(tabTo(QStringLiteral("Timeline")));
    key(Qt::Key_Return);
    QVERIFY(tabTo(QStringLiteral("turn 1, count 1 \u2192 1")));
    QVERIFY(!tabOrder().contains(QStringLiteral("count, 0")));
    key(Qt::Key_4, Qt::ControlModifier); // a part of the third one
    QCOMPARE(m_window->property("page").toInt(), 2);
    QCOMPARE(m_window->property("tab").toInt(), 3);
    m_window->grabWindow();
    const QList<QAccessibleInterface *> controls = controlsOf(m_window);
    for (const QAccessibleInterface *const shown : controls) {
        const QRect place = shown->rect().translated(-m_window->position());
        QVERIFY2(QRect(0, 0, 400, 800).contains(place), qPrintable(nameOf(shown)));
    }
}

void tst_LensKeyboard::texts_canBeReadOnWhatIsBehindThem_data()
{
    QTest::addColumn<bool>("isDark");
    QTest::newRow("by day") << false;
    QTest::newRow("by night") << true;
}

/// The contrast that WCAG asks of texts: 4.5.
void tst_LensKeyboard::texts_canBeReadOnWhatIsBehindThem()
{
    QFETCH(const bool, isDark);
    lens::isDark.set(isDark);
    QQmlComponent component(m_engine.get());
    component.setData("import QtQml\nimport LensApp\nQtObject { property QtObject theme: Theme }", QUrl());
    const std::unique_ptr<QObject> holder(component.create());
    QVERIFY2(holder, qPrintable(component.errorString()));
    QObject *const theme = holder->property("theme").value<QObject *>();
    QVERIFY(theme);
    const auto light = [theme](const char *name) {
        const QColor color = theme->property(name).value<QColor>();
        const auto part = [](double value) {
            return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * part(color.redF()) + 0.7152 * part(color.greenF()) + 0.0722 * part(color.blueF());
    };
    for (const char *const text : {"ink", "soft", "muted", "accent", "warn", "removed", "added"}) {
        for (const char *const behind : {"window", "surface", "raised", "accentWash"}) {
            const double one = light(text);
            const double other = light(behind);
            const double contrast = (std::max(one, other) + 0.05) / (std::min(one, other) + 0.05);
            QVERIFY2(contrast >= 4.5,
                     qPrintable(
                         QStringLiteral("%1 on %2: %3").arg(QLatin1String(text), QLatin1String(behind)).arg(contrast)));
        }
    }
}

QTEST_MAIN(tst_LensKeyboard)
#include "tst_lenskeyboard.moc"

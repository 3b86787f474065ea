// SPDX-License-Identifier: MIT

// What is done in each pair of twins.

#include "twinscript.h"

#include <QtQuick/QQuickWindow>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QScrollBar>

void todoScript(const QmlHand &hand)
{
    hand.show("begin");
    hand.type("entry", QStringLiteral("Tea"));
    hand.show("one");
    for (int i = 2; i <= 24; ++i) {
        hand.type("entry", QStringLiteral("Errand %1").arg(i));
    }
    hand.show("24");
    hand.click("row-1");
    hand.click("row-3");
    hand.show("two done");
    hand.press("filter", Qt::Key_Down);
    hand.show("only open ones");
    hand.click("row-2");
    hand.show("one less is open");
    hand.press("filter", Qt::Key_Down);
    hand.show("only done ones");
    hand.click("row-3");
    hand.show("one is open again");
    hand.press("filter", Qt::Key_Up);
    hand.press("filter", Qt::Key_Up);
    hand.show("all");
    takePicture(hand.window(), QStringLiteral("todo"));
    hand.measure("a tick", 300, [&] { hand.click("row-10"); });
    hand.measure("a new one", 300, [&] { hand.type("entry", QStringLiteral("One more")); });
    hand.measure("removed what is done", 300, [&] { hand.click("removeDone"); });
    hand.show("those are gone");
    hand.click("removeDone");
    hand.show("nothing to remove");
}

void dashboardScript(const QmlHand &hand)
{
    hand.show("begin");
    hand.click("refresh");
    hand.show("again");
    hand.press("threshold", Qt::Key_Left);
    hand.press("threshold", Qt::Key_Left);
    hand.show("alarms above 70");
    for (int i = 0; i < 12; ++i) {
        hand.click("refresh");
        hand.show("and again");
    }
    takePicture(hand.window(), QStringLiteral("dashboard"));
    hand.measure("new values", 200, [&] { hand.click("refresh"); });
    hand.measure("another threshold", 200, [&] { hand.press("threshold", Qt::Key_Right); });
    hand.show("end");
    hand.click("live"); // other values come with time, so no rows are shown any more
    hand.show("live", "checked");
    hand.click("live");
    hand.show("live", "checked");
}

void settingsScript()
{
    WidgetHand::show("begin");
    WidgetHand::click("settings");
    WidgetHand::show("the dialog is open");
    WidgetHand::type("name", QString());
    WidgetHand::show("no name");
    WidgetHand::type("name", QStringLiteral("Ben"));
    WidgetHand::click("isDark");
    WidgetHand::press("fontSlider", Qt::Key_Right);
    WidgetHand::press("fontSize", Qt::Key_Up);
    WidgetHand::click("notifies");
    WidgetHand::show("entered");
    WidgetHand::click("apply");
    WidgetHand::show("applied");
    takePicture(WidgetHand::widget("dialog"), QStringLiteral("settings"));
    takePicture(WidgetHand::widget("window"), QStringLiteral("settings-window"));
    WidgetHand::click("notifies");
    WidgetHand::click("withSound");
    WidgetHand::click("cancel");
    WidgetHand::show("cancelled");
    WidgetHand::click("settings");
    WidgetHand::show("the dialog shows what is in force");
    WidgetHand::click("defaults");
    WidgetHand::show("defaults");
    WidgetHand::press("fontSize", Qt::Key_Up);
    WidgetHand::click("withSound");
    WidgetHand::click("ok");
    WidgetHand::show("closed");
}

void contactsScript()
{
    const auto *list = qobject_cast<QAbstractItemView *>(WidgetHand::widget("list"));
    WidgetHand::show("begin");
    WidgetHand::clickRow("list", QStringLiteral("Grace"));
    WidgetHand::show("one is open");
    WidgetHand::type("email", QStringLiteral("grace@example.org"));
    WidgetHand::click("isFavourite");
    WidgetHand::type("search", QStringLiteral("ad"));
    WidgetHand::show("she is filtered out");
    WidgetHand::type("search", QStringLiteral("r"));
    WidgetHand::show("and is back");
    WidgetHand::type("search", QString());
    WidgetHand::clickRow("list", QStringLiteral("Ada"));
    WidgetHand::show("another one is open");
    WidgetHand::type("name", QStringLiteral("Zara"));
    WidgetHand::show("renamed");
    WidgetHand::type("search", QStringLiteral("za"));
    WidgetHand::type("name", QStringLiteral("Mia"));
    WidgetHand::show("renamed to what is filtered out");
    WidgetHand::type("search", QString());
    WidgetHand::click("add");
    WidgetHand::show("a new one");
    WidgetHand::type("name", QStringLiteral("Bob"));
    WidgetHand::type("phone", QStringLiteral("123"));
    WidgetHand::show("with a name");
    WidgetHand::click("remove");
    WidgetHand::show("removed");
    WidgetHand::clickRow("list", QStringLiteral("Grace"));
    WidgetHand::show("what was entered is there");

    // A name that goes from one end of the list to the other, while the list is scrolled.
    const int before = list->verticalScrollBar()->value();
    WidgetHand::type("phone", QStringLiteral("202 555 0142"));
    const bool isKept = list->verticalScrollBar()->value() == before;
    say(QStringLiteral("# a phone number: place %1").arg(QLatin1String(isKept ? "kept" : "lost")));
    takePicture(WidgetHand::widget("window"), QStringLiteral("contacts"));
    WidgetHand::type("name", QStringLiteral("Zoe"));
    const bool isCurrent = list->currentIndex().data().toString() == QStringLiteral("Zoe");
    say(QStringLiteral("# a name: current row %1").arg(QLatin1String(isCurrent ? "kept" : "lost")));
    WidgetHand::show("end");
}

// SPDX-License-Identifier: MIT

// A plugin that any Qt program loads with QT_QPA_GENERIC_PLUGINS=twinscript. It does in the program what the script of
// NANOSTORES_TWIN says, as a user would, prints what is shown after each step, and ends it.

#include "twinscript.h"

#include <QtCore/QTimer>
#include <QtGui/QGenericPlugin>
#include <QtGui/QGuiApplication>
#include <QtGui/QStyleHints>
#include <QtQuick/QQuickWindow>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QWidget>

namespace {

QWindow *shownWindow()
{
    for (QWindow *window : QGuiApplication::topLevelWindows()) {
        if (window->isVisible()) {
            return window;
        }
    }
    return nullptr;
}

bool play()
{
    if (!QTest::qWaitFor([] { return shownWindow() != nullptr; }) || !QTest::qWaitForWindowActive(shownWindow())) {
        say(QStringLiteral("no window"));
        return false;
    }
    settle();
    QGuiApplication::styleHints()->setCursorFlashTime(0); // or pictures differ by a cursor
    const QByteArray name = qgetenv("NANOSTORES_TWIN");
    if (name == "todo") {
        todoScript(QmlHand(qobject_cast<QQuickWindow *>(shownWindow()), {"title", "done"}));
    } else if (name == "dashboard") {
        dashboardScript(QmlHand(qobject_cast<QQuickWindow *>(shownWindow()), {"host", "load"}));
    } else if (name == "settings") {
        settingsScript();
    } else if (name == "contacts") {
        contactsScript();
    } else {
        say(QStringLiteral("no script"));
        return false;
    }
    return true;
}

} // namespace

class TwinScript : public QGenericPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QGenericPluginFactoryInterface_iid FILE "twinscript.json")

public:
    QObject *create(const QString &, const QString &) override
    {
        QTimer::singleShot(0, qApp, [] { QCoreApplication::exit(play() ? 0 : 1); });
        return new QObject(this);
    }
};

#include "twinscript.moc"

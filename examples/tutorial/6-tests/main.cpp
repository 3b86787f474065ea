// SPDX-License-Identifier: MIT

#include "todos.h"

#include <nanostores/persistent.h>

#include <QGuiApplication>
#include <QQmlApplicationEngine>

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    app.setOrganizationName("Example"); // where the file lies depends on the names
    app.setApplicationName("todos6");
    nanostores::persist(todos, "todos");
    nanostores::persist(onlyOpen, "onlyOpen");

    QQmlApplicationEngine engine;
    engine.addImportPath("qrc:/qt/qml"); // Qt 6.5 and later do this by themselves
    engine.load(QUrl("qrc:/qt/qml/Todos6/Main.qml"));
    return engine.rootObjects().isEmpty() ? 1 : app.exec();
}

// SPDX-License-Identifier: MIT

#include <QGuiApplication>
#include <QQmlApplicationEngine>

int main(int argc, char **argv)
{
    QGuiApplication app(argc, argv);
    QQmlApplicationEngine engine;
    engine.addImportPath("qrc:/qt/qml"); // Qt 6.5 and later do this by themselves
    engine.load(QUrl("qrc:/qt/qml/Todos2/Main.qml"));
    return engine.rootObjects().isEmpty() ? 1 : app.exec();
}

// SPDX-License-Identifier: MIT

// Pages of a program as routes. The address of a page is an argument:
//
//   example_router /notes/2

#include <nanostores/qmlrouter.h>

#include <QGuiApplication>
#include <QQmlApplicationEngine>

int main(int argc, char *argv[])
{
    QGuiApplication app(argc, argv);
    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    const QStringList arguments = QGuiApplication::arguments();
    engine.setInitialProperties({{QStringLiteral("start"), arguments.value(1, QStringLiteral("/"))}});
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/RouterExample/Main.qml")));
    return engine.rootObjects().isEmpty() ? 1 : QGuiApplication::exec();
}

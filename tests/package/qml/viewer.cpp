// SPDX-License-Identifier: MIT
#include <QtCore/QCoreApplication>
#include <QtCore/QDebug>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlEngine>

#include <memory>

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QQmlEngine engine;
    engine.addImportPath(app.arguments().at(1));
    QQmlComponent component(&engine);
    component.setData("import QtQml\nimport NanoStores\nQtObject {}", {});
    const std::unique_ptr<QObject> object(component.create());
    if (!object) {
        qWarning() << component.errors();
    }
    return object ? 0 : 1;
}

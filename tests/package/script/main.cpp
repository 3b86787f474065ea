// SPDX-License-Identifier: MIT
#include <nanostores/script.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QDebug>
#include <QtQml/QJSEngine>

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QJSEngine engine;
    nanostores::installModules(&engine);
    const QJSValue stores = engine.importModule(STORES);
    const QString greeting = stores.property("greet").call({"Boris"}).toString();
    qInfo() << greeting;
    return greeting == "Hello, Boris 42" ? 0 : 1;
}

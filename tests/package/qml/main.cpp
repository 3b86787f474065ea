// SPDX-License-Identifier: MIT
#include "cart.h"

#include <nanostores/widgets.h>

#include <QtCore/QDebug>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlEngine>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>

#include <memory>

int main(int argc, char **argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);

    QLabel label;
    nanostores::useStore(isCartOpen, &label, [&label](bool open) { label.setText(open ? "open" : "closed"); });

    QQmlEngine engine;
    engine.addImportPath("qrc:/qt/qml"); // where linked modules live; known to Qt 6.5 and later by itself
    QQmlComponent component(&engine);
    component.setData("import QtQml\nimport NanoStores\nimport Shop\nQtObject { property bool open: Cart.isOpen }", {});
    const std::unique_ptr<QObject> object(component.create());
    if (!object) {
        qWarning() << component.errors();
        return 1;
    }
    isCartOpen.set(true);
    QCoreApplication::processEvents();
    if (!object->property("open").toBool() || label.text() != "open") {
        return 1;
    }

    // Each engine knows the JavaScript modules.
    for (int i = 0; i < 2; ++i) {
        QQmlEngine another;
        another.addImportPath("qrc:/qt/qml");
        QQmlComponent scripted(&another);
        scripted.setData("import QtQml\nimport NanoStores\nimport 'stores.mjs' as Stores\n"
                         "QtObject { property int count: Stores.$count.value }",
                         QUrl::fromLocalFile(SOURCES "/document.qml"));
        const std::unique_ptr<QObject> reader(scripted.create());
        if (!reader || reader->property("count").toInt() != 7) {
            qWarning() << scripted.errors();
            return 1;
        }
    }
    return 0;
}

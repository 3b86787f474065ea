// SPDX-License-Identifier: MIT

// main.cpp
#include "cart.h"

#include <nanostores/widgets.h>

#include <QApplication>
#include <QCheckBox>
#include <QQmlApplicationEngine>

int main(int argc, char **argv)
{
    QApplication app(argc, argv);

    QCheckBox till;
    nanostores::bind(isCartOpen, &till); // both ways
    nanostores::useStore(cartCount, &till, [&](int count) { // one way; both end with the widget
        till.setText(QString("Cart (%1)").arg(count));
    });
    till.show();

    QQmlApplicationEngine engine;
    engine.addImportPath("qrc:/qt/qml"); // Qt 6.5 and later do this by themselves
    engine.load(QUrl("qrc:/qt/qml/First/Main.qml")); // there also: loadFromModule("First", "Main")
    return engine.rootObjects().isEmpty() ? 1 : app.exec();
}

// SPDX-License-Identifier: MIT

// A store in QML: a typed property, bound like any other.

#include "counter.h"

#include <QGuiApplication>
#include <QQmlApplicationEngine>

int main(int argc, char *argv[])
{
    QGuiApplication app(argc, argv);
    QQmlApplicationEngine engine;
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/Example/Main.qml")));

    // C++ looks at the same store.
    const auto printed = count.subscribe([](int value) { qInfo("count is %d", value); });
    return engine.rootObjects().isEmpty() ? 1 : QGuiApplication::exec();
}

// SPDX-License-Identifier: MIT
#pragma once

#include <QJSValue>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QtTest/QTest>

#include <memory>

/// An engine with one object, gone together unless taken apart.
struct Scene
{
    explicit Scene(const char *qml)
    {
        QQmlComponent component(engine.get());
        component.setData(QByteArrayLiteral("import QtQml\nimport NanoStores\n") + qml,
                          QUrl(QStringLiteral("scene.qml")));
        root.reset(component.create());
        if (!root) {
            qWarning() << component.errors();
        }
    }
    QJSValue value(const char *name = "value") const { return engine->toScriptValue(root->property(name)); }
    QJSValue run(const char *script, const QJSValue &key = {}, const QJSValue &value = {}) const
    {
        QJSValue function =
            engine->evaluate(QStringLiteral("(function(store, key, value) { %1 })").arg(QLatin1String(script)));
        QQmlEngine::setObjectOwnership(root.get(), QQmlEngine::CppOwnership);
        return function.call({engine->newQObject(root.get()), key, value});
    }

    std::unique_ptr<QQmlEngine> engine = std::make_unique<QQmlEngine>();
    std::unique_ptr<QObject> root;
};

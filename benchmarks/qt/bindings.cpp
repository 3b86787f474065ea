// SPDX-License-Identifier: MIT
#include "harness.h"
#include "scene.h"
#include "subjects.h"

#include <nanostores/qml.h>

#include <QQmlPropertyMap>

#include <string>

using namespace nanostores;

/// One operation: a value changes, and the bindings on it have been evaluated.

namespace {

/// Counts up by one a time, so that no value is the same.
template<typename Change>
Program counting(const std::shared_ptr<Scene> &scene, Change change)
{
    const auto next = std::make_shared<int>(0);
    Program program;
    program.run = [scene, next, change](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            change(++*next);
        }
    };
    program.result = [scene] { return std::to_string(scene->seen()); };
    return program;
}

Program typed(int readers)
{
    const auto scene = std::make_shared<Scene>();
    auto *source = new Typed;
    source->setParent(&scene->engine());
    for (int i = 0; i < readers; ++i) {
        scene->add("TypedReader.qml", {{QStringLiteral("source"), QVariant::fromValue(source)}});
    }
    return counting(scene, [](int value) { numbers.a.set(value); });
}

Program byHand(int readers)
{
    const auto scene = std::make_shared<Scene>();
    auto *source = new ByHand;
    source->setParent(&scene->engine());
    for (int i = 0; i < readers; ++i) {
        scene->add("ByHandReader.qml", {{QStringLiteral("source"), QVariant::fromValue(source)}});
    }
    return counting(scene, [source](int value) { source->setA(value); });
}

Program variant(int readers)
{
    const auto scene = std::make_shared<Scene>();
    auto *source = new StoreAdapter(numbers.a, &scene->engine());
    for (int i = 0; i < readers; ++i) {
        scene->add("VariantReader.qml", {{QStringLiteral("source"), QVariant::fromValue(source)}});
    }
    return counting(scene, [](int value) { numbers.a.set(value); });
}

constexpr int Keys = 100;

QString keyName(int number)
{
    return QStringLiteral("key%1").arg(number);
}

/// All keys are bound, and one of them changes at a time.
Program keyAdapters()
{
    const auto scene = std::make_shared<Scene>();
    const auto store = map<QString, int>();
    QList<QString> names;
    for (int i = 0; i < Keys; ++i) {
        names.append(keyName(i));
        store.setKey(names.last(), 0);
        auto *source = new KeyAdapter(store, names.last(), &scene->engine());
        scene->add("KeyReader.qml", {{QStringLiteral("source"), QVariant::fromValue(source)}});
    }
    return counting(scene, [store, names](int value) { store.setKey(names.at(value % Keys), value); });
}

Program propertyMap()
{
    const auto scene = std::make_shared<Scene>();
    auto *source = new QQmlPropertyMap(&scene->engine());
    QList<QString> names;
    for (int i = 0; i < Keys; ++i) {
        names.append(keyName(i));
        source->insert(names.last(), 0);
    }
    for (const QString &name : std::as_const(names)) {
        scene->add("PropertyMapReader.qml",
                   {{QStringLiteral("source"), QVariant::fromValue(source)}, {QStringLiteral("key"), name}});
    }
    return counting(scene, [source, names](int value) { source->insert(names.at(value % Keys), value); });
}

Program storeKeys()
{
    const auto scene = std::make_shared<Scene>();
    QQmlComponent component(&scene->engine());
    component.setData("import NanoStores\nMapStore {}", QUrl());
    auto *source = qobject_cast<DeclarativeMap *>(component.create());
    source->setParent(&scene->engine());
    QList<QString> names;
    for (int i = 0; i < Keys; ++i) {
        names.append(keyName(i));
        source->setKey(names.last(), QJSValue(0));
        scene->add("StoreKeyReader.qml",
                   {{QStringLiteral("source"), QVariant::fromValue(source)}, {QStringLiteral("key"), names.last()}});
    }
    return counting(scene, [source, names](int value) { source->setKey(names.at(value % Keys), QJSValue(value)); });
}

/// One operation: a map of so many keys is filled and each key watched; with all of it taken down again.
Program build(int keys)
{
    QList<QString> names;
    for (int i = 0; i < keys; ++i) {
        names.append(keyName(i));
    }
    return {[names](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto store = map<QString, int>();
            QObject owner;
            for (const QString &name : names) {
                store.setKey(name, 0);
                auto *adapter = new KeyAdapter(store, name, &owner);
                QObject::connect(adapter, &KeyAdapter::valueChanged, &owner, [] {});
            }
        }
    }};
}

Program buildPropertyMap(int keys)
{
    QList<QString> names;
    for (int i = 0; i < keys; ++i) {
        names.append(keyName(i));
    }
    return {[names](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            QQmlPropertyMap map;
            QObject owner;
            for (const QString &name : names) {
                map.insert(name, 0);
            }
        }
    }};
}

} // namespace

void addBindingCases()
{
    for (const int readers : {1, 100}) {
        const std::string x = std::to_string(readers);
        const std::size_t batch = 1000 / static_cast<std::size_t>(readers);
        addCase("binding_" + x + "/nanostores", batch, [readers] { return typed(readers); });
        addCase("binding_" + x + "/by_hand", batch, [readers] { return byHand(readers); });
        addCase("variant_" + x + "/nanostores", batch, [readers] { return variant(readers); });
        addCase("variant_" + x + "/by_hand", batch, [readers] { return byHand(readers); });
    }
    addCase("keys/nanostores", 1000, keyAdapters);
    addCase("keys/property_map", 1000, propertyMap);
    addCase("store_keys/nanostores", 1000, storeKeys);
    addCase("store_keys/property_map", 1000, propertyMap);
    for (const int keys : {100, 1000, 10000}) {
        addCase("build_" + std::to_string(keys) + "/nanostores", 1, [keys] { return build(keys); });
    }
    for (const int keys : {100, 1000}) {
        addCase("build_" + std::to_string(keys) + "/property_map", 1, [keys] { return buildPropertyMap(keys); });
    }
}

// SPDX-License-Identifier: MIT

// A program that links the QML module and deploys no plugin: `import NanoStores` installs the modules in each engine.

#include <QQmlComponent>
#include <QQmlEngine>
#include <QTest>

#include <memory>
#include <vector>

class tst_LinkedModule : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void enginesInTurn();
    void enginesAtATime();
    void enginesMadeBeforeTheFirstImport();
    void reload();

private:
    static QObject *create(QQmlEngine *engine);
};

void tst_LinkedModule::initTestCase()
{
    qunsetenv("QML_IMPORT_PATH"); // where the build keeps the plugin
    qunsetenv("QML2_IMPORT_PATH");
}

QObject *tst_LinkedModule::create(QQmlEngine *engine)
{
    engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
    QQmlComponent component(engine);
    component.setData("import QtQml; import NanoStores; import 'stores.mjs' as Stores\n"
                      "QtObject { property int count: Stores.$count.value; property Atom atom: Atom {} }",
                      QUrl::fromLocalFile(QStringLiteral(SCRIPT_TESTS "/qml/document.qml")));
    QObject *object = component.create();
    if (!object) {
        qWarning() << component.errors();
    }
    return object;
}

void tst_LinkedModule::enginesInTurn()
{
    for (int i = 0; i < 3; ++i) {
        QQmlEngine engine;
        const std::unique_ptr<QObject> object(create(&engine));
        QVERIFY(object);
        QCOMPARE(object->property("count").toInt(), 1);
    }
}

void tst_LinkedModule::enginesAtATime()
{
    std::vector<std::unique_ptr<QQmlEngine>> engines;
    std::vector<std::unique_ptr<QObject>> objects;
    for (int i = 0; i < 3; ++i) {
        engines.push_back(std::make_unique<QQmlEngine>());
        objects.emplace_back(create(engines.back().get()));
        QVERIFY(objects.back());
    }
    objects.clear();
}

void tst_LinkedModule::enginesMadeBeforeTheFirstImport()
{
    QQmlEngine engines[3];
    for (const int i : {1, 0, 2, 1, 0}) {
        const std::unique_ptr<QObject> object(create(&engines[i]));
        QVERIFY(object);
        QCOMPARE(object->property("count").toInt(), 1);
    }
}

void tst_LinkedModule::reload()
{
    QQmlEngine engine;
    for (int i = 0; i < 3; ++i) {
        std::unique_ptr<QObject> object(create(&engine));
        QVERIFY(object);
        QCOMPARE(object->property("count").toInt(), 1);
        object.reset();
        engine.clearComponentCache();
    }
}

QTEST_GUILESS_MAIN(tst_LinkedModule)
#include "tst_linkedmodule.moc"

// The modules in QML: `import NanoStores`, a module beside the document, bindings that track and write.

#include <nanostores/core/scheduler.h>
#include <nanostores/script/install.h>

#include <QDir>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QTest>

#include <chrono>
#include <memory>

class tst_ScriptQml : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void import_isAllThatIsNeeded();
    void install_isAllThatIsNeeded();
    void bindings_track();
    void bindings_mountAndUnmount();
    void handlers_write();
    void computedReadInABinding_isItsOnlySource();

private:
    std::unique_ptr<QObject> create(const char *qml, const char *import = "import NanoStores\n");
    QString logged() const;

    std::unique_ptr<nanostores::ManualScheduler> m_time;
    std::unique_ptr<QQmlEngine> m_engine;
};

void tst_ScriptQml::init()
{
    m_time = std::make_unique<nanostores::ManualScheduler>();
    nanostores::setScheduler(m_time.get());
    m_engine = std::make_unique<QQmlEngine>();
}

void tst_ScriptQml::cleanup()
{
    m_engine.reset();
    m_time.reset();
}

std::unique_ptr<QObject> tst_ScriptQml::create(const char *qml, const char *import)
{
    QQmlComponent component(m_engine.get());
    component.setData(QByteArrayLiteral("import QtQml\n") + import + "import \"stores.mjs\" as Stores\n" + qml,
                      QUrl::fromLocalFile(QStringLiteral(SCRIPT_TESTS "/qml/document.qml")));
    std::unique_ptr<QObject> object(component.create());
    if (!object) {
        qWarning() << component.errors();
    }
    return object;
}

QString tst_ScriptQml::logged() const
{
    const QJSValue module = m_engine->importModule(QStringLiteral(SCRIPT_TESTS "/qml/stores.mjs"));
    return module.property(QStringLiteral("log")).toString();
}

void tst_ScriptQml::import_isAllThatIsNeeded()
{
    const auto object = create("QtObject { property int count: Stores.$count.get() }");
    QVERIFY(object);
    QCOMPARE(object->property("count"), 1);
}

void tst_ScriptQml::install_isAllThatIsNeeded()
{
    nanostores::installModules(m_engine.get());
    nanostores::installModules(m_engine.get());
    const auto object = create("QtObject { property int count: Stores.$count.get() }", "");
    QVERIFY(object);
    QCOMPARE(object->property("count"), 1);
}

void tst_ScriptQml::bindings_track()
{
    const auto object = create(R"(QtObject {
        property int value: Stores.$count.value
        property int read: Stores.$count.get()
        property int twice: Stores.$twice.value
        property int got: Stores.$twice.get()
        property string name: Stores.$profile.value.name
        property int kit: Stores.$signal()
        property int sum: Stores.$sum()
        property list<QtObject> inner: [ Connections { } ]
        function change() {
            Stores.$count.set(5)
            Stores.$profile.setKey("name", "Alice")
            Stores.$signal(20)
        }
    })");
    QVERIFY(object);
    QCOMPARE(object->property("value"), 1);
    QCOMPARE(object->property("twice"), 2);
    QCOMPARE(object->property("sum"), 11);
    QVERIFY(QMetaObject::invokeMethod(object.get(), "change"));
    QCOMPARE(object->property("value"), 5);
    QCOMPARE(object->property("read"), 5);
    QCOMPARE(object->property("twice"), 10);
    QCOMPARE(object->property("got"), 10);
    QCOMPARE(object->property("name"), QStringLiteral("Alice"));
    QCOMPARE(object->property("kit"), 20);
    QCOMPARE(object->property("sum"), 21);
}

void tst_ScriptQml::bindings_mountAndUnmount()
{
    auto object = create("QtObject { property int twice: Stores.$twice.value }");
    QVERIFY(object);
    QCOMPARE(object->property("twice"), 2);
    QCOMPARE(logged(), QStringLiteral("mount"));
    object.reset();
    QCOMPARE(logged(), QStringLiteral("mount"));
    m_time->advance(std::chrono::milliseconds(2000)); // the computed store's delay, and then its source's
    QCOMPARE(logged(), QStringLiteral("mount,unmount"));
}

void tst_ScriptQml::handlers_write()
{
    const auto object = create(R"(QtObject {
        property int twice: Stores.$twice.value
        signal clicked()
        onClicked: Stores.$count.value = Stores.$count.value + 1
    })");
    QVERIFY(object);
    QVERIFY(QMetaObject::invokeMethod(object.get(), "clicked"));
    QVERIFY(QMetaObject::invokeMethod(object.get(), "clicked"));
    QCOMPARE(object->property("twice"), 6);
}

void tst_ScriptQml::computedReadInABinding_isItsOnlySource()
{
    const auto object = create(R"(QtObject {
        property bool large: { Stores.log.push("run"); return Stores.$large() }
        function change() { Stores.$signal(20); Stores.$signal(30); Stores.$signal(200) }
    })");
    QVERIFY(object);
    QVERIFY(QMetaObject::invokeMethod(object.get(), "change"));
    QCOMPARE(object->property("large"), true);
    QCOMPARE(logged(), QStringLiteral("run,run"));
}

QTEST_GUILESS_MAIN(tst_ScriptQml)
#include "tst_scriptqml.moc"

// SPDX-License-Identifier: MIT

// The modules in QML: `import NanoStores`, a module beside the document, bindings that track and write.

#include <nanostores/core.h>
#include <nanostores/script.h>

#include <QQmlComponent>
#include <QQmlEngine>
#include <QTest>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

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
    void bindings_mountSignals();
    void bindings_letGoOfWhatTheyDoNotRead();
    void bindings_inDelegates();
    void bindings_surviveErrors();
    void handlers_writeKeysAndSignals();
    void modules_areSharedAcrossFolders();
    void objects_keepTheirIdentity();
    void engines_shareNativeStores();
    void engines_eachHaveTheModules();
    void reload_findsTheModules();
    void imports_ofEachForm();
    void scopes_haveContexts();
    void scopes_haveStoresOfJavaScript();

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

void tst_ScriptQml::bindings_mountSignals()
{
    auto object = create("QtObject { property string value: Stores.$mountable() }");
    QVERIFY(object);
    QCOMPARE(logged(), QStringLiteral("kit mount"));
    auto second = create("QtObject { property string value: Stores.$mountable() + Stores.$mountable() }");
    object.reset();
    QCOMPARE(logged(), QStringLiteral("kit mount"));
    second.reset();
    QCOMPARE(logged(), QStringLiteral("kit mount,kit unmount"));
}

void tst_ScriptQml::bindings_letGoOfWhatTheyDoNotRead()
{
    const auto object = create(R"(QtObject {
        property int value: Stores.$shown.value ? Stores.$count.value : -1
        property int read: Stores.$shown.get() ? Stores.$count.get() : -1
        function show(yes) { Stores.$shown.set(yes) }
    })");
    QVERIFY(object);
    QCOMPARE(logged(), QStringLiteral("mount"));
    QVERIFY(QMetaObject::invokeMethod(object.get(), "show", Q_ARG(QVariant, false)));
    QCOMPARE(object->property("value"), -1);
    QCOMPARE(object->property("read"), -1);
    m_time->advance(std::chrono::milliseconds(2000));
    QCOMPARE(logged(), QStringLiteral("mount,unmount"));
    QVERIFY(QMetaObject::invokeMethod(object.get(), "show", Q_ARG(QVariant, true)));
    QCOMPARE(object->property("value"), 1);
    QCOMPARE(logged(), QStringLiteral("mount,unmount,mount"));
}

void tst_ScriptQml::bindings_inDelegates()
{
    const auto object = create(R"(Instantiator {
        property var names: []
        model: Stores.$list.value
        delegate: QtObject {
            required property string modelData
            property string text: modelData + Stores.$count.value
        }
        function texts() {
            const all = []
            for (let i = 0; i < count; ++i)
                all.push(objectAt(i).text)
            names = all
        }
        function change() {
            Stores.$list.set(Stores.$list.get().concat('c'))
            Stores.$count.value++
        }
    })",
                               "import QtQml.Models\nimport NanoStores\n");
    QVERIFY(object);
    QVERIFY(QMetaObject::invokeMethod(object.get(), "texts"));
    QCOMPARE(object->property("names").toStringList(), (QStringList{QStringLiteral("a1"), QStringLiteral("b1")}));
    QVERIFY(QMetaObject::invokeMethod(object.get(), "change"));
    QVERIFY(QMetaObject::invokeMethod(object.get(), "texts"));
    QCOMPARE(object->property("names").toStringList(),
             (QStringList{QStringLiteral("a2"), QStringLiteral("b2"), QStringLiteral("c2")}));
}

void tst_ScriptQml::bindings_surviveErrors()
{
    const auto object = create(R"(QtObject {
        property int value: More.$faulty.value
        property int other: More.$count.value
        function set(n) { More.$count.set(n) }
        function caught(n) { try { More.$count.set(n) } catch (error) { return error.message } return "" }
    })",
                               "import NanoStores\nimport \"inner/more.mjs\" as More\n");
    QVERIFY(object);
    QVERIFY(QMetaObject::invokeMethod(object.get(), "set", Q_ARG(QVariant, 2)));
    QCOMPARE(object->property("value"), 2);
    QVariant message;
    QVERIFY(QMetaObject::invokeMethod(object.get(), "caught", Q_RETURN_ARG(QVariant, message), Q_ARG(QVariant, 3)));
    QCOMPARE(message.toString(), QStringLiteral("too much: 3")); // the set() is told
    QCOMPARE(object->property("value"), 2); // its last good one
    QCOMPARE(object->property("other"), 3);
    QVERIFY(QMetaObject::invokeMethod(object.get(), "set", Q_ARG(QVariant, 1)));
    QCOMPARE(object->property("value"), 1);
}

void tst_ScriptQml::handlers_writeKeysAndSignals()
{
    const auto object = create(R"(QtObject {
        property string name: Stores.$profile.value.name + Stores.$signal()
        signal clicked(string name)
        onClicked: name => {
            Stores.$profile.setKey('name', name)
            Stores.$signal(n => n + 1)
        }
        signal replaced()
        onReplaced: Stores.$profile.value = { name: 'whole' }
    })");
    QVERIFY(object);
    QVERIFY(QMetaObject::invokeMethod(object.get(), "clicked", Q_ARG(QString, QStringLiteral("Alice"))));
    QCOMPARE(object->property("name"), QStringLiteral("Alice11"));
    QVERIFY(QMetaObject::invokeMethod(object.get(), "replaced"));
    QCOMPARE(object->property("name"), QStringLiteral("whole11"));
}

void tst_ScriptQml::modules_areSharedAcrossFolders()
{
    const auto object =
        create(R"(QtObject {
        property bool same: Stores.$count === More.$count
        property string sum: More.$sum.value
        property bool kit: More.$kit()
        function change() { Stores.$count.set(7) }
    })",
               "import NanoStores\nimport \"stores.mjs\" as First\nimport \"inner/more.mjs\" as More\n");
    QVERIFY(object);
    QCOMPARE(object->property("same"), true);
    QCOMPARE(object->property("kit"), true);
    QCOMPARE(object->property("sum"), QStringLiteral("1 extra"));
    const auto second = create("QtObject { function change() { Stores.$count.set(8) } }");
    QVERIFY(second);
    QVERIFY(QMetaObject::invokeMethod(second.get(), "change"));
    QCOMPARE(object->property("sum"), QStringLiteral("8 extra"));
    const QJSValue module = m_engine->importModule(QStringLiteral(SCRIPT_TESTS "/qml/inner/more.mjs"));
    QCOMPARE(module.property(QStringLiteral("$count")).property(QStringLiteral("value")).toInt(), 8);
}

void tst_ScriptQml::objects_keepTheirIdentity()
{
    const auto object = create(R"(QtObject {
        id: root
        property var read: More.$object.value
        property bool same
        function store() {
            const plain = { deep: [] }
            More.$object.set(plain)
            same = More.$object.get() === plain && root.read === plain
            More.$object.set(root)
            same = same && More.$object.get() === root && root.read === root
        }
    })",
                               "import NanoStores\nimport \"inner/more.mjs\" as More\n");
    QVERIFY(object);
    QVERIFY(QMetaObject::invokeMethod(object.get(), "store"));
    QCOMPARE(object->property("same"), true);
}

void tst_ScriptQml::engines_shareNativeStores()
{
    const auto count = nanostores::atom(1);
    std::vector<std::unique_ptr<QQmlEngine>> engines;
    std::vector<std::unique_ptr<QObject>> objects;
    for (int i = 0; i < 2; ++i) {
        auto engine = std::make_unique<QQmlEngine>();
        QQmlComponent component(engine.get());
        component.setData(
            "import QtQml\nQtObject { property var store; property int twice: store ? store.value * 2 : 0\n"
            "function add() { store.value++ } }",
            {});
        objects.emplace_back(component.create());
        QVERIFY2(objects.back(), qPrintable(component.errorString()));
        objects.back()->setProperty("store", QVariant::fromValue(nanostores::toScript(engine.get(), count)));
        engines.push_back(std::move(engine));
    }
    QVERIFY(QMetaObject::invokeMethod(objects[0].get(), "add"));
    QCOMPARE(objects[0]->property("twice"), 4);
    QCOMPARE(objects[1]->property("twice"), 4);
    objects.clear();
    engines.pop_back();
    count.set(5);
    QCOMPARE(count.get(), 5);
}

void tst_ScriptQml::engines_eachHaveTheModules()
{
    std::vector<std::unique_ptr<QQmlEngine>> engines;
    for (int i = 0; i < 3; ++i) {
        engines.push_back(std::make_unique<QQmlEngine>());
    }
    std::vector<std::unique_ptr<QObject>> objects;
    for (auto &engine : engines) {
        engine.swap(m_engine);
        auto object =
            create("QtObject { property int count: Stores.$count.value; function set(n) { Stores.$count.set(n) } }");
        engine.swap(m_engine);
        QVERIFY(object);
        QCOMPARE(object->property("count"), 1); // its own
        QVERIFY(QMetaObject::invokeMethod(object.get(), "set", Q_ARG(QVariant, 2)));
        QCOMPARE(object->property("count"), 2);
        objects.push_back(std::move(object));
    }
    objects.clear();
}

void tst_ScriptQml::reload_findsTheModules()
{
    for (int i = 0; i < 3; ++i) {
        auto object = create("QtObject { property int count: Stores.$count.value }");
        QVERIFY(object);
        QCOMPARE(object->property("count"), 1);
        object.reset();
        m_time->advance(std::chrono::milliseconds(2000)); // the stores that were left unmount
        m_engine->clearComponentCache();
    }
}

void tst_ScriptQml::imports_ofEachForm()
{
    const auto object = create("QtObject { property string result: Forms.result }",
                               "import NanoStores\nimport \"forms.mjs\" as Forms\n");
    QVERIFY(object);
    QCOMPARE(object->property("result"), QStringLiteral("ok"));
    QJSEngine engine;
    nanostores::installModules(&engine);
    const QJSValue module = engine.importModule(QStringLiteral(SCRIPT_TESTS "/qml/forms.mjs"));
    QCOMPARE(module.property(QStringLiteral("result")).toString(), QStringLiteral("ok"));
}

void tst_ScriptQml::scopes_haveContexts()
{
    const auto object = create(R"(QtObject {
        id: root
        readonly property Scoped any: Scoped { Atom {} }
        readonly property QtObject one: QtObject {
            id: one
            Scope.provides: [root.any]
            readonly property QtObject inner: QtObject {
                id: inner
                readonly property QtObject deep: QtObject { id: deep; Scope.name: "deep" }
            }
        }
        readonly property QtObject two: QtObject { id: two; Scope.provides: [root.any] }
        readonly property QtObject outside: QtObject { id: outside }
        property bool isShared
        property bool isOneOutside
        property bool isOwn
        Component.onCompleted: { // what is outside comes last: a scope takes what is there
            isShared = Inject.draftOf(one.Scope) === Inject.draftOf(inner.Scope)
                       && Inject.draftOf(one.Scope) === Inject.draftOf(deep.Scope)
            isOwn = Inject.draftOf(one.Scope) !== Inject.draftOf(two.Scope)
                    && Inject.draftOf(outside.Scope) !== Inject.draftOf(two.Scope)
            isOneOutside = Inject.draftOf(outside.Scope) === Inject.draftOf(root.Scope)
        }
        readonly property string refused: Inject.refused()
        function mocked() {
            Inject.mock(two.Scope, { text: "fake" })
            return Inject.draftOf(two.Scope).text + Inject.draftOf(one.Scope).text
        }
    })",
                               "import NanoStores\nimport \"scopes.mjs\" as Inject\n");
    QVERIFY(object);
    QVERIFY(object->property("isShared").toBool());
    QVERIFY(object->property("isOneOutside").toBool());
    QVERIFY(object->property("isOwn").toBool());
    QVERIFY(object->property("refused").toString().contains(QStringLiteral("contextOf(page.Scope)")));
    QVariant text;
    QVERIFY(QMetaObject::invokeMethod(object.get(), "mocked", Q_RETURN_ARG(QVariant, text)));
    QCOMPARE(text, QVariant(QStringLiteral("fake")));
}

/// What a Provide names as its token is a page's own, and ends with it.
void tst_ScriptQml::scopes_haveStoresOfJavaScript()
{
    const auto object = create(R"(QtObject {
        id: root
        readonly property QtObject one: QtObject {
            id: one
            Scope.provides: [Provide { token: Inject.text }]
            readonly property QtObject inner: QtObject {
                id: inner
                Scope.name: "inner"
            }
        }
        readonly property QtObject two: QtObject {
            id: two
            Scope.provides: [Provide { token: Inject.text; value: Inject.made("two") }]
        }
        readonly property Component page: Component {
            QtObject {
                Scope.provides: [Provide { token: Inject.text; value: Inject.made("page") }]
            }
        }
        property QtObject made
        function texts(): string {
            Inject.write(inner.Scope, "one")
            return [one, inner, two, root].map(object => Inject.read(object.Scope)).join()
        }
        function open(): string {
            made = page.createObject(null)
            Inject.watch(made.Scope)
            Inject.watch(inner.Scope)
            return Inject.logged()
        }
        function logged(): string {
            return Inject.logged()
        }
    })",
                               "import NanoStores\nimport \"scopes.mjs\" as Inject\n");
    QVERIFY(object);
    const auto call = [&object](const char *name) {
        QString text;
        QMetaObject::invokeMethod(object.get(), name, Q_RETURN_ARG(QString, text));
        return text;
    };
    QCOMPARE(call("texts"), QStringLiteral("one/ONE,one/ONE,two/TWO,empty/EMPTY"));
    QCOMPARE(call("open"), QStringLiteral("page,one,page,one"));
    delete object->property("made").value<QObject *>();
    QCOMPARE(call("logged"), QStringLiteral("end of page,one"));
    QCOMPARE(call("logged"), QStringLiteral("one"));
}

QTEST_GUILESS_MAIN(tst_ScriptQml)
#include "tst_scriptqml.moc"

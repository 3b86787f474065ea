// SPDX-License-Identifier: MIT

// What stands between the modules and QML: a binding follows what it reads itself, and a store keeps what it was set
// to, whatever becomes of the property that this was read from.

#include <nanostores/core.h>
#include <nanostores/script.h>

#include <QCoreApplication>
#include <QEvent>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QTest>

#include <exception>
#include <memory>
#include <utility>

using namespace nanostores;

class tst_ScriptBindings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void binding_followsWhatItReadsItself_data();
    void binding_followsWhatItReadsItself();
    void binding_mountsAStoreThatReadsAndSetsAnother();
    void store_thatIsGarbageHasNoMoreHooks();
    void store_keepsWhatAPropertyHeld();
    void store_keepsIdentities();

private:
    std::unique_ptr<QObject> create(const char *qml);
    QVariant call(QObject *object, const char *function, const QVariant &argument = {}) const;

    std::unique_ptr<ManualScheduler> m_time;
    std::unique_ptr<QQmlEngine> m_engine;
    int m_errors = 0;
};

void tst_ScriptBindings::init()
{
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".?")));
    m_time = std::make_unique<ManualScheduler>();
    setScheduler(m_time.get());
    m_errors = 0;
    setErrorHandler([this](const std::exception_ptr &) { ++m_errors; });
    m_engine = std::make_unique<QQmlEngine>();
}

void tst_ScriptBindings::cleanup()
{
    m_engine.reset();
    QCOMPARE(m_errors, 0);
    setErrorHandler({});
    m_time.reset();
}

std::unique_ptr<QObject> tst_ScriptBindings::create(const char *qml)
{
    QQmlComponent component(m_engine.get());
    component.setData(QByteArrayLiteral("import QtQml\nimport NanoStores\nimport \"reads.mjs\" as Reads\n") + qml,
                      QUrl::fromLocalFile(QStringLiteral(SCRIPT_TESTS "/qml/document.qml")));
    std::unique_ptr<QObject> object(component.create());
    if (!object) {
        qWarning() << component.errors();
    }
    return object;
}

QVariant tst_ScriptBindings::call(QObject *object, const char *function, const QVariant &argument) const
{
    QVariant result;
    if (argument.isValid()) {
        QMetaObject::invokeMethod(object, function, Q_RETURN_ARG(QVariant, result), Q_ARG(QVariant, argument));
    } else {
        QMetaObject::invokeMethod(object, function, Q_RETURN_ARG(QVariant, result));
    }
    return result;
}

namespace {

const char *const readers = R"(QtObject {
    id: root
    readonly property var counter: ({ runs: 0 })
    property var store
    readonly property Component reader: Component {
        QtObject {
            property int value: { ++root.counter.runs; return root.store.read() }
        }
    }
    property QtObject made
    function open(names) {
        store = Reads.kinds[names[0]](Reads.reads[names[1]])
        made = reader.createObject(null)
        counter.runs = 0
        return 0
    }
    function move() { Reads.move(); return counter.runs }
    function write() { store.write(); return counter.runs }
})";

} // namespace

void tst_ScriptBindings::binding_followsWhatItReadsItself_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("read");
    for (const char *kind : {"computed", "got", "mount", "start", "kit", "effect", "listener"}) {
        for (const char *read : {"get", "value", "signal", "aside", "computed", "hooked", "selector"}) {
            QTest::addRow("%s of %s", kind, read) << QString::fromLatin1(kind) << QString::fromLatin1(read);
        }
    }
}

void tst_ScriptBindings::binding_followsWhatItReadsItself()
{
    QFETCH(QString, kind);
    QFETCH(QString, read);
    const auto object = create(readers);
    QVERIFY(object);
    call(object.get(), "open", QStringList{kind, read}); // the first one, of a store that does not know slow from fast
    delete object->property("made").value<QObject *>();
    call(object.get(), "open", QStringList{kind, read});
    QCOMPARE(call(object.get(), "move").toInt(), 0);
    QCOMPARE(call(object.get(), "move").toInt(), 0);
    QCOMPARE(call(object.get(), "write").toInt(), 1);
    QCOMPARE(call(object.get(), "move").toInt(), 1);
    delete object->property("made").value<QObject *>();
}

void tst_ScriptBindings::binding_mountsAStoreThatReadsAndSetsAnother()
{
    const auto object = create(R"(QtObject {
        property int count: Reads.$users.value.length
        property bool isLoading: Reads.$isLoading.value
    })"); // without a warning of a binding loop
    QVERIFY(object);
    QVERIFY(object->property("isLoading").toBool());
}

/// The engine's collector takes it away in whichever state it is: its hooks are not called, and no error is reported.
void tst_ScriptBindings::store_thatIsGarbageHasNoMoreHooks()
{
    const auto object = create(R"(QtObject {
        function litter() {
            Reads.garbageNames.forEach(name => Reads.garbage[name]())
            return 0
        }
    })");
    QVERIFY(object);
    for (int i = 0; i < 3; ++i) {
        call(object.get(), "litter");
        m_engine->collectGarbage();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        m_time->advance(std::chrono::milliseconds(2000));
    }
}

/// A value of a value type, or a list, that QML reads from a property is a reference to that property.
void tst_ScriptBindings::store_keepsWhatAPropertyHeld()
{
    const auto object = create(R"(QtObject {
        id: root
        property point place
        property rect area
        property list<int> numbers
        property list<string> words
        property var named
        readonly property var names: ["place", "area", "numbers", "words"]
        function change(which, n) {
            switch (which) {
            case 0: place.x = n; break
            case 1: area.width = n; break
            case 2: numbers[0] = n; break
            default: words[0] = "w" + n
            }
        }
        function text(value) {
            if (value === null || value === undefined) { return "none" }
            if (value.length !== undefined) { return "[" + Array.from(value).join() + "]" }
            return value.width !== undefined ? "width " + value.width : "x " + value.x
        }
        property string present: "none"
        property var all: []
        function step(numbers) {
            const which = numbers[0] % 4
            const expected = names.length
            if (numbers[1] % 3 > 0) {
                change(which, numbers[2] % 5)
            } else {
                const now = text(root[names[which]])
                const heard = Reads.writeAll(root[names[which]])
                if (now !== present && heard !== "atom,computed,deep,kit,kitComputed,list,map,object,pushed,record") {
                    return "a change from " + present + " to " + now + " is heard by " + heard
                }
                present = now
                all = all.concat([now])
            }
            const held = Reads.values().map(text)
            if (all.length > 0 && held.some(one => one !== present)) {
                return "set to " + present + ", and holds " + held
            }
            const pushed = Array.from(Reads.pushed(), text).join()
            return pushed === all.join() ? "" : "pushed " + all + ", and holds " + pushed
        }
    })");
    QVERIFY(object);
    QRandomGenerator random(20);
    for (int i = 0; i < 400; ++i) {
        const QVariantList numbers{random.bounded(100), random.bounded(100), random.bounded(100)};
        QCOMPARE(call(object.get(), "step", numbers).toString(), QString());
    }
}

void tst_ScriptBindings::store_keepsIdentities()
{
    const auto object = create(R"(QtObject {
        id: root
        function lost() {
            class Own {}
            const values = [{}, [], Object.create(null), new Own(), new Date(), /a/, new Map(), new Set(),
                new Error("e"), new Uint8Array(3), new ArrayBuffer(2), new Proxy({}, {}), new Proxy(new Own(), {}),
                root, Symbol("s"), Promise.resolve(1)]
            return values.filter(value => {
                Reads.writeAll(value)
                return Reads.values().some(held => held !== value)
            }).map(value => Object.prototype.toString.call(value)).join()
        }
    })");
    QVERIFY(object);
    QCOMPARE(call(object.get(), "lost").toString(), QString());
}

QTEST_GUILESS_MAIN(tst_ScriptBindings)
#include "tst_scriptbindings.moc"

// SPDX-License-Identifier: MIT

// StoreLogger in QML: what it takes for a store, and what it switches.

#include <nanostores/core.h>
#include <nanostores/qml.h>
#include <nanostores/qmllogger.h>
#include <nanostores/qt.h>

#include <QFile>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace nanostores;

namespace {

QStringList messages;
QtMessageHandler previous = nullptr;

void keep(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    if (QByteArray(context.category).startsWith("nanostores.")) {
        const QString turn =
            text.startsWith(QLatin1Char('[')) ? text.left(text.indexOf(QLatin1Char(']')) + 2) : QString();
        messages.append(text.mid(turn.size()));
    } else {
        previous(type, context, text);
    }
}

} // namespace

class tst_StoreLogger : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { setScheduler(&m_time); }
    void cleanupTestCase() { setScheduler(nullptr); }
    void init();
    void cleanup();

    void stores_declaredInQml();
    void stores_inAnArray();
    void stores_inInitialProperties();
    void stores_ofJavaScript();
    void stores_ofCpp();
    void stores_thatAreNone();
    void stores_thatComeLater();
    void all_storesOfTheThread();
    void enabled_switches();
    void redact_hides();
    void files_areWritten();
    void files_areContinued();
    void file_thatCannotBeWritten();
    void line_mayWriteStores();
    void values_ofEveryKind_data();
    void values_ofEveryKind();

private:
    QObject *make(const QByteArray &qml);

    ManualScheduler m_time;
    std::unique_ptr<QQmlEngine> m_engine;
    std::unique_ptr<QObject> m_root;
};

void tst_StoreLogger::init()
{
    m_engine = std::make_unique<QQmlEngine>();
    m_engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
    previous = qInstallMessageHandler(keep);
    messages.clear();
}

void tst_StoreLogger::cleanup()
{
    m_root.reset();
    m_engine.reset();
    qInstallMessageHandler(previous);
}

QObject *tst_StoreLogger::make(const QByteArray &qml)
{
    QQmlComponent component(m_engine.get());
    component.setData("import QtQml; import NanoStores; import NanoStores.Logger\n" + qml, QUrl());
    m_root.reset(component.create());
    if (!m_root) {
        qWarning() << component.errorString();
    }
    return m_root.get();
}

void tst_StoreLogger::stores_declaredInQml()
{
    QObject *const root = make(R"(QtObject {
        property Atom count: Atom { value: 1; name: "tests/log/count" }
        property MapStore cart: MapStore { value: ({ mug: 1 }) }
        property Computed twice: Computed { stores: [count]; compute: n => 2 * n }
        property StoreLogger log: StoreLogger { stores: ({ count, cart, twice }); origins: false }
        function go() { count.value = 2; cart.setKey("mug", 5) }
    })");
    QVERIFY(root);
    QCoreApplication::processEvents();
    QMetaObject::invokeMethod(root, "go");
    QCOMPARE(messages.filter(QStringLiteral("count")), QStringList({QStringLiteral("count: 1 -> 2")}));
    QCOMPARE(messages.filter(QStringLiteral("cart")), QStringList({QStringLiteral("cart[\"mug\"]: 1 -> 5")}));
}

void tst_StoreLogger::stores_inAnArray()
{
    QObject *const root = make(R"(QtObject {
        property Atom count: Atom { value: 1; name: "tests/log/named" }
        property StoreLogger log: StoreLogger { stores: [count]; origins: false; category: "shop" }
        function go() { count.value = 2 }
    })");
    QVERIFY(root);
    QCoreApplication::processEvents();
    QMetaObject::invokeMethod(root, "go");
    QCOMPARE(messages, QStringList({QStringLiteral("tests/log/named: 1 -> 2")}));
}

void tst_StoreLogger::stores_inInitialProperties()
{
    QObject *const root = make(R"(QtObject {
        property Atom count: Atom { value: 1; name: "tests/log/initial" }
        property Component loggers: Component { StoreLogger { origins: false } }
        property var log
        function begin() { log = loggers.createObject(this, { stores: [count] }) }
        function go() { count.value = 2 }
    })");
    QVERIFY(root);
    QMetaObject::invokeMethod(root, "begin");
    QMetaObject::invokeMethod(root, "go");
    QCOMPARE(messages, QStringList({QStringLiteral("tests/log/initial: 1 -> 2")}));
}

void tst_StoreLogger::stores_ofJavaScript()
{
    QFile file(QStringLiteral(":/qt/qml/none"));
    QTemporaryDir folder;
    QFile module(folder.filePath(QStringLiteral("stores.mjs")));
    QVERIFY(module.open(QIODevice::WriteOnly));
    module.write("import { atom } from 'nanostores'\nexport const $count = atom(1)\n");
    module.close();
    QQmlComponent component(m_engine.get());
    component.setData(R"(import QtQml; import NanoStores; import NanoStores.Logger; import "stores.mjs" as Stores
        QtObject {
            property StoreLogger log: StoreLogger { stores: ({ count: Stores.$count }); origins: false }
            function go() { Stores.$count.set(2) }
        })",
                      QUrl::fromLocalFile(folder.filePath(QStringLiteral("Main.qml"))));
    m_root.reset(component.create());
    QVERIFY2(m_root, qPrintable(component.errorString()));
    QMetaObject::invokeMethod(m_root.get(), "go");
    QCOMPARE(messages, QStringList({QStringLiteral("count: 1 -> 2")}));
}

void tst_StoreLogger::stores_ofCpp()
{
    const auto count = atom(1);
    m_engine->rootContext()->setContextProperty(QStringLiteral("count"), new StoreAdapter(count, m_engine.get()));
    QVERIFY(make("StoreLogger { stores: ({ count }); origins: false }"));
    count.set(2);
    QCOMPARE(messages, QStringList({QStringLiteral("count: 1 -> 2")}));
}

void tst_StoreLogger::stores_thatAreNone()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("a is no store")));
    QVERIFY(make("StoreLogger { stores: ({ a: QtObject, b: null, c: undefined }) ; objectName: 'x' }")
            || make("StoreLogger { property QtObject o: QtObject {} stores: ({ a: o, b: null, c: undefined }) }"));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("an array of stores, is wanted")));
    QVERIFY(make("StoreLogger { stores: 5 }"));
}

void tst_StoreLogger::stores_thatComeLater()
{
    QObject *const root = make(R"(QtObject {
        property Atom first: Atom { value: 1 }
        property Atom second: Atom { value: 1 }
        property var shown: null
        property StoreLogger log: StoreLogger { stores: ({ shown: shown }); origins: false }
        function increase() { first.value = first.value + 1 }
        function show() { shown = first }
    })");
    QVERIFY(root);
    QMetaObject::invokeMethod(root, "increase");
    QCOMPARE(messages, QStringList());
    QMetaObject::invokeMethod(root, "show");
    QMetaObject::invokeMethod(root, "increase");
    QCOMPARE(messages, QStringList({QStringLiteral("shown: 2 -> 3")}));
}

void tst_StoreLogger::all_storesOfTheThread()
{
    const auto a = atom(1).named("cpp/a");
    const auto b = atom(1).named("ui/b");
    QVERIFY(make("StoreLogger { all: true; except: ['ui/*']; effects: false; origins: false }"));
    a.set(2);
    b.set(2);
    QCOMPARE(messages, QStringList({QStringLiteral("cpp/a: 1 -> 2")}));
}

void tst_StoreLogger::enabled_switches()
{
    const auto a = atom(1).named("cpp/a");
    QObject *const log = make("StoreLogger { all: true; enabled: false; origins: false }");
    QVERIFY(log);
    a.set(2);
    QCOMPARE(messages, QStringList());
    log->setProperty("enabled", true);
    a.set(3);
    log->setProperty("changes", false);
    a.set(4);
    log->setProperty("changes", true);
    log->setProperty("category", QString());
    a.set(5);
    QCOMPARE(messages, QStringList({QStringLiteral("cpp/a: 2 -> 3")}));
    m_root.reset();
    a.set(6);
    QCOMPARE(messages.size(), 1);
}

void tst_StoreLogger::redact_hides()
{
    const auto a = atom(QStringLiteral("x")).named("auth/token");
    QVERIFY(make("StoreLogger { all: true; redact: ['auth/*']; origins: false }"));
    a.set(QStringLiteral("hunter2"));
    QCOMPARE(messages, QStringList({QStringLiteral("auth/token: *** -> ***")}));
}

void tst_StoreLogger::files_areWritten()
{
    QTemporaryDir folder;
    const auto a = atom(1).named("cpp/a");
    m_engine->rootContext()->setContextProperty(QStringLiteral("folder"), folder.path());
    QVERIFY(
        make("StoreLogger { all: true; category: ''; jsonFile: folder + '/a.jsonl'; traceFile: folder + '/a.json' }"));
    a.set(2);
    m_root.reset();
    for (const char *name : {"a.jsonl", "a.json"}) {
        QFile file(folder.filePath(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("cpp/a"));
    }
    QCOMPARE(messages, QStringList());
}

void tst_StoreLogger::files_areContinued()
{
    QTemporaryDir folder;
    const auto a = atom(1).named("cpp/a");
    const auto b = atom(1).named("cpp/b");
    m_engine->rootContext()->setContextProperty(QStringLiteral("folder"), folder.path());
    QObject *const log =
        make("StoreLogger { all: true; category: ''; jsonFile: folder + '/a.jsonl'; traceFile: folder + '/a.json' }");
    QVERIFY(log);
    a.set(2);
    log->setProperty("mounts", false);
    log->setProperty("enabled", false);
    log->setProperty("enabled", true);
    b.set(2);
    m_root.reset();
    for (const char *name : {"a.jsonl", "a.json"}) {
        QFile file(folder.filePath(QLatin1String(name)));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY2(text.contains("cpp/a"), text.constData());
        QVERIFY2(text.contains("cpp/b"), text.constData());
    }
}

void tst_StoreLogger::file_thatCannotBeWritten()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("cannot be opened for writing")));
    QVERIFY(make("StoreLogger { all: true; jsonFile: '/nowhere/at/all.jsonl' }"));
}

void tst_StoreLogger::line_mayWriteStores()
{
    const auto a = atom(1).named("cpp/a");
    QObject *const root = make(R"(QtObject {
        property Atom shown: Atom { value: ""; name: "tests/log/shown" }
        property StoreLogger log: StoreLogger {
            all: true; category: ""; except: ["tests/log/*"]; origins: false
            onLine: text => { shown.value = shown.value + text }
        }
    })");
    QVERIFY(root);
    a.set(2);
    auto *const shown = root->property("shown").value<QObject *>();
    QTRY_VERIFY(shown->property("value").value<QJSValue>().toString().contains(QStringLiteral("cpp/a: 1 -> 2")));
}

void tst_StoreLogger::values_ofEveryKind_data()
{
    QTest::addColumn<QString>("value");
    QTest::newRow("symbol") << QStringLiteral("Symbol('x')");
    QTest::newRow("with a symbol") << QStringLiteral("[{ a: Symbol('x') }]");
    QTest::newRow("getter") << QStringLiteral("{ a: { get x() { throw new Error('getter') } } }");
    QTest::newRow("proxy") << QStringLiteral("new Proxy({}, { ownKeys() { throw 1 }, get() { throw 2 } })");
    QTest::newRow("chain") << QStringLiteral("(() => { let o = null; for (let i = 0; i < 100000; i++) o = { o }; "
                                             "return o })()");
    QTest::newRow("holds itself") << QStringLiteral("(() => { const o = {}; o.a = [o]; return o })()");
}

/// A value that cannot be read neither ends the program nor what writes it.
void tst_StoreLogger::values_ofEveryKind()
{
    QFETCH(QString, value);
    QObject *const root = make(R"(QtObject {
        id: root
        property Atom atom: Atom { value: 0 }
        property MapStore map: MapStore {}
        property StoreLogger logger: StoreLogger { stores: ({ atom: root.atom, map: root.map }) }
        function write(): bool {
            const value = )" + value.toUtf8()
                               + R"(
            atom.value = value
            map.setKey("k", value)
            const held = atom.value === value && map.getKey("k") === value
            atom.value = 1
            return held && atom.value === 1
        }
    })");
    QVERIFY(root);
    bool held = false;
    QVERIFY(QMetaObject::invokeMethod(root, "write", Q_RETURN_ARG(bool, held)));
    QVERIFY(held);
    QVERIFY(!m_engine->hasError());
    QCOMPARE(messages.size(), 3);
}

QTEST_GUILESS_MAIN(tst_StoreLogger)
#include "tst_storelogger.moc"

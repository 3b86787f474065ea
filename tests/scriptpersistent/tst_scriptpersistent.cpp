// SPDX-License-Identifier: MIT
#include <nanostores/persistent.h>
#include <nanostores/scriptpersistent.h>

#include <QDir>
#include <QFile>
#include <QJSEngine>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include <memory>
#include <string>

using namespace nanostores;

class tst_ScriptPersistent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void install_twiceIsOnce();
    void atom_isSeenByCpp();
    void atom_seesCpp();
    void map_seesCpp();
    void other_enginesAreSeen();
    void text_thatIsNotUtf8Stays();
    void engine_goesWithListeners();
    void default_isThePersistentEngine();

private:
    QJSValue run(const char *code);
    StorageEngine loaded(const MemoryArea &area) const
    {
        const auto engine = StorageEngine::memory(area);
        engine.load(std::chrono::hours(1));
        return engine;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QJSEngine> m_js;
    int m_modules = 0;
};

void tst_ScriptPersistent::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_js = std::make_unique<QJSEngine>();
    m_js->globalObject().setProperty(QStringLiteral("shared"), m_js->newObject());
}

/// The body of a module, which has what the module exports, and an object `shared` that all of them have. Each has a
/// folder of its own: Qt 6.11 looks once at what a folder holds.
QJSValue tst_ScriptPersistent::run(const char *code)
{
    const QString folder = QString::number(++m_modules);
    QDir(m_folder->path()).mkdir(folder);
    QFile file(m_folder->filePath(folder + QStringLiteral("/module.mjs")));
    if (!file.open(QIODevice::WriteOnly)) {
        return QStringLiteral("cannot write a module");
    }
    file.write("import * as persistent from '@nanostores/persistent'\n"
               "const { persistentAtom, persistentMap } = persistent\n"
               "export let result\n");
    file.write(code);
    file.close();
    const QJSValue module = m_js->importModule(file.fileName());
    return m_js->hasError()   ? m_js->catchError()
           : module.isError() ? module
                              : module.property(QStringLiteral("result"));
}

void tst_ScriptPersistent::install_twiceIsOnce()
{
    installPersistentModule(m_js.get(), StorageEngine::memory());
    installPersistentModule(m_js.get(), StorageEngine::memory());
    QCOMPARE(run("result = Object.keys(persistent).filter(name => name !== 'default').sort().join()").toString(),
             QStringLiteral("cleanTestStorage,getTestStorage,persistentAtom,persistentBoolean,persistentJSON,"
                            "persistentMap,setPersistentEngine,setTestStorageKey,useTestStorageEngine,"
                            "windowPersistentEvents"));
}

void tst_ScriptPersistent::atom_isSeenByCpp()
{
    const auto engine = loaded(MemoryArea());
    installPersistentModule(m_js.get(), engine);
    run("persistentAtom('theme', 'light').set('dark')");
    QCOMPARE(engine.get("theme"), std::optional<std::string>("dark"));
    run("persistentAtom('theme').set(undefined); persistentMap('m:').setKey('a', '1')");
    QVERIFY(!engine.get("theme"));
    QCOMPARE(engine.get("m:a"), std::optional<std::string>("1"));
}

void tst_ScriptPersistent::atom_seesCpp()
{
    const auto engine = loaded(MemoryArea());
    engine.set("theme", "dark");
    installPersistentModule(m_js.get(), engine);
    QCOMPARE(run("shared.theme = persistentAtom('theme', 'light'); shared.seen = [];"
                 "shared.theme.listen(value => { shared.seen.push(value) }); result = shared.theme.get()")
                 .toString(),
             QStringLiteral("dark"));
    engine.set("theme", "blue");
    engine.del("theme");
    QCOMPARE(run("result = shared.seen.join()").toString(), QStringLiteral("blue,light"));
}

void tst_ScriptPersistent::map_seesCpp()
{
    const auto engine = loaded(MemoryArea());
    installPersistentModule(m_js.get(), engine);
    run("shared.map = persistentMap('m:', { a: '0' }); shared.map.listen(() => {})");
    engine.set("m:b", "1");
    engine.set("other", "1");
    QCOMPARE(run("result = JSON.stringify(shared.map.get())").toString(), QStringLiteral("{\"a\":\"0\",\"b\":\"1\"}"));
    engine.clear();
    QCOMPARE(run("result = JSON.stringify(shared.map.get())").toString(), QStringLiteral("{\"a\":\"0\"}"));
}

void tst_ScriptPersistent::other_enginesAreSeen()
{
    const MemoryArea area;
    const auto other = loaded(area);
    installPersistentModule(m_js.get(), loaded(area));
    run("shared.theme = persistentAtom('theme', 'light'); shared.theme.listen(() => {})");
    other.set("theme", "dark");
    QVERIFY(other.flushNow(std::chrono::hours(1)));
    QTRY_COMPARE(run("result = shared.theme.get()").toString(), QStringLiteral("dark"));
    run("shared.theme.set('blue')");
    QTRY_COMPARE(other.get("theme"), std::optional<std::string>("blue"));
}

void tst_ScriptPersistent::text_thatIsNotUtf8Stays()
{
    const auto engine = loaded(MemoryArea());
    engine.set("bytes", "\xff");
    installPersistentModule(m_js.get(), engine);
    QCOMPARE(run("shared.bytes = persistentAtom('bytes'); shared.bytes.listen(() => {}); result = shared.bytes.get()")
                 .toString(),
             QString(QChar::ReplacementCharacter));
    QCOMPARE(engine.get("bytes"), std::optional<std::string>("\xff"));
}

void tst_ScriptPersistent::engine_goesWithListeners()
{
    const auto engine = loaded(MemoryArea());
    installPersistentModule(m_js.get(), engine);
    run("shared.theme = persistentAtom('theme'); shared.theme.listen(() => {})");
    m_js.reset();
    engine.set("theme", "dark"); // calls nothing
    QCOMPARE(engine.get("theme"), std::optional<std::string>("dark"));
}

void tst_ScriptPersistent::default_isThePersistentEngine()
{
    const auto engine = loaded(MemoryArea());
    installPersistentModule(m_js.get());
    setPersistentEngine(engine); // before the first store is made
    run("persistentAtom('theme').set('dark')");
    QCOMPARE(engine.get("theme"), std::optional<std::string>("dark"));
    setPersistentEngine(StorageEngine::memory());
}

QTEST_GUILESS_MAIN(tst_ScriptPersistent)
#include "tst_scriptpersistent.moc"

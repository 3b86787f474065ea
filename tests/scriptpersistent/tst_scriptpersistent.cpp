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
    void set_byThoseWhoAreCalledWithIt_data();
    void set_byThoseWhoAreCalledWithIt();
    void set_byCppWhileItIsWritten();
    void random_storesAgreeWithTheStorage();
    void byteOrderMark_isPartOfTheText();

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

void tst_ScriptPersistent::set_byThoseWhoAreCalledWithIt_data()
{
    QTest::addColumn<QString>("setUp");
    QTest::newRow("engine of C++") << QString();
    QTest::newRow("own storage") << QStringLiteral(
        "const storage = {}; const own = []; const all = new Proxy(storage, { set(target, key, value) {"
        " target[key] = value; own.forEach(f => { f({ key, newValue: value }) }); return true } });"
        "persistent.setPersistentEngine(all, { addEventListener(key, f) { own.push(f) }, removeEventListener() {} });");
}

/// Two stores of one entry, as two modules have them: one that sets the other, and itself, by listening.
void tst_ScriptPersistent::set_byThoseWhoAreCalledWithIt()
{
    QFETCH(QString, setUp);
    installPersistentModule(m_js.get(), loaded(MemoryArea()));
    const QString code =
        setUp
        + QStringLiteral("const a = persistentAtom('x', ''), b = persistentAtom('x', ''); a.listen(() => {});"
                         "b.listen(value => { if (value === '1') a.set('2') });"
                         "const m = persistentMap('m:'), n = persistentMap('m:'); m.listen(() => {});"
                         "n.listen((value, old, key) => {"
                         " if (value.k === '1' || value.k === '3') { m.setKey('k', '2'); m.setKey('z', 'new') } });"
                         "a.set('1'); m.setKey('k', '1'); m.setKey('k', '5'); m.set({ k: '3', l: '4' });"
                         "result = JSON.stringify([a.get(), b.get(), m.get(), n.get(), persistentAtom('x').get(),"
                         " persistentAtom('m:k').get(), persistentAtom('m:z').get()])");
    QCOMPARE(run(code.toUtf8().constData()).toString(),
             QStringLiteral(R"(["2","2",{"k":"2","l":"4","z":"new"},{"k":"2","z":"new","l":"4"},"2","2","new"])"));
}

void tst_ScriptPersistent::set_byCppWhileItIsWritten()
{
    const auto engine = loaded(MemoryArea());
    const auto end = engine.sub("x", [&](const StorageEngine::RawValue &value) {
        if (value && value->starts_with(' ')) {
            engine.set("x", value->substr(1));
        }
    });
    installPersistentModule(m_js.get(), engine);
    QCOMPARE(run("const a = persistentAtom('x', ''), b = persistentAtom('x', ''), m = persistentMap('');"
                 "a.listen(() => {}); b.listen(() => {}); m.listen(() => {}); a.set('  trimmed');"
                 "result = [a.get(), b.get(), m.get().x].join()")
                 .toString(),
             QStringLiteral("trimmed,trimmed,trimmed"));
    QCOMPARE(engine.get("x"), std::optional<std::string>("trimmed"));
    end();
}

/// Atoms and maps over the same entries, whose listeners set them again: in the end all have what is stored.
void tst_ScriptPersistent::random_storesAgreeWithTheStorage()
{
    const auto engine = loaded(MemoryArea());
    installPersistentModule(m_js.get(), engine);
    QCOMPARE(run(R"(
        let seed = 1, depth = 0
        const random = n => (seed = seed * 16807 % 2147483647) % n
        const keys = ['m:a', 'm:b', 'm:c']
        const atoms = keys.concat(keys).map(key => persistentAtom(key, undefined))
        const maps = [persistentMap('m:'), persistentMap('m:')]
        function step() {
            const text = random(4) === 0 ? undefined : String(random(5))
            const key = keys[random(3)].slice(2)
            switch (random(4)) {
            case 0: atoms[random(6)].set(text); break
            case 1: maps[random(2)].setKey(key, text); break
            case 2: maps[random(2)].set({ [key]: String(random(5)), d: '1' }); break
            }
        }
        function again() {
            if (depth < 3 && random(3) === 0) { ++depth; step(); --depth }
        }
        atoms.forEach(each => { each.listen(again) })
        maps.forEach(each => { each.listen(again) })
        result = ''
        for (let i = 0; i < 500 && result === ''; ++i) {
            step()
            const stored = {}
            keys.concat('m:d').forEach(key => {
                const text = persistentAtom(key).value // which is not mounted
                if (text !== undefined) stored[key.slice(2)] = text
            })
            const wrong = atoms.filter((each, j) => each.get() !== stored[keys[j % 3].slice(2)]).length
            const sorted = map => JSON.stringify(Object.keys(map).sort().map(key => [key, map[key]]))
            if (wrong > 0 || maps.some(map => sorted(map.get()) !== sorted(stored)))
                result = i + ': ' + JSON.stringify([stored, atoms.map(each => each.get()), maps.map(each => each.get())])
        })")
                 .toString(),
             QString());
}

void tst_ScriptPersistent::byteOrderMark_isPartOfTheText()
{
    const auto engine = loaded(MemoryArea());
    installPersistentModule(m_js.get(), engine);
    run("persistentAtom('x').set('\ufefftext'); persistentMap('m:').setKey('\ufeffk', '\ufeff')");
    QCOMPARE(run("const m = persistentMap('m:'); m.listen(() => {});"
                 "result = [persistentAtom('x').get() === '\ufefftext', JSON.stringify(m.get()) === "
                 "JSON.stringify({ '\ufeffk': '\ufeff' })].join()")
                 .toString(),
             QStringLiteral("true,true"));
}

QTEST_GUILESS_MAIN(tst_ScriptPersistent)
#include "tst_scriptpersistent.moc"

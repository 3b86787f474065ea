// SPDX-License-Identifier: MIT

// Runs the functions that the modules of this folder export, each in a fresh engine of either kind, on a manual clock.

#include <nanostores/core/errors.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/script/install.h>

#include <QDir>
#include <QJSEngine>
#include <QJSValueIterator>
#include <QLibrary>
#include <QQmlEngine>
#include <QTest>

#include <algorithm>
#include <memory>

/// What the modules import as "host".
class Host : public QObject
{
    Q_OBJECT

public:
    explicit Host(QJSEngine *engine)
        : m_engine(engine)
    {
        nanostores::setScheduler(&m_time);
    }

    Q_INVOKABLE void advance(int milliseconds) { m_time.advance(std::chrono::milliseconds(milliseconds)); }
    Q_INVOKABLE void collect()
    {
        for (int i = 0; i < 3; ++i) {
            m_engine->collectGarbage();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
    }
    Q_INVOKABLE int handles() const
    {
        const auto *bridge = m_engine->findChild<QObject *>(QString(), Qt::FindDirectChildrenOnly);
        int count = -1;
        for (const QObject *child : m_engine->children()) {
            if (child->inherits("nanostores::detail::ScriptBridge")) {
                bridge = child;
                QMetaObject::invokeMethod(const_cast<QObject *>(bridge), "count", Q_RETURN_ARG(int, count));
            }
        }
        return count;
    }
    Q_INVOKABLE void finish(const QJSValue &error)
    {
        finished = true;
        failure = error;
    }

    bool finished = false;
    QJSValue failure;

private:
    nanostores::ManualScheduler m_time;
    QJSEngine *m_engine;
};

class tst_Modules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void install_leavesTheGlobalsAlone_data();
    void install_leavesTheGlobalsAlone();
    void run_data();
    void run();
};

namespace {

std::unique_ptr<QJSEngine> makeEngine(bool qml)
{
    std::unique_ptr<QJSEngine> engine;
    if (qml) {
        engine = std::make_unique<QQmlEngine>();
    } else {
        engine = std::make_unique<QJSEngine>();
    }
    return engine;
}

QJSValue load(QJSEngine *engine, Host *host, const QString &file)
{
    // as foreign test suites do
    QLibrary library(QStringLiteral(CONFORMANCE_LIBRARY));
    const auto install = reinterpret_cast<void (*)(QJSEngine *)>(library.resolve("conformance_install"));
    if (!install) {
        return QJSValue(library.errorString());
    }
    install(engine);
    QJSEngine::setObjectOwnership(host, QJSEngine::CppOwnership);
    QJSValue module = engine->newObject();
    module.setProperty(QStringLiteral("host"), engine->newQObject(host));
    engine->registerModule(QStringLiteral("host.mjs"), module);
    QJSValue loaded = engine->importModule(file);
    return engine->hasError() ? engine->catchError() : loaded;
}

QString describe(const QJSValue &error)
{
    return error.toString() + QLatin1Char('\n') + error.property(QStringLiteral("stack")).toString();
}

} // namespace

void tst_Modules::initTestCase()
{
    nanostores::setErrorHandler([](std::exception_ptr) {}); // some tests throw twice
    qputenv("QV4_GC_TIMELIMIT", "0"); // from Qt 6.8 on collectGarbage() ends after some milliseconds
}

void tst_Modules::install_leavesTheGlobalsAlone_data()
{
    QTest::addColumn<bool>("qml");
    QTest::newRow("QJSEngine") << false;
    QTest::newRow("QQmlEngine") << true;
}

void tst_Modules::install_leavesTheGlobalsAlone()
{
    QFETCH(bool, qml);
    const auto engine = makeEngine(qml);
    const QString names =
        QStringLiteral("[this, Object, Object.prototype, Array.prototype, Function.prototype, Promise, "
                       "Promise.prototype, Error.prototype].map(o => "
                       "Object.getOwnPropertyNames(o).sort().join()).join(' ')");
    const QString before = engine->evaluate(names).toString();
    QVERIFY(before.contains(QStringLiteral("hasOwnProperty")));
    Host host(engine.get());
    const QJSValue module = load(engine.get(), &host, QStringLiteral(SCRIPT_TESTS "/nanostores.mjs"));
    QVERIFY(!module.isError());
    module.property(QStringLiteral("map_tellsWhichKey")).call();
    QCOMPARE(engine->evaluate(names).toString(), before);
}

void tst_Modules::run_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("qml");

    const QDir folder(QStringLiteral(SCRIPT_TESTS));
    QStringList files = folder.entryList({QStringLiteral("*.mjs")});
#ifndef WITH_TESTKIT
    files.removeOne(QStringLiteral("testkit.mjs"));
#endif
#ifndef WITH_I18N
    files.erase(std::remove_if(files.begin(), files.end(),
                               [](const QString &file) { return file.startsWith(QStringLiteral("i18n")); }),
                files.end());
#endif
#ifndef WITH_PERSISTENT
    files.removeOne(QStringLiteral("persistent.mjs"));
#endif
    for (const QString &file : files) {
        QJSEngine engine;
        Host host(&engine);
        const QString path = folder.filePath(file);
        const QJSValue module = load(&engine, &host, path);
        QVERIFY2(!module.isError() && module.isObject(), qPrintable(file + QLatin1String(": ") + describe(module)));
        QJSValueIterator exported(module);
        while (exported.next()) {
            if (exported.value().isCallable()) {
                for (const bool qml : {false, true}) {
                    QTest::addRow("%s/%s/%s", qPrintable(file.chopped(4)), qPrintable(exported.name()),
                                  qml ? "QQmlEngine" : "QJSEngine")
                        << path << exported.name() << qml;
                }
            }
        }
    }
}

void tst_Modules::run()
{
    QFETCH(QString, file);
    QFETCH(QString, name);
    QFETCH(bool, qml);

    const auto engine = makeEngine(qml);
    Host host(engine.get());
    const QJSValue module = load(engine.get(), &host, file);
    const QJSValue start = engine->evaluate(QStringLiteral(R"((function (test, host) {
        var result
        try {
            result = test()
        } catch (error) {
            host.finish({ error: error })
            return
        }
        if (result && typeof result.then === 'function') {
            result.then(function () { host.finish(null) }, function (error) { host.finish({ error: error }) })
        } else {
            host.finish(null)
        }
    }))"));
    start.call({module.property(name), engine->newQObject(&host)});
    QTRY_VERIFY(host.finished);
    QVERIFY2(host.failure.isNull(), qPrintable(describe(host.failure.property(QStringLiteral("error")))));
    host.failure = {};
}

QTEST_GUILESS_MAIN(tst_Modules)
#include "tst_modules.moc"

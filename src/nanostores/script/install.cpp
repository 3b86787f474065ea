// SPDX-License-Identifier: MIT
#include <nanostores/script/install.h>

#include <nanostores/core/scheduler.h>
#include <nanostores/qt/eventloopscheduler.h>
#include <nanostores/script/detail/facades.h>
#include <nanostores/script/detail/qtversion.h>
#include <nanostores/script/detail/scriptbridge.h>
#include <nanostores/script/detail/scripthistory.h>
#include <nanostores/script/detail/value.h>

#include <QJSEngine>
#include <QJSValue>
#include <QJSValueIterator>
#include <QMutex>
#include <QMutexLocker>
#include <QQmlAbstractUrlInterceptor>
#include <QQmlEngine>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <initializer_list>
#include <utility>

static void initResources()
{
    Q_INIT_RESOURCE(nanostores_script);
    Q_INIT_RESOURCE(qmlcache_nanostores_script); // the same, compiled ahead of time
}

namespace nanostores {

namespace {

struct Module
{
    std::initializer_list<const char *> names;
    const char *file; ///< Null: it is loaded when it is first used.
    QJSValue (*load)(QJSEngine *engine) = nullptr; ///< Then this makes what stands for it.
};

QJSValue historyModule(QJSEngine *engine);
QJSValue routerModule(QJSEngine *engine);
QJSValue queryModule(QJSEngine *engine);

const std::initializer_list<Module> modules{
    {{"nanostores"}, "module_nanostores.mjs"},        {{"nano_kit", "@nano_kit/store"}, "module_nano_kit.mjs"},
    {{"nanostores/history"}, nullptr, historyModule}, {{"@nanostores/logger"}, "module_logger.mjs"},
    {{"@nanostores/router"}, nullptr, routerModule},  {{"@nanostores/query"}, nullptr, queryModule},
};

/// Where the type loader wants a file for each module, it gets an empty one. It is never run, since the engine knows
/// the module.
class ModuleInterceptor : public QObject, public QQmlAbstractUrlInterceptor
{
public:
    explicit ModuleInterceptor(QQmlEngine *engine)
        : QObject(engine)
    {
        setObjectName(QLatin1String(Name));
        for (const Module &module : modules) {
            for (const char *name : module.names) {
                add(QLatin1String(name));
            }
        }
        engine->addUrlInterceptor(this);
    }
    static ModuleInterceptor *of(QQmlEngine *engine)
    {
        return static_cast<ModuleInterceptor *>(
            engine->findChild<QObject *>(QLatin1String(Name), Qt::FindDirectChildrenOnly));
    }

    void add(const QString &name)
    {
        const QMutexLocker lock(&m_mutex);
        m_endings.append(QLatin1Char('/') + name);
    }

    QUrl intercept(const QUrl &url, DataType type) override
    {
        if (type == JavaScriptFile) {
            const QString path = url.path();
            const QMutexLocker lock(&m_mutex); // the type loader has a thread of its own
            for (const QString &ending : std::as_const(m_endings)) {
                if (path.endsWith(ending)) {
                    return QUrl(QStringLiteral("qrc:/nanostores/script/empty.mjs"));
                }
            }
        }
        return url;
    }

private:
    static constexpr const char *Name = "nanostores.modules";

    QMutex m_mutex;
    QStringList m_endings;
};

/// A plain object, with what `import *` asks for, which is no export itself.
QJSValue exportsOf(QJSEngine *engine, const QJSValue &module)
{
    QJSValue exported = engine->newObject();
    QJSValueIterator property(module);
    while (property.next()) {
        exported.setProperty(property.name(), property.value());
    }
    QJSValue all = engine->newObject();
    all.setProperty(QStringLiteral("value"), exported);
    engine->globalObject()
        .property(QStringLiteral("Object"))
        .property(QStringLiteral("defineProperty"))
        .call({exported, QStringLiteral("*"), all});
    return exported;
}

/// Where graph.mjs finds it: under a symbol, which no other code meets by chance.
void publish(QJSEngine *engine, detail::ScriptBridge *bridge, detail::ScriptHistories *histories)
{
    engine
        ->evaluate(QStringLiteral("(function (bridge, histories) {"
                                  " Object.defineProperty(this, Symbol.for('nanostores.bridge'), "
                                  "{ value: bridge, configurable: true });"
                                  " Object.defineProperty(this, Symbol.for('nanostores.histories'), "
                                  "{ value: histories, configurable: true }) })"))
        .call({engine->newQObject(bridge), engine->newQObject(histories)});
}

/// The module nanostores/history: a function that loads the rest when it is called for the first time.
QJSValue historyModule(QJSEngine *engine)
{
    QJSValue module = engine->newObject();
    module.setProperty(QStringLiteral("history"),
                       engine
                           ->evaluate(QStringLiteral("(function (histories) { let load = function () {"
                                                     " const real = histories.load().history;"
                                                     " load = function () { return real };"
                                                     " return real };"
                                                     " return function history(stores, options) {"
                                                     " return load()(stores, options) } })"))
                           .call({engine->newQObject(detail::ScriptHistories::of(engine))}));
    return module;
}

/// The module @nanostores/router, in the same way.
QJSValue routerModule(QJSEngine *engine)
{
    return engine
        ->evaluate(QStringLiteral("(function (bridge) { let real;"
                                  " const load = () => real || (real = bridge.router());"
                                  " return { createRouter(routes, opts) { return load().createRouter(routes, opts) },"
                                  " getPagePath(router, name, params, search) {"
                                  " return load().getPagePath(router, name, params, search) },"
                                  " openPage(router, name, params, search) {"
                                  " return load().openPage(router, name, params, search) },"
                                  " redirectPage(router, name, params, search) {"
                                  " return load().redirectPage(router, name, params, search) } } })"))
        .call({engine->newQObject(detail::ScriptBridge::of(engine))});
}

/// The module @nanostores/query, in the same way.
QJSValue queryModule(QJSEngine *engine)
{
    return engine
        ->evaluate(QStringLiteral("(function (bridge) { let real;"
                                  " const load = () => real || (real = bridge.query());"
                                  " return { nanoquery(settings) { return load().nanoquery(settings) },"
                                  " onErrorRetry(failure) { return load().onErrorRetry(failure) } } })"))
        .call({engine->newQObject(detail::ScriptBridge::of(engine))});
}

bool wantsFacades(QJSEngine *engine, bool whileLoading)
{
    return qobject_cast<QQmlEngine *>(engine)
           && (detail::cannotRegisterModules() || (whileLoading && detail::cannotRegisterWhileLoading()));
}

void install(QJSEngine *engine, bool whileLoading)
{
    if (detail::ScriptBridge::of(engine)) {
        return;
    }
    initResources();
    detail::knowScriptValues();
    if (!scheduler()) {
        installScheduler();
    }
    publish(engine, new detail::ScriptBridge(engine), new detail::ScriptHistories(engine));
    const bool byFacades = wantsFacades(engine, whileLoading);
    if (byFacades && !detail::provideFacades()) {
        qCWarning(detail::scriptLog) << "the modules nanostores, nano_kit and their like cannot be imported: this "
                                        "library was built with Qt"
                                     << detail::builtWith() << "and runs with" << qVersion()
                                     << "- please build it with that.";
    }
    if (!byFacades) {
        for (const Module &module : modules) {
            const QJSValue exported = exportsOf(
                engine, module.file ? detail::loadModule(engine, QLatin1String(module.file)) : module.load(engine));
            for (const char *name : module.names) {
                engine->registerModule(QLatin1String(name), exported);
            }
        }
    }
    if (auto *qmlEngine = qobject_cast<QQmlEngine *>(engine); qmlEngine && detail::typeLoaderWantsFiles()) {
        new ModuleInterceptor(qmlEngine);
    }
}

} // namespace

void installModules(QJSEngine *engine)
{
    install(engine, false);
}

namespace detail {

QJSValue loadModule(QJSEngine *engine, const QString &file)
{
    QJSValue module = engine->importModule(QStringLiteral(":/nanostores/script/") + file);
    if (engine->hasError() || module.isError()) {
        const QJSValue error = engine->hasError() ? engine->catchError() : module;
        qCWarning(detail::scriptLog).noquote()
            << "cannot load" << file << error.toString() << error.property(QStringLiteral("stack")).toString();
        return {};
    }
    return module;
}

void addModule(QJSEngine *engine, const QString &name, const QString &file, bool whileLoading)
{
    install(engine, whileLoading);
    if (!wantsFacades(engine, whileLoading)) {
        engine->registerModule(name, exportsOf(engine, loadModule(engine, file)));
    }
    if (auto *qmlEngine = qobject_cast<QQmlEngine *>(engine)) {
        if (ModuleInterceptor *const interceptor = ModuleInterceptor::of(qmlEngine)) {
            interceptor->add(name);
        }
    }
}

void installModulesWhileLoading(QJSEngine *engine)
{
    install(engine, true);
}

} // namespace detail
} // namespace nanostores

#include <nanostores/script/install.h>

#include <nanostores/core/scheduler.h>
#include <nanostores/qt/eventloopscheduler.h>
#include <nanostores/script/detail/kernel.h>

#include <QJSEngine>
#include <QJSValue>
#include <QJSValueIterator>
#include <QLoggingCategory>
#include <QQmlAbstractUrlInterceptor>
#include <QQmlEngine>
#include <QString>
#include <QUrl>

#include <array>

static void initResources()
{
    Q_INIT_RESOURCE(nanostores_script);
}

namespace nanostores {

namespace {

Q_LOGGING_CATEGORY(category, "nanostores.script")

constexpr std::array<const char *, 2> moduleNames{"nanostores", "nano_kit"};

/// Before Qt 6.5 the type loader wants a file for each import of a module that a QML document imports: it gets an empty
/// one, which is never run, since the engine knows the module.
class ModuleInterceptor : public QObject, public QQmlAbstractUrlInterceptor
{
public:
    explicit ModuleInterceptor(QQmlEngine *engine)
        : QObject(engine)
        , m_engine(engine)
    {
        engine->addUrlInterceptor(this);
    }

    QUrl intercept(const QUrl &url, DataType type) override
    {
        if (type == JavaScriptFile) {
            const QString path = url.path();
            for (const char *name : moduleNames) {
                if (path.endsWith(QLatin1Char('/') + QLatin1String(name))) {
                    return QUrl(QStringLiteral("qrc:/nanostores/script/empty.mjs"));
                }
            }
        }
        return url;
    }

private:
    QQmlEngine *m_engine;
};

QJSValue loadModule(QJSEngine *engine, const QString &file)
{
    const QJSValue module = engine->importModule(QStringLiteral(":/nanostores/script/") + file);
    if (engine->hasError() || module.isError()) {
        const QJSValue error = engine->hasError() ? engine->catchError() : module;
        qCWarning(category).noquote() << "cannot load" << file << error.toString()
                                      << error.property(QStringLiteral("stack")).toString();
        return {};
    }
    return module;
}

/// A plain object, with what `import *` asks for.
QJSValue exportsOf(QJSEngine *engine, const QJSValue &module)
{
    QJSValue exported = engine->newObject();
    QJSValueIterator property(module);
    while (property.next()) {
        exported.setProperty(property.name(), property.value());
    }
    exported.setProperty(QStringLiteral("*"), exported);
    return exported;
}

} // namespace

void installModules(QJSEngine *engine)
{
    if (detail::Kernel::of(engine)) {
        return;
    }
    initResources();
    if (!scheduler()) {
        installScheduler();
    }
    auto *kernel = new detail::Kernel(engine);
    const QJSValue graph = loadModule(engine, QStringLiteral("graph.mjs"));
    graph.property(QStringLiteral("connect")).call({engine->newQObject(kernel)});
    for (const char *name : moduleNames) {
        const QJSValue module = loadModule(engine, QLatin1String(name) + QLatin1String(".mjs"));
        if (module.isObject()) {
            engine->registerModule(QLatin1String(name), exportsOf(engine, module));
        }
    }
    if (auto *qmlEngine = qobject_cast<QQmlEngine *>(engine)) {
        new ModuleInterceptor(qmlEngine);
    }
}

} // namespace nanostores

// SPDX-License-Identifier: MIT
#include "engine.h"

#include <nanostores/script.h>

#include <QCoreApplication>
#include <QEvent>
#include <QJSValueIterator>
#include <QQmlComponent>
#include <QUrl>

#include <cstdio>
#include <cstdlib>

namespace {

[[noreturn]] void fail(const QJSValue &error)
{
    std::fprintf(stderr, "%s\n%s\n", qPrintable(error.toString()),
                 qPrintable(error.property(QStringLiteral("stack")).toString()));
    std::exit(1);
}

} // namespace

Engine::Engine(Stores stores)
{
    if (stores == Stores::Native) {
        nanostores::installModules(&m_engine);
    } else {
        // What it takes for granted; it runs as every module does, and is imported as ours is.
        QJSValue global = m_engine.globalObject();
        global.setProperty(QStringLiteral("globalThis"), global);
        QJSValue exported = m_engine.newObject();
        QJSValueIterator property(load(
            qEnvironmentVariable("BENCH_UPSTREAM")
            + (stores == Stores::Upstream ? QStringLiteral("/upstream.mjs") : QStringLiteral("/upstream_assign.mjs"))));
        while (property.next()) {
            exported.setProperty(property.name(), property.value());
        }
        exported.setProperty(QStringLiteral("*"), exported);
        m_engine.registerModule(QStringLiteral("nanostores"), exported);
    }
    m_cases = load(QStringLiteral(SCRIPT_CASES));
}

QJSValue Engine::load(const QString &file)
{
    QJSValue module = m_engine.importModule(file);
    if (m_engine.hasError()) {
        fail(m_engine.catchError());
    }
    if (module.isError()) {
        fail(module);
    }
    return module;
}

QJSValue Engine::call(const QString &name, const QJSValueList &arguments)
{
    return call(m_cases.property(name), arguments);
}

QJSValue Engine::call(const QJSValue &function, const QJSValueList &arguments)
{
    QJSValue result = function.call(arguments);
    if (result.isError()) {
        fail(result);
    }
    return result;
}

QObject *Engine::create(const QByteArray &qml)
{
    QQmlComponent component(&m_engine);
    component.setData(qml, QUrl::fromLocalFile(QStringLiteral(SCRIPT_CASES)));
    QObject *object = component.create();
    if (!object) {
        std::fprintf(stderr, "%s\n", qPrintable(component.errorString()));
        std::exit(1);
    }
    return object;
}

void Engine::collect()
{
    for (int i = 0; i < 3; ++i) {
        m_engine.collectGarbage();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
}

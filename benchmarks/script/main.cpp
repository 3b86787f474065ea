// SPDX-License-Identifier: MIT
#include "engine.h"
#include "harness.h"

#include <QCoreApplication>
#include <QFile>
#include <QMetaObject>
#include <QVariant>

#include <unistd.h>

#include <cstddef>
#include <memory>
#include <string>

namespace {

Program caseOf(const QString &name, Engine::Stores stores)
{
    const auto engine = std::make_shared<Engine>(stores);
    const QJSValue made = engine->call(name);
    Program program;
    program.run = [engine, run = made.property(QStringLiteral("run"))](std::size_t count) {
        engine->call(run, {QJSValue(static_cast<uint>(count))});
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // what the collector has left behind
    };
    program.result = [engine, result = made.property(QStringLiteral("result"))] {
        return engine->call(result).toString().toStdString();
    };
    return program;
}

/// One operation: a value is set in JavaScript, and a binding on it has been evaluated.
Program bindingOf(const QByteArray &source, const QByteArray &read, const QByteArray &write)
{
    const auto engine = std::make_shared<Engine>(Engine::Stores::Native);
    const std::shared_ptr<QObject> object(engine->create("import QtQml; import 'cases.mjs' as Cases; QtObject {"
                                                         "property QtObject source: "
                                                         + source + "property int seen: " + read
                                                         + "\n property double sum: 0; property int next: 0;"
                                                           "onSeenChanged: sum += seen;"
                                                           "function run(n) { for (let i = 0; i < n; i++) "
                                                         + write + " } }"));
    Program program;
    program.run = [engine, object](std::size_t count) {
        QMetaObject::invokeMethod(object.get(), "run", Q_ARG(QVariant, QVariant::fromValue(static_cast<int>(count))));
    };
    program.result = [object] { return object->property("sum").toString().toStdString(); };
    return program;
}

void addBindings()
{
    const QByteArray none = "null;";
    addCase("binding_get/nanostores", 800,
            [=] { return bindingOf(none, "Cases.$bound.get()", "Cases.$bound.set(++next)"); });
    addCase("binding_value/nanostores", 800,
            [=] { return bindingOf(none, "Cases.$bound.value", "Cases.$bound.value = ++next"); });
    for (const char *name : {"binding_get/qml_property", "binding_value/qml_property"}) {
        addCase(name, 800,
                [] { return bindingOf("QtObject { property int value };", "source.value", "source.value = ++next"); });
    }
}

/// Bytes of the process: what V4 allocates is no part of the heap that malloc knows.
double residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    if (!file.open(QIODevice::ReadOnly)) {
        return 0;
    }
    return file.readAll().split(' ').value(1).toDouble() * static_cast<double>(sysconf(_SC_PAGESIZE));
}

/// Of the difference between the first thousands and the second, where growing tables have evened out.
double bytesOf(const QString &function, Engine::Stores stores)
{
    constexpr int Count = 20000;
    Engine engine(stores);
    engine.call(function, {QJSValue(Count)});
    engine.collect();
    const double before = residentBytes();
    engine.call(function, {QJSValue(Count)});
    engine.collect();
    return (residentBytes() - before) / Count;
}

} // namespace

void addCases()
{
    addBindings();
    for (const auto &[peer, stores] : {
             std::pair("nanostores", Engine::Stores::Native),
             std::pair("upstream", Engine::Stores::Upstream),
             std::pair("upstream_assign", Engine::Stores::UpstreamAssign),
         }) {
        for (const char *name : {"get", "get_listened", "set_0", "set_1", "set_10", "set_key_10", "set_key_100",
                                 "chain_10", "create", "create_set"}) {
            addCase(std::string(name) + '/' + peer, 800,
                    [name, stores = stores] { return caseOf(QLatin1String(name), stores); });
        }
        for (const char *name : {"atom", "atom_listener", "computed"}) {
            addBytes(std::string(name) + '/' + peer,
                     [name, stores = stores] { return bytesOf(QLatin1String("keep_") + QLatin1String(name), stores); });
        }
    }
}

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    return runBenchmark(argc, argv);
}

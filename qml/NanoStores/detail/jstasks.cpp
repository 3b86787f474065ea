// SPDX-License-Identifier: MIT
#include <NanoStores/detail/jstasks.h>

#include <NanoStores/detail/jshelper.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/scheduler.h>

#include <exception>
#include <utility>

namespace nanostores::detail {

JsError::JsError(const QJSValue &thrown, const QJSEngine *engine)
    : ScriptError(thrown)
    , m_engine(engine)
{
}

JsError::~JsError() = default;

QJSValue calledOrThrown(QJSEngine *engine, const QJSValue &function, const QJSValueList &arguments)
{
    QJSValue result;
    QJSValue error;
    if (!callGuarded(engine, function, arguments, result, error)) {
        throw JsError(error, engine);
    }
    return result;
}

PromiseEnd::PromiseEnd(TaskSource<JsValue> source, QJSEngine *engine, bool keepsCopy)
    : m_source(std::move(source))
    , m_engine(engine)
    , m_keepsCopy(keepsCopy)
{
}

/// Those who wait for it run later: the engine collects, or goes down.
PromiseEnd::~PromiseEnd()
{
    if (Scheduler *const loop = scheduler()) {
        try {
            loop->defer([source = std::exchange(m_source, std::nullopt)] {});
        } catch (...) {
            reportError(std::current_exception());
        }
    }
}

void PromiseEnd::resolve(const QJSValue &value)
{
    const auto source = *m_source; // what waits may collect this
    source.resolve(JsValue(withoutWrapper(value, m_engine), m_engine, m_keepsCopy));
}

void PromiseEnd::reject(const QJSValue &error)
{
    const auto source = *m_source;
    source.reject(std::make_exception_ptr(JsError(error, m_engine)));
}

Task<JsValue> callForTask(JsCaller &caller, QJSEngine *engine, bool keepsCopy, const QJSValue &function,
                          const QJSValueList &arguments)
{
    const QJSValue run = helperOf(engine, "_nanostores_callForTask", R"((function (f, list, end) {
        let result
        try {
            result = f(...list)
        } catch (error) {
            end.reject(error)
            return
        }
        const isThenable = result !== null && (typeof result === 'object' || typeof result === 'function')
            && typeof result.then === 'function'
        if (isThenable) {
            Promise.resolve(result).then(value => { end.resolve(value) }, error => { end.reject(error) })
        } else {
            end.resolve(result)
        }
    }))");
    QJSValue list = engine->newArray(static_cast<uint>(arguments.size()));
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        list.setProperty(static_cast<quint32>(i), arguments.at(i));
    }
    TaskSource<JsValue> source;
    const auto task = source.task();
    const QJSValue end = engine->newQObject(new PromiseEnd(std::move(source), engine, keepsCopy));
    bool ok = false;
    caller.call(run, {function, list, end}, &ok);
    return task;
}

} // namespace nanostores::detail

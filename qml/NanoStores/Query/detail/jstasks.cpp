// SPDX-License-Identifier: MIT
#include <NanoStores/Query/detail/jstasks.h>

#include <NanoStores/detail/jshelper.h>

#include <QPointer>

#include <exception>

namespace nanostores::detail {

QJSValue promiseOf(const Task<JsValue> &task, QJSEngine *engine)
{
    const QJSValue made = helperOf(engine, "_nanostores_promise", R"((function () {
        const made = {}
        made.promise = new Promise((resolve, reject) => {
            made.resolve = resolve
            made.reject = reject
        })
        return made
    }))")
                              .call();
    const QPointer<QJSEngine> alive(engine);
    task.then(
        [made, alive](const JsValue &value) {
            if (alive) {
                made.property(QStringLiteral("resolve")).call({value.in(alive)});
            }
        },
        [made, alive](const std::exception_ptr &error) {
            if (alive) {
                made.property(QStringLiteral("reject")).call({errorIn(alive, QueryError(error))});
            }
        });
    return made.property(QStringLiteral("promise"));
}

QJSValue errorIn(QJSEngine *engine, const QueryError &error)
{
    if (!error || !engine) {
        return {};
    }
    if (const auto thrown = error.as<JsError>(); thrown && thrown->engine() == engine) {
        return thrown->value();
    }
    return engine->newErrorObject(QJSValue::GenericError, errorText(error));
}

QString errorText(const QueryError &error)
{
    const auto thrown = error.as<ScriptError>();
    return thrown ? thrown->message() : error.message();
}

} // namespace nanostores::detail

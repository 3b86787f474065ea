// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/detail/jscaller.h>
#include <NanoStores/export.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/core/task.h>
#include <nanostores/script/scripterror.h>

#include <QJSEngine>
#include <QJSValue>
#include <QObject>

#include <optional>

/// Tasks of C++ and promises of JavaScript.
namespace nanostores::detail {

/// What JavaScript has thrown, or rejected a promise with; the value is good in that engine.
class NANOSTORES_QML_EXPORT JsError : public ScriptError
{
public:
    JsError(const QJSValue &thrown, const QJSEngine *engine);
    ~JsError() override;

    const QJSEngine *engine() const noexcept { return m_engine; }

private:
    const QJSEngine *m_engine; // never dereferenced
};

/// What the function returns, which may be an Error. Throws a JsError of what it throws, which need be none.
NANOSTORES_QML_EXPORT QJSValue calledOrThrown(QJSEngine *engine, const QJSValue &function,
                                              const QJSValueList &arguments);

/// Ends a task for a promise. Belongs to the collector: what is never settled is given up when the promise goes.
class NANOSTORES_QML_EXPORT PromiseEnd : public QObject
{
    Q_OBJECT

public:
    PromiseEnd(TaskSource<JsValue> source, QJSEngine *engine, bool keepsCopy);
    ~PromiseEnd() override;

    Q_INVOKABLE void resolve(const QJSValue &value);
    Q_INVOKABLE void reject(const QJSValue &error);

private:
    std::optional<TaskSource<JsValue>> m_source;
    QJSEngine *m_engine;
    bool m_keepsCopy;
};

/// Calls a function that returns a promise, or a value, or throws. keepsCopy: other engines may read the result.
NANOSTORES_QML_EXPORT Task<JsValue> callForTask(JsCaller &caller, QJSEngine *engine, bool keepsCopy,
                                                const QJSValue &function, const QJSValueList &arguments);

} // namespace nanostores::detail

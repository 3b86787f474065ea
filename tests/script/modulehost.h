// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/scheduler.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QEvent>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtQml/QJSEngine>
#include <QtQml/QJSValue>
#include <QtQml/QQmlEngine>

#include <chrono>
#include <memory>

namespace support {

/// What the modules of a test import as "host".
class ModuleHost : public QObject
{
    Q_OBJECT

public:
    /// As long as the engine.
    explicit ModuleHost(QJSEngine *engine)
        : m_engine(engine)
    {
        nanostores::setScheduler(&m_time);
        QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
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
        int count = -1;
        for (QObject *const child : m_engine->children()) {
            if (child->inherits("nanostores::detail::ScriptBridge")) {
                QMetaObject::invokeMethod(child, "count", Q_RETURN_ARG(int, count));
            }
        }
        return count;
    }
    Q_INVOKABLE void finish(const QJSValue &error)
    {
        finished = true;
        failure = error;
    }

    /// Imports a file that imports this as "host.mjs"; an error is returned.
    QJSValue load(const QString &file)
    {
        QJSValue module = m_engine->newObject();
        module.setProperty(QStringLiteral("host"), m_engine->newQObject(this));
        m_engine->registerModule(QStringLiteral("host.mjs"), module);
        const QJSValue loaded = m_engine->importModule(file);
        return m_engine->hasError() ? m_engine->catchError() : loaded;
    }
    /// Calls a function, which may return a promise: `finished` when that has ended, with `failure`.
    void start(const QJSValue &function, const QJSValueList &arguments = {})
    {
        const QJSValue run = m_engine->evaluate(QStringLiteral(R"((function (f, host, list) {
            var result
            try {
                result = f.apply(null, list)
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
        QJSValue list = m_engine->newArray(static_cast<uint>(arguments.size()));
        for (qsizetype i = 0; i < arguments.size(); ++i) {
            list.setProperty(static_cast<quint32>(i), arguments[i]);
        }
        run.call({function, m_engine->newQObject(this), list});
    }
    /// What has failed, with its stack; empty if nothing has.
    QString failureText() const
    {
        return failure.isNull() ? QString() : textOf(failure.property(QStringLiteral("error")));
    }
    static QString textOf(const QJSValue &error)
    {
        return error.toString() + QLatin1Char('\n') + error.property(QStringLiteral("stack")).toString();
    }

    bool finished = false;
    QJSValue failure;

private:
    nanostores::ManualScheduler m_time;
    QJSEngine *m_engine;
};

inline std::unique_ptr<QJSEngine> makeEngine(bool isQml)
{
    return isQml ? std::make_unique<QQmlEngine>() : std::make_unique<QJSEngine>();
}

} // namespace support

// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/script.h>

#include <support/manualtime.h>

#include <QByteArray>
#include <QCoreApplication>
#include <QJSEngine>
#include <QJSValue>
#include <QString>
#include <QTest>

#include <memory>

namespace support {

/// An engine that knows the modules as N and K, and an array `log`; on a manual clock.
class ScriptEngine
{
protected:
    void startEngine()
    {
        qputenv("QV4_GC_TIMELIMIT", "0"); // from Qt 6.8 on collectGarbage() ends after some milliseconds
        m_engine = std::make_unique<QJSEngine>();
        nanostores::installModules(m_engine.get());
        const QJSValue module = importModule("all.mjs");
        give("N", module.property(QStringLiteral("nano")));
        give("K", module.property(QStringLiteral("kit")));
        run("log = []");
    }
    QJSValue importModule(const char *file)
    {
        QJSValue module = m_engine->importModule(QStringLiteral(SCRIPT_TESTS "/crossing/") + QLatin1String(file));
        if (m_engine->hasError() || module.isError()) {
            qFatal("%s cannot be loaded", file);
        }
        return module;
    }
    QJSValue run(const char *code) { return m_engine->evaluate(QLatin1String(code)); }
    QJSValue run(const QByteArray &code) { return run(code.constData()); }
    QString log() const { return m_engine->globalObject().property(QStringLiteral("log")).toString(); }
    void give(const char *name, const QJSValue &value)
    {
        m_engine->globalObject().setProperty(QLatin1String(name), value);
    }
    void collectGarbage()
    {
        for (int i = 0; i < 3; ++i) {
            m_engine->collectGarbage();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
    }

    ManualTime m_time;
    std::unique_ptr<QJSEngine> m_engine;
};

} // namespace support

// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QJSValue>
#include <QQmlEngine>
#include <QString>

/// An engine in which `import ... from "nanostores"` is one of these.
class Engine
{
public:
    enum class Stores {
        Native, ///< This library's.
        Upstream, ///< The npm package's own JavaScript, from the folder that BENCH_UPSTREAM names; see upstream.mjs.
        UpstreamAssign,
    };
    explicit Engine(Stores stores);

    /// Calls a function of cases.mjs.
    QJSValue call(const QString &name, const QJSValueList &arguments = {});
    /// Calls a function that a case has made; ends the program if it throws.
    QJSValue call(const QJSValue &function, const QJSValueList &arguments = {});
    /// An object of a document beside cases.mjs; belongs to the caller.
    QObject *create(const QByteArray &qml);
    /// Lets go of what is unreachable, and does what the event loop would do for it.
    void collect();

private:
    QJSValue load(const QString &file);

    QQmlEngine m_engine;
    QJSValue m_cases;
};

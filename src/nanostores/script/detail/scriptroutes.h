// SPDX-License-Identifier: MIT
#pragma once

#include <QJSEngine>
#include <QJSValue>
#include <QObject>
#include <QPointer>
#include <QRegularExpression>
#include <QString>

#include <vector>

/// Paths and patterns of js/router.mjs: this engine has neither named groups nor URL.
namespace nanostores::detail {

/// The expressions of a router in their order. Belongs to the collector.
class ScriptRoutes : public QObject
{
    Q_OBJECT

public:
    explicit ScriptRoutes(QJSEngine *engine);

    /// Why the expression is none; empty if it is one, which is then the next.
    Q_INVOKABLE QString add(const QString &source, const QString &flags);
    /// Of an expression, by the number of its group, the names; undefined where there is none.
    Q_INVOKABLE QJSValue names(int expression) const;
    /// [number of the first expression that matches, its groups]; undefined if none does. Groups that take no part are
    /// undefined.
    Q_INVOKABLE QJSValue match(const QString &path) const;
    /// What the escapes of a text stand for; what is malformed stays, and what is no UTF-8 becomes U+FFFD.
    Q_INVOKABLE QString decoded(const QString &text) const;

private:
    QPointer<QJSEngine> m_engine;
    std::vector<QRegularExpression> m_expressions;
};

} // namespace nanostores::detail

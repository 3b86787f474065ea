// SPDX-License-Identifier: MIT
#pragma once

#include <QJSEngine>
#include <QJSValue>
#include <QObject>
#include <QString>
#include <QStringList>

namespace nanostores::detail {

/// What js/i18n.mjs has of JavaScript's Intl, which this engine does not have. One for each engine. Options that are
/// wrong are thrown as errors of JavaScript.
class ScriptIntl : public QObject
{
    Q_OBJECT

public:
    explicit ScriptIntl(QJSEngine *engine);
    static bool isIn(const QJSEngine *engine);

    Q_INVOKABLE QString plural(const QString &locale, double number) const; ///< "one", "other" and the like.
    Q_INVOKABLE QString number(const QString &locale, double number, const QJSValue &options) const;
    Q_INVOKABLE QString relativeTime(const QString &locale, double count, const QString &unit,
                                     const QJSValue &options) const;
    /// Of milliseconds since 1970.
    Q_INVOKABLE QString time(const QString &locale, double moment, const QJSValue &options) const;
    /// The store systemLocale().
    Q_INVOKABLE QJSValue systemLocale(const QStringList &available, const QString &fallback) const;

private:
    QJSEngine *m_engine;
};

} // namespace nanostores::detail

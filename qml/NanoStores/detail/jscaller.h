// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/export.h>

#include <nanostores/core/errors.h>

#include <QJSEngine>
#include <QJSValue>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>

#include <exception>
#include <functional>
#include <memory>
#include <optional>

class QQmlContext;
class QQmlExpression;

/// What the QML types ask of JavaScript.
namespace nanostores::detail {

/// Calls JavaScript functions on behalf of an object, so that a binding that happens to be evaluated does not take what
/// they read for its own.
class NANOSTORES_QML_EXPORT JsCaller : public QObject
{
    Q_OBJECT

public:
    /// For an object made by QML; call it when it is complete.
    explicit JsCaller(QObject *owner);
    ~JsCaller() override;

    /// What the function returns. An exception, of whatever type, becomes a warning, and no value; that of an Error
    /// names its place.
    QJSValue call(const QJSValue &function, const QJSValueList &arguments, bool *ok);

    /// Calls what a computed store or an effect runs, from inside of its function. It is late from then on (rule 44):
    /// the properties that it reads change before it runs again. Once, it warns of a function that reads stores by
    /// get() alone.
    QJSValue callTracked(const QJSValue &function, bool *ok);

    Q_INVOKABLE void run();

    /// A store declared in QML was read by get() or getKey(), which is not followed.
    static void noteGet() noexcept;

    /// From the next call on, calls `changed` when a property that the last call has read signals a change, but not
    /// while a call runs. An empty function ends it, and the properties are no longer observed.
    void follow(std::function<void()> changed);

private:
    void propertyChanged();
    void applyFollowing();
    void warn(const QJSValue &thrown) const;

    QObject *m_owner;
    QPointer<QQmlContext> m_context;
    std::shared_ptr<QQmlExpression> m_expression;
    std::function<void()> m_job;
    std::function<void()> m_changed;
    int m_running = 0;
    bool m_isWarned = false; ///< That the function reads by get() alone.
};

/// Calls the function, and gives what it returns, which may be an Error; what it throws, which need be none, is in
/// `error`, and false.
NANOSTORES_QML_EXPORT bool callGuarded(QJSEngine *engine, const QJSValue &function, const QJSValueList &arguments,
                                       QJSValue &result, QJSValue &error);

/// For a function of QML that calls one it was handed, as `NanoStores.batch(() => ...)`: around(run) has it called.
/// What it throws is thrown when all is done that ends with it: bindings that run meanwhile would take it.
template<typename F>
QJSValue callAround(QJSEngine *engine, const QJSValue &function, const char *where, F around)
{
    if (!engine) {
        return {};
    }
    if (!function.isCallable()) {
        engine->throwError(QJSValue::TypeError,
                           QStringLiteral("%1(): a function is expected").arg(QLatin1String(where)));
        return {};
    }
    QJSValue result;
    QJSValue error;
    bool ok = true;
    try {
        around([&] { ok = callGuarded(engine, function, {}, result, error); });
    } catch (...) {
        reportError(std::current_exception()); // of an observer
    }
    if (!ok) {
        engine->throwError(error);
    }
    return result;
}

/// What QML calls `Component` in the object, with the signals completed() and destruction().
NANOSTORES_QML_EXPORT QObject *componentOf(QObject *object);

/// Neither an object nor one of the primitives that belong to no engine.
bool isSymbol(const QJSValue &value);

/// Whether a copy of the value itself can be made for another engine: of plain objects, arrays, dates and QML objects.
/// Null for the engine: every object that is none of the others counts as plain.
bool isCopyable(const QJSValue &value, QJSEngine *engine);

/// What the object has under the key; not what each object, array or function has, such as `constructor`.
NANOSTORES_QML_EXPORT QJSValue propertyOf(const QJSValue &object, const QString &key);

/// Whether the value is an object that is no more than its keys: no array, function, date, QML object, Map...
NANOSTORES_QML_EXPORT bool isPlainObject(const QJSValue &value, QJSEngine *engine);

/// The value itself; a QVariantMap or QVariantList that JavaScript sees through a wrapper, as a plain object or an
/// array. Qt 6.11 hands over such for an object or an array in the initial properties of createObject(). A value of a
/// property, which would change with that one, is copied.
NANOSTORES_QML_EXPORT QJSValue withoutWrapper(const QJSValue &value, QJSEngine *engine);

/// The same for lists inside of arrays and plain objects, too: Qt 6.8 puts them into the initial properties. Looks at
/// each of them.
NANOSTORES_QML_EXPORT QJSValue withArrays(const QJSValue &value, QJSEngine *engine);

/// A copy of the value in which the path, from a step on, leads to another one, by the rules of setPath(); what is
/// beside the path is the same. None: it leads nowhere, and `problem` says why.
NANOSTORES_QML_EXPORT std::optional<QJSValue> copyWithPath(const QJSValue &value, const QStringList &path,
                                                           qsizetype from, const QJSValue &newValue, QJSEngine *engine,
                                                           QString &problem);

/// A flat copy of a plain object or an array, with one key of it set; `undefined` of anything else.
NANOSTORES_QML_EXPORT QJSValue copyWithKey(const QJSValue &object, const QString &key, const QJSValue &newValue,
                                           QJSEngine *engine);

/// The value as a message names it: `null`, `the number 3`, `an array`...
NANOSTORES_QML_EXPORT QString described(const QJSValue &value);

} // namespace nanostores::detail

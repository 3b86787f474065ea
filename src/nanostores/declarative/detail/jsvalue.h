// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/declarative/export.h>

#include <QJSEngine>
#include <QJSValue>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QVariant>

#include <functional>
#include <memory>

class QQmlContext;
class QQmlExpression;

/// How JavaScript values live in native stores.
namespace nanostores::detail {

/// A JavaScript value in a store. What was set is what is read, objects included; a store that outlives its engine, or
/// is shared by several, hands the others a copy of plain objects, arrays and dates, and `undefined` for what cannot be
/// copied, with a warning. A QML object that has been destroyed is read as null.
class NANOSTORES_DECLARATIVE_EXPORT JsValue
{
public:
    JsValue() = default;
    /// With a copy for when the engine is gone, or for others, if asked for.
    JsValue(const QJSValue &value, QJSEngine *engine, bool keepCopy);

    QJSValue in(QJSEngine *engine) const;
    QVariant toVariant() const;
    bool isQObject() const; ///< Or was one that has been destroyed.
    bool isDestroyed() const;

    friend NANOSTORES_DECLARATIVE_EXPORT bool operator==(const JsValue &a, const JsValue &b);

private:
    struct Object;

    QJSValue m_primitive;
    std::shared_ptr<const Object> m_object;
};

/// Calls JavaScript functions on behalf of an object, so that a binding that happens to be evaluated does not take what
/// they read for its own.
class NANOSTORES_DECLARATIVE_EXPORT JsCaller : public QObject
{
    Q_OBJECT

public:
    /// For an object made by QML; call it when it is complete.
    explicit JsCaller(QObject *owner);
    ~JsCaller() override;

    /// What the function returns. An exception becomes a warning that names its place, and no value.
    QJSValue call(const QJSValue &function, const QJSValueList &arguments, bool *ok);

    /// Calls what a computed store or an effect runs; once, it warns of a function that reads no store.
    QJSValue callTracked(const QJSValue &function, bool *ok);

    Q_INVOKABLE void run();

private:
    QObject *m_owner;
    QPointer<QQmlContext> m_context;
    std::unique_ptr<QQmlExpression> m_expression;
    std::function<void()> m_job;
    bool m_isWarned = false;
};

/// What QML calls `Component` in the object, with the signals completed() and destruction().
NANOSTORES_DECLARATIVE_EXPORT QObject *componentOf(QObject *object);

/// What the object has under the key; not what each object, array or function has, such as `constructor`.
NANOSTORES_DECLARATIVE_EXPORT QJSValue propertyOf(const QJSValue &object, const QString &key);

/// Whether the value is an object that is no more than its keys: no array, function, date, QML object, Map...
NANOSTORES_DECLARATIVE_EXPORT bool isPlainObject(const QJSValue &value, QJSEngine *engine);

/// The value itself; a QVariantMap or QVariantList that JavaScript sees through a wrapper, as a plain object or an
/// array. Qt 6.11 hands over such for an object or an array in the initial properties of createObject().
NANOSTORES_DECLARATIVE_EXPORT QJSValue withoutWrapper(const QJSValue &value, QJSEngine *engine);

/// The same for lists inside of arrays and plain objects, too: Qt 6.8 puts them into the initial properties. Looks at
/// each of them.
NANOSTORES_DECLARATIVE_EXPORT QJSValue withArrays(const QJSValue &value, QJSEngine *engine);

/// A flat copy of a plain object or an array, with one key of it set; `undefined` of anything else.
NANOSTORES_DECLARATIVE_EXPORT QJSValue copyWithKey(const QJSValue &object, const QString &key, const QJSValue &newValue,
                                                   QJSEngine *engine);

/// The value as a message names it: `null`, `the number 3`, `an array`...
NANOSTORES_DECLARATIVE_EXPORT QString described(const QJSValue &value);

} // namespace nanostores::detail
